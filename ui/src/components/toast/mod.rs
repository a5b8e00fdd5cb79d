//! What was done, said for four seconds, with a way to undo it. `data-testid="toast"`, its button `undo`.

use std::time::Duration;

use crate::prelude::*;

use crate::components::icon::Icon;
use crate::follow::{Kept, Then, later, part, press};
use crate::model::Model;
use crate::words::{lang, t};

/// How long it stays. It waits for whoever points at it or has the focus in it.
const STAYS: Duration = Duration::from_secs(4);

/// A thing done.
#[derive(Clone)]
pub struct Done {
    /// What was done.
    pub words: String,
    /// Before the words.
    pub icon: &'static str,
    /// How it is undone, where it can be.
    pub undo: Option<Callback<()>>,
}

/// The place where things done are said: always there, so that a screen reader hears it.
#[component]
pub fn Toast() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let held = Kept::new(false);
    later(STAYS, move || {
        let waits = model.done.with(Option::is_some) && !held.get();
        waits.then(|| -> Then { Box::new(move || model.done.try_set(None)) })
    });
    view! {
        <div
            class="toast-place"
            role="status"
            on:mouseenter=press(move || held.set(true))
            on:mouseleave=press(move || held.set(false))
            on:focusin=press(move || held.set(true))
            on:focusout=press(move || held.set(false))
        >
            {part(move || {
                let Some(done) = model.done.get() else { return ().into_any() };
                let words = done.words.clone();
                let button = done.undo.map(|undo| {
                    let back = press(move || {
                        model.done.set(None);
                        undo.run(());
                    });
                    view! { <button class="button-text" data-testid="undo" on:click=back>{t!(lang, common.undo)}</button> }
                });
                view! {
                    <p class="toast" data-testid="toast">
                        <Icon svg=done.icon />
                        <span>{words}</span>
                        {button}
                    </p>
                }
                .into_any()
            })}
        </div>
    }
}
