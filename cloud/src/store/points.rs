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
    pub(super) fn apply(&self, q: &mut Sql) {
        q.push(" WHERE 1 = 1");
        for (column, value) in [
            (" AND m.user_no = ", self.user_no),
            (" AND m.device_no = ", self.device_no),
            (" AND m.metric_type = ", self.metric),
            (" AND m.ts >= ", self.start),
            (" AND m.ts < ", self.end),
            (" AND m.seq > ", self.after),
        ] {
            if let Some(value) = value {
                q.push(column).push_bind(value);
            }
        }
    }
}

const COLUMNS: &str = "SELECT m.user_no, m.seq, m.metric_type, m.ts, m.value, m.unit, m.sensor_model, m.created_at, \
     d.id AS device_id, u.id AS user_id FROM metrics m JOIN devices d ON d.no = m.device_no JOIN users u ON u.no = m.user_no";

impl Store {
    /// How many points match.
    pub async fn count_points(&self, filter: &Filter) -> sqlx::Result<i64> {
        let mut q = Sql::new("SELECT count(*) FROM metrics m");
        // The bracelet's own index counts faster than the person's.
        let narrow =
            Filter { user_no: filter.user_no.filter(|_| filter.device_no.is_none()), ..filter.clone() };
        narrow.apply(&mut q);
        q.count().fetch_one(&self.pool).await
    }

    /// Those that match: newest first, or in the order of storing.
    pub async fn points(&self, filter: &Filter, skip: i64, limit: i64) -> sqlx::Result<Vec<PointRow>> {
        let mut q = Sql::new(COLUMNS);
        filter.apply(&mut q);
        q.push(if filter.after.is_some() {
            " ORDER BY m.seq"
        } else {
            " ORDER BY m.ts DESC, m.metric_type, m.user_no, m.seq"
        });
        q.push(" LIMIT ").push_bind(limit).push(" OFFSET ").push_bind(skip);
        q.rows().fetch_all(&self.pool).await
    }

    /// One point.
    pub async fn point(&self, user_no: i64, seq: i64) -> sqlx::Result<Option<PointRow>> {
        let mut q = Sql::new(COLUMNS);
        q.push(" WHERE m.user_no = ").push_bind(user_no).push(" AND m.seq = ").push_bind(seq);
        q.rows().fetch_optional(&self.pool).await
    }
}

impl Tx {
    /// Removes one point; `false` when it was not there.
    pub async fn remove_point(&mut self, user_no: i64, seq: i64) -> sqlx::Result<bool> {
        sqlx::query("DELETE FROM metrics WHERE user_no = $1 AND seq = $2")
            .bind(user_no)
            .bind(seq)
            .execute(&mut *self.inner)
            .await
            .map(|done| done.rows_affected() == 1)
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
