//! The program itself: its command line, its end, and versions side by side.

use std::{
    process::{Command, Output},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    common::{PASSWORD, Server, Who, points, raw_at},
    process::{CLOUD, Process, free, with_settings},
};

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_is_told_whether_the_server_is_well() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:///{}", folder.path().join("p.db").display());
    let well = |address| {
        let mut command = with_settings(Command::new(CLOUD), &database, address);
        command.arg("healthy").status().unwrap().success()
    };
    assert!(!well(free()), "nobody listens");
    let program = Process::start(&database).await;
    assert!(well(program.address));
    let stranger = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = stranger.local_addr().unwrap();
    let refusing = std::thread::spawn(move || {
        use std::io::{Read as _, Write as _};
        let (mut stream, _) = stranger.accept().unwrap();
        let _ = stream.read(&mut [0; 1_000]).unwrap();
        stream.write_all(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n").unwrap();
    });
    assert!(!well(address), "its database is away");
    refusing.join().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_to_end_it_finishes_what_it_began() {
    let folder = tempfile::tempdir().unwrap();
    let program = Process::start(&format!("sqlite:///{}", folder.path().join("p.db").display())).await;
    let address = program.address;
    let person = program.admin().await;
    let (_, Who::Bracelet(key)) = program.bracelet(&person, "P-1").await else { unreachable!() };
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
    program.signal("-TERM");
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
    assert!(program.ended_well());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_does_all_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:///{}", folder.path().join("p.db").display());
    let run = |arguments: &[&str]| -> Output {
        let mut command = with_settings(Command::new(CLOUD), &file, free());
        command.env_remove("ADMIN_EMAIL").args(arguments).output().unwrap()
    };
    let told = |arguments: &[&str]| {
        let output = run(arguments);
        assert!(output.status.success(), "{arguments:?}");
        String::from_utf8(output.stdout).unwrap()
    };
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
