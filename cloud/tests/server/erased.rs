//! Erasure leaves nothing: not in the tables, and on SQLite not in a single byte of the files.

use std::path::Path;

use serde_json::json;

use crate::common::{PASSWORD, Postgres, Server, Who, points, raw_at};

/// Enough people for the tables' trees to have been split and joined.
const PEOPLE: usize = 60;

/// A word that stands nowhere but in what belongs to that person.
fn mark(n: usize) -> String {
    format!("zq{:05}qz", n * 7_919 % 99_991)
}

async fn settings(s: &Server, who: &Who, words: &str) {
    let Who::Person(token) = who else { unreachable!() };
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", &*bearer), ("Content-Type", "application/json"), ("If-Match", "\"0\"")];
    let body = json!({"settings": {"profile": words}}).to_string();
    let path = "/api/v1/users/me/settings";
    assert_eq!(raw_at(s.address, "PUT", path, &headers, body.as_bytes()).await.unwrap().status, 200);
}

/// Everybody with address, name, bracelet, points, issue and settings under the person's own word; some of it changed later.
async fn fill(s: &Server) {
    for n in 0..PEOPLE {
        let mark = mark(n);
        let who = s.person(&format!("{mark}.first@example.com")).await;
        let (id, key) = s.bracelet(&who, &format!("{mark}-serial")).await;
        assert_eq!(s.ask(&key, "POST", "/metrics/batch/", Some(&points(0, 40))).await.status, 201);
        let fall = json!({"issue_type": "fall", "description": format!("of {mark}"), "severity": "low",
            "detected_at": "2025-11-12T12:00:00Z", "device_id": id});
        assert_eq!(s.ask(&who, "POST", "/issues/", Some(&fall)).await.status, 200);
        settings(s, &who, &mark.repeat(1 + n % 40)).await;
        let me = s.ask(&who, "GET", "/users/me", None).await.json()["id"].as_str().unwrap().to_owned();
        let renamed = json!({"name": format!("{mark} {}", "name ".repeat(n % 16))});
        assert_eq!(s.ask(&who, "PUT", &format!("/users/{me}"), Some(&renamed)).await.status, 200);
        let named =
            json!({"name": format!("bracelet of {mark}"), "serial_number": format!("{mark}-changed")});
        assert_eq!(s.ask(&who, "PUT", &format!("/devices/{id}"), Some(&named)).await.status, 200);
        if n % 3 == 0 {
            let moved = json!({"email": format!("moved.{mark}@example.com")});
            assert_eq!(s.ask(&who, "PUT", &format!("/users/{me}"), Some(&moved)).await.status, 200);
        }
    }
}

/// Erases everybody but every fourth, as an administrator.
async fn erase(s: &Server) -> Vec<String> {
    let admin = s.login("admin@example.com", "admin-password-1").await;
    let people = s.ask(&admin, "GET", "/users/?limit=1000", None).await.json();
    let mut erased = Vec::new();
    for n in (0..PEOPLE).filter(|n| n % 4 != 0) {
        let mark = mark(n);
        let person = people.as_array().unwrap().iter().find(|p| p["email"].as_str().unwrap().contains(&mark));
        let path = format!("/users/{}?erase=true", person.unwrap()["id"].as_str().unwrap());
        assert_eq!(s.ask(&admin, "DELETE", &path, None).await.status, 200);
        erased.push(mark);
    }
    erased
}

/// Where in the folder's files the words stand.
fn found(folder: &Path, words: &str) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .filter(|file| file.is_file())
        .flat_map(|file| {
            let bytes = std::fs::read(&file).unwrap();
            let places = bytes.windows(words.len()).enumerate().filter(|(_, w)| *w == words.as_bytes());
            places.map(|(at, _)| format!("{} at {at}", file.display())).collect::<Vec<_>>()
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn not_a_byte_of_an_erased_person_stays_in_sqlites_files() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:///{}", folder.path().join("e.db").display());
    let s = Server::start(Some(&file), &[]).await;
    fill(&s).await;
    assert!(!found(folder.path(), &mark(1)).is_empty(), "the words are looked for as they are written");
    let erased = erase(&s).await;
    let left: Vec<_> = erased.iter().flat_map(|mark| found(folder.path(), mark)).collect();
    assert_eq!(left, Vec::<String>::new(), "while the server runs");
    assert!(!found(folder.path(), &mark(0)).is_empty(), "who stays, stays");
    s.login(&format!("{}.first@example.com", mark(4)), PASSWORD).await;
    s.end().await;
    let left: Vec<_> = erased.iter().flat_map(|mark| found(folder.path(), mark)).collect();
    assert_eq!(left, Vec::<String>::new(), "and after its end");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_row_of_postgresql_knows_an_erased_person() {
    let postgres = Postgres::start();
    let s = Server::start(Some(&postgres.url), &[]).await;
    fill(&s).await;
    let erased = erase(&s).await;
    let pool = sqlx::PgPool::connect(&postgres.url).await.unwrap();
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
            .fetch_all(&pool)
            .await
            .unwrap();
    assert!(tables.len() > 8);
    let mut rows = Vec::new();
    for table in tables {
        let all = format!("SELECT t::text FROM \"{table}\" t");
        let told: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(all)).fetch_all(&pool).await.unwrap();
        rows.extend(told);
    }
    assert!(rows.iter().any(|row| row.contains(&mark(0))), "who stays, stays");
    for mark in erased {
        assert_eq!(rows.iter().find(|row| row.contains(&mark)), None);
    }
    pool.close().await;
    s.end().await;
}
