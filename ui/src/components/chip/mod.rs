//! Chips: how the bracelet is reached, what is kept, what is being fetched. Always an icon and words.

use crate::prelude::*;
use bridge::Connection;

use crate::components::icon::{CHECK, DISCONNECTED, DISK, Icon, LOST, REFRESH, WATCH};
use crate::follow::{follow, part, press, when};
use crate::measure::{self, Span};
use crate::model::{Model, Over};
use crate::words::{self, lang, plural, t};

/// How the bracelet is reached; opens its details. `data-testid="connection"`, its state in `data-state`.
#[component]
pub fn ConnectionChip() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let state = model.part(|home| match home.connection {
        Connection::None => "none",
        Connection::Connecting { .. } => "connecting",
        Connection::Connected { .. } => "connected",
        Connection::Lost { .. } => "lost",
        Connection::Disconnected { .. } => "disconnected",
    });
    let icon = move || match state.get() {
        "connected" => WATCH,
        "connecting" => REFRESH,
        "lost" => LOST,
        _ => DISCONNECTED,
    };
    let word = follow(move || match state.get() {
        "connected" => t!(lang, connection.connected),
        "connecting" => t!(lang, connection.connecting),
        "lost" => t!(lang, connection.lost),
        "disconnected" => t!(lang, connection.disconnected),
        _ => t!(lang, connection.none),
    });
    view! {
        <button
            class="chip chip-button"
            data-testid="connection"
            data-state=follow(move || state.get())
            aria-haspopup="dialog"
            title=t!(lang, connection.details)
            on:click=press(move || model.over.set(Some(Over::Bracelet)))
        >
            {part(move || view! { <Icon svg=icon() /> }.into_any())}
            <span>{word}</span>
        </button>
        // Beside the button, whose contents no screen reader announces: only changes are spoken, never the countdown.
        <span class="unseen" role="status">{word}</span>
    }
}

/// What is kept here. `data-testid="storage"`.
#[component]
pub fn SyncChip() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let storage = model.part(|home| (home.storage.saving, home.storage.to_send));
    let saving = move || storage.get().0;
    let word = follow(move || match storage.get() {
        (false, _) => t!(lang, sync.not_saving),
        (true, None | Some(0)) => t!(lang, sync.saved),
        (true, Some(waiting)) => plural!(lang, waiting, sync.to_send),
    });
    view! {
        <span
            class="chip"
            data-testid="storage"
            data-status=follow(move || if saving() { "ok" } else { "alert" })
            role="group"
            aria-label=t!(lang, sync.label)
        >
            {part(move || view! { <Icon svg=if saving() { CHECK } else { DISK } /> }.into_any())}
            <span>{word}</span>
        </span>
    }
}

/// What is being fetched of the time while the bracelet was away. `data-testid="catch-up"`.
#[component]
pub fn CatchUpChip() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let progress = model.part(|home| {
        home.catching_up
            .map(|catch_up| (Span::of_ms(catch_up.span_ms), measure::percent(catch_up.done, catch_up.total)))
    });
    let word = follow(move || {
        progress
            .get()
            .map(|(span, percent)| t!(lang, catch_up, span = words::span(lang, span), percent = percent))
    });
    let dash = follow(move || format!("{} 100", progress.get().map_or(0, |(_, percent)| percent)));
    when(
        move || progress.get().is_some(),
        move || {
            view! {
                <span class="chip" data-testid="catch-up">
                    <svg class="chip-progress" viewBox="0 0 36 36" aria-hidden="true">
                        <circle cx="18" cy="18" r="15.915" />
                        <circle class="done" cx="18" cy="18" r="15.915" stroke-dasharray=dash />
                    </svg>
                    <span>{word}</span>
                </span>
            }
            .into_any()
        },
    )
}
