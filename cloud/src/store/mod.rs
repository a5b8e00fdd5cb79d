//! The database: SQLite or PostgreSQL behind one set of statements.
//!
//! **Order of changes.** A cursor is a number: "everything up to n was seen". It skips nothing only if no row with a smaller
//! number can become visible after one with a greater number was read. So a number is given under a lock that lasts until
//! the commit: the user's own row for points, one counter for issues. Number order is commit order on both databases.
//!
//! **Order of locks**, everywhere: the user's row, then the counter, then the other rows.

pub mod devices;
mod ingest;
pub mod issues;
pub mod people;
pub mod points;
pub mod sessions;
mod sql;
pub mod summary;

use std::{path::Path, str::FromStr, sync::Arc, time::Duration};

use sqlx::{
    Any, AnyPool, Executor, Transaction,
    any::{AnyConnectOptions, AnyPoolOptions},
    migrate::Migrator,
    postgres::PgPoolOptions,
};
use tokio::sync::{Mutex, OwnedMutexGuard};

pub use ingest::{Batch, Ingest, Outcome, Point};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// Small pages, if the file is new: a batch touches the ends of several trees, and each page that it touches is written to the
/// log and summed up whole before the commit.
const SQLITE_PRAGMAS: &str = "PRAGMA page_size = 2048; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 10000; PRAGMA secure_delete = ON; PRAGMA cache_size = -1000; \
     PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 8000";
/// Gives the log its size at once, by a transaction that is too large for the cache and never committed: while a file grows,
/// each commit waits for the file system's own journal as well. The database itself does not grow.
const ROOM: &str = "BEGIN IMMEDIATE; CREATE TABLE room (filling BLOB); INSERT INTO room VALUES (zeroblob(20000000)); ROLLBACK";
/// How large the log is then, at least.
const ROOM_BYTES: u64 = 20_000_000;
/// How long a request waits for a connection before it is told to come again.
const PATIENCE: Duration = Duration::from_secs(5);

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// One file.
    Sqlite,
    /// A server.
    Postgres,
}

/// The open database.
pub struct Store {
    pool: AnyPool,
    backend: Backend,
    /// SQLite has one writer; who waits here waits in order, and not by polling the file's lock.
    writer: Arc<Mutex<()>>,
    /// The way of the points, which goes past the pool.
    pub ingest: Ingest,
}

/// A transaction that may write.
pub struct Tx {
    inner: Transaction<'static, Any>,
    backend: Backend,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl Tx {
    /// Makes all of it last.
    ///
    /// # Errors
    /// When the database does not.
    pub async fn commit(self) -> sqlx::Result<()> {
        self.inner.commit().await
    }

    /// ` FOR …`, where rows are locked one by one.
    fn lock(&self, strength: &'static str) -> &'static str {
        match self.backend {
            Backend::Sqlite => "",
            Backend::Postgres => strength,
        }
    }
}

impl Store {
    /// Opens the database and brings its tables up to date.
    ///
    /// # Errors
    /// When it cannot be reached, or its tables not be made.
    pub async fn open(url: &str, connections: Option<u32>) -> sqlx::Result<Self> {
        sqlx::any::install_default_drivers();
        let postgres =
            url.strip_prefix("postgres").filter(|rest| rest.starts_with("ql:") || rest.starts_with(':'));
        let writer = Arc::new(Mutex::new(()));
        let connections = connections.unwrap_or(if postgres.is_some() { 10 } else { 4 });
        let options = AnyPoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE);
        if postgres.is_some() {
            let pool = options.connect(url).await?;
            migrate(&POSTGRES, &pool).await?;
            let native = PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(PATIENCE)
                .connect_lazy(url)?;
            let ingest = Ingest::postgres(native);
            return Ok(Self { pool, backend: Backend::Postgres, writer, ingest });
        }
        let path = sqlite_path(url);
        let pool = options
            .after_connect(|c, _| Box::pin(async move { c.execute(SQLITE_PRAGMAS).await.map(|_| ()) }))
            .connect_with(AnyConnectOptions::from_str(&format!("sqlite://{path}?mode=rwc"))?)
            .await?;
        migrate(&SQLITE, &pool).await?;
        let ingest = Ingest::sqlite(Path::new(&path), Arc::clone(&writer));
        Ok(Self { pool, backend: Backend::Sqlite, writer, ingest })
    }

    /// Which database it is.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Begins a transaction that may write.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begin(&self) -> sqlx::Result<Tx> {
        let (turn, begin) = match self.backend {
            // Taking the write lock at once: a reader that turns writer would be refused instead of waiting.
            Backend::Sqlite => (Some(Arc::clone(&self.writer).lock_owned().await), "BEGIN IMMEDIATE"),
            Backend::Postgres => (None, "BEGIN"),
        };
        let inner = self.pool.begin_with(begin).await?;
        Ok(Tx { inner, backend: self.backend, _turn: turn })
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> sqlx::Result<()> {
        sqlx::query("SELECT 1").execute(&self.pool).await.map(|_| ())
    }

    /// Writes what an erasure removed out of SQLite's log, where the old pages still are.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn forget_log(&self) -> sqlx::Result<()> {
        if self.backend == Backend::Sqlite {
            let _turn = self.writer.lock().await;
            let busy: i64 =
                sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&self.pool).await?;
            if busy != 0 {
                tracing::warn!(
                    "somebody reads for so long that erased pages stay in the log until the server ends"
                );
            }
            self.ingest.begin_anew();
        }
        Ok(())
    }

    /// Copies a SQLite database into a file, while it is in use.
    ///
    /// # Errors
    /// When the file is there already or cannot be written; PostgreSQL has `pg_dump` for this.
    pub async fn copy_to(&self, file: &str) -> sqlx::Result<()> {
        match self.backend {
            Backend::Sqlite => sqlx::query("VACUUM INTO $1").bind(file).execute(&self.pool).await.map(|_| ()),
            Backend::Postgres => Err(sqlx::Error::Configuration("PostgreSQL is saved with pg_dump".into())),
        }
    }

    /// Ends all connections.
    pub async fn close(&self) {
        self.ingest.close().await;
        self.pool.close().await;
    }
}

/// The file of `sqlite://…`. The original server counts three slashes before a relative path and four before an absolute
/// one; others write an absolute path after three. So after three slashes a path is absolute if its folder is there.
fn sqlite_path(url: &str) -> String {
    let rest = url.strip_prefix("sqlite:").unwrap_or(url);
    let rest = rest.split('?').next().unwrap_or_default();
    let Some(path) = rest.strip_prefix("///") else {
        return rest.strip_prefix("//").unwrap_or(rest).to_owned();
    };
    let absolute = Path::new("/").join(path);
    let folder = absolute.parent().filter(|folder| folder.parent().is_some());
    let known = !path.starts_with('.') && folder.is_some_and(Path::is_dir);
    if known { absolute.to_string_lossy().into_owned() } else { path.to_owned() }
}

/// Makes the tables. A newer server's migrations are no fault: two versions may run side by side.
async fn migrate(migrator: &Migrator, pool: &AnyPool) -> sqlx::Result<()> {
    let migrator =
        Migrator { migrations: migrator.migrations.clone(), ignore_missing: true, ..Migrator::DEFAULT };
    migrator.run(pool).await.map_err(|error| sqlx::Error::Configuration(Box::new(error)))
}

/// Whether a statement failed because such a row is there already.
#[must_use]
pub fn is_taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|e| e.is_unique_violation())
}

#[cfg(test)]
mod tests {
    use super::sqlite_path;

    #[test]
    fn a_database_file_is_where_its_address_says() {
        for (url, path) in [
            ("sqlite://bracelet.db", "bracelet.db"),
            ("sqlite:///bracelet.db", "bracelet.db"),
            ("sqlite:///./here/bracelet.db", "./here/bracelet.db"),
            ("sqlite:////nowhere/bracelet.db", "/nowhere/bracelet.db"),
            ("sqlite:///tmp/bracelet.db?mode=rwc", "/tmp/bracelet.db"),
            ("sqlite:///no-such-folder/bracelet.db", "no-such-folder/bracelet.db"),
        ] {
            assert_eq!(sqlite_path(url), path, "{url}");
        }
    }
}
