//! Charts from the store: what they show is read from roll-ups, what it means comes from `vitals`, `charts` draws it.

mod bins;
mod days;
mod lane;
mod limits;
mod nights;
mod table;
mod timeline;

pub use days::KnownDays;
pub use nights::Usual;
pub use table::csv;

use bridge::{Chart, ChartQuery, Form, InForce, Span};
use charts::{Data, Language, Look, Window, window};
use jiff::tz::TimeZone;
use vitals::{Metric, UnixMillis};

use crate::store::{Grain, Result, SourceId, Store, StoreError};
use days::Days;
use timeline::Timeline;

/// The metrics that have charts.
const METRICS: [Metric; 5] =
    [Metric::HeartRate, Metric::Spo2, Metric::SkinTemperature, Metric::Steps, Metric::Sleep];

/// From where a chart is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// The computer's clock.
    pub now: UnixMillis,
    /// The zone in which days begin.
    pub zone: &'a TimeZone,
    /// The person's limits and goals, with the times from which they hold.
    pub decided: &'a InForce,
    /// What was worked out for charts before.
    pub known: &'a KnownDays,
}

/// The chart of a source's metric.
///
/// # Errors
///
/// [`StoreError::Invalid`] for a metric without charts or a size beyond what a window has; else the store's.
pub async fn chart(
    store: &Store,
    source: SourceId,
    query: &ChartQuery,
    Viewer { now, zone, decided, known }: Viewer<'_>,
) -> Result<Chart> {
    if !METRICS.contains(&query.metric) {
        return Err(StoreError::Invalid("a metric without charts"));
    }
    if !(200..=4_000).contains(&query.width) || !(100..=2_000).contains(&query.height) {
        return Err(StoreError::Invalid("a chart of that size"));
    }
    let window = window(query.metric, query.span, query.end, now, zone);
    let days = Days::of(&window, zone);
    let (shown, compared) = timelines(store, source, &window, days.as_ref(), zone).await?;
    let limits = limits::in_force(decided, &window, shown.covers());
    let goals = limits::goals(decided, &window);
    let resting = match &days {
        Some(days) if query.metric == Metric::HeartRate => {
            let timeline = compared.as_ref().unwrap_or(&shown);
            days.resting(store, source, &window, timeline, known).await?
        }
        _ => Vec::new(),
    };
    let bins::Bins { bins, nights } = bins::of(&window, &shown, &resting, zone);
    let lane =
        if query.lane { lane::of(store, source, &window, &shown).await? } else { bridge::Lane::default() };
    let compared = compared.as_ref().unwrap_or(&shown);
    let trend = days.as_ref().map(|days| days.trend(&window, compared, &resting, decided));
    let first = store.first_minute(source).await?;

    let data = Data { window: &window, bins: &bins, limits: &limits, goals: &goals, lane: &lane };
    let look = Look {
        size: (query.width, query.height),
        language: Language::of(&query.language),
        temperature: query.temperature,
        zone,
        kept: query.axis,
        lane: query.lane,
    };
    let drawing = charts::draw(&data, &look).map_err(|error| StoreError::Internal(error.to_string()))?;
    Ok(Chart {
        metric: query.metric,
        span: query.span,
        from: window.from(),
        to: window.to(),
        earlier: first.filter(|first| *first < window.from()).map(|_| window.from()),
        later: window.later(zone),
        svg: drawing.svg,
        plot: drawing.plot,
        axis: drawing.axis,
        form: charts::form(query.metric, query.span),
        bins,
        lane,
        trend,
        nights,
    })
}

/// What the chart shows, and what it is compared with where that is read by another grain.
async fn timelines(
    store: &Store,
    source: SourceId,
    window: &Window,
    days: Option<&Days>,
    zone: &TimeZone,
) -> Result<(Timeline, Option<Timeline>)> {
    let by_minutes = !matches!(window.span, Span::Week | Span::Month);
    if by_minutes {
        let shown =
            Timeline::read(store, source, window.metric, window.from(), window.to(), Grain::Minute).await?;
        let compared = match days {
            Some(days) => Some(
                Timeline::read(store, source, window.metric, days.begin(), days.end(), Grain::Quarter)
                    .await?,
            ),
            None => None,
        };
        return Ok((shown, compared));
    }
    let mut from = window.from().min(days.map_or(window.from(), Days::begin));
    if charts::form(window.metric, window.span) == Form::Deviations {
        let before = charts::window(Metric::Steps, Span::Month, Some(window.from()), window.now, zone);
        from = from.min(before.from());
    }
    // The night that ends on the first day begins on the evening before.
    let from = charts::sleeping(from).0;
    Ok((Timeline::read(store, source, window.metric, from, window.to(), Grain::Quarter).await?, None))
}
