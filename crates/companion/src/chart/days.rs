//! The days that a trend compares, and what each was like.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use bridge::{InForce, Span};
use charts::{Window, sleeping, window};
use jiff::tz::TimeZone;
use tokio::task::JoinSet;
use vitals::{Day, Metric, Period, RESTING_NEEDS, Trend, UnixMillis, resting_heart_rate};

use super::timeline::{Timeline, is_asleep, is_moving};
use crate::store::{Cover, Result, SourceId, Store, StoreError, scale};

const DAY_MS: i64 = 86_400_000;
const QUARTER_MS: i64 = 900_000;

type Stretch = (UnixMillis, UnixMillis);

/// A day's resting heart rate.
pub struct Resting {
    pub from: UnixMillis,
    pub to: UnixMillis,
    pub value: Option<f64>,
}

/// Resting heart rates that were worked out before. Each is kept with the cover of its day: as long as nothing is recorded
/// into it, it is what it was.
#[derive(Debug, Default)]
pub struct KnownDays(Mutex<HashMap<DayOf, (Cover, Option<f64>)>>);

/// A day of a source in a database.
type DayOf = (PathBuf, SourceId, Stretch);

/// Two months of days and some 24 hours: with more than that, they are worked out anew.
const KNOWN: usize = 400;

impl KnownDays {
    fn get(&self, store: &Store, source: SourceId, day: Stretch, cover: Cover) -> Option<Option<f64>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (then, value) = known.get(&(store.path().to_owned(), source, day))?;
        (*then == cover).then_some(*value)
    }

    fn put(&self, store: &Store, source: SourceId, day: Stretch, value: (Cover, Option<f64>)) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KNOWN {
            known.clear();
        }
        known.insert((store.path().to_owned(), source, day), value);
    }
}

/// Two equal periods as days: 24 hours up to now and those before; or finished days of the viewer's zone.
pub struct Days {
    period: Period,
    now: Vec<Stretch>,
    before: Vec<Stretch>,
}

impl Days {
    /// The periods of a chart; none below 24 hours.
    pub fn of(chart: &Window, zone: &TimeZone) -> Option<Self> {
        let period = chart.span.period()?;
        if chart.span == Span::Day {
            let now = UnixMillis((chart.now.0.div_euclid(QUARTER_MS) + 1) * QUARTER_MS);
            let end = if chart.is_live { now } else { chart.to() };
            let before = end.plus(-DAY_MS);
            return Some(Self {
                period,
                now: vec![(before, end)],
                before: vec![(before.plus(-DAY_MS), before)],
            });
        }
        // Today is not over: a total of it compares with nothing.
        let today = chart.midnights.iter().rev().find(|midnight| **midnight <= chart.now);
        let end = if chart.is_live { *today? } else { chart.to() };
        let days = |end| -> Vec<Stretch> {
            window(Metric::Steps, chart.span, Some(end), chart.now, zone).days().collect()
        };
        let now = days(end);
        let before = days(now.first()?.0);
        Some(Self { period, now, before })
    }

    /// When the earlier period begins.
    pub fn begin(&self) -> UnixMillis {
        self.before.first().or(self.now.first()).map_or(UnixMillis(0), |day| day.0)
    }

    /// When the later period ends.
    pub fn end(&self) -> UnixMillis {
        self.now.last().map_or(UnixMillis(0), |day| day.1)
    }

    /// The resting heart rates of both periods' days and of those that the chart shows.
    pub async fn resting(
        &self,
        store: &Store,
        source: SourceId,
        chart: &Window,
        timeline: &Timeline,
        known: &KnownDays,
    ) -> Result<Vec<Resting>> {
        let mut days: Vec<Stretch> = self.before.iter().chain(&self.now).copied().collect();
        if self.period != Period::Day {
            days.extend(chart.days().filter(|(from, _)| *from <= chart.now));
            days.sort_unstable();
            days.dedup();
        }
        let mut resting = Vec::with_capacity(days.len());
        // Each day is a question of its own, and the readers of a store are several.
        let mut asked = JoinSet::new();
        for (from, to) in days {
            let cover = timeline.cover(from, to);
            if cover.good == 0 {
                continue;
            }
            if let Some(value) = known.get(store, source, (from, to), cover) {
                resting.push(Resting { from, to, value });
                continue;
            }
            let store = store.clone();
            asked.spawn(async move {
                let minutes = store.still_minutes(source, from, to, RESTING_NEEDS).await?;
                let value = resting_heart_rate(&minutes);
                Ok((cover, Resting { from, to, value }))
            });
        }
        while let Some(answer) = asked.join_next().await {
            let answer: Result<(Cover, Resting)> =
                answer.map_err(|error| StoreError::Internal(error.to_string()))?;
            let (cover, day) = answer?;
            known.put(store, source, (day.from, day.to), (cover, day.value));
            resting.push(day);
        }
        Ok(resting)
    }

    /// What the sentence tells.
    pub fn trend(
        &self,
        chart: &Window,
        timeline: &Timeline,
        resting: &[Resting],
        decided: &InForce,
    ) -> Trend {
        let judge =
            Judge { metric: chart.metric, by_night: self.period != Period::Day, timeline, resting, decided };
        let days = |days: &[Stretch]| days.iter().map(|day| judge.day(*day)).collect::<Vec<_>>();
        Trend::of(chart.metric, self.period, &days(&self.now), &days(&self.before))
    }
}

/// What a day is judged by.
struct Judge<'a> {
    metric: Metric,
    /// Whether a day's night is the one that ends on it, rather than what lies within.
    by_night: bool,
    timeline: &'a Timeline,
    resting: &'a [Resting],
    decided: &'a InForce,
}

impl Judge<'_> {
    fn day(&self, (from, to): Stretch) -> Day {
        let night = if self.by_night { sleeping(from) } else { (from, to) };
        let cover = match self.metric {
            Metric::Sleep | Metric::SkinTemperature => self.timeline.cover(night.0, night.1),
            _ => self.timeline.cover(from, to),
        };
        let seconds = match self.metric {
            Metric::HeartRate => cover.good,
            Metric::Steps => cover.records,
            _ => cover.worn,
        };
        let mut day = Day { value: None, covered_minutes: seconds / 60, good: None };
        match self.metric {
            Metric::HeartRate => {
                day.value = self
                    .resting
                    .iter()
                    .find(|day| day.from == from && day.to == to)
                    .and_then(|day| day.value);
                day.good = self.within_limits((from, to));
            }
            Metric::Steps => {
                #[expect(clippy::cast_precision_loss, reason = "a day's steps")]
                let steps = self.timeline.values(from, to).map(|summary| summary.sum as f64);
                let goal = f64::from(self.decided.goals_at(from).steps.max(1));
                day.value = steps;
                day.good = steps.map(|steps| (steps / goal).min(1.0));
            }
            Metric::Sleep => {
                let goal = f64::from(self.decided.goals_at(from).sleep_minutes.max(1)) / 60.0;
                day.value = (cover.asleep > 0).then(|| f64::from(cover.asleep) / 3_600.0);
                day.good = day.value.map(|hours| (hours / goal).min(1.0));
            }
            Metric::SkinTemperature => {
                #[expect(clippy::cast_precision_loss, reason = "a night's hundredths of degrees")]
                let mean = |sum: i64, count: u32| sum as f64 / f64::from(count) / 100.0;
                let night = self.timeline.asleep(night.0, night.1).0;
                day.value = night.map(|summary| mean(summary.sum, summary.count));
            }
            metric => {
                let median = |summary: crate::store::Summary| {
                    Some(f64::from(summary.histogram?.quantile(0.5)?) / scale(metric))
                };
                day.value = self.timeline.values(from, to).and_then(median);
                day.good = self.within_limits((from, to));
            }
        }
        day
    }

    /// The share of the judged values that were within the limits of their time. While moving, a heart is not judged.
    fn within_limits(&self, (from, to): Stretch) -> Option<f64> {
        let (mut within, mut all) = (0, 0);
        for cover in self.timeline.covers_in(from, to) {
            let thresholds = self.decided.thresholds_at(cover.at);
            let limits = match self.metric {
                Metric::Spo2 => thresholds.spo2,
                _ if is_asleep(cover) => thresholds.heart_rate_asleep,
                _ if is_moving(cover) => continue,
                _ => thresholds.heart_rate,
            };
            let Some((_, summary)) = self.timeline.pieces_in(cover.at, cover.at.plus(1)).first() else {
                continue;
            };
            let Some(histogram) = &summary.histogram else { continue };
            // The limit itself is inside: whole values from the limit rounded up to the one rounded down.
            let low = limits
                .low_attention
                .map_or(i32::MIN, |limit| limit.div_euclid(100) + i32::from(limit % 100 != 0));
            let high = limits.high_attention.map_or(i32::MAX, |limit| limit.div_euclid(100));
            let (good, judged) = histogram.within(low, high);
            within += good;
            all += judged;
        }
        #[expect(clippy::cast_precision_loss, reason = "a day's seconds")]
        let share = within as f64 / all as f64;
        (all > 0).then_some(share)
    }
}
