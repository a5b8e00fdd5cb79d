//! A full disk, really full: said at the start and while readings come, and nothing lost once there is room.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use e2e::{Desktop, Keyring, Window};

use crate::data::{checked, with_demo};

/// A disk in memory, given back when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// None where this user may not mount one.
    fn mount(at: PathBuf) -> Result<Option<SmallDisk>> {
        fs::create_dir_all(&at)?;
        let done =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=96m", "tmpfs"]).arg(&at).status()?;
        Ok(done.success().then_some(SmallDisk(at)))
    }

    /// Leaves no free byte.
    fn fill(&self) -> Result<()> {
        let mut file = File::create(self.ballast())?;
        while file.write_all(&[0; 4096]).is_ok() {}
        Ok(())
    }

    fn free(&self) -> Result<()> {
        fs::remove_file(self.ballast()).context("it was not full")
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }

    fn data(&self) -> PathBuf {
        self.0.join("data")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: what still has a file open there does not keep it.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[tokio::test]
#[ignore = "needs the app, a screen and a driver: `cargo xtask e2e`"]
async fn a_full_disk_is_said_and_once_there_is_room_nothing_is_missing() -> Result<()> {
    let desktop = Desktop::start(Keyring::Unlocked)?;
    let Some(disk) = SmallDisk::mount(desktop.home().join("disk"))? else {
        println!("NOT RUN: a full disk in the real window. This user may not mount a small disk; root may.");
        return Ok(());
    };
    let data = disk.data();
    with_demo(&desktop, &data, 0, "keyring")?;

    disk.fill()?;
    let window = Window::open(&desktop, &data).await?;
    window.says("[data-state=blocked] h1", "start.disk_title").await?;
    window.picture("disk-full-at-the-start-desktop-light", 1280, 800).await?;

    disk.free()?;
    window.click("[data-testid=retry]").await?;
    window.shows("[data-testid=connection][data-state=connected]").await?;
    window.shows("main:not(:has([data-testid=not-saving]))").await?;

    disk.fill()?;
    window.says("[data-testid=not-saving]", "disk.title").await?;
    // The live view goes on: it never waits for the disk.
    window.shows("[data-testid=connection][data-state=connected]").await?;
    window.picture("disk-full-desktop-light", 1280, 800).await?;
    disk.free()?;
    window.shows("main:not(:has([data-testid=not-saving]))").await?;
    window.close().await?;
    checked(&desktop, &data)?;
    Ok(())
}
