//! Figures of many points at once, from quarter-hours where they serve and from the points where they do not.
//!
//! The quarter-hours of a person hold the points up to a number (`rolled`), which is one of the numbers that the points were
//! given in the order of their commits. One statement reads both, so it sees every point once.

use super::{Store, Tx, points::Filter, sql::Sql};
use crate::check::time::{MINUTE, Micros};

/// A quarter of an hour.
pub const QUARTER: Micros = 15 * MINUTE;
/// More points than this are not read again for each summary.
const MOST_UNROLLED: i64 = 4_000;
/// Points of one transaction: others wait no longer for it than for a batch.
const AT_ONCE: i64 = 50_000;

/// The figures of one metric in one slot.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Slot {
    /// The metric's number.
    pub metric_type: i64,
    /// The slot's start, in local time.
    pub slot: Micros,
    /// How many points.
    pub n: i64,
    /// The sum of the values, each rounded to a 2^20th: exact.
    pub total: f64,
    /// What rounding took from them.
    pub rest: f64,
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
        self.rest += other.rest;
        self.least = self.least.min(other.least);
        self.most = self.most.max(other.most);
        self.first_at = self.first_at.min(other.first_at);
        self.last_at = self.last_at.max(other.last_at);
    }

    /// The sum of the values.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.total + self.rest
    }
}

/// A point as a slot of its own.
const POINTS: &str = "SELECT m.metric_type, m.ts AS at, 1 AS n, round(m.value * 1048576.0) / 1048576.0 AS total, \
     m.value - round(m.value * 1048576.0) / 1048576.0 AS rest, m.value AS least, m.value AS most, m.ts AS first_at, \
     m.ts AS last_at FROM metrics m";
const FIGURES: &str = "CAST(sum(n) AS BIGINT) AS n, sum(total) AS total, sum(rest) AS rest, min(least) AS least, \
     max(most) AS most, min(first_at) AS first_at, max(last_at) AS last_at";
const QUARTERS: &str = "SELECT m.metric_type, m.quarter AS at, m.n, m.total, m.rest, m.least, m.most, m.first_at, m.last_at \
     FROM quarters m";

/// The part of a window that whole quarter-hours cover, and what is left of it before and after.
fn covered(filter: &Filter) -> (Filter, Vec<Filter>) {
    let from = filter.start.map(|at| -(-at).div_euclid(QUARTER) * QUARTER);
    let to = filter.end.map(|at| at.div_euclid(QUARTER) * QUARTER);
    let mut ends = Vec::new();
    if from != filter.start {
        let end = [from, filter.end].into_iter().flatten().min();
        ends.push(Filter { end, ..filter.clone() });
    }
    if to != filter.end {
        let start = [from, to].into_iter().flatten().max();
        ends.push(Filter { start, ..filter.clone() });
    }
    (Filter { start: from, end: to, ..filter.clone() }, ends)
}

impl Store {
    /// The figures of a person's points that match, by metric and slots of `step`, shifted by `offset`; at most `limit` of
    /// them.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn slots(
        &self,
        user_no: i64,
        filter: &Filter,
        step: Micros,
        offset: Micros,
        limit: i64,
    ) -> sqlx::Result<Vec<Slot>> {
        let filter = Filter { user_no: Some(user_no), ..filter.clone() };
        let mut q = Sql::new("SELECT metric_type, slot, ");
        q.push(FIGURES).push(" FROM (SELECT s.*, (at + ");
        q.push_bind(offset).push(") - (at + ").push_bind(offset).push(") % ").push_bind(step);
        q.push(" AS slot FROM (");
        if step % QUARTER == 0 && offset % QUARTER == 0 {
            self.roll_up(user_no).await?;
            let (whole, ends) = covered(&filter);
            q.push(QUARTERS);
            whole.apply_to(&mut q, " AND m.quarter >= ", " AND m.quarter < ");
            const ROLLED: &str = "(SELECT coalesce(max(seq), 0) FROM rolled WHERE user_no = ";
            for end in &ends {
                q.push(" UNION ALL ").push(POINTS);
                end.apply_by_time(&mut q);
                // The plus keeps the number out of the choice of an index.
                q.push(" AND +m.seq <= ").push(ROLLED).push_bind(user_no).push(")");
            }
            q.push(" UNION ALL ").push(POINTS);
            filter.apply(&mut q);
            q.push(" AND m.seq > ").push(ROLLED).push_bind(user_no).push(")");
        } else {
            q.push(POINTS);
            filter.apply_by_time(&mut q);
        }
        q.push(") AS s) AS t GROUP BY metric_type, slot LIMIT ").push_bind(limit);
        q.rows().fetch_all(&self.pool).await
    }

    /// Puts what has gathered of a person's points into quarter-hours.
    async fn roll_up(&self, user_no: i64) -> sqlx::Result<()> {
        loop {
            let unrolled: Option<i64> = sqlx::query_scalar(
                "SELECT points_seq - coalesce((SELECT seq FROM rolled WHERE user_no = $1), 0) FROM users WHERE no = $1",
            )
            .bind(user_no)
            .fetch_optional(&self.pool)
            .await?;
            if unrolled.is_none_or(|n| n <= MOST_UNROLLED) {
                return Ok(());
            }
            let mut tx = self.begin().await?;
            if tx.hold(user_no).await?.is_none() {
                return Ok(());
            }
            tx.roll_up(user_no).await?;
            tx.commit().await?;
        }
    }
}

impl Tx {
    /// One portion of a person's points into quarter-hours. The person must be held: an erasure must not come between.
    async fn roll_up(&mut self, user_no: i64) -> sqlx::Result<()> {
        let known = self.rolled(user_no).await?;
        // What is committed has numbers up to this one, and no number below it is still to come.
        let newest: i64 = sqlx::query_scalar("SELECT points_seq FROM users WHERE no = $1")
            .bind(user_no)
            .fetch_one(&mut *self.inner)
            .await?;
        let upto = newest.min(known + AT_ONCE);
        let mut q = Sql::new(
            "INSERT INTO quarters (user_no, metric_type, quarter, n, total, rest, least, most, first_at, last_at) SELECT ",
        );
        q.push_bind(user_no)
            .push(", metric_type, at - at % ")
            .push_bind(QUARTER)
            .push(" AS quarter, ")
            .push(FIGURES);
        q.push(" FROM (").push(POINTS).push(" WHERE m.user_no = ").push_bind(user_no);
        q.push(" AND m.seq > ").push_bind(known).push(" AND m.seq <= ").push_bind(upto);
        q.push(
            ") AS s GROUP BY metric_type, quarter ON CONFLICT (user_no, metric_type, quarter) DO UPDATE SET \
             n = quarters.n + excluded.n, total = quarters.total + excluded.total, rest = quarters.rest + excluded.rest, \
             least = CASE WHEN excluded.least < quarters.least THEN excluded.least ELSE quarters.least END, \
             most = CASE WHEN excluded.most > quarters.most THEN excluded.most ELSE quarters.most END, \
             first_at = CASE WHEN excluded.first_at < quarters.first_at THEN excluded.first_at ELSE quarters.first_at END, \
             last_at = CASE WHEN excluded.last_at > quarters.last_at THEN excluded.last_at ELSE quarters.last_at END",
        );
        q.done().execute(&mut *self.inner).await?;
        let mut q = Sql::new("UPDATE rolled SET seq = ");
        q.push_bind(upto).push(" WHERE user_no = ").push_bind(user_no);
        q.done().execute(&mut *self.inner).await.map(|_| ())
    }

    /// Up to which number a person's points are in quarter-hours; other roll-ups of the person wait.
    async fn rolled(&mut self, user_no: i64) -> sqlx::Result<i64> {
        sqlx::query("INSERT INTO rolled (user_no, seq) VALUES ($1, 0) ON CONFLICT (user_no) DO NOTHING")
            .bind(user_no)
            .execute(&mut *self.inner)
            .await?;
        let mut q = Sql::new("SELECT seq FROM rolled WHERE user_no = ");
        q.push_bind(user_no).push(self.lock(" FOR UPDATE"));
        q.count().fetch_one(&mut *self.inner).await
    }

    /// Makes the quarter-hour of a removed point anew. The person must be held alone.
    pub(super) async fn roll_again(&mut self, user_no: i64, metric: i64, at: Micros) -> sqlx::Result<()> {
        let known = self.rolled(user_no).await?;
        let quarter = at - at % QUARTER;
        sqlx::query("DELETE FROM quarters WHERE user_no = $1 AND metric_type = $2 AND quarter = $3")
            .bind(user_no)
            .bind(metric)
            .bind(quarter)
            .execute(&mut *self.inner)
            .await?;
        let mut q = Sql::new(
            "INSERT INTO quarters (user_no, metric_type, quarter, n, total, rest, least, most, first_at, last_at) SELECT ",
        );
        q.push_bind(user_no).push(", metric_type, ").push_bind(quarter).push(" AS quarter, ").push(FIGURES);
        q.push(" FROM (").push(POINTS);
        let there = Filter {
            user_no: Some(user_no),
            metric: Some(metric),
            start: Some(quarter),
            end: Some(quarter + QUARTER),
            ..Filter::default()
        };
        there.apply_by_time(&mut q);
        q.push(" AND +m.seq <= ").push_bind(known).push(") AS s GROUP BY metric_type");
        q.done().execute(&mut *self.inner).await.map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(start: Option<Micros>, end: Option<Micros>) -> Filter {
        Filter { start, end, ..Filter::default() }
    }

    #[test]
    fn every_moment_of_a_window_is_covered_once() {
        const Q: Micros = QUARTER;
        for start in [None, Some(0), Some(1), Some(Q - 1), Some(Q), Some(Q + 1), Some(2 * Q), Some(5 * Q + 3)]
        {
            for end in [None, Some(0), Some(1), Some(2), Some(Q), Some(Q + 2), Some(3 * Q), Some(5 * Q + 7)] {
                let (whole, ends) = covered(&window(start, end));
                for at in
                    (0..6 * Q).step_by(usize::try_from(Q / 4).unwrap()).flat_map(|at| [at, at + 1, at + 4])
                {
                    let within = |f: &Filter| f.start.is_none_or(|s| at >= s) && f.end.is_none_or(|e| at < e);
                    // A quarter-hour is taken by its beginning.
                    let quarter = at - at % Q;
                    let taken =
                        whole.start.is_none_or(|s| quarter >= s) && whole.end.is_none_or(|e| quarter < e);
                    let times = usize::from(taken) + ends.iter().filter(|end| within(end)).count();
                    let wanted = usize::from(within(&window(start, end)));
                    assert_eq!(times, wanted, "{start:?} {end:?} {at}");
                }
            }
        }
    }
}
