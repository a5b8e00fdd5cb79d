//! What limits would have done over the last weeks, what values are usual, and a limit that would suit better.
//!
//! Judged by minutes, not by seconds: a run of minutes beyond a limit begins when more than half of a minute's values are
//! beyond it, and goes on until half of a minute's are back inside by the margin of the live judgement. An alert needs as many
//! minutes in a row as its hold has, and a minute without values begins anew, as the live judgement does after a pause. Against
//! that judgement, which hears every second, an episode at the edge of its hold may be counted or not.

use bridge::{Distribution, Suggestion, WouldAlert};
use vitals::{Judged, Level, Limits, Metric, UnixMillis, WARM_HOLD_MS, WARMER_BY};

use crate::chart::Usual;
use crate::store::MinuteValues;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// A week, in the two spans that are told.
const WEEK_MS: i64 = 7 * DAY_MS;
/// A day counts for a suggestion with so many minutes of values.
const FULL_DAY_MINUTES: usize = 12 * 60;
/// A suggestion rests on so many days at least.
const DAYS: usize = 7;

/// Hundredths of the metric's unit in one of its stored units.
fn hundredths(metric: Metric) -> i32 {
    if metric == Metric::SkinTemperature { 1 } else { 100 }
}

fn concerns(judged: Judged, minute: &MinuteValues) -> bool {
    judged.activity().is_none_or(|activity| activity == minute.activity)
}

/// How many alerts limits would have raised in the minutes given (the last 30 days, the oldest first). Of skin, with those
/// for being warmer than was `usual` then, which no limit prevents.
#[must_use]
pub fn would_alert(
    judged: Judged,
    limits: &Limits,
    minutes: &[MinuteValues],
    usual: &Usual,
    now: UnixMillis,
) -> WouldAlert {
    let mut found = WouldAlert::default();
    for low in [true, false] {
        let (attention, alert) = if low {
            (limits.low_attention, limits.low_alert)
        } else {
            (limits.high_attention, limits.high_alert)
        };
        for episode in episodes(judged, low, (attention, alert), minutes, usual) {
            let week = now.since(episode.raised) <= WEEK_MS;
            let (recent, all) = match episode.level {
                Level::Attention => (&mut found.attention_7d, &mut found.attention_30d),
                Level::Alert => (&mut found.alert_7d, &mut found.alert_30d),
            };
            *recent += u32::from(week);
            *all += 1;
        }
    }
    let judged_minutes = minutes.iter().filter(|minute| concerns(judged, minute)).count();
    found.hours = u32::try_from(judged_minutes.div_ceil(60)).unwrap_or(u32::MAX);
    found
}

struct Found {
    raised: UnixMillis,
    level: Level,
}

/// The alerts of one side. One that turns red is one alert, and red.
fn episodes(
    judged: Judged,
    low: bool,
    (attention, alert): (Option<i32>, Option<i32>),
    minutes: &[MinuteValues],
    usual: &Usual,
) -> Vec<Found> {
    let in_minutes = |ms: i64| usize::try_from(ms / MINUTE_MS).unwrap_or(1);
    let hold = |level| in_minutes(judged.hold_ms(level));
    let side = |limit| Side { limit, low, judged };
    let (mut orange, mut red) = (Run::new(side(attention.or(alert))), Run::new(side(alert)));
    let mut warm = Run::new(side(None));
    let is_skin = judged == Judged::SkinTemperature && !low;
    let mut found = Vec::new();
    let mut open: Option<Found> = None;
    let mut last: Option<UnixMillis> = None;
    for minute in minutes {
        if !concerns(judged, minute) {
            // Judged by other limits now: what was open under these is over.
            (orange.length, red.length, warm.length, last) = (0, 0, 0, None);
            found.extend(open.take());
            continue;
        }
        if last.is_none_or(|last| minute.at.since(last) > fresh_ms(judged)) {
            (orange.length, red.length, warm.length) = (0, 0, 0);
        }
        let follows = last.is_some();
        last = Some(minute.at);
        red.take(minute);
        orange.take(minute);
        // From that on, where a limit is what must be passed.
        warm.side.limit =
            usual.at(minute.at).filter(|_| is_skin).map(|usual| i32::from(usual.0 + WARMER_BY) - 1);
        warm.take(minute);
        let level = if red.length >= hold(Level::Alert) {
            Some(Level::Alert)
        } else if (attention.is_some() && orange.length >= hold(Level::Attention))
            || warm.length >= in_minutes(WARM_HOLD_MS)
        {
            Some(Level::Attention)
        } else {
            None
        };
        match (&mut open, level) {
            (Some(open), Some(level)) => open.level = open.level.max(level),
            (None, Some(level)) => open = Some(Found { raised: minute.at, level }),
            (Some(_), None) if orange.length == 0 && follows => found.extend(open.take()),
            _ => {}
        }
    }
    found.extend(open);
    found
}

/// One limit of one side.
#[derive(Clone, Copy)]
struct Side {
    limit: Option<i32>,
    low: bool,
    judged: Judged,
}

impl Side {
    /// The share of a minute's values that are beyond the limit by more than so much (negative: inside by that).
    fn share_beyond(&self, minute: &MinuteValues, by: i32) -> f64 {
        let Some(limit) = self.limit else { return 0.0 };
        let unit = hundredths(self.judged.metric());
        let beyond =
            |value: i32| if self.low { value * unit < limit - by } else { value * unit > limit + by };
        let (beyond, all) = minute.values.iter().fold((0_u32, 0_u32), |(sum, all), &(value, count)| {
            (sum + if beyond(value) { count } else { 0 }, all + count)
        });
        f64::from(beyond) / f64::from(all.max(1))
    }
}

/// Minutes in a row beyond a limit.
struct Run {
    side: Side,
    length: usize,
}

impl Run {
    fn new(side: Side) -> Self {
        Self { side, length: 0 }
    }

    fn take(&mut self, minute: &MinuteValues) {
        let goes_on = if self.length == 0 {
            self.side.share_beyond(minute, 0) > ENTERS
        } else {
            // Back inside only by the margin of the live judgement.
            self.side.share_beyond(minute, -margin(self.side.judged)) > STAYS
        };
        self.length = if goes_on { self.length + 1 } else { 0 };
    }
}

/// A run begins with a minute of which more than this share is beyond the limit.
const ENTERS: f64 = 0.5;
/// It goes on while more than this share is not back inside by the margin.
const STAYS: f64 = 0.5;

/// How far inside values must be to count as back, in hundredths: as [`vitals::StatusTracker`] has it.
fn margin(judged: Judged) -> i32 {
    match judged.metric() {
        Metric::HeartRate => 300,
        Metric::SkinTemperature => 20,
        _ => 100,
    }
}

/// Minutes with values may be so far apart and still follow each other: skin is measured twice a minute, oxygen not while
/// moving.
fn fresh_ms(judged: Judged) -> i64 {
    judged.metric().fresh_for_ms().unwrap_or(0).max(MINUTE_MS)
}

/// How often each value occurred, in the metric's unit.
#[must_use]
pub fn distribution(judged: Judged, minutes: &[MinuteValues]) -> Distribution {
    // Skin temperature by tenths of a degree: single hundredths make no hill.
    let step = if judged.metric() == Metric::SkinTemperature { 10 } else { 1 };
    let mut counts = std::collections::BTreeMap::<i32, u32>::new();
    for &(value, count) in minutes.iter().filter(|it| concerns(judged, it)).flat_map(|it| &it.values) {
        *counts.entry((value + step / 2).div_euclid(step)).or_default() += count;
    }
    let unit = f64::from(step * hundredths(judged.metric())) / 100.0;
    let values = counts.into_iter().map(|(value, count)| (f64::from(value) * unit, count)).collect();
    Distribution { judged, values }
}

/// A lower limit for a heart that is often below the present one without being ill: at least seven days of values, and for
/// a slow heart that is usual (training, beta-blockers) or values that are below it one tenth of the time. The suggestion is
/// 5 bpm below what 1 of 100 values lies under, rounded down to whole fives; never below 35 bpm, never the other side, never
/// stricter than now.
#[must_use]
pub fn suggestion(
    judged: Judged,
    limits: &Limits,
    slow_heart: bool,
    minutes: &[MinuteValues],
) -> Option<Suggestion> {
    const LOWEST: i32 = 3_500;
    const BETWEEN_LEVELS: i32 = 500;
    if !matches!(judged, Judged::HeartRate | Judged::HeartRateAsleep) {
        return None;
    }
    let present = limits.low_attention?;
    let mut per_day = std::collections::BTreeMap::<i64, usize>::new();
    for minute in minutes {
        *per_day.entry(minute.at.0.div_euclid(DAY_MS)).or_default() += 1;
    }
    let days = per_day.values().filter(|&&minutes| minutes >= FULL_DAY_MINUTES).count();
    if days < DAYS {
        return None;
    }
    let mut counts = std::collections::BTreeMap::<i32, u64>::new();
    for &(value, count) in minutes.iter().filter(|it| concerns(judged, it)).flat_map(|it| &it.values) {
        *counts.entry(value).or_default() += u64::from(count);
    }
    let all: u64 = counts.values().sum();
    let below: u64 = counts.iter().filter(|(value, _)| **value * 100 < present).map(|(_, count)| count).sum();
    // What is often below is usual for this person; what is seldom is what a limit is for.
    if all == 0 || (!slow_heart && below * 10 < all) || below * 100 < all {
        return None;
    }
    let mut seen = 0;
    let usual = counts.iter().find(|(_, count)| {
        seen += **count;
        seen * 100 >= all
    })?;
    let attention = ((*usual.0 * 100 - 500) / 500 * 500).max(LOWEST);
    if attention >= present {
        return None;
    }
    let alert = limits.low_alert.map(|alert| alert.min(attention - BETWEEN_LEVELS));
    Some(Suggestion {
        judged,
        limits: Limits { low_attention: Some(attention), low_alert: alert, ..*limits },
        usual_low: f64::from(*usual.0),
        slow_heart,
        days: u32::try_from(days).unwrap_or(u32::MAX),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use vitals::{Activity, Thresholds};

    /// Minutes one after the other, each of one value for its 60 seconds.
    fn minutes(activity: Activity, values: impl IntoIterator<Item = i32>) -> Vec<MinuteValues> {
        let minute = |(at, value)| MinuteValues {
            at: UnixMillis(at * MINUTE_MS),
            activity,
            values: vec![(value, 60)],
        };
        (0..).zip(values).map(minute).collect()
    }

    fn count(judged: Judged, minutes: &[MinuteValues]) -> (u32, u32) {
        let now = minutes.last().map_or(UnixMillis(0), |last| last.at);
        let limits = Thresholds::default().in_force(judged, Some(40));
        let found = would_alert(judged, &limits, minutes, &Usual::default(), now);
        (found.attention_30d, found.alert_30d)
    }

    #[test]
    fn holds_are_counted_in_minutes_and_one_that_turns_red_is_one() {
        let still =
            |values: &[i32]| count(Judged::HeartRate, &minutes(Activity::Still, values.iter().copied()));
        assert_eq!(still(&[80; 60]), (0, 0));
        assert_eq!(still(&[&[80; 9][..], &[105; 9], &[80; 9]].concat()), (0, 0));
        assert_eq!(still(&[&[80; 9][..], &[105; 10], &[80; 9]].concat()), (1, 0));
        assert_eq!(still(&[&[80; 9][..], &[125; 2], &[80; 9]].concat()), (0, 1));
        assert_eq!(still(&[&[80; 9][..], &[105; 12], &[125; 3], &[105; 5], &[80; 9]].concat()), (0, 1));
        assert_eq!(still(&[&[125; 3][..], &[80; 9], &[45; 3], &[80; 2]].concat()), (0, 2));
    }

    #[test]
    fn each_activity_is_judged_by_its_own_limits() {
        let fifty = |activity| minutes(activity, [47; 30]);
        assert_eq!(count(Judged::HeartRate, &fifty(Activity::Still)), (0, 1));
        assert_eq!(count(Judged::HeartRate, &fifty(Activity::Asleep)), (0, 0));
        assert_eq!(count(Judged::HeartRateAsleep, &fifty(Activity::Asleep)), (0, 0));
        let run = minutes(Activity::Moving, [185; 5]);
        assert_eq!(count(Judged::HeartRateMoving, &run), (0, 1), "above 180 at forty");
        assert_eq!(count(Judged::HeartRate, &run), (0, 0));
    }

    #[test]
    fn a_limit_is_suggested_after_seven_days_of_a_slow_heart_and_not_before() {
        let limits = Thresholds::default().heart_rate;
        let days = |days: usize, value| minutes(Activity::Still, vec![value; days * 1_440]);
        let suggest = |minutes: &[MinuteValues], slow| suggestion(Judged::HeartRate, &limits, slow, minutes);
        assert_eq!(suggest(&days(6, 54), true), None);
        let found = suggest(&days(7, 54), true).unwrap();
        assert_eq!((found.limits.low_attention, found.limits.low_alert), (Some(4_500), Some(4_000)));
        assert_eq!(found.limits.check(Metric::HeartRate), Ok(()));
        assert_eq!(suggest(&days(7, 70), true), None, "a heart that is not slow");
        assert!(suggest(&days(7, 54), false).is_some(), "always below 60: usual for them");
    }

    #[test]
    fn a_distribution_counts_every_value_of_its_activity() {
        let mut mixed = minutes(Activity::Still, [60, 61, 61]);
        mixed.extend(minutes(Activity::Asleep, [50]));
        let found = distribution(Judged::HeartRate, &mixed);
        assert_eq!(found.values, [(60.0, 60), (61.0, 120)]);
        let skin = distribution(Judged::SkinTemperature, &minutes(Activity::Still, [3_361, 3_364, 3_366]));
        assert_eq!(skin.values.iter().map(|v| v.1).collect::<Vec<_>>(), [120, 60]);
    }
}
