//! The steps of connecting, and the way out.

use bridge::{SourceKind, Step};
use leptos::prelude::*;
use leptos_i18n::td_string;

use crate::api::Command;
use crate::components::icon::{CHECK, Icon};
use crate::model::Model;
use crate::words::lang;

/// The number of the step that only some links take.
const SECURED: i32 = 2;

/// How far connecting has come; `data-testid="connecting"`, its button `cancel`.
#[component]
pub fn Stepper(#[prop(into)] step: Signal<Step>) -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    // The demo's link is within the app and never secured: only of a bracelet known to be another may that be said.
    let secures =
        model.part(|home| home.source.as_ref().is_some_and(|source| source.kind != SourceKind::Demo));
    let place = move || match step.get() {
        Step::Searching => 0,
        Step::Found => 1,
        Step::Secured => 2,
        Step::WaitingForBeat => 3,
    };
    // A step is done when a later one is told; waiting for the beat is the last one's present.
    let names = [
        td_string!(lang, connecting.found).to_string(),
        td_string!(lang, connecting.secured).to_string(),
        td_string!(lang, connecting.beat).to_string(),
    ];
    // Beneath them stands what is being waited for.
    let now = move || match (step.get(), secures.get()) {
        (Step::Searching, _) => td_string!(lang, connecting.searching).to_string(),
        (Step::Found, true) => td_string!(lang, connecting.securing).to_string(),
        _ => td_string!(lang, connecting.waiting_beat).to_string(),
    };
    view! {
        <div class="stepper" data-testid="connecting">
            <ol aria-hidden="true">
                {names
                    .into_iter()
                    .zip(1..)
                    .map(|(name, number)| {
                        let state = move || match place() {
                            place if place >= number && number < 3 => "done",
                            place if place + 1 >= number => "now",
                            // Nothing is secured: the beat comes next after the bracelet was found.
                            1 if !secures.get() => "now",
                            _ => "later",
                        };
                        view! {
                            <li data-step=state hidden=move || number == SECURED && !secures.get()>
                                <i>{move || (state() == "done").then(|| view! { <Icon svg=CHECK /> })}</i>
                                <span>{name}</span>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
            <p role="status">{now}"…"</p>
            <button
                class="button"
                data-testid="cancel"
                disabled=move || model.busy.get()
                on:click=move |_| model.ask(Command::Disconnect)
            >
                {td_string!(lang, common.cancel).to_string()}
            </button>
        </div>
    }
}
