//! What stands outside the contract's prefix: the welcome, health, the server's own figures, and the documents.

use std::sync::Arc;

use api_client::Health;
use axum::http::StatusCode;

use crate::{
    Cloud,
    call::Call,
    openapi,
    reply::{Answer, Refusal, Reply},
};

/// `GET /`
pub async fn welcome(_: &Cloud, _: &Call) -> Answer {
    Ok(Reply::message("Welcome to the IoT Backend API"))
}

/// `GET /health`: is the database there?
pub async fn health(cloud: &Cloud, _: &Call) -> Answer {
    cloud.store.ping().await?;
    Ok(Reply::json(&Health { status: "ok" }))
}

/// `GET /ready`: should requests be sent here? Not once the server is ending.
pub async fn ready(cloud: &Cloud, call: &Call) -> Answer {
    if cloud.is_ending() {
        return Err(Refusal::Plain(StatusCode::SERVICE_UNAVAILABLE, "The server is ending".to_owned()));
    }
    health(cloud, call).await
}

/// `GET /metrics`
pub async fn figures(cloud: &Cloud, _: &Call) -> Answer {
    let body = cloud.figures.told().into_bytes();
    Ok(Reply { status: StatusCode::OK, headers: Vec::new(), body, kind: "text/plain; version=0.0.4" })
}

/// `GET /openapi.json`
pub async fn document(_: &Cloud, _: &Call) -> Answer {
    Ok(Reply::json(&openapi::document()))
}

const PAGE: &str = r##"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>IoT Backend API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>
"##;
const START: &str = r##"SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui"});
"##;

/// `GET /docs`: Swagger, from the binary itself.
pub async fn docs(_: &Cloud, _: &Call) -> Answer {
    let body = PAGE.as_bytes().to_vec();
    Ok(Reply { status: StatusCode::OK, headers: Vec::new(), body, kind: "text/html; charset=utf-8" })
}

/// `GET /docs/{file}`
pub async fn docs_file(_: &Cloud, call: &Call) -> Answer {
    let ok = |body, kind| Ok(Reply { status: StatusCode::OK, headers: Vec::new(), body, kind });
    match call.named.as_str() {
        "start.js" => ok(START.as_bytes().to_vec(), "text/javascript"),
        name @ ("swagger-ui.css" | "swagger-ui-bundle.js") => {
            let config = Arc::new(utoipa_swagger_ui::Config::from("/openapi.json"));
            match utoipa_swagger_ui::serve(name, config) {
                Ok(Some(file)) if name.ends_with(".css") => ok(file.bytes.into_owned(), "text/css"),
                Ok(Some(file)) => ok(file.bytes.into_owned(), "text/javascript"),
                _ => Err(Refusal::not_found("Not Found")),
            }
        }
        _ => Err(Refusal::not_found("Not Found")),
    }
}
