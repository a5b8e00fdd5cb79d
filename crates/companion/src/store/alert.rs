//! Alerts as they are kept: the episodes, what the person said to them, and what rang.

use bridge::{Answer, Answered};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;
use vitals::{Activity, Alert, AlertRule, Level, UnixMillis};

use super::{Result, SourceId, Store, StoreError};

/// An episode under its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredAlert {
    /// The same in every app: made of the serial, the rule and the first record's name.
    pub id: Uuid,
    /// What happened.
    pub alert: Alert,
    /// What the wearer did when it was raised, as far as it is known.
    pub activity: Option<Activity>,
}

/// An episode with all that is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptAlert {
    /// The episode.
    pub stored: StoredAlert,
    /// When this app first heard of it; none for those of older versions.
    pub arrived: Option<UnixMillis>,
    /// What the person said last.
    pub answer: Option<Answered>,
    /// Silent until then.
    pub snoozed_until: Option<UnixMillis>,
}

/// Something that was told through the system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Of which alert.
    pub alert: String,
    /// What about.
    pub rule: AlertRule,
    /// How urgent it was then.
    pub level: Level,
    /// When.
    pub at: UnixMillis,
}

/// For how long it is remembered what was told: thirty days.
const TOLD_KEPT_MS: i64 = 30 * 24 * 3_600_000;

const COLUMNS: &str = "id, rule, level, since, raised, peak, limit_then, closed, activity, arrived, answer, answered, \
                       snoozed_until";

impl Store {
    /// Keeps an episode that this app hears of at `arrived`: new, or the same one escalated or closed. What is known of it
    /// otherwise stays, but an answer: that was to what had not got worse. Returns it as it is kept: what does not recover may
    /// have been answered, and be over, before this telling of it came.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn set_alert(
        &self,
        source: SourceId,
        stored: &StoredAlert,
        arrived: UnixMillis,
    ) -> Result<StoredAlert> {
        let StoredAlert { id, alert, activity } = stored;
        let closed: Option<i64> = sqlx::query_scalar(
            "INSERT INTO alert (id, source, rule, level, since, raised, peak, limit_then, closed, activity, arrived)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET since = excluded.since, raised = excluded.raised, peak = excluded.peak,
                 answer = CASE WHEN level = excluded.level THEN answer END,
                 answered = CASE WHEN level = excluded.level THEN answered END,
                 snoozed_until = CASE WHEN level = excluded.level THEN snoozed_until END,
                 level = excluded.level, limit_then = excluded.limit_then,
                 -- What does not recover is closed by an answer, and heard again it stays so.
                 closed = CASE WHEN rule IN ('fall', 'sos') THEN coalesce(closed, excluded.closed)
                     ELSE excluded.closed END,
                 activity = coalesce(activity, excluded.activity)
             RETURNING closed",
        )
        .bind(id.to_string())
        .bind(source.0)
        .bind(alert.rule.name())
        .bind(level_name(alert.level))
        .bind(alert.since.0)
        .bind(alert.raised.0)
        .bind(alert.peak)
        .bind(alert.limit)
        .bind(alert.closed.map(|at| at.0))
        .bind(activity.map(|activity| i64::from(activity.code())))
        .bind(arrived.0)
        .fetch_one(&self.write)
        .await?;
        Ok(StoredAlert { alert: Alert { closed: closed.map(UnixMillis), ..*alert }, ..*stored })
    }

    /// Keeps what the person said to an alert, and whether it is over by that.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn set_answer(
        &self,
        id: Uuid,
        answer: Answered,
        snoozed_until: Option<UnixMillis>,
        closed: Option<UnixMillis>,
    ) -> Result<()> {
        sqlx::query(
            "UPDATE alert SET answer = ?, answered = ?, snoozed_until = ?, closed = coalesce(closed, ?) WHERE id = ?",
        )
        .bind(answer_name(answer.answer))
        .bind(answer.at.0)
        .bind(snoozed_until.map(|at| at.0))
        .bind(closed.map(|at| at.0))
        .bind(id.to_string())
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// The alerts of a source that began from `from` up to and without `to`, the oldest first.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn alerts(
        &self,
        source: SourceId,
        from: UnixMillis,
        to: UnixMillis,
    ) -> Result<Vec<StoredAlert>> {
        let kept =
            self.kept_alerts(source, "since >= ? AND since < ? ORDER BY since, id", [from.0, to.0]).await?;
        Ok(kept.into_iter().map(|kept| kept.stored).collect())
    }

    /// The alerts of a source that were open at some time within a range, the oldest first.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn alerts_within(
        &self,
        source: SourceId,
        from: UnixMillis,
        to: UnixMillis,
    ) -> Result<Vec<KeptAlert>> {
        let clause = "coalesce(closed >= ?, 1) AND since < ? ORDER BY since, id";
        self.kept_alerts(source, clause, [from.0, to.0]).await
    }

    /// The open alerts of a source, the oldest first.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn open_alerts(&self, source: SourceId) -> Result<Vec<KeptAlert>> {
        self.kept_alerts(source, "closed IS NULL ORDER BY since, id", []).await
    }

    /// The alerts of a source that are over and began before `before`, the newest first, at most `most`.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn past_alerts(
        &self,
        source: SourceId,
        before: UnixMillis,
        most: u32,
    ) -> Result<Vec<KeptAlert>> {
        let clause = "closed IS NOT NULL AND since < ? ORDER BY since DESC, id DESC LIMIT ?";
        self.kept_alerts(source, clause, [before.0, i64::from(most)]).await
    }

    /// One alert of a source.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn alert(&self, source: SourceId, id: Uuid) -> Result<Option<KeptAlert>> {
        let sql = format!("SELECT {COLUMNS} FROM alert WHERE source = ? AND id = ?");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(source.0)
            .bind(id.to_string())
            .fetch_optional(&self.read)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// When the last episode of a source ended; none if there was none.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn last_closed(&self, source: SourceId) -> Result<Option<UnixMillis>> {
        let last: Option<i64> = sqlx::query_scalar("SELECT max(closed) FROM alert WHERE source = ?")
            .bind(source.0)
            .fetch_one(&self.read)
            .await?;
        Ok(last.map(UnixMillis))
    }

    async fn kept_alerts<const N: usize>(
        &self,
        source: SourceId,
        clause: &str,
        values: [i64; N],
    ) -> Result<Vec<KeptAlert>> {
        let sql = format!("SELECT {COLUMNS} FROM alert WHERE source = ? AND {clause}");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(source.0);
        let query = values.into_iter().fold(query, |query, value| query.bind(value));
        query.fetch_all(&self.read).await?.iter().map(read).collect()
    }

    /// Notes that something was told through the system.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn note_told(&self, told: &Told) -> Result<()> {
        sqlx::query("INSERT OR REPLACE INTO told (alert, rule, level, at) VALUES (?, ?, ?, ?)")
            .bind(told.alert.clone())
            .bind(told.rule.name())
            .bind(level_name(told.level))
            .bind(told.at.0)
            .execute(&self.write)
            .await?;
        // No rule looks back so far.
        sqlx::query("DELETE FROM told WHERE at < ?")
            .bind(told.at.plus(-TOLD_KEPT_MS).0)
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// What was told through the system since a time, the oldest first.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn told_since(&self, from: UnixMillis) -> Result<Vec<Told>> {
        let rows: Vec<(String, String, String, i64)> =
            sqlx::query_as("SELECT alert, rule, level, at FROM told WHERE at >= ? ORDER BY at")
                .bind(from.0)
                .fetch_all(&self.read)
                .await?;
        let told = |(alert, rule, level, at): (String, String, String, i64)| {
            Some(Told {
                alert,
                rule: AlertRule::from_name(&rule)?,
                level: level_of(&level)?,
                at: UnixMillis(at),
            })
        };
        Ok(rows.into_iter().filter_map(told).collect())
    }
}

fn read(row: &SqliteRow) -> Result<KeptAlert> {
    let id: &str = row.try_get(0)?;
    let rule: &str = row.try_get(1)?;
    let level: &str = row.try_get(2)?;
    let strange = || StoreError::Internal("an alert of an unknown kind".to_owned());
    let time = |place: usize| Ok::<_, StoreError>(row.try_get::<Option<i64>, _>(place)?.map(UnixMillis));
    let activity: Option<i64> = row.try_get(8)?;
    let answer: Option<&str> = row.try_get(10)?;
    let answer = answered(answer, time(11)?);
    Ok(KeptAlert {
        stored: StoredAlert {
            id: id.parse().map_err(|_| strange())?,
            alert: Alert {
                rule: AlertRule::from_name(rule).ok_or_else(strange)?,
                level: level_of(level).ok_or_else(strange)?,
                since: UnixMillis(row.try_get(3)?),
                raised: UnixMillis(row.try_get(4)?),
                peak: row.try_get(5)?,
                limit: row.try_get(6)?,
                closed: time(7)?,
            },
            activity: activity.and_then(|code| Activity::from_code(u8::try_from(code).ok()?)),
        },
        arrived: time(9)?,
        answer,
        snoozed_until: time(12)?,
    })
}

const LEVELS: [(Level, &str); 2] = [(Level::Attention, "attention"), (Level::Alert, "alert")];
const ANSWERS: [(Answer, &str); 3] =
    [(Answer::Fine, "fine"), (Answer::Snooze, "snooze"), (Answer::Exercising, "exercising")];

fn level_name(level: Level) -> &'static str {
    LEVELS.into_iter().find(|known| known.0 == level).map_or("alert", |known| known.1)
}

fn level_of(name: &str) -> Option<Level> {
    LEVELS.into_iter().find(|known| known.1 == name).map(|known| known.0)
}

pub(super) fn answer_name(answer: Answer) -> &'static str {
    ANSWERS.into_iter().find(|known| known.0 == answer).map_or("fine", |known| known.1)
}

pub(super) fn answered(name: Option<&str>, at: Option<UnixMillis>) -> Option<Answered> {
    name.and_then(answer_of).zip(at).map(|(answer, at)| Answered { answer, at })
}

fn answer_of(name: &str) -> Option<Answer> {
    ANSWERS.into_iter().find(|known| known.1 == name).map(|known| known.0)
}
