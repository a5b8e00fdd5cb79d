//! Minute by minute: what there is of each, and the values of one metric in it. For lanes, bands and trials of limits.

use bridge::{Bands, BandsQuery, Coverage, Phase};
use sqlx::Row;
use vitals::{Activity, Metric, UnixMillis};
use wire::journal::GapWhy;

use super::rollup::{MINUTE_MS, Summary, metric_code, minute_of, start};
use super::series::with_bands;
use super::{Result, SourceId, Store, StoreError, row};

/// The most minutes one question may span: 400 days.
const MAX_MINUTES: i64 = 400 * 1_440;

/// What there is of one minute, of all boots together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinuteCover {
    /// When it begins.
    pub at: UnixMillis,
    /// Records in it: seconds.
    pub records: u32,
    /// Of these, on a wrist.
    pub worn: u32,
    /// Of these, with a signal that can be judged.
    pub good: u32,
    /// Of these, moving.
    pub moving: u32,
    /// Of these, asleep.
    pub asleep: u32,
}

impl MinuteCover {
    /// What most of its seconds were.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        if self.worn * 2 < self.records {
            Coverage::NotWorn
        } else if self.good * 2 < self.records {
            Coverage::PoorSignal
        } else {
            Coverage::Good
        }
    }

    /// What the wearer did for most of it.
    #[must_use]
    pub fn activity(&self) -> Activity {
        if self.asleep * 2 > self.records {
            Activity::Asleep
        } else if self.moving * 2 > self.records {
            Activity::Moving
        } else {
            Activity::Still
        }
    }
}

/// The values of one metric in one minute: each with how often it occurred, in the metric's stored unit (hundredths of a
/// degree; else the unit itself).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MinuteValues {
    /// When it begins.
    pub at: UnixMillis,
    /// What the wearer did for most of it.
    pub activity: Activity,
    /// The values, rising.
    pub values: Vec<(i32, u32)>,
}

impl Store {
    /// What there is of each minute of a range that has records, the oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Invalid`] for a range that is empty or longer than 400 days.
    pub async fn covers(
        &self,
        source: SourceId,
        from: UnixMillis,
        to: UnixMillis,
    ) -> Result<Vec<MinuteCover>> {
        let (first, end) = minutes(from, to)?;
        let rows: Vec<(i64, u32, u32, u32, u32, u32)> = sqlx::query_as(
            "SELECT minute, sum(records), sum(worn), sum(good), sum(moving), sum(asleep) FROM minute
             WHERE source = ? AND minute >= ? AND minute < ? GROUP BY minute ORDER BY minute",
        )
        .bind(source.0)
        .bind(first)
        .bind(end)
        .fetch_all(&self.read)
        .await?;
        let cover = |(minute, records, worn, good, moving, asleep)| MinuteCover {
            at: UnixMillis(start(minute)),
            records,
            worn,
            good,
            moving,
            asleep,
        };
        Ok(rows.into_iter().map(cover).collect())
    }

    /// The time worn with a signal that can be judged within a range, in milliseconds: a record is a second.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn monitored_ms(&self, source: SourceId, from: UnixMillis, to: UnixMillis) -> Result<i64> {
        let seconds: i64 = sqlx::query_scalar(
            "SELECT coalesce(sum(min(worn, good)), 0) FROM minute WHERE source = ? AND minute >= ? AND minute < ?",
        )
        .bind(source.0)
        .bind(minute_of(from))
        .bind(minute_of(to.plus(MINUTE_MS - 1)))
        .fetch_one(&self.read)
        .await?;
        Ok(seconds * 1_000)
    }

    /// The first and the last minute of which there are records, with their number.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn extent(&self, source: SourceId) -> Result<Option<(UnixMillis, UnixMillis)>> {
        let (first, last): (Option<i64>, Option<i64>) =
            sqlx::query_as("SELECT min(minute), max(minute) FROM minute WHERE source = ?")
                .bind(source.0)
                .fetch_one(&self.read)
                .await?;
        Ok(first.zip(last).map(|(first, last)| (UnixMillis(start(first)), UnixMillis(start(last + 1)))))
    }

    /// The values of one metric in each minute of a range, the oldest first. Not of steps, whose single values nobody keeps.
    ///
    /// # Errors
    ///
    /// As [`Self::covers`].
    pub async fn minute_values(
        &self,
        source: SourceId,
        metric: Metric,
        from: UnixMillis,
        to: UnixMillis,
    ) -> Result<Vec<MinuteValues>> {
        let minutes = self.minute_summaries(source, metric, from, to).await?;
        let values = |(at, activity, summary): (UnixMillis, Activity, Summary)| {
            Some(MinuteValues { at, activity, values: summary.histogram?.into_counts() })
        };
        Ok(minutes.into_iter().filter_map(values).collect())
    }

    /// Bins of any lengths with their bands; of minutes in which the wearer mostly did what was asked.
    ///
    /// # Errors
    ///
    /// [`StoreError::Invalid`] for edges that do not rise, a range longer than 400 days, or a metric that has no bands.
    pub async fn bands(&self, source: SourceId, query: &BandsQuery) -> Result<Bands> {
        let edges = &query.edges;
        let (Some(&from), Some(&to)) = (edges.first(), edges.last()) else {
            return Err(StoreError::Invalid("no edges"));
        };
        if edges.windows(2).any(|pair| matches!(pair, [a, b] if a >= b)) {
            return Err(StoreError::Invalid("edges that do not rise"));
        }
        if matches!(query.metric, Metric::Steps | Metric::Sleep) {
            return Err(StoreError::Invalid("a metric without bands"));
        }
        let minutes = self.minute_summaries(source, query.metric, from, to).await?;
        let mut bins: Vec<(UnixMillis, Summary)> = Vec::new();
        for (at, activity, summary) in minutes {
            if query.during.is_some_and(|during| during != activity) {
                continue;
            }
            let place = edges.partition_point(|&edge| edge <= at);
            let Some(&bin) = place.checked_sub(1).and_then(|place| edges.get(place)) else { continue };
            match bins.last_mut() {
                Some((last, kept)) if *last == bin => kept.merge(&summary),
                _ => bins.push((bin, summary)),
            }
        }
        let bins = bins.iter().filter_map(|(at, summary)| with_bands(query.metric, *at, summary)).collect();
        Ok(Bands { metric: query.metric, bins })
    }

    async fn minute_summaries(
        &self,
        source: SourceId,
        metric: Metric,
        from: UnixMillis,
        to: UnixMillis,
    ) -> Result<Vec<(UnixMillis, Activity, Summary)>> {
        let (first, end) = minutes(from, to)?;
        let rows = sqlx::query(
            "SELECT m.minute, m.count, m.sum, m.min, m.max, m.histogram, c.records, c.worn, c.good, c.moving, c.asleep
             FROM minute_metric m JOIN minute c
                 ON c.source = m.source AND c.minute = m.minute AND c.boot = m.boot
             WHERE m.source = ? AND m.metric = ? AND m.minute >= ? AND m.minute < ? ORDER BY m.minute, m.boot",
        )
        .bind(source.0)
        .bind(metric_code(metric))
        .bind(first)
        .bind(end)
        .fetch_all(&self.read)
        .await?;
        rows.iter()
            .map(|row| {
                let cover = MinuteCover {
                    at: UnixMillis(start(row.try_get(0)?)),
                    records: row.try_get(6)?,
                    worn: row.try_get(7)?,
                    good: row.try_get(8)?,
                    moving: row.try_get(9)?,
                    asleep: row.try_get(10)?,
                };
                Ok((cover.at, cover.activity(), row::read_summary(row)?))
            })
            .collect()
    }

    /// What there is of every minute of a range, without a hole; and what the wearer did where it was worn.
    ///
    /// # Errors
    ///
    /// As [`Self::covers`].
    pub async fn coverage(
        &self,
        source: SourceId,
        from: UnixMillis,
        to: UnixMillis,
    ) -> Result<(Vec<Phase<Coverage>>, Vec<Phase<Activity>>)> {
        let covers = self.covers(source, from, to).await?;
        let gaps = self.gaps(source).await?;
        let mut lost: Vec<Phase<Coverage>> = gaps
            .into_iter()
            .filter_map(|gap| {
                let what = match gap.why {
                    GapWhy::Full => Coverage::Overwritten,
                    GapWhy::Damaged => Coverage::Damaged,
                    GapWhy::PowerCut => Coverage::PowerCut,
                };
                Some(Phase { from: gap.from?, to: gap.to?, what })
            })
            .collect();
        lost.sort_by_key(|span| span.from);
        let mut coverage = Phases::default();
        let mut activity = Phases::default();
        let mut at = UnixMillis(start(minute_of(from)));
        for cover in covers {
            missing(&mut coverage, at, cover.at, &lost);
            at = cover.at.plus(MINUTE_MS);
            let what = cover.coverage();
            coverage.push(cover.at, at, what);
            if what != Coverage::NotWorn {
                activity.push(cover.at, at, cover.activity());
            }
        }
        missing(&mut coverage, at, to, &lost);
        Ok((coverage.0, activity.0))
    }
}

/// The whole minutes of a range: the first, and the one after the last.
fn minutes(from: UnixMillis, to: UnixMillis) -> Result<(i64, i64)> {
    let (first, end) = (minute_of(from), minute_of(to.plus(MINUTE_MS - 1)));
    if end <= first || end - first > MAX_MINUTES {
        return Err(StoreError::Invalid("a range that is empty or longer than 400 days"));
    }
    Ok((first, end))
}

/// Stretches that grow together.
struct Phases<T>(Vec<Phase<T>>);

impl<T> Default for Phases<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: PartialEq> Phases<T> {
    fn push(&mut self, from: UnixMillis, to: UnixMillis, what: T) {
        match self.0.last_mut() {
            _ if to <= from => {}
            Some(last) if last.to == from && last.what == what => last.to = to,
            _ => self.0.push(Phase { from, to, what }),
        }
    }
}

/// A stretch without records: by the reasons that the bracelet told, else without one.
fn missing(coverage: &mut Phases<Coverage>, from: UnixMillis, to: UnixMillis, lost: &[Phase<Coverage>]) {
    let mut at = from;
    for gap in lost.iter().filter(|gap| gap.from < to && gap.to > from) {
        // A gap lies between two records; its minutes are those without any.
        let (begin, end) = (gap.from.max(at), gap.to.min(to));
        if gap.from.since(at) > MINUTE_MS {
            coverage.push(at, begin, Coverage::NoData);
        }
        let begin = if gap.from.since(at) > MINUTE_MS { begin } else { at };
        let end = if to.since(end) > MINUTE_MS { end } else { to };
        coverage.push(begin, end, gap.what);
        at = at.max(end);
    }
    coverage.push(at, to, Coverage::NoData);
}
