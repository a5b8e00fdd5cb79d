//! The heart's panel: the heart, its rate, its status and the reason for it.

use crate::prelude::*;
use bridge::{Connection, Heart as HeartData, Why};
use leptos_i18n::Locale as _;
use vitals::{Freshness, UnixMillis};

use crate::api::Command;
use crate::components::card::Bars;
use crate::components::heart::{Heart, Strip};
use crate::components::icon::{Icon, REFRESH};
use crate::components::status::Pill;
use crate::components::stepper::Stepper;
use crate::follow::{follow, part, press};
use crate::measure::{self, Age, Span};
use crate::model::Model;
use crate::page;
use crate::words::{self, lang, t};

/// The panel.
#[component]
pub fn PulsePanel() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let status = model.part(|home| home.heart.status);
    let worn = model.part(|home| home.worn != Some(false) && home.heart.why != Why::NotWorn);
    let rate = model.part(|home| match home.heart.freshness {
        Freshness::Gone => None,
        _ => home.heart.bpm,
    });
    let freshness = model.part(|home| home.heart.freshness);
    let bpm = follow(move || rate.get().map_or_else(|| "—".to_owned(), |bpm| bpm.0.to_string()));
    let steps = model.part(|home| match home.connection {
        Connection::Connecting { step } => Some(step),
        _ => None,
    });
    let step = follow(move || steps.get().unwrap_or(bridge::Step::Searching));
    let connecting = follow(move || steps.get().is_some());
    let away = model.part(|home| away(&home.connection));
    let announced = follow(move || {
        let metric = words::metric(lang, vitals::Metric::HeartRate);
        t!(lang, status.announced, metric = metric, status = words::status(lang, status.get()))
    });
    view! {
        <section class="panel" data-testid="panel" aria-label=words::metric(lang, vitals::Metric::HeartRate)>
            <Heart status=status worn=worn />
            <p class="bpm" data-freshness=follow(move || if freshness.get() == Freshness::Fresh { "fresh" } else { "old" })>
                <b data-testid="bpm">{bpm}</b>
                <small hidden=follow(move || rate.get().is_none())>{t!(lang, unit.bpm)}</small>
            </p>
            <p class="unseen" role="status">{announced}</p>
            <div class="verdict" data-testid="status" role="group" aria-label=t!(lang, status.label)>
                <Pill status=status />
            </div>
            <Reason />
            {part(move || match (connecting.get(), away.get()) {
                (true, _) => view! { <Stepper step=step /> }.into_any(),
                (_, true) => view! { <Away /> }.into_any(),
                (_, false) => view! { <Strip /> }.into_any(),
            })}
        </section>
    }
}

/// One line why. `data-testid="why"`.
#[component]
fn Reason() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let heart = model.part(|home| {
        (HeartData { at: None, age_ms: None, quality: 0, ..home.heart.clone() }, away(&home.connection))
    });
    let told = model.part(|home| home.heart.age_ms.map(|age| (age, home.at.0)));
    let age = move || told.get().map(|(age, at)| words::age(lang, Age::of(age, at, model.clock.get())));
    let reason = follow(move || {
        let (heart, away) = heart.get();
        let last = match (heart.bpm, age()) {
            (Some(bpm), Some(age)) if heart.freshness == Freshness::Gone => {
                Some(t!(lang, why.last, bpm = bpm.0, age = age))
            }
            _ => None,
        };
        // While the bracelet is away, the line below says why; here stands only how old the number is.
        match (heart.freshness, away) {
            (Freshness::Stale, true) => age().unwrap_or_default(),
            (Freshness::Gone, true) => last.unwrap_or_default(),
            _ => match (words::why(lang, &heart, &age().unwrap_or_default()), last) {
                (why, Some(last)) if heart.why != Why::Stale => format!("{why} {last}"),
                (_, Some(last)) => last,
                (why, None) => why,
            },
        }
    });
    // A rate within the limits needs no reason: instead, how good the signal is, in steps that do not flicker.
    let signal = model.part(|home| {
        (home.heart.why == Why::InRange && home.heart.freshness == Freshness::Fresh)
            .then_some(home.heart.quality)
    });
    let signal = follow(move || signal.get().map(measure::bars));
    view! {
        <p class="why" data-testid="why">
            {part(move || match signal.get() {
                Some(bars) => view! { <Bars filled=bars /> {words::signal(lang, bars)} }.into_any(),
                None => reason.get().into_any(),
            })}
        </p>
    }
}

fn away(connection: &Connection) -> bool {
    matches!(connection, Connection::Lost { .. } | Connection::Disconnected { .. })
}

#[derive(Clone, Copy, PartialEq)]
enum Gone {
    Lost { since: UnixMillis, next: UnixMillis },
    Let { since: UnixMillis },
}

/// While the bracelet is away: since when, when the next try begins, and a button for the impatient.
#[component]
fn Away() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let gone = model.part(|home| match home.connection {
        Connection::Lost { since, next_try } => Some(Gone::Lost { since, next: next_try }),
        Connection::Disconnected { since } => Some(Gone::Let { since }),
        _ => None,
    });
    let sentence = follow(move || match gone.get() {
        Some(Gone::Lost { since, .. }) => {
            t!(lang, connection.lost_at, time = page::clock(since, lang.as_str()))
        }
        Some(Gone::Let { since }) => {
            t!(lang, connection.disconnected_at, time = page::clock(since, lang.as_str()))
        }
        None => String::new(),
    });
    let countdown = follow(move || match gone.get() {
        Some(Gone::Lost { next, .. }) => match next.0 - model.clock.get() {
            ..=0 => t!(lang, connection.trying),
            // Rounded up: the try comes when the count is over.
            wait => {
                let wait = words::span(lang, Span::of_ms(wait + 999));
                t!(lang, connection.next_try, span = wait)
            }
        },
        _ => String::new(),
    });
    view! {
            <div class="away" data-testid="away">
                <p>{follow(move || sentence.get())}</p>
                <button
                    class="button button-primary"
                    data-testid="reconnect"
                    disabled=follow(move || model.busy.get())
                    on:click=press(move || model.ask(Command::new("connect_demo")))
                >
                    <Icon svg=REFRESH />
                    {t!(lang, connection.reconnect)}
                </button>
                <p class="countdown">{follow(move || countdown.get())}</p>
            </div>
    }
}
