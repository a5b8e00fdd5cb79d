//! Many connections, slow ones, large heads, and who is believed about whom.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::common::{Server, Who, points, raw_at};

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_idle_connections_keep_nobody_out() {
    const IDLE: usize = 10_000;
    // Two programs share the connections, because each may have only so many files open; the server inherits this.
    let files = rlimit::increase_nofile_limit(20_000).unwrap();
    assert!(files > IDLE as u64 + 100, "only {files} files may be open");
    let folder = tempfile::tempdir().unwrap();
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut server = Command::new(env!("CARGO_BIN_EXE_cloud"))
        .env("SECRET_KEY", "0123456789abcdef0123456789abcdef")
        .env("DATABASE_URL", format!("sqlite:///{}", folder.path().join("c.db").display()))
        .env("BIND", address.to_string())
        .env("BCRYPT_ROUNDS", "4")
        .env("HEAD_SECONDS", "300")
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut idle = Vec::with_capacity(IDLE);
    while idle.len() < IDLE {
        match TcpStream::connect(address).await {
            Ok(stream) => idle.push(stream),
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
        assert!(server.try_wait().unwrap().is_none(), "the server ended");
    }
    let heard = raw_at(address, "GET", "/health", &[], b"").await.unwrap();
    assert_eq!(heard.status, 200);
    let figures = raw_at(address, "GET", "/metrics", &[], b"").await.unwrap();
    let figures = String::from_utf8(figures.body).unwrap();
    let open = figures.lines().find_map(|l| l.strip_prefix("bracelet_http_connections ")).unwrap();
    assert!(open.parse::<usize>().unwrap() >= IDLE, "{open}");
    // Those that were idle are not forgotten.
    for stream in idle.iter_mut().step_by(2_500) {
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200");
    }
    server.kill().unwrap();
    server.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_begins_too_slowly_or_too_long_is_let_go() {
    let s = Server::start(None, &[("HEAD_SECONDS", "1")]).await;
    let mut slow = TcpStream::connect(s.address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").await.unwrap();
    let mut answer = Vec::new();
    // A head that never ends: nothing, or a refusal, but an end.
    let _ = slow.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP/1.1 200"));
    let long = "x".repeat(60_000);
    let heard = raw_at(s.address, "GET", "/", &[("X-Long", &long)], b"").await;
    assert!(heard.is_none_or(|heard| heard.status == 431), "a head beyond all measure");
    assert_eq!(s.raw("GET", "/", &[], b"").await.status, 200);
    s.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_trusted_proxy_is_believed_about_who_asks() {
    // The bound of a network address is a hundred: the first server believes its neighbour about others, the second not.
    for (trusted, refused) in [("127.0.0.1", false), ("192.0.2.1", true)] {
        let s = Server::start(None, &[("RATE_LIMIT", "on"), ("TRUSTED_PROXIES", trusted)]).await;
        let mut last = 0;
        for i in 0..130 {
            let from = format!("203.0.113.9, 198.51.100.{}", i % 250);
            let body = format!(r#"{{"email":"p{i}@example.com","code":"123456"}}"#);
            let headers = [("X-Forwarded-For", from.as_str()), ("Content-Type", "application/json")];
            last = s.raw("POST", "/api/v1/users/verify-email", &headers, body.as_bytes()).await.status;
        }
        assert_eq!(last == 429, refused, "{trusted}: {last}");
        // What stands further left was written by whoever liked to: one neighbour behind the proxy is one.
        if !refused {
            for i in 0..130 {
                let from = format!("203.0.113.{i}, 198.51.100.255");
                let body = format!(r#"{{"email":"q{i}@example.com","code":"123456"}}"#);
                let headers = [("X-Forwarded-For", from.as_str()), ("Content-Type", "application/json")];
                last = s.raw("POST", "/api/v1/users/verify-email", &headers, body.as_bytes()).await.status;
            }
            assert_eq!(last, 429);
        }
        s.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_servers_figures_tell_nothing_of_anybody() {
    let s = Server::start(None, &[]).await;
    let ann = s.person("ann@example.com").await;
    let (id, key) = s.bracelet(&ann, "SERIAL-1").await;
    assert_eq!(s.ask(&key, "POST", "/metrics/batch/", Some(&points(0, 25))).await.status, 201);
    assert_eq!(s.ask(&key, "POST", "/metrics/batch/", Some(&points(20, 25))).await.status, 201);
    s.sign_in("ann@example.com", "wrong-password").await;
    let heard = s.raw("GET", "/metrics", &[], b"").await;
    assert!(heard.headers["content-type"].starts_with("text/plain"));
    let told = String::from_utf8(heard.body).unwrap();
    for line in [
        "bracelet_points_inserted_total 45",
        "bracelet_points_duplicate_total 5",
        "bracelet_sign_ins_refused_total 1",
    ] {
        assert!(told.lines().any(|l| l == line), "{line}: {told}");
    }
    let me = s.ask(&ann, "GET", "/users/me", None).await.json()["id"].as_str().unwrap().to_owned();
    let Who::Bracelet(key) = key else { unreachable!() };
    for personal in ["ann", "example.com", "SERIAL", "heart", "127.0.0.1", &id, &me, &key] {
        assert!(!told.contains(personal), "{personal}: {told}");
    }
    s.end().await;
}
