//! A record as a row, and back.

use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row, SqliteConnection};
use vitals::{
    Activity, Bpm, CentiCelsius, Event, EventKind, Percent, Placed, Quality, Record, RrMillis, Seq, Steps,
    UnixMillis, UptimeMillis,
};

use super::rollup::{Histogram, Summary};
use super::{Result, StoreError};

/// The columns in the order in which [`bind`] binds them after the boot and [`read`] reads them.
pub(crate) const COLUMNS: &str = "seq, time, uptime, heart_rate, spo2, skin_temperature, battery, steps, quality, worn, \
                                  activity, anchored, rr, event";

/// How many values a row has, with the boot.
pub(crate) const WIDTH: usize = 15;

type Query = sqlx::query::Query<'static, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

/// Binds one record's values, the boot's first.
pub(crate) fn bind(query: Query, boot: i64, record: &Record, placed: Placed) -> Query {
    query
        .bind(boot)
        .bind(i64::from(record.seq.0))
        .bind(placed.at.0)
        .bind(record.uptime.0.cast_signed())
        .bind(record.heart_rate.map(|v| i32::from(v.0)))
        .bind(record.spo2.map(|v| i32::from(v.0)))
        .bind(record.skin_temperature.map(|v| i32::from(v.0)))
        .bind(record.battery.map(|v| i32::from(v.0)))
        .bind(i32::from(record.steps.0))
        .bind(i32::from(record.quality.0))
        .bind(i32::from(record.worn))
        .bind(i32::from(record.activity.code()))
        .bind(i32::from(placed.anchored))
        .bind(rr_bytes(&record.rr))
        .bind(record.event.map(|event| i32::from(event.kind.code()) | i32::from(event.detail) << 8))
}

/// Reads a row whose columns `COLUMNS` begin at `first`.
pub(crate) fn read(row: &SqliteRow, first: usize) -> Result<(Record, Placed)> {
    let strange = |what| StoreError::Internal(format!("a record's {what} is out of its range"));
    let at = |place: usize| first + place;
    let event = row
        .try_get::<Option<i64>, _>(at(13))?
        .map(|code| {
            let [kind, detail, ..] = code.to_le_bytes();
            Some(Event { kind: EventKind::from_code(kind)?, detail })
        })
        .map(|event| event.ok_or_else(|| strange("event")))
        .transpose()?;
    let narrow = |place, what| -> Result<Option<u8>> {
        let value: Option<i64> = row.try_get(at(place))?;
        value.map(|value| u8::try_from(value).map_err(|_| strange(what))).transpose()
    };
    let heart_rate: Option<i64> = row.try_get(at(3))?;
    let skin: Option<i64> = row.try_get(at(5))?;
    let steps: i64 = row.try_get(at(7))?;
    let seq: i64 = row.try_get(at(0))?;
    let record = Record {
        seq: Seq(u32::try_from(seq).map_err(|_| strange("place"))?),
        uptime: UptimeMillis(row.try_get::<i64, _>(at(2))?.cast_unsigned()),
        heart_rate: heart_rate.map(u16::try_from).transpose().map_err(|_| strange("heart rate"))?.map(Bpm),
        spo2: narrow(4, "saturation")?.map(Percent),
        skin_temperature: skin
            .map(i16::try_from)
            .transpose()
            .map_err(|_| strange("temperature"))?
            .map(CentiCelsius),
        battery: narrow(6, "battery")?.map(Percent),
        steps: Steps(u16::try_from(steps).map_err(|_| strange("steps"))?),
        quality: Quality(narrow(8, "quality")?.unwrap_or_default()),
        worn: row.try_get::<i64, _>(at(9))? != 0,
        activity: narrow(10, "activity")?.and_then(Activity::from_code).ok_or_else(|| strange("activity"))?,
        rr: row
            .try_get::<Option<&[u8]>, _>(at(12))?
            .unwrap_or_default()
            .chunks_exact(2)
            .filter_map(|pair| Some(RrMillis(u16::from_le_bytes(pair.try_into().ok()?))))
            .take(vitals::MAX_RR)
            .collect(),
        event,
    };
    let placed =
        Placed { at: UnixMillis(row.try_get(at(1))?), anchored: row.try_get::<i64, _>(at(11))? != 0 };
    Ok((record, placed))
}

/// A boot's records between two places and two times (all inclusive), in order.
pub(crate) async fn read_between(
    connection: &mut SqliteConnection,
    boot: i64,
    first: i64,
    last: i64,
    from: i64,
    to: i64,
) -> Result<Vec<(Record, Placed)>> {
    let sql = format!(
        "SELECT {} FROM record WHERE boot = ? AND seq BETWEEN ? AND ? AND time BETWEEN ? AND ? ORDER BY seq",
        COLUMNS
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(boot)
        .bind(first)
        .bind(last)
        .bind(from)
        .bind(to)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| read(row, 0)).collect()
}

/// Reads count, sum, smallest, largest and histogram of a bucket from the columns after the first.
pub(crate) fn read_summary(row: &SqliteRow) -> Result<Summary> {
    Ok(Summary {
        count: row.try_get(1)?,
        sum: row.try_get(2)?,
        min: row.try_get(3)?,
        max: row.try_get(4)?,
        histogram: row.try_get::<Option<&[u8]>, _>(5)?.and_then(Histogram::decode),
    })
}

fn rr_bytes(rr: &[RrMillis]) -> Option<Vec<u8>> {
    (!rr.is_empty()).then(|| rr.iter().flat_map(|rr| rr.0.to_le_bytes()).collect())
}

/// A place in a boot, or a boot's number, as SQLite keeps it.
pub(crate) fn narrow(value: i64) -> Result<u32> {
    u32::try_from(value).map_err(|_| StoreError::Internal(format!("{value} is not a place")))
}
