//! What a bracelet shall have, and whether it has it.

use vitals::UnixMillis;

use super::{Result, SourceId, Store, StoreError};

/// A thing that a bracelet shall have, one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// The wearer's limits.
    Thresholds,
    /// The wearer's goals.
    Goals,
    /// The light's brightness.
    Led,
    /// Whether it makes itself found.
    Find,
}

impl What {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Thresholds, Self::Goals, Self::Led, Self::Find];

    fn name(self) -> &'static str {
        match self {
            Self::Thresholds => "thresholds",
            Self::Goals => "goals",
            Self::Led => "led",
            Self::Find => "find",
        }
    }
}

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Not answered yet.
    Waiting,
    /// The bracelet has it.
    Done,
    /// The bracelet answered that it cannot.
    Failed,
}

impl Way {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Waiting, "waiting"), (Self::Done, "done"), (Self::Failed, "failed")];

    fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|known| known.0 == self).map_or("waiting", |known| known.1)
    }
}

/// A thing on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    /// What.
    pub what: What,
    /// The value that it shall have, as JSON.
    pub body: String,
    /// How far it has come.
    pub way: Way,
    /// Since when.
    pub at: UnixMillis,
}

impl Store {
    /// What a bracelet shall have.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn sending(&self, source: SourceId) -> Result<Vec<Sending>> {
        let rows: Vec<(String, String, String, i64)> =
            sqlx::query_as("SELECT what, body, state, at FROM sending WHERE source = ?")
                .bind(source.0)
                .fetch_all(&self.read)
                .await?;
        rows.into_iter()
            .map(|(what, body, state, at)| {
                let strange =
                    || StoreError::Internal(format!("nothing on its way is called {what}, {state}"));
                Ok(Sending {
                    what: What::ALL.into_iter().find(|known| known.name() == what).ok_or_else(strange)?,
                    way: Way::ALL.into_iter().find(|known| known.1 == state).ok_or_else(strange)?.0,
                    body,
                    at: UnixMillis(at),
                })
            })
            .collect()
    }

    /// A bracelet shall have this from now on. What it has, or refused, already is left as it is; false then.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn send(&self, source: SourceId, what: What, body: &str, now: UnixMillis) -> Result<bool> {
        let done = sqlx::query(
            "INSERT INTO sending (source, what, body, state, at) VALUES (?, ?, ?, 'waiting', ?)
             ON CONFLICT (source, what) DO UPDATE SET body = excluded.body, state = 'waiting', at = excluded.at
             WHERE body <> excluded.body",
        )
        .bind(source.0)
        .bind(what.name())
        .bind(body.to_owned())
        .bind(now.0)
        .execute(&self.write)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// What became of it, unless something else is wanted since.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn sending_became(
        &self,
        source: SourceId,
        what: What,
        body: &str,
        way: Way,
        now: UnixMillis,
    ) -> Result<()> {
        sqlx::query(
            "UPDATE sending SET state = ?1, at = ?2 WHERE source = ?3 AND what = ?4 AND body = ?5 AND state <> ?1",
        )
        .bind(way.name())
        .bind(now.0)
        .bind(source.0)
        .bind(what.name())
        .bind(body.to_owned())
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// Nothing of the kind is wanted any more.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn unsend(&self, source: SourceId, what: What) -> Result<()> {
        sqlx::query("DELETE FROM sending WHERE source = ? AND what = ?")
            .bind(source.0)
            .bind(what.name())
            .execute(&self.write)
            .await?;
        Ok(())
    }
}
