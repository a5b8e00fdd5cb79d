//! The network's edge: connections, limits of time and size, packed bodies, and the headers that every answer has.

use std::{
    convert::Infallible,
    io::Read,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::{Body, HttpBody},
    http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header, request::Parts},
};
use http_body_util::BodyExt;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use serde_json::json;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    sync::Semaphore,
    time::timeout,
};
use tracing::Instrument as _;
use uuid::Uuid;

use crate::{
    Cloud,
    call::{Call, pairs},
    operations::{Operation, Way, way},
    reply::{Refusal, Reply},
    routes,
};

/// The most that a request's head may be.
const HEAD_BYTES: usize = 32 * 1024;
/// How much of a refused body is read, so that the client gets the answer and not a broken connection.
const DRAINED: usize = 32;
const DRAIN_TIME: Duration = Duration::from_secs(5);

/// Serves until `ended`, then lets open requests finish.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    cloud: Arc<Cloud>,
    listener: TcpListener,
    ended: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(cloud.settings.max_connections));
    tokio::pin!(ended);
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let (stream, peer) = tokio::select! {
            () = &mut ended => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of files, most likely: closing connections will free some.
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        // Small answers must not wait for more; a socket that cannot be told so works all the same.
        let _ = stream.set_nodelay(true);
        let (cloud, watcher) = (Arc::clone(&cloud), graceful.watcher());
        cloud.figures.connections(1);
        tokio::spawn(async move {
            let patience = Duration::from_secs(cloud.settings.head_seconds);
            match cloud.tls.clone() {
                None => converse(&cloud, stream, peer, watcher).await,
                // A handshake that is not one, or takes too long, is no event.
                Some(tls) => {
                    if let Ok(Ok(stream)) = timeout(patience, tls.accept(stream)).await {
                        converse(&cloud, stream, peer, watcher).await;
                    }
                }
            }
            cloud.figures.connections(-1);
            drop(place);
        });
    }
    cloud.end();
    drop(listener);
    let patience = Duration::from_secs(cloud.settings.shutdown_seconds);
    if timeout(patience, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
    cloud.store.close().await;
    Ok(())
}

/// Answers what comes over one connection, until it is closed or the server ends.
async fn converse(
    cloud: &Arc<Cloud>,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    watcher: Watcher,
) {
    let mut http = http1::Builder::new();
    let head = Duration::from_secs(cloud.settings.head_seconds);
    http.timer(TokioTimer::new()).header_read_timeout(head).max_buf_size(HEAD_BYTES).keep_alive(true);
    let service = service_fn(|request| {
        let cloud = Arc::clone(cloud);
        async move { Ok::<_, Infallible>(answer(cloud, request, peer).await) }
    });
    // A client that breaks off is no event.
    let _ = watcher.watch(http.serve_connection(TokioIo::new(stream), service)).await;
}

/// Who asks: the neighbour, or whom a trusted proxy names.
fn client(cloud: &Cloud, headers: &HeaderMap, peer: SocketAddr) -> IpAddr {
    let trusted = |ip: &IpAddr| cloud.settings.trusted_proxies.contains(ip);
    if !trusted(&peer.ip()) {
        return peer.ip();
    }
    let named = headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok());
    let named: Vec<IpAddr> =
        named.flat_map(|v| v.split(',')).filter_map(|ip| ip.trim().parse().ok()).collect();
    // From the right: what stands further left was written by whoever liked to.
    named.into_iter().rev().find(|ip| !trusted(ip)).unwrap_or_else(|| peer.ip())
}

async fn answer(cloud: Arc<Cloud>, request: Request<Incoming>, peer: SocketAddr) -> Response<Body> {
    let begun = Instant::now();
    let id = Uuid::new_v4();
    let (parts, body) = request.into_parts();
    let method = parts.method.clone();
    let path = parts.uri.path().to_owned();
    let origin = parts.headers.get(header::ORIGIN).cloned();
    let preflight =
        method == Method::OPTIONS && parts.headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let allowed = origin.filter(|origin| allows(&cloud, origin));
    let span = tracing::info_span!("request", %id, %method);
    let patience = Duration::from_secs(cloud.settings.request_seconds);
    let reply = if preflight && allowed.is_some() {
        Reply { status: StatusCode::OK, headers: Vec::new(), body: Vec::new(), kind: "text/plain" }
    } else {
        let work = work(&cloud, parts, body, peer).instrument(span.clone());
        timeout(patience, work).await.unwrap_or_else(|_| {
            let late =
                Refusal::Plain(StatusCode::SERVICE_UNAVAILABLE, "The request took too long".to_owned());
            late.into_reply().header(header::RETRY_AFTER, "1").header(header::CONNECTION, "close")
        })
    };
    let mut response = reply.into_response();
    if let Some(origin) = allowed {
        cross_origin(response.headers_mut(), origin, preflight);
    }
    safe_headers(response.headers_mut(), path.starts_with("/docs"));
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert("x-request-id", id);
    }
    let status = response.status().as_u16();
    cloud.figures.answered(status, begun.elapsed());
    // Neither address nor query: they name persons.
    tracing::debug!(parent: &span, status, micros = begun.elapsed().as_micros(), "answered");
    response
}

fn allows(cloud: &Cloud, origin: &HeaderValue) -> bool {
    cloud.settings.cors_origins.iter().any(|o| o == "*" || o.as_bytes() == origin.as_bytes())
}

fn cross_origin(headers: &mut HeaderMap, origin: HeaderValue, preflight: bool) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    let exposed = HeaderValue::from_static("X-Total-Count, X-Next-Cursor, ETag, Retry-After, X-Request-Id");
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    if preflight {
        let methods = HeaderValue::from_static("GET, POST, PUT, DELETE");
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        let asked = "Authorization, Content-Type, Content-Encoding, If-Match, X-API-KEY";
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(asked));
    }
}

fn safe_headers(headers: &mut HeaderMap, page: bool) {
    let policy = if page {
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
    } else {
        "default-src 'none'; frame-ancestors 'none'"
    };
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

async fn work(cloud: &Cloud, parts: Parts, body: Incoming, peer: SocketAddr) -> Reply {
    let raw = parts.uri.path();
    let found = way(&parts.method, raw);
    // With one slash too many it is the same document.
    let settings = parts.method == Method::PUT && raw.trim_end_matches('/') == "/api/v1/users/me/settings";
    let limit = if settings { cloud.settings.max_settings } else { cloud.settings.max_body };
    let batch = matches!(found, Way::To(Operation::SendMetrics | Operation::SendMetricsPlain, _));
    let packed = match encoding(&parts.headers) {
        Ok(packed) => packed && batch,
        Err(()) if batch => {
            drain(body, limit).await;
            let detail = "Content-Encoding should be gzip or identity";
            return Reply::with(StatusCode::UNSUPPORTED_MEDIA_TYPE, &json!({"detail": detail}))
                .header(header::ACCEPT_ENCODING, "gzip")
                .header(header::CONNECTION, "close");
        }
        Err(()) => false,
    };
    let body = match whole(body, limit).await {
        Ok(body) => body,
        Err(reply) => return reply,
    };
    let body = if packed {
        match unpack(body, limit).await {
            Ok(body) => body,
            Err(reply) => return reply,
        }
    } else {
        body
    };
    match found {
        Way::To(operation, named) => {
            let query = pairs(parts.uri.query().unwrap_or_default());
            let from = client(cloud, &parts.headers, peer);
            let call = Call { method: parts.method, named, query, headers: parts.headers, body, from };
            routes::run(operation, cloud, &call).await.unwrap_or_else(Refusal::into_reply)
        }
        Way::Only(methods) => {
            Reply::with(StatusCode::METHOD_NOT_ALLOWED, &json!({"detail": "Method Not Allowed"}))
                .header(header::ALLOW, methods.join(", "))
        }
        Way::Moved(path) => {
            let to = parts.uri.query().map_or(path.clone(), |query| format!("{path}?{query}"));
            let moved = StatusCode::TEMPORARY_REDIRECT;
            Reply { status: moved, headers: Vec::new(), body: Vec::new(), kind: "text/plain" }
                .header(header::LOCATION, to)
        }
        Way::Nowhere => Refusal::not_found("Not Found").into_reply(),
    }
}

/// Whether the body is packed; an error for a way of packing that nobody knows here.
fn encoding(headers: &HeaderMap) -> Result<bool, ()> {
    let said: Vec<&[u8]> =
        headers.get_all(header::CONTENT_ENCODING).iter().map(HeaderValue::as_bytes).collect();
    match said.join(&b","[..]).trim_ascii().to_ascii_lowercase().as_slice() {
        b"" | b"identity" => Ok(false),
        b"gzip" | b"x-gzip" => Ok(true),
        _ => Err(()),
    }
}

fn too_large() -> Reply {
    Reply::with(StatusCode::PAYLOAD_TOO_LARGE, &json!({"detail": "Request body too large"}))
}

async fn drain(mut body: Incoming, limit: usize) {
    let some = async {
        let mut read = 0;
        while let Some(Ok(frame)) = body.frame().await {
            read += frame.data_ref().map_or(0, |data| data.len());
            if read > DRAINED * limit {
                break;
            }
        }
    };
    // Whoever sends more slowly than this gets a broken connection.
    let _ = timeout(DRAIN_TIME, some).await;
}

/// The whole body, if it is not too large, whether or not it announces its length.
async fn whole(mut body: Incoming, limit: usize) -> Result<Vec<u8>, Reply> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit {
        drain(body, limit).await;
        return Err(too_large().header(header::CONNECTION, "close"));
    }
    let mut bytes = Vec::with_capacity(announced);
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            return Err(Refusal::bad("There was an error parsing the body").into_reply());
        };
        if let Some(data) = frame.data_ref() {
            if bytes.len() + data.len() > limit {
                drain(body, limit).await;
                return Err(too_large().header(header::CONNECTION, "close"));
            }
            bytes.extend_from_slice(data);
        }
    }
    Ok(bytes)
}

/// A packed body's contents; unpacking stops at the limit, so a small bomb never becomes big here.
async fn unpack(packed: Vec<u8>, limit: usize) -> Result<Vec<u8>, Reply> {
    let unpacked = tokio::task::spawn_blocking(move || {
        let mut rest = packed.as_slice();
        let mut out = Vec::new();
        loop {
            let mut member = flate2::bufread::GzDecoder::new(rest);
            let room = limit.saturating_sub(out.len()) as u64 + 1;
            let read = member.by_ref().take(room).read_to_end(&mut out);
            if out.len() > limit {
                return Err(too_large());
            }
            if read.is_err() {
                return Err(Refusal::bad("The body is not valid gzip").into_reply());
            }
            rest = member.into_inner();
            if rest.is_empty() {
                return Ok(out);
            }
        }
    });
    unpacked.await.unwrap_or_else(|_| Err(Refusal::Internal("unpacking failed").into_reply()))
}
