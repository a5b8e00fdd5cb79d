//! One beat, all the way: a month fetched through a kill, and the heart on the screen beside the recording's ECG.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use e2e::{Desktop, Keyring, Window};
use serde_json::{Value, json};

use crate::charts;
use crate::data::{checked, count, no_database_in_the_clear};

/// A month of seconds, encrypted and committed by a build without optimisation, on a slow machine.
const DRAIN: Duration = Duration::from_secs(480);

/// The heart on the screen, and the clock.
const HEART: &str = "return {
    pulses: Number(document.querySelector('[data-testid=heart]').dataset.pulses),
    estimated: Number(document.querySelector('[data-testid=heart]').dataset.pulsesEstimated),
    bpm: Number(document.querySelector('[data-testid=bpm]').textContent),
    now: Date.now() }";

/// Fewer records than the demo's month holds (one a second, 30 days, less the pauses).
const MONTH: u64 = 2_000_000;

/// What the bracelet may still measure, a record a second, between the last fetching and its end.
const LAST_SECONDS: u64 = 30;

/// How long the heart on the screen lags behind the wrist, so that it can beat evenly.
const BUFFER_MS: f64 = 1500.0;

#[tokio::test]
#[ignore = "needs the app, a screen and a driver: `cargo xtask e2e`"]
async fn killed_in_the_middle_of_the_month_nothing_is_lost_or_twice_and_the_heart_beats_on() -> Result<()> {
    let desktop = Desktop::start(Keyring::Unlocked)?;
    let data = desktop.home().join("data");

    let window = Window::open(&desktop, &data).await?;
    window.shows("[data-testid=home][data-face=first]").await?;
    window.picture("first-run-desktop-light", 1280, 800).await?;
    window.picture("first-run-phone-light", 390, 844).await?;
    window.listen().await?;
    window.click("[data-testid=try-demo]").await?;

    let part = "const fetching = window.told.home?.catching_up;
        return Boolean(fetching) && fetching.done > fetching.total / 5;";
    window.until("a fifth of the month", DRAIN, part).await?;
    let fetching = window.script("return window.told.home.catching_up").await?;
    ensure!(fetching["done"].as_u64() < fetching["total"].as_u64(), "too late to cut: {fetching}");
    window.kill().await?;
    no_database_in_the_clear(&data)?;

    let window = Window::open(&desktop, &data).await?;
    window.listen().await?;
    window.shows("[data-testid=catch-up]").await?;
    window.picture("catching-up-desktop-light", 1280, 800).await?;
    let whole = format!(
        "const home = window.told.home;
        return home?.connection.connected && !home.catching_up && home.storage.records > {MONTH};"
    );
    window.until("the rest of the month", DRAIN, &whole).await?;

    the_heart_beats_to_the_pulse(&window).await?;
    charts::of_a_month(&window, &data).await?;
    window.click("[data-testid=nav-home]").await?;

    for (language, theme) in [("en", "light"), ("fr", "light"), ("fr", "dark")] {
        window
            .invoke("set_preferences", json!({ "preferences": { "language": language, "theme": theme } }))
            .await?;
        let chosen = format!("return document.documentElement.lang === '{language}'");
        window.until("the language", Duration::from_secs(10), &chosen).await?;
        window.picture(&format!("home-desktop-{theme}-{language}"), 1280, 800).await?;
        window.picture(&format!("home-phone-{theme}-{language}"), 390, 844).await?;
    }
    window.close().await?;
    no_database_in_the_clear(&data)?;

    let check = checked(&desktop, &data)?;
    ensure!(count(&check, "in_store")? > MONTH, "not the month: {check}");
    ensure!(count(&check, "waiting")? < LAST_SECONDS, "not drained to its end: {check}");
    Ok(())
}

/// A minute of the heart on the screen beside what the engine told and what the ECG of the recording says.
async fn the_heart_beats_to_the_pulse(window: &Window) -> Result<()> {
    window
        .until(
            "a measured pulse",
            Duration::from_secs(60),
            "return Number(document.querySelector('[data-testid=heart]').dataset.pulses) > 3",
        )
        .await?;
    let windows = &firmware::sim::reference().windows;
    let ecg = windows.iter().map(|window| window.heart_rate).sum::<f64>() / windows.len() as f64;

    let before = window.script(HEART).await?;
    for _ in 0..12 {
        tokio::time::sleep(Duration::from_secs(5)).await;
        let bpm = number(&window.script(HEART).await?, "bpm")?;
        ensure!((bpm - ecg).abs() <= 3.0, "{bpm} bpm on the screen, {ecg:.1} by the ECG");
    }
    let after = window.script(HEART).await?;
    let told = window.script("return window.told.beats").await?;

    let (from, to) = (number(&before, "now")? - BUFFER_MS, number(&after, "now")? - BUFFER_MS);
    let told = told.as_array().context("beats")?.iter().filter_map(Value::as_f64);
    let told = told.filter(|at| (from..to).contains(at)).count() as f64;
    let shown = number(&after, "pulses")? - number(&before, "pulses")?;
    println!(
        "{shown} pulses shown in {:.1} s, {told} beats told, {ecg:.1} bpm by the ECG",
        (to - from) / 1000.0
    );
    ensure!((shown - told).abs() <= 1.0, "{shown} pulses shown, {told} beats told");
    ensure!(after["estimated"] == before["estimated"], "pulses without a measured beat");
    Ok(())
}

fn number(value: &Value, name: &str) -> Result<f64> {
    value[name].as_f64().with_context(|| format!("no {name} in {value}"))
}
