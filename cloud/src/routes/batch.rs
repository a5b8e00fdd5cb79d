//! Points as they come in.
//!
//! A batch in which nothing is wrong, which is nearly every one, is taken from the text on the way. Anything else is read as
//! a whole and judged with patience, so that every mistake is told. Both ask the same questions of each value.

use std::sync::Arc;

use api_client::BatchResult;
use axum::http::StatusCode;
use uuid::Uuid;
use vitals::Metric;

use super::metrics::{NAMES, metric, range};
use crate::{
    Cloud,
    call::{Call, Said, sound},
    check::{Fields, Mistakes, Step, Wrong, missing, number, text, time},
    json::{Json, Walk, walk},
    limits::Rule,
    reply::{Answer, Refusal, Reply},
    secrets::digest,
    store::{Batch, Outcome, Point, devices::Device, people::Person, points},
};

/// What a batch says.
#[derive(Debug, PartialEq)]
struct Told {
    points: Vec<Point>,
    device: Option<Uuid>,
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
                serde_json::json!({"t": t, "lo": lo, "hi": hi}),
            ));
        }
    }
    Ok(value)
}

fn unit<'j>(v: &'j Json<'_>) -> Result<&'j str, Wrong> {
    text::line(v, 0, 20)
}

/// A unit that the metric has by itself is not stored.
fn own_unit(unit: Option<&str>, kind: Metric) -> Option<Arc<str>> {
    unit.filter(|u| !u.is_empty() && *u != kind.unit()).map(Arc::from)
}

/// The batch, if nothing in it is wrong or unusual.
fn quickly(body: &[u8], most: usize, now: time::Micros) -> Option<Told> {
    walk(body, |body| {
        let (mut list, mut device) = (None, None);
        body.fields(|body, name| match name {
            "metrics" if list.is_none() => {
                list = Some(quick_points(body, most, now)?);
                Some(())
            }
            "device_id" if device.is_none() => {
                device = Some(text::uuid(&body.value()?).ok()?);
                Some(())
            }
            _ => None,
        })?;
        Some(Told { points: list?, device })
    })
}

fn quick_points(body: &mut Walk<'_>, most: usize, now: time::Micros) -> Option<Vec<Point>> {
    let mut points: Vec<Point> = Vec::new();
    body.items(|body| {
        let point = quick_point(body, now, points.last())?;
        points.push(point);
        (points.len() <= most).then_some(())
    })?;
    (!points.is_empty()).then_some(points)
}

fn quick_point(body: &mut Walk<'_>, now: time::Micros, before: Option<&Point>) -> Option<Point> {
    let [mut kind, mut value, mut told_unit, mut sensor, mut at] = [const { None::<Json<'_>> }; 5];
    body.fields(|body, name| {
        let field = match name {
            "metric_type" => &mut kind,
            "value" => &mut value,
            "unit" => &mut told_unit,
            "sensor_model" => &mut sensor,
            "timestamp" => &mut at,
            _ => return None,
        };
        field.replace(body.value()?).is_none().then_some(())
    })?;
    let kind = metric(text::choice(&kind?, &NAMES).ok()?);
    let told_unit = match &told_unit {
        None | Some(Json::Null) => None,
        Some(told) => Some(unit(told).ok()?),
    };
    let sensor = match &sensor {
        None | Some(Json::Null) => None,
        Some(told) => Some(text::name(told).ok()?),
    };
    let before = before.and_then(|p| p.sensor_model.as_ref()).filter(|model| sensor == Some(&***model));
    Some(Point {
        metric: points::number_of(kind),
        ts: time::event(&at?, now).ok()?,
        value: in_range(&value?, Some(kind)).ok()?,
        unit: own_unit(told_unit, kind),
        sensor_model: before.cloned().or_else(|| sensor.map(Arc::from)),
    })
}

/// The batch, with every mistake in it.
fn carefully(said: &Said<'_>, most: usize, now: time::Micros, mistakes: &mut Mistakes) -> Option<Told> {
    said.look(mistakes, |value, at, mistakes| {
        let mut f = Fields::of(value, at, mistakes)?;
        let points = f.inner("metrics", |list, at, m| list_of_points(list, &at, most, now, m));
        let device = f.optional("device_id", text::uuid);
        Some(Told { points: points?, device })
    })
}

fn list_of_points(
    value: &Json<'_>,
    at: &[Step],
    most: usize,
    now: time::Micros,
    mistakes: &mut Mistakes,
) -> Option<Vec<Point>> {
    let Json::List(items) = value else {
        mistakes.add(at, Wrong::new("list_type", "Input should be a valid list"));
        return None;
    };
    let sized = |kind, bound: &str, limit: usize, name: &str| {
        let found = items.len();
        let plural = if limit == 1 { "" } else { "s" };
        let msg = format!("List should have {bound} {limit} item{plural} after validation, not {found}");
        let ctx = serde_json::json!({"field_type": "List", name: limit, "actual_length": found});
        Wrong::with(kind, msg, ctx)
    };
    if items.len() > most {
        mistakes.add(at, sized("too_long", "at most", most, "max_length"));
        return None;
    }
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

fn point(value: &Json<'_>, at: Vec<Step>, now: time::Micros, mistakes: &mut Mistakes) -> Option<Point> {
    let mut f = Fields::of(value, at, mistakes)?;
    let kind = f.required("metric_type", |v| text::choice(v, &NAMES)).map(metric);
    let value = f.required("value", |v| in_range(v, kind));
    let unit = f.optional("unit", unit);
    let sensor_model = f.optional("sensor_model", text::name);
    let ts = f.required("timestamp", |v| time::event(v, now));
    let kind = kind?;
    Some(Point {
        metric: points::number_of(kind),
        ts: ts?,
        value: value?,
        unit: own_unit(unit, kind),
        sensor_model: sensor_model.map(Arc::from),
    })
}

/// Who sends points.
enum Sender {
    Device(Arc<Device>, String),
    Person(Box<Person>),
}

async fn sender(cloud: &Cloud, call: &Call) -> Result<Sender, Refusal> {
    if let Some(key) = call.headers.get("x-api-key").filter(|key| !key.is_empty()) {
        let hash = digest(&String::from_utf8_lossy(key.as_bytes()));
        if let Some(device) = cloud.keys.get(&hash) {
            return Ok(Sender::Device(device, hash));
        }
        let device = Arc::new(device_of_key(cloud, &hash).await?);
        cloud.keys.put(&hash, &device);
        return Ok(Sender::Device(device, hash));
    }
    let token = call.bearer().ok_or(Refusal::Unauthorized("Not authenticated"))?;
    Ok(Sender::Person(Box::new(cloud.person_of(token).await?)))
}

async fn device_of_key(cloud: &Cloud, hash: &str) -> Result<Device, Refusal> {
    let device = cloud.store.device_of_key(hash).await?;
    device.ok_or_else(|| Refusal::forbidden("Could not validate credentials"))
}

/// Whose points these are: the bracelet, and the key's digest if it was a key that spoke.
async fn whose(
    cloud: &Cloud,
    sender: Sender,
    asked: Option<Uuid>,
) -> Result<(Arc<Device>, Option<String>), Refusal> {
    match sender {
        Sender::Device(device, hash) => {
            if asked.is_some_and(|id| id.to_string() != device.id) {
                return Err(Refusal::forbidden("This API key belongs to another device."));
            }
            Ok((device, Some(hash)))
        }
        Sender::Person(me) => {
            let Some(id) = asked else {
                return Err(Mistakes::one(&[Step::Name("body"), Step::Name("device_id")], missing()).into());
            };
            let device = cloud.own_device(&me, &id).await?;
            if device.user_no != me.no {
                return Err(Refusal::forbidden("You do not have permission to access this device."));
            }
            Ok((Arc::new(device), None))
        }
    }
}

/// `POST /metrics/batch/`: all or nothing, and as often as one likes.
pub async fn batch(cloud: &Cloud, call: &Call) -> Answer {
    let (most, now) = (cloud.settings.max_batch, time::now());
    let quick = if call.is_json() { quickly(&call.body, most, now) } else { None };
    let (sender, told) = match quick {
        Some(told) => (sender(cloud, call).await?, told),
        None => {
            let said = call.said()?;
            let sender = sender(cloud, call).await?;
            let mut mistakes = Mistakes::default();
            let told = carefully(&said, most, now, &mut mistakes);
            if let (Sender::Device(_, hash), false) = (&sender, mistakes.is_empty()) {
                // A remembered key is asked for again when points are stored; a refused key is told before a mistake.
                device_of_key(cloud, hash).await?;
            }
            (sender, sound(told, mistakes)?)
        }
    };
    let (device, key_hash) = whose(cloud, sender, told.device).await?;
    cloud.limits.pass(Rule::Points, &device.id, call.from)?;
    let count = told.points.len() as u64;
    let by_key = key_hash.clone();
    let (user_no, device_no) = (device.user_no, device.no);
    match cloud.store.ingest.store(Batch { user_no, device_no, key_hash, points: told.points }).await {
        Outcome::Stored(inserted) => {
            let duplicates = count.saturating_sub(inserted);
            cloud.figures.points(inserted, duplicates);
            let received = BatchResult {
                message: "Metrics received",
                inserted: Some(inserted),
                duplicates: Some(duplicates),
            };
            Ok(Reply::with(StatusCode::CREATED, &received))
        }
        Outcome::Gone => match by_key {
            Some(hash) => {
                cloud.keys.forget(&hash);
                Err(Refusal::forbidden("Could not validate credentials"))
            }
            None => Err(Refusal::bad_token()),
        },
        Outcome::Away => Err(Refusal::Away),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn the_quick_way_and_the_careful_way_read_the_same() {
        let now = time::parse("2025-11-12T12:00:00Z").unwrap();
        let point = r#"{"metric_type":"spo2","value":5e-324,"timestamp":"2025-11-12T12:00:00.5+02:00""#;
        let mut taken = 0;
        for body in [
            format!(r#"{{"metrics":[{point}}}]}}"#),
            format!(
                r#" {{ "metrics" : [ {point} , "unit" : "%" , "sensor_model" : null }} , {point}}}] }} "#
            ),
            format!(r#"{{"metrics":[{point},"unit":"kPa","sensor_model":"MAX30102"}}]}}"#),
            format!(r#"{{"device_id":"6ba7b8109dad11d180b400c04fd430c8","metrics":[{point}}}]}}"#),
            format!(r#"{{"metrics":[{point}}}],"device_id":null}}"#),
            format!(r#"{{"metrics":[{point},"more":[1]}}]}}"#),
            format!(r#"{{"metrics":[{point},"value":7}}]}}"#),
            format!(r#"{{"metrics":[{point},"unit":"\u00b0C"}}]}}"#),
            format!(r#"{{"metrics":[{point}}}]}} x"#),
            format!(r#"{{"metrics":[{point}}},]}}"#),
            r#"{"metrics":[]}"#.to_owned(),
            r#"{"metrics":[{"metric_type":"spo2","value":101,"timestamp":"2025-11-12T12:00:00Z"}]}"#
                .to_owned(),
            r#"{"metrics":[{"metric_type":"spo2","value":"1","timestamp":"2025-11-12"}]}"#.to_owned(),
            "[]".to_owned(),
            String::new(),
        ] {
            let mut mistakes = Mistakes::default();
            let careful = json::read(body.as_bytes())
                .ok()
                .and_then(|value| carefully(&Said::Value(value), 2, now, &mut mistakes))
                .filter(|_| mistakes.is_empty());
            if let Some(quick) = quickly(body.as_bytes(), 2, now) {
                taken += 1;
                assert_eq!(Some(quick), careful, "{body}");
            }
        }
        assert_eq!(taken, 5);
    }
}
