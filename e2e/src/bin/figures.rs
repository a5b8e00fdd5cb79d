//! What the release window costs: first paint, processor, memory, and whether that grows. One JSON object a line; `cargo xtask
//! bench` reads them. Its one argument: for how many minutes the memory is watched.
#![expect(clippy::print_stdout, reason = "a measurement for a terminal")]

use std::time::Duration;

use anyhow::{Context, Result};
use e2e::{Desktop, Keyring, Usage, Window};
use serde_json::json;

const DRAIN: Duration = Duration::from_secs(600);
const WATCHED: Duration = Duration::from_secs(30);
/// How often the memory is looked at.
const LOOK: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> Result<()> {
    let minutes = std::env::args().nth(1).map_or(Ok(10), |minutes| minutes.parse())?;
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

    charts(&window).await?;

    for (state, hidden) in [("visible", false), ("hidden", true)] {
        if hidden {
            grows(&window, minutes).await?;
            window.hide(&desktop)?;
            window.until("a hidden page", Duration::from_secs(10), "return document.hidden").await?;
        }
        let before = window.usage()?;
        tokio::time::sleep(WATCHED).await;
        let after = window.usage()?;
        let share = |after: Duration, before: Duration| {
            (after - before).as_secs_f64() / WATCHED.as_secs_f64() * 100.0
        };
        let Usage { main, all, main_bytes, all_bytes, resident_bytes } = after;
        tell(&format!("main process, live, {state}"), share(main, before.main), "% of a core");
        tell(&format!("all processes, live, {state}"), share(all, before.all), "% of a core");
        tell(&format!("main process's memory, {state}"), main_bytes as f64 / 1e6, "MB");
        tell(&format!("the same with all that it shares, {state}"), resident_bytes as f64 / 1e6, "MB");
        tell(&format!("all processes' memory, {state}"), all_bytes as f64 / 1e6, "MB");
    }
    window.close().await
}

/// From a click on a span until its chart is painted: asked of the engine, read, drawn, laid out.
const CLICKED: &str = "
    const [span, done] = arguments, began = performance.now(), { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now() - began);
    new MutationObserver((_, watcher) => {
        watcher.disconnect();
        // The frame that paints it, and what comes after that.
        requestAnimationFrame(() => port2.postMessage(0));
    }).observe(document.querySelector('.chart-drawing'), { childList: true, subtree: true });
    document.querySelector(`[data-testid=span-${span}]`).click();";

/// The month as a chart, and the day between, so that it is drawn anew each time.
async fn charts(window: &Window) -> Result<()> {
    window.click("[data-testid=nav-analytics]").await?;
    window.shows("[data-testid=chart-heart_rate][data-state=shown]").await?;
    let mut month = Vec::new();
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        month.push(window.script_async(CLICKED, json!("month")).await?.as_f64().context("a time")?);
        tokio::time::sleep(Duration::from_secs(1)).await;
        window.script_async(CLICKED, json!("day")).await?;
    }
    tell("a chart of 30 days of the month, from click to paint, the first time", month[0], "ms");
    month.sort_by(f64::total_cmp);
    tell("a chart of 30 days of the month, from click to paint, median of 5", month[2], "ms");
    window.click("[data-testid=nav-home]").await
}

/// How much more memory an hour of live data takes, by the straight line that fits best what was seen over some minutes.
async fn grows(window: &Window, minutes: u64) -> Result<()> {
    let looks = (minutes * 60 / LOOK.as_secs()).max(2);
    let (mut main, mut all) = (Vec::new(), Vec::new());
    for look in 0..looks {
        let hours = (look * LOOK.as_secs()) as f64 / 3600.0;
        let usage = window.usage()?;
        main.push((hours, usage.main_bytes as f64 / 1e6));
        all.push((hours, usage.all_bytes as f64 / 1e6));
        tokio::time::sleep(LOOK).await;
    }
    tell("minutes of live data over which the memory was watched", minutes as f64, "min");
    tell("main process's memory grows by", slope(&main), "MB/h");
    tell("all processes' memory grows by", slope(&all), "MB/h");
    Ok(())
}

/// The slope of the least-squares line.
fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|it| it.0), mean(|it| it.1));
    let both: f64 = points.iter().map(|it| (it.0 - x) * (it.1 - y)).sum();
    both / points.iter().map(|it| (it.0 - x).powi(2)).sum::<f64>()
}

fn tell(figure: &str, value: f64, unit: &str) {
    println!("{}", json!({ "figure": figure, "value": (value * 1000.0).round() / 1000.0, "unit": unit }));
}
