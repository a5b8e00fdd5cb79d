//! What strangers, slow or broken clients and an absent database must not do.

use std::{io::Write, time::Duration};

use crate::common::{PASSWORD, Postgres, Server, Who, points};
use flate2::{Compression, write::GzEncoder};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn packed_bodies_and_bombs() {
    let s = Server::start(None, &[]).await;
    let person = s.person("p@example.com").await;
    let (_, Who::Bracelet(key)) = s.bracelet(&person, "P-1").await else { unreachable!() };
    let send = async |body: &[u8]| {
        let headers =
            [("X-API-KEY", key.as_str()), ("Content-Type", "application/json"), ("Content-Encoding", "gzip")];
        s.raw("POST", "/api/v1/metrics/batch/", &headers, body).await.status
    };
    let whole = packed(points(0, 100).to_string().as_bytes());
    assert_eq!(send(&whole).await, 201);
    let text = points(200, 2).to_string();
    let (a, b) = text.as_bytes().split_at(30);
    assert_eq!(send(&[packed(a), packed(b)].concat()).await, 201, "several members are one body");
    assert_eq!(send(&whole[..whole.len() - 4]).await, 400, "truncated");
    assert_eq!(send(&[whole.clone(), b"rest".to_vec()].concat()).await, 400, "followed by other bytes");
    assert_eq!(send(&packed(&vec![b' '; 50_000_000])).await, 413, "a bomb");
    s.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_the_safe_headers_and_cors_is_closed() {
    let s = Server::start(None, &[("CORS_ORIGINS", "https://app.example.com")]).await;
    for path in ["/", "/nope", "/api/v1/users/me", "/docs", "/openapi.json", "/metrics", "/ready"] {
        let heard = s.raw("GET", path, &[("Origin", "https://evil.example")], b"").await;
        for name in ["content-security-policy", "x-content-type-options", "x-frame-options", "x-request-id"] {
            assert!(heard.headers.contains_key(name), "{path} {name}");
        }
        assert!(!heard.headers.contains_key("access-control-allow-origin"), "{path}");
    }
    let ours = s.raw("GET", "/", &[("Origin", "https://app.example.com")], b"").await;
    assert_eq!(ours.headers["access-control-allow-origin"], "https://app.example.com");
    let page = String::from_utf8(s.raw("GET", "/docs", &[], b"").await.body).unwrap();
    assert!(page.contains("swagger") && !page.contains("https://"), "no other server is asked");
    assert_eq!(s.raw("GET", "/docs/swagger-ui-bundle.js", &[], b"").await.status, 200);
    s.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slow_and_says_when_to_come_again() {
    let s = Server::start(None, &[("RATE_LIMIT", "on")]).await;
    for known in ["admin@example.com", "nobody@example.com"] {
        let mut answers = Vec::new();
        for _ in 0..11 {
            answers.push(s.sign_in(known, "wrong-password").await);
        }
        assert!(answers[..10].iter().all(|a| a.status == 401), "{known}");
        assert_eq!(answers[10].status, 429, "{known}");
        assert!(answers[10].headers["retry-after"].parse::<u64>().unwrap() >= 1);
    }
    s.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_request_does_not_hold_the_server() {
    let s = Server::start(None, &[("REQUEST_SECONDS", "1")]).await;
    let mut slow = TcpStream::connect(s.address).await.unwrap();
    slow.write_all(b"POST /api/v1/token HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nuser")
        .await
        .unwrap();
    let idle: Vec<TcpStream> = {
        let mut all = Vec::new();
        for _ in 0..200 {
            all.push(TcpStream::connect(s.address).await.unwrap());
        }
        all
    };
    assert_eq!(s.raw("GET", "/health", &[], b"").await.status, 200);
    let mut answer = Vec::new();
    let read = slow.read_to_end(&mut answer);
    tokio::time::timeout(Duration::from_secs(5), read).await.unwrap().unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 503"), "{}", String::from_utf8_lossy(&answer));
    drop(idle);
    s.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absent_database_is_a_503_and_nothing_is_lost() {
    let postgres = Postgres::start();
    let s = Server::start(Some(&postgres.url), &[]).await;
    let person = s.person("d@example.com").await;
    let (id, key) = s.bracelet(&person, "D-1").await;
    assert_eq!(s.ask(&key, "POST", "/metrics/batch/", Some(&points(0, 100))).await.status, 201);
    postgres.stop();
    let batch = s.ask(&key, "POST", "/metrics/batch/", Some(&points(100, 100))).await;
    assert_eq!((batch.status, batch.headers["retry-after"].as_str()), (503, "1"));
    assert_eq!(s.ask(&person, "GET", "/users/me", None).await.status, 503);
    assert_eq!(s.raw("GET", "/health", &[], b"").await.status, 503);
    postgres.restart();
    let again = s.ask(&key, "POST", "/metrics/batch/", Some(&points(50, 150))).await;
    assert_eq!(again.json(), json!({"message": "Metrics received", "inserted": 100, "duplicates": 50}));
    let counted = s.ask(&person, "GET", &format!("/devices/{id}/metrics?limit=1"), None).await;
    assert_eq!(counted.headers["x-total-count"], "200");
    s.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_on_one_database_take_the_same_batches() {
    let postgres = Postgres::start();
    let a = Server::start(Some(&postgres.url), &[]).await;
    let person = a.person("two@example.com").await;
    let (id, key) = a.bracelet(&person, "T-1").await;
    let b = Server::start(Some(&postgres.url), &[]).await;
    let mut inserted = 0;
    for round in 0..10 {
        let mut backwards = points(round * 100, 200);
        backwards["metrics"].as_array_mut().unwrap().reverse();
        let forwards = points(round * 100, 200);
        let (one, two) = tokio::join!(
            a.ask(&key, "POST", "/metrics/batch/", Some(&forwards)),
            b.ask(&key, "POST", "/metrics/batch/", Some(&backwards)),
        );
        assert_eq!((one.status, two.status), (201, 201));
        inserted += one.json()["inserted"].as_u64().unwrap() + two.json()["inserted"].as_u64().unwrap();
    }
    assert_eq!(inserted, 1_100);
    // A key that one server changes is refused by the other, which had remembered it.
    a.ask(&person, "POST", &format!("/devices/{id}/rotate-key"), None).await;
    assert_eq!(b.ask(&key, "POST", "/metrics/batch/", Some(&points(0, 1))).await.status, 403);
    assert_eq!(b.sign_in("two@example.com", PASSWORD).await.status, 200);
    a.end().await;
    b.end().await;
}
