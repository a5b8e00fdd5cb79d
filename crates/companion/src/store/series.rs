//! A metric over time: read from the roll-ups, never from the records.

use bridge::{Bin, Bucket, Series, SeriesQuery};
use sqlx::{AssertSqlSafe, Row};
use vitals::{Metric, UnixMillis};

use super::rollup::{Histogram, MINUTE_MS, QUARTER_MINUTES, Summary, metric_code, scale, start};
use super::{Result, SourceId, Store, StoreError, row};

/// Milliseconds in a quarter hour.
const QUARTER_MS: i64 = QUARTER_MINUTES * MINUTE_MS;

/// The most bins one query may ask for: a month of minutes is 43,200.
const MAX_BINS: i64 = 50_000;

impl Store {
    /// Bins of a source's metric, the oldest first, without the empty ones. Bins are counted from `from`, so that a day of
    /// any zone begins where it does there; `from` and `to` count as whole minutes (the one they lie in).
    ///
    /// # Errors
    ///
    /// [`StoreError::Invalid`] for a bin that is no multiple of a minute, an empty range, or more than 50,000 bins.
    pub async fn series(&self, source: SourceId, query: SeriesQuery) -> Result<Series> {
        if query.metric == Metric::Sleep {
            return self.slept(source, query).await;
        }
        let bins = self.summaries(source, query, false).await?;
        let buckets = bins.iter().map(|(at, summary)| bucket(query.metric, *at, summary)).collect();
        Ok(Series { query, buckets })
    }

    /// The same with medians and bands; for metrics other than steps.
    ///
    /// # Errors
    ///
    /// As [`Self::series`].
    pub async fn bins(&self, source: SourceId, query: SeriesQuery) -> Result<Vec<Bin>> {
        let bins = self.summaries(source, query, true).await?;
        Ok(bins.iter().filter_map(|(at, summary)| with_bands(query.metric, *at, summary)).collect())
    }

    /// The last 24 hours up to and with the bin that holds `now`, in equal bins, oldest first: means, for steps sums; `None`
    /// where nothing was measured.
    ///
    /// # Errors
    ///
    /// [`StoreError::Invalid`] if `bins` do not divide a day into whole minutes.
    pub async fn sparkline(
        &self,
        source: SourceId,
        metric: Metric,
        now: UnixMillis,
        bins: u32,
    ) -> Result<Vec<Option<f64>>> {
        const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
        if bins == 0 || DAY_MS % (i64::from(bins) * MINUTE_MS) != 0 {
            return Err(StoreError::Invalid("bins that do not divide a day into whole minutes"));
        }
        let bin_ms = DAY_MS / i64::from(bins);
        let to = UnixMillis((now.0.div_euclid(bin_ms) + 1) * bin_ms);
        let from = to.plus(-DAY_MS);
        let series = self.series(source, SeriesQuery { metric, from, to, bin_ms }).await?;
        let mut line = vec![None; usize::try_from(bins).unwrap_or_default()];
        for bucket in series.buckets {
            let place =
                usize::try_from(bucket.at.since(from) / bin_ms).ok().and_then(|place| line.get_mut(place));
            if let Some(place) = place {
                *place = Some(if metric == Metric::Steps { bucket.sum } else { bucket.mean });
            }
        }
        Ok(line)
    }

    /// The steps from `from` (say, local midnight) up to and without `to`; `None` if nothing was recorded then.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn steps(&self, source: SourceId, from: UnixMillis, to: UnixMillis) -> Result<Option<u32>> {
        let sum: Option<i64> = sqlx::query_scalar(
            "SELECT sum(sum) FROM minute_metric WHERE source = ? AND metric = ? AND minute >= ? AND minute < ?",
        )
        .bind(source.0)
        .bind(metric_code(Metric::Steps))
        .bind(from.0.div_euclid(MINUTE_MS))
        .bind(to.0.div_euclid(MINUTE_MS) + 1)
        .fetch_one(&self.read)
        .await?;
        Ok(sum.map(|sum| u32::try_from(sum).unwrap_or(u32::MAX)))
    }

    /// The hours asleep from `from` up to and without `to`, and when the last of them ended; `None` if no sleep was recorded
    /// then: a night off the wrist is not a night without sleep.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn sleep(
        &self,
        source: SourceId,
        from: UnixMillis,
        to: UnixMillis,
    ) -> Result<Option<(f64, UnixMillis)>> {
        // A record is a second.
        let (seconds, last): (Option<f64>, Option<i64>) = sqlx::query_as(
            "SELECT CAST(sum(asleep) AS REAL), max(minute) FROM minute
             WHERE source = ? AND minute >= ? AND minute < ? AND asleep > 0",
        )
        .bind(source.0)
        .bind(from.0.div_euclid(MINUTE_MS))
        .bind(to.0.div_euclid(MINUTE_MS) + 1)
        .fetch_one(&self.read)
        .await?;
        Ok(seconds.zip(last).map(|(seconds, last)| (seconds / 3_600.0, UnixMillis(start(last + 1)))))
    }

    /// The hours asleep in each bin that has some: a night off the wrist is not a night without sleep.
    async fn slept(&self, source: SourceId, query: SeriesQuery) -> Result<Series> {
        let bin_ms = query.bin_ms;
        let (first, end) = check(query)?;
        let rows: Vec<(i64, u32, f64)> = sqlx::query_as(
            "SELECT (minute - ?1) / ?2, count(*), CAST(sum(asleep) AS REAL) / 3600 FROM minute
             WHERE source = ?3 AND minute >= ?1 AND minute < ?4 AND asleep > 0 GROUP BY 1 ORDER BY 1",
        )
        .bind(first)
        .bind(bin_ms / MINUTE_MS)
        .bind(source.0)
        .bind(end)
        .fetch_all(&self.read)
        .await?;
        let bucket = |(bin, count, hours): (i64, u32, f64)| Bucket {
            at: UnixMillis(start(first + bin * (bin_ms / MINUTE_MS))),
            count,
            min: hours,
            mean: hours,
            max: hours,
            sum: hours,
        };
        Ok(Series { query, buckets: rows.into_iter().map(bucket).collect() })
    }

    async fn summaries(
        &self,
        source: SourceId,
        query: SeriesQuery,
        bands: bool,
    ) -> Result<Vec<(UnixMillis, Summary)>> {
        let SeriesQuery { metric, from, bin_ms, .. } = query;
        let (first, end) = check(query)?;
        // Quarter hours where the bins are made of them, and minutes for what is left at the end.
        let by_quarters = bin_ms % QUARTER_MS == 0 && from.0.rem_euclid(QUARTER_MS) == 0;
        let quarters_end =
            if by_quarters { end.div_euclid(QUARTER_MINUTES) } else { first.div_euclid(QUARTER_MINUTES) };
        let minutes_from = if by_quarters { first.max(quarters_end * QUARTER_MINUTES) } else { first };
        let histogram = if bands { "histogram" } else { "NULL" };
        let sql = format!(
            "SELECT quarter * 15, count, sum, min, max, {histogram} FROM quarter_metric
             WHERE source = ?1 AND metric = ?2 AND quarter >= ?3 AND quarter < ?4
             UNION ALL
             SELECT minute, count, sum, min, max, {histogram} FROM minute_metric
             WHERE source = ?1 AND metric = ?2 AND minute >= ?5 AND minute < ?6"
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(source.0)
            .bind(metric_code(metric))
            .bind(first.div_euclid(QUARTER_MINUTES))
            .bind(quarters_end)
            .bind(minutes_from)
            .bind(end)
            .fetch_all(&self.read)
            .await?;
        let bin_minutes = bin_ms / MINUTE_MS;
        let mut bins: Vec<(UnixMillis, Summary)> = Vec::new();
        for row in &rows {
            let bin = (row.try_get::<i64, _>(0)? - first).div_euclid(bin_minutes);
            let at = UnixMillis(start(first + bin * bin_minutes));
            let summary = row::read_summary(row)?;
            match bins.last_mut() {
                Some((last, kept)) if *last == at => kept.merge(&summary),
                _ => bins.push((at, summary)),
            }
        }
        Ok(bins)
    }
}

/// The whole minutes of a question that makes sense: the first, and the one after the last.
fn check(query: SeriesQuery) -> Result<(i64, i64)> {
    let SeriesQuery { from, to, bin_ms, .. } = query;
    if bin_ms <= 0 || bin_ms % MINUTE_MS != 0 {
        return Err(StoreError::Invalid("a bin that is no multiple of a minute"));
    }
    if to <= from || to.since(from) / bin_ms > MAX_BINS {
        return Err(StoreError::Invalid("a range that is empty or holds too many bins"));
    }
    Ok((from.0.div_euclid(MINUTE_MS), to.plus(MINUTE_MS - 1).0.div_euclid(MINUTE_MS)))
}

fn bucket(metric: Metric, at: UnixMillis, summary: &Summary) -> Bucket {
    let scale = scale(metric);
    #[expect(clippy::cast_precision_loss, reason = "a sum of a month's values is far below 2^52")]
    let sum = summary.sum as f64 / scale;
    Bucket {
        at,
        count: summary.count,
        min: f64::from(summary.min) / scale,
        mean: sum / f64::from(summary.count),
        max: f64::from(summary.max) / scale,
        sum,
    }
}

/// A bin with its bands; none without a single value kept.
fn with_bands(metric: Metric, at: UnixMillis, summary: &Summary) -> Option<Bin> {
    let histogram: &Histogram = summary.histogram.as_ref()?;
    let scale = scale(metric);
    let share = |share| Some(f64::from(histogram.quantile(share)?) / scale);
    Some(Bin {
        bucket: bucket(metric, at, summary),
        low: share(0.05)?,
        quarter: share(0.25)?,
        median: share(0.5)?,
        three_quarters: share(0.75)?,
        high: share(0.95)?,
    })
}
