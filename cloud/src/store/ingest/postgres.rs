//! Points into PostgreSQL: one lane a person, because the person's row is the lock; one statement a turn.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use sqlx::{PgPool, Row};
use tokio::sync::oneshot;

use super::{Batch, Outcome, Point, Waiting, as_i64, together};
use crate::check::time::now;

/// The lanes: what waits, by person.
#[derive(Clone)]
pub(super) struct Lanes {
    pool: PgPool,
    waiting: Arc<Mutex<HashMap<i64, Vec<Waiting>>>>,
}

impl Lanes {
    pub(super) fn new(pool: PgPool) -> Self {
        Self { pool, waiting: Arc::default() }
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }

    pub(super) fn add(&self, batch: Batch, answer: oneshot::Sender<Outcome>) {
        let lane = batch.user_no;
        let mut lanes = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = !lanes.contains_key(&lane);
        lanes.entry(lane).or_default().push(Waiting { batch, answer });
        drop(lanes);
        if idle {
            let lanes = self.clone();
            // A task of its own: a client that hangs up must not take the others' batches with it.
            tokio::spawn(async move { lanes.run(lane).await });
        }
    }

    /// What waits in the lane, up to a bound; an empty lane is closed.
    fn next(&self, lane: i64) -> Vec<Waiting> {
        let mut lanes = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(waiting) = lanes.get_mut(&lane).filter(|waiting| !waiting.is_empty()) else {
            lanes.remove(&lane);
            return Vec::new();
        };
        let n = together(waiting);
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
            super::tell(answers, store(&self.pool, &batches).await);
        }
    }
}

/// All batches of one person in one statement: checks that each sender still may, numbers the rows under the lock of the
/// person's row, stores what is new, and says which that was.
const INSERT: &str = "
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

async fn store(pool: &PgPool, batches: &[Batch]) -> sqlx::Result<Vec<Outcome>> {
    let Some(user_no) = batches.first().map(|b| b.user_no) else { return Ok(Vec::new()) };
    let mut rows: Vec<(i64, &Point, i64)> = batches
        .iter()
        .zip(1..)
        .flat_map(|(batch, place)| batch.points.iter().map(move |p| (batch.device_no, p, place)))
        .collect();
    rows.sort_by_key(|(device, p, place)| (*device, p.metric, p.ts, *place));
    let total = as_i64(rows.len());
    let row = sqlx::query(INSERT)
        .bind(batches.iter().map(|b| b.device_no).collect::<Vec<_>>())
        .bind(batches.iter().map(|b| b.key_hash.as_deref()).collect::<Vec<_>>())
        .bind(user_no)
        .bind(total)
        .bind(now())
        .bind(rows.iter().map(|r| r.2).collect::<Vec<_>>())
        .bind(rows.iter().map(|r| r.1.metric).collect::<Vec<_>>())
        .bind(rows.iter().map(|r| r.1.ts).collect::<Vec<_>>())
        .bind(rows.iter().map(|r| r.1.value).collect::<Vec<_>>())
        .bind(rows.iter().map(|r| r.1.unit.as_deref()).collect::<Vec<_>>())
        .bind(rows.iter().map(|r| r.1.sensor_model.as_deref()).collect::<Vec<_>>())
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
