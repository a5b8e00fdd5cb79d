//! A computer whose clock is plainly wrong: told, and nothing that was measured meanwhile is lost.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use e2e::{Desktop, Keyring, Window};

use crate::data::{checked, with_demo};

#[tokio::test]
#[ignore = "needs the app, a screen and a driver: `cargo xtask e2e`"]
async fn a_wrong_clock_is_said_and_once_set_right_all_is_kept_at_its_time() -> Result<()> {
    let desktop = Desktop::start(Keyring::Unlocked)?;
    let data = desktop.home().join("data");
    with_demo(&desktop, &data, 0, "keyring")?;

    let shift = desktop.home().join("shift");
    fs::write(&shift, "-40y")?;
    let variables = [
        format!("LD_PRELOAD={}", libfaketime()?.display()),
        format!("FAKETIME_TIMESTAMP_FILE={}", shift.display()),
        // Looked at each time, so that the clock can be set right while the app runs.
        "FAKETIME_NO_CACHE=1".to_owned(),
        "DONT_FAKE_MONOTONIC=1".to_owned(),
    ];
    let window = Window::open_with(&desktop, &data, &variables).await?;
    window.says("[data-testid=trouble]", "error.clock").await?;
    window.picture("clock-wrong-desktop-light", 1280, 800).await?;
    window.listen().await?;
    let before = window.script("return window.told.home.storage.records").await?;

    fs::write(&shift, "+0")?;
    let more = format!("return window.told.home.storage.records > {before} + 3");
    window.until("readings at their time", Duration::from_secs(120), &more).await?;
    let gone = "return document.querySelector('[data-testid=trouble]') === null";
    window.until("no word of the clock any more", Duration::from_secs(20), gone).await?;
    window.close().await?;
    checked(&desktop, &data)?;
    Ok(())
}

/// Where Debian keeps what shifts a process's clock, whatever the computer.
fn libfaketime() -> Result<PathBuf> {
    let folders = fs::read_dir("/usr/lib")?.flatten();
    folders
        .map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"))
        .find(|library| library.exists())
        .context("no libfaketime: `cargo xtask setup` installs it")
}
