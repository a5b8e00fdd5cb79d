//! The button that calls for help when it is held for two seconds, with the pointer or with Enter or Space. It is on every page:
//! in the rail of a desktop, in the head of a phone's page, and, with the way to see what it is like, among the alerts.
//! `data-testid`: `sos`, `sos-rail`, `sos-head`, `test-alarm`.

use std::time::Duration;

use crate::prelude::*;
use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent};

use crate::api::Command;
use crate::follow::{Kept, Then, follow, hear, later, press, when};
use crate::model::Model;
use crate::route::Route;
use crate::words::{lang, t};

/// It is held for so long.
const HOLD: Duration = Duration::from_secs(2);

/// The button with what it does, and the test.
#[component]
pub fn Sos() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    view! {
        <section class="sos-box">
            {button("sos", "sos")}
            <p>{t!(lang, emergency.hold)}</p>
            <button class="button-text" data-testid="test-alarm" on:click=press(move || call(model, true))>
                {t!(lang, emergency.try_it)}
            </button>
        </section>
    }
}

/// The button where there is room for nothing beside it: who lets go of it too early is told what it is.
pub fn at_hand(id: &'static str) -> AnyView {
    let model = Model::here();
    when(move || model.route.get() != Route::Alerts, move || button(id, "sos sos-at-hand"))
}

fn call(model: Model, test: bool) {
    model.ask(Command::new("sos").with("test", &test));
}

fn button(id: &'static str, class: &'static str) -> AnyView {
    let lang = lang();
    let model = Model::here();
    let held = Kept::new(false);
    later(HOLD, move || {
        let done = move || {
            // The page may have gone meanwhile.
            if held.try_get_untracked() == Some(true) {
                held.set(false);
                call(model, false);
            }
        };
        held.get().then(|| Box::new(done) as Then)
    });
    let hold = move || {
        if !held.get_untracked() {
            held.set(true);
        }
    };
    let leave = move || {
        if held.try_get_untracked() == Some(true) {
            held.set(false);
            model.hint(t!(lang, emergency.hold));
        }
    };
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
            call(model, false);
        }
    });
    view! {
        <button
            class=class
            class:sos-held=follow(move || held.get())
            data-testid=id
            aria-label=format!("{}. {}", t!(lang, rule.sos), t!(lang, emergency.hold))
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
    }
    .into_any()
}
