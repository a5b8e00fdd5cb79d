//! What comes in: one request, its body read, its address taken apart.

use std::net::IpAddr;

use axum::http::{HeaderMap, Method, StatusCode, header};
use serde_json::json;
use uuid::Uuid;

use crate::{
    check::{Mistakes, Step, Wrong, missing, number, text, time},
    json::{self, Json, Malformed},
    reply::Refusal,
};

/// A list's greatest `skip`.
const MOST_SKIPPED: i64 = 2_147_483_647;

/// One request.
#[derive(Debug)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// The path's named part, percent-decoded.
    pub named: String,
    /// The query's pairs, decoded.
    pub query: Vec<(String, String)>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, unpacked.
    pub body: Vec<u8>,
    /// Who asks, as far as the network tells.
    pub from: IpAddr,
}

/// A body as the original framework sees it.
#[derive(Debug)]
pub enum Said<'a> {
    /// Nothing.
    Nothing,
    /// JSON.
    Value(Json<'a>),
    /// Bytes that do not say that they are JSON.
    Bytes,
}

impl Said<'_> {
    /// The body's value, or the mistake that there is none.
    pub fn look<'s, T>(
        &'s self,
        mistakes: &mut Mistakes,
        look: impl FnOnce(&'s Json<'s>, Vec<Step>, &mut Mistakes) -> Option<T>,
    ) -> Option<T> {
        let at = vec![Step::Name("body")];
        match self {
            Self::Value(value) => look(value, at, mistakes),
            Self::Nothing => {
                mistakes.add(&at, missing());
                None
            }
            Self::Bytes => look(&Json::Null, at, mistakes),
        }
    }
}

/// `a=b&c=d` as a browser writes it.
#[must_use]
pub fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (percent_decoded(name, true), percent_decoded(value, true))
        })
        .collect()
}

/// `%41` is `A`; in a form `+` is a space. What is no escape stays.
#[must_use]
pub fn percent_decoded(text: &str, form: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&b) = bytes.get(at) {
        let escaped = (b == b'%').then(|| bytes.get(at + 1..at + 3)).flatten().and_then(|digits| {
            let digit = |d: u8| char::from(d).to_digit(16);
            u8::try_from(digit(digits[0])? * 16 + digit(digits[1])?).ok()
        });
        match escaped {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(if form && b == b'+' { b' ' } else { b });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

impl Call {
    /// A header's text.
    #[must_use]
    pub fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The token of `Authorization: Bearer …`. One that is no text is a token all the same, and a wrong one.
    #[must_use]
    pub fn bearer(&self) -> Option<&str> {
        let value = self.headers.get(header::AUTHORIZATION)?.as_bytes();
        let (scheme, token) = value.split_at_checked("Bearer ".len())?;
        let token = std::str::from_utf8(token.trim_ascii()).unwrap_or("?");
        (scheme.eq_ignore_ascii_case(b"bearer ") && !token.is_empty()).then_some(token)
    }

    /// Whether the body says that it is JSON.
    #[must_use]
    pub fn is_json(&self) -> bool {
        let kind = self.header(header::CONTENT_TYPE).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        kind.strip_prefix("application/").is_some_and(|kind| kind == "json" || kind.ends_with("+json"))
    }

    /// The body, before anybody asks who sent it.
    pub fn said(&self) -> Result<Said<'_>, Refusal> {
        if self.body.is_empty() {
            return Ok(Said::Nothing);
        }
        if !self.is_json() {
            return Ok(Said::Bytes);
        }
        json::read(&self.body).map(Said::Value).map_err(|error| match error {
            Malformed::Unreadable => Refusal::bad("There was an error parsing the body"),
            Malformed::At(place, why) => Mistakes::one(
                &[Step::Name("body"), Step::Index(place)],
                Wrong::with("json_invalid", "JSON decode error", json!({"error": why})),
            )
            .into(),
        })
    }

    /// The last value of that name in the address.
    #[must_use]
    pub fn asked(&self, name: &str) -> Option<&str> {
        self.query.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// A checked value of the address; `None` when absent or wrong.
    pub fn ask<T>(
        &self,
        name: &'static str,
        mistakes: &mut Mistakes,
        check: impl FnOnce(&str) -> Result<T, Wrong>,
    ) -> Option<T> {
        let value = self.asked(name)?;
        check(value).map_err(|wrong| mistakes.add(&[Step::Name("query"), Step::Name(name)], wrong)).ok()
    }

    /// `skip` and `limit`.
    pub fn page(&self, default: i64, most: i64, mistakes: &mut Mistakes) -> (i64, i64) {
        let skip = self.ask("skip", mistakes, |t| number::int_in_query(t, 0, MOST_SKIPPED));
        let limit = self.ask("limit", mistakes, |t| number::int_in_query(t, 1, most));
        (skip.unwrap_or(0), limit.unwrap_or(default))
    }

    /// `start_date` and `end_date`.
    pub fn window(&self, mistakes: &mut Mistakes) -> (Option<time::Micros>, Option<time::Micros>) {
        (self.ask("start_date", mistakes, time::parse), self.ask("end_date", mistakes, time::parse))
    }

    /// `cursor`: at most 200 characters.
    pub fn cursor(&self, mistakes: &mut Mistakes) -> Option<String> {
        self.ask("cursor", mistakes, |t| text::at_most(t, 200).map(|()| t.to_owned()))
    }

    /// The identifier in the path.
    pub fn id(&self, name: &'static str, mistakes: &mut Mistakes) -> Option<Uuid> {
        let at = [Step::Name("path"), Step::Name(name)];
        text::uuid_of(&self.named).map_err(|wrong| mistakes.add(&at, wrong)).ok()
    }
}

/// What was looked for, if nothing was wrong.
pub fn sound<T>(found: Option<T>, mistakes: Mistakes) -> Result<T, Refusal> {
    match found {
        Some(found) if mistakes.is_empty() => Ok(found),
        _ if mistakes.is_empty() => {
            Err(Refusal::Plain(StatusCode::UNPROCESSABLE_ENTITY, "Unprocessable request".to_owned()))
        }
        _ => Err(mistakes.into()),
    }
}
