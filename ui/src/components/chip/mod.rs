//! Chips: how the bracelet is reached, what is kept, what is being fetched. Always an icon and words.

use bridge::Connection;
use leptos::prelude::*;
use leptos_i18n::td_string;

use crate::components::icon::{CHECK, DISCONNECTED, DISK, Icon, LOST, REFRESH, WATCH};
use crate::measure::{self, Span};
use crate::model::{Model, Over};
use crate::words::{self, lang};

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
    let word = move || match state.get() {
        "connected" => td_string!(lang, connection.connected).to_string(),
        "connecting" => td_string!(lang, connection.connecting).to_string(),
        "lost" => td_string!(lang, connection.lost).to_string(),
        "disconnected" => td_string!(lang, connection.disconnected).to_string(),
        _ => td_string!(lang, connection.none).to_string(),
    };
    view! {
        <button
            class="chip chip-button"
            data-testid="connection"
            data-state=move || state.get()
            aria-haspopup="dialog"
            title=td_string!(lang, connection.details).to_string()
            on:click=move |_| model.over.set(Some(Over::Bracelet))
        >
            {move || view! { <Icon svg=icon() /> }}
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
    let word = move || match storage.get() {
        (false, _) => td_string!(lang, sync.not_saving).to_string(),
        (true, None | Some(0)) => td_string!(lang, sync.saved).to_string(),
        (true, Some(waiting)) => td_string!(lang, sync.to_send, count = waiting).to_string(),
    };
    view! {
        <span
            class="chip"
            data-testid="storage"
            data-status=move || if saving() { "ok" } else { "alert" }
            role="group"
            aria-label=td_string!(lang, sync.label).to_string()
        >
            {move || view! { <Icon svg=if saving() { CHECK } else { DISK } /> }}
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
    let word = move || {
        progress.get().map(|(span, percent)| {
            td_string!(lang, catch_up, span = words::span(lang, span), percent = percent).to_string()
        })
    };
    let dash = move || format!("{} 100", progress.get().map_or(0, |(_, percent)| percent));
    view! {
        <Show when=move || progress.get().is_some()>
            <span class="chip" data-testid="catch-up">
                <svg class="chip-progress" viewBox="0 0 36 36" aria-hidden="true">
                    <circle cx="18" cy="18" r="15.915" />
                    <circle class="done" cx="18" cy="18" r="15.915" stroke-dasharray=dash />
                </svg>
                <span>{word}</span>
            </span>
        </Show>
    }
}
