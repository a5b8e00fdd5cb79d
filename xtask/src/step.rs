//! A step: said before it is taken, its command shown when it fails, skipped when nothing it reads has changed.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::{place, setup};

/// Says what is being done and how long it may take.
pub fn say(what: &str) {
    println!("\n── {what}");
}

/// A `cargo` command at the top of the checkout; its arguments as typed, none of them with a blank.
pub fn cargo(arguments: &str) -> Result<Command> {
    let mut command = Command::new("cargo");
    command.args(arguments.split_whitespace()).current_dir(place::root()?);
    forget_whose(&mut command);
    Ok(command)
}

/// Cargo tells a program that it runs, such as this one, whose it is. Some build scripts (ring's) are run again when that
/// changes, with all that is built on them: what is compiled from here and what is compiled by hand would undo each other.
fn forget_whose(command: &mut Command) {
    let told = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_str().is_some_and(told)) {
        command.env_remove(name);
    }
}

/// The same for a compilation target. Where rustup could not bring its standard library, Debian's toolchain builds it too.
pub fn cargo_for(target: &str, arguments: &str) -> Result<Command> {
    let arguments = format!("{arguments} --target {target}");
    if setup::has_target(target)? {
        return cargo(&arguments);
    }
    let mut command = Command::new("/usr/bin/cargo");
    forget_whose(&mut command);
    let (verb, rest) = arguments.split_once(' ').unwrap_or((&arguments, ""));
    command.arg(verb).arg("-Zbuild-std=std,panic_abort").args(rest.split_whitespace());
    command.env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1").current_dir(place::root()?);
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "/usr/lib/llvm-22/bin/wasm-ld");
    Ok(command)
}

/// The target that this computer compiles for itself.
pub fn host() -> Result<String> {
    let told = Command::new("rustc").arg("-vV").output().context("rustc")?;
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(ToOwned::to_owned).context("rustc names no host")
}

/// Runs a command to its end; an error shows the command line.
pub fn run(command: &mut Command) -> Result<()> {
    let began = Instant::now();
    let status = command.status().with_context(|| format!("could not start {}", line(command)))?;
    if !status.success() {
        bail!("failed ({status}): {}", line(command));
    }
    println!("   done in {} s", began.elapsed().as_secs());
    Ok(())
}

/// Does `work` unless it succeeded before on the same inputs, or if it is wanted `again` all the same. `inputs` are files
/// and folders of the checkout.
pub fn unless_unchanged(
    name: &str,
    inputs: &[&str],
    again: bool,
    work: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let fingerprint = format!("{:016x}", fingerprint(inputs)?);
    let stamp = place::kept()?.join(format!("{name}.stamp"));
    if !again && fs::read_to_string(&stamp).is_ok_and(|old| old == fingerprint) {
        println!("   nothing it reads has changed since it last passed: skipped (`--all` does it again)");
        return Ok(());
    }
    // What fails half-way has not passed.
    if stamp.exists() {
        fs::remove_file(&stamp)?;
    }
    work()?;
    fs::create_dir_all(place::kept()?)?;
    fs::write(&stamp, fingerprint).with_context(|| format!("could not write {}", stamp.display()))
}

/// The files in these files and folders of the checkout, in the order of their paths, without what builds put there.
pub fn files(inputs: &[&str]) -> Result<BTreeSet<PathBuf>> {
    let mut files = BTreeSet::new();
    for input in inputs {
        collect(&place::root()?.join(input), &mut files)?;
    }
    Ok(files)
}

/// A number that changes when any file in `inputs` does.
fn fingerprint(inputs: &[&str]) -> Result<u64> {
    let root = place::root()?;
    let mut hasher = DefaultHasher::new();
    for file in files(inputs)? {
        hasher.write(file.strip_prefix(&root)?.as_os_str().as_encoded_bytes());
        let contents = fs::read(&file).with_context(|| format!("could not read {}", file.display()))?;
        hasher.write_usize(contents.len());
        hasher.write(&contents);
    }
    Ok(hasher.finish())
}

fn collect(path: &Path, files: &mut BTreeSet<PathBuf>) -> Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let made_by_a_build = ["target", "dist", "gen", "node_modules"].map(Into::into);
            if !made_by_a_build.contains(&entry.file_name()) {
                collect(&entry.path(), files)?;
            }
        }
    } else if path.exists() {
        files.insert(path.to_path_buf());
    }
    Ok(())
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
