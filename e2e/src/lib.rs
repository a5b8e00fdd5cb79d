//! A private desktop (screen, session bus, keyring) and the real app window in it, for the tests in `tests/`.
//!
//! Nothing here touches the desktop of the person who runs the tests: every process is started here, has a home folder of its
//! own, and is ended here.

mod desktop;
mod process;
mod usage;
mod window;

pub use desktop::{Desktop, Keyring};
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
