//! The one way by which readings come in: many pages in one transaction, on the disk when it returns.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{AssertSqlSafe, Row, SqliteConnection};
use vitals::{Boot, JournalId, Metric, Placed, Record, Seq, UnixMillis};
use wire::journal::GapWhy;

use super::rollup::{Cover, QUARTER_MINUTES, Quarter, Summary, metric_code, minute_of};
use super::source::{boot_row, narrow, why_name};
use super::{Result, SourceId, Store, StoreError, row};

/// What arrived of one boot: pages and gaps, in any order, with any repeats.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Where it comes from.
    pub source: SourceId,
    /// The journal's id.
    pub journal: JournalId,
    /// Which start of the bracelet.
    pub boot: Boot,
    /// Records with their times.
    pub records: Vec<(Record, Placed)>,
    /// Places whose records will never come.
    pub gaps: Vec<Gap>,
}

/// Places whose records will never come, as the bracelet tells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The first of them.
    pub first: Seq,
    /// The last of them.
    pub last: Seq,
    /// Why.
    pub why: GapWhy,
}

/// What a commit did. All of it is on the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// Records that were not stored before.
    pub new: u64,
    /// Records that were stored already, the same: nothing changed.
    pub repeated: u64,
    /// Records that were stored already under the same name with other contents. The first is kept; a bracelet that does
    /// this is at fault.
    pub conflicts: u64,
    /// The times of the earliest and the latest new record.
    pub span: Option<(UnixMillis, UnixMillis)>,
}

impl Store {
    /// Stores records, gaps and the roll-ups they change, all or nothing.
    ///
    /// When this returns, everything in `batches` may be acknowledged. A few thousand records at a time cost the least.
    ///
    /// # Errors
    ///
    /// [`StoreError::DiskFull`]: nothing was stored, and the same batches can be committed again later.
    /// [`StoreError::Invalid`] for a gap that ends before it begins or an unknown source.
    pub async fn commit(&self, batches: &[Batch]) -> Result<Committed> {
        let mut done = Committed::default();
        let mut tx = self.begin().await?;
        for ((source, journal, boot), incoming) in by_boot(batches)? {
            let id = boot_row(&mut tx, source, journal, boot, Seq(0)).await?;
            commit_boot(&mut tx, source, id, incoming, &mut done).await?;
        }
        tx.commit().await?;
        Ok(done)
    }
}

#[derive(Default)]
struct Incoming<'a> {
    records: Vec<&'a (Record, Placed)>,
    gaps: Vec<Gap>,
}

fn by_boot(batches: &[Batch]) -> Result<BTreeMap<(SourceId, JournalId, Boot), Incoming<'_>>> {
    let mut boots: BTreeMap<_, Incoming<'_>> = BTreeMap::new();
    for batch in batches {
        if batch.gaps.iter().any(|gap| gap.last < gap.first) {
            return Err(StoreError::Invalid("a gap that ends before it begins"));
        }
        let incoming = boots.entry((batch.source, batch.journal, batch.boot)).or_default();
        incoming.records.extend(&batch.records);
        incoming.gaps.extend(&batch.gaps);
    }
    Ok(boots)
}

async fn commit_boot(
    connection: &mut SqliteConnection,
    source: SourceId,
    boot: i64,
    incoming: Incoming<'_>,
    done: &mut Committed,
) -> Result<()> {
    let fresh = sift(connection, boot, incoming.records, done).await?;
    for gap in &incoming.gaps {
        sqlx::query("INSERT OR IGNORE INTO gap (boot, first, last, why) VALUES (?, ?, ?, ?)")
            .bind(boot)
            .bind(i64::from(gap.first.0))
            .bind(i64::from(gap.last.0))
            .bind(why_name(gap.why))
            .execute(&mut *connection)
            .await?;
    }
    done.new += fresh.len() as u64;
    for (_, placed) in &fresh {
        let (from, to) = done.span.unwrap_or((placed.at, placed.at));
        done.span = Some((from.min(placed.at), to.max(placed.at)));
    }
    insert(
        connection,
        "INSERT INTO record (boot, ",
        row::COLUMNS,
        row::WIDTH,
        &fresh,
        |query, (record, placed)| row::bind(query, boot, record, *placed),
    )
    .await?;
    let stored = fresh.iter().map(|(record, _)| (record.seq.0, record.seq.0));
    let gone = incoming.gaps.iter().map(|gap| (gap.first.0, gap.last.0));
    extend_runs(connection, boot, stored.chain(gone).collect()).await?;
    super::unsent::note_late(connection, boot, fresh.iter().map(|(record, _)| record.seq.0)).await?;
    roll_up(connection, source, boot, &fresh).await
}

/// Those records that are not stored yet, in order; the others are counted.
async fn sift<'a>(
    connection: &mut SqliteConnection,
    boot: i64,
    mut records: Vec<&'a (Record, Placed)>,
    done: &mut Committed,
) -> Result<Vec<&'a (Record, Placed)>> {
    records.sort_by_key(|(record, _)| record.seq);
    let mut count = |kept: &(Record, Placed), again: &(Record, Placed)| {
        if kept == again { done.repeated += 1 } else { done.conflicts += 1 }
    };
    records.dedup_by(|again, kept| {
        let same = again.0.seq == kept.0.seq;
        if same {
            count(kept, again);
        }
        same
    });
    let (Some((first, _)), Some((last, _))) = (records.first(), records.last()) else { return Ok(records) };
    let (first, last) = (i64::from(first.seq.0), i64::from(last.seq.0));
    let known: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM record WHERE boot = ? AND seq BETWEEN ? AND ?)")
            .bind(boot)
            .bind(first)
            .bind(last)
            .fetch_one(&mut *connection)
            .await?;
    if !known {
        return Ok(records);
    }
    let stored = read_between(connection, boot, first, last, i64::MIN, i64::MAX).await?;
    let mut stored = stored.iter().peekable();
    records.retain(|record| {
        while stored.next_if(|kept| kept.0.seq < record.0.seq).is_some() {}
        match stored.next_if(|kept| kept.0.seq == record.0.seq) {
            Some(kept) => {
                count(kept, record);
                false
            }
            None => true,
        }
    });
    Ok(records)
}

/// A boot's records between two places and two times (all inclusive), in order.
async fn read_between(
    connection: &mut SqliteConnection,
    boot: i64,
    first: i64,
    last: i64,
    from: i64,
    to: i64,
) -> Result<Vec<(Record, Placed)>> {
    let sql = format!(
        "SELECT {} FROM record WHERE boot = ? AND seq BETWEEN ? AND ? AND time BETWEEN ? AND ? ORDER BY seq",
        row::COLUMNS
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(boot)
        .bind(first)
        .bind(last)
        .bind(from)
        .bind(to)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| row::read(row, 0)).collect()
}

/// Joins stretches to what the boot already has.
async fn extend_runs(connection: &mut SqliteConnection, boot: i64, mut added: Vec<(u32, u32)>) -> Result<()> {
    let (Some(lowest), Some(highest)) =
        (added.iter().map(|run| run.0).min(), added.iter().map(|run| run.1).max())
    else {
        return Ok(());
    };
    // Those that touch count too: they grow together.
    let rows = sqlx::query("SELECT first, last FROM run WHERE boot = ? AND last >= ? AND first <= ?")
        .bind(boot)
        .bind(i64::from(lowest) - 1)
        .bind(i64::from(highest) + 1)
        .fetch_all(&mut *connection)
        .await?;
    let mut before = BTreeSet::new();
    for row in &rows {
        before.insert((narrow(row.try_get(0)?)?, narrow(row.try_get(1)?)?));
    }
    added.extend(&before);
    let after: BTreeSet<_> = join(added).into_iter().collect();
    for &(first, _) in before.difference(&after) {
        sqlx::query("DELETE FROM run WHERE boot = ? AND first = ?")
            .bind(boot)
            .bind(i64::from(first))
            .execute(&mut *connection)
            .await?;
    }
    for &(first, last) in after.difference(&before) {
        sqlx::query("INSERT INTO run (boot, first, last) VALUES (?, ?, ?)")
            .bind(boot)
            .bind(i64::from(first))
            .bind(i64::from(last))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Overlapping and touching stretches as one, in order.
pub(crate) fn join(mut runs: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    runs.sort_unstable();
    runs.dedup_by(|next, kept| {
        let touches = next.0 <= kept.1.saturating_add(1);
        if touches {
            kept.1 = kept.1.max(next.1);
        }
        touches
    });
    runs
}

/// Computes anew every bucket that `fresh` (already inserted, in order) falls into.
async fn roll_up(
    connection: &mut SqliteConnection,
    source: SourceId,
    boot: i64,
    fresh: &[&(Record, Placed)],
) -> Result<()> {
    let mut quarters: BTreeMap<i64, Vec<&(Record, Placed)>> = BTreeMap::new();
    for record in fresh {
        let quarter = minute_of(record.1.at).div_euclid(QUARTER_MINUTES);
        quarters.entry(quarter).or_default().push(record);
    }
    let mut written = Rows::default();
    for (quarter, records) in quarters {
        let first_minute = quarter * QUARTER_MINUTES;
        let (lowest, highest): (Option<i64>, Option<i64>) = sqlx::query_as(
            "SELECT min(first_seq), max(last_seq) FROM minute
             WHERE source = ? AND minute BETWEEN ? AND ? AND boot = ?",
        )
        .bind(source.0)
        .bind(first_minute)
        .bind(first_minute + QUARTER_MINUTES - 1)
        .bind(boot)
        .fetch_one(&mut *connection)
        .await?;
        let touched: BTreeSet<i64> = records.iter().map(|(_, placed)| minute_of(placed.at)).collect();
        let buckets = match (lowest, highest, records.first(), records.last()) {
            (Some(lowest), Some(highest), Some((first, _)), Some((last, _))) => {
                let (from, to) = (
                    super::series::start(first_minute),
                    super::series::start(first_minute + QUARTER_MINUTES),
                );
                let (lowest, highest) =
                    (lowest.min(i64::from(first.seq.0)), highest.max(i64::from(last.seq.0)));
                Quarter::of(&read_between(connection, boot, lowest, highest, from, to - 1).await?)
            }
            _ => Quarter::of(records),
        };
        written.add(quarter, buckets, &touched);
    }
    written.write(connection, source, boot).await
}

/// Roll-up rows on their way into the database.
#[derive(Default)]
struct Rows {
    covers: Vec<(i64, Cover)>,
    minutes: Vec<(Metric, i64, Summary)>,
    quarters: Vec<(Metric, i64, Summary)>,
}

impl Rows {
    fn add(&mut self, quarter: i64, buckets: Quarter, touched: &BTreeSet<i64>) {
        self.covers.extend(buckets.covers.into_iter().filter(|(minute, _)| touched.contains(minute)));
        self.minutes.extend(buckets.minutes.into_iter().filter(|(_, minute, _)| touched.contains(minute)));
        self.quarters.extend(buckets.whole.into_iter().map(|(metric, summary)| (metric, quarter, summary)));
    }

    async fn write(self, connection: &mut SqliteConnection, source: SourceId, boot: i64) -> Result<()> {
        insert(
            connection,
            "INSERT OR REPLACE INTO minute (",
            "source, minute, boot, first_seq, last_seq, records, worn, good, moving, asleep",
            10,
            &self.covers,
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
        for (table, bucket, rows) in
            [("minute_metric", "minute", &self.minutes), ("quarter_metric", "quarter", &self.quarters)]
        {
            let columns = format!("source, metric, {bucket}, boot, count, sum, min, max, histogram");
            insert(
                connection,
                &format!("INSERT OR REPLACE INTO {table} ("),
                &columns,
                9,
                rows,
                |query, (metric, bucket, summary)| {
                    query
                        .bind(source.0)
                        .bind(metric_code(*metric))
                        .bind(*bucket)
                        .bind(boot)
                        .bind(i64::from(summary.count))
                        .bind(summary.sum)
                        .bind(summary.min)
                        .bind(summary.max)
                        .bind(summary.histogram.as_ref().map(super::rollup::Histogram::encode))
                },
            )
            .await?;
        }
        Ok(())
    }
}

type Query = sqlx::query::Query<'static, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

/// Rows a statement takes: few sizes, so that each is prepared once; the largest keeps below SQLite's 32,766 values.
const CHUNKS: [usize; 4] = [1024, 128, 16, 1];

/// Inserts rows by statements of many rows each.
async fn insert<T>(
    connection: &mut SqliteConnection,
    head: &str,
    columns: &str,
    width: usize,
    mut rows: &[T],
    bind: impl Fn(Query, &T) -> Query,
) -> Result<()> {
    for size in CHUNKS {
        if rows.len() < size {
            continue;
        }
        let values = format!("({})", vec!["?"; width].join(", "));
        let sql = format!("{head}{columns}) VALUES {}", vec![values; size].join(", "));
        while let Some((chunk, rest)) = rows.split_at_checked(size) {
            let query = chunk.iter().fold(sqlx::query(AssertSqlSafe(sql.clone())), &bind);
            query.execute(&mut *connection).await?;
            rows = rest;
        }
    }
    Ok(())
}
