//! Trends: one period compared with the equal one before it, and the values of a day that they rest on. Pure.

use alloc::vec::Vec;

use crate::Metric;

/// Of a day's still, worn, good minutes so many, the lowest, make the resting heart rate.
pub const RESTING_MINUTES: usize = 30;
/// A day with fewer still, worn, good minutes has no resting heart rate.
pub const RESTING_NEEDS: usize = 60;
/// So many nights make a baseline of the skin's temperature.
pub const BASELINE_NEEDS: usize = 5;
/// A baseline is of so many nights before at most: a whole menstrual cycle, over which the skin of a sleeper rises and falls,
/// and long enough that an illness of a week does not become what is usual.
pub const BASELINE_NIGHTS: usize = 30;

/// A day counts for a comparison when it was covered for so long: 8 h.
const COVERED_DAY_MINUTES: u32 = 8 * 60;
/// From this change on, as a share of the day, "better" or "worse" is said: 3 points.
const TELLING_SHARE: f64 = 0.03;
/// Smallest differences are told although a sum of decimals may come out a hair short of them.
const EPSILON: f64 = 1e-9;

/// The resting heart rate of a day: the mean of its lowest 30 still, worn, good minutes, of which it needs 60.
///
/// `minutes`: the means of those minutes, in any order (at least the lowest 60 of them) and unit; the result has the same.
#[must_use]
pub fn resting_heart_rate(minutes: &[f64]) -> Option<f64> {
    if minutes.len() < RESTING_NEEDS {
        return None;
    }
    let mut sorted: Vec<f64> = minutes.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    mean(sorted.into_iter().take(RESTING_MINUTES))
}

/// What a person's nights are usually like: the median of at least five; none from fewer.
#[must_use]
pub fn baseline(nights: &[f64]) -> Option<f64> {
    if nights.len() < BASELINE_NEEDS {
        return None;
    }
    let mut sorted: Vec<f64> = nights.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let half = sorted.len() / 2;
    let upper = *sorted.get(half)?;
    if sorted.len() % 2 == 1 { Some(upper) } else { Some(f64::midpoint(*sorted.get(half - 1)?, upper)) }
}

/// The length of the two periods that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Period {
    /// 24 hours.
    Day,
    /// Seven days.
    Week,
    /// Thirty days.
    Month,
}

impl Period {
    /// How many days it has.
    #[must_use]
    pub fn days(self) -> u32 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 30,
        }
    }

    /// How many of them must be covered for 8 hours, in both periods, before these are compared.
    #[must_use]
    pub fn days_needed(self) -> usize {
        match self {
            Self::Day => 1,
            Self::Week => 4,
            Self::Month => 15,
        }
    }
}

/// One day, or 24 hours, of a metric.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Day {
    /// Its value in the metric's unit: the resting heart rate, a median, a night's mean, a total. None if there was none.
    pub value: Option<f64>,
    /// For how many minutes it was measured.
    pub covered_minutes: u32,
    /// What share of it was good, 0 to 1: of the judged time within the person's limits, or of the goal. None where
    /// there is neither limit nor goal, or nothing was judged.
    pub good: Option<f64>,
}

impl Day {
    fn is_covered(&self) -> bool {
        self.covered_minutes >= COVERED_DAY_MINUTES && self.value.is_some()
    }
}

/// What one sentence tells of a period.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Trend {
    /// Over which period.
    pub period: Period,
    /// The period's value, the mean of its days; none if no day has one.
    pub value: Option<f64>,
    /// How it differs from the period before.
    pub change: Change,
    /// The share that was good, 0 to 1; none where there is neither limit nor goal.
    pub good: Option<f64>,
    /// Whether that share got better or worse by at least 3 points; none if not, or if it cannot be compared.
    pub verdict: Option<Verdict>,
}

/// How a value differs from the one before. More is neither better nor worse by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Change {
    /// One of the periods was covered too little to compare them.
    NotEnough,
    /// They differ by less than is worth telling.
    Same,
    /// Higher by so much.
    Higher(f64),
    /// Lower by so much.
    Lower(f64),
}

/// Whether a share of time within limits, or of a goal, changed for the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Verdict {
    /// At least 3 points more.
    Better,
    /// At least 3 points less.
    Worse,
}

impl Trend {
    /// Compares a period's days with those of the equal period before it.
    #[must_use]
    pub fn of(metric: Metric, period: Period, now: &[Day], before: &[Day]) -> Self {
        let covered = |days: &[Day]| days.iter().filter(|day| day.is_covered()).copied().collect::<Vec<_>>();
        let (covered_now, covered_before) = (covered(now), covered(before));
        // What was covered too little to be compared is still told, as far as it goes.
        let told = if covered_now.is_empty() { now } else { &covered_now };
        let value = mean(told.iter().filter_map(|day| day.value));
        let good = mean(told.iter().filter_map(|day| day.good));
        let enough = covered_now.len().min(covered_before.len()) >= period.days_needed();
        let was = mean(covered_before.iter().filter_map(|day| day.value));
        let change = match (value, was) {
            (Some(value), Some(was)) if enough => change(metric, period, value, was),
            _ => Change::NotEnough,
        };
        let good_before = mean(covered_before.iter().filter_map(|day| day.good));
        let verdict = good.zip(good_before).filter(|_| enough).and_then(|(now, before)| {
            if now - before >= TELLING_SHARE - EPSILON {
                Some(Verdict::Better)
            } else if before - now >= TELLING_SHARE - EPSILON {
                Some(Verdict::Worse)
            } else {
                None
            }
        });
        Self { period, value, change, good, verdict }
    }
}

fn change(metric: Metric, period: Period, value: f64, was: f64) -> Change {
    let by = value - was;
    let size = if by < 0.0 { -by } else { by };
    if size < smallest(metric, period, was) - EPSILON {
        Change::Same
    } else if by > 0.0 {
        Change::Higher(size)
    } else {
        Change::Lower(size)
    }
}

/// The smallest change that is told, in the metric's unit; `was`: the value before.
fn smallest(metric: Metric, period: Period, was: f64) -> f64 {
    match metric {
        Metric::HeartRate if period == Period::Day => 3.0,
        Metric::HeartRate => 2.0,
        Metric::SkinTemperature | Metric::AmbientTemperature => 0.3,
        // A tenth, and 500 at least.
        Metric::Steps => (was / 10.0).max(500.0),
        Metric::Sleep => 20.0 / 60.0,
        Metric::Spo2 | Metric::Battery | Metric::Activity => 1.0,
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}
