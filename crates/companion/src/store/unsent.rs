//! What has not gone to the cloud yet: a cursor for each boot and the few stretches that came after it had passed, not a row
//! for each reading (which would cost fifteen times the drain).

use sqlx::SqliteConnection;
use vitals::{Boot, JournalId, Seq};

use super::row::narrow;
use super::runs::join;
use super::{Result, SourceId, Store};

/// Unbroken places of one boot whose records are stored or known as gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Which journal.
    pub journal: JournalId,
    /// Which start of the bracelet.
    pub boot: Boot,
    /// The first place.
    pub first: Seq,
    /// The last place.
    pub last: Seq,
}

impl Store {
    /// What of a source has not gone to the cloud, in the order of boots and places.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn unsent(&self, source: SourceId) -> Result<Vec<Stretch>> {
        let rows: Vec<(i64, i64, i64, i64)> = sqlx::query_as(
            "SELECT journal, boot.boot, max(run.first, sent), last FROM run JOIN boot ON boot.id = run.boot
             WHERE source = ?1 AND last >= sent
             UNION ALL
             SELECT journal, boot.boot, late.first, last FROM late JOIN boot ON boot.id = late.boot WHERE source = ?1
             ORDER BY 1, 2, 3",
        )
        .bind(source.0)
        .fetch_all(&self.read)
        .await?;
        rows.into_iter()
            .map(|(journal, boot, first, last)| {
                Ok(Stretch {
                    journal: JournalId(journal.cast_unsigned()),
                    boot: Boot(narrow(boot)?),
                    first: Seq(narrow(first)?),
                    last: Seq(narrow(last)?),
                })
            })
            .collect()
    }

    /// The cloud has answered for a stretch, or a part of one. Stretches may be told in any order, and again.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn sent(&self, source: SourceId, stretch: &Stretch) -> Result<()> {
        let (first, last) = (i64::from(stretch.first.0), i64::from(stretch.last.0));
        let mut tx = self.begin().await?;
        let (boot, sent): (i64, i64) =
            sqlx::query_as("SELECT id, sent FROM boot WHERE source = ? AND journal = ? AND boot = ?")
                .bind(source.0)
                .bind(stretch.journal.0.cast_signed())
                .bind(i64::from(stretch.boot.0))
                .fetch_one(&mut *tx)
                .await?;
        // All that is open below the new cursor, without the stretch.
        let open: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT first, last FROM late WHERE boot = ?1
             UNION ALL SELECT max(first, ?2), min(last, ?3) FROM run WHERE boot = ?1 AND last >= ?2 AND first <= ?3",
        )
        .bind(boot)
        .bind(sent)
        .bind(last)
        .fetch_all(&mut *tx)
        .await?;
        sqlx::query("DELETE FROM late WHERE boot = ?").bind(boot).execute(&mut *tx).await?;
        for (from, to) in open {
            for (from, to) in [(from, to.min(first - 1)), (from.max(last + 1), to)] {
                if from <= to {
                    insert(&mut tx, boot, from, to).await?;
                }
            }
        }
        sqlx::query("UPDATE boot SET sent = max(sent, ?) WHERE id = ?")
            .bind(last + 1)
            .bind(boot)
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }
}

/// Notes which of the newly stored places the cursor has passed already.
pub(crate) async fn note_late(
    connection: &mut SqliteConnection,
    boot: i64,
    stored: impl Iterator<Item = u32>,
) -> Result<()> {
    let sent: i64 = sqlx::query_scalar("SELECT sent FROM boot WHERE id = ?")
        .bind(boot)
        .fetch_one(&mut *connection)
        .await?;
    let late = stored.filter(|&seq| i64::from(seq) < sent).map(|seq| (seq, seq)).collect();
    for (first, last) in join(late) {
        insert(connection, boot, i64::from(first), i64::from(last)).await?;
    }
    Ok(())
}

async fn insert(connection: &mut SqliteConnection, boot: i64, first: i64, last: i64) -> Result<()> {
    sqlx::query("INSERT INTO late (boot, first, last) VALUES (?, ?, ?)")
        .bind(boot)
        .bind(first)
        .bind(last)
        .execute(connection)
        .await?;
    Ok(())
}
