//! Figures of many points at once.

use super::{Store, points::Filter, sql::Sql};
use crate::check::time::Micros;

/// The figures of one metric in one slot.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Slot {
    /// The metric's number.
    pub metric_type: i64,
    /// The slot's start, in local time.
    pub slot: Micros,
    /// How many points.
    pub n: i64,
    /// Their sum.
    pub total: f64,
    /// The least.
    pub least: f64,
    /// The greatest.
    pub most: f64,
    /// The first's time.
    pub first_at: Micros,
    /// The last's time.
    pub last_at: Micros,
}

impl Slot {
    /// Adds another slot's figures.
    pub fn add(&mut self, other: &Slot) {
        self.n += other.n;
        self.total += other.total;
        self.least = self.least.min(other.least);
        self.most = self.most.max(other.most);
        self.first_at = self.first_at.min(other.first_at);
        self.last_at = self.last_at.max(other.last_at);
    }
}

impl Store {
    /// The figures of the points that match, by metric and slots of `step`, shifted by `offset`; at most `limit` of them.
    pub async fn slots(
        &self,
        filter: &Filter,
        step: Micros,
        offset: Micros,
        limit: i64,
    ) -> sqlx::Result<Vec<Slot>> {
        let mut q = Sql::new(
            "SELECT metric_type, slot, count(*) AS n, sum(value) AS total, min(value) AS least, \
             max(value) AS most, min(ts) AS first_at, max(ts) AS last_at FROM (SELECT m.metric_type, m.value, m.ts, (m.ts + ",
        );
        q.push_bind(offset).push(") - (m.ts + ").push_bind(offset).push(") % ").push_bind(step);
        q.push(" AS slot FROM metrics m");
        filter.apply(&mut q);
        q.push(") AS s GROUP BY metric_type, slot LIMIT ").push_bind(limit);
        q.rows().fetch_all(&self.pool).await
    }
}
