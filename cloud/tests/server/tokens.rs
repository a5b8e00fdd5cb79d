//! Who may ask: every route with every kind of token that must not do.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::common::{PASSWORD, Server, Who, points};

const KEY: &str = "0123456789abcdef0123456789abcdef";
const OLD: &str = "fedcba9876543210fedcba9876543210";

fn signed(header: &Value, claims: &Value, key: &str) -> String {
    let part = |v: &Value| URL_SAFE_NO_PAD.encode(v.to_string());
    let text = format!("{}.{}", part(header), part(claims));
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap().chain_update(&text).finalize();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac.into_bytes()))
}

fn claims(sub: &str) -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    json!({"sub": sub, "exp": now + 600, "iat": now, "jti": "x", "type": "access", "ver": 0})
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

#[tokio::test(flavor = "multi_thread")]
async fn no_route_takes_a_token_that_is_not_good() {
    let s = Server::start(None, &[]).await;
    let ann = s.person("ann@example.com").await;
    let id = s.ask(&ann, "GET", "/users/me", None).await.json()["id"].as_str().unwrap().to_owned();
    let (device, Who::Bracelet(key)) = s.bracelet(&ann, "T-1").await else { unreachable!() };
    let gone = s.person("gone@example.com").await;
    let gone_id = s.ask(&gone, "GET", "/users/me", None).await.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(s.ask(&gone, "DELETE", &format!("/users/{gone_id}"), None).await.status, 200);
    let Who::Person(gone) = gone else { unreachable!() };
    let hs256 = json!({"alg": "HS256", "typ": "JWT"});
    let good = signed(&hs256, &claims(&id), KEY);
    let none = signed(&json!({"alg": "none"}), &claims(&id), KEY);
    let bare = format!("{}.", none.rsplit_once('.').unwrap().0);
    let bad = [
        ("expired", signed(&hs256, &with(claims(&id), "exp", json!(1_700_000_000)), KEY)),
        ("another key", signed(&hs256, &claims(&id), OLD)),
        ("alg none, signed", none),
        ("alg none, unsigned", bare),
        ("another algorithm", signed(&json!({"alg": "HS512"}), &claims(&id), KEY)),
        ("a key of the token's own", signed(&json!({"alg": "HS256", "jwk": {"k": "x"}}), &claims(&id), "x")),
        ("not yet", signed(&hs256, &with(claims(&id), "nbf", json!(32_503_680_000_u64)), KEY)),
        ("for something else", signed(&hs256, &with(claims(&id), "type", json!("refresh")), KEY)),
        ("of an older password", signed(&hs256, &with(claims(&id), "ver", json!(-1)), KEY)),
        ("without an end", signed(&hs256, &with(claims(&id), "exp", Value::Null), KEY)),
        ("of nobody", signed(&hs256, &claims("00000000-0000-4000-8000-000000000000"), KEY)),
        ("of a deleted person", gone),
        ("changed", format!("{}x", good)),
        ("a bracelet's key", key),
        ("no token at all", "x".to_owned()),
    ];
    assert_eq!(
        s.ask(&Who::Person(good), "GET", "/users/me", None).await.status,
        200,
        "the test's own tokens"
    );
    let mut asked = 0;
    for (_, method, path) in cloud::operations::OPERATIONS.iter().filter(|(_, _, p)| p.starts_with("/api/v1"))
    {
        let path = path.strip_prefix("/api/v1").unwrap();
        let public = path.starts_with("/token") || path.contains("email") || path.contains("password");
        if public || path.contains("resend") || (path == "/users/" && method == "POST") {
            continue;
        }
        let path = path.replace("{user_id}", &id).replace("{device_id}", &device);
        let path = path.replace("{metric_id}", &id).replace("{issue_id}", &id);
        for (kind, token) in &bad {
            let heard = s.ask(&Who::Person(token.clone()), method.as_str(), &path, Some(&json!({}))).await;
            assert_eq!(heard.status, 401, "{method} {path} with a token: {kind}");
            assert_eq!(heard.headers["www-authenticate"], "Bearer", "{method} {path}");
            asked += 1;
        }
    }
    assert!(asked > 300, "{asked}");
    s.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_another_persons_stays_so() {
    let s = Server::start(None, &[]).await;
    let (ann, eve) = (s.person("ann@example.com").await, s.person("eve@example.com").await);
    let id = s.ask(&ann, "GET", "/users/me", None).await.json()["id"].as_str().unwrap().to_owned();
    let (device, key) = s.bracelet(&ann, "A-1").await;
    let (other, other_key) = s.bracelet(&eve, "E-1").await;
    assert_eq!(s.ask(&key, "POST", "/metrics/batch/", Some(&points(0, 3))).await.status, 201);
    let point = s.ask(&ann, "GET", &format!("/devices/{device}/metrics"), None).await.json()[0]["id"].clone();
    let fall = json!({"issue_type": "fall", "description": "", "severity": "low", "detected_at": "2025-11-01T00:00:00Z"});
    let issue = s.ask(&ann, "POST", "/issues/", Some(&fall)).await.json()["id"].clone();
    let (point, issue) = (point.as_str().unwrap(), issue.as_str().unwrap());
    let mut for_ann = points(9, 1);
    for_ann["device_id"] = json!(device);
    let mut with_ann = fall.clone();
    with_ann["device_id"] = json!(device);
    for (method, path, body) in [
        ("GET", format!("/users/{id}"), None),
        ("PUT", format!("/users/{id}"), Some(json!({"name": "E"}))),
        ("DELETE", format!("/users/{id}"), None),
        ("DELETE", format!("/users/{id}?erase=true"), None),
        ("GET", format!("/users/{id}/metrics/data"), None),
        ("GET", format!("/users/{id}/metrics/data?cursor="), None),
        ("GET", format!("/users/{id}/metrics/summary?period=day"), None),
        ("GET", format!("/devices/{device}"), None),
        ("PUT", format!("/devices/{device}"), Some(json!({"name": "E"}))),
        ("DELETE", format!("/devices/{device}"), None),
        ("POST", format!("/devices/{device}/rotate-key"), None),
        ("GET", format!("/devices/{device}/metrics"), None),
        ("GET", format!("/metrics/{point}"), None),
        ("DELETE", format!("/metrics/{point}"), None),
        ("GET", "/metrics/".to_owned(), None),
        ("GET", "/users/".to_owned(), None),
        ("POST", "/metrics/batch/".to_owned(), Some(for_ann.clone())),
        ("POST", "/issues/".to_owned(), Some(with_ann)),
        ("GET", format!("/issues/{issue}"), None),
        ("PUT", format!("/issues/{issue}"), Some(json!({"resolved": true}))),
        ("DELETE", format!("/issues/{issue}"), None),
    ] {
        assert_eq!(s.ask(&eve, method, &path, body.as_ref()).await.status, 403, "{method} {path}");
    }
    assert_eq!(
        s.ask(&other_key, "POST", "/metrics/batch/", Some(&for_ann)).await.status,
        403,
        "another's key"
    );
    // Even an administrator writes no points for others.
    let admin = s.login("admin@example.com", "admin-password-1").await;
    assert_eq!(s.ask(&admin, "POST", "/metrics/batch/", Some(&for_ann)).await.status, 403);
    // A bracelet that is switched off, and one whose owner is gone.
    let off = json!({"is_active": false});
    assert_eq!(s.ask(&eve, "PUT", &format!("/devices/{other}"), Some(&off)).await.status, 200);
    assert_eq!(s.ask(&other_key, "POST", "/metrics/batch/", Some(&points(0, 1))).await.status, 403);
    assert_eq!(s.ask(&ann, "DELETE", &format!("/users/{id}"), None).await.status, 200);
    assert_eq!(s.ask(&key, "POST", "/metrics/batch/", Some(&points(20, 1))).await.status, 403);
    s.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_changed_without_signing_anybody_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:///{}", folder.path().join("k.db").display());
    let before = Server::start(Some(&file), &[("SECRET_KEY", OLD)]).await;
    let ann = before.person("ann@example.com").await;
    let gone = before.person("gone@example.com").await;
    let id = before.ask(&gone, "GET", "/users/me", None).await.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(before.ask(&gone, "DELETE", &format!("/users/{id}?erase=true"), None).await.status, 200);
    let forgot = json!({"email": "ann@example.com"});
    before.ask(&Who::Nobody, "POST", "/users/forgot-password", Some(&forgot)).await;
    let code = before.code("ann@example.com");
    before.end().await;
    let after = Server::start(Some(&file), &[("SECRET_KEY_PREVIOUS", OLD)]).await;
    assert_eq!(after.ask(&ann, "GET", "/users/me", None).await.status, 200, "a token");
    let again = json!({"email": "gone@example.com", "name": "G", "password": PASSWORD});
    assert_eq!(
        after.ask(&Who::Nobody, "POST", "/users/", Some(&again)).await.status,
        400,
        "an erased address"
    );
    let reset = json!({"email": "ann@example.com", "code": code, "new_password": "another-1234"});
    assert_eq!(
        after.ask(&Who::Nobody, "POST", "/users/reset-password", Some(&reset)).await.status,
        200,
        "a code"
    );
    after.end().await;
    let without = Server::start(Some(&file), &[]).await;
    let later = without.login("ann@example.com", "another-1234").await;
    assert_eq!(without.ask(&later, "GET", "/users/me", None).await.status, 200);
    assert_eq!(without.ask(&ann, "GET", "/users/me", None).await.status, 401);
    without.end().await;
}
