//! `cargo xtask ui`: the window's pages as wasm, bundled into `ui/dist`, where Tauri takes them from.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::{licences, place, step};

/// All that decides what the bundle looks like.
const INPUTS: &[&str] = &[
    "ui",
    "crates/bridge",
    "crates/charts",
    "crates/lcd",
    "crates/vitals",
    "xtask/bundle",
    "xtask/src/licences.rs",
    "xtask/src/ui.rs",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
];

/// What the pages' wasm may weigh at most, gzipped, in bytes.
pub const MOST: usize = 350_000;

/// How the wasm is compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// Quick to compile, for working on the pages.
    Quick,
    /// Small, as it ships.
    Release,
    /// Every state from fixtures, for the eye and for tests. Never shipped.
    Gallery,
}

/// Builds the pages into `ui/dist`, or takes them from an earlier build of the same sources.
pub fn build(build: Build, again: bool) -> Result<()> {
    let bundle = bundle(build, again)?;
    let dist = place::root()?.join("ui/dist");
    remove(&dist)?;
    copy(&bundle, &dist)
}

/// What the built pages' wasm weighs, gzipped as well as gzip can, in bytes.
pub fn gzipped() -> Result<usize> {
    let wasm = place::root()?.join("ui/dist/ui_bg.wasm");
    let gzip = Command::new("gzip").args(["-9", "-c"]).arg(wasm).output().context("could not start gzip")?;
    ensure!(gzip.status.success(), "gzip failed: {}", String::from_utf8_lossy(&gzip.stderr));
    Ok(gzip.stdout.len())
}

/// Fails where the built pages' wasm weighs more than was promised.
pub fn weigh() -> Result<()> {
    let weighs = gzipped()?;
    ensure!(weighs <= MOST, "the pages' wasm weighs {weighs} bytes gzipped, and {MOST} were promised");
    Ok(())
}

/// Builds the pages into a folder of their own, or takes them from an earlier build of the same sources.
pub fn bundle(build: Build, again: bool) -> Result<PathBuf> {
    let (options, name, how_long) = match build {
        Build::Quick => ("--profile dev", "ui-quick", "2 min"),
        Build::Release => ("--profile wasm-release", "ui", "3 min"),
        Build::Gallery => ("--profile wasm-release --features gallery", "ui-gallery", "3 min"),
    };
    step::say(&format!("The window's pages (about {how_long} the first time)"));
    let bundle = place::kept()?.join(name);
    step::unless_unchanged(name, INPUTS, again, || {
        let target = "wasm32-unknown-unknown";
        step::run(&mut step::cargo_for(target, &format!("build --locked -p ui {options}"))?)?;
        let folder = if build == Build::Quick { "debug" } else { "wasm-release" };
        let wasm = place::target()?.join(target).join(folder).join("ui.wasm");

        remove(&bundle)?;
        step::run(step::cargo("run --locked -q -p wasm-bundle --")?.arg(wasm).arg(&bundle))?;
        copy(&place::root()?.join("ui/assets"), &bundle.join("assets"))?;
        fs::write(bundle.join("ui.css"), styles()?)?;
        fs::write(bundle.join("assets/licences.txt"), licences::all()?)?;
        fs::copy(place::root()?.join("ui/index.html"), bundle.join("index.html")).context("ui/index.html")?;
        Ok(())
    })?;
    Ok(bundle)
}

/// The page's style and then each component's, in the order of their paths.
fn styles() -> Result<String> {
    let mut all = fs::read_to_string(place::root()?.join("ui/style.css"))?;
    for file in
        step::files(&["ui/src"])?.iter().filter(|file| file.extension().is_some_and(|end| end == "css"))
    {
        all.push_str(&fs::read_to_string(file)?);
    }
    Ok(all)
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("could not empty {}", folder.display()))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("could not read {}", from.display()))? {
        let entry = entry?;
        let there = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &there)?;
        } else {
            fs::copy(entry.path(), &there)?;
        }
    }
    Ok(())
}
