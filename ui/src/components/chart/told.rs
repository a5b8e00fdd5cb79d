//! What a chart tells in words: a bin, the whole, and its one sentence.

use bridge::{Chart, ChartBin, Form, Missing, Span};
use leptos_i18n::Locale as _;
use vitals::{Change, Metric, Period, Trend, UnixMillis, Verdict};
use wasm_bindgen::JsValue;

use crate::page;
use crate::words::{self, Locale, plural, t};

/// A bin in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readout {
    /// The value with its unit, or why there is none.
    pub value: String,
    /// Where most values lay.
    pub range: String,
    /// For how much of the time it was measured.
    pub coverage: String,
    /// When.
    pub time: String,
}

impl Readout {
    /// In one line, for a screen reader.
    pub fn spoken(&self) -> String {
        let parts = [&self.time, &self.value, &self.range, &self.coverage];
        parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ")
    }
}

/// Whether a chart shows no value at all.
pub fn is_empty(chart: &Chart) -> bool {
    chart.bins.iter().all(|bin| bin.value.is_none())
}

/// A bin's value, range, coverage and time.
pub fn readout(lang: Locale, chart: &Chart, bin: &ChartBin) -> Readout {
    let value = match (bin.value, bin.missing) {
        (Some(value), _) => amount(lang, chart, value),
        (None, Some(why)) => missing(lang, why),
        (None, None) => "—".to_owned(),
    };
    let mut range = bin.band.or(bin.extremes).map(|ends| from_to(lang, chart, ends)).unwrap_or_default();
    if let Some(resting) = bin.resting {
        let resting = t!(lang, analytics.resting, value = words::value_text(lang, chart.metric, resting));
        range = if range.is_empty() { resting } else { format!("{range}, {resting}") };
    }
    let coverage = match bin.value {
        Some(_) => {
            t!(lang, analytics.covered, percent = words::percent(lang, bin.coverage))
        }
        None => String::new(),
    };
    Readout { value, range, coverage, time: when(lang, chart, bin) }
}

/// The unit of a chart's axis; empty where a number is a count.
pub fn unit(lang: Locale, metric: Metric, span: Span) -> String {
    match (metric, span) {
        (Metric::Sleep, Span::Week | Span::Month) => t!(lang, unit.hours),
        (Metric::Sleep, _) => t!(lang, unit.minutes),
        _ => words::value(lang, metric, 0.0).1,
    }
}

/// The whole chart: where its values lie.
pub fn whole(lang: Locale, chart: &Chart) -> Readout {
    let Some((low, high)) = ends(chart) else { return Readout::default() };
    let range = || from_to(lang, chart, (low, high));
    let value = match chart.form {
        _ if is_total(chart) => words::value_text(lang, chart.metric, total(chart)),
        // Single values lie further apart than their medians.
        Form::Band | Form::Boxes | Form::Dots | Form::Nights => t!(lang, analytics.medians, range = range()),
        Form::Line | Form::Deviations | Form::Bars => range(),
    };
    Readout { value, ..Readout::default() }
}

/// Whether all that the chart shows is told as one sum: not of days, which are each by themselves.
fn is_total(chart: &Chart) -> bool {
    let by_days = matches!(chart.span, Span::Week | Span::Month);
    chart.metric == Metric::Steps || chart.metric == Metric::Sleep && !by_days
}

fn total(chart: &Chart) -> f64 {
    chart.bins.iter().filter_map(|bin| bin.value).sum()
}

/// What a chart shows, where its metric's name does not say it.
pub fn title(lang: Locale, metric: Metric, span: Span) -> String {
    match (metric, span) {
        (Metric::SkinTemperature, Span::Week | Span::Month) => t!(lang, analytics.deviations),
        _ => words::metric(lang, metric),
    }
}

/// The one sentence of a chart without a comparison, below a day: where its values lie, or their sum.
pub fn plain(lang: Locale, chart: &Chart) -> String {
    let Some((low, high)) = ends(chart) else { return String::new() };
    let text = |value| words::value_text(lang, chart.metric, value);
    match chart.metric {
        Metric::Steps => t!(lang, analytics.lead.steps_day, value = text(total(chart))),
        // Less than a minute of it is none.
        Metric::Sleep if total(chart) * 60.0 < 1.0 => t!(lang, analytics.lead.no_sleep),
        Metric::Sleep => t!(lang, analytics.lead.sleep_day, value = text(total(chart))),
        metric => {
            let (least, most) = (text(low), text(high));
            let low = words::value(lang, metric, low).0;
            if least == most { most } else { t!(lang, analytics.lead.within, low = low, high = most) }
        }
    }
}

/// The smallest and the largest of the chart's values.
fn ends(chart: &Chart) -> Option<(f64, f64)> {
    let values = chart.bins.iter().filter_map(|bin| bin.value);
    values.fold(None, |ends: Option<(f64, f64)>, value| match ends {
        None => Some((value, value)),
        Some((low, high)) => Some((low.min(value), high.max(value))),
    })
}

/// From one value to another, with one unit where both have the same.
fn from_to(lang: Locale, chart: &Chart, (low, high): (f64, f64)) -> String {
    let (least, unit) = words::value(lang, chart.metric, low);
    if unit.is_empty() || chart.form == Form::Deviations {
        let (low, high) = (amount(lang, chart, low), amount(lang, chart, high));
        return t!(lang, analytics.between, low = low, high = high);
    }
    format!("{least}–{}", words::value_text(lang, chart.metric, high))
}

fn amount(lang: Locale, chart: &Chart, value: f64) -> String {
    if chart.form != Form::Deviations {
        return words::value_text(lang, chart.metric, value);
    }
    let text = words::degrees(lang, value);
    // A difference has a sign.
    if words::temperature().difference(value) >= 0.05 { format!("+{text}") } else { text }
}

/// Why there is nothing.
pub fn missing(lang: Locale, why: Missing) -> String {
    match why {
        Missing::NotWorn => t!(lang, analytics.missing.not_worn),
        Missing::NoData => t!(lang, analytics.missing.no_data),
        Missing::PoorSignal => t!(lang, analytics.missing.poor_signal),
    }
}

/// When a bin was: a day by its date; below, a time of day, with the day where the chart shows several.
fn when(lang: Locale, chart: &Chart, bin: &ChartBin) -> String {
    if bin.to.since(bin.from) > 20 * 3_600_000 {
        return written(bin.from, lang, &DAY);
    }
    match chart.span {
        Span::Hour | Span::ThreeHours => written(bin.from, lang, &TIME),
        _ => written(bin.from, lang, &DAY_AND_TIME),
    }
}

const TIME: [(&str, &str); 2] = [("hour", "2-digit"), ("minute", "2-digit")];
const DAY: [(&str, &str); 3] = [("weekday", "short"), ("day", "numeric"), ("month", "short")];
const DAY_AND_TIME: [(&str, &str); 3] = [("weekday", "short"), ("hour", "2-digit"), ("minute", "2-digit")];
const DATE: [(&str, &str); 2] = [("day", "numeric"), ("month", "short")];
const DATE_AND_TIME: [(&str, &str); 4] =
    [("day", "numeric"), ("month", "short"), ("hour", "2-digit"), ("minute", "2-digit")];

/// A time where the person is, as the language writes those parts of it.
fn written(at: UnixMillis, lang: Locale, parts: &[(&str, &str)]) -> String {
    let lang = lang.as_str();
    let wanted =
        page::languages().into_iter().find(|tag| tag.starts_with(lang)).unwrap_or_else(|| lang.to_owned());
    let options = js_sys::Object::new();
    // As the axis writes them: from 0 to 24.
    for (name, style) in parts.iter().chain(&[("hourCycle", "h23")]) {
        // Setting a field of a fresh object cannot fail.
        let _ = js_sys::Reflect::set(&options, &(*name).into(), &(*style).into());
    }
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit")]
    let date = js_sys::Date::new(&JsValue::from_f64(at.0 as f64));
    date.to_locale_string(&wanted, &options).into()
}

/// What the chart covers: "Last 7 days", or from when until when.
pub fn covers(lang: Locale, chart: &Chart) -> String {
    if chart.later.is_none() {
        return match chart.span {
            Span::Hour => t!(lang, analytics.last.hour),
            Span::ThreeHours => t!(lang, analytics.last.three_hours),
            Span::Day => t!(lang, analytics.last.day),
            Span::Week => t!(lang, analytics.last.week),
            Span::Month => t!(lang, analytics.last.month),
        };
    }
    let (from, to) = match chart.span {
        Span::Week | Span::Month => {
            (written(chart.from, lang, &DATE), written(chart.to.plus(-1), lang, &DATE))
        }
        Span::Day => (written(chart.from, lang, &DATE_AND_TIME), written(chart.to, lang, &DATE_AND_TIME)),
        Span::Hour | Span::ThreeHours => {
            (written(chart.from, lang, &DATE_AND_TIME), written(chart.to, lang, &TIME))
        }
    };
    t!(lang, analytics.range, from = from, to = to)
}

/// The one sentence, and what of it was within limits or of a goal.
pub fn sentence(lang: Locale, metric: Metric, trend: &Trend) -> (String, String) {
    let before = match trend.period {
        Period::Day => t!(lang, analytics.before.day),
        Period::Week => t!(lang, analytics.before.week),
        Period::Month => t!(lang, analytics.before.month),
    };
    let not_enough = || t!(lang, analytics.not_enough);
    let Some(value) = trend.value else { return (not_enough(), String::new()) };
    let lead = lead(lang, metric, trend.period, words::value_text(lang, metric, value));
    let share = trend.good.map(|good| {
        // All of it is told only when it was all of it: an alert may stand beneath.
        let percent = words::percent(lang, (good * 100.0 + 1e-9).floor() / 100.0);
        let share = match metric {
            Metric::Steps | Metric::Sleep => t!(lang, analytics.of_goal, percent = percent),
            _ => t!(lang, analytics.in_range, percent = percent),
        };
        match trend.verdict {
            Some(Verdict::Better) => {
                t!(lang, analytics.better, share = share, before = before.clone())
            }
            Some(Verdict::Worse) => {
                t!(lang, analytics.worse, share = share, before = before.clone())
            }
            None => share,
        }
    });
    let share = share.unwrap_or_default();
    let said = match trend.change {
        Change::NotEnough => {
            let second = if share.is_empty() { not_enough() } else { format!("{share}. {}.", not_enough()) };
            return (lead, second);
        }
        Change::Same => t!(lang, analytics.same, lead = lead, before = before),
        Change::Higher(by) => {
            let by = difference(lang, metric, by);
            match metric {
                Metric::Steps | Metric::Sleep => {
                    t!(lang, analytics.more, lead = lead, by = by, before = before)
                }
                _ => t!(lang, analytics.higher, lead = lead, by = by, before = before),
            }
        }
        Change::Lower(by) => {
            let by = difference(lang, metric, by);
            match metric {
                Metric::Steps => {
                    t!(lang, analytics.fewer, lead = lead, by = by, before = before)
                }
                Metric::Sleep => {
                    t!(lang, analytics.less, lead = lead, by = by, before = before)
                }
                _ => t!(lang, analytics.lower, lead = lead, by = by, before = before),
            }
        }
    };
    (said, share)
}

fn lead(lang: Locale, metric: Metric, period: Period, value: String) -> String {
    let is_day = period == Period::Day;
    match metric {
        Metric::Spo2 => t!(lang, analytics.lead.spo2, value = value),
        Metric::SkinTemperature => {
            t!(lang, analytics.lead.skin_temperature, value = value)
        }
        Metric::Steps if is_day => t!(lang, analytics.lead.steps_day, value = value),
        Metric::Steps => t!(lang, analytics.lead.steps, value = value),
        Metric::Sleep if is_day => t!(lang, analytics.lead.sleep_day, value = value),
        Metric::Sleep => t!(lang, analytics.lead.sleep, value = value),
        _ => t!(lang, analytics.lead.heart_rate, value = value),
    }
}

/// A difference, with its unit where the number alone would not say it.
fn difference(lang: Locale, metric: Metric, by: f64) -> String {
    match metric {
        Metric::HeartRate | Metric::Steps => words::num(lang, by, 0),
        #[expect(clippy::cast_possible_truncation, reason = "a few points")]
        Metric::Spo2 => plural!(lang, by.round() as i32, analytics.points),
        Metric::SkinTemperature | Metric::AmbientTemperature => words::degrees(lang, by),
        _ => words::value_text(lang, metric, by),
    }
}
