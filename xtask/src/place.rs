//! Where things stand: the checkout, the build folder, and the cache that outlives a checkout.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The top of the checkout.
pub fn root() -> Result<PathBuf> {
    // Asked when running, not when compiling: a shared build folder may hold an xtask compiled from another checkout.
    let xtask = env::var_os("CARGO_MANIFEST_DIR").context("start it as `cargo xtask`")?;
    Ok(Path::new(&xtask).parent().context("xtask/ has no parent folder")?.to_path_buf())
}

/// Cargo's build folder.
pub fn target() -> Result<PathBuf> {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => Ok(root()?.join(folder)),
        None => Ok(root()?.join("target")),
    }
}

/// A program of the project, as it is built for tests and for `cargo xtask run`.
pub fn program(name: &str) -> Result<PathBuf> {
    Ok(target()?.join("debug").join(format!("{name}{}", env::consts::EXE_SUFFIX)))
}

/// What xtask itself keeps beside Cargo's output: stamps and bundles. Goes with `cargo clean`.
pub fn kept() -> Result<PathBuf> {
    Ok(target()?.join("xtask"))
}

/// Tools that the project installs for itself: outside the checkout, so that a fresh clone finds them.
pub fn tools() -> Result<PathBuf> {
    let cache = ["XDG_CACHE_HOME", "LOCALAPPDATA"]
        .into_iter()
        .find_map(env::var_os)
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cache")))
        .context("no home folder to keep tools in: set XDG_CACHE_HOME")?;
    Ok(cache.join("bracelet-connecte").join("tools"))
}
