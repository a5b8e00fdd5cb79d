//! What the pages cost their own thread, in the engine of the app's window. One JSON object a line; `cargo xtask bench` reads
//! them.
#![expect(clippy::print_stdout, reason = "a measurement for a terminal")]

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use e2e::{Browser, Desktop, Keyring, Site};
use serde_json::json;

/// What is left out while the page begins.
const SETTLE: Duration = Duration::from_secs(3);

/// Hands over what the next 200 state changes cost.
const COSTS: &str = "
    const done = arguments[0], ready = () => {
        if (window.cost.length >= 200) done(window.cost.slice(0, 200)); else setTimeout(ready, 500);
    };
    window.cost.length = 0;
    ready();";

/// Knocks at the page's thread as fast as it answers, for ten seconds, and tells how long it was kept waiting at most in each
/// tenth of a second: by script, style, layout and paint, and by whatever else wanted the processor then.
const KNOCK: &str = "
    const done = arguments[0], waits = Array(100).fill(0), { port1, port2 } = new MessageChannel();
    const began = performance.now();
    let last = began;
    port1.onmessage = () => {
        const now = performance.now(), tenth = Math.floor((now - began) / 100);
        if (tenth >= waits.length) return done(waits);
        waits[tenth] = Math.max(waits[tenth], now - last);
        last = now;
        port2.postMessage(0);
    };
    port2.postMessage(0);";

#[tokio::main]
async fn main() -> Result<()> {
    let gallery = std::env::var_os("E2E_GALLERY").map(PathBuf::from);
    let site = Site::serve(gallery.context("started by `cargo xtask bench`")?, None).await?;
    let desktop = Desktop::start(Keyring::Missing)?;
    for (what, state) in [("at rest", "disconnected"), ("at 10 updates a second", "live?updates=10")] {
        let browser = Browser::webkit(&desktop).await?;
        browser.go(&site.live_page(state)).await?;
        tokio::time::sleep(SETTLE).await;
        if state.starts_with("live") {
            let script = "a state change's script, style and layout, at 10 updates a second";
            tell(script, serde_json::from_value(browser.script_async(COSTS).await?)?)?;
        }
        let waited = format!("the page's thread kept waiting, {what}");
        tell(&waited, serde_json::from_value(browser.script_async(KNOCK).await?)?)?;
    }
    Ok(())
}

fn tell(what: &str, mut figures: Vec<f64>) -> Result<()> {
    figures.sort_by(f64::total_cmp);
    let count = figures.len();
    for (name, place) in
        [("median", count / 2), ("95 of 100 below", count * 95 / 100), ("the longest", count - 1)]
    {
        let value = figures.get(place).context("nothing measured")?;
        println!(
            "{}",
            json!({ "figure": format!("{what}, {name}"), "value": (value * 10.0).round() / 10.0, "unit": "ms" })
        );
    }
    Ok(())
}
