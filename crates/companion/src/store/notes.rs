//! What the person writes: sessions, and messages to a bracelet's display.

use bridge::{Message, MessageState, Session};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use vitals::UnixMillis;

use super::{Result, SourceId, Store, StoreError};

/// A message with the number under which it was said to the bracelet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptMessage {
    /// The message.
    pub message: Message,
    /// The wire's number of the command; none: not said yet. A repeat under the same number is shown once.
    pub command: Option<u32>,
}

const STATES: [(MessageState, &str); 7] = [
    (MessageState::Waiting, "waiting"),
    (MessageState::Shown, "shown"),
    (MessageState::Read, "read"),
    (MessageState::RepliedOk, "replied_ok"),
    (MessageState::RepliedHelp, "replied_help"),
    (MessageState::Failed, "failed"),
    (MessageState::Dropped, "dropped"),
];

fn state_name(state: MessageState) -> &'static str {
    STATES.into_iter().find(|known| known.0 == state).map_or("waiting", |known| known.1)
}

impl Store {
    /// Keeps a session: a new one, or other words for a known one, or one that was deleted back again.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn keep_session(&self, session: &Session) -> Result<Session> {
        let id: i64 = sqlx::query_scalar(
            "INSERT OR REPLACE INTO session (id, name, start, stop, note) VALUES (?, ?, ?, ?, ?) RETURNING id",
        )
        .bind(session.id)
        .bind(session.name.clone())
        .bind(session.start.0)
        .bind(session.end.map(|at| at.0))
        .bind(session.note.clone())
        .fetch_one(&self.write)
        .await?;
        Ok(Session { id: Some(id), ..session.clone() })
    }

    /// Deletes a session and gives it back; none if there is none.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn delete_session(&self, id: i64) -> Result<Option<Session>> {
        let row = sqlx::query("DELETE FROM session WHERE id = ? RETURNING id, name, start, stop, note")
            .bind(id)
            .fetch_optional(&self.write)
            .await?;
        row.as_ref().map(session).transpose()
    }

    /// The sessions that overlap a range, the oldest first.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn sessions(&self, from: UnixMillis, to: UnixMillis) -> Result<Vec<Session>> {
        let rows = sqlx::query(
            "SELECT id, name, start, stop, note FROM session
             WHERE start < ? AND coalesce(stop >= ?, 1) ORDER BY start, id",
        )
        .bind(to.0)
        .bind(from.0)
        .fetch_all(&self.read)
        .await?;
        rows.iter().map(session).collect()
    }

    /// Keeps a new message, waiting.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn add_message(&self, source: SourceId, text: &str, now: UnixMillis) -> Result<i64> {
        Ok(sqlx::query_scalar(
            "INSERT INTO message (source, body, written, state, at) VALUES (?, ?, ?, 'waiting', ?) RETURNING id",
        )
        .bind(source.0)
        .bind(text.to_owned())
        .bind(now.0)
        .bind(now.0)
        .fetch_one(&self.write)
        .await?)
    }

    /// Other words for a message that was not said yet; false if it was.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn edit_message(&self, id: i64, text: &str, now: UnixMillis) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE message SET body = ?, at = ? WHERE id = ? AND state = 'waiting' AND command IS NULL",
        )
        .bind(text.to_owned())
        .bind(now.0)
        .bind(id)
        .execute(&self.write)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Takes a message back that was not said yet, or that will not be shown; false if it was.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn delete_message(&self, id: i64) -> Result<bool> {
        let done = sqlx::query(
            "DELETE FROM message WHERE id = ?
             AND (state IN ('failed', 'dropped') OR (state = 'waiting' AND command IS NULL))",
        )
        .bind(id)
        .execute(&self.write)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// The newest messages of a source, the oldest of them first.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn messages(&self, source: SourceId, most: u32) -> Result<Vec<KeptMessage>> {
        let rows = sqlx::query(
            "SELECT id, body, written, state, at, command FROM message WHERE source = ? ORDER BY id DESC LIMIT ?",
        )
        .bind(source.0)
        .bind(most)
        .fetch_all(&self.read)
        .await?;
        rows.iter().rev().map(message).collect()
    }

    /// The messages of a source that wait, the oldest first.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn waiting_messages(&self, source: SourceId) -> Result<Vec<KeptMessage>> {
        let rows = sqlx::query(
            "SELECT id, body, written, state, at, command FROM message WHERE source = ? AND state = 'waiting' ORDER BY id",
        )
        .bind(source.0)
        .fetch_all(&self.read)
        .await?;
        rows.iter().map(message).collect()
    }

    /// Notes the number under which a message is said. Before it is: whatever happens then, it is said under this number.
    /// False if it was taken back, changed or numbered meanwhile.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn number_message(&self, id: i64, text: &str, command: u32) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE message SET command = ? WHERE id = ? AND state = 'waiting' AND body = ? AND command IS NULL",
        )
        .bind(command)
        .bind(id)
        .bind(text.to_owned())
        .execute(&self.write)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// What became of the message that was said under that number. States only go forward: what was read is not shown anew.
    /// The message, if there is one and something changed.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn message_became(
        &self,
        source: SourceId,
        command: u32,
        state: MessageState,
        now: UnixMillis,
    ) -> Result<Option<Message>> {
        let earlier: &[MessageState] = match state {
            MessageState::Waiting => &[],
            MessageState::Shown | MessageState::Failed => &[MessageState::Waiting],
            MessageState::Dropped => &[MessageState::Waiting],
            MessageState::Read => &[MessageState::Waiting, MessageState::Shown, MessageState::Dropped],
            MessageState::RepliedOk | MessageState::RepliedHelp => {
                &[MessageState::Waiting, MessageState::Shown, MessageState::Read, MessageState::Dropped]
            }
        };
        let earlier: Vec<_> = earlier.iter().map(|&state| format!("'{}'", state_name(state))).collect();
        let sql = format!(
            "UPDATE message SET state = ?, at = ? WHERE source = ? AND command = ? AND state IN ({})
             RETURNING id, body, written, state, at, command",
            earlier.join(", ")
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(state_name(state))
            .bind(now.0)
            .bind(source.0)
            .bind(command)
            .fetch_optional(&self.write)
            .await?;
        Ok(row.as_ref().map(message).transpose()?.map(|kept| kept.message))
    }

    /// Drops what has waited since before `before`, and tells which.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn drop_messages(
        &self,
        source: SourceId,
        before: UnixMillis,
        now: UnixMillis,
    ) -> Result<Vec<Message>> {
        let rows = sqlx::query(
            "UPDATE message SET state = 'dropped', at = ? WHERE source = ? AND state = 'waiting' AND written < ?
             RETURNING id, body, written, state, at, command",
        )
        .bind(now.0)
        .bind(source.0)
        .bind(before.0)
        .fetch_all(&self.write)
        .await?;
        rows.iter().map(|row| Ok(message(row)?.message)).collect()
    }
}

fn session(row: &SqliteRow) -> Result<Session> {
    Ok(Session {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        start: UnixMillis(row.try_get(2)?),
        end: row.try_get::<Option<i64>, _>(3)?.map(UnixMillis),
        note: row.try_get(4)?,
    })
}

fn message(row: &SqliteRow) -> Result<KeptMessage> {
    let state: &str = row.try_get(3)?;
    let command: Option<i64> = row.try_get(5)?;
    Ok(KeptMessage {
        message: Message {
            id: row.try_get(0)?,
            text: row.try_get(1)?,
            written: UnixMillis(row.try_get(2)?),
            state: STATES
                .into_iter()
                .find(|known| known.1 == state)
                .map(|known| known.0)
                .ok_or_else(|| StoreError::Internal(format!("no state of a message is called {state}")))?,
            at: UnixMillis(row.try_get(4)?),
        },
        command: command.and_then(|command| u32::try_from(command).ok()),
    })
}
