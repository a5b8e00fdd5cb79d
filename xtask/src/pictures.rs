//! `cargo xtask pictures`: every state of the gallery in real browsers: accessible, fitting, without complaint, and as it
//! was when its picture was accepted.

use std::env;

use anyhow::Result;

use crate::e2e::EVERYTHING;
use crate::{place, setup, step, ui};

/// All that decides what the gallery shows, and what is said of it.
const INPUTS: &[&str] = &[
    "ui",
    "crates/bridge",
    "crates/charts",
    "crates/lcd",
    "crates/vitals",
    "e2e/Cargo.toml",
    "e2e/src",
    "e2e/tests/gallery.rs",
    "e2e/pictures",
    "tauri.conf.json",
    "xtask/bundle",
    "xtask/npm",
    "xtask/src/pictures.rs",
    "xtask/src/ui.rs",
    "Cargo.lock",
    "rust-toolchain.toml",
];

/// Whether what is seen is compared with what was accepted, or accepted itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Compared.
    Compare,
    /// Accepted: the pictures in `e2e/pictures` are made anew.
    Accept,
}

/// Installs what it takes, and looks: at all states, or at those whose names begin so.
pub fn run(look: Look, only: Option<&str>, all: bool) -> Result<()> {
    setup::run(setup::For::Everything)?;
    match only {
        Some(beginning) => walk(look, Some(beginning)),
        None => check(look, all || look == Look::Accept),
    }
}

/// Looks at all states, unless nothing has changed since all was well.
pub fn check(look: Look, all: bool) -> Result<()> {
    step::say("Every state of every screen in real browsers (about 5 min)");
    if env::consts::OS != "linux" {
        println!("   needs Chromium's and WebKit's drivers: on Linux only");
        return Ok(());
    }
    step::unless_unchanged("pictures", INPUTS, all, || walk(look, None))
}

fn walk(look: Look, only: Option<&str>) -> Result<()> {
    let gallery = ui::bundle(ui::Build::Gallery, false)?;
    let output = place::kept()?.join("pictures");
    let mut tests =
        step::cargo(&format!("test {EVERYTHING} --test gallery -- --ignored --nocapture --test-threads=1"))?;
    tests.env("E2E_GALLERY", gallery).env("E2E_AXE", setup::axe()?).env("E2E_OUTPUT", &output);
    if look == Look::Accept {
        tests.env("E2E_ACCEPT", "1");
    }
    if let Some(beginning) = only {
        tests.env("E2E_ONLY", beginning);
    }
    step::run(&mut tests)?;
    println!("   pictures: {}", output.display());
    Ok(())
}
