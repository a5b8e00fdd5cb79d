//! The root: hears the engine, keeps the clock, and builds the page in the person's language.

use std::time::Duration;

use bridge::{Code, Error, Start};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_i18n::Locale as _;

use crate::components::skeleton::Skeleton;
use crate::model::Model;
use crate::screens::home::HomeScreen;
use crate::screens::start::StartScreen;
use crate::{api, page};

/// Builds the page and begins to hear the engine.
pub fn start() {
    console_error_panic_hook::set_once();
    mount_to_body(Root);
}

#[component]
fn Root() -> impl IntoView {
    let model = Model::new();
    provide_context(model);
    listen(model);
    // One tick a second moves ages and countdowns on. Nobody looking: nothing moves.
    set_interval(
        move || {
            if !page::hidden() {
                model.clock.set(page::now());
            }
        },
        Duration::from_secs(1),
    );
    let lang = model.lang();
    let theme = model.theme();
    Effect::new(move || page::set_root(theme.get(), lang.get().as_str()));
    // A change of language builds the page anew: no part of it needs to follow the language by itself.
    move || {
        provide_context(lang.get());
        view! { <Page /> }
    }
}

/// Connects the model to the engine. In a development build the gallery stands in for it where there is none.
fn listen(model: Model) {
    #[cfg(feature = "gallery")]
    if !api::in_app() {
        return crate::gallery::play(model);
    }
    spawn_local(async move {
        if let Err(why) = api::subscribe(move |event| model.take(event)).await {
            let why = Error { code: Code::Internal, ..why };
            model.start.set(Start::Blocked { why, kept_aside: None });
        }
    });
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Opening,
    Asking,
    Home,
}

#[component]
fn Page() -> impl IntoView {
    let model = Model::here();
    let stage = Memo::new(move |_| match (model.start.get(), model.told.get()) {
        (Start::Opening, _) | (Start::Ready { .. }, false) => Stage::Opening,
        (Start::Ready { .. }, true) => Stage::Home,
        _ => Stage::Asking,
    });
    move || match stage.get() {
        Stage::Opening => view! { <Skeleton /> }.into_any(),
        Stage::Asking => view! { <StartScreen /> }.into_any(),
        Stage::Home => view! { <HomeScreen /> }.into_any(),
    }
}
