//! Home: first run, connecting, and the heart with its cards.
//!
//! What tests hold on to (`data-testid`): `home` (its `data-face` is `first`, `connecting` or `readings`), `try-demo`,
//! `connect`, `connecting`, `cancel`, `heart`, `bpm`, `status`, `why`, `reconnect`, `disconnect`, `connection`, `storage`,
//! `catch-up`, `demo-ribbon`, `remove-demo`, `remove-demo-yes`, `card-…`, `value-…`, `age-…`, `trend`, `trouble`.

mod dialogs;
mod first;
mod pulse;

use bridge::{Connection, Step};
use leptos::prelude::*;
use leptos_i18n::td_string;
use vitals::{Metric, Status};

use crate::components::card::{Card, StepsCard};
use crate::components::chip::{CatchUpChip, ConnectionChip, SyncChip};
use crate::components::icon::{HOME, Icon, SETTINGS};
use crate::components::notice::{DemoRibbon, Troubles};
use crate::components::status::{Shape, name};
use crate::components::trend::Trend;
use crate::model::{Model, Over};
use crate::words::{self, lang};

#[derive(Clone, Copy, PartialEq)]
enum Face {
    First,
    Connecting,
    Readings,
}

/// Home.
#[component]
pub fn HomeScreen() -> impl IntoView {
    let model = Model::here();
    let face = model.part(|home| match (&home.source, &home.connection) {
        (None, Connection::Connecting { .. }) => Face::Connecting,
        (None, _) => Face::First,
        (Some(_), _) => Face::Readings,
    });
    let step = model.part(|home| match home.connection {
        Connection::Connecting { step } => step,
        _ => Step::Searching,
    });
    let face_name = move || match face.get() {
        Face::First => "first",
        Face::Connecting => "connecting",
        Face::Readings => "readings",
    };
    view! {
        <div class="shell" data-testid="home" data-face=face_name>
            <Rail />
            <main>
                <Troubles />
                {move || match face.get() {
                    Face::First => view! { <first::FirstRun /> }.into_any(),
                    Face::Connecting => view! { <first::Connecting step=step /> }.into_any(),
                    Face::Readings => view! { <Readings /> }.into_any(),
                }}
            </main>
        </div>
        <dialogs::Dialogs />
    }
}

/// The ways through the app: beside the page on a desktop, beneath it on a phone. Only what exists.
#[component]
fn Rail() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    view! {
        <nav class="rail" aria-label=td_string!(lang, nav.label).to_string()>
            <p class="brand" aria-hidden="true">
                <svg viewBox="0 0 24 24">
                    <path d="M2 9.5a5.5 5.5 0 0 1 9.591-3.676.56.56 0 0 0 .818 0A5.49 5.49 0 0 1 22 9.5c0 2.29-1.5 4-3 5.5l-5.492 5.313a2 2 0 0 1-3 .019L5 15c-1.5-1.5-3-3.2-3-5.5" />
                </svg>
                <span>{td_string!(lang, app).to_string()}</span>
            </p>
            <a class="rail-item" href="#" aria-current="page" on:click=|event| event.prevent_default()>
                <Icon svg=HOME />
                <span>{td_string!(lang, nav.home).to_string()}</span>
            </a>
            <button
                class="rail-item"
                data-testid="settings"
                aria-haspopup="dialog"
                on:click=move |_| model.over.set(Some(Over::Settings))
            >
                <Icon svg=SETTINGS />
                <span>{td_string!(lang, nav.settings).to_string()}</span>
            </button>
            <p class="rail-note">{td_string!(lang, first.not_medical).to_string()}</p>
        </nav>
    }
}

#[component]
fn Readings() -> impl IntoView {
    view! {
        <DemoRibbon />
        <header class="top">
            <Overall />
            <CatchUpChip />
            <SyncChip />
            <ConnectionChip />
        </header>
        <div class="columns">
            <pulse::PulsePanel />
            <div class="cards">
                <Card metric=Metric::Spo2 of=|home| &home.spo2 />
                <Card metric=Metric::SkinTemperature of=|home| &home.skin_temperature />
                <StepsCard />
                <Card metric=Metric::Sleep of=|home| &home.sleep />
                <Card metric=Metric::Battery of=|home| &home.battery />
            </div>
        </div>
        <Trend />
    }
}

/// The worst fresh status, as the page's heading. `data-testid="overall"`.
#[component]
fn Overall() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let overall = model.part(|home| home.overall);
    let words = move || match overall.get() {
        Status::Ok => td_string!(lang, status.all_good).to_string(),
        Status::Unknown => td_string!(lang, status.overall_unknown).to_string(),
        other => words::status(lang, other),
    };
    view! {
        <h1 class="overall" data-testid="overall" data-status=move || name(overall.get())>
            <Shape status=overall />
            <span>{words}</span>
        </h1>
    }
}
