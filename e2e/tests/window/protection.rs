//! How a database is protected: by the keyring, by a passphrase, or by explicit choice not at all.

use anyhow::{Result, ensure};
use e2e::{Desktop, Keyring, Window};

use crate::data::{CLEAR, databases, no_database_in_the_clear};

const PASSPHRASE: &str = "correct horse battery";

#[tokio::test]
#[ignore = "needs the app, a screen and a driver: `cargo xtask e2e`"]
async fn a_locked_or_missing_keyring_is_said_and_nothing_is_touched() -> Result<()> {
    let mut desktop = Desktop::start(Keyring::Unlocked)?;
    let data = desktop.home().join("data");
    let window = Window::open(&desktop, &data).await?;
    window.shows("[data-testid=home][data-face=first]").await?;
    window.close().await?;
    let kept = databases(&data)?;
    ensure!(!kept.is_empty(), "no database was made");

    desktop.set_keyring(Keyring::Missing)?;
    let window = Window::open(&desktop, &data).await?;
    window.says("[data-state=key_unavailable] h1", "start.keyring_missing_title").await?;
    window.picture("keyring-missing-desktop-light", 1280, 800).await?;
    ensure!(databases(&data)? == kept, "a missing keyring changed the databases");

    desktop.set_keyring(Keyring::Locked)?;
    window.click("[data-testid=retry]").await?;
    window.says("[data-state=key_unavailable] h1", "start.key_title").await?;
    window.picture("keyring-locked-desktop-light", 1280, 800).await?;
    ensure!(databases(&data)? == kept, "a locked keyring changed the databases");

    desktop.set_keyring(Keyring::Unlocked)?;
    window.click("[data-testid=retry]").await?;
    window.shows("[data-testid=home][data-face=first]").await?;
    window.close().await
}

#[tokio::test]
#[ignore = "needs the app, a screen and a driver: `cargo xtask e2e`"]
async fn without_a_keyring_a_passphrase_protects_and_only_that_one_opens() -> Result<()> {
    let desktop = Desktop::start(Keyring::Missing)?;
    let data = desktop.home().join("data");
    let window = Window::open(&desktop, &data).await?;
    window.says("[data-state=choose_protection] h1", "start.protect_title").await?;
    window.picture("choose-protection-phone-light", 390, 844).await?;
    ensure!(databases(&data)?.is_empty(), "a database was written unasked");

    window.fill("[data-testid=passphrase]", "short").await?;
    window.fill("[data-testid=passphrase-again]", "short").await?;
    window.shows("[data-testid=protect]:disabled").await?;
    window.fill("[data-testid=passphrase]", PASSPHRASE).await?;
    window.fill("[data-testid=passphrase-again]", "correct horse buttery").await?;
    window.says("#passphrase-again-note", "start.differ").await?;
    window.shows("[data-testid=protect]:disabled").await?;
    window.fill("[data-testid=passphrase-again]", PASSPHRASE).await?;
    window.click("[data-testid=protect]:enabled").await?;
    window.shows("[data-testid=home][data-face=first]").await?;
    window.close().await?;
    no_database_in_the_clear(&data)?;
    let kept = databases(&data)?;

    let window = Window::open(&desktop, &data).await?;
    window.says("[data-state=ask_passphrase] h1", "start.ask_title").await?;
    window.fill("[data-state=ask_passphrase] input", "correct horse buttery").await?;
    window.click("[data-testid=unlock]:enabled").await?;
    window.says("[data-state=ask_passphrase]", "start.wrong").await?;
    window.picture("wrong-passphrase-phone-light", 390, 844).await?;
    ensure!(databases(&data)? == kept, "a wrong passphrase changed the databases");
    window.fill("[data-state=ask_passphrase] input", PASSPHRASE).await?;
    window.click("[data-testid=unlock]:enabled").await?;
    window.shows("[data-testid=home][data-face=first]").await?;
    window.close().await
}

#[tokio::test]
#[ignore = "needs the app, a screen and a driver: `cargo xtask e2e`"]
async fn nothing_is_kept_unencrypted_but_by_explicit_choice() -> Result<()> {
    let desktop = Desktop::start(Keyring::Missing)?;
    let data = desktop.home().join("data");
    let window = Window::open(&desktop, &data).await?;
    window.click("[data-testid=unprotected]").await?;
    window.says("[data-state=choose_protection] [role=alert]", "start.unprotected_text").await?;
    window.picture("unprotected-phone-light", 390, 844).await?;
    ensure!(databases(&data)?.is_empty(), "a database was written before the choice");
    window.click("[data-testid=unprotected-yes]").await?;
    window.shows("[data-testid=home][data-face=first]").await?;
    window.click("[data-testid=use-local]").await?;
    for step in 0..3 {
        window.click(&format!("[data-testid=welcome-step][data-step='{step}'] [data-testid=skip]")).await?;
    }
    window.click("[data-testid=nav-settings]").await?;
    window.says("[data-testid=settings]", "settings.protection_none").await?;
    window.close().await?;
    let files = databases(&data)?;
    ensure!(files.iter().any(|(_, contents)| contents.starts_with(CLEAR)), "it was chosen, and is not so");
    Ok(())
}
