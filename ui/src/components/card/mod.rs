//! A card: one value with its unit, age, signal, status and the last day.
//!
//! Tests find cards and values by `data-testid`: `card-spo2`, `value-spo2`, … with the metric's name.

use crate::prelude::*;
use bridge::{Card as CardData, Home, StepsCard as StepsData};
use vitals::{Freshness, Metric, Status};

use crate::components::icon::{BATTERY, BATTERY_LOW, DROPLET, FOOTPRINTS, HEART, Icon, MOON, THERMOMETER};
use crate::components::status::{Mark, name};
use crate::follow::{Follow, follow, part, when};
use crate::lines;
use crate::measure::{self, Age, fixed};
use crate::model::Model;
use crate::route::Route;
use crate::words::{self, lang, t};

/// The box in which sparklines are drawn; the style sheet stretches it.
const WIDTH: f64 = 240.0;
const HEIGHT: f64 = 36.0;
const VIEW_BOX: &str = "0 0 240 36";

/// Below this charge, in percent, a battery is low: hours are left. It has no colour, which is kept for the wearer's health.
const LOW: f64 = 15.0;

/// A metric's icon.
pub fn icon(metric: Metric) -> &'static str {
    match metric {
        Metric::HeartRate | Metric::Activity => HEART,
        Metric::Spo2 => DROPLET,
        Metric::SkinTemperature | Metric::AmbientTemperature => THERMOMETER,
        Metric::Steps => FOOTPRINTS,
        Metric::Sleep => MOON,
        Metric::Battery => BATTERY,
    }
}

/// The smallest span of values that a sparkline's height stands for.
fn least_span(metric: Metric) -> f64 {
    match metric {
        Metric::Spo2 => 6.0,
        Metric::SkinTemperature | Metric::AmbientTemperature => 2.0,
        Metric::Battery => 40.0,
        _ => 1.0,
    }
}

fn freshness_name(freshness: Freshness) -> &'static str {
    match freshness {
        Freshness::Fresh => "fresh",
        Freshness::Stale => "stale",
        Freshness::Gone => "gone",
    }
}

/// The card of a metric with one value.
#[component]
pub fn Card(metric: Metric, of: fn(&Home) -> &CardData) -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let value = model.part(move |home| of(home).value);
    let freshness = model.part(move |home| of(home).freshness);
    let status = model.part(move |home| of(home).status);
    let bars = model.part(move |home| of(home).quality.map(measure::bars));
    let bins = model.part(move |home| of(home).sparkline.clone());
    let told = model.part(move |home| of(home).age_ms.map(|age| (age, home.at.0)));
    let gone = move || freshness.get() == Freshness::Gone || value.get().is_none();
    let shown = follow(move || match value.get() {
        Some(amount) if !gone() => words::value(lang, metric, amount),
        _ => ("—".to_owned(), String::new()),
    });
    let age = follow(move || match (metric, told.get()) {
        (Metric::Sleep, Some(_)) => t!(lang, card.last_night),
        (_, Some((age, at))) => words::age(lang, Age::of(age, at, model.clock.get())),
        (_, None) => String::new(),
    });
    let note = follow(move || match value.get() {
        None => t!(lang, card.never),
        Some(amount) if gone() => {
            let last = words::value_text(lang, metric, amount);
            let last = t!(lang, card.last, value = last);
            if age.get().is_empty() { last } else { format!("{last}, {}", age.get()) }
        }
        Some(_) => age.get(),
    });
    // A battery and a night's sleep have no verdict.
    let judged = move || !matches!(metric, Metric::Sleep | Metric::Battery) && value.get().is_some();
    let low = follow(move || metric == Metric::Battery && !gone() && value.get().is_some_and(|it| it < LOW));
    let id = metric.name();
    view! {
        <section
            class="card"
            data-testid=format!("card-{id}")
            data-freshness=follow(move || freshness_name(freshness.get()))
            data-status=follow(move || name(status.get()))
            aria-label=words::metric(lang, metric)
        >
            <header>
                {part(move || view! { <Icon svg=if low.get() { BATTERY_LOW } else { icon(metric) } /> }.into_any())}
                <h2>{heading(metric)}</h2>
                {when(move || low.get(), move || view! { <b class="low">{t!(lang, card.battery_low)}</b> }.into_any())}
                {when(judged, move || view! { <Mark status=status /> }.into_any())}
            </header>
            <p class="value" data-testid=format!("value-{id}")>
                <b>{follow(move || shown.get().0)}</b>
                <small>{follow(move || shown.get().1)}</small>
            </p>
            <footer>
                <span class="age" data-testid=format!("age-{id}")>{follow(move || note.get())}</span>
                {part(move || match bars.get().filter(|_| !gone()) {
                    Some(bars) => view! { <Bars filled=bars /> }.into_any(),
                    None => ().into_any(),
                })}
            </footer>
            <Sparkline metric=metric bins=bins />
        </section>
    }
}

/// The card's name, which leads to its chart; the whole card is where a finger may hit it.
fn heading(metric: Metric) -> AnyView {
    let name = words::metric(lang(), metric);
    match metric {
        // A battery has no chart.
        Metric::Battery => name.into_any(),
        _ => view! { <a class="card-link" href=Route::Analytics(metric).hash()>{name}</a> }.into_any(),
    }
}

/// How sure a value is: four bars, and a word for a screen reader.
#[component]
pub fn Bars(filled: usize) -> impl IntoView {
    let words = words::signal(lang(), filled);
    view! {
        <span class="bars" role="img" aria-label=words.clone() title=words>
            {(0..4).map(|bar| view! { <i class:on=bar < filled></i> }).collect_view()}
        </span>
    }
}

/// The last 24 hours; gaps stay gaps.
#[component]
fn Sparkline(metric: Metric, bins: Follow<Vec<Option<f64>>>) -> impl IntoView {
    let lang = lang();
    let summary = follow(move || match bins.with(|bins| lines::range(bins)) {
        Some((low, high)) => {
            let low = words::value_text(lang, metric, low);
            let high = words::value_text(lang, metric, high);
            t!(lang, card.trend, low = low, high = high)
        }
        None => t!(lang, card.no_trend),
    });
    let spark = follow(move || bins.with(|bins| lines::spark(bins, WIDTH, HEIGHT, least_span(metric))));
    view! {
        <svg
            class="spark"
            viewBox=VIEW_BOX
            preserveAspectRatio="none"
            role="img"
            aria-label=summary
        >
            <path d=follow(move || spark.get().line) />
            <path class="dots" d=follow(move || spark.get().dots) />
        </svg>
    }
}

/// Today's steps: a ring towards the goal, and the last day by the hour.
#[component]
pub fn StepsCard() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let steps = model.part(|home| StepsData { age_ms: None, at: None, ..home.steps.clone() });
    let told = model.part(|home| home.steps.age_ms.map(|age| (age, home.at.0)));
    // A count that stopped long ago is not today's so far.
    let counted = move |steps: &StepsData| steps.today.filter(|_| steps.freshness != Freshness::Gone);
    let share = follow(move || {
        steps.with(|steps| {
            // Without a goal there is no share of it.
            let today = counted(steps).filter(|_| steps.goal > 0)?;
            Some(measure::percent(u64::from(today), u64::from(steps.goal)))
        })
    });
    let today = follow(move || match steps.with(counted) {
        Some(today) => words::count(lang, today.into()),
        None => "—".to_owned(),
    });
    // Nothing is a share of what is not known, or of no goal.
    let goal = follow(move || match share.get() {
        None => String::new(),
        Some(_) => t!(lang, card.of_goal, goal = words::count(lang, steps.with(|steps| steps.goal).into())),
    });
    let progress = follow(move || match share.get() {
        None => String::new(),
        Some(100..) => t!(lang, card.goal_reached),
        Some(percent) => t!(lang, card.goal_share, percent = percent),
    });
    let unknown = follow(move || steps.with(|steps| steps.today.is_some() && counted(steps).is_none()));
    let age = follow(move || {
        let old = told.get().map(|(age, at)| words::age(lang, Age::of(age, at, model.clock.get())));
        match (steps.with(|steps| (steps.today, steps.freshness)), old) {
            ((None, _), _) => t!(lang, card.never),
            // Steps are a sum of the day: only an old one needs its age.
            ((_, Freshness::Fresh), _) | ((_, Freshness::Stale), None) => t!(lang, card.today),
            ((_, Freshness::Stale), Some(old)) => old,
            ((Some(last), Freshness::Gone), old) => {
                let last = t!(lang, card.last, value = words::count(lang, last.into()));
                old.map_or(last.clone(), |old| format!("{last}, {old}"))
            }
        }
    });
    // The ring's circumference is 100: a share in percent is a length.
    let dash = follow(move || format!("{} 100", share.get().unwrap_or(0)));
    let hours = follow(move || steps.with(|steps| lines::bars(&steps.sparkline, WIDTH, HEIGHT)));
    let each = follow(move || steps.with(|steps| WIDTH / steps.sparkline.len().max(1) as f64 * 0.62));
    view! {
        <section
            class="card card-steps"
            data-testid="card-steps"
            data-freshness=follow(move || freshness_name(steps.with(|steps| steps.freshness)))
            data-status=name(Status::Unknown)
            aria-label=words::metric(lang, Metric::Steps)
        >
            <header>
                <Icon svg=FOOTPRINTS />
                <h2>{heading(Metric::Steps)}</h2>
                {when(move || unknown.get(), || view! { <Mark status=Follow::always(Status::Unknown) /> }.into_any())}
            </header>
            <svg class="goal" viewBox="0 0 36 36" role="img" aria-label=progress hidden=follow(move || share.get().is_none())>
                <circle cx="18" cy="18" r="15.915" />
                <circle class="done" cx="18" cy="18" r="15.915" stroke-dasharray=dash hidden=follow(move || share.get().unwrap_or(0) == 0) />
            </svg>
            <p class="value" data-testid="value-steps">
                <b>{today}</b>
                <small>{goal}</small>
            </p>
            <footer>
                <span class="age" data-testid="age-steps">{age}</span>
                <span class="progress">{progress}</span>
            </footer>
            <svg class="spark spark-bars" viewBox=VIEW_BOX preserveAspectRatio="none" aria-hidden="true">
                {part(move || {
                    let width = fixed(each.get(), 2);
                    hours
                        .get()
                        .into_iter()
                        .map(|bar| {
                            let [x, y, high] = [bar.x, HEIGHT - bar.height, bar.height].map(|at| fixed(at, 2));
                            view! { <rect x=x y=y width=width.clone() height=high rx="1" /> }
                        })
                        .collect_view()
                        .into_any()
                })}
            </svg>
        </section>
    }
}
