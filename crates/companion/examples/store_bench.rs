//! Measures the store: a month of seconds committed with its roll-ups, beside bare encrypted SQLite in the same run, the size
//! on disk, and the queries a chart makes. One JSON object a line; `cargo xtask bench` reads them.
//!
//! `cargo run --release -p companion --example store_bench [DAYS]`
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement for a terminal")]

use std::path::Path;
use std::time::{Duration, Instant};

use bridge::{ChartQuery, InForce, SeriesQuery, SourceKind, Span};
use companion::chart;
use companion::store::{Batch, NewSource, SourceId, Store};
use companion::vault::{self, KeySource};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use vitals::{
    Activity, Boot, Bpm, CentiCelsius, JournalId, Metric, Percent, Placed, Quality, Record, RrMillis, Seq,
    Steps, UnixMillis, UptimeMillis,
};

const START: i64 = 1_760_000_400_000;
const DAY_MS: i64 = 86_400_000;
/// What a drain commits at once: 64 pages of 128 s.
const PER_COMMIT: u32 = 8_192;

#[tokio::main]
async fn main() {
    let days: u32 = std::env::args().nth(1).map_or(30, |days| days.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let records = days * 86_400;

    let bare = bare(folder.path(), records).await;
    tell("bare encrypted SQLite, six columns", per_second(records, bare), "rows/s");

    let path = folder.path().join("person.db");
    let key = vault::key(&path, KeySource::Ephemeral).await.unwrap();
    let store = Store::open(&path, &key).await.unwrap();
    let new = NewSource { kind: SourceKind::Demo, serial: "bench", name: "Bench", firmware: None };
    let source = store.source(new).await.unwrap();
    let (took, slowest) = fill(&store, source, records).await;
    assert_eq!(store.count(source).await.unwrap(), u64::from(records));
    tell("store, records with roll-ups", per_second(records, took), "records/s");
    tell("store, whole history", took.as_secs_f64(), "s");
    tell("slowest commit", slowest.as_secs_f64() * 1e3, "ms");
    tell("time of the store over time of bare SQLite", took.as_secs_f64() / bare.as_secs_f64(), "ratio");
    // Closed, so that the log is folded in and all of it counts.
    store.close().await;
    let bytes = std::fs::metadata(&path).unwrap().len();
    tell("bytes a record on disk", bytes as f64 / f64::from(records), "B");

    let store = Store::open(&path, &key).await.unwrap();
    let end = UnixMillis(START + i64::from(days) * DAY_MS);
    for (name, span, bin_ms) in [
        ("a day by minutes", 1, 60_000),
        ("a day by 5 minutes", 1, 300_000),
        ("7 days by hours", 7, 3_600_000),
        ("30 days by hours", 30, 3_600_000),
        ("30 days by days", 30, DAY_MS),
    ] {
        let query =
            SeriesQuery { metric: Metric::HeartRate, from: end.plus(-span * DAY_MS), to: end, bin_ms };
        let began = Instant::now();
        let bins = store.series(source, query).await.unwrap().buckets.len();
        let first = began.elapsed();
        let began = Instant::now();
        assert_eq!(store.bins(source, query).await.unwrap().len(), bins);
        tell(&format!("{name}, first time"), first.as_secs_f64() * 1e3, "ms");
        tell(&format!("{name}, with medians and bands"), began.elapsed().as_secs_f64() * 1e3, "ms");
    }
    charts(&store, source, end, days).await;
    let began = Instant::now();
    store.latest(source).await.unwrap();
    tell("latest values", began.elapsed().as_secs_f64() * 1e3, "ms");
    let began = Instant::now();
    store.count(source).await.unwrap();
    tell("count of records", began.elapsed().as_secs_f64() * 1e3, "ms");

    let began = Instant::now();
    let mut all = store.records(source, UnixMillis(START), end);
    let mut read = 0;
    while all.next().await.unwrap().is_some() {
        read += 1;
    }
    assert_eq!(read, records);
    tell("export, records read back", per_second(records, began.elapsed()), "records/s");

    let began = Instant::now();
    let live: Vec<_> = (records..records + 60).map(second).collect();
    for record in live {
        store.commit(&[batch(source, vec![record])]).await.unwrap();
    }
    tell("a live record committed", began.elapsed().as_secs_f64() * 1e3 / 60.0, "ms");
}

/// Whole charts, read and drawn, as the window asks for them: the first time after opening, and again.
async fn charts(store: &Store, source: SourceId, now: UnixMillis, days: u32) {
    let zone = jiff::tz::TimeZone::system();
    for metric in [Metric::HeartRate, Metric::Spo2, Metric::SkinTemperature, Metric::Steps, Metric::Sleep] {
        for (name, span) in [("24 h", Span::Day), ("7 d", Span::Week), ("30 d", Span::Month)] {
            let query = ChartQuery {
                metric,
                span,
                end: None,
                width: 1_000,
                height: 360,
                language: "fr".to_owned(),
                temperature: bridge::Temperature::Celsius,
                axis: None,
                lane: true,
            };
            let mut took = Vec::new();
            let known = chart::KnownDays::default();
            let decided = InForce::defaults();
            let viewer = chart::Viewer { now, zone: &zone, decided: &decided, known: &known };
            for _ in 0..5 {
                let began = Instant::now();
                let chart = chart::chart(store, source, &query, viewer).await.unwrap();
                took.push(began.elapsed().as_secs_f64() * 1e3);
                assert!(chart.bins.iter().any(|bin| bin.count > 0) && !chart.svg.is_empty());
            }
            let first = took.first().copied().unwrap();
            took.sort_by(f64::total_cmp);
            let metric = metric.name();
            tell(&format!("chart of {metric}, {name} of {days} days, first time"), first, "ms");
            tell(&format!("chart of {metric}, {name} of {days} days, median of 5"), took[2], "ms");
        }
    }
}

async fn fill(store: &Store, source: SourceId, records: u32) -> (Duration, Duration) {
    let (mut took, mut slowest) = (Duration::ZERO, Duration::ZERO);
    for first in (0..records).step_by(PER_COMMIT as usize) {
        let batch = batch(source, (first..records.min(first + PER_COMMIT)).map(second).collect());
        let began = Instant::now();
        store.commit(&[batch]).await.unwrap();
        took += began.elapsed();
        slowest = slowest.max(began.elapsed());
    }
    (took, slowest)
}

fn batch(source: SourceId, records: Vec<(Record, Placed)>) -> Batch {
    Batch { source, journal: JournalId(1), boot: Boot(1), records, gaps: Vec::new() }
}

/// A second of a plausible month: sizes and spreads as the built-in bracelet makes them.
fn second(seq: u32) -> (Record, Placed) {
    let uptime = u64::from(seq) * 1_000 + u64::from(seq * 7 % 13);
    let hour = seq / 3_600 % 24;
    let activity = match hour {
        0..7 => Activity::Asleep,
        18 => Activity::Moving,
        _ => Activity::Still,
    };
    let wave = (f64::from(seq) / 97.0).sin() * 6.0 + f64::from(seq * 31 % 7);
    let base = match activity {
        Activity::Asleep => 54.0,
        Activity::Still => 68.0,
        Activity::Moving => 120.0,
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 48 and 133")]
    let bpm = (base + wave) as u16;
    let record = Record {
        seq: Seq(seq),
        uptime: UptimeMillis(uptime),
        heart_rate: Some(Bpm(bpm)),
        spo2: seq.is_multiple_of(10).then(|| Percent(95 + u8::try_from(seq / 10 % 4).unwrap())),
        skin_temperature: seq
            .is_multiple_of(30)
            .then(|| CentiCelsius(3_300 + i16::try_from(seq / 30 % 80).unwrap())),
        battery: seq.is_multiple_of(3_600).then(|| Percent(u8::try_from(100 - hour * 4).unwrap())),
        steps: Steps(u16::from(activity == Activity::Moving) * 2),
        quality: Quality(90),
        worn: true,
        activity,
        rr: [RrMillis(60_000 / bpm)].into_iter().collect(),
        event: None,
    };
    (record, Placed { at: UnixMillis(START + uptime.cast_signed()), anchored: true })
}

/// The measure of all: six integers a row, 2,000 rows a statement, WAL, as `docs/benchmarks.md` tells.
async fn bare(folder: &Path, rows: u32) -> Duration {
    const ROWS: usize = 2_000;
    let mut connection = SqliteConnectOptions::new()
        .filename(folder.join("bare.db"))
        .create_if_missing(true)
        .pragma("key", format!("\"x'{}'\"", "5a".repeat(32)))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .disable_statement_logging()
        .connect()
        .await
        .unwrap();
    sqlx::query("CREATE TABLE row (a INTEGER, b INTEGER, c INTEGER, d INTEGER, e INTEGER, f INTEGER) STRICT")
        .execute(&mut connection)
        .await
        .unwrap();
    let sql = format!("INSERT INTO row VALUES {}", vec!["(?, ?, ?, ?, ?, ?)"; ROWS].join(", "));
    let began = Instant::now();
    let mut tx = connection.begin().await.unwrap();
    for chunk in 0..rows / 2_000 {
        let mut query = sqlx::query(AssertSqlSafe(sql.clone()));
        for row in chunk * 2_000..(chunk + 1) * 2_000 {
            let row = i64::from(row);
            query = query
                .bind(row)
                .bind(START + row * 1_000)
                .bind(row % 80 + 50)
                .bind(row % 7)
                .bind(90_i64)
                .bind(1_i64);
        }
        query.execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    let took = began.elapsed();
    connection.close().await.unwrap();
    took
}

fn per_second(count: u32, took: Duration) -> f64 {
    f64::from(count) / took.as_secs_f64()
}

fn tell(figure: &str, value: f64, unit: &str) {
    println!(
        "{}",
        serde_json::json!({ "figure": figure, "value": (value * 1_000.0).round() / 1_000.0, "unit": unit })
    );
}
