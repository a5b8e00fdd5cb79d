//! The connection in the person's hands: let go, taken up again, and the demo removed.

use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::{Desktop, Keyring, Window};

use crate::data::{checked, count, with_demo};

/// How long the bracelet goes on measuring with nobody connected.
const AWAY: Duration = Duration::from_secs(3);

#[tokio::test]
#[ignore = "needs the app, a screen and a driver: `cargo xtask e2e`"]
async fn disconnected_and_reconnected_by_a_click_nothing_is_missing_and_a_removed_demo_leaves_nothing()
-> Result<()> {
    let desktop = Desktop::start(Keyring::Unlocked)?;
    let data = desktop.home().join("data");
    with_demo(&desktop, &data, 1, "keyring")?;

    let window = Window::open(&desktop, &data).await?;
    window.shows("[data-testid=connection][data-state=connected]").await?;
    window.click("[data-testid=connection]").await?;
    window.click("[data-testid=disconnect]").await?;
    window.shows("[data-testid=connection][data-state=disconnected]").await?;
    window.picture("disconnected-desktop-light", 1280, 800).await?;
    // What was left disconnected is found so.
    window.close().await?;
    let before = count(&checked(&desktop, &data)?, "in_store")?;

    let window = Window::open(&desktop, &data).await?;
    window.shows("[data-testid=connection][data-state=disconnected]").await?;
    tokio::time::sleep(AWAY).await;
    window.click("[data-testid=reconnect]").await?;
    window.shows("[data-testid=connection][data-state=connected]").await?;
    let more = format!(
        "return window.told.home.connection.connected && !window.told.home.catching_up
            && window.told.home.storage.records > {}",
        before + AWAY.as_secs()
    );
    window.listen().await?;
    window.until("what was measured meanwhile", Duration::from_secs(60), &more).await?;
    window.close().await?;
    checked(&desktop, &data)?;

    let window = Window::open(&desktop, &data).await?;
    window.click("[data-testid=remove-demo]").await?;
    window.picture("remove-demo-desktop-light", 1280, 800).await?;
    window.click("[data-testid=remove-demo-yes]").await?;
    window.shows("[data-testid=home][data-face=first]").await?;
    window.close().await?;
    ensure!(!data.join("demo").exists(), "the demo's folder is still there");
    ensure!(data.join("person.db").exists(), "the person's own database is gone");
    Ok(())
}
