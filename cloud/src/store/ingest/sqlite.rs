//! Points into SQLite: one connection, on which what waits is committed together.
//!
//! Through rusqlite, not sqlx: the statement runs on the thread that calls it, where sqlx would hand every one to another
//! thread and wait for it. With small batches those waits were most of the time.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex as StdMutex, MutexGuard, PoisonError, TryLockError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use tokio::{
    runtime::Handle,
    sync::{Mutex, OwnedMutexGuard, oneshot},
    task,
};

use super::{Batch, Outcome, Point, Waiting, as_i64, together};
use crate::check::time::now;

/// Numbers for the points, if the sender still may: the person's row says which are free.
const NUMBERS: &str = "UPDATE users SET points_seq = points_seq + ?1 WHERE no = ?2 AND deleted_at IS NULL \
     AND EXISTS (SELECT 1 FROM devices WHERE no = ?3 AND user_no = ?2 AND deleted_at IS NULL \
     AND (?4 IS NULL OR (is_active = 1 AND api_key_hash = ?4))) RETURNING points_seq";
/// Rows of one statement: the long form, and the forms for the rest. A statement finds its way into each index once.
const ROWS: [usize; 4] = [200, 50, 10, 1];
/// What every row of a statement shares: the person, the device, now, and the number before the first.
const SHARED: usize = 4;
/// What each row has of its own.
const OWN: usize = 5;
/// How long another process may hold the file.
const PATIENCE: Duration = Duration::from_secs(5);

/// What waits, and who writes it: whoever finds nobody writing does, at once and where it is; what gathers meanwhile, or has to
/// wait for another writer, goes to a thread for such work. A lone sender waits for no other thread.
pub(super) struct Writer(Arc<Shared>);

struct Shared {
    queue: StdMutex<Vec<Waiting>>,
    writing: StdMutex<Writing>,
    /// The next turn begins with a new connection.
    anew: AtomicBool,
}

struct Writing {
    file: PathBuf,
    connection: Option<Connection>,
    /// The store's own order of writers.
    turn: Arc<Mutex<()>>,
    statements: [String; 4],
}

impl Writer {
    pub(super) fn new(file: &Path, turn: Arc<Mutex<()>>) -> Self {
        let writing =
            Writing { file: file.to_owned(), connection: None, turn, statements: ROWS.map(statement) };
        Self(Arc::new(Shared {
            queue: StdMutex::default(),
            writing: StdMutex::new(writing),
            anew: AtomicBool::new(false),
        }))
    }

    pub(super) fn begin_anew(&self) {
        self.0.anew.store(true, Ordering::Relaxed);
    }

    pub(super) fn add(&self, batch: Batch, answer: oneshot::Sender<Outcome>) {
        self.0.queue().push(Waiting { batch, answer });
        // Who is writing looks at the queue once more after it has let go.
        let mut writing = match self.0.writing.try_lock() {
            Ok(free) => free,
            Err(TryLockError::Poisoned(left)) => left.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        // One at most writes, and the runtime's other threads go on: to hand this one's work to another for so short a time
        // costs more than the time.
        if Handle::current().metrics().num_workers() > 1
            && let Ok(turn) = Arc::clone(&writing.turn).try_lock_owned()
        {
            self.0.once(&mut writing, &turn);
        }
        drop(writing);
        if !self.0.queue().is_empty() {
            let shared = Arc::clone(&self.0);
            task::spawn_blocking(move || shared.until_empty());
        }
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn until_empty(&self) {
        while !self.queue().is_empty() {
            let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
            let turn = Arc::clone(&writing.turn).blocking_lock_owned();
            self.once(&mut writing, &turn);
        }
    }

    /// Writes what waits, up to a bound, in the store's turn of writing.
    fn once(&self, writing: &mut Writing, _turn: &OwnedMutexGuard<()>) {
        let waiting: Vec<Waiting> = {
            let mut queue = self.queue();
            let n = together(&queue);
            queue.drain(..n).collect()
        };
        let (batches, answers): (Vec<_>, Vec<_>) = waiting.into_iter().map(|w| (w.batch, w.answer)).unzip();
        if self.anew.swap(false, Ordering::Relaxed) {
            writing.connection = None;
        }
        if !batches.is_empty() {
            super::tell(answers, writing.store(&batches));
        }
    }
}

fn statement(rows: usize) -> String {
    let mut text = "INSERT INTO metrics (user_no, seq, device_no, metric_type, ts, value, unit, sensor_model, created_at) \
         VALUES "
        .to_owned();
    for row in 0..rows {
        let [metric, ts, value, unit, sensor] =
            std::array::from_fn::<_, OWN, _>(|i| SHARED + row * OWN + i + 1);
        let (comma, place) = (if row == 0 { "" } else { "," }, row + 1);
        text += &format!("{comma}(?1, ?4 + {place}, ?2, ?{metric}, ?{ts}, ?{value}, ?{unit}, ?{sensor}, ?3)");
    }
    text + " ON CONFLICT (device_no, metric_type, ts) DO NOTHING"
}

impl Writing {
    fn store(&mut self, batches: &[Batch]) -> rusqlite::Result<Vec<Outcome>> {
        let connection = match &mut self.connection {
            Some(open) => open,
            none => none.insert(connect(&self.file)?),
        };
        let stored = all(connection, &self.statements, batches);
        if stored.is_err() {
            // Whatever was wrong with it, the next turn begins with a new one.
            self.connection = None;
        }
        stored
    }
}

fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch(super::super::SQLITE_PRAGMAS)?;
    // The ends of the indexes stay in memory.
    connection.execute_batch("PRAGMA cache_size = -4000")?;
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    if std::fs::metadata(log).map_or(0, |log| log.len()) < super::super::ROOM_BYTES
        && connection.execute_batch(super::super::ROOM).is_err()
    {
        // Without room the log grows as it must, if it can; what was taken in vain is given back, if that can be.
        if !connection.is_autocommit() {
            connection.execute_batch("ROLLBACK")?;
        }
        let given_back = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        tracing::debug!(?given_back, "no room for the log");
    }
    Ok(connection)
}

fn all(
    connection: &mut Connection,
    statements: &[String; 4],
    batches: &[Batch],
) -> rusqlite::Result<Vec<Outcome>> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let outcomes =
        batches.iter().map(|batch| one(&tx, statements, batch)).collect::<rusqlite::Result<_>>()?;
    tx.commit()?;
    Ok(outcomes)
}

fn one(tx: &Transaction<'_>, statements: &[String; 4], batch: &Batch) -> rusqlite::Result<Outcome> {
    let count = as_i64(batch.points.len());
    let (user, device) = (batch.user_no, batch.device_no);
    let last: Option<i64> = tx
        .prepare_cached(NUMBERS)?
        .query_row(params![count, user, device, batch.key_hash], |row| row.get(0))
        .optional()?;
    let Some(last) = last else { return Ok(Outcome::Gone) };
    let mut points: Vec<&Point> = batch.points.iter().collect();
    // Stable: of two points of one moment the one told first stays.
    points.sort_by_key(|p| (p.metric, p.ts));
    let (created, mut before, mut inserted) = (now(), last - count, 0);
    let mut rest = &points[..];
    for (rows, statement) in ROWS.into_iter().zip(statements) {
        while let Some((these, others)) = rest.split_at_checked(rows) {
            rest = others;
            let mut insert = tx.prepare_cached(statement)?;
            for (place, shared) in (1..).zip([user, device, created, before]) {
                insert.raw_bind_parameter(place, shared)?;
            }
            for (place, p) in (SHARED + 1..).step_by(OWN).zip(these) {
                insert.raw_bind_parameter(place, p.metric)?;
                insert.raw_bind_parameter(place + 1, p.ts)?;
                insert.raw_bind_parameter(place + 2, p.value)?;
                insert.raw_bind_parameter(place + 3, p.unit.as_deref())?;
                insert.raw_bind_parameter(place + 4, p.sensor_model.as_deref())?;
            }
            inserted += insert.raw_execute()?;
            before += as_i64(rows);
        }
    }
    Ok(Outcome::Stored(inserted as u64))
}
