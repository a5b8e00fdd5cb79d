//! A desktop of one's own: an X screen in memory, a session bus nobody else is on, a real keyring daemon, an empty home.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::process::{Process, wait_until};

/// The state of the keyring that the app will find.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Keyring {
    /// Running and unlocked, as after logging in.
    Unlocked,
    /// Running, its password not given.
    Locked,
    /// No such service.
    Missing,
}

/// A desktop that ends when dropped.
pub struct Desktop {
    // Dropped in this order.
    keyring: Option<Process>,
    _bus: Process,
    _screen: Process,
    display: String,
    bus_address: String,
    home: TempDir,
}

/// Nothing is started by being called upon: a keyring that is missing stays missing.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

const PASSWORD: &[u8] = b"the test's own keyring";

impl Desktop {
    /// Starts a screen, a bus and, if wanted, a keyring.
    pub fn start(keyring: Keyring) -> Result<Desktop> {
        let home = tempfile::tempdir()?;
        fs::create_dir(home.path().join("run"))?;

        let screen = ["-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"];
        let (screen, display) = Process::start_and_read_line(Command::new("Xvfb").args(screen))?;

        let config = home.path().join("bus.conf");
        fs::write(&config, BUS)?;
        let (bus, bus_address) = Process::start_and_read_line(
            Command::new("dbus-daemon")
                .arg(format!("--config-file={}", config.display()))
                .args(["--nofork", "--print-address=1"]),
        )?;

        let display = format!(":{display}");
        let mut desktop = Desktop { keyring: None, _bus: bus, _screen: screen, display, bus_address, home };
        desktop.set_keyring(keyring)?;
        Ok(desktop)
    }

    /// Ends the keyring daemon, and starts another if wanted. What it kept is kept.
    pub fn set_keyring(&mut self, keyring: Keyring) -> Result<()> {
        self.keyring = None;
        wait_until("the keyring's end", Duration::from_secs(10), || !self.has_keyring())?;
        if keyring == Keyring::Missing {
            return Ok(());
        }
        let mut command = self.command("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]).stdout(Stdio::null()).stderr(Stdio::null());
        if keyring == Keyring::Unlocked {
            command.arg("--unlock").stdin(Stdio::piped());
        } else {
            command.stdin(Stdio::null());
        }
        let mut daemon = command.spawn().context("could not start gnome-keyring-daemon")?;
        if let Some(mut input) = daemon.stdin.take() {
            input.write_all(PASSWORD)?;
        }
        self.keyring = Some(Process::of(daemon));
        wait_until("the keyring", Duration::from_secs(20), || self.has_keyring())
    }

    /// A command that sees this desktop and no other.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus_address)
            .env("HOME", self.home())
            .env("XDG_RUNTIME_DIR", self.home().join("run"))
            .env("LANG", "C.UTF-8")
            .env("LANGUAGE", "en")
            .env_remove("WAYLAND_DISPLAY");
        for data in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"] {
            command.env_remove(data);
        }
        command
    }

    /// The home folder.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The name of its screen.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// Where its session bus listens.
    pub fn bus_address(&self) -> &str {
        &self.bus_address
    }

    /// Whether somebody on the bus answers for secrets.
    fn has_keyring(&self) -> bool {
        let answer = self
            .command("dbus-send")
            .args(["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"])
            .args(["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"])
            .output();
        answer.is_ok_and(|answer| String::from_utf8_lossy(&answer.stdout).contains("boolean true"))
    }
}
