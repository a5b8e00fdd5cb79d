//! A database that is slow, full, cut off or crowded: a clear 503, nothing half, nothing lost, and all well afterwards.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::common::{Postgres, Server, Who, points};

/// Between the server and PostgreSQL: passes on so many more pieces and then cuts every connection, or waits before each.
struct Proxy {
    url: String,
    /// Pieces that may still pass; negative: no bound.
    left: Arc<AtomicI64>,
    delay: Arc<AtomicU64>,
}

impl Proxy {
    async fn before(postgres: &Postgres) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let behind: SocketAddr = postgres.url.split(['@', '/']).nth(3).unwrap().parse().unwrap();
        let (left, delay) = (Arc::new(AtomicI64::new(-1)), Arc::new(AtomicU64::new(0)));
        let shared = (Arc::clone(&left), Arc::clone(&delay));
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let (left, delay) = shared.clone();
                tokio::spawn(async move {
                    let Ok(far) = TcpStream::connect(behind).await else { return };
                    let (near, far) = (near.into_split(), far.into_split());
                    let there = pass(near.0, far.1, &left, &delay);
                    let back = pass(far.0, near.1, &left, &delay);
                    tokio::select! {
                        () = there => {}
                        () = back => {}
                    }
                });
            }
        });
        Self { url: format!("postgresql://postgres@{address}/postgres"), left, delay }
    }

    fn cut_after(&self, pieces: i64) {
        self.left.store(pieces, Ordering::SeqCst);
    }

    fn heal(&self) {
        self.cut_after(-1);
        self.delay.store(0, Ordering::SeqCst);
    }
}

async fn pass(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    left: &AtomicI64,
    delay: &AtomicU64,
) {
    let mut piece = vec![0; 65_536];
    while let Ok(n @ 1..) = from.read(&mut piece).await {
        tokio::time::sleep(Duration::from_millis(delay.load(Ordering::SeqCst))).await;
        let passes = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| match left {
            0 => None,
            ..0 => Some(left),
            1.. => Some(left - 1),
        });
        if passes.is_err() || to.write_all(&piece[..n]).await.is_err() {
            return;
        }
    }
}

async fn count(s: &Server, who: &Who, device: &str) -> u64 {
    let heard = s.ask(who, "GET", &format!("/devices/{device}/metrics?limit=1"), None).await;
    heard.headers["x-total-count"].parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_cut_at_any_moment_leaves_nothing_half() {
    let postgres = Postgres::start();
    let proxy = Proxy::before(&postgres).await;
    let s = Server::start(Some(&proxy.url), &[]).await;
    let person = s.person("cut@example.com").await;
    let (device, key) = s.bracelet(&person, "C-1").await;
    let (mut sent, mut refused) = (0, 0);
    for pieces in 0..8 {
        let batch = points(sent, 100);
        proxy.cut_after(pieces);
        let heard = s.ask(&key, "POST", "/metrics/batch/", Some(&batch)).await;
        proxy.heal();
        if heard.status == 503 {
            refused += 1;
            assert_eq!(heard.headers["retry-after"], "1");
        } else {
            assert_eq!(heard.status, 201, "{pieces}");
        }
        let stored = count(&s, &person, &device).await;
        assert!(stored == sent as u64 || stored == sent as u64 + 100, "{pieces}: {stored} of {sent}");
        // The client sends again, and every point is there once.
        assert_eq!(s.ask(&key, "POST", "/metrics/batch/", Some(&batch)).await.status, 201);
        sent += 100;
        assert_eq!(count(&s, &person, &device).await, sent as u64);
    }
    assert!(refused > 0, "the proxy did cut");
    let issue = json!({"id": uuid::Uuid::new_v4(), "issue_type": "fall", "description": "", "severity": "low",
        "detected_at": "2025-11-12T12:00:00Z"});
    for pieces in 0..24 {
        proxy.cut_after(pieces);
        let heard = s.ask(&person, "POST", "/issues/", Some(&issue)).await;
        proxy.heal();
        assert!(matches!(heard.status, 200 | 503), "{pieces}: {heard:?}");
    }
    assert_eq!(s.ask(&person, "POST", "/issues/", Some(&issue)).await.status, 200);
    let issues = s.ask(&person, "GET", "/issues/?cursor=", None).await.json();
    assert_eq!(issues.as_array().unwrap().len(), 1, "{issues}");
    erased_whole(&s, &proxy).await;
    s.end().await;
}

/// An erasure that is cut is one that was not begun, or one that is done.
async fn erased_whole(s: &Server, proxy: &Proxy) {
    let admin = s.login("admin@example.com", "admin-password-1").await;
    for pieces in (0..40).step_by(3) {
        let person = s.person(&format!("e{pieces}@example.com")).await;
        let me = s.ask(&person, "GET", "/users/me", None).await.json()["id"].as_str().unwrap().to_owned();
        let (device, key) = s.bracelet(&person, &format!("E-{pieces}")).await;
        assert_eq!(s.ask(&key, "POST", "/metrics/batch/", Some(&points(0, 10))).await.status, 201);
        proxy.cut_after(pieces);
        let heard = s.ask(&person, "DELETE", &format!("/users/{me}?erase=true"), None).await;
        proxy.heal();
        assert!(matches!(heard.status, 200 | 503), "{heard:?}");
        let there = s.ask(&admin, "GET", &format!("/users/{me}"), None).await.status;
        let bracelet = s.ask(&admin, "GET", &format!("/devices/{device}"), None).await.status;
        assert_eq!(there, bracelet, "{pieces}: the person and the bracelet go together");
        if there == 200 {
            assert_eq!(count(s, &admin, &device).await, 10);
        } else {
            assert_eq!(s.ask(&admin, "GET", "/metrics/?limit=1", None).await.headers["x-total-count"], "800");
        }
        s.ask(&admin, "DELETE", &format!("/users/{me}?erase=true"), None).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_database_is_waited_for_and_then_no_longer() {
    let postgres = Postgres::start();
    let proxy = Proxy::before(&postgres).await;
    let s = Server::start(Some(&proxy.url), &[("REQUEST_SECONDS", "2")]).await;
    let person = s.person("slow@example.com").await;
    let (device, key) = s.bracelet(&person, "S-1").await;
    proxy.delay.store(50, Ordering::SeqCst);
    assert_eq!(s.ask(&key, "POST", "/metrics/batch/", Some(&points(0, 50))).await.status, 201);
    proxy.delay.store(5_000, Ordering::SeqCst);
    let heard = s.ask(&key, "POST", "/metrics/batch/", Some(&points(50, 50))).await;
    assert_eq!(heard.status, 503);
    assert!(heard.headers.contains_key("retry-after"));
    proxy.heal();
    let mut again = s.ask(&key, "POST", "/metrics/batch/", Some(&points(50, 50))).await;
    for _ in 0..10 {
        if again.status != 503 {
            break;
        }
        again = s.ask(&key, "POST", "/metrics/batch/", Some(&points(50, 50))).await;
    }
    assert_eq!(again.status, 201);
    assert_eq!(count(&s, &person, &device).await, 100);
    s.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_without_free_connections_is_a_503_until_it_has_some() {
    let postgres = Postgres::start_with_options("-c max_connections=12 -c superuser_reserved_connections=0");
    let s = Server::start(Some(&postgres.url), &[]).await;
    let person = s.person("many@example.com").await;
    let (device, key) = s.bracelet(&person, "M-1").await;
    let mut crowd = Vec::new();
    while let Ok(Ok(one)) = timeout(Duration::from_secs(30), PgConnection::connect(&postgres.url)).await {
        crowd.push(one);
    }
    // What the server has open is taken from it, so that it must ask for more.
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' \
                  AND pid <> ALL($1)";
    let mut mine = Vec::new();
    for one in &mut crowd {
        mine.push(sqlx::query_scalar::<_, i32>("SELECT pg_backend_pid()").fetch_one(one).await.unwrap());
    }
    sqlx::query(others).bind(&mine).execute(&mut crowd[0]).await.unwrap();
    while let Ok(Ok(one)) = timeout(Duration::from_secs(30), PgConnection::connect(&postgres.url)).await {
        crowd.push(one);
    }
    let heard = s.ask(&key, "POST", "/metrics/batch/", Some(&points(0, 10))).await;
    assert_eq!((heard.status, heard.headers["retry-after"].as_str()), (503, "1"));
    drop(crowd);
    let mut again = s.ask(&key, "POST", "/metrics/batch/", Some(&points(0, 10))).await;
    for _ in 0..20 {
        if again.status == 201 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        again = s.ask(&key, "POST", "/metrics/batch/", Some(&points(0, 10))).await;
    }
    assert_eq!(again.status, 201);
    assert_eq!(count(&s, &person, &device).await, 10);
    s.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_skips_nothing_though_transactions_commit_out_of_order() {
    let postgres = Postgres::start();
    let s = Server::start(Some(&postgres.url), &[]).await;
    let person = s.person("order@example.com").await;
    let me = s.ask(&person, "GET", "/users/me", None).await.json()["id"].as_str().unwrap().to_owned();
    let (_, key) = s.bracelet(&person, "O-1").await;
    let read = async |list: &str, cursor: &str| {
        let heard = s.ask(&person, "GET", &format!("{list}?cursor={cursor}"), None).await;
        (heard.json().as_array().unwrap().clone(), heard.headers["x-next-cursor"].clone())
    };
    let list = format!("/users/{me}/metrics/data");
    // A batch that took its numbers first and has not committed.
    let mut slow = PgConnection::connect(&postgres.url).await.unwrap();
    let mut first = slow.begin().await.unwrap();
    let taken = "UPDATE users SET points_seq = points_seq + 1 WHERE id = $1 RETURNING no, points_seq";
    let (no, seq): (i64, i64) = sqlx::query_as(taken).bind(&me).fetch_one(&mut *first).await.unwrap();
    let insert = "INSERT INTO metrics (user_no, seq, device_no, metric_type, ts, value, created_at) \
                  SELECT $1, $2, no, 6, 1762948800000000, 97, 0 FROM devices WHERE user_no = $1";
    sqlx::query(insert).bind(no).bind(seq).execute(&mut *first).await.unwrap();
    let batch = points(0, 1);
    let mut second = Box::pin(s.ask(&key, "POST", "/metrics/batch/", Some(&batch)));
    assert!(
        timeout(Duration::from_millis(500), &mut second).await.is_err(),
        "the second waits for the first"
    );
    let (seen, cursor) = read(&list, "").await;
    assert_eq!(seen, Vec::<Value>::new());
    first.commit().await.unwrap();
    assert_eq!(second.await.status, 201);
    let (seen, _) = read(&list, &cursor).await;
    let values: Vec<_> = seen.iter().map(|point| point["value"].as_f64().unwrap()).collect();
    assert_eq!(values, [97.0, 60.0], "both, in the order of their commits");
    // Issues: the same with their one counter.
    let mut first = slow.begin().await.unwrap();
    sqlx::query("UPDATE counters SET n = n + 1 WHERE name = 'issues'").execute(&mut *first).await.unwrap();
    let fall = json!({"issue_type": "fall", "description": "", "severity": "low", "detected_at": "2025-11-12T12:00:00Z"});
    let mut second = Box::pin(s.ask(&person, "POST", "/issues/", Some(&fall)));
    assert!(
        timeout(Duration::from_millis(500), &mut second).await.is_err(),
        "the second waits for the first"
    );
    let (seen, cursor) = read("/issues/", "").await;
    assert_eq!(seen, Vec::<Value>::new());
    first.rollback().await.unwrap();
    assert_eq!(second.await.status, 200);
    assert_eq!(read("/issues/", &cursor).await.0.len(), 1);
    s.end().await;
}
