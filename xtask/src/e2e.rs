//! `cargo xtask e2e`: the real app window on a private desktop, clicked and looked at.

use std::env;

use anyhow::Result;

use crate::{place, setup, step, ui};

/// All that decides what the window does.
const INPUTS: &[&str] = &[
    "src-tauri",
    "tauri.conf.json",
    "tauri.linux.conf.json",
    "ui",
    "crates",
    "firmware",
    "e2e/Cargo.toml",
    "e2e/src",
    "e2e/tests/window",
    "xtask/bundle",
    "xtask/src/e2e.rs",
    "xtask/src/ui.rs",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
];

/// Everything at once, so that what two packages share is compiled once.
pub const EVERYTHING: &str = "--locked --workspace --features bracelet-connecte/custom-protocol";

/// Builds the window and runs its tests, unless nothing has changed since they passed.
pub fn run(all: bool) -> Result<()> {
    setup::run(setup::For::Everything)?;
    ui::build(ui::Build::Release, all)?;
    tests(all)
}

/// The window's tests alone.
pub fn tests(all: bool) -> Result<()> {
    step::say("The real window on a private screen (about 5 min)");
    if env::consts::OS != "linux" {
        println!("   needs Xvfb and WebKitWebDriver: on Linux only");
        return Ok(());
    }
    step::unless_unchanged("e2e", INPUTS, all, || {
        let output = place::kept()?.join("e2e");
        step::run(&mut step::cargo(&format!("build {EVERYTHING} --bins"))?)?;
        step::run(
            step::cargo(&format!(
                "test {EVERYTHING} --test window -- --ignored --nocapture --test-threads=2"
            ))?
            .env("E2E_APP", place::program("bracelet-connecte")?)
            .env("E2E_BRACELET", place::program("bracelet")?)
            .env("E2E_OUTPUT", &output),
        )?;
        println!("   pictures: {}", output.display());
        Ok(())
    })
}
