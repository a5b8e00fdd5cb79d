//! The root: hears the engine, keeps the clock, and builds the page in the person's language.

use std::time::Duration;

use crate::prelude::*;
use bridge::{Code, Connection, Error, Start};
use leptos::task::spawn_local;
use leptos_i18n::Locale as _;

use crate::components::emergency::Emergency;
use crate::components::shell::Shell;
use crate::components::skeleton::Skeleton;
use crate::follow::{effect, follow, part};
use crate::model::Model;
use crate::route::Route;
use crate::screens::alerts::AlertsScreen;
use crate::screens::analytics::AnalyticsScreen;
use crate::screens::home::HomeScreen;
use crate::screens::messages::MessagesScreen;
use crate::screens::over::Overlay;
use crate::screens::profile::ProfileScreen;
use crate::screens::sessions::SessionsScreen;
use crate::screens::settings::SettingsScreen;
use crate::screens::start::StartScreen;
use crate::screens::welcome::WelcomeScreen;
use crate::{api, page, words};

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
    let moved = window_event_listener(leptos::ev::hashchange, move |_| {
        let route = page::route();
        if model.route.get_untracked() != route {
            model.over.set(None);
            model.route.set(route);
            page::to_top();
        }
    });
    on_cleanup(move || moved.remove());
    let lang = model.lang();
    let theme = model.theme();
    effect(move || page::set_root(theme.get(), lang.get().as_str()));
    let size = follow(move || model.preferences.with(|preferences| preferences.text_percent));
    effect(move || page::set_text_size(size.get().clamp(100, 200)));
    let temperature = follow(move || model.preferences.with(|preferences| preferences.temperature));
    // A change of language builds the page anew, and one of unit: no part of it needs to follow them by itself.
    part(move || {
        words::set_temperature(temperature.get());
        provide_context(lang.get());
        #[cfg(feature = "gallery")]
        if let Some(sheet) = crate::gallery::sheet() {
            return sheet;
        }
        view! { <Page /> }.into_any()
    })
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
    Welcome,
    Open,
}

#[component]
fn Page() -> impl IntoView {
    let model = Model::here();
    // Who has readings, or a bracelet on the way, needs no welcome.
    let fresh = model.part(|home| home.source.is_none() && home.connection == Connection::None);
    let fresh = follow(move || fresh.get() && !model.preferences.with(|preferences| preferences.welcomed));
    let stage = follow(move || match (model.start.get(), model.told.get()) {
        (Start::Opening, _) | (Start::Ready { .. }, false) => Stage::Opening,
        (Start::Ready { .. }, true) if fresh.get() => Stage::Welcome,
        (Start::Ready { .. }, true) => Stage::Open,
        _ => Stage::Asking,
    });
    part(move || match stage.get() {
        Stage::Opening => view! { <Skeleton /> }.into_any(),
        // Whoever falls is asked and helped behind the lock too.
        Stage::Asking => view! { <StartScreen /><Emergency /> }.into_any(),
        Stage::Welcome => view! { <WelcomeScreen /> }.into_any(),
        Stage::Open => view! { <Shell><Place /></Shell><Overlay /><Emergency /> }.into_any(),
    })
}

/// The page of the place where the person is.
#[component]
fn Place() -> impl IntoView {
    let model = Model::here();
    part(move || match model.route.get() {
        Route::Analytics(metric) => view! { <AnalyticsScreen first=metric /> }.into_any(),
        Route::Profile => view! { <ProfileScreen /> }.into_any(),
        Route::Alerts => view! { <AlertsScreen /> }.into_any(),
        Route::Sessions => view! { <SessionsScreen /> }.into_any(),
        Route::Messages => view! { <MessagesScreen /> }.into_any(),
        Route::Settings => view! { <SettingsScreen /> }.into_any(),
        Route::Home => view! { <HomeScreen /> }.into_any(),
    })
}
