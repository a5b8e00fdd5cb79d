//! The program itself: its command line, its end, a full disk, and versions side by side.

use std::{
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::common::{PASSWORD, Server, Who, ask_at, points, raw_at, sign_in_at};

const CLOUD: &str = env!("CARGO_BIN_EXE_cloud");

/// The program's command, on a database in that folder.
fn with_settings(mut command: Command, folder: &TempDir, address: SocketAddr) -> Command {
    command
        .env("SECRET_KEY", "0123456789abcdef0123456789abcdef")
        .env("DATABASE_URL", format!("sqlite:///{}", folder.path().join("p.db").display()))
        .env("BIND", address.to_string())
        .env("BCRYPT_ROUNDS", "4")
        .env("ADMIN_EMAIL", "admin@example.com")
        .env("ADMIN_PASSWORD", "admin-password-1")
        .env("RUST_LOG", "warn")
        .stderr(Stdio::null());
    command
}

fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

async fn listening(child: Child, address: SocketAddr) -> Child {
    for _ in 0..200 {
        if TcpStream::connect(address).await.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    child
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

async fn admin(address: SocketAddr) -> Who {
    let told = sign_in_at(address, "admin@example.com", "admin-password-1").await.json();
    Who::Person(told["access_token"].as_str().unwrap().to_owned())
}

async fn bracelet(address: SocketAddr, of: &Who) -> (String, Who) {
    let new = json!({"serial_number": "P-1"});
    let told = ask_at(address, of, "POST", "/devices/register", Some(&new)).await.unwrap().json();
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    (text(&told["device"]["id"]), Who::Bracelet(text(&told["api_key"])))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_a_503_and_what_was_acknowledged_stays() {
    let folder = tempfile::tempdir().unwrap();
    let address = free();
    // No file may grow beyond 1500 KiB, and the signal that says so is not heard: writing fails, as on a full disk.
    let mut small = Command::new("bash");
    small.args(["-c", "trap '' XFSZ; ulimit -f 1500; exec \"$0\"", CLOUD]);
    let child = with_settings(small, &folder, address).spawn().unwrap();
    let mut child = listening(child, address).await;
    let person = admin(address).await;
    let (id, key) = bracelet(address, &person).await;
    let mut acknowledged = 0;
    let refused = loop {
        assert!(acknowledged < 200_000, "the disk is never full");
        let heard =
            ask_at(address, &key, "POST", "/metrics/batch/", Some(&points(acknowledged, 500))).await.unwrap();
        if heard.status != 201 {
            break heard;
        }
        acknowledged += 500;
    };
    assert_eq!((refused.status, refused.headers["retry-after"].as_str()), (503, "1"));
    let count = async || {
        let list = format!("/devices/{id}/metrics?limit=1");
        let heard = ask_at(address, &person, "GET", &list, None).await.unwrap();
        heard.headers["x-total-count"].parse::<usize>().unwrap()
    };
    assert_eq!(count().await, acknowledged, "nothing half, nothing lost, and reading goes on");
    signal(&child, "-TERM");
    assert!(child.wait().unwrap().success());
    // Room again: the refused batch is sent again.
    let child = with_settings(Command::new(CLOUD), &folder, address).spawn().unwrap();
    let mut child = listening(child, address).await;
    assert_eq!(count().await, acknowledged);
    let again =
        ask_at(address, &key, "POST", "/metrics/batch/", Some(&points(acknowledged, 500))).await.unwrap();
    assert_eq!(again.json()["inserted"], 500);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_to_end_it_finishes_what_it_began() {
    let folder = tempfile::tempdir().unwrap();
    let address = free();
    let child = with_settings(Command::new(CLOUD), &folder, address).spawn().unwrap();
    let mut child = listening(child, address).await;
    let person = admin(address).await;
    let (_, Who::Bracelet(key)) = bracelet(address, &person).await else { unreachable!() };
    let body = points(0, 100).to_string();
    let mut open = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /api/v1/metrics/batch/ HTTP/1.1\r\nHost: x\r\nX-API-KEY: {key}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    let (now, later) = body.as_bytes().split_at(1_000);
    open.write_all(&[head.as_bytes(), now].concat()).await.unwrap();
    // The request is there before the signal: another one, sent after it, was answered.
    assert_eq!(raw_at(address, "GET", "/ready", &[], b"").await.unwrap().status, 200);
    signal(&child, "-TERM");
    for _ in 0..100 {
        if TcpStream::connect(address).await.is_err() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(TcpStream::connect(address).await.is_err(), "nothing new is taken");
    open.write_all(later).await.unwrap();
    let mut answer = String::new();
    open.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201") && answer.contains("\"inserted\":100"), "{answer}");
    assert!(child.wait().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_does_all_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| -> Output {
        let mut command = with_settings(Command::new(CLOUD), &folder, free());
        command.env_remove("ADMIN_EMAIL").args(arguments).output().unwrap()
    };
    let told = |arguments: &[&str]| {
        let output = run(arguments);
        assert!(output.status.success(), "{arguments:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let file = format!("sqlite:///{}", folder.path().join("p.db").display());
    told(&["create-admin", "Boss@example.com"]);
    let s = Server::start(Some(&file), &[]).await;
    let boss = s.login("boss@example.com", "admin-password-1").await;
    assert_eq!(s.ask(&boss, "GET", "/users/", None).await.status, 200);
    let ann = s.person("ann@example.com").await;
    let (_, key) = s.bracelet(&ann, "CLI-1").await;
    assert_eq!(s.ask(&key, "POST", "/metrics/batch/", Some(&points(0, 7))).await.status, 201);
    let list = told(&["list"]);
    assert!(list.contains("ann@example.com") && list.contains("boss@example.com\tadministrator"), "{list}");
    let export: Value = serde_json::from_str(&told(&["export", "ann@example.com"])).unwrap();
    assert_eq!(export["user"]["email"], "ann@example.com");
    assert_eq!(
        (export["metrics"].as_array().unwrap().len(), export["devices"].as_array().unwrap().len()),
        (7, 1)
    );
    let keys = told(&["rotate-keys", "ann@example.com"]);
    let new = keys.trim().strip_prefix("CLI-1\t").unwrap().to_owned();
    assert_eq!(s.ask(&key, "POST", "/metrics/batch/", Some(&points(9, 1))).await.status, 403, "the old key");
    assert_eq!(s.ask(&Who::Bracelet(new), "POST", "/metrics/batch/", Some(&points(9, 1))).await.status, 201);
    let copy = folder.path().join("copy.db");
    told(&["backup", copy.to_str().unwrap()]);
    let old = Server::start(Some(&format!("sqlite:///{}", copy.display())), &[]).await;
    old.login("ann@example.com", PASSWORD).await;
    old.end().await;
    told(&["disable", "ann@example.com"]);
    assert_eq!(s.sign_in("ann@example.com", PASSWORD).await.status, 401);
    told(&["erase", "ann@example.com"]);
    let admin = s.login("admin@example.com", "admin-password-1").await;
    assert_eq!(s.ask(&admin, "GET", "/metrics/", None).await.json(), json!([]));
    for refused in [&["erase", "nobody@example.com"][..], &["backup", copy.to_str().unwrap()], &["nonsense"]]
    {
        assert!(!run(refused).status.success(), "{refused:?}");
    }
    s.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_and_a_newer_server_share_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:///{}", folder.path().join("v.db").display());
    let s = Server::start(Some(&file), &[]).await;
    let ann = s.person("ann@example.com").await;
    let me = s.ask(&ann, "GET", "/users/me", None).await.json()["id"].as_str().unwrap().to_owned();
    let (_, key) = s.bracelet(&ann, "V-1").await;
    let summary = format!("/users/{me}/metrics/summary?period=day");
    let count = async || s.ask(&ann, "GET", &summary, None).await.json()["totals"][0]["count"].clone();
    for batch in 0..6 {
        assert_eq!(
            s.ask(&key, "POST", "/metrics/batch/", Some(&points(batch * 1_000, 1_000))).await.status,
            201
        );
    }
    assert_eq!(count().await, 6_000);
    // The first version knows no quarter-hours: this is what it writes.
    let older = rusqlite::Connection::open(folder.path().join("v.db")).unwrap();
    older.execute("UPDATE users SET points_seq = points_seq + 1 WHERE id = ?1", [&me]).unwrap();
    older
        .execute(
            "INSERT INTO metrics (user_no, seq, device_no, metric_type, ts, value, unit, sensor_model, created_at) \
             SELECT u.no, u.points_seq, d.no, 3, 1, 60, NULL, NULL, 0 FROM users u JOIN devices d ON d.user_no = u.no \
             WHERE u.id = ?1",
            [&me],
        )
        .unwrap();
    assert_eq!(count().await, 6_001);
    // A newer one has made a table of which this one knows nothing.
    older
        .execute_batch(
            "CREATE TABLE later (n INTEGER); INSERT INTO _sqlx_migrations (version, description, installed_on, success, \
             checksum, execution_time) VALUES (9999, 'later', CURRENT_TIMESTAMP, 1, x'00', 0)",
        )
        .unwrap();
    let again = Server::start(Some(&file), &[]).await;
    assert_eq!(again.ask(&ann, "GET", &summary, None).await.json()["totals"][0]["count"], 6_001);
    again.end().await;
    s.end().await;
}
