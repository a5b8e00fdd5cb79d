//! The bracelet out of reach: told at once, nothing old shown as new, back by itself, and nothing missing.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use e2e::{Desktop, Keyring, Window};

use crate::data::{checked, count, with_demo};

/// Longer than a value stays fresh, and than the longest wait before the next try.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
#[ignore = "needs the app, a screen and a driver: `cargo xtask e2e`"]
async fn out_of_reach_is_said_with_its_time_the_bracelet_comes_back_by_itself_and_nothing_is_missing()
-> Result<()> {
    let desktop = Desktop::start(Keyring::Unlocked)?;
    let data = desktop.home().join("data");
    with_demo(&desktop, &data, 0, "keyring")?;
    let away = desktop.home().join("away");
    let out_of_reach = format!("--demo-out-of-reach={}", away.display());
    let window = Window::open_as(&desktop, &data, &[out_of_reach]).await?;
    window.listen().await?;
    let pulse = "return Number(document.querySelector('[data-testid=bpm]')?.textContent) > 30
        && window.told.home.heart.freshness === 'fresh' && !window.told.home.catching_up";
    window.until("a pulse", PATIENCE, pulse).await?;
    let before = window.script("return window.told.home.storage.records").await?;
    let before = before.as_u64().context("no count")?;

    fs::write(&away, [])?;
    let left = Instant::now();
    window.shows("[data-testid=connection][data-state=lost]").await?;
    let told = "const away = document.querySelector('[data-testid=away]');
        const since = /\\d:\\d\\d/.test(away?.querySelector('p')?.textContent);
        return since && /\\d/.test(away.querySelector('.countdown')?.textContent);";
    window.until("since when, and when it is tried again", PATIENCE, told).await?;
    // Its number is old: grey with its age, the heart stands still, and nothing is said to be well.
    let old = "const at = selector => document.querySelector(selector);
        return at('[data-testid=connection]').dataset.state === 'lost'
            && at('.bpm').dataset.freshness === 'old'
            && at('[data-testid=heart]').dataset.still === 'true'
            && /\\d/.test(at('[data-testid=why]')?.textContent)
            && at('[data-testid=overall]').dataset.status === 'unknown';";
    window.until("an old number", PATIENCE, old).await?;
    window.picture("lost-desktop-light", 1280, 800).await?;
    window.picture("lost-phone-light", 390, 844).await?;

    fs::remove_file(&away)?;
    let gone = left.elapsed();
    window.shows("[data-testid=connection][data-state=connected]").await?;
    let whole = format!(
        "const home = window.told.home;
        return !home.catching_up && home.storage.records >= {} && home.heart.freshness === 'fresh';",
        before + gone.as_secs()
    );
    window.until("what was measured meanwhile", PATIENCE, &whole).await?;
    window
        .until(
            "a beating heart",
            PATIENCE,
            "return document.querySelector('[data-testid=heart]').dataset.still === 'false'",
        )
        .await?;
    window.close().await?;
    let check = checked(&desktop, &data)?;
    ensure!(count(&check, "in_store")? >= before + gone.as_secs(), "readings are missing: {check}");
    Ok(())
}
