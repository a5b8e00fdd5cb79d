//! What charts and trends ask besides a metric's bins: cover, still minutes, falls.

use sqlx::{AssertSqlSafe, Row};
use vitals::{EventKind, Metric, UnixMillis};

use super::rollup::{MINUTE_MS, QUARTER_MINUTES, Summary, metric_code, minute_of, start};
use super::{Result, SourceId, Store, row};

/// A minute counts as good with so many good heart rates of its sixty.
const GOOD_SECONDS: i64 = 45;

/// Into how large pieces cover is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// A minute.
    Minute,
    /// A quarter hour.
    Quarter,
}

impl Grain {
    /// Its length.
    #[must_use]
    pub fn ms(self) -> i64 {
        self.minutes() * MINUTE_MS
    }

    fn minutes(self) -> i64 {
        match self {
            Self::Minute => 1,
            Self::Quarter => QUARTER_MINUTES,
        }
    }
}

/// How much of a piece of time was recorded, and how: in seconds, as a record is one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cover {
    /// When it begins.
    pub at: UnixMillis,
    /// Recorded.
    pub records: u32,
    /// Worn.
    pub worn: u32,
    /// With a good signal.
    pub good: u32,
    /// In motion.
    pub moving: u32,
    /// Asleep.
    pub asleep: u32,
}

impl Store {
    /// A metric's values by pieces of time between two (the pieces they lie in included); empty pieces are left out.
    ///
    /// # Errors
    ///
    /// The store's.
    pub(crate) async fn pieces(
        &self,
        source: SourceId,
        metric: Metric,
        from: UnixMillis,
        to: UnixMillis,
        grain: Grain,
    ) -> Result<Vec<(UnixMillis, Summary)>> {
        let (table, place) = match grain {
            Grain::Minute => ("minute_metric", "minute"),
            Grain::Quarter => ("quarter_metric", "quarter"),
        };
        let sql = format!(
            "SELECT {place} * ?1, count, sum, min, max, histogram FROM {table}
             WHERE source = ?2 AND metric = ?3 AND {place} >= ?4 AND {place} < ?5 ORDER BY {place}"
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(grain.minutes())
            .bind(source.0)
            .bind(metric_code(metric))
            .bind(from.0.div_euclid(grain.ms()))
            .bind(to.plus(grain.ms() - 1).0.div_euclid(grain.ms()))
            .fetch_all(&self.read)
            .await?;
        let mut pieces: Vec<(UnixMillis, Summary)> = Vec::with_capacity(rows.len());
        for row in &rows {
            let at = UnixMillis(start(row.try_get(0)?));
            let summary = row::read_summary(row)?;
            // Two starts of a bracelet may share a piece.
            match pieces.last_mut() {
                Some((last, kept)) if *last == at => kept.merge(&summary),
                _ => pieces.push((at, summary)),
            }
        }
        Ok(pieces)
    }

    /// How much of each piece of time between two (the pieces they lie in included) was recorded; pieces of which nothing is
    /// kept are left out.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn cover(
        &self,
        source: SourceId,
        from: UnixMillis,
        to: UnixMillis,
        grain: Grain,
    ) -> Result<Vec<Cover>> {
        let minutes = grain.minutes();
        let first = minute_of(from).div_euclid(minutes) * minutes;
        let end = minute_of(to.plus(grain.ms() - 1)).div_euclid(minutes) * minutes;
        let rows = sqlx::query(
            "SELECT minute / ?1 * ?1, sum(records), sum(worn), sum(good), sum(moving), sum(asleep) FROM minute
             WHERE source = ?2 AND minute >= ?3 AND minute < ?4 GROUP BY minute / ?1 ORDER BY 1",
        )
        .bind(minutes)
        .bind(source.0)
        .bind(first)
        .bind(end)
        .fetch_all(&self.read)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Cover {
                    at: UnixMillis(start(row.try_get(0)?)),
                    records: row.try_get(1)?,
                    worn: row.try_get(2)?,
                    good: row.try_get(3)?,
                    moving: row.try_get(4)?,
                    asleep: row.try_get(5)?,
                })
            })
            .collect()
    }

    /// The mean heart rates (bpm) of the still, worn, good minutes between two times: the lowest `most` of them, from below.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn still_minutes(
        &self,
        source: SourceId,
        from: UnixMillis,
        to: UnixMillis,
        most: usize,
    ) -> Result<Vec<f64>> {
        Ok(sqlx::query_scalar(
            "SELECT CAST(rate.sum AS REAL) / rate.count AS mean
             FROM minute_metric AS rate JOIN minute USING (source, minute, boot)
             WHERE source = ?1 AND rate.metric = ?2 AND minute >= ?3 AND minute < ?4 AND rate.count >= ?5
                 AND moving = 0 AND asleep = 0 AND worn = records
             ORDER BY mean LIMIT ?6",
        )
        .bind(source.0)
        .bind(metric_code(Metric::HeartRate))
        .bind(minute_of(from))
        .bind(minute_of(to))
        .bind(GOOD_SECONDS)
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .fetch_all(&self.read)
        .await?)
    }

    /// When the wearer fell, between two times, the earliest first.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn falls(&self, source: SourceId, from: UnixMillis, to: UnixMillis) -> Result<Vec<UnixMillis>> {
        let times: Vec<i64> = sqlx::query_scalar(
            "SELECT time FROM boot JOIN record ON record.boot = boot.id
             WHERE boot.source = ? AND event IS NOT NULL AND event & 255 = ? AND time >= ? AND time < ? ORDER BY time",
        )
        .bind(source.0)
        .bind(i64::from(EventKind::Fall.code()))
        .bind(from.0)
        .bind(to.0)
        .fetch_all(&self.read)
        .await?;
        Ok(times.into_iter().map(UnixMillis).collect())
    }

    /// The beginning of the first minute of which something of a source is kept.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn first_minute(&self, source: SourceId) -> Result<Option<UnixMillis>> {
        let first: Option<i64> = sqlx::query_scalar("SELECT min(minute) FROM minute WHERE source = ?")
            .bind(source.0)
            .fetch_one(&self.read)
            .await?;
        Ok(first.map(|minute| UnixMillis(start(minute))))
    }
}
