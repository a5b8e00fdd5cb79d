//! What a chart's lines, bands, hatchings and marks mean: only those that it shows, each drawn as it is there.

use crate::prelude::*;
use bridge::{Chart, Form, Missing, Span};
use vitals::{Level, Metric};

use super::asking::Shown;
use crate::follow::{follow, part};
use crate::words::{Locale, lang, t};

/// The legend.
#[component]
pub fn Legend(shown: Shown) -> impl IntoView {
    let lang = lang();
    let entries = follow(move || {
        shown.chart.with(|chart| chart.as_ref().map(|chart| entries(lang, chart)).unwrap_or_default())
    });
    let items = part(move || {
        let item = |(swatch, words): (&'static str, String)| {
            view! {
                <li>
                    <svg class="ink" viewBox="0 0 20 12" aria-hidden="true" inner_html=swatch></svg>
                    {words}
                </li>
            }
        };
        entries.get().into_iter().map(item).collect_view().into_any()
    });
    view! {
        <ul class="chart-legend" aria-label=t!(lang, analytics.legend.label)>{items}</ul>
    }
}

const LINE: &str = r#"<path class="ink-line" d="M0 6H20"/>"#;
const BAND: &str = r#"<rect class="ink-band" y="1" width="20" height="10"/>"#;
const EXTREMES: &str = r#"<rect class="ink-extremes" y="1" width="20" height="10"/>"#;
const HALF: &str = r#"<rect class="ink-half" x="5" y="1" width="10" height="10" rx="2"/>"#;
const MEDIAN: &str = r#"<path class="ink-median" d="M4 6H16"/>"#;
const WHISKERS: &str = r#"<path class="ink-stem" d="M10 0V12"/>"#;
const DOT: &str = r#"<circle class="ink-dot" cx="10" cy="6" r="3"/>"#;
const LEAST: &str = r#"<circle class="ink-least" cx="10" cy="6" r="3"/>"#;
const RESTING: &str =
    r#"<path class="ink-resting" d="M0 6H20"/><circle class="ink-resting-dot" cx="10" cy="6" r="3"/>"#;
const BAR: &str = r#"<rect class="ink-bar" x="5" y="1" width="10" height="11" rx="2"/>"#;
const REACHED: &str = r#"<rect class="ink-reached" x="5" y="7" width="10" height="5" rx="2"/><path class="ink-tick" d="M7.3 3L9.1 5L12.7 1"/>"#;
const WEEK: &str = r#"<path class="ink-week-mean" d="M0 6H20"/>"#;
const LIMIT: &str = r#"<path class="ink-attention" d="M0 6H20"/>"#;
const GOAL: &str = r#"<path class="ink-goal" d="M0 6H20"/>"#;
const NOT_WORN: &str = r#"<path class="ink-hatch" d="M1 11L11 1M6 11L16 1M11 11L19 3M1 6L6 1"/>"#;
const NO_DATA: &str =
    r#"<path class="ink-hatch" d="M2 3h1M8 3h1M14 3h1M5 7h1M11 7h1M17 7h1M2 11h1M8 11h1M14 11h1"/>"#;
const POOR: &str = r#"<path class="ink-hatch" d="M1 1L11 11M6 1L16 11M11 1L19 9M1 6L6 11"/>"#;
const WORN: &str = r#"<rect class="ink-worn" y="3" width="20" height="6" rx="2"/>"#;
const MOVING: &str = r#"<rect class="ink-moving" y="3" width="20" height="6" rx="2"/>"#;
const ATTENTION: &str = r#"<path class="ink-mark-attention" d="M10 1L16 11L4 11Z"/>"#;
const ALERT: &str = r#"<path class="ink-mark-alert" d="M8 1L12 1L15 4L15 8L12 11L8 11L5 8L5 4Z"/>"#;
const FALL: &str = r#"<path class="ink-fall" d="M10 0L16 6L10 12L4 6Z"/>"#;
const SESSION: &str = r#"<rect class="ink-session" x="1" y="2" width="18" height="8" rx="3"/>"#;

/// A swatch and its words, for each thing that the chart shows.
fn entries(lang: Locale, chart: &Chart) -> Vec<(&'static str, String)> {
    let has = |missing| chart.bins.iter().any(|bin| bin.missing == Some(missing));
    let measured = chart.bins.iter().any(|bin| bin.value.is_some());
    let rests = chart.bins.iter().any(|bin| bin.resting.is_some());
    let draws = |class: &str| chart.svg.contains(&format!("class=\"ink-{class}\""));
    let lane = &chart.lane;
    let alerts = |level| lane.alerts.iter().any(|alert| alert.level == level);
    let counted = matches!(chart.metric, Metric::Steps | Metric::Sleep);
    let by_days = matches!(chart.span, Span::Week | Span::Month);
    let all = [
        (LINE, measured && chart.form == Form::Band, t!(lang, analytics.legend.median)),
        (LINE, measured && chart.form == Form::Line, t!(lang, analytics.legend.value)),
        (DOT, measured && chart.form == Form::Dots, t!(lang, analytics.legend.median)),
        (BAND, measured && chart.form == Form::Band, t!(lang, analytics.legend.band)),
        (EXTREMES, measured && chart.form == Form::Band, t!(lang, analytics.legend.extremes)),
        (MEDIAN, measured && chart.form == Form::Boxes, t!(lang, analytics.legend.median)),
        (WHISKERS, measured && chart.form == Form::Boxes, t!(lang, analytics.legend.band)),
        (HALF, measured && chart.form == Form::Boxes, t!(lang, analytics.legend.half)),
        (RESTING, rests, t!(lang, analytics.legend.resting)),
        (DOT, measured && chart.form == Form::Nights, t!(lang, analytics.legend.night)),
        (LEAST, measured && chart.form == Form::Nights, t!(lang, analytics.legend.least)),
        (BAR, measured && chart.form == Form::Deviations, t!(lang, analytics.legend.deviation)),
        (BAR, measured && counted, t!(lang, analytics.legend.bars)),
        (REACHED, draws("reached"), t!(lang, analytics.legend.reached)),
        (GOAL, by_days && draws("goal"), t!(lang, analytics.legend.goal)),
        (WEEK, draws("week-mean"), t!(lang, analytics.legend.week_mean)),
        (LIMIT, draws("attention") || draws("alert"), t!(lang, analytics.legend.attention)),
        (NOT_WORN, has(Missing::NotWorn), t!(lang, analytics.missing.not_worn)),
        (NO_DATA, has(Missing::NoData), t!(lang, analytics.missing.no_data)),
        (POOR, has(Missing::PoorSignal), t!(lang, analytics.missing.poor_signal)),
        (WORN, !lane.worn.is_empty(), t!(lang, analytics.legend.worn)),
        (MOVING, !lane.moving.is_empty(), t!(lang, analytics.legend.moving)),
        (ATTENTION, alerts(Level::Attention), t!(lang, status.attention)),
        (ALERT, alerts(Level::Alert), t!(lang, analytics.legend.alert)),
        (FALL, !lane.falls.is_empty(), t!(lang, analytics.legend.fall)),
        (SESSION, !lane.sessions.is_empty(), t!(lang, analytics.legend.session)),
    ];
    all.into_iter().filter(|entry| entry.1).map(|(swatch, _, words)| (swatch, words)).collect()
}
