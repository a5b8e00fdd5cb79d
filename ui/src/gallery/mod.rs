//! Every state of every screen from fixtures, in a development build only: `#/gallery/<state>?lang=fr&theme=dark`.
//!
//! `#/gallery` lists them. Screenshots, the accessibility check and the eye all use it. Readings here are made up and
//! never reach a shipped build: the feature `gallery` is off there.

mod answers;
mod charts;
mod fixtures;

use std::time::Duration;

use bridge::{Beat, Error, Event, Rhythm, Theme};
use leptos::prelude::*;
use vitals::{RrMillis, UnixMillis};

use crate::api::Command;
use crate::model::Model;
use crate::page;

/// Shows the state that the address names, and keeps it alive.
pub fn play(model: Model) {
    let hash = window().location().hash().unwrap_or_default();
    let (_, choices) = hash.split_once('?').unwrap_or((&hash, ""));
    let name = name();
    for choice in choices.split('&') {
        match choice.split_once('=') {
            Some(("lang", lang)) => model.preferences.update(|it| it.language = Some(lang.to_owned())),
            Some(("text", percent)) => {
                model.preferences.update(|it| it.text_percent = percent.parse().unwrap_or(100));
            }
            Some(("theme", "dark")) => model.preferences.update(|it| it.theme = Theme::Dark),
            Some(("theme", "light")) => model.preferences.update(|it| it.theme = Theme::Light),
            _ => {}
        }
    }
    let preferences = model.preferences.get_untracked();
    let Some(state) = fixtures::STATES.iter().find(|state| state.name == name) else {
        list();
        return;
    };
    model.take(Event::Start((state.start)(preferences)));
    model.route.set(state.route);
    if let Some((span, end)) = charts::view(&name) {
        model.view.span.set(span);
        model.view.end.set(end);
    }
    model.over.set((state.over)());
    model.step.set(state.step);
    model.put_aside.set((name == "sos-banner").then(|| "s".to_owned()));
    model.preferences.update(|it| it.welcomed = state.welcomed);
    if let Some(error) = (state.trouble)() {
        model.take(Event::Trouble(error));
    }
    let Some(home) = state.home else { return };
    let tell = move || {
        let mut told = home(page::now());
        told.at = UnixMillis(page::now());
        told
    };
    let first = tell();
    let rhythm = first.heart.rhythm;
    let beats_before: Vec<Beat> = (0..70).rev().map(|n| beat(page::now() - 1_500 - n * 830, n)).collect();
    model.take(Event::Home(Box::new(first)));
    if rhythm == Rhythm::Measured {
        model.minute.update_value(|minute| minute.push(&beats_before));
        set_interval(
            move || {
                let now = page::now();
                model.take(Event::Beats(vec![beat(now - 400, now / 830)]));
            },
            Duration::from_millis(830),
        );
    }
    // A frozen clock keeps screenshots alike; what is live is told anew each second, as the engine does.
    if rhythm != Rhythm::Still {
        set_interval(move || model.take(Event::Home(Box::new(tell()))), Duration::from_secs(1));
    }
}

/// The state that the address names.
fn name() -> String {
    let hash = window().location().hash().unwrap_or_default();
    let path = hash.split_once('?').map_or(hash.as_str(), |(path, _)| path);
    path.trim_start_matches("#/gallery").trim_matches('/').trim_start_matches('#').to_owned()
}

/// A beat with a breath's variation of its interval.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 770 and 890")]
fn beat(at: i64, number: i64) -> Beat {
    let breath = (number as f64 * 0.9).sin() * 45.0 + (number as f64 * 2.3).sin() * 12.0;
    Beat { at: UnixMillis(at), rr: Some(RrMillis((830.0 + breath) as u16)) }
}

/// All states as links, and as JSON for what walks through them: `[{"name": …}]` in `#gallery-states`.
fn list() {
    let links: String = fixtures::STATES
        .iter()
        .map(|state| format!("<li><a href=\"#/gallery/{0}\">{0}</a></li>", state.name))
        .collect();
    let names: Vec<&str> = fixtures::STATES.iter().map(|state| state.name).collect();
    let json = serde_json::to_string(&names).unwrap_or_default();
    if let Some(body) = document().body() {
        body.set_inner_html(&format!(
            "<h1>Gallery</h1><ul>{links}</ul><p>Reload after choosing.</p>\
             <script type=\"application/json\" id=\"gallery-states\">{json}</script>"
        ));
    }
}

/// Stands in for the engine's answers, as JSON: what is asked comes from fixtures, what is told changes nothing.
///
/// # Errors
///
/// Where the state shows one.
pub async fn answer(command: &Command) -> Result<String, Error> {
    let state = name();
    if state.ends_with("-waiting") {
        std::future::pending::<()>().await;
    }
    answers::answer(&state, command)
}
