//! Before there are readings: the outline of a heart, and the ways to one that beats.

use bridge::Step;
use leptos::prelude::*;
use leptos_i18n::td_string;

use crate::api::Command;
use crate::components::heart::Outline;
use crate::components::stepper::Stepper;
use crate::model::{Model, Over};
use crate::words::lang;

/// No bracelet yet.
#[component]
pub fn FirstRun() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    view! {
        <section class="first">
            <Outline />
            <h1>{td_string!(lang, first.title).to_string()}</h1>
            <p>{td_string!(lang, first.text).to_string()}</p>
            <div class="first-ways">
                <button
                    class="button button-primary"
                    data-testid="connect"
                    aria-haspopup="dialog"
                    on:click=move |_| model.over.set(Some(Over::Connect))
                >
                    {td_string!(lang, first.connect).to_string()}
                </button>
                <button
                    class="button"
                    data-testid="try-demo"
                    disabled=move || model.busy.get()
                    on:click=move |_| model.ask(Command::ConnectDemo)
                >
                    {td_string!(lang, first.demo).to_string()}
                </button>
            </div>
            <p class="first-note first-disclaimer">{td_string!(lang, first.not_medical).to_string()}</p>
        </section>
    }
}

/// The first connection, step by step.
#[component]
pub fn Connecting(step: Memo<Step>) -> impl IntoView {
    let lang = lang();
    view! {
        <section class="first">
            <Outline searching=true />
            <h1>{td_string!(lang, connecting.title).to_string()}</h1>
            <Stepper step=step />
            <p class="first-note">{td_string!(lang, connecting.patience).to_string()}</p>
        </section>
    }
}
