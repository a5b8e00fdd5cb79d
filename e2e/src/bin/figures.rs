//! What the release window costs: first paint, memory, processor. One JSON object a line; `cargo xtask bench` reads them.
#![expect(clippy::print_stdout, reason = "a measurement for a terminal")]

use std::time::Duration;

use anyhow::{Context, Result};
use e2e::{Desktop, Keyring, Usage, Window};
use serde_json::json;

const DRAIN: Duration = Duration::from_secs(600);
const WATCHED: Duration = Duration::from_secs(30);

#[tokio::main]
async fn main() -> Result<()> {
    let desktop = Desktop::start(Keyring::Unlocked)?;
    let data = desktop.home().join("data");

    // The first start makes the database; the fifth is like all others.
    let mut paints = Vec::new();
    for _ in 0..5 {
        let window = Window::open(&desktop, &data).await?;
        window.shows("[data-testid=home]").await?;
        paints.push(window.first_paint().await?.as_secs_f64());
        window.close().await?;
    }
    paints.sort_by(f64::total_cmp);
    tell("from start to first paint, median of 5", paints[2], "s");

    let window = Window::open(&desktop, &data).await?;
    window.click("[data-testid=try-demo]").await?;
    window.shows("[data-testid=catch-up]").await?;
    // How long the page's own thread was ever held up while the month came in.
    window
        .script(
            "window.longest = 0; let last = performance.now();
            setInterval(() => { const now = performance.now(); window.longest = Math.max(window.longest, now - last - 50); last = now; }, 50);",
        )
        .await?;
    window.until("the month", DRAIN, "return !document.querySelector('[data-testid=catch-up]')").await?;
    let longest = window.script("return window.longest").await?.as_f64().context("a number")?;
    tell("longest the page was held up while the month came in", longest, "ms");
    window
        .until("a pulse", DRAIN, "return document.querySelector('[data-testid=heart]').dataset.pulses > 3")
        .await?;
    // What the drain left behind settles.
    tokio::time::sleep(Duration::from_secs(10)).await;

    for (state, hidden) in [("visible", false), ("hidden", true)] {
        if hidden {
            window.hide(&desktop)?;
            window.until("a hidden page", Duration::from_secs(10), "return document.hidden").await?;
        }
        let before = window.usage()?;
        tokio::time::sleep(WATCHED).await;
        let after = window.usage()?;
        let share = |after: Duration, before: Duration| {
            (after - before).as_secs_f64() / WATCHED.as_secs_f64() * 100.0
        };
        let Usage { main, all, resident_bytes } = after;
        tell(&format!("main process, live, {state}"), share(main, before.main), "% of a core");
        tell(&format!("all processes, live, {state}"), share(all, before.all), "% of a core");
        tell(&format!("main process's memory, {state}"), resident_bytes as f64 / 1e6, "MB");
    }
    window.close().await
}

fn tell(figure: &str, value: f64, unit: &str) {
    println!("{}", json!({ "figure": figure, "value": (value * 1000.0).round() / 1000.0, "unit": unit }));
}
