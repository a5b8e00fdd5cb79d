//! Home: first run, connecting, and the heart with its cards.
//!
//! What tests hold on to (`data-testid`): `home` (its `data-face` is `first`, `connecting` or `readings`), `try-demo`,
//! `connect`, `connecting`, `cancel`, `heart`, `bpm`, `status`, `why`, `reconnect`, `disconnect`, `connection`, `storage`,
//! `catch-up`, `demo-ribbon`, `remove-demo`, `remove-demo-yes`, `card-…`, `value-…`, `age-…`, `chart-heart_rate`, `trouble`.

mod first;
mod pulse;

use crate::prelude::*;
use bridge::{Connection, Origin, Span, Step};
use vitals::{AlertRule, Metric, Status};

use crate::components::card::{Card, StepsCard};
use crate::components::chart::{ChartPanel, Size, View};
use crate::components::shell::PageHead;
use crate::components::status::{Shape, name};
use crate::follow::{follow, part};
use crate::model::Model;
use crate::words::{self, lang, t};

#[derive(Clone, Copy, PartialEq)]
enum Face {
    First,
    Connecting,
    Readings,
}

/// Home.
#[component]
pub fn HomeScreen() -> impl IntoView {
    let lang = lang();
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
    let face_name = follow(move || match face.get() {
        Face::First => "first",
        Face::Connecting => "connecting",
        Face::Readings => "readings",
    });
    view! {
        <div class="home" data-testid="home" data-face=face_name>
            {part(move || match face.get() {
                Face::First => view! { <PageHead title=t!(lang, nav.home) /><first::FirstRun /> }.into_any(),
                Face::Connecting => {
                    view! { <PageHead title=t!(lang, nav.home) /><first::Connecting step=step /> }.into_any()
                }
                Face::Readings => view! { <Readings /> }.into_any(),
            })}
        </div>
    }
}

#[component]
fn Readings() -> impl IntoView {
    view! {
        <PageHead title=t!(lang(), nav.home) heading=view! { <Overall /> }.into_any() />
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
        <div class="wide-only">
            <ChartPanel metric=Metric::HeartRate view=View::new(Span::ThreeHours) size=Size::Small />
        </div>
    }
}

/// What decides the heading, the worst first.
#[derive(Clone, Copy, PartialEq)]
enum Worst {
    /// Open, red and unanswered.
    Alarm(AlertRule),
    /// The worst fresh status.
    Fresh(Status),
    /// Readings cannot be kept.
    NotSaving,
}

/// What is worst, as the page's heading: all is good only while nothing red stands above it. `data-testid="overall"`.
#[component]
fn Overall() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let told = model.part(|home| (home.overall, home.storage.saving));
    let worst = follow(move || {
        let alarm = model.alarm.with(|alarm| {
            alarm.as_ref().filter(|alarm| alarm.origin != Origin::Test).map(|alarm| alarm.rule)
        });
        match (alarm, told.get()) {
            (Some(rule), _) => Worst::Alarm(rule),
            (None, (status, saving)) if saving || status == Status::Alert => Worst::Fresh(status),
            (None, _) => Worst::NotSaving,
        }
    });
    let overall = follow(move || match worst.get() {
        Worst::Alarm(_) | Worst::NotSaving => Status::Alert,
        Worst::Fresh(status) => status,
    });
    let words = follow(move || match worst.get() {
        Worst::Alarm(rule) if rule.metric().is_none() => words::rule(lang, rule),
        Worst::NotSaving => t!(lang, status.not_saving),
        Worst::Fresh(Status::Ok) => t!(lang, status.all_good),
        Worst::Fresh(Status::Unknown) => t!(lang, status.overall_unknown),
        Worst::Alarm(_) => words::status(lang, Status::Alert),
        Worst::Fresh(other) => words::status(lang, other),
    });
    view! {
        <h1 class="overall" data-testid="overall" data-status=follow(move || name(overall.get()))>
            <Shape status=overall />
            <span>{words}</span>
        </h1>
    }
}
