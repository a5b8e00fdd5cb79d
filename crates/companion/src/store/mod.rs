//! The readings of one person on this disk: one encrypted SQLite database that is the truth for everything the app shows.
//!
//! What a call reports as done is on the disk: every commit waits for it, because the acknowledgement that follows frees
//! the bracelet's flash. What is committed twice is stored once, and roll-ups are computed anew from the records they
//! cover, so that repeats, late pages and parts of pages cannot be counted twice.

mod alert;
mod backup;
mod bulk;
mod chart;
mod commit;
mod error;
mod folder;
#[cfg(test)]
mod full_tests;
mod minutes;
mod notes;
mod open;
mod own_alert;
mod person;
mod records;
mod refresh;
mod rollup;
mod row;
mod runs;
mod sending;
mod series;
mod source;
mod thin;
mod unsent;
mod writing;

pub use alert::{KeptAlert, StoredAlert, Told};
pub use chart::{Cover, Grain};
pub use commit::{Batch, Committed, Gap};
pub use error::StoreError;
pub use folder::Folder;
pub(crate) use folder::with_suffix;
pub use minutes::MinuteValues;
pub use notes::KeptMessage;
pub use records::{Latest, Recorded, Records};
pub(crate) use rollup::{Summary, scale};
pub use sending::{Sending, Way, What};
pub use source::{Cursor, NewSource, SourceId, StoredGap};
pub use unsent::Stretch;

use std::path::{Path, PathBuf};

use sqlx::SqlitePool;

/// The result of whatever touches the store.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// An open database. A cheap handle: clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    path: PathBuf,
    /// One connection: SQLite has one writer anyway, and waiting here is fairer than its busy handler.
    write: SqlitePool,
    /// Readers never wait for the writer (WAL).
    read: SqlitePool,
}

impl Store {
    /// The database's file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Closes every connection; the write-ahead log is folded into the database's file.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}
