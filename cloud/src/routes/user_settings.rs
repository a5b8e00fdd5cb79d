//! One versioned document a person: profile, goals, thresholds, preferences.

use api_client::{
    settings::{SettingsConflict, SettingsDocument, tag, version_in},
    time::Time,
};
use axum::http::{StatusCode, header};
use serde_json::{json, value::RawValue};

use crate::{
    Cloud,
    call::{Call, sound},
    check::{
        Fields, Mistakes, Wrong,
        time::{Micros, now},
    },
    json::{self, Json},
    reply::{Answer, Refusal, Reply},
};

const DEEPEST: usize = 32;

/// The document as it was stored, not read again: it comes back to the letter.
type Document = SettingsDocument<Box<RawValue>>;

fn document(row: Option<(i64, String, Micros)>) -> Result<Document, Refusal> {
    let (version, text, at) = row.map_or((0, "{}".to_owned(), None), |(v, text, at)| (v, text, Some(at)));
    let settings =
        RawValue::from_string(text).map_err(|_| Refusal::Internal("stored settings are no JSON"))?;
    Ok(Document { version, settings, updated_at: at.map(Time) })
}

fn tagged(document: &Document) -> Reply {
    Reply::json(document).header(header::ETAG, tag(document.version))
}

/// `GET /users/me/settings`
pub async fn read(cloud: &Cloud, call: &Call) -> Answer {
    let me = cloud.me(call).await?;
    Ok(tagged(&document(cloud.store.settings(me.no).await?)?))
}

/// Refuses what another server, database or language could not keep.
fn portable(value: &Json<'_>, depth: usize) -> Result<(), Wrong> {
    let text = |broken: bool| {
        if broken {
            return Err(Wrong::new("string_unicode", "Every text should be valid Unicode without NUL"));
        }
        Ok(())
    };
    let deep = || {
        let msg = format!("Objects and lists should be nested at most {DEEPEST} deep");
        Wrong::with("too_deep", msg, json!({"n": DEEPEST}))
    };
    match value {
        Json::Float(f) if !f.is_finite() => Err(Wrong::new("finite_number", "Every number should be finite")),
        Json::Str(s) => text(s.contains('\0')),
        Json::BrokenStr => text(true),
        Json::List(_) | Json::Object(_) if depth > DEEPEST => Err(deep()),
        Json::List(items) => items.iter().try_for_each(|item| portable(item, depth + 1)),
        Json::Object(fields) => fields.iter().try_for_each(|(name, value)| {
            portable(name, depth + 1).and_then(|()| portable(value, depth + 1))
        }),
        _ => Ok(()),
    }
}

fn settings(value: &Json<'_>) -> Result<String, Wrong> {
    if !matches!(value, Json::Object(_)) {
        return Err(Wrong::new("dict_type", "Input should be a valid dictionary"));
    }
    portable(value, 1)?;
    let mut out = String::new();
    json::write(value, &mut out);
    Ok(out)
}

/// `PUT /users/me/settings`
pub async fn update(cloud: &Cloud, call: &Call) -> Answer {
    let said = call.said()?;
    let me = cloud.me(call).await?;
    let mut mistakes = Mistakes::default();
    let text = said.look(&mut mistakes, |value, at, mistakes| {
        Fields::of(value, at, mistakes)?.required("settings", settings)
    });
    let text = sound(text, mistakes)?;
    let Some(wanted) = call.headers.get(header::IF_MATCH) else {
        let detail = "If-Match with the version of the settings is required".to_owned();
        return Err(Refusal::Plain(StatusCode::PRECONDITION_REQUIRED, detail));
    };
    let known = wanted.to_str().ok().and_then(version_in);
    let at = now();
    let mut tx = cloud.store.begin().await?;
    tx.hold(me.no).await?.ok_or_else(Refusal::bad_token)?;
    let won = match known {
        Some(known) => tx.save_settings(me.no, known, &text, at).await?,
        None => false,
    };
    if let Some(known) = known.filter(|_| won) {
        tx.commit().await?;
        return Ok(tagged(&document(Some((known + 1, text, at)))?));
    }
    let current = document(tx.settings(me.no).await?)?;
    tx.commit().await?;
    let told = SettingsConflict { detail: "Settings have changed", current };
    Ok(Reply::with(StatusCode::PRECONDITION_FAILED, &told))
}
