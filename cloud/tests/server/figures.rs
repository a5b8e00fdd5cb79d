//! Summaries are the points' own figures, to the last bit, whether they come from quarter-hours or not.

use std::collections::BTreeMap;

use cloud::check::time::{parse, rfc3339};
use serde_json::{Value, json};

use crate::common::{Postgres, Server, Who};

const QUARTER: i64 = 900_000_000;
const DAY: i64 = 96 * QUARTER;

/// A sum of values without any rounding but the last: each is a whole number of 2^-60ths.
#[derive(Default)]
struct Exact {
    n: i64,
    sixtieths: i128,
    least: f64,
    most: f64,
}

impl Exact {
    fn add(&mut self, value: f64) {
        (self.least, self.most) = match self.n {
            0 => (value, value),
            _ => (self.least.min(value), self.most.max(value)),
        };
        self.n += 1;
        self.sixtieths += (value * 2_f64.powi(60)) as i128;
    }

    fn sum(&self) -> f64 {
        self.sixtieths as f64 / 2_f64.powi(60)
    }
}

type Points = BTreeMap<(&'static str, i64), f64>;

/// Times and values without order, always the same ones.
fn scattered(n: usize, seed: u64) -> Points {
    let mut state = seed;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let begin = parse("2025-10-31T20:07:00Z").unwrap();
    let mut points = Points::new();
    while points.len() < n {
        let at = begin + i64::try_from(next(4 * 86_400_000)).unwrap() * 1_000;
        let metric = ["heart_rate", "skin_temperature", "steps"][usize::try_from(next(3)).unwrap()];
        points.insert((metric, at), next(4_000) as f64 / 100.0 + 20.0);
    }
    points
}

fn body(points: &[(&(&str, i64), &f64)]) -> Value {
    let one = |((metric, at), value): &(&(&str, i64), &f64)| json!({"metric_type": metric, "value": value, "timestamp": rfc3339(*at)});
    json!({"metrics": points.iter().map(one).collect::<Vec<_>>()})
}

fn bucket(at: i64, period: &str, offset: i64) -> i64 {
    let local = at + offset;
    let day = local.div_euclid(DAY);
    let begin = match period {
        "hour" => local - local % (4 * QUARTER),
        "week" => (day - (day + 3) % 7) * DAY,
        "month" => parse(&format!("{}01T00:00:00Z", &rfc3339(local)[..8])).unwrap(),
        _ => day * DAY,
    };
    begin - offset
}

async fn compare(s: &Server, who: &Who, me: &str, points: &Points) {
    let at = |text| Some(parse(text).unwrap());
    for (start, end) in [
        (None, None),
        (at("2025-11-01T00:00:00Z"), None),
        (at("2025-10-31T23:59:59.5Z"), at("2025-11-02T13:22:11.123456Z")),
        (None, at("2025-11-01T10:20:30Z")),
        (at("2025-11-01T10:20:30Z"), at("2025-11-01T10:22:30Z")),
    ] {
        for (period, minutes) in
            [("day", 0), ("hour", 0), ("week", 330), ("month", -840), ("day", 7), ("hour", 45)]
        {
            let mut path = format!("/users/{me}/metrics/summary?period={period}&tz_offset_minutes={minutes}");
            for (name, date) in [("start_date", start), ("end_date", end)] {
                path += &date.map_or_else(String::new, |date| format!("&{name}={}", rfc3339(date)));
            }
            let told = s.ask(who, "GET", &path, None).await.json();
            let mut wanted: BTreeMap<(i64, &str), Exact> = BTreeMap::new();
            for ((metric, at), value) in points {
                if start.is_none_or(|s| *at >= s) && end.is_none_or(|e| *at < e) {
                    wanted
                        .entry((bucket(*at, period, minutes * 60_000_000), metric))
                        .or_default()
                        .add(*value);
                }
            }
            let told = told["metrics"].as_array().unwrap();
            assert_eq!(told.len(), wanted.len(), "{path}");
            for (told, ((from, metric), exact)) in told.iter().zip(wanted) {
                let wanted = json!({
                    "period": rfc3339(from), "metric_type": metric, "unit": told["unit"], "count": exact.n,
                    "value": exact.sum() / exact.n as f64, "min": exact.least, "max": exact.most, "sum": exact.sum(),
                });
                // Read as the answer was: this reader of numbers is a bit off in the last digit.
                let wanted: Value = serde_json::from_str(&wanted.to_string()).unwrap();
                assert_eq!(*told, wanted, "{path}");
            }
        }
    }
}

async fn figures(database: Option<&str>) {
    let s = Server::start(database, &[]).await;
    let who = s.person("sum@example.com").await;
    let me = s.ask(&who, "GET", "/users/me", None).await.json()["id"].as_str().unwrap().to_owned();
    let (_, key) = s.bracelet(&who, "SUM-1").await;
    let mut points = scattered(6_000, 1);
    let send = async |points: &Points| {
        let all: Vec<_> = points.iter().collect();
        for batch in all.chunks(1_000) {
            assert_eq!(s.ask(&key, "POST", "/metrics/batch/", Some(&body(batch))).await.status, 201);
        }
    };
    send(&points).await;
    compare(&s, &who, &me, &points).await;
    // Late points fall into quarter-hours that are there already; some were sent before, with other values.
    let late = scattered(500, 2);
    send(&late).await;
    points.extend(late);
    compare(&s, &who, &me, &points).await;
    // A removed point leaves its quarter-hour, whether it was in it yet or not.
    let admin = s.login("admin@example.com", "admin-password-1").await;
    for skip in [0, 3_000, 6_400] {
        let list = format!("/users/{me}/metrics/data?limit=1&skip={skip}");
        let point = &s.ask(&who, "GET", &list, None).await.json()[0];
        let path = format!("/metrics/{}", point["id"].as_str().unwrap());
        assert_eq!(s.ask(&admin, "DELETE", &path, None).await.status, 200);
        let at = parse(point["timestamp"].as_str().unwrap()).unwrap();
        points.retain(|(metric, t), _| (*metric, *t) != (point["metric_type"].as_str().unwrap(), at));
    }
    compare(&s, &who, &me, &points).await;
    assert_eq!(s.ask(&who, "DELETE", &format!("/users/{me}?erase=true"), None).await.status, 200);
    s.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn summaries_on_sqlite() {
    figures(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn summaries_on_postgresql() {
    let postgres = Postgres::start();
    figures(Some(&postgres.url)).await;
}
