//! From a limit to an alert and out of it: changed on its screen, followed by the status, told, answered, closed by recovery.

use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::{Desktop, Keyring, Shell, Window, english};
use serde_json::json;

use crate::data::with_demo;

/// Longer than a red level is held before it is told, and than the warm-up before that.
const HOLD: Duration = Duration::from_secs(300);
/// Longer than a status takes to follow.
const STATUS: Duration = Duration::from_secs(90);

#[tokio::test]
#[ignore = "needs the app, a screen and a driver: `cargo xtask e2e`"]
async fn a_changed_limit_is_followed_by_status_and_alert_and_the_alert_ends_by_recovery() -> Result<()> {
    let desktop = Desktop::start(Keyring::Unlocked)?;
    let shell = Shell::start(&desktop).await?;
    let data = desktop.home().join("data");
    with_demo(&desktop, &data, 0, "keyring")?;
    let window = Window::open(&desktop, &data).await?;
    let status =
        |name| format!("return document.querySelector('[data-testid=overall]')?.dataset.status === '{name}'");
    window.until("a status that is well", STATUS, &status("ok")).await?;

    // The recording's heart beats at some 80 a minute: above these.
    limits(&window, Some(("55", "60"))).await?;
    window.click("[data-testid=nav-home]").await?;
    window.until("a red status", STATUS, &status("alert")).await?;
    window.picture("red-status-desktop-light", 1280, 800).await?;

    the_chart_shows_each_limit_for_as_long_as_it_held(&window).await?;

    let raised = "return document.querySelector('[data-testid=nav-alerts] .count')?.textContent === '1'";
    window.until("an alert", HOLD, raised).await?;
    // Neither what nor how much: others see the lock screen too.
    let told = shell.notification("Health alert").await?;
    ensure!(told.sound.is_some(), "red is silent: {told:?}");
    ensure!(!told.body.contains(char::is_numeric), "{told:?}");

    window.click("[data-testid=nav-alerts]").await?;
    window.click("[data-testid=alert]").await?;
    window.picture("alert-desktop-light", 1280, 800).await?;
    window.click("[data-testid=fine]").await?;
    let answered = "return document.querySelector('[data-testid=nav-alerts] .count')?.hidden === true";
    window.until("no open question", STATUS, answered).await?;
    window.says("[data-testid=alerts]", "alerts.open").await?;

    limits(&window, None).await?;
    window.click("[data-testid=nav-alerts]").await?;
    let over = "return window.told.home.overall === 'ok'
        && Array.from(document.querySelectorAll('[data-testid=alerts] h2')).every(it => it.textContent !== arguments[0])
        && Array.from(document.querySelectorAll('[data-testid=alerts] h2')).some(it => it.textContent === arguments[1])";
    let over = over
        .replace("arguments[0]", &format!("{:?}", english("alerts.open")?))
        .replace("arguments[1]", &format!("{:?}", english("alerts.history")?));
    window.listen().await?;
    window.until("its end, in the list of what is over", STATUS, &over).await?;
    window.says("[data-testid=alerts]", "alerts.history").await?;
    window.close().await
}

/// The new limit's dashed line from when it was set; before that the old one's.
async fn the_chart_shows_each_limit_for_as_long_as_it_held(window: &Window) -> Result<()> {
    window.click("[data-testid=nav-analytics]").await?;
    window.click("label:has(> [data-testid=span-hour])").await?;
    let lines = "const drawing = document.querySelector('[data-testid=chart-heart_rate] .chart-drawing');
        const named = name => Array.from(drawing.querySelectorAll('text.ink-attention'))
            .filter(it => it.textContent === name).map(it => it.getBBox().x);
        const [present, past] = [named('55'), named('100')];
        const drawn = Array.from(drawing.querySelectorAll('path.ink-attention'), it => it.getBBox());
        const last = Math.max(...drawn.map(it => it.x + it.width));
        const now = drawn.filter(it => it.x + it.width > last - 1), then = drawn.filter(it => !now.includes(it));
        return present.length > 0 && past.every(x => present.every(other => x < other))
            && then.length > 0 && then.some(it => now.every(other => Math.abs(other.y - it.y) > 1));";
    window.until("both limits in the chart", STATUS, lines).await?;
    window.picture("limits-in-force-desktop-light", 1280, 800).await
}

/// Sets the high limits of the heart at rest, whatever the wearer is doing, orange and red; or all of them back.
async fn limits(window: &Window, high: Option<(&str, &str)>) -> Result<()> {
    for judged in ["limits-heart_rate", "limits-heart_rate_asleep"] {
        window.click("[data-testid=nav-profile]").await?;
        window.click(&format!("[data-testid={judged}]")).await?;
        match high {
            Some((attention, alert)) => {
                for (field, value) in [
                    ("low-alert", "30"),
                    ("low-attention", "35"),
                    ("high-attention", attention),
                    ("high-alert", alert),
                ] {
                    window.fill(&format!("[data-testid=limit-{field}]"), value).await?;
                }
            }
            None => window.click("[data-testid=defaults]").await?,
        }
        window.click("[data-testid=keep]:enabled").await?;
        // The next ones are changed beside these, once these are kept.
        let kept = high.map_or(Ok(120), |(_, alert)| alert.parse::<i64>())? * 100;
        let name = judged.trim_start_matches("limits-");
        for _ in 0..100 {
            let settings = window.invoke("settings", json!({})).await?;
            if settings["thresholds"][name]["high_alert"] == json!(kept) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        window.shows("body:not(:has([data-testid=limits]))").await?;
    }
    Ok(())
}
