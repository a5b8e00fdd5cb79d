//! Requests that must be refused, with the answers that the original framework gave to them (`contract/refusals.json`):
//! status, and every mistake's type, place, words and figures.

use crate::common::{Server, Who};
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_is_the_original_frameworks() {
    let s = Server::start(None, &[]).await;
    let person = s.login("admin@example.com", "admin-password-1").await;
    let (_, bracelet) = s.bracelet(&person, "R-1").await;
    let (Who::Person(token), Who::Bracelet(key)) = (person, bracelet) else { unreachable!() };
    let bearer = format!("Bearer {token}");
    let asked: Vec<Value> = serde_json::from_str(include_str!("../contract/refusals.json")).unwrap();
    let mut wrong = Vec::new();
    for asked in &asked {
        let text = |name: &str| asked[name].as_str();
        let mut headers: Vec<(&str, &str)> =
            text("kind").map(|kind| ("Content-Type", kind)).into_iter().collect();
        match text("who") {
            Some("person") => headers.push(("Authorization", &bearer)),
            Some("bracelet") => headers.push(("X-API-KEY", &key)),
            _ => {}
        }
        let more = asked["headers"].as_object().unwrap();
        headers.extend(more.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())));
        let path = format!("/api/v1{}", text("path").unwrap());
        let body = text("body").unwrap_or_default().as_bytes();
        let heard = s.raw(text("method").unwrap(), &path, &headers, body).await;
        if asked["status"] != heard.status || asked["detail"] != heard.json()["detail"] {
            wrong.push(format!("{asked}\n  {} {}", heard.status, String::from_utf8_lossy(&heard.body)));
        }
    }
    assert!(asked.len() > 150 && wrong.is_empty(), "{}", wrong.join("\n"));
}
