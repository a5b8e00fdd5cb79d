//! The routes of the cloud's contract.
//!
//! So far the two that need no account: the welcome and the health check, and the contract's answers to what is not there.

#![forbid(unsafe_code)]

use api_client::{ErrorMessage, Health, Message};
use axum::{Json, Router, http::StatusCode, routing::get};

/// All routes.
pub fn router() -> Router {
    Router::new()
        .route("/", get(welcome))
        .route("/health", get(health))
        .method_not_allowed_fallback(async || error(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"))
        .fallback(async || error(StatusCode::NOT_FOUND, "Not Found"))
}

async fn welcome() -> Json<Message> {
    Json(Message { message: "Welcome to the IoT Backend API".to_owned() })
}

async fn health() -> Json<Health> {
    Json(Health { status: "ok".to_owned() })
}

/// An error as the contract writes it.
fn error(status: StatusCode, detail: &str) -> (StatusCode, Json<ErrorMessage>) {
    (status, Json(ErrorMessage { detail: detail.to_owned() }))
}
