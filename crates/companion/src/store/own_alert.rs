//! The app's own alerts: an SOS that was called for in it, and tests of the alarm.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;
use vitals::{Alert, AlertRule, Level, UnixMillis};

use super::alert::{answer_name, answered};
use super::{KeptAlert, Result, Store, StoreError, StoredAlert};

const COLUMNS: &str = "id, since, closed, answer, answered, snoozed_until, test";

impl Store {
    /// Keeps one as it is now: a new one, or one that was answered.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn set_own_alert(&self, kept: &KeptAlert, test: bool) -> Result<()> {
        let KeptAlert { stored, answer, snoozed_until, .. } = kept;
        sqlx::query(
            "INSERT OR REPLACE INTO own_alert (id, test, since, closed, answer, answered, snoozed_until)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(stored.id.to_string())
        .bind(test)
        .bind(stored.alert.since.0)
        .bind(stored.alert.closed.map(|at| at.0))
        .bind(answer.map(|answered| answer_name(answered.answer)))
        .bind(answer.map(|answered| answered.at.0))
        .bind(snoozed_until.map(|at| at.0))
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// Those that are open, the oldest first; each with whether it is a test.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn open_own_alerts(&self) -> Result<Vec<(KeptAlert, bool)>> {
        let sql = format!("SELECT {COLUMNS} FROM own_alert WHERE closed IS NULL ORDER BY since");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&self.read).await?;
        rows.iter().map(read).collect()
    }

    /// Those that are over and began before `before`, the newest first, at most `most`.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn past_own_alerts(&self, before: UnixMillis, most: u32) -> Result<Vec<(KeptAlert, bool)>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM own_alert WHERE closed IS NOT NULL AND since < ? ORDER BY since DESC LIMIT ?"
        );
        let rows =
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(before.0).bind(most).fetch_all(&self.read).await?;
        rows.iter().map(read).collect()
    }

    /// The one of that id.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn own_alert(&self, id: Uuid) -> Result<Option<(KeptAlert, bool)>> {
        let sql = format!("SELECT {COLUMNS} FROM own_alert WHERE id = ?");
        let row =
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.to_string()).fetch_optional(&self.read).await?;
        row.as_ref().map(read).transpose()
    }
}

fn read(row: &SqliteRow) -> Result<(KeptAlert, bool)> {
    let id: &str = row.try_get(0)?;
    let time = |place: usize| Ok::<_, StoreError>(row.try_get::<Option<i64>, _>(place)?.map(UnixMillis));
    let since = UnixMillis(row.try_get(1)?);
    let alert = Alert {
        rule: AlertRule::Sos,
        level: Level::Alert,
        since,
        raised: since,
        peak: 0,
        limit: 0,
        closed: time(2)?,
    };
    let id = id.parse().map_err(|_| StoreError::Internal("an alert without a name".to_owned()))?;
    let kept = KeptAlert {
        stored: StoredAlert { id, alert, activity: None },
        arrived: Some(since),
        answer: answered(row.try_get(3)?, time(4)?),
        snoozed_until: time(5)?,
    };
    Ok((kept, row.try_get(6)?))
}
