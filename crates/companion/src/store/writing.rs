//! A write transaction that leaves nothing behind when it fails.

use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, SqliteConnection};

use super::{Result, Store};

/// The writer's connection within a transaction. Unless it is committed, the connection is closed: SQLite rolls back then,
/// whatever state it was in. (On a full disk SQLite may roll back by itself in the middle; sqlx's own transactions would
/// take that for one still open, and no later one could begin.)
pub(crate) struct Writing {
    connection: PoolConnection<Sqlite>,
    committed: bool,
}

impl Store {
    pub(crate) async fn begin(&self) -> Result<Writing> {
        let connection = self.write.acquire().await?;
        let mut writing = Writing { connection, committed: false };
        sqlx::query("BEGIN IMMEDIATE").execute(&mut *writing).await?;
        Ok(writing)
    }
}

impl Writing {
    /// Makes all of it last. When this returns, it is on the disk.
    pub(crate) async fn commit(mut self) -> Result<()> {
        sqlx::query("COMMIT").execute(&mut *self).await?;
        self.committed = true;
        Ok(())
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if !self.committed {
            self.connection.close_on_drop();
        }
    }
}

impl Deref for Writing {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.connection
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}
