//! The heart's panel: the heart, its rate, its status and the reason for it.

use bridge::{Connection, Heart as HeartData, Why};
use leptos::prelude::*;
use leptos_i18n::{Locale as _, td_string};
use vitals::{Freshness, UnixMillis};

use crate::api::Command;
use crate::components::card::Bars;
use crate::components::heart::{Heart, Strip};
use crate::components::icon::{Icon, REFRESH};
use crate::components::status::Pill;
use crate::components::stepper::Stepper;
use crate::measure::{self, Age, Span};
use crate::model::Model;
use crate::page;
use crate::words::{self, lang};

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
    let bpm = move || rate.get().map_or_else(|| "—".to_owned(), |bpm| bpm.0.to_string());
    let steps = model.part(|home| match home.connection {
        Connection::Connecting { step } => Some(step),
        _ => None,
    });
    let step = Memo::new(move |_| steps.get().unwrap_or(bridge::Step::Searching));
    let connecting = Memo::new(move |_| steps.get().is_some());
    let away = model.part(|home| away(&home.connection));
    let announced = move || {
        let metric = words::metric(lang, vitals::Metric::HeartRate);
        td_string!(lang, status.announced, metric = metric, status = words::status(lang, status.get()))
            .to_string()
    };
    view! {
        <section class="panel" data-testid="panel" aria-label=words::metric(lang, vitals::Metric::HeartRate)>
            <Heart status=status worn=worn />
            <p class="bpm" data-freshness=move || if freshness.get() == Freshness::Fresh { "fresh" } else { "old" }>
                <b data-testid="bpm">{bpm}</b>
                <small hidden=move || rate.get().is_none()>{td_string!(lang, unit.bpm).to_string()}</small>
            </p>
            <p class="unseen" role="status">{announced}</p>
            <Show
                when=move || connecting.get()
                fallback=move || {
                    view! {
                        <div
                            class="verdict"
                            data-testid="status"
                            role="group"
                            aria-label=td_string!(lang, status.label).to_string()
                        >
                            <Pill status=status />
                        </div>
                        <Reason />
                        <Show when=move || away.get() fallback=|| view! { <Strip /> }>
                            <Away />
                        </Show>
                    }
                }
            >
                <Stepper step=step />
            </Show>
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
    let reason = Memo::new(move |_| {
        let (heart, away) = heart.get();
        let last = match (heart.bpm, age()) {
            (Some(bpm), Some(age)) if heart.freshness == Freshness::Gone => {
                Some(td_string!(lang, why.last, bpm = bpm.0, age = age).to_string())
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
    let signal = Memo::new(move |_| signal.get().map(measure::bars));
    view! {
        <p class="why" data-testid="why">
            {move || match signal.get() {
                Some(bars) => view! { <Bars filled=bars /> {words::signal(lang, bars)} }.into_any(),
                None => reason.get().into_any(),
            }}
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
    let sentence = Memo::new(move |_| match gone.get() {
        Some(Gone::Lost { since, .. }) => {
            td_string!(lang, connection.lost_at, time = page::clock(since, lang.as_str())).to_string()
        }
        Some(Gone::Let { since }) => {
            td_string!(lang, connection.disconnected_at, time = page::clock(since, lang.as_str())).to_string()
        }
        None => String::new(),
    });
    let countdown = Memo::new(move |_| match gone.get() {
        Some(Gone::Lost { next, .. }) => match next.0 - model.clock.get() {
            ..=0 => td_string!(lang, connection.trying).to_string(),
            // Rounded up: the try comes when the count is over.
            wait => {
                let wait = words::span(lang, Span::of_ms(wait + 999));
                td_string!(lang, connection.next_try, span = wait).to_string()
            }
        },
        _ => String::new(),
    });
    view! {
            <div class="away" data-testid="away">
                <p>{move || sentence.get()}</p>
                <button
                    class="button button-primary"
                    data-testid="reconnect"
                    disabled=move || model.busy.get()
                    on:click=move |_| model.ask(Command::ConnectDemo)
                >
                    <Icon svg=REFRESH />
                    {td_string!(lang, connection.reconnect).to_string()}
                </button>
                <p class="countdown">{move || countdown.get()}</p>
            </div>
    }
}
