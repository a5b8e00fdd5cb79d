//! Measures a drain as the app does it: the built-in bracelet's month over the in-memory link into encrypted SQLite, with
//! the live display going on meanwhile. One JSON object a line; `cargo xtask bench` reads them.
//!
//! `cargo run --release -p companion --example drain [DAYS]`
#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a measurement for a terminal")]

use std::time::{Duration, Instant};

use bridge::{Connection, Event, Start};
use companion::{Engine, KeySource, Options};

#[tokio::main]
async fn main() {
    let days: u32 = std::env::args().nth(1).map_or(30, |days| days.parse().unwrap());
    let data = tempfile::tempdir().unwrap();
    let words = "a passphrase for a measurement".to_owned();
    let mut options = Options::new(data.path().to_owned(), KeySource::Passphrase(words.into()));
    options.demo.history_days = days;
    let engine = Engine::start(options).await;
    let Start::Ready { .. } = engine.settled().await else { panic!("{:?}", engine.start_state()) };

    let making = Instant::now();
    engine.connect_demo().await.unwrap();
    let made = making.elapsed();

    // How late the once-a-second Home comes while the month goes by: what a window would feel.
    let mut events = engine.events();
    let began = Instant::now();
    let mut last_home = Instant::now();
    let mut longest = Duration::ZERO;
    let stored = loop {
        match tokio::time::timeout(Duration::from_secs(60), events.recv()).await {
            Ok(Ok(Event::Home(home))) => {
                longest = longest.max(last_home.elapsed());
                last_home = Instant::now();
                let live = matches!(home.connection, Connection::Connected { .. });
                if live && home.catching_up.is_none() && home.storage.records > 0 {
                    break home.storage.records;
                }
            }
            Ok(_) => {}
            Err(_) => panic!("the engine has been silent for a minute"),
        }
    };
    let took = began.elapsed();

    // And how much of a core the app takes when all is stored and the heart beats.
    let cpu = cpu_seconds();
    let live = Duration::from_secs(30);
    tokio::time::sleep(live).await;
    let share = cpu.zip(cpu_seconds()).map(|(before, after)| (after - before) / live.as_secs_f64());
    tell("days of past", f64::from(days), "d");
    tell("making the past", made.as_secs_f64(), "s");
    tell("the past drained", took.as_secs_f64(), "s");
    tell("records drained", stored as f64, "records");
    tell("records drained a second", stored as f64 / took.as_secs_f64(), "records/s");
    tell("longest wait for the once-a-second Home", longest.as_secs_f64() * 1e3, "ms");
    let database = std::fs::metadata(data.path().join("demo/demo.db")).unwrap().len();
    tell("database", database as f64 / 1e6, "MB");
    if let Some((share, memory)) = share.zip(resident_mb()) {
        tell("engine alone, live", share * 100.0, "% of a core");
        tell("engine alone, memory", memory, "MB");
    }
    engine.stop().await;
}

fn tell(figure: &str, value: f64, unit: &str) {
    println!(
        "{}",
        serde_json::json!({ "figure": figure, "value": (value * 1_000.0).round() / 1_000.0, "unit": unit })
    );
}

/// Processor time of this process so far, where the system tells it as Linux does (100 ticks a second).
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

/// Memory that is really there, in megabytes.
fn resident_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kb| kb / 1_000.0)
}
