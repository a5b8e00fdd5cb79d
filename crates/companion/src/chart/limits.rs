//! Limits and goals as they were in force over a chart.

use bridge::{Form, InForce, Span};
use charts::{GoalStretch, LimitStretch, Window, form};
use vitals::{Goals, Limits, Metric, Thresholds, UnixMillis};

use super::timeline::is_asleep;
use crate::store::Cover;

/// From this deviation on (hundredths of a degree) a night's skin is unusually warm.
const WARMER: i32 = 100;

/// The limits in force, in stretches without overlaps. Over a day they follow sleep, which has limits of its own.
pub fn in_force(decided: &InForce, window: &Window, covers: &[Cover]) -> Vec<LimitStretch> {
    let (from, to) = (window.from(), window.to());
    if form(window.metric, window.span) == Form::Deviations {
        let limits = Limits { high_attention: Some(WARMER), ..Limits::default() };
        return vec![LimitStretch { from, to, limits }];
    }
    let of: fn(&Thresholds) -> Limits = match window.metric {
        Metric::HeartRate => |thresholds| thresholds.heart_rate,
        Metric::Spo2 => |thresholds| thresholds.spo2,
        Metric::SkinTemperature => |thresholds| thresholds.skin_temperature,
        _ => return Vec::new(),
    };
    let follows_sleep =
        window.metric == Metric::HeartRate && !matches!(window.span, Span::Week | Span::Month);
    let asleep = if follows_sleep { asleep(covers) } else { Vec::new() };
    let eras: Vec<_> = decided.thresholds.iter().map(|era| (era.from, era.thresholds)).collect();
    let mut stretches = Vec::new();
    for (begin, end, thresholds) in within(&eras, from, to) {
        let mut at = begin;
        for &(fell, woke) in &asleep {
            let (fell, woke) = (fell.max(at), woke.min(end));
            if fell >= woke {
                continue;
            }
            stretches.push(LimitStretch { from: at, to: fell, limits: of(&thresholds) });
            stretches.push(LimitStretch { from: fell, to: woke, limits: thresholds.heart_rate_asleep });
            at = woke;
        }
        stretches.push(LimitStretch { from: at, to: end, limits: of(&thresholds) });
    }
    stretches.retain(|stretch| stretch.from < stretch.to);
    stretches
}

/// The goals in force, for bars of days: steps, or hours of sleep.
pub fn goals(decided: &InForce, window: &Window) -> Vec<GoalStretch> {
    if !matches!(window.span, Span::Week | Span::Month) {
        return Vec::new();
    }
    let of: fn(&Goals) -> f64 = match window.metric {
        Metric::Steps => |goals| f64::from(goals.steps),
        Metric::Sleep => |goals| f64::from(goals.sleep_minutes) / 60.0,
        _ => return Vec::new(),
    };
    let eras: Vec<_> = decided.goals.iter().map(|era| (era.from, of(&era.goals))).collect();
    let stretch = |(from, to, value)| GoalStretch { from, to, value };
    within(&eras, window.from(), window.to()).into_iter().map(stretch).collect()
}

/// What held from when until when, of a list in the order of time, cut to a range.
fn within<T: Copy>(
    eras: &[(Option<UnixMillis>, T)],
    from: UnixMillis,
    to: UnixMillis,
) -> Vec<(UnixMillis, UnixMillis, T)> {
    let ends = eras.iter().skip(1).map(|era| era.0.unwrap_or(from)).chain([to]);
    let cut = |(&(begin, held), end): (&(Option<UnixMillis>, T), UnixMillis)| {
        (begin.unwrap_or(from).max(from), end.min(to), held)
    };
    eras.iter().zip(ends).map(cut).filter(|(begin, end, _)| begin < end).collect()
}

/// Up to so long awake is no end of a sleep: limits would flicker.
const WAKING_MS: i64 = 20 * 60_000;
/// And a sleep is at least so long.
const SLEEP_MS: i64 = 30 * 60_000;

fn asleep(covers: &[Cover]) -> Vec<(UnixMillis, UnixMillis)> {
    let mut stretches: Vec<(UnixMillis, UnixMillis)> = Vec::new();
    for cover in covers.iter().filter(|cover| is_asleep(cover)) {
        // By minutes: only charts up to a day follow sleep.
        let end = cover.at.plus(60_000);
        match stretches.last_mut() {
            Some((_, until)) if cover.at.since(*until) <= WAKING_MS => *until = end,
            _ => stretches.push((cover.at, end)),
        }
    }
    stretches.retain(|(from, to)| to.since(*from) >= SLEEP_MS);
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_held_is_told_with_from_when_until_when() {
        let at = |ms| Some(UnixMillis(ms));
        let eras = [(None, 'a'), (at(100), 'b'), (at(200), 'c')];
        let told = |from, to| -> Vec<(i64, i64, char)> {
            let within = within(&eras, UnixMillis(from), UnixMillis(to));
            within.into_iter().map(|(from, to, held)| (from.0, to.0, held)).collect()
        };
        assert_eq!(told(50, 300), [(50, 100, 'a'), (100, 200, 'b'), (200, 300, 'c')]);
        assert_eq!(told(120, 200), [(120, 200, 'b')]);
        assert_eq!(told(0, 100), [(0, 100, 'a')]);
    }
}
