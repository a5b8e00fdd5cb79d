//! One story on both databases: what a person, a bracelet and an administrator do, and what must not be possible.

use crate::common::{PASSWORD, Postgres, Server, Who, points};
use serde_json::{Value, json};

async fn story(database: Option<&str>) {
    let s = Server::start(database, &[]).await;
    sessions(&s).await;
    batches(&s).await;
    cursors_and_issues(&s).await;
    settings(&s).await;
    routes_without_right(&s).await;
    erasure(&s).await;
    s.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_story_on_sqlite() {
    story(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_story_on_postgresql() {
    let postgres = Postgres::start();
    story(Some(&postgres.url)).await;
}

async fn sessions(s: &Server) {
    let new = json!({"email": "Ann@Example.com", "name": "Ann", "password": PASSWORD});
    let made = s.ask(&Who::Nobody, "POST", "/users/", Some(&new)).await;
    assert_eq!((made.status, made.json()["email"].as_str().unwrap()), (200, "ann@example.com"));
    assert_eq!(s.ask(&Who::Nobody, "POST", "/users/", Some(&new)).await.status, 400);
    assert_eq!(s.sign_in("ann@example.com", PASSWORD).await.json()["detail"], "Email not verified");
    for _ in 0..5 {
        let wrong = json!({"email": "ann@example.com", "code": "000000"});
        assert_eq!(s.ask(&Who::Nobody, "POST", "/users/verify-email", Some(&wrong)).await.status, 400);
    }
    let right = json!({"email": "ann@example.com", "code": s.code("ann@example.com")});
    assert_eq!(
        s.ask(&Who::Nobody, "POST", "/users/verify-email", Some(&right)).await.status,
        400,
        "worn out"
    );
    let again = json!({"email": "ann@example.com"});
    assert_eq!(s.ask(&Who::Nobody, "POST", "/users/resend-verification", Some(&again)).await.status, 200);
    let right = json!({"email": "ann@example.com", "code": s.code("ann@example.com")});
    assert_eq!(s.ask(&Who::Nobody, "POST", "/users/verify-email", Some(&right)).await.status, 200);
    let first = s.sign_in("ann@example.com", PASSWORD).await.json();
    let refresh = |token: &Value| json!({"refresh_token": token});
    let second = s.ask(&Who::Nobody, "POST", "/token/refresh", Some(&refresh(&first["refresh_token"]))).await;
    assert_eq!(second.status, 200);
    let reuse = s.ask(&Who::Nobody, "POST", "/token/refresh", Some(&refresh(&first["refresh_token"]))).await;
    assert_eq!((reuse.status, reuse.headers["www-authenticate"].as_str()), (401, "Bearer"));
    let ended = refresh(&second.json()["refresh_token"]);
    assert_eq!(
        s.ask(&Who::Nobody, "POST", "/token/refresh", Some(&ended)).await.status,
        401,
        "the session ended"
    );
    // A reset ends what was signed in before.
    let before = s.login("ann@example.com", PASSWORD).await;
    s.ask(&Who::Nobody, "POST", "/users/forgot-password", Some(&again)).await;
    let code = s.code("ann@example.com");
    let reset = json!({"email": "ann@example.com", "code": code, "new_password": "another-1234"});
    assert_eq!(s.ask(&Who::Nobody, "POST", "/users/reset-password", Some(&reset)).await.status, 200);
    assert_eq!(s.ask(&before, "GET", "/users/me", None).await.status, 401);
    s.login("ann@example.com", "another-1234").await;
}

async fn batches(s: &Server) {
    let bob = s.person("bob@example.com").await;
    let (id, key) = s.bracelet(&bob, "BOB-1").await;
    let send = async |body: &Value| s.ask(&key, "POST", "/metrics/batch/", Some(body)).await;
    let first = send(&points(0, 1_000)).await;
    assert_eq!(first.status, 201, "{first:?}");
    assert_eq!(first.json(), json!({"message": "Metrics received", "inserted": 1_000, "duplicates": 0}));
    assert_eq!(send(&points(500, 1_000)).await.json()["duplicates"], 500);
    assert_eq!(send(&points(0, 1_001)).await.json()["detail"][0]["type"], "too_long");
    let mut one_wrong = points(5_000, 3);
    one_wrong["metrics"][1]["value"] = json!("70");
    let refused = send(&one_wrong).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.json()["detail"][0]["loc"], json!(["body", "metrics", 1, "value"]));
    let counted = s.ask(&bob, "GET", &format!("/devices/{id}/metrics?limit=1"), None).await;
    assert_eq!(counted.status, 200, "{counted:?} {}", String::from_utf8_lossy(&counted.body));
    assert_eq!(counted.headers["x-total-count"], "1500", "all or nothing");
    // The same points at once, in different orders: one of each is stored.
    let mut backwards = points(2_000, 300);
    backwards["metrics"].as_array_mut().unwrap().reverse();
    let forwards = points(2_000, 300);
    let (a, b) = tokio::join!(send(&forwards), send(&backwards));
    let inserted = a.json()["inserted"].as_u64().unwrap() + b.json()["inserted"].as_u64().unwrap();
    assert_eq!(inserted, 300);
    for value in [5e-324_f64, 99.99999999999999, 0.1 + 0.2] {
        let at = "2024-01-01T00:00:00Z";
        let exact = json!({"metrics": [{"metric_type": "spo2", "value": value, "timestamp": at}]});
        assert_eq!(send(&exact).await.status, 201);
        let list = format!("/devices/{id}/metrics?metric_type=spo2&limit=1");
        let answer = s.ask(&bob, "GET", &list, None).await;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let heard = answer.json();
        // To the letter: a reader of numbers could round them itself.
        assert!(text.contains(&format!("\"value\":{value:?},")), "{text}");
        let name = heard[0]["id"].as_str().unwrap().to_owned();
        let admin = s.login("admin@example.com", "admin-password-1").await;
        assert_eq!(s.ask(&bob, "GET", &format!("/metrics/{name}"), None).await.status, 200);
        assert_eq!(s.ask(&bob, "DELETE", &format!("/metrics/{name}"), None).await.status, 403);
        assert_eq!(s.ask(&admin, "DELETE", &format!("/metrics/{name}"), None).await.status, 200);
    }
    let me = s.ask(&bob, "GET", "/users/me", None).await.json()["id"].as_str().unwrap().to_owned();
    let figures = s.ask(&bob, "GET", &format!("/users/{me}/metrics/summary?period=hour"), None).await.json();
    assert_eq!(
        (&figures["metrics"][0]["count"], &figures["totals"][0]["count"]),
        (&json!(1_800), &json!(1_800))
    );
    // A rotated key is refused at once, though the server had remembered it.
    let rotated = s.ask(&bob, "POST", &format!("/devices/{id}/rotate-key"), None).await;
    assert_eq!(rotated.status, 200);
    assert_eq!(send(&points(9_000, 1)).await.status, 403);
    let new = Who::Bracelet(rotated.json()["api_key"].as_str().unwrap().to_owned());
    let off = json!({"is_active": false});
    assert_eq!(s.ask(&new, "POST", "/metrics/batch", Some(&points(9_000, 1))).await.status, 201);
    assert_eq!(s.ask(&bob, "PUT", &format!("/devices/{id}"), Some(&off)).await.json()["is_active"], false);
    assert_eq!(s.ask(&new, "POST", "/metrics/batch/", Some(&points(9_001, 1))).await.status, 403);
    // The key is off; the person is not.
    let mut own = points(9_001, 1);
    own["device_id"] = json!(id);
    assert_eq!(s.ask(&bob, "POST", "/metrics/batch/", Some(&own)).await.status, 201);
}

async fn cursors_and_issues(s: &Server) {
    let eve = s.person("eve@example.com").await;
    let me = s.ask(&eve, "GET", "/users/me", None).await.json()["id"].as_str().unwrap().to_owned();
    let (id, key) = s.bracelet(&eve, "EVE-1").await;
    s.ask(&key, "POST", "/metrics/batch/", Some(&points(100, 5))).await;
    let list = format!("/users/{me}/metrics/data");
    let page = s.ask(&eve, "GET", &format!("{list}?cursor=&limit=3"), None).await;
    assert_eq!(page.json().as_array().unwrap().len(), 3);
    s.ask(&key, "POST", "/metrics/batch/", Some(&points(0, 2))).await;
    let rest = s.ask(&eve, "GET", &format!("{list}?cursor={}", page.headers["x-next-cursor"]), None).await;
    assert_eq!(rest.json().as_array().unwrap().len(), 4, "late points with old times too");
    let foreign =
        s.ask(&eve, "GET", &format!("/issues/?cursor={}", rest.headers["x-next-cursor"]), None).await;
    assert_eq!(foreign.json()["detail"][0]["type"], "cursor_invalid");
    let name = uuid::Uuid::new_v4().to_string();
    let fall = json!({"id": name, "device_id": id, "issue_type": "fall", "description": "", "severity": "critical",
        "detected_at": "2025-11-12T12:00:00Z"});
    assert_eq!(s.ask(&eve, "POST", "/issues/", Some(&fall)).await.status, 200);
    assert_eq!(s.ask(&eve, "POST", "/issues/", Some(&fall)).await.json()["id"], json!(name));
    let seen = s.ask(&eve, "GET", "/issues/?cursor=", None).await;
    let change = s.ask(&eve, "PUT", &format!("/issues/{name}"), Some(&json!({"resolved": true}))).await;
    assert_eq!(change.json()["resolved"], true);
    assert_eq!(s.ask(&eve, "DELETE", &format!("/issues/{name}"), None).await.status, 200);
    let next = format!("/issues/?cursor={}", seen.headers["x-next-cursor"]);
    let changed = s.ask(&eve, "GET", &next, None).await.json();
    assert_eq!(changed.as_array().unwrap().len(), 1, "{changed}");
    assert!(changed[0]["deleted_at"].is_string(), "a deleted issue comes as a tombstone");
    assert_eq!(s.ask(&eve, "GET", "/issues/", None).await.headers["x-total-count"], "0");
}

async fn settings(s: &Server) {
    let kim = s.person("kim@example.com").await;
    let Who::Person(token) = &kim else { unreachable!() };
    let bearer = format!("Bearer {token}");
    let put = async |version: &str, body: &str| {
        let headers =
            [("Authorization", bearer.as_str()), ("Content-Type", "application/json"), ("If-Match", version)];
        s.raw("PUT", "/api/v1/users/me/settings", &headers, body.as_bytes()).await
    };
    let body = r#"{"settings":{"goal":123456789012345678901234567890,"x":1.0}}"#;
    let first = put("\"0\"", body).await;
    assert_eq!((first.status, first.headers["etag"].as_str()), (200, "\"1\""));
    assert!(String::from_utf8(first.body).unwrap().contains("123456789012345678901234567890"));
    let (a, b) = tokio::join!(put("\"1\"", body), put("\"1\"", body));
    let mut both = [a.status, b.status];
    both.sort_unstable();
    assert_eq!(both, [200, 412], "one of two wins");
    assert_eq!(put("W/\"2\"", body).await.status, 412);
    assert_eq!(s.ask(&kim, "PUT", "/users/me/settings", Some(&json!({"settings": {}}))).await.status, 428);
    assert_eq!(put("\"2\"", &" ".repeat(65_537)).await.status, 413);
}

async fn routes_without_right(s: &Server) {
    let (a, b) = (s.person("a1@example.com").await, s.person("b1@example.com").await);
    let id = s.ask(&a, "GET", "/users/me", None).await.json()["id"].as_str().unwrap().to_owned();
    let (device, _) = s.bracelet(&a, "A1").await;
    // Signed with nothing, and with a key that is not ours.
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiJ4In0.";
    for (_, method, path) in cloud::operations::OPERATIONS.iter().filter(|(_, _, p)| p.starts_with("/api/v1"))
    {
        let public = path.contains("/token")
            || path.contains("email")
            || path.contains("password")
            || path.contains("resend");
        if public || (*path == "/api/v1/users/" && method == "POST") {
            continue;
        }
        let path = path.strip_prefix("/api/v1").unwrap();
        let path = path.replace("{user_id}", &id).replace("{device_id}", &device);
        let path = path.replace("{metric_id}", &id).replace("{issue_id}", &id);
        for who in [Who::Nobody, Who::Person(none.to_owned()), Who::Person("x".to_owned())] {
            let heard = s.ask(&who, method.as_str(), &path, None).await;
            assert_eq!(heard.status, 401, "{method} {path} {who:?} {heard:?}");
        }
    }
    for path in [
        format!("/users/{id}"),
        format!("/devices/{device}"),
        format!("/users/{id}/metrics/data"),
        "/users/".to_owned(),
        "/metrics/".to_owned(),
    ] {
        assert_eq!(s.ask(&b, "GET", &path, None).await.status, 403, "{path}");
    }
    let up = json!({"is_admin": true});
    assert_eq!(s.ask(&a, "PUT", &format!("/users/{id}"), Some(&up)).await.status, 403);
    let unknown = json!({"email": "nobody@example.com"});
    assert_eq!(s.ask(&Who::Nobody, "POST", "/users/forgot-password", Some(&unknown)).await.status, 200);
}

async fn erasure(s: &Server) {
    let zoe = s.person("zoe@example.com").await;
    let id = s.ask(&zoe, "GET", "/users/me", None).await.json()["id"].as_str().unwrap().to_owned();
    let (_, key) = s.bracelet(&zoe, "ZOE-1").await;
    s.ask(&key, "POST", "/metrics/batch/", Some(&points(0, 50))).await;
    let gone = s.ask(&zoe, "DELETE", &format!("/users/{id}?erase=true"), None).await;
    assert_eq!(gone.status, 200);
    assert!(gone.json()["email"].as_str().unwrap().starts_with("erased:"));
    assert_eq!(s.ask(&zoe, "GET", "/users/me", None).await.status, 401);
    assert_eq!(s.ask(&key, "POST", "/metrics/batch/", Some(&points(0, 1))).await.status, 403);
    let again = json!({"email": "zoe@example.com", "name": "Z", "password": PASSWORD});
    assert_eq!(
        s.ask(&Who::Nobody, "POST", "/users/", Some(&again)).await.status,
        400,
        "the address stays taken"
    );
    let other = s.person("yan@example.com").await;
    s.bracelet(&other, "ZOE-1").await;
    let filter = cloud::store::points::Filter::default();
    let all = s.cloud.store.points(&filter, 0, 100_000).await.unwrap();
    assert!(all.iter().all(|p| p.user_id != id));
}
