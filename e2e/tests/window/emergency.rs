//! A test of the alarm goes the way of an SOS: asked, unanswered, whom to call, put aside, answered.

use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::{Desktop, Keyring, Shell, Window};

use crate::data::with_demo;

/// Longer than an SOS can be taken back.
const COUNTDOWN: Duration = Duration::from_secs(30);

#[tokio::test]
#[ignore = "needs the app, a screen and a driver: `cargo xtask e2e`"]
async fn an_alarm_is_a_question_then_shows_whom_to_call_and_ends_by_an_answer() -> Result<()> {
    let desktop = Desktop::start(Keyring::Unlocked)?;
    let shell = Shell::start(&desktop).await?;
    let data = desktop.home().join("data");
    with_demo(&desktop, &data, 0, "keyring")?;
    let window = Window::open(&desktop, &data).await?;

    window.click("[data-testid=nav-alerts]").await?;
    window.click("[data-testid=test-alarm]").await?;
    window.shows("[data-testid=emergency][data-stage=question]").await?;
    window.says("[data-testid=emergency]", "emergency.test").await?;
    let told = shell.notification("TEST: SOS").await?;
    ensure!(told.sound.is_some(), "an alarm is silent: {told:?}");

    let stage = "return document.querySelector('[data-testid=emergency]')?.dataset.stage === 'open'";
    window.until("an emergency", COUNTDOWN, stage).await?;
    // Nobody calls the emergency services for a test.
    window.shows("[data-testid=emergency]:not(:has([data-testid=call]))").await?;
    window.says("[data-testid=emergency-truth]", "emergency.nobody_knows").await?;
    window.picture("emergency-desktop-light", 1280, 800).await?;

    // Whom to call can be said now: that answers nothing.
    window.click("[data-testid=add-contact]").await?;
    window.shows("dialog[open] [data-testid=contact-add]").await?;
    window.click("dialog[open] header button").await?;
    window.click("[data-testid=alarm-see]").await?;
    window.click("[data-testid=emergency-aside]").await?;
    window.click("[data-testid=alarm-see]").await?;
    window.click("[data-testid=emergency-fine]").await?;
    window.shows("body:not(:has([data-testid=emergency])):not(:has([data-testid=alarm]))").await?;
    window.says("[data-testid=alerts]", "alerts.history").await?;

    // Answered, its notification goes; and the next alarm rings as the first one did.
    shell.taken_down("TEST: SOS").await?;
    window.click("[data-testid=test-alarm]").await?;
    shell.said("TEST: SOS", 2).await?;
    window.close().await
}
