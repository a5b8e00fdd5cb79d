//! The cloud beside the app while it is developed: on loopback, with a database and an outbox of its own in the build's folder.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::{place, step};

/// Where the cloud listens when nothing else is said.
const ADDRESS: &str = "127.0.0.1:8000";

/// The running cloud; it ends with this.
pub struct Local(Child);

impl Drop for Local {
    fn drop(&mut self) {
        // Ended already is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts it; `None` when something listens there already, which is then used as it is.
pub fn start() -> Result<Option<Local>> {
    let address: SocketAddr = ADDRESS.parse()?;
    if TcpStream::connect_timeout(&address, Duration::from_millis(500)).is_ok() {
        println!("   something listens on {ADDRESS} already: no cloud of our own");
        return Ok(None);
    }
    step::say("The cloud, on loopback");
    let folder = place::kept()?.join("cloud");
    fs::create_dir_all(&folder)?;
    let program = place::program("cloud")?;
    let child = Command::new(&program)
        .env("BIND", ADDRESS)
        .env("SECRET_KEY", secret(&folder.join("secret"))?)
        .env("DATABASE_URL", format!("sqlite://{}", folder.join("cloud.db").display()))
        .env("OUTBOX_DIR", folder.join("outbox"))
        .env("RUST_LOG", "warn")
        .stdout(Stdio::null())
        .spawn()
        .with_context(|| format!("could not start {}", program.display()))?;
    let mut local = Local(child);
    for _ in 0..100 {
        if let Some(status) = local.0.try_wait()? {
            bail!("the cloud ended: {status}");
        }
        if TcpStream::connect_timeout(&address, Duration::from_millis(500)).is_ok() {
            println!("   http://{ADDRESS}/docs; its mails are in {}", folder.join("outbox").display());
            return Ok(Some(local));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    bail!("the cloud does not answer on {ADDRESS}");
}

/// A random secret, kept so that sign-ins last from one start to the next.
fn secret(file: &std::path::Path) -> Result<String> {
    if let Ok(known) = fs::read_to_string(file) {
        return Ok(known);
    }
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("the system has no randomness: {error}"))?;
    let secret: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    fs::write(file, &secret)?;
    Ok(secret)
}
