//! Forgetting old seconds while all that was worked out from them stays: minutes, quarter hours, medians and bands, alerts,
//! falls, gaps, and that these seconds were there. Only when the person wants it so.
//!
//! A minute is never worked out anew from a part of its seconds: of a boot only what lies before its first hole may go, and
//! what lies a minute around a hole or a gap stays, since it may still be filled. What comes again from the bracelet is known by its place ([`run`](super::runs)).

use sqlx::SqliteConnection;
use vitals::UnixMillis;

use super::rollup::minute_of;
use super::{Result, SourceId, Store};

/// Places that one transaction looks through: others write in between.
const PIECE: i64 = 50_000;

/// Places around a gap or a hole that stay: a minute of them, a second each.
const AROUND: i64 = 60;

/// What may go: before a time; not an event, and not the records by which the times of gaps and boots are known.
const OLD: &str = "boot = ?1 AND seq >= ?2 AND seq < ?3 AND time < ?4 AND event IS NULL
     AND seq > (SELECT min(seq) FROM record WHERE boot = ?1) AND seq < (SELECT max(seq) FROM record WHERE boot = ?1)
     AND NOT EXISTS (SELECT 1 FROM gap WHERE gap.boot = ?1 AND gap.last >= record.seq - ?5 AND gap.first <= record.seq + ?5)";

/// Places of one boot that may be looked through.
struct Reach {
    boot: i64,
    from: i64,
    to: i64,
}

impl Store {
    /// How many seconds of a source [`Self::thin`] would forget.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn thinnable(&self, source: SourceId, before: UnixMillis) -> Result<u64> {
        let mut connection = self.read.acquire().await?;
        let mut count = 0;
        for reach in reaches(&mut connection, source, before).await? {
            let of_it: i64 =
                sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM record WHERE {OLD}")))
                    .bind(reach.boot)
                    .bind(reach.from)
                    .bind(reach.to)
                    .bind(whole(before))
                    .bind(AROUND)
                    .fetch_one(&mut *connection)
                    .await?;
            count += u64::try_from(of_it).unwrap_or_default();
        }
        Ok(count)
    }

    /// Forgets the seconds of a source that lie before a time (before its minute begins), and tells how many these were. `done`
    /// hears of each piece how many went.
    ///
    /// # Errors
    ///
    /// The store's; what went before stays gone.
    pub async fn thin(&self, source: SourceId, before: UnixMillis, mut done: impl FnMut(u64)) -> Result<u64> {
        let mut all = 0;
        let reaches = reaches(&mut *self.read.acquire().await?, source, before).await?;
        for Reach { boot, from, to } in reaches {
            let mut at = from;
            while at < to {
                let end = (at + PIECE).min(to);
                let mut tx = self.begin().await?;
                let gone = sqlx::query(sqlx::AssertSqlSafe(format!("DELETE FROM record WHERE {OLD}")))
                    .bind(boot)
                    .bind(at)
                    .bind(end)
                    .bind(whole(before))
                    .bind(AROUND)
                    .execute(&mut *tx)
                    .await?
                    .rows_affected();
                tx.commit().await?;
                all += gone;
                done(gone);
                at = end;
            }
        }
        Ok(all)
    }

    /// Gives the disk back what was forgotten: writes the database anew. Takes as much room again for a moment.
    ///
    /// # Errors
    ///
    /// The store's; the database is as it was then.
    pub async fn shrink(&self) -> Result<()> {
        sqlx::query("VACUUM").execute(&self.write).await?;
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_optional(&self.write).await?;
        Ok(())
    }
}

/// The beginning of the minute in which a time lies.
fn whole(before: UnixMillis) -> i64 {
    super::rollup::start(minute_of(before))
}

/// A boot with its first record, its first hole, and where what is old ends.
type Row = (i64, Option<i64>, Option<i64>, Option<i64>);

/// Each boot's places from its first record to its first hole, as far as they are old.
async fn reaches(
    connection: &mut SqliteConnection,
    source: SourceId,
    before: UnixMillis,
) -> Result<Vec<Reach>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT boot.id,
             (SELECT min(seq) FROM record WHERE record.boot = boot.id),
             (SELECT last + 1 FROM run WHERE run.boot = boot.id AND run.first <= boot.first AND run.last >= boot.first),
             (SELECT max(last_seq) + 1 FROM minute WHERE minute.source = ?1 AND minute.boot = boot.id AND minute < ?2)
         FROM boot WHERE source = ?1",
    )
    .bind(source.0)
    .bind(minute_of(before))
    .fetch_all(connection)
    .await?;
    let reach =
        |(boot, from, hole, old): Row| Some(Reach { boot, from: from?, to: (hole? - AROUND).min(old?) });
    Ok(rows.into_iter().filter_map(reach).collect())
}
