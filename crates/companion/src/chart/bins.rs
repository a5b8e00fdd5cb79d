//! A chart's bins from a timeline.

use bridge::{ChartBin, Form, Missing, Span};
use charts::{Window, form, sleeping};
use jiff::tz::TimeZone;
use vitals::{BASELINE_NEEDS, Metric, UnixMillis, baseline};

use super::days::Resting;
use super::nights::Nights;
use super::timeline::{Timeline, is_worn};
use crate::store::{Cover, Summary, scale};

/// The bins, and how many nights a baseline has so far, if they are too few.
pub struct Bins {
    pub bins: Vec<ChartBin>,
    pub nights: Option<u32>,
}

pub fn of(window: &Window, timeline: &Timeline, resting: &[Resting], zone: &TimeZone) -> Bins {
    let form = form(window.metric, window.span);
    if form == Form::Deviations {
        return deviations(window, timeline, zone);
    }
    let by_nights = form == Form::Nights || sleeps_by_night(window);
    let mut bins: Vec<ChartBin> = window
        .bins()
        .map(|(from, to)| {
            let (begin, end) = if by_nights { sleeping(from) } else { (from, to) };
            let cover = timeline.cover(begin, end);
            let passed = end.min(window.now.plus(1)).since(begin).max(1_000);
            let mut bin = ChartBin { from, to, ..ChartBin::default() };
            match form {
                Form::Bars => sums(&mut bin, window, timeline, (begin, end), &cover, passed),
                Form::Nights => {
                    let (values, seconds) = timeline.asleep(begin, end);
                    fill(&mut bin, window.metric, values.as_ref(), i64::from(seconds) * 1_000);
                }
                _ => fill(&mut bin, window.metric, timeline.values(begin, end).as_ref(), passed),
            }
            if bin.value.is_none() {
                bin.missing = Some(missing(window.metric, &cover));
            }
            bin
        })
        .collect();
    for Resting { from, to, value } in resting {
        let noon = from.plus(to.since(*from) / 2);
        if let Some(bin) = bins.iter_mut().find(|bin| bin.from <= noon && noon < bin.to) {
            bin.resting = *value;
        }
    }
    Bins { bins, nights: None }
}

/// A day's sleep is that of the night which ends on it.
pub fn sleeps_by_night(window: &Window) -> bool {
    window.metric == Metric::Sleep && matches!(window.span, Span::Week | Span::Month)
}

fn fill(bin: &mut ChartBin, metric: Metric, values: Option<&Summary>, passed_ms: i64) {
    let Some(summary) = values else { return };
    let scale = scale(metric);
    bin.count = summary.count;
    bin.coverage = share(i64::from(summary.count) * each_ms(metric), passed_ms);
    bin.extremes = Some((f64::from(summary.min) / scale, f64::from(summary.max) / scale));
    let Some(histogram) = &summary.histogram else { return };
    let at = |share| Some(f64::from(histogram.quantile(share)?) / scale);
    bin.value = at(0.5);
    if metric == Metric::HeartRate {
        bin.band = at(0.05).zip(at(0.95));
        bin.half = at(0.25).zip(at(0.75));
    }
}

fn sums(
    bin: &mut ChartBin,
    window: &Window,
    timeline: &Timeline,
    (from, to): (UnixMillis, UnixMillis),
    cover: &Cover,
    passed_ms: i64,
) {
    let hours = |seconds: u32| f64::from(seconds) / 3_600.0;
    if window.metric == Metric::Sleep {
        bin.count = cover.asleep;
        bin.coverage = share(i64::from(cover.worn) * 1_000, passed_ms);
        // A night off the wrist is not a night without sleep; an hour on it without sleep is an hour awake.
        let told = if sleeps_by_night(window) { cover.asleep > 0 } else { is_worn(cover) };
        bin.value = told.then(|| hours(cover.asleep));
        return;
    }
    let Some(summary) = timeline.values(from, to) else { return };
    bin.count = summary.count;
    bin.coverage = share(i64::from(summary.count) * each_ms(window.metric), passed_ms);
    #[expect(clippy::cast_precision_loss, reason = "a month's steps are far below 2^52")]
    let sum = summary.sum as f64;
    bin.value = Some(sum);
}

/// Nightly means of the skin's temperature while asleep, as differences from the baseline of the nights before each.
fn deviations(window: &Window, timeline: &Timeline, zone: &TimeZone) -> Bins {
    let before = charts::window(Metric::Steps, Span::Month, Some(window.from()), window.now, zone);
    let nights = Nights::of(timeline, before.days().chain(window.bins()).map(|(midnight, _)| midnight));
    let mut most = 0;
    let bins: Vec<ChartBin> = window
        .bins()
        .map(|(from, to)| {
            let mut bin = ChartBin { from, to, ..ChartBin::default() };
            let Some((own, mean)) = nights.night(from) else {
                let (begin, end) = sleeping(from);
                bin.missing = Some(missing(window.metric, &timeline.cover(begin, end)));
                return bin;
            };
            let earlier = nights.before(from);
            most = most.max(earlier.len() + 1);
            bin.count = own.count;
            bin.coverage = share(i64::from(own.count) * each_ms(window.metric), 8 * 3_600_000);
            bin.value = baseline(&earlier).map(|usual| mean - usual);
            bin
        })
        .collect();
    let too_few = most > 0 && most <= BASELINE_NEEDS && bins.iter().all(|bin| bin.value.is_none());
    Bins { bins, nights: too_few.then(|| u32::try_from(most).unwrap_or_default()) }
}

/// For how long one value of a metric stands: it is measured so often at most.
fn each_ms(metric: Metric) -> i64 {
    match metric {
        Metric::Spo2 => 10_000,
        Metric::SkinTemperature | Metric::AmbientTemperature => 30_000,
        _ => 1_000,
    }
}

fn share(part_ms: i64, whole_ms: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of days")]
    let share = part_ms as f64 / whole_ms.max(1) as f64;
    share.clamp(0.0, 1.0)
}

/// Why there is nothing. Only the optical sensor has a signal that can be too weak.
fn missing(metric: Metric, cover: &Cover) -> Missing {
    if cover.records == 0 {
        Missing::NoData
    } else if !is_worn(cover) {
        Missing::NotWorn
    } else if matches!(metric, Metric::HeartRate | Metric::Spo2) {
        Missing::PoorSignal
    } else {
        Missing::NoData
    }
}
