//! The steps of connecting, and the way out.

use crate::prelude::*;
use bridge::{SourceKind, Step};

use crate::api::Command;
use crate::components::icon::{CHECK, Icon};
use crate::follow::{Follow, follow, press, when};
use crate::model::Model;
use crate::words::{lang, t};

/// The number of the step that only some links take.
const SECURED: i32 = 2;

/// How far connecting has come; `data-testid="connecting"`, its button `cancel`.
#[component]
pub fn Stepper(#[prop(into)] step: Follow<Step>) -> impl IntoView {
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
    // A step is done when a later one is told; waiting for the beat is the last one's present. Until then it is named by what
    // is to be done.
    let names = [
        (t!(lang, connecting.find), t!(lang, connecting.found)),
        (t!(lang, connecting.secure), t!(lang, connecting.secured)),
        (t!(lang, connecting.beat), t!(lang, connecting.beat)),
    ];
    // Beneath them stands what is being waited for.
    let now = follow(move || match (step.get(), secures.get()) {
        (Step::Searching, _) => t!(lang, connecting.searching),
        (Step::Found, true) => t!(lang, connecting.securing),
        _ => t!(lang, connecting.waiting_beat),
    });
    view! {
        <div class="stepper" data-testid="connecting">
            <ol aria-hidden="true">
                {names
                    .into_iter()
                    .zip(1..)
                    .map(|((to_do, done), number)| {
                        let state = move || match place() {
                            place if place >= number && number < 3 => "done",
                            place if place + 1 >= number => "now",
                            // Nothing is secured: the beat comes next after the bracelet was found.
                            1 if !secures.get() => "now",
                            _ => "later",
                        };
                        let name = follow(move || if state() == "done" { done.clone() } else { to_do.clone() });
                        view! {
                            <li data-step=follow(state) hidden=follow(move || number == SECURED && !secures.get())>
                                <i>{when(move || state() == "done", || view! { <Icon svg=CHECK /> }.into_any())}</i>
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
                disabled=follow(move || model.busy.get())
                on:click=press(move || model.ask(Command::new("disconnect")))
            >
                {t!(lang, common.cancel)}
            </button>
        </div>
    }
}
