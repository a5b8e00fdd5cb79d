//! A group of rows within one box, divided by hairlines: what leads somewhere, and what is so.

use crate::prelude::*;

use crate::components::icon::{CHEVRON, Icon};
use crate::follow::{Follow, follow, press};

/// A titled group.
#[component]
pub fn Group(#[prop(optional, into)] title: String, children: Children) -> impl IntoView {
    view! {
        <section class="group">
            {(!title.is_empty()).then(|| view! { <h2 class="group-title">{title}</h2> })}
            <div class="rows">{children()}</div>
        </section>
    }
}

/// A row that opens something, with what stands there now.
#[component]
pub fn Way(
    id: &'static str,
    icon: &'static str,
    #[prop(into)] name: String,
    #[prop(optional, into)] now: Follow<String>,
    #[prop(into)] open: Callback<()>,
) -> impl IntoView {
    view! {
        <button class="row" data-testid=id on:click=press(move || open.run(()))>
            <Icon svg=icon />
            <span class="row-name">{name}</span>
            <span class="row-now">{follow(move || now.get())}</span>
            <Icon svg=CHEVRON />
        </button>
    }
}

/// A row that says what is so.
#[component]
pub fn Fact(#[prop(into)] name: String, #[prop(into)] now: Follow<String>) -> impl IntoView {
    view! {
        <div class="row">
            <span class="row-name">{name}</span>
            <span class="row-now">{follow(move || now.get())}</span>
        </div>
    }
}
