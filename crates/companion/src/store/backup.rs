//! Backups: a copy of a database in one file under a passphrase of its own, and the way back.
//!
//! A backup is a SQLCipher 4 database whose key SQLCipher itself derives from the passphrase (PBKDF2-HMAC-SHA512, 256,000
//! passes, the salt in the file): it needs nothing beside it, no keyring and no other computer.

use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, SqliteConnection};
use zeroize::Zeroizing;

use super::folder::{companions, with_suffix};
use super::open::{migrations, options};
use super::{Result, Store, StoreError};
use crate::vault::Key;

impl Store {
    /// Writes a backup and tells how many bytes it has. A file of that name is replaced once the new one is whole.
    ///
    /// # Errors
    ///
    /// [`StoreError::DiskFull`], [`StoreError::NotWritable`].
    pub async fn back_up(&self, to: &Path, passphrase: &Zeroizing<String>) -> Result<u64> {
        let unfinished = with_suffix(to, ".unfinished");
        clear(&unfinished)?;
        // One of its own: nobody waits for it, and what it attaches is gone with it.
        let mut connection = self.write.connect_options().connect().await?;
        let key = quoted(passphrase);
        let done = copy_into(&mut connection, &unfinished, &key).await;
        // Whatever it says: nothing was written into this database.
        let _ = connection.close().await;
        finish(done, &unfinished, to)?;
        Ok(std::fs::metadata(to).map_err(|why| StoreError::io(to, why))?.len())
    }

    /// Puts a backup in the place of a database that is not open, under that database's own key. What was there is kept aside
    /// under a new name, which is told.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotABackup`] for another kind of file, [`StoreError::WrongPassphrase`] if the passphrase does not open it,
    /// [`StoreError::Newer`], [`StoreError::Damaged`], [`StoreError::DiskFull`], [`StoreError::NotWritable`]. Nothing is
    /// replaced then.
    pub async fn bring_back(
        backup: &Path,
        passphrase: &Zeroizing<String>,
        path: &Path,
        key: &Key,
        now: jiff::Timestamp,
    ) -> Result<PathBuf> {
        recognise(backup)?;
        let mut connection = open_backup(backup, passphrase).await?;
        check(&mut connection).await?;
        let unfinished = with_suffix(path, ".unfinished");
        clear(&unfinished)?;
        let key = key.pragma().unwrap_or_else(|| "''".to_owned());
        let done = copy_into(&mut connection, &unfinished, &key).await;
        // Whatever it says: nothing was written into the backup.
        let _ = connection.close().await;
        if let Err(error) = done {
            clear(&unfinished)?;
            return Err(error);
        }
        no_log_beside(path)?;
        let aside = keep_replaced(path, now)?;
        std::fs::rename(&unfinished, path).map_err(|why| StoreError::io(path, why))?;
        Ok(aside)
    }

    /// Copies a database that is not open into a new one under another key, beside it, and tells where that is: whole, read
    /// through once, and on the disk.
    ///
    /// # Errors
    ///
    /// [`StoreError::DiskFull`], [`StoreError::NotWritable`], [`StoreError::Damaged`]. Nothing is left then.
    pub(crate) async fn copy_under(path: &Path, from: &Key, to: &Key) -> Result<PathBuf> {
        let copy = Self::unfinished(path);
        clear(&copy)?;
        let done = async {
            let mut connection = options(path, from).create_if_missing(false).connect().await?;
            let key = to.pragma().unwrap_or_else(|| "''".to_owned());
            let copied = copy_into(&mut connection, &copy, &key).await;
            // Folds the log into the file. Whatever it says: nothing was written into it.
            let _ = connection.close().await;
            copied?;
            let mut connection = options(&copy, to).create_if_missing(false).connect().await?;
            let sound = check(&mut connection).await;
            connection.close().await?;
            sound?;
            no_log_beside(path)?;
            no_log_beside(&copy)
        };
        match done.await {
            Ok(()) => Ok(copy),
            Err(error) => {
                clear(&copy)?;
                Err(error)
            }
        }
    }

    /// Where a copy of a database is made, until it takes its place.
    pub(crate) fn unfinished(path: &Path) -> PathBuf {
        with_suffix(path, ".unfinished")
    }

    /// When a fact was noted: the last backup.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn fact(&self, name: &'static str) -> Result<Option<i64>> {
        Ok(sqlx::query_scalar("SELECT value FROM fact WHERE name = ?")
            .bind(name)
            .fetch_optional(&self.read)
            .await?)
    }

    /// Notes a fact.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn set_fact(&self, name: &'static str, value: i64) -> Result<()> {
        sqlx::query("INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)")
            .bind(name)
            .bind(value)
            .execute(&self.write)
            .await?;
        Ok(())
    }
}

/// A passphrase as an SQL text: it goes into `ATTACH … KEY`, which SQLCipher reads before anything can be bound to it.
fn quoted(passphrase: &Zeroizing<String>) -> Zeroizing<String> {
    Zeroizing::new(format!("'{}'", passphrase.replace('\'', "''")))
}

/// Copies everything into a new database under that key.
async fn copy_into(connection: &mut SqliteConnection, to: &Path, key: &str) -> Result<()> {
    // Made here: the connection may be one that makes no files, and this one is for its owner only.
    crate::export::create_private(to).map_err(|why| StoreError::io(to, why))?;
    let attach = Zeroizing::new(format!("ATTACH DATABASE ? AS copy KEY {key}"));
    sqlx::query(AssertSqlSafe(attach.as_str()))
        .bind(to.display().to_string())
        .execute(&mut *connection)
        .await?;
    sqlx::query("SELECT sqlcipher_export('copy')").fetch_optional(&mut *connection).await?;
    sqlx::query("DETACH DATABASE copy").execute(&mut *connection).await?;
    Ok(())
}

/// Every page of a backup is as long as SQLCipher's own.
const PAGE: u64 = 4_096;

/// Whether a file can be a backup at all: what is encrypted looks like noise, but it comes in whole pages, and others name
/// themselves in their first bytes.
fn recognise(backup: &Path) -> Result<()> {
    use std::io::Read as _;
    let failed = |why: std::io::Error| match why.kind() {
        std::io::ErrorKind::NotFound => StoreError::NotABackup("there is no such file"),
        _ => StoreError::io(backup, why),
    };
    let mut file = std::fs::File::open(backup).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() || metadata.len() == 0 || metadata.len() % PAGE != 0 {
        return Err(StoreError::NotABackup("not of whole pages"));
    }
    let mut head = [0; 15];
    file.read_exact(&mut head).map_err(failed)?;
    if head == *b"SQLite format 3" {
        return Err(StoreError::NotABackup("a database that is not encrypted"));
    }
    Ok(())
}

/// A database must not get the log of the one before it.
fn no_log_beside(path: &Path) -> Result<()> {
    let log = with_suffix(path, "-wal");
    match std::fs::metadata(&log) {
        Ok(metadata) if metadata.len() > 0 => {
            Err(StoreError::Internal("the database's log could not be folded into it".to_owned()))
        }
        Err(why) if why.kind() != std::io::ErrorKind::NotFound => Err(StoreError::io(&log, why)),
        _ => Ok(()),
    }
}

async fn open_backup(backup: &Path, passphrase: &Zeroizing<String>) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(backup)
        // Not `read_only`: the copy beside it could not be written by this connection either.
        .create_if_missing(false)
        .pragma("key", (*quoted(passphrase)).clone())
        .disable_statement_logging();
    let opened = async {
        let mut connection = options.connect().await?;
        sqlx::query("SELECT count(*) FROM sqlite_master").fetch_one(&mut connection).await?;
        Ok::<_, sqlx::Error>(connection)
    };
    opened.await.map_err(|error| match error.into() {
        // Under a wrong key SQLCipher cannot tell a backup from noise.
        StoreError::Damaged { .. } => StoreError::WrongPassphrase,
        other => other,
    })
}

/// Whether it is a whole database of this app, and none of a newer one.
async fn check(connection: &mut SqliteConnection) -> Result<()> {
    let damaged = |detail: String| StoreError::Damaged { kept_aside: None, detail };
    let row = sqlx::query("PRAGMA quick_check(1)").fetch_one(&mut *connection).await?;
    let found: String = row.try_get(0)?;
    if found != "ok" {
        return Err(damaged(found));
    }
    let newest: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
        .fetch_one(&mut *connection)
        .await
        .map_err(|error| damaged(format!("no database of this app: {error}")))?;
    let ours = migrations().max().unwrap_or_default();
    match newest {
        Some(version) if version > ours => Err(StoreError::Newer(version)),
        _ => Ok(()),
    }
}

fn clear(path: &Path) -> Result<()> {
    for path in std::iter::once(path.to_owned()).chain(companions(path).map(|(path, _)| path)) {
        match std::fs::remove_file(&path) {
            Err(why) if why.kind() != std::io::ErrorKind::NotFound => return Err(StoreError::io(&path, why)),
            _ => {}
        }
    }
    Ok(())
}

/// Gives a whole copy its name; of a half one nothing stays.
fn finish(done: Result<()>, unfinished: &Path, path: &Path) -> Result<()> {
    match done {
        Ok(()) => std::fs::rename(unfinished, path).map_err(|why| StoreError::io(path, why)),
        Err(error) => {
            clear(unfinished)?;
            Err(error)
        }
    }
}

/// A second name for what is about to be replaced, with the statement that says how it is protected. The database itself
/// stays in its place until the new one takes it: there is no moment without one.
fn keep_replaced(path: &Path, now: jiff::Timestamp) -> Result<PathBuf> {
    let aside = super::folder::free_name(path, "replaced", now)?;
    let failed = |why| StoreError::io(&aside, why);
    let (statement, aside_statement) = (with_suffix(path, ".key.json"), with_suffix(&aside, ".key.json"));
    if statement.exists() {
        std::fs::copy(statement, aside_statement).map_err(failed)?;
    }
    if std::fs::hard_link(path, &aside).is_err() {
        // Not every file system gives a file two names.
        std::fs::copy(path, &aside).map_err(failed)?;
    }
    Ok(aside)
}
