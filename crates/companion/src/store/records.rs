//! Reading records back: the latest values, and everything of a range, an hour at a time.

use std::collections::VecDeque;

use sqlx::{AssertSqlSafe, Row, SqlitePool};
use vitals::{
    Boot, Bpm, CentiCelsius, EventKind, JournalId, Metric, Percent, Placed, Record, RecordName, UnixMillis,
};

use super::rollup::{MINUTE_MS, metric_code, minute_of};
use super::row::narrow;
use super::{Result, SourceId, Store, row};

/// A stored record under its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its name.
    pub name: RecordName,
    /// What was measured.
    pub record: Record,
    /// When.
    pub placed: Placed,
}

/// The newest value of each metric, with its time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Latest {
    /// Heart rate of a good signal.
    pub heart_rate: Option<(Bpm, UnixMillis)>,
    /// Oxygen saturation.
    pub spo2: Option<(Percent, UnixMillis)>,
    /// Skin temperature.
    pub skin_temperature: Option<(CentiCelsius, UnixMillis)>,
    /// Battery charge.
    pub battery: Option<(Percent, UnixMillis)>,
    /// The newest record of all: when the last steps were counted.
    pub any: Option<UnixMillis>,
}

impl Store {
    /// The newest value of each metric of a source.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn latest(&self, source: SourceId) -> Result<Latest> {
        let mut latest = Latest::default();
        for metric in super::rollup::METRICS {
            let newest: Option<i64> =
                sqlx::query_scalar("SELECT max(minute) FROM minute_metric WHERE source = ? AND metric = ?")
                    .bind(source.0)
                    .bind(metric_code(metric))
                    .fetch_one(&self.read)
                    .await?;
            let Some(newest) = newest else { continue };
            for Recorded { record, placed, .. } in self.minutes(source, newest, newest).await? {
                let at = placed.at;
                match metric {
                    Metric::HeartRate => {
                        let good =
                            record.heart_rate.filter(|bpm| bpm.is_plausible() && record.quality.is_good());
                        keep(&mut latest.heart_rate, good, at);
                    }
                    Metric::Spo2 => keep(&mut latest.spo2, record.spo2.filter(|p| p.is_plausible_spo2()), at),
                    Metric::SkinTemperature => {
                        let skin = record.skin_temperature.filter(|t| t.is_plausible_skin());
                        keep(&mut latest.skin_temperature, skin, at);
                    }
                    Metric::Battery => {
                        keep(&mut latest.battery, record.battery.filter(|p| p.is_plausible_charge()), at);
                    }
                    _ => latest.any = latest.any.max(Some(at)),
                }
            }
        }
        Ok(latest)
    }

    /// The records of a source from `from` up to and without `to`, the oldest first, in pieces that fit into memory. What
    /// is committed meanwhile may or may not be among them.
    #[must_use]
    pub fn records(&self, source: SourceId, from: UnixMillis, to: UnixMillis) -> Records {
        Records { store: self.clone(), source, from, to, minute: None, waiting: VecDeque::new() }
    }

    /// The events of a source from `from` up to and without `to`, the oldest first.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn events(
        &self,
        source: SourceId,
        from: UnixMillis,
        to: UnixMillis,
    ) -> Result<Vec<(UnixMillis, vitals::Event)>> {
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT time, event FROM boot JOIN record ON record.boot = boot.id
             WHERE source = ? AND event IS NOT NULL AND time >= ? AND time < ? ORDER BY time, boot.id, seq",
        )
        .bind(source.0)
        .bind(from.0)
        .bind(to.0)
        .fetch_all(&self.read)
        .await?;
        let event = |(time, code): (i64, i64)| {
            let [kind, detail, ..] = code.to_le_bytes();
            Some((UnixMillis(time), vitals::Event { kind: EventKind::from_code(kind)?, detail }))
        };
        Ok(rows.into_iter().filter_map(event).collect())
    }

    /// The records of minutes `first` to `last`, by minute, boot and place.
    async fn minutes(&self, source: SourceId, first: i64, last: i64) -> Result<Vec<Recorded>> {
        read_minutes(&self.read, source, first, last).await
    }
}

fn keep<T>(newest: &mut Option<(T, UnixMillis)>, value: Option<T>, at: UnixMillis) {
    if let Some(value) = value
        && newest.as_ref().is_none_or(|(_, before)| *before <= at)
    {
        *newest = Some((value, at));
    }
}

/// Records of a range, read an hour at a time.
#[derive(Debug)]
pub struct Records {
    store: Store,
    source: SourceId,
    from: UnixMillis,
    to: UnixMillis,
    /// The next minute to read; none before the first reading.
    minute: Option<i64>,
    waiting: VecDeque<Recorded>,
}

/// So many minutes are read at once.
const PIECE_MINUTES: i64 = 60;

impl Records {
    /// The next record, or `None` at the end.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn next(&mut self) -> Result<Option<Recorded>> {
        while self.waiting.is_empty() {
            let from = self.minute.unwrap_or_else(|| minute_of(self.from));
            // Hours without a record are stepped over, however many.
            let next: Option<i64> = sqlx::query_scalar(
                "SELECT min(minute) FROM minute WHERE source = ? AND minute >= ? AND minute <= ?",
            )
            .bind(self.source.0)
            .bind(from)
            .bind(minute_of(self.to.plus(-1)))
            .fetch_one(&self.store.read)
            .await?;
            let Some(first) = next else { return Ok(None) };
            let last = first + PIECE_MINUTES - 1;
            self.minute = Some(last + 1);
            let (from, to) = (self.from, self.to);
            let mut piece = self.store.minutes(self.source, first, last).await?;
            piece.retain(|recorded| recorded.placed.at >= from && recorded.placed.at < to);
            // Two boots can share a minute.
            piece.sort_by_key(|recorded| (recorded.placed.at, recorded.name));
            self.waiting = piece.into();
        }
        Ok(self.waiting.pop_front())
    }
}

async fn read_minutes(pool: &SqlitePool, source: SourceId, first: i64, last: i64) -> Result<Vec<Recorded>> {
    let columns =
        row::COLUMNS.split(", ").map(|column| format!("record.{column}")).collect::<Vec<_>>().join(", ");
    // CROSS JOIN: from the minutes to their records, in this order.
    let sql = format!(
        "SELECT boot.journal, boot.boot, {columns} FROM minute
         CROSS JOIN record ON record.boot = minute.boot AND seq BETWEEN first_seq AND last_seq
             AND time >= minute * {MINUTE_MS} AND time < (minute + 1) * {MINUTE_MS}
         CROSS JOIN boot ON boot.id = minute.boot
         WHERE minute.source = ? AND minute BETWEEN ? AND ?"
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(source.0).bind(first).bind(last).fetch_all(pool).await?;
    rows.iter()
        .map(|row| {
            let (record, placed) = row::read(row, 2)?;
            let name = RecordName {
                journal: JournalId(row.try_get::<i64, _>(0)?.cast_unsigned()),
                boot: Boot(narrow(row.try_get(1)?)?),
                seq: record.seq,
            };
            Ok(Recorded { name, record, placed })
        })
        .collect()
}
