//! What can stand in the way of opening: each in its own words, and nothing lost.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use e2e::{Desktop, Keyring, Process, Window};

use crate::data::{databases, with_demo};

/// Changes a database that anyone can read, as another version of the app would.
const CHANGE: &str = "
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute(sys.argv[2])
database.commit()
database.close()";
const A_STEP_TO_COME: &str =
    "insert into _sqlx_migrations values (9999, 'to come', current_timestamp, true, x'00', 0)";
const WITHOUT_IT: &str = "delete from _sqlx_migrations where version = 9999";

#[tokio::test]
#[ignore = "needs the app, a screen and a driver: `cargo xtask e2e`"]
async fn another_process_and_a_newer_database_are_said_and_left_alone() -> Result<()> {
    let desktop = Desktop::start(Keyring::Missing)?;
    let data = desktop.home().join("data");
    with_demo(&desktop, &data, 0, "none")?;

    let other = holding(&desktop, &data)?;
    let window = Window::open(&desktop, &data).await?;
    window.says("[data-state=blocked] h1", "start.running_title").await?;
    window.picture("already-running-desktop-light", 1280, 800).await?;
    drop(other);

    let person = data.join("person.db");
    change(&person, A_STEP_TO_COME)?;
    let newer = databases(&data)?;
    window.click("[data-testid=retry]").await?;
    window.says("[data-state=blocked] h1", "start.newer_title").await?;
    window.picture("newer-desktop-light", 1280, 800).await?;
    ensure!(databases(&data)? == newer, "a newer version's database was changed");

    change(&person, WITHOUT_IT)?;
    window.click("[data-testid=retry]").await?;
    window.shows("[data-testid=home][data-face=readings]").await?;
    window.close().await
}

#[tokio::test]
#[ignore = "needs the app, a screen and a driver: `cargo xtask e2e`"]
async fn a_damaged_database_is_kept_aside_and_an_empty_one_begun_only_by_a_click() -> Result<()> {
    let damaged = vec![0x5a; 40_960];
    let desktop = Desktop::start(Keyring::Unlocked)?;
    let data = desktop.home().join("data");
    with_demo(&desktop, &data, 0, "keyring")?;
    let person = data.join("person.db");
    fs::write(&person, &damaged)?;

    let window = Window::open(&desktop, &data).await?;
    window.says("[data-state=blocked] h1", "start.damaged_title").await?;
    window.picture("damaged-desktop-light", 1280, 800).await?;
    ensure!(!person.exists(), "an empty database was begun unasked");
    ensure!(kept_aside(&data)? == [damaged.as_slice()], "the damaged database was not kept");

    window.click("[data-testid=retry]").await?;
    // The demo's readings are another database's, and are there as before.
    window.shows("[data-testid=home][data-face=readings]").await?;
    window.close().await?;
    ensure!(person.exists(), "no new database was begun");
    ensure!(kept_aside(&data)? == [damaged.as_slice()], "the damaged database was not kept");
    Ok(())
}

/// Another process that has this data folder open.
fn holding(desktop: &Desktop, data: &Path) -> Result<Process> {
    let mut command = desktop.command(e2e::bracelet()?);
    let (process, _) = Process::start_and_read_line(command.args(["watch", "--json", "--data"]).arg(data))?;
    Ok(process)
}

fn change(database: &Path, how: &str) -> Result<()> {
    let done = Command::new("python3").args(["-c", CHANGE]).arg(database).arg(how).status()?;
    ensure!(done.success(), "the database could not be changed");
    Ok(())
}

/// The contents of what stands in the data folder under a name that tells of damage.
fn kept_aside(data: &Path) -> Result<Vec<Vec<u8>>> {
    let mut found = Vec::new();
    for file in fs::read_dir(data)? {
        let path = file?.path();
        let is_database =
            |name: &str| name.contains("damaged") && path.extension().is_some_and(|end| end == "db");
        if path.file_name().and_then(|name| name.to_str()).is_some_and(is_database) {
            found.push(fs::read(path)?);
        }
    }
    Ok(found)
}
