//! What Settings does with the system's own parts: its file chooser, its keyring, its settings, its way to call.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::{Desktop, Keyring, Window, english, wait_until};
use serde_json::{Value, json};

use crate::data::{CLEAR, no_database_in_the_clear, with_demo};

const PASSPHRASE: &str = "correct horse battery";
/// How long a program takes at most to write one line.
const PATIENCE: Duration = Duration::from_secs(30);

async fn settings(window: &Window) -> Result<()> {
    window.click("[data-testid=nav-settings]").await?;
    window.shows("[data-testid=settings]").await
}

async fn twice(window: &Window) -> Result<()> {
    window.fill("[data-testid=passphrase]", PASSPHRASE).await?;
    window.fill("[data-testid=passphrase-again]", PASSPHRASE).await
}

async fn close_dialog(window: &Window) -> Result<()> {
    window.shows("[data-testid=work-done]").await?;
    window.click("[data-testid=work-done] + .actions button").await?;
    window.shows("body:not(:has(dialog[open]))").await
}

async fn named(window: &Window, name: &str) -> Result<()> {
    let mut profile = window.invoke("profile", json!({})).await?;
    profile["name"] = json!(name);
    window.invoke("set_profile", json!({ "profile": profile })).await.map(|_| ())
}

#[tokio::test]
#[ignore = "needs the app, a screen and a driver: `cargo xtask e2e`"]
async fn a_backup_is_made_and_brought_back_through_the_systems_own_file_chooser() -> Result<()> {
    let desktop = Desktop::start(Keyring::Unlocked)?;
    let data = desktop.home().join("data");
    with_demo(&desktop, &data, 0, "keyring")?;
    let window = Window::open(&desktop, &data).await?;
    window.shows("[data-testid=connection][data-state=connected]").await?;
    named(&window, "Before").await?;

    let file = desktop.home().join("kept elsewhere.backup");
    settings(&window).await?;
    window.click("[data-testid=to-backup]").await?;
    twice(&window).await?;
    window.click("[data-testid=backup-choose]:enabled").await?;
    window.type_into_chooser(&desktop, &file.display().to_string())?;
    close_dialog(&window).await?;
    let contents = fs::read(&file)?;
    ensure!(!contents.is_empty() && !contents.starts_with(CLEAR), "the backup can be read by anyone");

    named(&window, "After").await?;
    window.click("[data-testid=to-restore]").await?;
    window.click("[data-testid=restore-choose]").await?;
    window.type_into_chooser(&desktop, &file.display().to_string())?;
    window.shows("[data-testid=restore] .chosen").await?;
    window.picture("restore-desktop-light", 1280, 800).await?;
    window.fill("[data-testid=passphrase]", PASSPHRASE).await?;
    window.click("[data-testid=restore-yes]:enabled").await?;
    close_dialog(&window).await?;
    let profile = window.invoke("profile", json!({})).await?;
    ensure!(profile["name"] == "Before", "not as it was: {profile}");
    window.close().await
}

#[tokio::test]
#[ignore = "needs the app, a screen and a driver: `cargo xtask e2e`"]
async fn a_passphrase_takes_the_keyrings_place_locks_everything_and_gives_it_back() -> Result<()> {
    let mut desktop = Desktop::start(Keyring::Unlocked)?;
    let data = desktop.home().join("data");
    with_demo(&desktop, &data, 0, "keyring")?;
    let window = Window::open(&desktop, &data).await?;
    window.shows("[data-testid=connection][data-state=connected]").await?;
    settings(&window).await?;
    ensure!(window.invoke("lock", json!({})).await.is_err(), "locked, and nothing could open it");
    window.click("[data-testid=to-protection]").await?;
    twice(&window).await?;
    window.click("[data-testid=protection-yes]:enabled").await?;
    close_dialog(&window).await?;
    no_database_in_the_clear(&data)?;

    // Behind the lock it goes on, and answers nothing.
    window.click("[data-testid=lock]").await?;
    window.says("[data-state=ask_passphrase] h1", "start.ask_title").await?;
    window.picture("locked-phone-light", 390, 844).await?;
    for (private, arguments) in
        [("profile", json!({})), ("alerts", json!({ "before": null })), ("settings", json!({}))]
    {
        ensure!(window.invoke(private, arguments).await.is_err(), "{private} is answered behind the lock");
    }
    window.listen().await?;
    let told = window.script("return window.told.home").await?;
    ensure!(told["heart"]["bpm"].is_null() && told["source"].is_null(), "told behind the lock: {told}");
    window.fill("[data-state=ask_passphrase] input", "correct horse buttery").await?;
    window.click("[data-testid=unlock]:enabled").await?;
    window.says("[data-state=ask_passphrase]", "start.wrong").await?;
    window.fill("[data-state=ask_passphrase] input", PASSPHRASE).await?;
    window.click("[data-testid=unlock]:enabled").await?;
    window.shows("[data-testid=settings]").await?;
    window.click("[data-testid=nav-home]").await?;
    window.shows("[data-testid=connection][data-state=connected]").await?;
    let beats = "return window.told.home.heart.bpm !== null";
    window.until("the heart behind the lock", Duration::from_secs(60), beats).await?;

    window.resize(1280, 800).await?;
    settings(&window).await?;
    window.click("[data-testid=to-protection]").await?;
    window.click("label:has([data-testid=by-keyring])").await?;
    window.fill("[data-testid=passphrase-now]", PASSPHRASE).await?;
    window.click("[data-testid=protection-yes]:enabled").await?;
    close_dialog(&window).await?;
    window.close().await?;

    let window = Window::open(&desktop, &data).await?;
    window.shows("[data-testid=home][data-face=readings]").await?;
    window.close().await?;
    desktop.set_keyring(Keyring::Missing)?;
    let window = Window::open(&desktop, &data).await?;
    window.says("[data-state=key_unavailable] h1", "start.keyring_missing_title").await?;
    window.close().await
}

/// Puts a program of that name into a folder, which writes what it is given to a file beside it.
fn program(folder: &Path, name: &str) -> Result<()> {
    fs::create_dir_all(folder)?;
    let file = folder.join(name);
    fs::write(
        &file,
        format!("#!/bin/sh\nprintf '%s' \"$*\" > '{}.new'\nmv '{0}.new' '{0}.told'\n", file.display()),
    )?;
    Ok(fs::set_permissions(&file, fs::Permissions::from_mode(0o755))?)
}

fn told(folder: &Path, name: &str) -> Result<String> {
    let file = folder.join(format!("{name}.told"));
    wait_until(&format!("{name} to be called"), PATIENCE, || file.exists())?;
    Ok(fs::read_to_string(file)?)
}

#[tokio::test]
#[ignore = "needs the app, a screen and a driver: `cargo xtask e2e`"]
async fn a_call_a_setting_and_the_licences_are_handed_to_what_opens_them() -> Result<()> {
    let desktop = Desktop::start(Keyring::Unlocked)?;
    let data = desktop.home().join("data");
    with_demo(&desktop, &data, 0, "keyring")?;
    let programs = desktop.home().join("programs");
    for name in ["xdg-open", "gnome-control-center"] {
        program(&programs, name)?;
    }
    let path = format!("PATH={}:{}", programs.display(), std::env::var("PATH")?);
    let window = Window::open_with(&desktop, &data, &[path]).await?;
    window.shows("[data-testid=connection][data-state=connected]").await?;

    let mut profile = window.invoke("profile", json!({})).await?;
    profile["contacts"] =
        json!([{ "name": "Camille", "phone": "+33 6 12 34 56 78", "relation": "", "email": "" }]);
    window.invoke("set_profile", json!({ "profile": profile })).await?;
    // Held for two seconds, wherever one is; a short press only tells how.
    window.click("[data-testid=sos-rail]").await?;
    window.says("[data-testid=toast]", "emergency.hold").await?;
    ensure!(
        window.script("return document.querySelector('[data-testid=emergency]') === null").await?
            == Value::Bool(true)
    );
    window.hold("[data-testid=sos-rail]", Duration::from_secs(3)).await?;
    window.click("[data-testid=emergency-help]").await?;
    window.click("[data-testid=call][href='tel:+33612345678']").await?;
    ensure!(told(&programs, "xdg-open")? == "tel:+33612345678", "another number");
    window.click("[data-testid=emergency-fine]").await?;

    window.invoke("open_setting", json!({ "setting": "bluetooth" })).await?;
    ensure!(told(&programs, "gnome-control-center")? == "bluetooth", "another setting");

    settings(&window).await?;
    window.click("[data-testid=licences]").await?;
    let listed =
        "return document.querySelector('[data-testid=licences-text]')?.textContent.includes('leptos')";
    window.until("the list of licences", PATIENCE, listed).await?;
    window.picture("licences-desktop-light", 1280, 800).await?;
    ensure!(!english("settings.licences")?.is_empty());
    window.close().await
}
