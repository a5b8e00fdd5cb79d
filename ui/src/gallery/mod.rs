//! Every state of every screen from fixtures, in a development build only: `#/gallery/<state>?lang=fr&theme=dark`.
//!
//! `#/gallery` lists them, and a sheet a component with all of its states. Screenshots, the accessibility check and the eye all
//! use it. Readings here are made up and never reach a shipped build: the feature `gallery` is off there.

mod alerts;
mod answers;
mod charts;
mod fixtures;
mod home;
mod sheets;
mod story;
mod trends;

use std::time::Duration;

use crate::prelude::*;
use bridge::{Beat, Error, Event, Home, Rhythm, Temperature, Theme, Units};
use vitals::{Bpm, RrMillis, Status, UnixMillis};

use crate::api::Command;
use crate::model::Model;
use crate::page;

/// Shows the state that the address names, and keeps it alive.
pub fn play(model: Model) {
    choose(model);
    // Who looks at all states changes the address and says so: the page follows without being loaded anew.
    let changed = window_event_listener_untyped("gallery", move |_| choose(model));
    on_cleanup(move || changed.remove());
    let name = name();
    let Some(state) = fixtures::STATES.iter().find(|state| state.name == name) else {
        if !sheets::SHEETS.iter().any(|sheet| sheet.0 == name) {
            list();
        }
        return;
    };
    if state.american {
        model
            .preferences
            .update(|it| (it.units, it.temperature) = (Units::Imperial, Temperature::Fahrenheit));
    }
    model.take(Event::Start((state.start)(model.preferences.get_untracked())));
    model.work.set((state.work)());
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
    // From one beat to the next at the rate that is told.
    let interval = 60_000 / i64::from(first.heart.bpm.map_or(72, |bpm| bpm.0.max(1)));
    let beats_before: Vec<Beat> =
        (0..60_000 / interval).rev().map(|n| beat(page::now() - 1_500 - n * interval, n, interval)).collect();
    model.take(Event::Home(Box::new(first.clone())));
    if rhythm == Rhythm::Measured {
        model.minute.update_value(|minute| minute.push(&beats_before));
        set_interval(
            move || {
                let now = page::now();
                model.take(Event::Beats(vec![beat(now - 400, now / interval, interval)]));
            },
            Duration::from_millis(interval.unsigned_abs()),
        );
    }
    // A frozen clock keeps screenshots alike; what is live is told anew each second, as the engine does.
    if let Some(updates) = updates() {
        set_interval(
            move || {
                let at = UnixMillis(page::now());
                model.take(Event::Home(Box::new(other(Home { at, ..first.clone() }))));
            },
            Duration::from_secs(1) / updates,
        );
    } else if rhythm != Rhythm::Still {
        set_interval(move || model.take(Event::Home(Box::new(tell()))), Duration::from_secs(1));
    }
}

/// How many times a second the address wants Home told, each time with other values: to measure what that costs.
fn updates() -> Option<u32> {
    let hash = window().location().hash().unwrap_or_default();
    hash.split_once("updates=")?.1.parse().ok().filter(|updates| *updates > 0)
}

/// Home with other values than a tenth of a second ago.
fn other(mut home: Home) -> Home {
    let tenth = home.at.0 / 100;
    let swing = (tenth % 20) as f64;
    home.heart.bpm = u16::try_from(62 + tenth % 40).ok().map(Bpm);
    home.heart.status = if tenth % 20 < 10 { Status::Ok } else { Status::Attention };
    home.overall = home.heart.status;
    home.spo2.value = Some(95.0 + swing / 5.0);
    home.skin_temperature.value = Some(33.0 + swing / 10.0);
    home.steps.today = u32::try_from(5_000 + tenth % 1_000).ok();
    home
}

/// The sheet of a component that the address names, in place of the page.
pub fn sheet() -> Option<AnyView> {
    sheets::sheet(&name())
}

/// Takes language, theme and size of text from the address.
fn choose(model: Model) {
    let hash = window().location().hash().unwrap_or_default();
    let (_, choices) = hash.split_once('?').unwrap_or((&hash, ""));
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
}

/// The state that the address names.
fn name() -> String {
    let hash = window().location().hash().unwrap_or_default();
    let path = hash.split_once('?').map_or(hash.as_str(), |(path, _)| path);
    path.trim_start_matches("#/gallery").trim_matches('/').trim_start_matches('#').to_owned()
}

/// A beat with a breath's variation of its interval.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some hundreds of milliseconds")]
fn beat(at: i64, number: i64, interval: i64) -> Beat {
    let breath = 1.0 + (number as f64 * 0.9).sin() * 0.055 + (number as f64 * 2.3).sin() * 0.015;
    Beat { at: UnixMillis(at), rr: Some(RrMillis((interval as f64 * breath) as u16)) }
}

/// All states as links: whoever walks through them begins here.
fn list() {
    let screens = fixtures::STATES.iter().map(|state| state.name);
    let links: String = screens
        .chain(sheets::SHEETS.iter().map(|sheet| sheet.0))
        .map(|name| format!("<li><a href=\"#/gallery/{name}\">{name}</a></li>"))
        .collect();
    if let Some(body) = document().body() {
        body.set_inner_html(&format!("<h1>Gallery</h1><ul>{links}</ul><p>Reload after choosing.</p>"));
    }
}

/// Stands in for the engine's answers, as JSON: what is asked comes from fixtures, what is told changes nothing.
///
/// # Errors
///
/// Where the state shows one.
pub async fn answer(command: &Command) -> Result<String, Error> {
    let state = name();
    // Each alarm of the sheet is another one: none of them is the engine's.
    if state.ends_with("-waiting") || state == "component-alarm" {
        std::future::pending::<()>().await;
    }
    answers::answer(&state, command)
}
