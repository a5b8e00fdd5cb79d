//! Before there are readings: the outline of a heart, and the ways to one that beats.

use crate::prelude::*;
use bridge::Step;

use crate::api::Command;
use crate::components::heart::Outline;
use crate::components::stepper::Stepper;
use crate::follow::{Follow, follow, press};
use crate::model::{Model, Over};
use crate::words::{lang, t};

/// No bracelet yet.
#[component]
pub fn FirstRun() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    view! {
        <section class="first">
            <Outline />
            <h1>{t!(lang, first.title)}</h1>
            <p>{t!(lang, first.text)}</p>
            <div class="first-ways">
                <button
                    class="button button-primary"
                    data-testid="connect"
                    aria-haspopup="dialog"
                    on:click=press(move || model.over.set(Some(Over::Connect)))
                >
                    {t!(lang, first.connect)}
                </button>
                <button
                    class="button"
                    data-testid="try-demo"
                    disabled=follow(move || model.busy.get())
                    on:click=press(move || model.ask(Command::new("connect_demo")))
                >
                    {t!(lang, first.demo)}
                </button>
            </div>
            <p class="first-note first-disclaimer">{t!(lang, first.not_medical)}</p>
        </section>
    }
}

/// The first connection, step by step.
#[component]
pub fn Connecting(step: Follow<Step>) -> impl IntoView {
    let lang = lang();
    view! {
        <section class="first">
            <Outline searching=true />
            <h1>{t!(lang, connecting.title)}</h1>
            <Stepper step=step />
            <p class="first-note">{t!(lang, connecting.patience)}</p>
        </section>
    }
}
