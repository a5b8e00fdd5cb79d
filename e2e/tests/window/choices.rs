//! The person's choices, by click and by key alone: followed at once, and remembered.

use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::{Desktop, Key, Keyring, Window};
use serde_json::json;

use crate::data::with_demo;

/// Longer than the page takes to follow.
const FOLLOWED: Duration = Duration::from_secs(20);

const CHOSEN: &str = "const root = document.documentElement;
    return root.lang === 'fr' && root.dataset.theme === 'dark' && root.style.fontSize === '125%'
        && getComputedStyle(document.body).backgroundColor === 'rgb(15, 20, 27)';";

/// What can be clicked or typed into and is seen, but that the Tab key never led to.
const UNREACHED: &str = "
    const all = Array.from(document.querySelectorAll('a, button, input, select, textarea, summary, [tabindex=\"0\"]'));
    const groups = new Set(window.reached.map(it => it.type === 'radio' ? it.name : it));
    return all.filter(it => it.checkVisibility({ visibilityProperty: true }) && !it.disabled && it.tabIndex >= 0
        && !groups.has(it.type === 'radio' ? it.name : it)).map(it => it.outerHTML.slice(0, 160));";

/// Notes what has the focus, and whether that can be seen; true once it has gone round.
const NOTE: &str = "
    const it = document.activeElement;
    window.reached ??= [];
    // The fields within a time are one to the page.
    if (it === document.body || window.reached.includes(it)) return it !== window.reached.at(-1);
    window.reached.push(it);
    // A switch or a choice shows it on what is drawn in its place.
    const drawn = [it, it.nextElementSibling, it.parentElement, it.querySelector('.shape')].filter(Boolean);
    const styles = drawn.map(it => getComputedStyle(it)).concat(getComputedStyle(it, '::after'));
    const seen = styles.some(it => it.outlineStyle !== 'none' && parseFloat(it.outlineWidth) >= 2);
    if (!seen) (window.unseen ??= []).push(it.outerHTML.slice(0, 160));
    return false;";

#[tokio::test]
#[ignore = "needs the app, a screen and a driver: `cargo xtask e2e`"]
async fn language_and_theme_follow_a_click_are_remembered_and_all_goes_by_keys_alone() -> Result<()> {
    let desktop = Desktop::start(Keyring::Unlocked)?;
    let data = desktop.home().join("data");
    with_demo(&desktop, &data, 0, "keyring")?;
    let window = Window::open(&desktop, &data).await?;
    window.click("[data-testid=nav-settings]").await?;
    window.shows("html[lang=en]").await?;
    for choice in ["language-fr", "theme-dark", "text-125"] {
        window.click(&format!("label:has(> [data-testid={choice}])")).await?;
    }
    window.until("French, dark and large", FOLLOWED, CHOSEN).await?;
    window.picture("settings-desktop-dark-fr", 1280, 800).await?;
    window.close().await?;

    let window = Window::open(&desktop, &data).await?;
    window.shows("[data-testid=home][data-face=readings]").await?;
    window.until("the same as before", FOLLOWED, CHOSEN).await?;
    window.resize(1280, 800).await?;

    by_keys_alone(&window).await?;
    window.close().await
}

async fn by_keys_alone(window: &Window) -> Result<()> {
    for place in ["home", "analytics", "profile", "settings", "alerts", "sessions", "messages"] {
        // A link is followed by Enter, as anywhere.
        window.tab_to(&format!("[data-testid=nav-{place}]")).await?;
        window.press(Key::Enter).await?;
        window.shows(&format!("[data-testid=nav-{place}][aria-current=page]")).await?;
        window.script("window.reached = []; window.unseen = [];").await?;
        for _ in 0..120 {
            window.press(Key::Tab).await?;
            if window.script(NOTE).await? == json!(true) {
                break;
            }
        }
        let unreached = window.script(UNREACHED).await?;
        ensure!(unreached == json!([]), "on {place} no key leads to {unreached}");
        let unseen = window.script("return window.unseen").await?;
        ensure!(unseen == json!([]), "on {place} the focus cannot be seen on {unseen}");
    }

    // A choice by its arrows, a dialog in and out with the focus back where it was, a chart's value.
    window.tab_to("[data-testid=nav-settings]").await?;
    window.press(Key::Enter).await?;
    window.tab_to("[name=theme]:checked").await?;
    window.press(Key::Left).await?;
    window.shows("html[data-theme=light]").await?;
    window.tab_to("[data-testid=nav-profile]").await?;
    window.press(Key::Enter).await?;
    window.tab_to("[data-testid=limits-heart_rate]").await?;
    window.press(Key::Enter).await?;
    window.shows("dialog[open] [data-testid=limits]").await?;
    window.press(Key::Escape).await?;
    window.shows("body:not(:has(dialog[open]))").await?;
    let back = "return document.activeElement?.matches('[data-testid=limits-heart_rate]') === true";
    window.until("the focus where it was", FOLLOWED, back).await?;
    window.tab_to("[data-testid=nav-analytics]").await?;
    window.press(Key::Enter).await?;
    window.tab_to("[data-testid=overlay-heart_rate]").await?;
    window.press(Key::Left).await?;
    window.shows(".cursor-place .cursor").await?;
    window.press(Key::Escape).await?;
    window.shows(".cursor-place:not(:has(.cursor))").await
}
