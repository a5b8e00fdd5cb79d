//! Points as they are read.

use uuid::Uuid;
use vitals::Metric;

use super::{FORBIDDEN, NEXT, TOTAL, read_cursor, write_cursor};
use crate::{
    Cloud, answers,
    call::{Call, sound},
    check::{Mistakes, text},
    reply::{Answer, Refusal, Reply},
    store::points,
};

/// The metrics in the contract's order, by name.
pub const NAMES: [&str; 8] = [
    "spo2",
    "heart_rate",
    "skin_temperature",
    "ambient_temperature",
    "steps",
    "sleep",
    "battery",
    "activity",
];

/// What a sensor can physically give, not what is healthy.
#[must_use]
pub fn range(metric: Metric) -> (i32, i32) {
    match metric {
        Metric::Spo2 | Metric::Battery => (0, 100),
        Metric::HeartRate => (0, 300),
        Metric::SkinTemperature | Metric::AmbientTemperature => (-40, 125),
        Metric::Steps => (0, 100_000),
        Metric::Sleep => (0, 24),
        Metric::Activity => (0, 16),
    }
}

/// The metric at that place of [`NAMES`].
pub(super) fn metric(place: usize) -> Metric {
    NAMES.get(place).and_then(|name| Metric::from_name(name)).unwrap_or(Metric::Activity)
}

fn type_filter(call: &Call, mistakes: &mut Mistakes) -> Option<i64> {
    let place = call.ask("metric_type", mistakes, |t| text::one_of(Some(t), &NAMES))?;
    Some(points::number_of(metric(place)))
}

/// The filters that lists of points share, then the page.
struct Asked {
    filter: points::Filter,
    skip: i64,
    limit: i64,
}

fn asked(call: &Call, default: i64, mistakes: &mut Mistakes) -> Asked {
    let metric = type_filter(call, mistakes);
    let (start, end) = call.window(mistakes);
    let (skip, limit) = call.page(default, 10_000, mistakes);
    Asked { filter: points::Filter { metric, start, end, ..points::Filter::default() }, skip, limit }
}

/// A page of what was asked for.
async fn page(cloud: &Cloud, asked: &Asked) -> Answer {
    let total = cloud.store.count_points(&asked.filter).await?;
    let rows = cloud.store.points(&asked.filter, asked.skip, asked.limit).await?;
    Ok(told(&rows).header(TOTAL, total.to_string()))
}

fn told(rows: &[points::PointRow]) -> Reply {
    let told: Vec<_> = rows.iter().map(answers::metric).collect();
    Reply::json(&told)
}

/// `GET /devices/{device_id}/metrics`
pub async fn of_device(cloud: &Cloud, call: &Call) -> Answer {
    let me = cloud.me(call).await?;
    let mut mistakes = Mistakes::default();
    let id = call.id("device_id", &mut mistakes);
    let mut asked = asked(call, 1_000, &mut mistakes);
    let id = sound(id, mistakes)?;
    let device = cloud.own_device(&me, &id).await?;
    (asked.filter.user_no, asked.filter.device_no) = (Some(device.user_no), Some(device.no));
    page(cloud, &asked).await
}

/// `GET /metrics/`
pub async fn list(cloud: &Cloud, call: &Call) -> Answer {
    cloud.admin(call).await?;
    let mut mistakes = Mistakes::default();
    let asked = asked(call, 100, &mut mistakes);
    sound(Some(()), mistakes)?;
    page(cloud, &asked).await
}

/// `GET /users/{user_id}/metrics/data`
pub async fn of_person(cloud: &Cloud, call: &Call) -> Answer {
    let me = cloud.me(call).await?;
    let mut mistakes = Mistakes::default();
    let id = call.id("user_id", &mut mistakes);
    let mut asked = asked(call, 1_000, &mut mistakes);
    let cursor = call.cursor(&mut mistakes);
    let id = sound(id, mistakes)?;
    let person = cloud.visible(&me, &id).await?;
    asked.filter.user_no = Some(person.no);
    let Some(cursor) = cursor else { return page(cloud, &asked).await };
    let scope = format!("points:{}", id.simple());
    let after = read_cursor(&cursor, &scope, person.points_seq, asked.skip)?;
    asked.filter.after = Some(after);
    let rows = cloud.store.points_stored(&asked.filter, asked.limit).await?;
    let last = rows.last().map_or(after, |row| row.seq);
    Ok(told(&rows).header(NEXT, write_cursor(&scope, last)))
}

async fn one(cloud: &Cloud, id: &Uuid) -> Result<points::PointRow, Refusal> {
    let row = match points::key_of(id) {
        Some((user_no, seq)) => cloud.store.point(user_no, seq).await?,
        None => None,
    };
    row.ok_or_else(|| Refusal::not_found(format!("Metric with id {id} not found")))
}

/// `GET /metrics/{metric_id}`
pub async fn read(cloud: &Cloud, call: &Call) -> Answer {
    let me = cloud.me(call).await?;
    let mut mistakes = Mistakes::default();
    let id = call.id("metric_id", &mut mistakes);
    let row = one(cloud, &sound(id, mistakes)?).await?;
    if row.user_no != me.no && !me.is_admin() {
        return Err(Refusal::forbidden(FORBIDDEN));
    }
    Ok(Reply::json(&answers::metric(&row)))
}

/// `DELETE /metrics/{metric_id}`
pub async fn delete(cloud: &Cloud, call: &Call) -> Answer {
    cloud.admin(call).await?;
    let mut mistakes = Mistakes::default();
    let id = call.id("metric_id", &mut mistakes);
    let id = sound(id, mistakes)?;
    let row = one(cloud, &id).await?;
    let mut tx = cloud.store.begin().await?;
    if !tx.remove_point(&row).await? {
        return Err(Refusal::not_found(format!("Metric with id {id} not found")));
    }
    tx.commit().await?;
    Ok(Reply::json(&answers::metric(&row)))
}
