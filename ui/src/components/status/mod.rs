//! A status: never a colour alone, always a shape and a word.

use crate::prelude::*;
use vitals::Status;

use crate::follow::{Follow, follow};
use crate::words::{self, lang};

/// The name under which the style sheet knows a status.
pub fn name(status: Status) -> &'static str {
    match status {
        Status::Unknown => "unknown",
        Status::Active => "active",
        Status::Ok => "ok",
        Status::Attention => "attention",
        Status::Alert => "alert",
    }
}

/// The shape of a status on a 16 × 16 field: ✓ in a circle, ▲, an octagon with "!", a dashed circle with "?".
fn shape(status: Status) -> &'static str {
    match status {
        Status::Ok => {
            r#"<circle cx="8" cy="8" r="7" fill="currentColor"/><path d="m5 8.2 2.1 2.1L11.2 6" class="ink"/>"#
        }
        Status::Attention => {
            r#"<path d="M8 2 14.6 13.6H1.4z" fill="currentColor" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round"/><path d="M8 6.4v3.2M8 11.7v.01" class="ink"/>"#
        }
        Status::Alert => {
            r#"<path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z" fill="currentColor"/><path d="M8 4.6v4M8 11.3v.01" class="ink"/>"#
        }
        Status::Active => {
            r#"<circle cx="8" cy="8" r="7" fill="currentColor"/><path d="m6 5.5 2.5 2.5L6 10.5M9 5.5 11.5 8 9 10.5" class="ink"/>"#
        }
        Status::Unknown => {
            r#"<circle cx="8" cy="8" r="6.9" fill="none" stroke="currentColor" stroke-width="1.4" stroke-dasharray="2.7 1.63"/><path d="M6.4 6.3a1.7 1.7 0 1 1 2.3 1.6c-.5.2-.7.5-.7 1M8 11.3v.01" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round"/>"#
        }
    }
}

/// The shape alone; the word stands elsewhere.
#[component]
pub fn Shape(#[prop(into)] status: Follow<Status>) -> impl IntoView {
    view! {
        <svg
            class="shape"
            data-status=follow(move || name(status.get()))
            viewBox="0 0 16 16"
            aria-hidden="true"
            inner_html=follow(move || shape(status.get()))
        ></svg>
    }
}

/// Shape and word on the status' tint.
#[component]
pub fn Pill(#[prop(into)] status: Follow<Status>) -> impl IntoView {
    let lang = lang();
    view! {
        <span class="pill" data-status=follow(move || name(status.get()))>
            <Shape status=status />
            <span>{follow(move || words::status(lang, status.get()))}</span>
        </span>
    }
}

/// Shape and word, small, without a tint.
#[component]
pub fn Mark(#[prop(into)] status: Follow<Status>) -> impl IntoView {
    let lang = lang();
    view! {
        <span class="mark" data-status=follow(move || name(status.get()))>
            <Shape status=status />
            <span>{follow(move || words::status_short(lang, status.get()))}</span>
        </span>
    }
}
