//! Minute by minute: the values of one metric in each, for trials of limits, and how long was monitored.

use sqlx::Row;
use vitals::{Activity, Metric, UnixMillis};

use super::rollup::{MINUTE_MS, metric_code, minute_of, start};
use super::{Result, SourceId, Store, StoreError, row};

/// The most minutes one question may span: 400 days.
const MAX_MINUTES: i64 = 400 * 1_440;

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

    /// Records in the minutes of a range: how much there is to read.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn seconds(&self, source: SourceId, from: UnixMillis, to: UnixMillis) -> Result<u64> {
        let records: i64 = sqlx::query_scalar(
            "SELECT coalesce(sum(records), 0) FROM minute WHERE source = ? AND minute >= ? AND minute <= ?",
        )
        .bind(source.0)
        .bind(minute_of(from))
        .bind(minute_of(to.plus(-1)))
        .fetch_one(&self.read)
        .await?;
        Ok(u64::try_from(records).unwrap_or_default())
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
    /// [`StoreError::Invalid`] for a range that is empty or longer than 400 days.
    pub async fn minute_values(
        &self,
        source: SourceId,
        metric: Metric,
        from: UnixMillis,
        to: UnixMillis,
    ) -> Result<Vec<MinuteValues>> {
        let (first, end) = minutes(from, to)?;
        let rows = sqlx::query(
            "SELECT m.minute, m.count, m.sum, m.min, m.max, m.histogram, c.records, c.moving, c.asleep
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
        let mut all = Vec::with_capacity(rows.len());
        for row in &rows {
            let Some(histogram) = row::read_summary(row)?.histogram else { continue };
            all.push(MinuteValues {
                at: UnixMillis(start(row.try_get(0)?)),
                activity: activity(row.try_get(6)?, row.try_get(7)?, row.try_get(8)?),
                values: histogram.into_counts(),
            });
        }
        Ok(all)
    }
}

/// What the wearer did for most of so many seconds.
fn activity(records: u32, moving: u32, asleep: u32) -> Activity {
    if asleep * 2 > records {
        Activity::Asleep
    } else if moving * 2 > records {
        Activity::Moving
    } else {
        Activity::Still
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
