//! Opening: the key first, then the schema; and telling apart what is damaged, newer, or merely under another key.

use std::path::Path;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use super::folder::{companions, keep_aside};
use super::{Result, Store, StoreError};
use crate::vault::{Key, Statement};

/// Each step runs in one transaction together with the note of its version.
static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Readers beside the one writer: a chart, a sparkline and an export at the same time.
const READERS: u32 = 3;

/// The writer's page cache, KiB: enough for the tip of every tree while draining.
const WRITER_CACHE_KIB: i32 = 8 * 1024;

/// A reader's, KiB: charts read roll-ups, each page about once.
const READER_CACHE_KIB: i32 = 2 * 1024;

/// A reader that has nothing to read for so long is closed, with its thread and its cache.
const READER_IDLE: Duration = Duration::from_secs(60);

/// Pages of the write-ahead log (4 KiB each) after which it is folded into the database: larger than SQLite's 1000, since
/// a drain writes the same inner pages over and over and folds them only once then.
const CHECKPOINT_PAGES: i32 = 4_000;

/// The versions of the schema that this app knows.
pub(crate) fn migrations() -> impl Iterator<Item = i64> {
    MIGRATIONS.iter().map(|migration| migration.version)
}

impl Store {
    /// Opens the database, or makes it.
    ///
    /// # Errors
    ///
    /// - [`StoreError::KeyMissing`], [`StoreError::WrongPassphrase`]: the key is not this database's. Nothing is touched.
    /// - [`StoreError::Newer`]: a newer version of the app wrote it. Nothing is touched.
    /// - [`StoreError::Damaged`]: the key is known to be right, and SQLite still cannot read it. The files now stand under
    ///   the name told; opening again makes a new database.
    /// - [`StoreError::DiskFull`], [`StoreError::NotWritable`].
    pub async fn open(path: &Path, key: &Key) -> Result<Self> {
        let statement = Statement::read(path)?;
        if let Some(statement) = &statement {
            statement.check(key)?;
        }
        match open(path, key).await {
            Err(StoreError::Damaged { detail, .. }) => match statement {
                // Only a key that is known to be this database's makes "not a database" mean damage.
                Some(_) => {
                    let aside = keep_aside(path, jiff::Timestamp::now())?;
                    Err(StoreError::Damaged { kept_aside: Some(aside), detail })
                }
                None => Err(StoreError::KeyMissing(format!("nothing states whose key opens it: {detail}"))),
            },
            other => other,
        }
    }

    /// Reads every page of a database that is not open, and keeps it aside if it is damaged: for when a running store has
    /// said [`StoreError::Damaged`] in the middle of its work. `None`: it is sound.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub async fn keep_aside_if_damaged(path: &Path, key: &Key) -> Result<Option<std::path::PathBuf>> {
        if let Some(statement) = Statement::read(path)? {
            statement.check(key)?;
        }
        let check = async {
            let mut connection = options(path, key).create_if_missing(false).connect().await?;
            let found: String =
                sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&mut connection).await?;
            connection.close().await?;
            Ok::<_, sqlx::Error>(found)
        };
        let sound = match check.await.map_err(StoreError::from) {
            Ok(found) => found == "ok",
            Err(StoreError::Damaged { .. }) => false,
            Err(other) => return Err(other),
        };
        if sound { Ok(None) } else { keep_aside(path, jiff::Timestamp::now()).map(Some) }
    }

    /// Reads every page of an open database.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`], or what keeps it from being read.
    pub async fn read_through(&self) -> Result<()> {
        let found: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&self.read).await?;
        match found.as_str() {
            "ok" => Ok(()),
            _ => Err(StoreError::Damaged { kept_aside: None, detail: found }),
        }
    }

    /// Deletes a database and what belongs to it. For what was made to be thrown away: the demo's, the throw-away ones.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotWritable`].
    pub fn delete(path: &Path) -> Result<()> {
        // The statement last: as long as it stands, what is left is known to be deletable.
        let files = std::iter::once(path.to_owned()).chain(companions(path).map(|(path, _)| path));
        for file in files {
            match std::fs::remove_file(&file) {
                Err(why) if why.kind() != std::io::ErrorKind::NotFound => {
                    return Err(StoreError::io(&file, why));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

async fn open(path: &Path, key: &Key) -> Result<Store> {
    let options = options(path, key);
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(60))
        .connect_with(options.clone())
        .await?;
    let read = SqlitePoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(Duration::from_secs(60))
        .idle_timeout(READER_IDLE)
        // Not `read_only`: a reader of a WAL database may have to make the log's index.
        .connect_lazy_with(
            options.pragma("query_only", "ON").pragma("cache_size", format!("-{READER_CACHE_KIB}")),
        );
    let store = Store { path: path.to_owned(), write, read };
    match migrate(&store).await {
        Ok(()) => Ok(store),
        Err(error) => {
            store.close().await;
            Err(error)
        }
    }
}

async fn migrate(store: &Store) -> Result<()> {
    MIGRATIONS.run(&store.write).await.map_err(|error| match error {
        MigrateError::VersionMissing(version) => StoreError::Newer(version),
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
        other => StoreError::Internal(other.to_string()),
    })
}

/// How a connection is made. The key is the first thing that SQLCipher is told.
pub(crate) fn options(path: &Path, key: &Key) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A commit is on the disk when it returns, even if the power goes then: the bracelet forgets what we acknowledge.
        .synchronous(SqliteSynchronous::Full)
        // On Apple's systems only this reaches the disk itself.
        .pragma("fullfsync", "ON")
        .foreign_keys(true)
        // What is sorted beside the tables must not lie in clear text in a temporary file.
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", format!("-{WRITER_CACHE_KIB}"))
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES.to_string())
        .busy_timeout(Duration::from_secs(10))
        // Rows cross from SQLite's thread in larger handfuls than sqlx's 50.
        .row_buffer_size(1_024)
        .disable_statement_logging();
    match key.pragma() {
        Some(key) => options.pragma("key", key),
        None => options,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_an_older_version_of_the_app_kept_is_understood() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("person.db");
        let key = Key::Plain;
        let mut connection = options(&path, &key).connect().await.unwrap();
        let first: Vec<_> = MIGRATIONS.iter().take(1).cloned().collect();
        Migrator::with_migrations(first).run(&mut connection).await.unwrap();
        for sql in [
            "INSERT INTO preference (name, value) VALUES ('language', 'fr'), ('theme', 'dark')",
            "INSERT INTO goal (valid_from, steps) VALUES (1000, 9000)",
            "INSERT INTO profile (id, name, birth_year) VALUES (1, 'Ann', 1980)",
        ] {
            sqlx::query(sql).execute(&mut connection).await.unwrap();
        }
        connection.close().await.unwrap();
        let store = open(&path, &key).await.unwrap();
        let preferences = store.preferences().await.unwrap();
        let expected = bridge::Preferences {
            language: Some("fr".into()),
            theme: bridge::Theme::Dark,
            ..bridge::Preferences::default()
        };
        assert_eq!(preferences, expected);
        let goals = store.goals().await.unwrap();
        assert_eq!((goals[1].goals.steps, goals[1].goals.sleep_minutes), (9_000, 480));
        let profile = store.profile().await.unwrap();
        assert_eq!((profile.name.as_deref(), profile.athlete), (Some("Ann"), None));
        store.close().await;
    }

    /// No test can cut the power; this one sees that SQLite was told to expect it.
    #[tokio::test]
    async fn a_commit_waits_for_the_disk_and_nothing_is_sorted_there_in_clear_text() {
        let folder = tempfile::tempdir().unwrap();
        let key = Key::Secret(zeroize::Zeroizing::new([7; 32]));
        let store = Store::open(&folder.path().join("person.db"), &key).await.unwrap();
        let asked: (String, i64, i64, i64) = sqlx::query_as(
            "SELECT (SELECT journal_mode FROM pragma_journal_mode), (SELECT synchronous FROM pragma_synchronous),
                 (SELECT foreign_keys FROM pragma_foreign_keys), (SELECT temp_store FROM pragma_temp_store)",
        )
        .fetch_one(&store.write)
        .await
        .unwrap();
        let (full, memory) = (2, 2);
        assert_eq!(asked, ("wal".to_owned(), full, 1, memory));
        let cipher: String =
            sqlx::query_scalar("PRAGMA cipher_version").fetch_one(&store.write).await.unwrap();
        assert!(cipher.starts_with('4'), "{cipher}");
    }
}
