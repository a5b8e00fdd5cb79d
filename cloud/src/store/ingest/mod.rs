//! The way of the points into the database.
//!
//! Batches that wait for the same lock go together: on SQLite the lock is the file; on PostgreSQL it
//! is the person's row. What is taken in one turn is one transaction, so a commit's wait for the disk is shared. Rows are
//! sorted: two servers given the same points in different order cannot deadlock.

mod postgres;
mod sqlite;

use std::{fmt::Display, path::Path, sync::Arc};

use sqlx::PgPool;
use tokio::sync::{Mutex, oneshot};

use crate::check::time::Micros;

/// The most points that go together.
const MOST_TOGETHER: usize = 4_000;

/// One measured point, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The metric's place in [`crate::store::points::TYPES`].
    pub metric: i64,
    /// When.
    pub ts: Micros,
    /// How much.
    pub value: f64,
    /// The unit, when it is not the metric's own.
    pub unit: Option<Arc<str>>,
    /// Which sensor; a batch's points share the text.
    pub sensor_model: Option<Arc<str>>,
}

/// One request's points.
#[derive(Debug)]
pub struct Batch {
    /// Whose.
    pub user_no: i64,
    /// Of which device.
    pub device_no: i64,
    /// The key's digest, which must still be the device's when the points are stored; `None`: sent with the person's token.
    pub key_hash: Option<String>,
    /// The points.
    pub points: Vec<Point>,
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// On disk; so many points were new.
    Stored(u64),
    /// The account, the device or its key ended meanwhile.
    Gone,
    /// The database could not take it; nothing of it is stored.
    Away,
}

struct Waiting {
    batch: Batch,
    answer: oneshot::Sender<Outcome>,
}

/// How many of those that wait go together.
fn together(waiting: &[Waiting]) -> usize {
    let mut points = 0;
    let fits = waiting.iter().take_while(|w| {
        let first = points == 0;
        points += w.batch.points.len();
        first || points <= MOST_TOGETHER
    });
    fits.count()
}

/// Tells every sender what became of its batch. Who hung up will send again, and be told of duplicates.
fn tell<E: Display>(answers: Vec<oneshot::Sender<Outcome>>, outcomes: Result<Vec<Outcome>, E>) {
    let outcomes = outcomes.unwrap_or_else(|error| {
        tracing::warn!(%error, "points could not be stored");
        vec![Outcome::Away; answers.len()]
    });
    for (answer, outcome) in answers.into_iter().zip(outcomes) {
        let _ = answer.send(outcome);
    }
}

fn as_i64(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

enum Way {
    Sqlite(sqlite::Writer),
    Postgres(postgres::Lanes),
}

/// The way in.
pub struct Ingest(Way);

impl Ingest {
    pub(super) fn sqlite(file: &Path, turn: Arc<Mutex<()>>) -> Self {
        Self(Way::Sqlite(sqlite::Writer::new(file, turn)))
    }

    pub(super) fn postgres(pool: PgPool) -> Self {
        Self(Way::Postgres(postgres::Lanes::new(pool)))
    }

    pub(super) async fn close(&self) {
        if let Way::Postgres(lanes) = &self.0 {
            lanes.close().await;
        }
    }

    /// SQLite's log was emptied: what opens the file next gives it its size again.
    pub(super) fn begin_anew(&self) {
        if let Way::Sqlite(writer) = &self.0 {
            writer.begin_anew();
        }
    }

    /// Stores a batch, all of it or nothing; the answer comes after the commit.
    pub async fn store(&self, batch: Batch) -> Outcome {
        let (answer, answered) = oneshot::channel();
        match &self.0 {
            Way::Sqlite(writer) => writer.add(batch, answer),
            Way::Postgres(lanes) => lanes.add(batch, answer),
        }
        answered.await.unwrap_or(Outcome::Away)
    }
}
