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

/// Knocks at the page's thread as fast as it answers, for ten seconds, and tells how long it was kept waiting at most in each
/// tenth of a second: script, style, layout and paint of all that happened then.
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
        let mut waits: Vec<f64> = serde_json::from_value(browser.script_async(KNOCK).await?)?;
        waits.sort_by(f64::total_cmp);
        tell(&format!("the page's thread busy in one go, {what}, median of 100"), waits[50]);
        tell(&format!("the page's thread busy in one go, {what}, 95 of 100 below"), waits[95]);
        tell(&format!("the page's thread busy in one go, {what}, the longest"), waits[99]);
    }
    Ok(())
}

fn tell(figure: &str, value: f64) {
    println!("{}", json!({ "figure": figure, "value": (value * 10.0).round() / 10.0, "unit": "ms" }));
}
