//! Data folders: made ready before a window opens on them, and looked into after it has closed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use e2e::Desktop;
use serde_json::Value;

/// Makes a data folder whose demo has that many days of past, all fetched, and was connected when it was left.
pub fn with_demo(desktop: &Desktop, data: &Path, days: u32, protection: &str) -> Result<()> {
    let made = desktop
        .command(e2e::bracelet()?)
        .args(["watch", "--demo", "--json", "--seconds", "3", "--protection", protection])
        .args(["--history", &days.to_string(), "--data"])
        .arg(data)
        .output()?;
    ensure!(made.status.success(), "no demo: {}", String::from_utf8_lossy(&made.stderr));
    Ok(())
}

/// What the `bracelet` command counts of the demo's database beside its flash, after it found no difference.
pub fn checked(desktop: &Desktop, data: &Path) -> Result<Value> {
    let check =
        desktop.command(e2e::bracelet()?).args(["check", "--demo", "--json", "--data"]).arg(data).output()?;
    println!("bracelet check: {}", String::from_utf8_lossy(&check.stdout).trim());
    ensure!(
        check.status.success(),
        "the database differs from the flash: {}",
        String::from_utf8_lossy(&check.stderr)
    );
    let check = serde_json::from_slice(&check.stdout)?;
    // Counts, not only the program's verdict: a database of another journal agrees with this flash by having nothing of it.
    for wrong in ["missing", "extra", "twice", "different", "older", "other_journal"] {
        ensure!(count(&check, wrong)? == 0, "{wrong} records: {check}");
    }
    ensure!(count(&check, "same")? == count(&check, "in_store")?, "not all the same: {check}");
    Ok(check)
}

/// One of its counts.
pub fn count(check: &Value, name: &str) -> Result<u64> {
    check[name].as_u64().with_context(|| format!("no {name} in {check}"))
}

/// Every database file with its contents.
pub fn databases(data: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut found = Vec::new();
    for folder in [data.to_path_buf(), data.join("demo")] {
        for file in fs::read_dir(folder).into_iter().flatten().flatten() {
            if file.path().extension().is_some_and(|end| end == "db") {
                found.push((file.path(), fs::read(file.path())?));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Fails if somebody without the key could read a database.
pub fn no_database_in_the_clear(data: &Path) -> Result<()> {
    let files = databases(data)?;
    ensure!(!files.is_empty(), "no database in {}", data.display());
    for (path, contents) in files {
        ensure!(!contents.starts_with(CLEAR), "{} is not encrypted", path.display());
    }
    Ok(())
}

/// How a database begins that anyone can read.
pub const CLEAR: &[u8] = b"SQLite format 3";
