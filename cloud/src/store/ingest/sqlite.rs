//! Points into SQLite: one thread with a connection of its own, which takes what waits and commits it together.
//!
//! Through rusqlite, not sqlx: the thread binds a row and steps the statement itself, where sqlx would hand every statement
//! to yet another thread and wait for it. With small batches those waits were most of the time.

use std::{
    error::Error,
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::Duration,
};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use tokio::sync::{Mutex, oneshot};

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

/// The thread's door.
pub(super) struct Writer(Sender<Waiting>);

impl Writer {
    /// Starts the thread; `turn` is the store's own order of writers.
    pub(super) fn start(file: &Path, turn: Arc<Mutex<()>>) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let (door, coming) = channel();
        let statements = ROWS.map(statement);
        let mut writing = Writing { file: file.to_owned(), connection: None, turn, statements };
        thread::Builder::new().name("points".to_owned()).spawn(move || writing.run(&coming))?;
        Ok(Self(door))
    }

    pub(super) fn add(&self, batch: Batch, answer: oneshot::Sender<Outcome>) {
        // If the thread is gone the answer is dropped, which says so.
        let _ = self.0.send(Waiting { batch, answer });
    }
}

struct Writing {
    file: PathBuf,
    connection: Option<Connection>,
    turn: Arc<Mutex<()>>,
    statements: [String; 4],
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
    /// Until the last door is closed.
    fn run(&mut self, coming: &Receiver<Waiting>) {
        let mut waiting = Vec::new();
        loop {
            if waiting.is_empty() {
                match coming.recv() {
                    Ok(first) => waiting.push(first),
                    Err(_) => return,
                }
            }
            waiting.extend(coming.try_iter());
            let n = together(&waiting);
            let (batches, answers): (Vec<_>, Vec<_>) =
                waiting.drain(..n).map(|w| (w.batch, w.answer)).unzip();
            super::tell(answers, self.store(&batches));
        }
    }

    fn store(&mut self, batches: &[Batch]) -> rusqlite::Result<Vec<Outcome>> {
        let turn = Arc::clone(&self.turn);
        let _turn = turn.blocking_lock();
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
