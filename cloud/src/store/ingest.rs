//! The way of the points into the database.
//!
//! Batches that wait for the same lock go together: one lane a person on PostgreSQL (the lock is the person's row), one lane
//! on SQLite (the lock is the file). What a lane holds when its turn comes is one statement or transaction, so a commit's wait
//! for the disk is shared. Rows are sorted: two servers given the same points in different order cannot deadlock.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex as StdMutex},
};

use sqlx::{PgPool, Row, SqliteConnection, SqlitePool, query::Query};
use tokio::sync::{Mutex, oneshot};

use crate::check::time::{Micros, now};

/// The most points that go together.
const MOST_TOGETHER: usize = 16_000;
/// Rows of one SQLite statement: the long form, and the forms for the rest.
const ROWS: [usize; 4] = [500, 100, 10, 1];
/// A point's columns.
const COLUMNS: usize = 9;

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
    pub unit: Option<String>,
    /// Which sensor.
    pub sensor_model: Option<String>,
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// On disk; so many points were new.
    Stored(u64),
    /// The account, the device or its key ended meanwhile.
    Gone,
    /// The database could not take it; nothing of it is stored.
    Away(String),
}

struct Waiting {
    batch: Batch,
    answer: oneshot::Sender<Outcome>,
}

enum Database {
    Sqlite { pool: SqlitePool, writer: Arc<Mutex<()>> },
    Postgres(PgPool),
}

struct Shared {
    database: Database,
    lanes: StdMutex<HashMap<i64, Vec<Waiting>>>,
    statements: [String; 4],
}

/// The lanes.
#[derive(Clone)]
pub struct Ingest(Arc<Shared>);

impl Ingest {
    fn new(database: Database) -> Self {
        let statements = ROWS.map(|rows| {
            let row = format!("({})", ["?"; COLUMNS].join(","));
            format!(
                "INSERT INTO metrics (user_no, seq, device_no, metric_type, ts, value, unit, sensor_model, created_at) \
                 VALUES {} ON CONFLICT (device_no, metric_type, ts) DO NOTHING",
                vec![row; rows].join(",")
            )
        });
        Self(Arc::new(Shared { database, lanes: StdMutex::default(), statements }))
    }

    pub(super) fn sqlite(pool: SqlitePool, writer: Arc<Mutex<()>>) -> Self {
        Self::new(Database::Sqlite { pool, writer })
    }

    pub(super) fn postgres(pool: PgPool) -> Self {
        Self::new(Database::Postgres(pool))
    }

    pub(super) async fn close(&self) {
        match &self.0.database {
            Database::Sqlite { pool, .. } => pool.close().await,
            Database::Postgres(pool) => pool.close().await,
        }
    }

    /// Stores a batch, all of it or nothing; the answer comes after the commit.
    pub async fn store(&self, batch: Batch) -> Outcome {
        let lane = match self.0.database {
            Database::Sqlite { .. } => 0,
            Database::Postgres(_) => batch.user_no,
        };
        let (answer, answered) = oneshot::channel();
        let idle = {
            let mut lanes = self.0.lanes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let idle = !lanes.contains_key(&lane);
            lanes.entry(lane).or_default().push(Waiting { batch, answer });
            idle
        };
        if idle {
            let shared = Arc::clone(&self.0);
            // A task of its own: a client that hangs up must not take the others' batches with it.
            tokio::spawn(async move { shared.run(lane).await });
        }
        answered.await.unwrap_or_else(|_| Outcome::Away("the lane ended".to_owned()))
    }
}

impl Shared {
    /// What waits in the lane, up to a bound; an empty lane is closed.
    fn next(&self, lane: i64) -> Vec<Waiting> {
        let mut lanes = self.lanes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Some(waiting) = lanes.get_mut(&lane).filter(|waiting| !waiting.is_empty()) else {
            lanes.remove(&lane);
            return Vec::new();
        };
        let mut points = 0;
        let fits = waiting.iter().take_while(|w| {
            let first = points == 0;
            points += w.batch.points.len();
            first || points <= MOST_TOGETHER
        });
        let n = fits.count();
        waiting.drain(..n).collect()
    }

    async fn run(&self, lane: i64) {
        loop {
            let waiting = self.next(lane);
            if waiting.is_empty() {
                return;
            }
            let (batches, answers): (Vec<_>, Vec<_>) =
                waiting.into_iter().map(|w| (w.batch, w.answer)).unzip();
            let outcomes = match &self.database {
                Database::Sqlite { pool, writer } => self.store_sqlite(pool, writer, &batches).await,
                Database::Postgres(pool) => store_postgres(pool, &batches).await,
            };
            let outcomes = outcomes.unwrap_or_else(|error| {
                tracing::warn!(%error, "points could not be stored");
                vec![Outcome::Away(error.to_string()); batches.len()]
            });
            for (answer, outcome) in answers.into_iter().zip(outcomes) {
                // Who hung up will send again, and be told of duplicates.
                let _ = answer.send(outcome);
            }
        }
    }

    async fn store_sqlite(
        &self,
        pool: &SqlitePool,
        writer: &Mutex<()>,
        batches: &[Batch],
    ) -> sqlx::Result<Vec<Outcome>> {
        let _turn = writer.lock().await;
        let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
        let mut outcomes = Vec::with_capacity(batches.len());
        for batch in batches {
            outcomes.push(self.one_batch_sqlite(&mut tx, batch).await?);
        }
        tx.commit().await?;
        Ok(outcomes)
    }

    async fn one_batch_sqlite(&self, c: &mut SqliteConnection, batch: &Batch) -> sqlx::Result<Outcome> {
        let count = as_i64(batch.points.len());
        let last: Option<i64> = sqlx::query_scalar(
            "UPDATE users SET points_seq = points_seq + ?1 WHERE no = ?2 AND deleted_at IS NULL AND EXISTS (SELECT 1 \
             FROM devices WHERE no = ?3 AND user_no = ?2 AND deleted_at IS NULL \
             AND (?4 IS NULL OR (is_active = 1 AND api_key_hash = ?4))) RETURNING points_seq",
        )
        .bind(count)
        .bind(batch.user_no)
        .bind(batch.device_no)
        .bind(batch.key_hash.as_deref())
        .fetch_optional(&mut *c)
        .await?;
        let Some(last) = last else { return Ok(Outcome::Gone) };
        let mut points: Vec<&Point> = batch.points.iter().collect();
        points.sort_by_key(|p| (p.metric, p.ts));
        let (mut seq, created, mut inserted) = (last - count, now(), 0);
        let mut rest = &points[..];
        for (rows, statement) in ROWS.into_iter().zip(&self.statements) {
            while rest.len() >= rows {
                let (these, others) = rest.split_at(rows);
                rest = others;
                let mut query = sqlx::query(sqlx::AssertSqlSafe(statement.as_str()));
                for point in these {
                    seq += 1;
                    query = bind(query, batch, point, seq, created);
                }
                inserted += query.execute(&mut *c).await?.rows_affected();
            }
        }
        Ok(Outcome::Stored(inserted))
    }
}

fn as_i64(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

type SqliteQuery<'q> = Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

fn bind<'q>(
    query: SqliteQuery<'q>,
    batch: &Batch,
    point: &Point,
    seq: i64,
    created: Micros,
) -> SqliteQuery<'q> {
    query
        .bind(batch.user_no)
        .bind(seq)
        .bind(batch.device_no)
        .bind(point.metric)
        .bind(point.ts)
        .bind(point.value)
        .bind(point.unit.clone())
        .bind(point.sensor_model.clone())
        .bind(created)
}

/// All batches of one person in one statement: checks that each sender still may, numbers the rows under the lock of the
/// person's row, stores what is new, and says which that was.
const POSTGRES_INSERT: &str = "
WITH sender AS (
    SELECT k.batch, d.no FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS k (device_no, key_hash, batch)
    JOIN devices d ON d.no = k.device_no AND d.user_no = $3 AND d.deleted_at IS NULL
        AND (k.key_hash IS NULL OR (d.is_active = 1 AND k.key_hash = d.api_key_hash))
), person AS (
    UPDATE users SET points_seq = points_seq + $4 WHERE no = $3 AND deleted_at IS NULL RETURNING points_seq - $4 AS base
), stored AS (
    INSERT INTO metrics (user_no, seq, device_no, metric_type, ts, value, unit, sensor_model, created_at)
    SELECT $3, person.base + p.place, sender.no, p.metric_type, p.ts, p.value, p.unit, p.sensor_model, $5
    FROM unnest($6::bigint[], $7::bigint[], $8::bigint[], $9::float8[], $10::text[], $11::text[])
        WITH ORDINALITY AS p (batch, metric_type, ts, value, unit, sensor_model, place)
    JOIN sender ON sender.batch = p.batch CROSS JOIN person
    ON CONFLICT (device_no, metric_type, ts) DO NOTHING RETURNING seq
)
SELECT (SELECT base FROM person), (SELECT array_agg(batch) FROM sender), (SELECT count(*) FROM stored),
    (SELECT CASE WHEN count(*) < $4 THEN array_agg(seq) END FROM stored)";

async fn store_postgres(pool: &PgPool, batches: &[Batch]) -> sqlx::Result<Vec<Outcome>> {
    let Some(user_no) = batches.first().map(|b| b.user_no) else { return Ok(Vec::new()) };
    let mut rows: Vec<(i64, &Point, i64)> = batches
        .iter()
        .zip(1..)
        .flat_map(|(batch, place)| batch.points.iter().map(move |p| (batch.device_no, p, place)))
        .collect();
    rows.sort_by_key(|(device, p, place)| (*device, p.metric, p.ts, *place));
    let total = as_i64(rows.len());
    let row = sqlx::query(POSTGRES_INSERT)
        .bind(batches.iter().map(|b| b.device_no).collect::<Vec<_>>())
        .bind(batches.iter().map(|b| b.key_hash.clone()).collect::<Vec<_>>())
        .bind(user_no)
        .bind(total)
        .bind(now())
        .bind(rows.iter().map(|r| r.2).collect::<Vec<_>>())
        .bind(rows.iter().map(|r| r.1.metric).collect::<Vec<_>>())
        .bind(rows.iter().map(|r| r.1.ts).collect::<Vec<_>>())
        .bind(rows.iter().map(|r| r.1.value).collect::<Vec<_>>())
        .bind(rows.iter().map(|r| r.1.unit.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|r| r.1.sensor_model.clone()).collect::<Vec<_>>())
        .fetch_one(pool)
        .await?;
    let Some(base) = row.try_get::<Option<i64>, _>(0)? else {
        return Ok(vec![Outcome::Gone; batches.len()]);
    };
    let senders: Vec<i64> = row.try_get::<Option<Vec<i64>>, _>(1)?.unwrap_or_default();
    let count: i64 = row.try_get(2)?;
    let stored: Option<Vec<i64>> = row.try_get(3)?;
    let mut new = vec![0_u64; batches.len()];
    let mut note = |place: i64| {
        if let Some(n) = usize::try_from(place - 1).ok().and_then(|i| new.get_mut(i)) {
            *n += 1;
        }
    };
    if count == total {
        rows.iter().for_each(|r| note(r.2));
    } else {
        for seq in stored.unwrap_or_default() {
            if let Some(row) = usize::try_from(seq - base - 1).ok().and_then(|i| rows.get(i)) {
                note(row.2);
            }
        }
    }
    Ok((1..)
        .zip(new)
        .map(|(place, n)| if senders.contains(&place) { Outcome::Stored(n) } else { Outcome::Gone })
        .collect())
}
