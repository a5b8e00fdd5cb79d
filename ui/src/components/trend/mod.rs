//! The last three hours of the heart rate, beneath the heart on a wide window.

use std::time::Duration;

use bridge::{Series, SeriesQuery};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_i18n::Locale as _;
use vitals::{Metric, UnixMillis};

use crate::follow::{follow, memo, when};
use crate::model::Model;
use crate::words::{self, lang, t};
use crate::{api, chart, page};

const MINUTE_MS: i64 = 60_000;
const SPAN_MS: i64 = 180 * MINUTE_MS;
/// The chart asks again at most this often: its bins are minutes.
const AGAIN_MS: i64 = 20_000;
/// The drawing's height in pixels; the width is the page's.
const HEIGHT: u32 = 152;

/// The chart. It is not there at all, and asks for nothing, on a narrow page. `data-testid="trend"`.
#[component]
pub fn Trend() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let series = RwSignal::new(None::<Series>);
    let asked = StoredValue::new(0);
    let place = NodeRef::<html::Div>::new();
    let width = RwSignal::new(0_u32);

    let measure = move || {
        if let Some(Some(place)) = place.try_get_untracked() {
            let now = u32::try_from(place.client_width()).unwrap_or(0);
            if width.get_untracked() != now {
                width.set(now);
            }
        }
    };
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());

    let ask = move |now: i64| {
        asked.set_value(now);
        // Whole minutes: the drawing changes only when there is something new to draw.
        let to = (now.div_euclid(MINUTE_MS) + 1) * MINUTE_MS;
        let query = SeriesQuery {
            metric: Metric::HeartRate,
            from: UnixMillis(to - SPAN_MS),
            to: UnixMillis(to),
            bin_ms: MINUTE_MS,
        };
        spawn_local(async move {
            match api::series(query).await {
                Ok(answer) => {
                    if series.try_with_untracked(|shown| shown.as_ref() != Some(&answer)) == Some(true) {
                        series.set(Some(answer));
                    }
                }
                // The chart keeps what it shows; the engine tells its own trouble.
                Err(error) => leptos::logging::warn!("series: {}", error.detail),
            }
        });
    };
    Effect::new(move || {
        place.track();
        set_timeout(measure, Duration::ZERO);
        ask(page::now());
    });
    // A source that came or went is another chart; otherwise new readings and the passing of time, not too often.
    let source = model.part(|home| home.source.as_ref().map(|source| source.id));
    Effect::new(move |before: Option<Option<i64>>| {
        let source = source.get();
        if before.is_some_and(|before| before != source) {
            ask(page::now());
        }
        source
    });
    Effect::new(move || {
        let now = model.clock.get();
        model.stored.track();
        if width.get_untracked() > 0 && now - asked.get_value() >= AGAIN_MS {
            ask(now);
        }
    });

    let drawing = memo(move || {
        let width = width.get();
        if width == 0 {
            return String::new();
        }
        series.with(|series| {
            let Some(series) = series.as_ref().filter(|series| !series.buckets.is_empty()) else {
                return String::new();
            };
            let clock = |at| page::clock(at, lang.as_str());
            chart::heart_rate(series, (width, HEIGHT), clock).unwrap_or_default()
        })
    });
    let summary = follow(move || {
        series.with(|series| {
            let buckets = &series.as_ref()?.buckets;
            let low = buckets.iter().map(|bin| bin.min).reduce(f64::min)?;
            let high = buckets.iter().map(|bin| bin.max).reduce(f64::max)?;
            let (low, high) = (words::num(lang, low, 0), words::num(lang, high, 0));
            Some(t!(lang, chart.summary, low = low, high = high))
        })
    });
    let empty = move || series.with(|series| series.as_ref().is_some_and(|series| series.buckets.is_empty()));
    view! {
        <section class="trend" data-testid="trend" aria-label=t!(lang, chart.title)>
            <header>
                <h2>{t!(lang, chart.title)}</h2>
                <span>{summary}</span>
                <span class="legend legend-mean">{t!(lang, chart.legend_mean)}</span>
                <span class="legend legend-band">{t!(lang, chart.legend_band)}</span>
            </header>
            <div class="chart" node_ref=place aria-hidden="true" inner_html=follow(move || drawing.get())></div>
            {when(empty, move || view! { <p class="trend-empty">{t!(lang, chart.empty)}</p> }.into_any())}
        </section>
    }
}
