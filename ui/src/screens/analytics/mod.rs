//! Analytics: one sentence, then a metric over time; others beneath it under the same cursor.
//!
//! Tests find: `analytics`, `metric-…`, `span-…`, `earlier`, `later`, `range`, `sentence`, `sentence-more`, `compare-…`.

use crate::prelude::*;
use bridge::Span;
use leptos::html;
use vitals::Metric;

use crate::components::card::icon;
use crate::components::chart::{ChartPanel, Shown, Size, View, told};
use crate::components::icon::{BACK, CHEVRON, Icon};
use crate::components::shell::PageHead;
use crate::follow::{Follow, Kept, effect, follow, part, press};
use crate::model::Model;
use crate::page;
use crate::screens::connect::with_bracelet;
use crate::words::{self, Locale, lang, t};

/// The metrics that have charts.
const METRICS: [Metric; 5] =
    [Metric::HeartRate, Metric::Spo2, Metric::SkinTemperature, Metric::Steps, Metric::Sleep];

/// The screen, beginning with a metric.
#[component]
pub fn AnalyticsScreen(#[prop(default = Metric::HeartRate)] first: Metric) -> impl IntoView {
    let lang = lang();
    view! {
        <div class="analytics" data-testid="analytics">
            <PageHead title=t!(lang, nav.analytics) />
            {with_bracelet(move || charts(first))}
        </div>
    }
}

/// The charts, of which there are none without a bracelet.
fn charts(first: Metric) -> AnyView {
    let lang = lang();
    let metric = Kept::new(first);
    let others = Kept::new(Vec::<Metric>::new());
    let view = Model::here().view;
    // The first panel's chart, which the sentence and the arrows are of.
    let main = Kept::new(Shown::default());
    let panels = part(move || {
        let (first, others) = (metric.get(), others.get());
        let size = if others.iter().any(|other| *other != first) { Size::Stacked } else { Size::Whole };
        let shown = Shown::default();
        main.set(shown);
        let more = others.into_iter().filter(|other| *other != first);
        view! {
            <ChartPanel metric=first view=view size=size shown=shown />
            {more.map(|other| view! { <ChartPanel metric=other view=view size=Size::Beneath /> }).collect_view()}
        }
        .into_any()
    });
    let choose = Callback::new(move |to| metric.set(to));
    let choose_span = Callback::new(move |to| {
        // The moment that was looked at stays in sight, where there is one.
        view.cursor.set(None);
        view.span.set(to);
    });
    let metrics = METRICS.map(|it| (it.name(), Some(icon(it)), words::metric(lang, it), it));
    let spans = Span::ALL.map(|it| (span_name(it), None, span_words(lang, it), it));
    view! {
            <Segments
                class="analytics-metrics"
                id="metric"
                legend=t!(lang, analytics.metrics)
                options=metrics.to_vec()
                chosen=metric
                choose=choose
            />
            <Sentence metric=metric main=main />
            <div class="analytics-bar">
                <When view=view main=main />
                <Segments
                    class="analytics-spans"
                    id="span"
                    legend=t!(lang, analytics.spans)
                    options=spans.to_vec()
                    chosen=view.span
                    choose=choose_span
                />
            </div>
            <div class="panels">{panels}</div>
            <Compare metric=metric others=others />
    }
    .into_any()
}

/// One of a few, as radio buttons: (id, icon, words, value).
#[component]
fn Segments<T: Copy + PartialEq + Send + Sync + 'static>(
    class: &'static str,
    id: &'static str,
    legend: String,
    options: Vec<(&'static str, Option<&'static str>, String, T)>,
    #[prop(into)] chosen: Follow<T>,
    choose: Callback<T>,
) -> impl IntoView {
    let option = move |(name, icon, words, value): (&'static str, Option<&'static str>, String, T)| {
        view! {
            <label>
                <input
                    type="radio"
                    name=id
                    data-testid=format!("{id}-{name}")
                    prop:checked=follow(move || chosen.get() == value)
                    on:change=press(move || choose.run(value))
                />
                {icon.map(|icon| view! { <Icon svg=icon /> })}
                <span>{words}</span>
            </label>
        }
    };
    // Where there are more than a phone is wide, the chosen one is in sight.
    let row = NodeRef::<html::Div>::new();
    effect(move || {
        chosen.track();
        in_sight(row);
    });
    view! {
        <fieldset class=format!("segments {class}")>
            <legend>{legend}</legend>
            <div node_ref=row>{options.into_iter().map(option).collect_view()}</div>
        </fieldset>
    }
}

/// Scrolls to the chosen one, once the row is there.
fn in_sight(row: NodeRef<html::Div>) {
    row.track();
    request_animation_frame(move || {
        if let Some(Some(row)) = row.try_get_untracked() {
            page::centre_chosen(&row);
        }
    });
}

/// What the period was like, beside the one before it.
#[component]
fn Sentence(metric: Kept<Metric>, main: Kept<Shown>) -> impl IntoView {
    let lang = lang();
    let said = follow(move || {
        main.get().chart.with(|chart| {
            let trend = chart.as_ref()?.trend.as_ref()?;
            Some(told::sentence(lang, metric.get(), trend))
        })
    });
    // Without a comparison, at an hour or three, the sentence is where the values lie.
    let first = follow(move || match said.get() {
        Some((said, _)) => Some(said),
        None => main.get().chart.with(|chart| chart.as_ref().map(|chart| told::plain(lang, chart))),
    });
    let more = follow(move || said.get().map(|(_, more)| more));
    view! {
        <div class="sentence" data-state=follow(move || main.get().state())>
            <p class="sentence-said" data-testid="sentence">{first}</p>
            <p class="sentence-more" data-testid="sentence-more">{more}</p>
        </div>
    }
}

/// What is shown, and the ways to before and after it.
#[component]
fn When(view: View, main: Kept<Shown>) -> impl IntoView {
    let lang = lang();
    let earlier =
        follow(move || main.get().chart.with(|chart| chart.as_ref().and_then(|chart| chart.earlier)));
    let later = follow(move || main.get().chart.with(|chart| chart.as_ref().and_then(|chart| chart.later)));
    let covers =
        follow(move || main.get().chart.with(|chart| chart.as_ref().map(|chart| told::covers(lang, chart))));
    let go = move |to| {
        view.cursor.set(None);
        view.end.set(to);
    };
    view! {
        <p class="analytics-when" data-state=follow(move || main.get().state())>
            <button
                class="button-icon"
                data-testid="earlier"
                aria-label=t!(lang, analytics.earlier)
                disabled=follow(move || earlier.get().is_none())
                on:click=press(move || go(earlier.get_untracked()))
            >
                <Icon svg=BACK />
            </button>
            <span class="analytics-range" data-testid="range" role="status">{covers}</span>
            <button
                class="button-icon"
                data-testid="later"
                aria-label=t!(lang, analytics.later)
                disabled=follow(move || later.get().is_none())
                on:click=press(move || go(later.get_untracked()))
            >
                <Icon svg=CHEVRON />
            </button>
        </p>
    }
}

/// Other metrics beneath, each in a panel of its own: never two axes in one.
#[component]
fn Compare(metric: Kept<Metric>, others: Kept<Vec<Metric>>) -> impl IntoView {
    let lang = lang();
    let toggle = move |other: Metric| {
        others.update(|others| {
            if others.contains(&other) {
                others.retain(|it| *it != other);
            } else {
                others.push(other);
            }
        });
    };
    let buttons = part(move || {
        let button = |other: Metric| {
            view! {
                <button
                    data-testid=format!("compare-{}", other.name())
                    aria-pressed=follow(move || others.with(|others| others.contains(&other)).to_string())
                    on:click=press(move || toggle(other))
                >
                    <Icon svg=icon(other) />
                    {words::metric(lang, other)}
                </button>
            }
        };
        METRICS.into_iter().filter(|other| *other != metric.get()).map(button).collect_view().into_any()
    });
    view! {
        <div class="compare" role="group" aria-label=t!(lang, analytics.compare)>
            <span aria-hidden="true">{t!(lang, analytics.compare)}</span>
            {buttons}
        </div>
    }
}

fn span_name(span: Span) -> &'static str {
    match span {
        Span::Hour => "hour",
        Span::ThreeHours => "three_hours",
        Span::Day => "day",
        Span::Week => "week",
        Span::Month => "month",
    }
}

fn span_words(lang: Locale, span: Span) -> String {
    match span {
        Span::Hour => t!(lang, analytics.span.hour),
        Span::ThreeHours => t!(lang, analytics.span.three_hours),
        Span::Day => t!(lang, analytics.span.day),
        Span::Week => t!(lang, analytics.span.week),
        Span::Month => t!(lang, analytics.span.month),
    }
}
