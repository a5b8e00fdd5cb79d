//! The button that calls for help when it is held for two seconds, with the pointer or with Enter or Space; and the way to see
//! what that is like. `data-testid`: `sos`, `test-alarm`.

use std::time::Duration;

use crate::prelude::*;
use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent};

use crate::api::Command;
use crate::follow::{Kept, Then, follow, hear, later, press};
use crate::model::Model;
use crate::words::{lang, t};

/// It is held for so long.
const HOLD: Duration = Duration::from_secs(2);

/// The button, and beneath it the test.
#[component]
pub fn Sos() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let held = Kept::new(false);
    let call = move |test: bool| model.ask(Command::new("sos").with("test", &test));
    later(HOLD, move || {
        let done = move || {
            // The page may have gone meanwhile.
            if held.try_get_untracked() == Some(true) {
                held.set(false);
                call(false);
            }
        };
        held.get().then(|| Box::new(done) as Then)
    });
    let hold = move || {
        if !held.get_untracked() {
            held.set(true);
        }
    };
    let leave = move || held.try_set(false);
    let pointer_down = hear(move |event: PointerEvent| {
        if event.button() == 0 {
            hold();
        }
    });
    let is_key = |event: &KeyboardEvent| matches!(event.key().as_str(), "Enter" | " ");
    let key_down = hear(move |event: KeyboardEvent| {
        if is_key(&event) {
            // Else the browser makes a click of it.
            event.prevent_default();
            hold();
        }
    });
    let key_up = hear(move |event: KeyboardEvent| {
        if is_key(&event) {
            event.prevent_default();
            leave();
        }
    });
    // A click without a pointer and without a key comes from an aid that cannot hold: its countdown is enough of a question.
    let clicked = hear(move |event: MouseEvent| {
        if event.detail() == 0 {
            call(false);
        }
    });
    view! {
        <section class="sos-box">
            <button
                class="sos"
                class:sos-held=follow(move || held.get())
                data-testid="sos"
                aria-describedby="sos-hint"
                on:pointerdown=pointer_down
                on:pointerup=press(leave)
                on:pointerleave=press(leave)
                on:pointercancel=press(leave)
                on:contextmenu=hear(|event: MouseEvent| event.prevent_default())
                on:keydown=key_down
                on:keyup=key_up
                on:blur=press(leave)
                on:click=clicked
            >
                {t!(lang, rule.sos)}
            </button>
            <p id="sos-hint">{t!(lang, emergency.hold)}</p>
            <button class="button-text" data-testid="test-alarm" on:click=press(move || call(true))>
                {t!(lang, emergency.try_it)}
            </button>
        </section>
    }
}
