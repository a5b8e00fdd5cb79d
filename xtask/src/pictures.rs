//! `cargo xtask pictures`: every state of the gallery in real browsers: accessible, fitting, without complaint, and as it
//! was when its picture was accepted.

use std::env;

use anyhow::Result;

use crate::{place, setup, step, ui};

/// All that decides what the gallery shows, and what is said of it.
const INPUTS: &[&str] = &[
    "ui",
    "crates/bridge",
    "crates/lcd",
    "crates/vitals",
    "e2e",
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

/// Installs what it takes, and looks.
pub fn run(look: Look, all: bool) -> Result<()> {
    setup::run(setup::For::Everything)?;
    check(look, all || look == Look::Accept)
}

/// Looks, unless nothing has changed since all was well.
pub fn check(look: Look, all: bool) -> Result<()> {
    step::say("Every state of every screen in real browsers (about 8 min)");
    if env::consts::OS != "linux" {
        println!("   needs Chromium's and WebKit's drivers: on Linux only");
        return Ok(());
    }
    step::unless_unchanged("pictures", INPUTS, all, || {
        let gallery = ui::bundle(ui::Build::Gallery, all)?;
        let output = place::kept()?.join("pictures");
        let mut tests =
            step::cargo("test --locked -p e2e --test gallery -- --ignored --nocapture --test-threads=1")?;
        tests.env("E2E_GALLERY", gallery).env("E2E_AXE", setup::axe()?).env("E2E_OUTPUT", &output);
        if look == Look::Accept {
            tests.env("E2E_ACCEPT", "1");
        }
        step::run(&mut tests)?;
        println!("   pictures: {}", output.display());
        Ok(())
    })
}
