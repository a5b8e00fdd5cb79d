//! What the gallery's charts say of themselves: the story's days, compared as the engine compares its own.

use charts::{Window, sleeping, window};
use vitals::{Day, Goals, Metric, Period, Trend, UnixMillis};

use super::charts::{asleep as mean_asleep, resting};
use super::story::{DAY, MINUTE, Moment, Story};

type Days = Vec<(UnixMillis, UnixMillis)>;

/// The sentence of a chart; none below a day.
pub fn of(story: &Story, chart: &Window) -> Option<Trend> {
    let (now, before) = periods(story, chart)?;
    let period = chart.span.period()?;
    let by_night = period != Period::Day;
    let days =
        |days: &Days| days.iter().map(|day| one(story, chart.metric, by_night, *day)).collect::<Vec<_>>();
    Some(Trend::of(chart.metric, period, &days(&now), &days(&before)))
}

/// Two equal periods: 24 hours up to the next quarter hour, or finished days.
fn periods(story: &Story, chart: &Window) -> Option<(Days, Days)> {
    if chart.span.period()? == Period::Day {
        let quarter = 15 * MINUTE;
        let now = UnixMillis((story.now.0.div_euclid(quarter) + 1) * quarter);
        let end = if chart.is_live { now } else { chart.to() };
        let before = end.plus(-DAY);
        return Some((vec![(before, end)], vec![(before.plus(-DAY), before)]));
    }
    let today = chart.midnights.iter().rev().find(|midnight| **midnight <= story.now)?;
    let end = if chart.is_live { *today } else { chart.to() };
    let days = |end| -> Days {
        window(Metric::Steps, chart.span, Some(end), story.now, &story.zone).days().collect()
    };
    let now = days(end);
    let before = days(now.first()?.0);
    Some((now, before))
}

fn one(story: &Story, metric: Metric, by_night: bool, (from, to): (UnixMillis, UnixMillis)) -> Day {
    let of_night = matches!(metric, Metric::Sleep | Metric::SkinTemperature) && by_night;
    let (begin, end) = if of_night { sleeping(from) } else { (from, to) };
    let worn: Vec<Moment> = story.minutes(begin, end).filter(|m| story.missing(*m).is_none()).collect();
    let goals = Goals::default();
    #[expect(clippy::cast_precision_loss, reason = "minutes of a day")]
    let asleep = worn.iter().filter(|m| story.asleep(**m)).count() as f64 / 60.0;
    let value = match metric {
        _ if worn.is_empty() => None,
        Metric::HeartRate => resting(story, from, to),
        Metric::Steps => Some(story.steps_between(from, to)),
        Metric::Sleep => (asleep > 0.0).then_some(asleep),
        Metric::SkinTemperature => mean_asleep(story, (begin, end)),
        _ => {
            let mut values: Vec<f64> = worn.iter().map(|m| story.value(metric, *m).round()).collect();
            values.sort_unstable_by(f64::total_cmp);
            values.get(values.len() / 2).copied()
        }
    };
    let of_goal = |goal: f64| value.map(|value| (value / goal).min(1.0));
    let good = match metric {
        Metric::Steps => of_goal(goals.steps.into()),
        Metric::Sleep => of_goal(f64::from(goals.sleep_minutes) / 60.0),
        Metric::SkinTemperature => None,
        _ => within_limits(story, metric, &worn),
    };
    Day { value, covered_minutes: u32::try_from(worn.len()).unwrap_or_default(), good }
}

/// The share of the minutes in which the value was within its limits. A moving heart is not judged.
#[expect(clippy::cast_precision_loss, reason = "minutes of a day")]
fn within_limits(story: &Story, metric: Metric, worn: &[Moment]) -> Option<f64> {
    let thresholds = vitals::Thresholds::default();
    let judged = worn.iter().filter(|m| metric != Metric::HeartRate || !story.moving(**m));
    let within = |m: &&Moment| {
        let limits = match metric {
            Metric::Spo2 => thresholds.spo2,
            _ if story.asleep(**m) => thresholds.heart_rate_asleep,
            _ => thresholds.heart_rate,
        };
        let value = story.value(metric, **m).round();
        let beyond_low = limits.low_attention.is_some_and(|low| value * 100.0 < f64::from(low));
        let beyond_high = limits.high_attention.is_some_and(|high| value * 100.0 > f64::from(high));
        !beyond_low && !beyond_high
    };
    let all = judged.clone().count();
    (all > 0).then(|| judged.filter(within).count() as f64 / all as f64)
}
