//! The server's program as a process of its own.

use std::{
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::common::{Heard, Who, ask_at, sign_in_at};

/// The program.
pub const CLOUD: &str = env!("CARGO_BIN_EXE_cloud");

/// An address where nobody listens.
pub fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// The command with the settings that a test needs.
pub fn with_settings(mut command: Command, database: &str, address: SocketAddr) -> Command {
    command
        .env("SECRET_KEY", "0123456789abcdef0123456789abcdef")
        .env("DATABASE_URL", database)
        .env("BIND", address.to_string())
        .env("BCRYPT_ROUNDS", "4")
        .env("ADMIN_EMAIL", "admin@example.com")
        .env("ADMIN_PASSWORD", "admin-password-1")
        .env("RATE_LIMIT", "off")
        .env("RUST_LOG", "warn")
        .stderr(Stdio::null());
    command
}

/// The running program; killed when the test lets go of it.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
}

impl Process {
    pub async fn start(database: &str) -> Self {
        Self::start_by(Command::new(CLOUD), database).await
    }

    /// Started by a command that becomes the program.
    pub async fn start_by(command: Command, database: &str) -> Self {
        let address = free();
        let child = with_settings(command, database, address).spawn().unwrap();
        for _ in 0..200 {
            if TcpStream::connect(address).await.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Self { child, address }
    }

    pub fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap().success());
    }

    /// Waits for its end, and says whether that was a good one.
    pub fn ended_well(mut self) -> bool {
        self.child.wait().unwrap().success()
    }

    pub async fn admin(&self) -> Who {
        let told = sign_in_at(self.address, "admin@example.com", "admin-password-1").await.json();
        Who::Person(told["access_token"].as_str().unwrap().to_owned())
    }

    /// A new bracelet: its id and its key.
    pub async fn bracelet(&self, of: &Who, serial: &str) -> (String, Who) {
        let new = json!({"serial_number": serial});
        let told = self.ask(of, "POST", "/devices/register", Some(&new)).await.json();
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        (text(&told["device"]["id"]), Who::Bracelet(text(&told["api_key"])))
    }

    pub async fn ask(&self, who: &Who, method: &str, path: &str, body: Option<&Value>) -> Heard {
        ask_at(self.address, who, method, path, body).await.unwrap()
    }

    /// How many points of that bracelet there are.
    pub async fn count(&self, who: &Who, device: &str) -> usize {
        let heard = self.ask(who, "GET", &format!("/devices/{device}/metrics?limit=1"), None).await;
        heard.headers["x-total-count"].parse().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // On Unix this is SIGKILL. After its end there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
