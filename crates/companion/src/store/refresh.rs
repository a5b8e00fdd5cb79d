//! Keeps the roll-ups true: whatever arrives, the buckets it falls into are computed anew, never counted up.

use std::collections::BTreeMap;

use sqlx::{Row, SqliteConnection};
use vitals::{Placed, Record};

use super::bulk::insert;
use super::rollup::{
    Histogram, METRICS, Minute, QUARTER_MINUTES, Summaries, merge_all, metric_code, minute_of, start,
};
use super::row::{self, read_between};
use super::{Result, SourceId};

/// Computes anew every minute that `fresh` (already inserted, in order) falls into from the minute's records, and every
/// quarter hour from its minutes.
pub(crate) async fn roll_up(
    connection: &mut SqliteConnection,
    source: SourceId,
    boot: i64,
    fresh: &[&(Record, Placed)],
) -> Result<()> {
    let mut touched: BTreeMap<i64, Vec<&(Record, Placed)>> = BTreeMap::new();
    for record in fresh {
        touched.entry(minute_of(record.1.at)).or_default().push(record);
    }
    let (Some((&first, _)), Some((&last, _))) = (touched.first_key_value(), touched.last_key_value()) else {
        return Ok(());
    };
    let known: BTreeMap<i64, (i64, i64)> =
        covers(connection, source, boot, quarter_of(first), quarter_of(last)).await?;

    let mut minutes = BTreeMap::new();
    for (minute, records) in touched {
        let whole = match (known.get(&minute), records.first(), records.last()) {
            (Some(&(lowest, highest)), Some((first, _)), Some((last, _))) => {
                let (lowest, highest) =
                    (lowest.min(i64::from(first.seq.0)), highest.max(i64::from(last.seq.0)));
                let (from, to) = (start(minute), start(minute + 1) - 1);
                let stored = read_between(connection, boot, lowest, highest, from, to).await?;
                Minute::of(stored.iter().map(|(record, _)| record))
            }
            _ => Minute::of(records.iter().map(|(record, _)| record)),
        };
        minutes.extend(whole.map(|whole| (minute, whole)));
    }

    let mut quarters: BTreeMap<i64, Summaries> = BTreeMap::new();
    for (&minute, whole) in &minutes {
        merge_all(quarters.entry(quarter_of(minute)).or_default(), &whole.metrics);
    }
    for (&quarter, summaries) in &mut quarters {
        let of_it = quarter * QUARTER_MINUTES..(quarter + 1) * QUARTER_MINUTES;
        if known.range(of_it).any(|(minute, _)| !minutes.contains_key(minute)) {
            for (minute, stored) in stored_minutes(connection, source, boot, quarter).await? {
                if !minutes.contains_key(&minute) {
                    merge_all(summaries, &stored);
                }
            }
        }
    }
    write(connection, source, boot, &minutes, &quarters).await
}

fn quarter_of(minute: i64) -> i64 {
    minute.div_euclid(QUARTER_MINUTES)
}

/// Which minutes of these quarter hours a boot has already, each with its first and last place.
async fn covers(
    connection: &mut SqliteConnection,
    source: SourceId,
    boot: i64,
    first_quarter: i64,
    last_quarter: i64,
) -> Result<BTreeMap<i64, (i64, i64)>> {
    let rows: Vec<(i64, i64, i64)> = sqlx::query_as(
        "SELECT minute, first_seq, last_seq FROM minute
         WHERE source = ? AND minute >= ? AND minute < ? AND boot = ?",
    )
    .bind(source.0)
    .bind(first_quarter * QUARTER_MINUTES)
    .bind((last_quarter + 1) * QUARTER_MINUTES)
    .bind(boot)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(minute, first, last)| (minute, (first, last))).collect())
}

/// The minutes of a quarter hour as they are stored.
async fn stored_minutes(
    connection: &mut SqliteConnection,
    source: SourceId,
    boot: i64,
    quarter: i64,
) -> Result<BTreeMap<i64, Summaries>> {
    let mut minutes: BTreeMap<i64, Summaries> = BTreeMap::new();
    for (place, metric) in METRICS.into_iter().enumerate() {
        let rows = sqlx::query(
            "SELECT minute, count, sum, min, max, histogram FROM minute_metric
             WHERE source = ? AND metric = ? AND minute >= ? AND minute < ? AND boot = ?",
        )
        .bind(source.0)
        .bind(metric_code(metric))
        .bind(quarter * QUARTER_MINUTES)
        .bind((quarter + 1) * QUARTER_MINUTES)
        .bind(boot)
        .fetch_all(&mut *connection)
        .await?;
        for row in &rows {
            let summaries = minutes.entry(row.try_get(0)?).or_default();
            if let Some(summary) = summaries.get_mut(place) {
                *summary = Some(row::read_summary(row)?);
            }
        }
    }
    Ok(minutes)
}

async fn write(
    connection: &mut SqliteConnection,
    source: SourceId,
    boot: i64,
    minutes: &BTreeMap<i64, Minute>,
    quarters: &BTreeMap<i64, Summaries>,
) -> Result<()> {
    let covers: Vec<_> = minutes.iter().map(|(&minute, whole)| (minute, &whole.cover)).collect();
    insert(
        connection,
        "INSERT OR REPLACE INTO minute (",
        "source, minute, boot, first_seq, last_seq, records, worn, good, moving, asleep",
        10,
        &covers,
        |query, (minute, cover)| {
            query
                .bind(source.0)
                .bind(*minute)
                .bind(boot)
                .bind(i64::from(cover.first.0))
                .bind(i64::from(cover.last.0))
                .bind(i64::from(cover.records))
                .bind(i64::from(cover.worn))
                .bind(i64::from(cover.good))
                .bind(i64::from(cover.moving))
                .bind(i64::from(cover.asleep))
        },
    )
    .await?;
    let of_minutes: Vec<_> = minutes.iter().map(|(&minute, whole)| (minute, &whole.metrics)).collect();
    let of_quarters: Vec<_> = quarters.iter().map(|(&quarter, summaries)| (quarter, summaries)).collect();
    for (table, bucket, summaries) in
        [("minute_metric", "minute", of_minutes), ("quarter_metric", "quarter", of_quarters)]
    {
        // In the order of the table's key: metric by metric.
        let rows: Vec<_> = (0..METRICS.len())
            .flat_map(|place| summaries.iter().map(move |(bucket, all)| (place, *bucket, *all)))
            .filter_map(|(place, bucket, all)| Some((METRICS.get(place)?, bucket, all.get(place)?.as_ref()?)))
            .collect();
        insert(
            connection,
            &format!("INSERT OR REPLACE INTO {table} ("),
            &format!("source, metric, {bucket}, boot, count, sum, min, max, histogram"),
            9,
            &rows,
            |query, (metric, bucket, summary)| {
                query
                    .bind(source.0)
                    .bind(metric_code(**metric))
                    .bind(*bucket)
                    .bind(boot)
                    .bind(i64::from(summary.count))
                    .bind(summary.sum)
                    .bind(summary.min)
                    .bind(summary.max)
                    .bind(summary.histogram.as_ref().map(Histogram::encode))
            },
        )
        .await?;
    }
    Ok(())
}
