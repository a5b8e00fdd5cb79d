//! What goes out: answers and refusals, in the contract's shapes.

use api_client::{Message, refusals::ErrorMessage};
use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Response, StatusCode, header},
};
use serde::Serialize;
use serde_json::json;

use crate::check::Mistakes;

/// Seconds after which a client may come again when the database is away.
const COME_AGAIN: &str = "1";

/// An answer.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// Headers besides the body's own.
    pub headers: Vec<(HeaderName, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// What the body is.
    pub kind: &'static str,
}

impl Reply {
    /// A 200 with JSON.
    pub fn json(value: &impl Serialize) -> Self {
        Self::with(StatusCode::OK, value)
    }

    /// JSON with a status.
    pub fn with(status: StatusCode, value: &impl Serialize) -> Self {
        // Our own answers have text keys and finite numbers, which always have JSON.
        let body = serde_json::to_vec(value).unwrap_or_default();
        Self { status, headers: Vec::new(), body, kind: "application/json" }
    }

    /// An answer in words.
    pub fn message(message: &str) -> Self {
        Self::json(&Message { message })
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// As the server library wants it.
    #[must_use]
    pub fn into_response(self) -> Response<Body> {
        let length = self.body.len();
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if length > 0 {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind));
        }
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        response
    }
}

/// Why a request is refused.
#[derive(Debug)]
pub enum Refusal {
    /// In words.
    Plain(StatusCode, String),
    /// Not signed in: what the client should do is sign in.
    Unauthorized(&'static str),
    /// The request's own mistakes.
    Mistakes(Mistakes),
    /// Too many requests: come again after so many seconds.
    TooMany(u64),
    /// The database failed.
    Database(sqlx::Error),
    /// The points could not be stored; nothing of them is.
    Away,
    /// Anything else of ours.
    Internal(&'static str),
}

/// What a route gives.
pub type Answer = Result<Reply, Refusal>;

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Mistakes> for Refusal {
    fn from(mistakes: Mistakes) -> Self {
        Self::Mistakes(mistakes)
    }
}

impl Refusal {
    /// A 400.
    pub fn bad(detail: impl Into<String>) -> Self {
        Self::Plain(StatusCode::BAD_REQUEST, detail.into())
    }

    /// A 403.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::Plain(StatusCode::FORBIDDEN, detail.into())
    }

    /// A 404.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::Plain(StatusCode::NOT_FOUND, detail.into())
    }

    /// A token that is not, or no longer, good.
    #[must_use]
    pub fn bad_token() -> Self {
        Self::Unauthorized("Could not validate credentials")
    }

    /// As an answer. Nothing of our own insides goes out.
    #[must_use]
    pub fn into_reply(self) -> Reply {
        let plain = |status, detail: &str| Reply::with(status, &ErrorMessage { detail });
        let away = || {
            plain(StatusCode::SERVICE_UNAVAILABLE, "Database unavailable")
                .header(header::RETRY_AFTER, COME_AGAIN)
        };
        match self {
            Self::Plain(status, detail) => plain(status, &detail),
            Self::Unauthorized(detail) => {
                plain(StatusCode::UNAUTHORIZED, detail).header(header::WWW_AUTHENTICATE, "Bearer")
            }
            Self::Mistakes(mistakes) => {
                Reply::with(StatusCode::UNPROCESSABLE_ENTITY, &json!({"detail": mistakes.detail()}))
            }
            Self::TooMany(seconds) => plain(StatusCode::TOO_MANY_REQUESTS, "Too many requests")
                .header(header::RETRY_AFTER, seconds.to_string()),
            Self::Away => away(),
            Self::Database(error) if is_ours(&error) => {
                tracing::error!(%error, "a statement failed");
                plain(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
            }
            Self::Database(error) => {
                tracing::warn!(%error, "the database is away");
                away()
            }
            Self::Internal(what) => {
                tracing::error!(what, "a request could not be answered");
                plain(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
            }
        }
    }
}

/// Whether a failure is a fault of the program, which no waiting cures.
fn is_ours(error: &sqlx::Error) -> bool {
    use sqlx::Error as E;
    match error {
        E::ColumnDecode { .. } | E::Decode(_) | E::Encode(_) | E::ColumnNotFound(_) | E::RowNotFound => true,
        E::Database(e) => {
            // PostgreSQL: a statement's own mistakes; SQLite: SQL error, constraint, misuse.
            let code = e.code().unwrap_or_default();
            ["22", "23", "42"].iter().any(|class| code.len() == 5 && code.starts_with(class))
                || matches!(code.as_ref(), "1" | "19" | "21" | "787" | "1299" | "1555" | "2067" | "275")
        }
        _ => false,
    }
}
