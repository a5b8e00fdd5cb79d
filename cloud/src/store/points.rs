//! Measured points: lists, one, and the order in which they were stored.

use uuid::Uuid;

use super::{Store, Tx, sql::Sql};
use crate::check::time::Micros;

/// The metrics as the database numbers them: in the order of their names, which is the contract's order of equal times.
pub const TYPES: [vitals::Metric; 8] = [
    vitals::Metric::Activity,
    vitals::Metric::AmbientTemperature,
    vitals::Metric::Battery,
    vitals::Metric::HeartRate,
    vitals::Metric::SkinTemperature,
    vitals::Metric::Sleep,
    vitals::Metric::Spo2,
    vitals::Metric::Steps,
];

/// The metric of a number.
#[must_use]
pub fn metric_of(number: i64) -> Option<vitals::Metric> {
    usize::try_from(number).ok().and_then(|n| TYPES.get(n)).copied()
}

/// The number of a metric.
#[must_use]
pub fn number_of(metric: vitals::Metric) -> i64 {
    (0..).zip(TYPES).find(|(_, m)| *m == metric).map_or(0, |(n, _)| n)
}

/// A point's public name, made of the person's number and the point's: nothing to store, nothing to index. It gives no
/// access: who asks is checked.
#[must_use]
pub fn id_of(user_no: i64, seq: i64) -> Uuid {
    let user = u128::from(user_no.unsigned_abs()) & 0xFFFF_FFFF_FFFF;
    let seq = u128::from(seq.unsigned_abs()) & 0x3FFF_FFFF_FFFF_FFFF;
    Uuid::from_u128(user << 80 | 8 << 76 | 0b10 << 62 | seq)
}

/// The person's number and the point's, if the name is one of ours.
#[must_use]
pub fn key_of(id: &Uuid) -> Option<(i64, i64)> {
    let user = i64::try_from(id.as_u128() >> 80).ok()?;
    let seq = i64::try_from(id.as_u128() & 0x3FFF_FFFF_FFFF_FFFF).ok()?;
    (id_of(user, seq) == *id).then_some((user, seq))
}

/// A point's row, with the public names it belongs to.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PointRow {
    /// Whose.
    pub user_no: i64,
    /// Its number among the person's points.
    pub seq: i64,
    /// The metric's number.
    pub metric_type: i64,
    /// When.
    pub ts: Micros,
    /// How much.
    pub value: f64,
    /// The unit, when it is not the metric's own.
    pub unit: Option<String>,
    /// Which sensor.
    pub sensor_model: Option<String>,
    /// When it was stored.
    pub created_at: Micros,
    /// By which bracelet.
    pub device_id: String,
    /// Whose, by public name.
    pub user_id: String,
}

/// Which points.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this person.
    pub user_no: Option<i64>,
    /// Of this bracelet.
    pub device_no: Option<i64>,
    /// Of this metric.
    pub metric: Option<i64>,
    /// From.
    pub start: Option<Micros>,
    /// Before.
    pub end: Option<Micros>,
    /// Stored after this number, in the order of storing.
    pub after: Option<i64>,
}

impl Filter {
    /// By the person and the order of storing.
    pub(super) fn apply(&self, q: &mut Sql) {
        self.apply_to(q, " AND m.ts >= ", " AND m.ts < ");
    }

    /// The same for rows whose time has another name.
    pub(super) fn apply_to(&self, q: &mut Sql, from: &'static str, before: &'static str) {
        q.push(" WHERE 1 = 1");
        self.and(q, from, before);
    }

    fn and(&self, q: &mut Sql, from: &'static str, before: &'static str) {
        for (column, value) in [
            (" AND m.user_no = ", self.user_no),
            (" AND m.device_no = ", self.device_no),
            (" AND m.metric_type = ", self.metric),
            (from, self.start),
            (before, self.end),
            (" AND m.seq > ", self.after),
        ] {
            if let Some(value) = value {
                q.push(column).push_bind(value);
            }
        }
    }

    /// By bracelet, metric and time, the order of the other index: a person's points are those of the person's bracelets.
    pub(super) fn apply_by_time(&self, q: &mut Sql) {
        q.push(" WHERE 1 = 1");
        if let (Some(user_no), None) = (self.user_no, self.device_no) {
            q.push(" AND m.device_no IN (SELECT no FROM devices WHERE user_no = ")
                .push_bind(user_no)
                .push(")");
        }
        if self.metric.is_none() && (self.start.is_some() || self.end.is_some()) {
            q.push(" AND m.metric_type IN (0, 1, 2, 3, 4, 5, 6, 7)");
        }
        Self { user_no: None, after: None, ..self.clone() }.and(q, " AND m.ts >= ", " AND m.ts < ");
    }
}

const COLUMNS: &str = "SELECT m.user_no, m.seq, m.metric_type, m.ts, m.value, m.unit, m.sensor_model, m.created_at, \
     d.id AS device_id, u.id AS user_id FROM ";
const NAMES: &str = " m JOIN devices d ON d.no = m.device_no JOIN users u ON u.no = m.user_no";
/// So many pieces of an index, each in order, are merged; more are read and sorted.
const MOST_PIECES: usize = 64;

impl Store {
    /// How many points match.
    pub async fn count_points(&self, filter: &Filter) -> sqlx::Result<i64> {
        let mut q = Sql::new("SELECT count(*) FROM metrics m");
        filter.apply_by_time(&mut q);
        q.count().fetch_one(&self.pool).await
    }

    /// Those that match, in the order of storing.
    pub async fn points_stored(&self, filter: &Filter, limit: i64) -> sqlx::Result<Vec<PointRow>> {
        let mut q = Sql::new(COLUMNS);
        q.push("metrics").push(NAMES);
        filter.apply(&mut q);
        q.push(" ORDER BY m.seq LIMIT ").push_bind(limit);
        q.rows().fetch_all(&self.pool).await
    }

    /// Those that match, newest first.
    pub async fn points(&self, filter: &Filter, skip: i64, limit: i64) -> sqlx::Result<Vec<PointRow>> {
        let pieces = self.pieces(filter).await?;
        let mut q = Sql::new(COLUMNS);
        if (1..=MOST_PIECES).contains(&pieces.len()) {
            for (i, piece) in pieces.iter().enumerate() {
                q.push(if i == 0 { "(" } else { " UNION ALL " })
                    .push("SELECT * FROM (SELECT * FROM metrics m");
                piece.apply_by_time(&mut q);
                q.push(" ORDER BY m.ts DESC LIMIT ").push_bind(skip + limit).push(") AS piece");
            }
            q.push(") AS").push(NAMES);
        } else {
            q.push("metrics").push(NAMES);
            filter.apply_by_time(&mut q);
        }
        q.push(" ORDER BY m.ts DESC, m.metric_type, m.user_no, m.seq");
        q.push(" LIMIT ").push_bind(limit).push(" OFFSET ").push_bind(skip);
        q.rows().fetch_all(&self.pool).await
    }

    /// One filter for each bracelet and metric; none when it is about nobody in particular.
    async fn pieces(&self, filter: &Filter) -> sqlx::Result<Vec<Filter>> {
        let devices = match (filter.device_no, filter.user_no) {
            (Some(device), _) => vec![device],
            (None, Some(user_no)) => {
                let all = sqlx::query_scalar("SELECT no FROM devices WHERE user_no = $1").bind(user_no);
                all.fetch_all(&self.pool).await?
            }
            (None, None) => Vec::new(),
        };
        let metrics: Vec<i64> =
            filter.metric.map_or_else(|| (0..).take(TYPES.len()).collect(), |metric| vec![metric]);
        let piece =
            |device, metric| Filter { device_no: Some(device), metric: Some(metric), ..filter.clone() };
        Ok(devices.iter().flat_map(|device| metrics.iter().map(|metric| piece(*device, *metric))).collect())
    }

    /// One point.
    pub async fn point(&self, user_no: i64, seq: i64) -> sqlx::Result<Option<PointRow>> {
        let mut q = Sql::new(COLUMNS);
        q.push("metrics")
            .push(NAMES)
            .push(" WHERE m.user_no = ")
            .push_bind(user_no)
            .push(" AND m.seq = ")
            .push_bind(seq);
        q.rows().fetch_optional(&self.pool).await
    }
}

impl Tx {
    /// Removes one point, and from its quarter-hour; `false` when it was not there.
    pub async fn remove_point(&mut self, point: &PointRow) -> sqlx::Result<bool> {
        self.hold_alone(point.user_no).await?;
        let removed = sqlx::query("DELETE FROM metrics WHERE user_no = $1 AND seq = $2")
            .bind(point.user_no)
            .bind(point.seq)
            .execute(&mut *self.inner)
            .await?;
        if removed.rows_affected() == 0 {
            return Ok(false);
        }
        self.roll_again(point.user_no, point.metric_type, point.ts).await?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_points_name_leads_back_to_it() {
        for key in [(1, 1), (7, 1_000_000), (281_474_976_710_655, 4_611_686_018_427_387_903)] {
            assert_eq!(key_of(&id_of(key.0, key.1)), Some(key));
        }
        assert_eq!(key_of(&Uuid::from_u128(0)), None);
        assert_eq!(key_of(&Uuid::new_v4()), None);
    }

    #[test]
    fn metrics_are_numbered_in_the_order_of_their_names() {
        assert!(TYPES.windows(2).all(|pair| pair[0].name() < pair[1].name()));
        assert!(vitals::Metric::ALL.iter().all(|m| metric_of(number_of(*m)) == Some(*m)));
    }
}
