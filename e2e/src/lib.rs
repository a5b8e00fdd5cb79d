//! A private desktop (screen, session bus, keyring) and the real app window in it, for the tests in `tests/`.
//!
//! Nothing here touches the desktop of the person who runs the tests: every process is started here, has a home folder of its
//! own, and is ended here.

mod browser;
mod desktop;
mod picture;
mod process;
mod screen;
mod shell;
mod site;
mod usage;
mod window;

pub use browser::Browser;
pub use desktop::{Desktop, Keyring};
pub use fantoccini::key::Key;
pub use picture::{Difference, Picture};
pub use process::{Process, wait_until};
pub use shell::{Notification, Shell};
pub use site::Site;
pub use usage::Usage;
pub use window::Window;

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

/// The app that is looked at.
pub fn app() -> Result<PathBuf> {
    from_xtask("E2E_APP")
}

/// The `bracelet` command beside it.
pub fn bracelet() -> Result<PathBuf> {
    from_xtask("E2E_BRACELET")
}

/// Where pictures go.
pub fn output() -> Result<PathBuf> {
    from_xtask("E2E_OUTPUT")
}

fn from_xtask(name: &str) -> Result<PathBuf> {
    env::var_os(name).map(PathBuf::from).context("these tests are started by `cargo xtask e2e`")
}

/// A text of the app in English, by its name in `ui/locales`.
pub fn english(name: &str) -> Result<String> {
    let texts: serde_json::Value = serde_json::from_str(include_str!("../../ui/locales/en.json"))?;
    let found = name.split('.').try_fold(&texts, |texts, part| texts.get(part));
    found
        .and_then(serde_json::Value::as_str)
        .map(str::to_owned)
        .with_context(|| format!("the window has no text {name}"))
}
