//! Where readings come from: sources, the starts of their bracelets, and how far each has been fetched.

use bridge::{Source, SourceKind};
use sqlx::{Row, SqliteConnection};
use vitals::{Anchor, Boot, JournalId, Seq, UnixMillis, UptimeMillis};
use wire::journal::{BootEntry, GapWhy};

use super::row::narrow;
use super::runs::extend_runs;
use super::{Result, Store, StoreError};

/// Of so many boots that were overwritten whole at most a gap is noted: a bracelet that counts in leaps is not believed.
const MAX_GONE: usize = 64;

/// A source's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub i64);

/// A source as it introduces itself.
#[derive(Clone, Debug)]
pub struct NewSource<'a> {
    /// What it is. A classic bracelet of the same serial is another source than a journal one.
    pub kind: SourceKind,
    /// The serial it tells.
    pub serial: &'a str,
    /// The name to show, unless the person has given it another.
    pub name: &'a str,
    /// Its firmware's version.
    pub firmware: Option<&'a str>,
}

/// How far a boot has been fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Which start of the bracelet.
    pub boot: Boot,
    /// The first place that is neither stored nor known as a gap.
    pub next: Seq,
}

/// A gap as a fact, with where it lies in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredGap {
    /// Which journal.
    pub journal: JournalId,
    /// Which start of the bracelet.
    pub boot: Boot,
    /// The first place that is missing.
    pub first: Seq,
    /// The last place that is missing.
    pub last: Seq,
    /// Why.
    pub why: GapWhy,
    /// The time of the journal's last record before it, if there is one.
    pub from: Option<UnixMillis>,
    /// The time of the journal's first record after it, if there is one.
    pub to: Option<UnixMillis>,
}

impl Store {
    /// The source of that kind and serial: known, or new. A changed firmware version is noted.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn source(&self, new: NewSource<'_>) -> Result<SourceId> {
        let id = sqlx::query_scalar(
            "INSERT INTO source (kind, serial, name, firmware) VALUES (?, ?, ?, ?)
             ON CONFLICT (kind, serial) DO UPDATE SET firmware = coalesce(excluded.firmware, firmware)
             RETURNING id",
        )
        .bind(kind_name(new.kind))
        .bind(new.serial)
        .bind(new.name)
        .bind(new.firmware)
        .fetch_one(&self.write)
        .await?;
        Ok(SourceId(id))
    }

    /// Every source, the oldest first.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn sources(&self) -> Result<Vec<Source>> {
        let rows = sqlx::query("SELECT id, name, kind, serial, firmware FROM source ORDER BY id")
            .fetch_all(&self.read)
            .await?;
        rows.iter()
            .map(|row| {
                Ok(Source {
                    id: row.try_get(0)?,
                    name: row.try_get(1)?,
                    kind: kind_of(row.try_get(2)?)?,
                    serial: row.try_get(3)?,
                    firmware: row.try_get(4)?,
                })
            })
            .collect()
    }

    /// Notes what a hello tells of a journal's boots: where they begin and their anchors. Known ones change nothing, but a
    /// boot's further anchors are added.
    ///
    /// What was overwritten before the journal was first met was never ours. A boot that began since is asked for from its
    /// very first place, so that the bracelet tells a gap of what was overwritten meanwhile. Of a boot that began and was
    /// overwritten whole since, it tells nothing: that is a gap of one place, since nobody knows how many there were.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn hello(&self, source: SourceId, journal: JournalId, boots: &[BootEntry]) -> Result<()> {
        let mut tx = self.begin().await?;
        let newest: Option<i64> =
            sqlx::query_scalar("SELECT max(boot) FROM boot WHERE source = ? AND journal = ?")
                .bind(source.0)
                .bind(journal.0.cast_signed())
                .fetch_one(&mut *tx)
                .await?;
        let known_journal = newest.is_some();
        if let (Some(newest), Some(oldest)) = (newest, boots.first()) {
            let gone = newest + 1..i64::from(oldest.boot.0);
            for boot in gone.rev().take(MAX_GONE) {
                let row = boot_row(&mut tx, source, journal, Boot(narrow(boot)?), Seq(0)).await?;
                sqlx::query("INSERT OR IGNORE INTO gap (boot, first, last, why) VALUES (?, 0, 0, ?)")
                    .bind(row)
                    .bind(why_name(GapWhy::Full))
                    .execute(&mut *tx)
                    .await?;
                extend_runs(&mut tx, row, vec![(0, 0)]).await?;
            }
        }
        for entry in boots {
            let first = if known_journal { Seq(0) } else { entry.first };
            let boot = boot_row(&mut tx, source, journal, entry.boot, first).await?;
            for anchor in &entry.anchors {
                sqlx::query("INSERT OR IGNORE INTO anchor (boot, uptime, time) VALUES (?, ?, ?)")
                    .bind(boot)
                    .bind(anchor.uptime.0.cast_signed())
                    .bind(anchor.time.0)
                    .execute(&mut *tx)
                    .await?;
            }
        }
        tx.commit().await
    }

    /// How far each known boot of a journal has been fetched, the oldest first. A boot that is not here begins at its
    /// first place.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn cursors(&self, source: SourceId, journal: JournalId) -> Result<Vec<Cursor>> {
        // The run that covers the boot's first place ends where the first hole is.
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT boot.boot, coalesce(
                 (SELECT last + 1 FROM run WHERE run.boot = boot.id AND run.first <= boot.first AND run.last >= boot.first),
                 boot.first)
             FROM boot WHERE source = ? AND journal = ? ORDER BY boot.boot",
        )
        .bind(source.0)
        .bind(journal.0.cast_signed())
        .fetch_all(&self.read)
        .await?;
        // After the very last place there is none: a full boot's cursor stays on it.
        let next = |next| Seq(u32::try_from(next).unwrap_or(u32::MAX));
        rows.into_iter().map(|(boot, at)| Ok(Cursor { boot: Boot(narrow(boot)?), next: next(at) })).collect()
    }

    /// The anchors of a boot in the order in which the bracelet took them.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn anchors(&self, source: SourceId, journal: JournalId, boot: Boot) -> Result<Vec<Anchor>> {
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT uptime, time FROM anchor JOIN boot ON boot.id = anchor.boot
             WHERE source = ? AND journal = ? AND boot.boot = ? ORDER BY uptime",
        )
        .bind(source.0)
        .bind(journal.0.cast_signed())
        .bind(i64::from(boot.0))
        .fetch_all(&self.read)
        .await?;
        let anchor = |(uptime, time): (i64, i64)| Anchor {
            uptime: UptimeMillis(uptime.cast_unsigned()),
            time: UnixMillis(time),
        };
        Ok(rows.into_iter().map(anchor).collect())
    }

    /// Every gap of a source, in the order of journals, boots and places.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn gaps(&self, source: SourceId) -> Result<Vec<StoredGap>> {
        let rows = sqlx::query(
            "SELECT journal, boot.boot, gap.first, gap.last, why,
                 coalesce(
                     (SELECT time FROM record WHERE record.boot = gap.boot AND seq < gap.first ORDER BY seq DESC LIMIT 1),
                     (SELECT time FROM record WHERE record.boot = (
                         SELECT other.id FROM boot other WHERE other.source = boot.source
                             AND other.journal = boot.journal AND other.boot < boot.boot
                             AND EXISTS (SELECT 1 FROM record WHERE record.boot = other.id)
                         ORDER BY other.boot DESC LIMIT 1) ORDER BY seq DESC LIMIT 1)),
                 coalesce(
                     (SELECT time FROM record WHERE record.boot = gap.boot AND seq > gap.last ORDER BY seq LIMIT 1),
                     (SELECT time FROM record WHERE record.boot = (
                         SELECT other.id FROM boot other WHERE other.source = boot.source
                             AND other.journal = boot.journal AND other.boot > boot.boot
                             AND EXISTS (SELECT 1 FROM record WHERE record.boot = other.id)
                         ORDER BY other.boot LIMIT 1) ORDER BY seq LIMIT 1))
             FROM gap JOIN boot ON boot.id = gap.boot WHERE source = ? ORDER BY journal, boot.boot, gap.first",
        )
        .bind(source.0)
        .fetch_all(&self.read)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(StoredGap {
                    journal: JournalId(row.try_get::<i64, _>(0)?.cast_unsigned()),
                    boot: Boot(narrow(row.try_get(1)?)?),
                    first: Seq(narrow(row.try_get(2)?)?),
                    last: Seq(narrow(row.try_get(3)?)?),
                    why: why_of(row.try_get(4)?)?,
                    from: row.try_get::<Option<i64>, _>(5)?.map(UnixMillis),
                    to: row.try_get::<Option<i64>, _>(6)?.map(UnixMillis),
                })
            })
            .collect()
    }

    /// How many records of a source are stored.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn count(&self, source: SourceId) -> Result<u64> {
        let records: i64 =
            sqlx::query_scalar("SELECT coalesce(sum(records), 0) FROM minute WHERE source = ?")
                .bind(source.0)
                .fetch_one(&self.read)
                .await?;
        u64::try_from(records).map_err(|_| StoreError::Internal("a negative count".to_owned()))
    }

    /// Gives a source another name. It keeps it, whatever it calls itself.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn rename_source(&self, source: SourceId, name: &str) -> Result<()> {
        sqlx::query("UPDATE source SET name = ? WHERE id = ?")
            .bind(name.to_owned())
            .bind(source.0)
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// Deletes a source and everything that came from it.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn forget_source(&self, source: SourceId) -> Result<()> {
        sqlx::query("DELETE FROM source WHERE id = ?").bind(source.0).execute(&self.write).await?;
        Ok(())
    }
}

/// The row of a boot, made if need be. `first` counts only when it is new.
pub(crate) async fn boot_row(
    connection: &mut SqliteConnection,
    source: SourceId,
    journal: JournalId,
    boot: Boot,
    first: Seq,
) -> Result<i64> {
    // Not `INSERT OR IGNORE`: that would hide a source that does not exist.
    let known: Option<i64> =
        sqlx::query_scalar("SELECT id FROM boot WHERE source = ? AND journal = ? AND boot = ?")
            .bind(source.0)
            .bind(journal.0.cast_signed())
            .bind(i64::from(boot.0))
            .fetch_optional(&mut *connection)
            .await?;
    if let Some(id) = known {
        return Ok(id);
    }
    let id = sqlx::query_scalar(
        "INSERT INTO boot (source, journal, boot, first) VALUES (?, ?, ?, ?) RETURNING id",
    )
    .bind(source.0)
    .bind(journal.0.cast_signed())
    .bind(i64::from(boot.0))
    .bind(i64::from(first.0))
    .fetch_one(connection)
    .await?;
    Ok(id)
}

fn kind_name(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Demo => "demo",
        SourceKind::Journal => "journal",
        SourceKind::Classic => "classic",
        SourceKind::Standard => "standard",
    }
}

fn kind_of(name: &str) -> Result<SourceKind> {
    [SourceKind::Demo, SourceKind::Journal, SourceKind::Classic, SourceKind::Standard]
        .into_iter()
        .find(|&kind| kind_name(kind) == name)
        .ok_or_else(|| StoreError::Internal(format!("no kind of source is called {name}")))
}

pub(crate) fn why_name(why: GapWhy) -> &'static str {
    match why {
        GapWhy::Full => "full",
        GapWhy::Damaged => "damaged",
        GapWhy::PowerCut => "power_cut",
    }
}

fn why_of(name: &str) -> Result<GapWhy> {
    [GapWhy::Full, GapWhy::Damaged, GapWhy::PowerCut]
        .into_iter()
        .find(|&why| why_name(why) == name)
        .ok_or_else(|| StoreError::Internal(format!("no reason for a gap is called {name}")))
}
