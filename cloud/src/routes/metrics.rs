//! Points: how they come in, and how they are read.

use axum::http::StatusCode;
use serde_json::json;
use uuid::Uuid;
use vitals::Metric;

use super::{FORBIDDEN, NEXT, TOTAL, read_cursor, write_cursor};
use crate::{
    Cloud, answers,
    call::{Call, sound},
    check::{Fields, Mistakes, Step, Wrong, missing, number, text, time},
    json::Json,
    limits::Rule,
    reply::{Answer, Refusal, Reply},
    secrets::digest,
    store::{Batch, Outcome, Point, devices::Device, people::Person, points},
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

fn metric(place: usize) -> Metric {
    NAMES.get(place).and_then(|name| Metric::from_name(name)).unwrap_or(Metric::Activity)
}

fn in_range(v: &Json<'_>, metric: Option<Metric>) -> Result<f64, Wrong> {
    let value = number::value(v)?;
    if let Some(metric) = metric {
        let (lo, hi) = range(metric);
        if !(f64::from(lo)..=f64::from(hi)).contains(&value) {
            let t = metric.name();
            return Err(Wrong::with(
                "value_out_of_range",
                format!("{t} should be between {lo} and {hi}"),
                json!({"t": t, "lo": lo, "hi": hi}),
            ));
        }
    }
    Ok(value)
}

fn point(value: &Json<'_>, at: Vec<Step>, now: time::Micros, mistakes: &mut Mistakes) -> Option<Point> {
    let mut f = Fields::of(value, at, mistakes)?;
    let kind = f.required("metric_type", |v| text::choice(v, &NAMES)).map(metric);
    let value = f.required("value", |v| in_range(v, kind));
    let unit = f.optional("unit", |v| text::line(v, 0, 20));
    let sensor_model = f.optional("sensor_model", text::name);
    let ts = f.required("timestamp", |v| time::event(v, now));
    let kind = kind?;
    Some(Point {
        metric: points::number_of(kind),
        ts: ts?,
        value: value?,
        unit: unit.filter(|u| !u.is_empty() && *u != kind.unit()).map(str::to_owned),
        sensor_model: sensor_model.map(str::to_owned),
    })
}

fn list_of_points(value: &Json<'_>, at: &[Step], most: usize, mistakes: &mut Mistakes) -> Option<Vec<Point>> {
    let Json::List(items) = value else {
        mistakes.add(at, Wrong::new("list_type", "Input should be a valid list"));
        return None;
    };
    let sized = |kind, bound: &str, limit: usize, name: &str| {
        let found = items.len();
        let plural = if limit == 1 { "" } else { "s" };
        let msg = format!("List should have {bound} {limit} item{plural} after validation, not {found}");
        Wrong::with(kind, msg, json!({"field_type": "List", name: limit, "actual_length": found}))
    };
    if items.len() > most {
        mistakes.add(at, sized("too_long", "at most", most, "max_length"));
        return None;
    }
    let now = time::now();
    let mut points = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        let mut here = Vec::with_capacity(at.len() + 2);
        here.extend_from_slice(at);
        here.push(Step::Index(i));
        points.extend(point(item, here, now, mistakes));
    }
    if items.is_empty() {
        mistakes.add(at, sized("too_short", "at least", 1, "min_length"));
    }
    Some(points)
}

/// Who sends points.
enum Sender {
    Device(Box<Device>, String),
    Person(Box<Person>),
}

async fn sender(cloud: &Cloud, call: &Call) -> Result<Sender, Refusal> {
    if let Some(key) = call.headers.get("x-api-key").filter(|key| !key.is_empty()) {
        let hash = digest(&String::from_utf8_lossy(key.as_bytes()));
        if let Some(device) = cloud.keys.get(&hash) {
            return Ok(Sender::Device(Box::new(device), hash));
        }
        let device = cloud.store.device_of_key(&hash).await?;
        let device = device.ok_or_else(|| Refusal::forbidden("Could not validate credentials"))?;
        cloud.keys.put(&hash, &device);
        return Ok(Sender::Device(Box::new(device), hash));
    }
    let token = call.bearer().ok_or(Refusal::Unauthorized("Not authenticated"))?;
    Ok(Sender::Person(Box::new(cloud.person_of(token).await?)))
}

/// `POST /metrics/batch/`: all or nothing, and as often as one likes.
pub async fn batch(cloud: &Cloud, call: &Call) -> Answer {
    let said = call.said()?;
    let mut sender = sender(cloud, call).await?;
    let mut mistakes = Mistakes::default();
    let found = said.look(&mut mistakes, |value, at, mistakes| {
        let mut f = Fields::of(value, at, mistakes)?;
        let most = cloud.settings.max_batch;
        let points = f.inner("metrics", |list, at, m| list_of_points(list, &at, most, m));
        let device = f.optional("device_id", text::uuid);
        Some((points?, device))
    });
    if let (Sender::Device(_, hash), false) = (&sender, mistakes.is_empty()) {
        // The key was remembered, and is asked only when points are stored: a refused key is told before a mistake.
        let hash = hash.clone();
        let device = cloud.store.device_of_key(&hash).await?;
        let device = device.ok_or_else(|| Refusal::forbidden("Could not validate credentials"))?;
        sender = Sender::Device(Box::new(device), hash);
    }
    let (points, asked) = sound(found, mistakes)?;
    let (device, key_hash) = match sender {
        Sender::Device(device, hash) => {
            if asked.is_some_and(|id| id.to_string() != device.id) {
                return Err(Refusal::forbidden("This API key belongs to another device."));
            }
            (*device, Some(hash))
        }
        Sender::Person(me) => {
            let Some(id) = asked else {
                return Err(Mistakes::one(&[Step::Name("body"), Step::Name("device_id")], missing()).into());
            };
            let device = cloud.own_device(&me, &id).await?;
            if device.user_no != me.no {
                return Err(Refusal::forbidden("You do not have permission to access this device."));
            }
            (device, None)
        }
    };
    cloud.limits.pass(Rule::Points, &device.id, call.from)?;
    let count = points.len() as u64;
    let by_key = key_hash.is_some();
    let batch = Batch { user_no: device.user_no, device_no: device.no, key_hash: key_hash.clone(), points };
    match cloud.store.ingest.store(batch).await {
        Outcome::Stored(inserted) => {
            let duplicates = count.saturating_sub(inserted);
            cloud.figures.points(inserted, duplicates);
            let told = json!({"message": "Metrics received", "inserted": inserted, "duplicates": duplicates});
            Ok(Reply::with(StatusCode::CREATED, &told))
        }
        Outcome::Gone if by_key => {
            if let Some(hash) = key_hash {
                cloud.keys.forget(&hash);
            }
            Err(Refusal::forbidden("Could not validate credentials"))
        }
        Outcome::Gone => Err(Refusal::bad_token()),
        Outcome::Away(_) => Err(Refusal::Away),
    }
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
    let told: Vec<answers::Metric<'_>> = rows.iter().map(answers::Metric::from).collect();
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
    let rows = cloud.store.points(&asked.filter, 0, asked.limit).await?;
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
    Ok(Reply::json(&answers::Metric::from(&row)))
}

/// `DELETE /metrics/{metric_id}`
pub async fn delete(cloud: &Cloud, call: &Call) -> Answer {
    cloud.admin(call).await?;
    let mut mistakes = Mistakes::default();
    let id = call.id("metric_id", &mut mistakes);
    let id = sound(id, mistakes)?;
    let row = one(cloud, &id).await?;
    let mut tx = cloud.store.begin().await?;
    if !tx.remove_point(row.user_no, row.seq).await? {
        return Err(Refusal::not_found(format!("Metric with id {id} not found")));
    }
    tx.commit().await?;
    Ok(Reply::json(&answers::Metric::from(&row)))
}
