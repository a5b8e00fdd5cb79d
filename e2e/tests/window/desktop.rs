//! At home on a desktop: one window that is remembered, a tray, and monitoring that outlives the window.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use e2e::{Desktop, Keyring, Shell, Window, english};
use serde_json::json;

use crate::data::{checked, count, with_demo};

/// How long the app goes on without its window.
const WITHOUT: Duration = Duration::from_secs(5);
/// How long a person at least looks at a window before closing it: it has its remembered size by then.
const LOOK: Duration = Duration::from_secs(2);

#[tokio::test]
#[ignore = "needs the app, a screen and a driver: `cargo xtask e2e`"]
async fn with_its_window_closed_the_app_goes_on_says_so_once_and_comes_back() -> Result<()> {
    let desktop = Desktop::start(Keyring::Unlocked)?;
    let shell = Shell::start(&desktop).await?;
    // The person's own folder: who starts the app again gets this one.
    let data = desktop.home().join(".local/share/bracelet-connecte");
    with_demo(&desktop, &data, 0, "keyring")?;
    let window = Window::open_own(&desktop).await?;
    window.shows("[data-testid=connection][data-state=connected]").await?;

    let demo = english("demo.name")?;
    let bpm = english("unit.bpm")?;
    let (line, label) =
        shell.tray(|line| line.starts_with(&demo) && line.contains(&bpm) && !line.contains('—')).await?;
    println!("the tray: {line:?}, {label:?}");
    ensure!(line.contains(&format!(" {label} {bpm}")), "the tray says {line:?} and beside it {label:?}");

    window.listen().await?;
    let records = window.script("return window.told.home.storage.records").await?;
    let records = records.as_u64().context("no count")?;
    let remembered = (1111, 777);
    window.resize(remembered.0, remembered.1).await?;
    window.close_by_its_cross(&desktop)?;
    let told = shell.notification(&english("goes_on.title")?).await?;
    ensure!(!told.body.is_empty() && told.sound.is_none(), "{told:?}");
    tokio::time::sleep(WITHOUT).await;
    shell.tray(|line| line.contains(&bpm) && !line.contains('—')).await?;

    // Started again, the one that runs shows itself.
    let again = desktop.command(e2e::app()?).status()?;
    ensure!(again.success(), "the second start ended with {again}");
    window.is_shown(&desktop)?;
    tokio::time::sleep(LOOK).await;
    window.close_by_its_cross(&desktop)?;
    shell.choose(&english("tray.open")?).await?;
    window.is_shown(&desktop)?;
    tokio::time::sleep(LOOK).await;
    ensure!(shell.notifications().len() == 1, "said more than once: {:?}", shell.notifications());

    shell.choose(&english("tray.quit")?).await?;
    window.has_ended()?;
    let kept = count(&checked(&desktop, &data)?, "in_store")?;
    ensure!(
        kept >= records + WITHOUT.as_secs(),
        "{records} records before the window was closed, {kept} after"
    );
    let window = Window::open_own(&desktop).await?;
    window.shows("[data-testid=home]").await?;
    let (width, height) = remembered;
    let size = format!("return window.innerWidth === {width} && window.innerHeight === {height}");
    window.until("its remembered size", LOOK * 5, &size).await?;
    window.close().await
}

#[tokio::test]
#[ignore = "needs the app, a screen and a driver: `cargo xtask e2e`"]
async fn without_a_bracelet_the_app_ends_with_its_window_and_it_starts_with_the_system_only_if_wished()
-> Result<()> {
    let desktop = Desktop::start(Keyring::Unlocked)?;
    let shell = Shell::start(&desktop).await?;
    let window = Window::open(&desktop, &desktop.home().join("data")).await?;
    window.shows("[data-testid=home][data-face=first]").await?;

    window.invoke("test_notification", json!({})).await?;
    let test = shell.notification("Test").await?;
    ensure!(test.sound.is_some(), "an alert's notification rings: {test:?}");

    let entries = desktop.home().join(".config/autostart");
    ensure!(window.invoke("starts_with_system", json!({})).await? == json!(false), "nobody wished it");
    window.invoke("start_with_system", json!({ "wanted": true })).await?;
    ensure!(window.invoke("starts_with_system", json!({})).await? == json!(true), "wished, and not done");
    let mut entry = String::new();
    for file in fs::read_dir(&entries)? {
        entry.push_str(&fs::read_to_string(file?.path())?);
    }
    let app = e2e::app()?;
    ensure!(
        entry.contains(&format!("{} --background", app.display())),
        "not this app, in the background: {entry}"
    );
    window.invoke("start_with_system", json!({ "wanted": false })).await?;
    ensure!(fs::read_dir(&entries)?.next().is_none(), "an entry is left");

    window.close_by_its_cross(&desktop)?;
    window.has_ended()
}
