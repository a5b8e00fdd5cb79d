//! Signing in, staying signed in, signing out.

use api_client::answers::Token;
use axum::{body::Bytes, http::header};
use http_body_util::{BodyDataStream, Full};
use serde_json::json;
use uuid::Uuid;

use crate::{
    Cloud,
    call::{Call, pairs, sound},
    check::{Fields, Mistakes, Step, Wrong, missing, text, time::now},
    limits::Rule,
    reply::{Answer, Refusal, Reply},
    secrets::{digest, new_secret},
    store::{Tx, people::Person},
};

const WRONG: &str = "Invalid email or password";
/// Microseconds in a day, for lifetimes that may be fractions of one.
const DAY: f64 = 86_400e6;

/// The fields of a form, as a browser or as a library packs them.
async fn form(call: &Call) -> Result<Vec<(String, String)>, Refusal> {
    let kind = call.header(header::CONTENT_TYPE).unwrap_or_default();
    let name = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match name.as_str() {
        "application/x-www-form-urlencoded" => Ok(pairs(&String::from_utf8_lossy(&call.body))),
        "multipart/form-data" => parts(kind, call.body.clone()).await,
        _ => Ok(Vec::new()),
    }
}

async fn parts(kind: &str, body: Vec<u8>) -> Result<Vec<(String, String)>, Refusal> {
    let invalid = |_| Refusal::bad("Invalid multipart data.");
    let boundary =
        multer::parse_boundary(kind).map_err(|_| Refusal::bad("Missing boundary in multipart."))?;
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let mut parts = multer::Multipart::new(BodyDataStream::new(Full::new(Bytes::from(body))), boundary);
    let mut found = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(invalid)? {
        // A file is no password.
        if let Some(name) = part.name().filter(|_| part.file_name().is_none()).map(str::to_owned) {
            found.push((name, part.text().await.map_err(invalid)?));
        }
    }
    Ok(found)
}

/// `POST /token`
pub async fn sign_in(cloud: &Cloud, call: &Call) -> Answer {
    let form = form(call).await?;
    let mut mistakes = Mistakes::default();
    // Of equal names the last counts, and an empty one is none.
    let field = |name: &str| {
        form.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).filter(|v| !v.is_empty())
    };
    if field("grant_type").is_some_and(|grant| grant != "password") {
        let wrong = Wrong::with(
            "string_pattern_mismatch",
            "String should match pattern '^password$'",
            json!({"pattern": "^password$"}),
        );
        mistakes.add(&[Step::Name("body"), Step::Name("grant_type")], wrong);
    }
    for name in ["username", "password"] {
        if field(name).is_none() {
            mistakes.add(&[Step::Name("body"), Step::Name(name)], missing());
        }
    }
    let (username, password) = sound(field("username").zip(field("password")), mistakes)?;
    let email = username.to_lowercase();
    cloud.limits.pass(Rule::SignIn, &email, call.from)?;
    let possible = !email.contains('\0') && email.chars().count() <= 254;
    let person = if possible { cloud.store.person_by_email(&email).await? } else { None };
    let hashed = person.as_ref().map(|p| p.hashed_password.as_str());
    let right = cloud.secrets.check(password.to_owned(), hashed).await;
    let Some(person) = person.filter(|p| right && p.deleted_at.is_none()) else {
        cloud.figures.sign_in_refused();
        return Err(Refusal::Unauthorized(WRONG));
    };
    if person.email_verified_at.is_none() {
        return Err(Refusal::Unauthorized("Email not verified"));
    }
    cloud.limits.forgive(Rule::SignIn, &email);
    let mut tx = cloud.store.begin().await?;
    let live = tx.hold(person.no).await?.filter(|p| p.token_version == person.token_version);
    let person = live.ok_or_else(Refusal::bad_token)?;
    let reply = new_pair(cloud, &mut tx, &person, &Uuid::new_v4().to_string()).await?;
    tx.commit().await?;
    Ok(reply)
}

async fn new_pair(cloud: &Cloud, tx: &mut Tx, person: &Person, family: &str) -> Answer {
    let refresh = new_secret();
    #[expect(clippy::cast_possible_truncation, reason = "microseconds are fine enough")]
    let lifetime = (cloud.settings.refresh_days * DAY) as i64;
    tx.add_session(person.no, family, &digest(&refresh), now().saturating_add(lifetime)).await?;
    #[expect(clippy::cast_possible_truncation, reason = "whole seconds are meant")]
    let expires_in = cloud.secrets.access_seconds() as i64;
    let access =
        cloud.secrets.access_token(person).ok_or(Refusal::Internal("a token could not be signed"))?;
    Ok(Reply::json(&Token {
        access_token: access.as_str(),
        token_type: "bearer",
        refresh_token: Some(&refresh),
        expires_in: Some(expires_in),
    }))
}

fn refresh_token(call: &Call) -> Result<String, Refusal> {
    let said = call.said()?;
    let mut mistakes = Mistakes::default();
    let token = said.look(&mut mistakes, |value, at, mistakes| {
        Fields::of(value, at, mistakes)?.required("refresh_token", text::token).map(str::to_owned)
    });
    sound(token, mistakes)
}

/// `POST /token/refresh`: a new pair; each token works once, and a second use ends the whole session.
pub async fn refresh(cloud: &Cloud, call: &Call) -> Answer {
    let hash = digest(&refresh_token(call)?);
    let mut tx = cloud.store.begin().await?;
    let session = tx.session(&hash).await?.filter(|s| s.ended_at.is_none() && s.expires_at > now());
    let session = session.ok_or_else(Refusal::bad_token)?;
    let person = tx.hold(session.user_no).await?.ok_or_else(Refusal::bad_token)?;
    if !tx.spend_session(&hash).await? {
        tx.end_family(&session.family).await?;
        tx.commit().await?;
        return Err(Refusal::bad_token());
    }
    let reply = new_pair(cloud, &mut tx, &person, &session.family).await?;
    tx.commit().await?;
    Ok(reply)
}

/// `POST /token/revoke`: the same answer for a token that nobody has.
pub async fn revoke(cloud: &Cloud, call: &Call) -> Answer {
    let hash = digest(&refresh_token(call)?);
    let mut tx = cloud.store.begin().await?;
    if let Some(session) = tx.session(&hash).await? {
        tx.end_family(&session.family).await?;
    }
    tx.commit().await?;
    Ok(Reply::message("Logged out"))
}
