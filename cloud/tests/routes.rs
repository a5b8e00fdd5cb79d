//! The contract's words, over a real connection.

#![expect(clippy::unwrap_used, reason = "a test that cannot speak to its own server fails")]

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

async fn ask(request: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, cloud::router()).await });
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream
        .write_all(format!("{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    server.abort();
    answer
}

#[tokio::test]
async fn answers_are_the_contracts_to_the_letter() {
    for (request, status, body) in [
        ("GET /", "200 OK", r#"{"message":"Welcome to the IoT Backend API"}"#),
        ("GET /health", "200 OK", r#"{"status":"ok"}"#),
        ("GET /nowhere", "404 Not Found", r#"{"detail":"Not Found"}"#),
        ("DELETE /health", "405 Method Not Allowed", r#"{"detail":"Method Not Allowed"}"#),
    ] {
        let answer = ask(request).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{request}: {answer}");
        assert!(answer.ends_with(body), "{request}: {answer}");
    }
}
