//! Acknowledged means on disk: the program itself, killed in the middle of its work.

use std::{
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::common::{Who, ask_at, points, sign_in_at};

struct Program {
    child: Child,
    address: SocketAddr,
}

impl Program {
    async fn start(folder: &TempDir) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_cloud"))
            .env("SECRET_KEY", "0123456789abcdef0123456789abcdef")
            .env("DATABASE_URL", format!("sqlite:///{}", folder.path().join("k.db").display()))
            .env("BIND", address.to_string())
            .env("BCRYPT_ROUNDS", "4")
            .env("ADMIN_EMAIL", "admin@example.com")
            .env("ADMIN_PASSWORD", "admin-password-1")
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(address).await.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Self { child, address }
    }

    fn kill(mut self) {
        // On Unix this is SIGKILL.
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_before_a_kill_is_there_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = 0_u64;
    let mut next = 0;
    let mut bracelet: Option<(String, Who)> = None;
    for round in 0..4 {
        let program = Program::start(&folder).await;
        let told = sign_in_at(program.address, "admin@example.com", "admin-password-1").await.json();
        let person = Who::Person(told["access_token"].as_str().unwrap().to_owned());
        let (id, key) = match &bracelet {
            Some(known) => known.clone(),
            None => {
                let new = serde_json::json!({"serial_number": "K-1"});
                let told =
                    ask_at(program.address, &person, "POST", "/devices/register", Some(&new)).await.unwrap();
                let text = |v: &Value| v.as_str().unwrap().to_owned();
                (text(&told.json()["device"]["id"]), Who::Bracelet(text(&told.json()["api_key"])))
            }
        };
        bracelet = Some((id.clone(), key.clone()));
        let list = format!("/devices/{id}/metrics?limit=1");
        let counted = ask_at(program.address, &person, "GET", &list, None).await.unwrap();
        let stored: u64 = counted.headers["x-total-count"].parse().unwrap();
        assert!(
            stored >= acknowledged && stored.is_multiple_of(200),
            "{stored} of {acknowledged}: whole batches, none lost"
        );
        acknowledged = stored;
        let address = program.address;
        let sending = tokio::spawn(async move {
            let mut sent = 0_u64;
            loop {
                let batch = points(next, 200);
                match ask_at(address, &key, "POST", "/metrics/batch/", Some(&batch)).await {
                    Some(heard) if heard.status == 201 => sent += heard.json()["inserted"].as_u64().unwrap(),
                    _ => return (sent, next + 200),
                }
                next += 200;
            }
        });
        tokio::time::sleep(Duration::from_millis(150 + 90 * round)).await;
        program.kill();
        let (sent, after) = sending.await.unwrap();
        acknowledged += sent;
        next = after;
    }
    assert!(acknowledged > 0);
}
