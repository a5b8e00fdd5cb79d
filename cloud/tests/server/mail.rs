//! Mail, as a mail server gets it.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::common::{Server, Who};

/// A mail server that takes everything and keeps it.
struct Sink {
    url: String,
    got: Arc<Mutex<Vec<String>>>,
}

impl Sink {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let got = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&got);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let kept = Arc::clone(&kept);
                tokio::spawn(async move {
                    let _ = take(stream, &kept).await;
                });
            }
        });
        Self { url, got }
    }

    async fn mails(&self, n: usize) -> Vec<String> {
        for _ in 0..200 {
            if self.got.lock().unwrap().len() >= n {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.got.lock().unwrap().clone()
    }
}

async fn take(stream: TcpStream, kept: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 sink\r\n").await?;
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let said = std::mem::take(&mut line);
        if !said.starts_with("DATA") {
            stream.write_all(b"250 fine\r\n").await?;
            continue;
        }
        stream.write_all(b"354 go on\r\n").await?;
        let mut mail = String::new();
        while stream.read_line(&mut line).await? > 0 && line != ".\r\n" {
            mail.push_str(&std::mem::take(&mut line));
        }
        line.clear();
        kept.lock().unwrap().push(mail);
        stream.write_all(b"250 taken\r\n").await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_gets_the_code_in_the_persons_language() {
    let sink = Sink::start().await;
    let s = Server::start(None, &[("SMTP_URL", &sink.url), ("MAIL_FROM", "bracelet@example.org")]).await;
    let register = async |email: &str, language: &str| {
        let new = json!({"email": email, "name": "Zoé", "password": "secret-1234"}).to_string();
        let headers = [("Content-Type", "application/json"), ("Accept-Language", language)];
        assert_eq!(s.raw("POST", "/api/v1/users/", &headers, new.as_bytes()).await.status, 200);
    };
    register("a@example.com", "de, fr-CH;q=0.8, en;q=0.5").await;
    register("b@example.com", "en").await;
    let mut mails = sink.mails(2).await;
    mails.sort_by_key(|mail| mail.contains("To: b@example.com"));
    assert_eq!(mails.len(), 2, "{mails:?}");
    assert!(mails[0].contains("Subject: Confirmez votre adresse"), "{}", mails[0]);
    assert!(mails[0].contains("From: bracelet@example.org"), "{}", mails[0]);
    assert!(mails[1].contains("Subject: Verify your email address"), "{}", mails[1]);
    assert!(mails[1].contains(&format!("code is: {}", s.code("b@example.com"))), "{}", mails[1]);
    s.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_mail_server_fails_no_registration() {
    let s = Server::start(None, &[("SMTP_URL", "smtp://127.0.0.1:9")]).await;
    let new = json!({"email": "a@example.com", "name": "T", "password": "secret-1234"});
    assert_eq!(s.ask(&Who::Nobody, "POST", "/users/", Some(&new)).await.status, 200);
    s.end().await;
}
