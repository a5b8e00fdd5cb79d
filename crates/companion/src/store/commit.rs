//! The one way by which readings come in: many pages in one transaction, on the disk when it returns.

use std::collections::BTreeMap;

use sqlx::SqliteConnection;
use vitals::{Boot, JournalId, Placed, Record, Seq, UnixMillis};
use wire::journal::GapWhy;

use super::bulk::insert;
use super::refresh::roll_up;
use super::row::{self, read_between};
use super::runs::extend_runs;
use super::source::{boot_row, why_name};
use super::unsent::note_late;
use super::{Result, SourceId, Store, StoreError};

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
    note_late(connection, boot, fresh.iter().map(|(record, _)| record.seq.0)).await?;
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
    let runs: Vec<(i64, i64)> =
        sqlx::query_as("SELECT first, last FROM run WHERE boot = ? AND last >= ? AND first <= ?")
            .bind(boot)
            .bind(first)
            .bind(last)
            .fetch_all(&mut *connection)
            .await?;
    if runs.is_empty() {
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
    // What had been stored and was forgotten since (`thin`) is not news; what the bracelet had called a gap is.
    let gaps: Vec<(i64, i64)> =
        sqlx::query_as("SELECT first, last FROM gap WHERE boot = ? AND last >= ? AND first <= ?")
            .bind(boot)
            .bind(first)
            .bind(last)
            .fetch_all(&mut *connection)
            .await?;
    let within = |stretches: &[(i64, i64)], seq: i64| stretches.iter().any(|it| (it.0..=it.1).contains(&seq));
    records.retain(|(record, _)| {
        let seq = i64::from(record.seq.0);
        let forgotten = within(&runs, seq) && !within(&gaps, seq);
        done.repeated += u64::from(forgotten);
        !forgotten
    });
    Ok(records)
}
