//! The heart: it moves when a measured beat's turn has come, and at no other time.
//!
//! What tests may hold on to: `data-testid="heart"` counts the pulses shown in `data-pulses` (and in
//! `data-pulses-estimated` those that were only paced by the rate), `data-still` tells whether it stands still.

mod replay;
mod strip;

pub use strip::Strip;

use crate::prelude::*;
use leptos::html;
use vitals::Status;

use crate::components::icon::{Icon, WATCH};
use crate::components::status::{Shape, name};
use crate::follow::{Follow, follow};
use crate::model::Model;
use crate::words::{lang, t};

/// Lucide's heart, closed and filled.
const SHAPE: &str = r#"<path d="M2 9.5a5.5 5.5 0 0 1 9.591-3.676.56.56 0 0 0 .818 0A5.49 5.49 0 0 1 22 9.5c0 2.29-1.5 4-3 5.5l-5.492 5.313a2 2 0 0 1-3 .019L5 15c-1.5-1.5-3-3.2-3-5.5"/>"#;

/// The heart within its status ring; a bracelet in its place while none is worn.
#[component]
pub fn Heart(#[prop(into)] status: Follow<Status>, #[prop(into)] worn: Follow<bool>) -> impl IntoView {
    let lang = lang();
    let beating = NodeRef::<html::Div>::new();
    let stage = NodeRef::<html::Div>::new();
    let tick = NodeRef::<html::Div>::new();
    replay::run(Model::here(), stage, beating, tick);
    view! {
        <div
            class="heart"
            node_ref=stage
            data-testid="heart"
            data-status=follow(move || name(status.get()))
            data-pulses="0"
            data-pulses-estimated="0"
            data-still="true"
            role="img"
            aria-label=follow(move || t!(lang, heart.picture))
        >
            <Ring />
            <div class="heart-tick" node_ref=tick></div>
            <div class="heart-beat" node_ref=beating hidden=follow(move || !worn.get())>
                <svg viewBox="0 0 24 24" aria-hidden="true" inner_html=SHAPE></svg>
            </div>
            <div class="heart-off" hidden=follow(move || worn.get())>
                <Icon svg=WATCH />
            </div>
            <span class="heart-badge">
                <Shape status=status />
            </span>
        </div>
    }
}

/// Only an outline: before there is anything to show.
#[component]
pub fn Outline(#[prop(optional)] searching: bool) -> impl IntoView {
    view! {
        <div class="heart heart-outline" class:searching=searching data-status="unknown" aria-hidden="true">
            <Ring />
            <div class="heart-beat">
                <svg viewBox="0 0 24 24" inner_html=SHAPE></svg>
            </div>
        </div>
    }
}

#[component]
fn Ring() -> impl IntoView {
    view! {
        <svg class="heart-ring" viewBox="0 0 100 100" aria-hidden="true">
            <circle class="track" cx="50" cy="50" r="47.5" />
            <circle cx="50" cy="50" r="47.5" />
        </svg>
    }
}
