//! What can go wrong with the database or its key, each with what the person can do about it.

use std::path::{Path, PathBuf};

use bridge::Code;

/// Why the store or the vault did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No keyring service answers: choose another protection, or start one.
    #[error("no keyring answers: {0}")]
    KeyringMissing(String),
    /// The keyring is locked, or unlocking it was declined: unlock it and try again.
    #[error("the keyring is locked: {0}")]
    KeyringLocked(String),
    /// The database is there, its key is not: use the account or machine it was made on.
    #[error("the database's key is missing: {0}")]
    KeyMissing(String),
    /// The passphrase is not the one the database was made with: type it again.
    #[error("the passphrase does not open the database")]
    WrongPassphrase,
    /// A newer version of the app wrote the database: update the app.
    #[error("the database is of a newer version ({0})")]
    Newer(i64),
    /// The database is damaged. If it was found at opening, it now stands under a new name: start afresh.
    #[error("the database is damaged: {detail}")]
    Damaged {
        /// Where it was kept aside; none while it is still in place.
        kept_aside: Option<PathBuf>,
        /// What SQLite said.
        detail: String,
    },
    /// The disk is full; the transaction was rolled back: free some space and try again.
    #[error("the disk is full")]
    DiskFull,
    /// The data folder or a file in it cannot be written: change its permissions or choose another.
    #[error("cannot write {path}: {why}")]
    NotWritable {
        /// What cannot be written.
        path: String,
        /// What the system said.
        why: std::io::Error,
    },
    /// Another process holds the data folder: use that one, or close it.
    #[error("another process holds this data folder")]
    AlreadyRunning,
    /// The file that was chosen is no backup: choose another.
    #[error("no backup: {0}")]
    NotABackup(&'static str),
    /// A value given is out of its range.
    #[error("invalid: {0}")]
    Invalid(&'static str),
    /// A fault of the app itself.
    #[error("internal: {0}")]
    Internal(String),
}

/// SQLite's primary result codes that mean something to a person (<https://sqlite.org/rescode.html>).
mod sqlite {
    pub const PERM: i32 = 3;
    pub const READONLY: i32 = 8;
    pub const CORRUPT: i32 = 11;
    pub const FULL: i32 = 13;
    pub const CANTOPEN: i32 = 14;
    pub const NOTADB: i32 = 26;
    /// Of `IOERR`: the log's index could not grow to its first page, which is written through the file system.
    pub const IOERR_SHMSIZE: i32 = 10 | (19 << 8);
}

impl StoreError {
    /// The stable code for the window.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::KeyringMissing(_) => Code::KeyringMissing,
            Self::KeyringLocked(_) => Code::KeyringLocked,
            Self::KeyMissing(_) => Code::KeyMissing,
            Self::WrongPassphrase => Code::WrongPassphrase,
            Self::Newer(_) => Code::DatabaseNewer,
            Self::Damaged { .. } => Code::DatabaseDamaged,
            Self::DiskFull => Code::DiskFull,
            Self::NotWritable { .. } => Code::FolderNotWritable,
            Self::AlreadyRunning => Code::AlreadyRunning,
            Self::NotABackup(_) => Code::NotABackup,
            Self::Invalid(_) => Code::Invalid,
            Self::Internal(_) => Code::Internal,
        }
    }

    /// Sorts an error of the file system: a full disk and a folder that cannot be written are told apart.
    pub(crate) fn io(path: &Path, why: std::io::Error) -> Self {
        match why.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::NotWritable { path: path.display().to_string(), why },
        }
    }
}

impl From<StoreError> for bridge::Error {
    fn from(error: StoreError) -> Self {
        Self { code: error.code(), detail: error.to_string() }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let sqlx::Error::Database(database) = &error else {
            return Self::Internal(error.to_string());
        };
        let code = database.code().and_then(|code| code.parse::<i32>().ok());
        if code == Some(sqlite::IOERR_SHMSIZE) {
            return Self::DiskFull;
        }
        // The low byte of an extended code is the primary one.
        match code.map(|code| code & 0xff) {
            Some(sqlite::FULL) => Self::DiskFull,
            Some(sqlite::CORRUPT | sqlite::NOTADB) => {
                Self::Damaged { kept_aside: None, detail: database.message().to_owned() }
            }
            Some(sqlite::PERM | sqlite::READONLY | sqlite::CANTOPEN) => Self::NotWritable {
                path: "the database".to_owned(),
                why: std::io::Error::other(database.message().to_owned()),
            },
            _ => Self::Internal(error.to_string()),
        }
    }
}
