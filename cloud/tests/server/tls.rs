//! TLS: the server's own, and that of its way to PostgreSQL.

use std::{path::PathBuf, sync::Arc};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::CertificateDer},
};

use crate::common::{Postgres, Server, raw_at};

struct Certificate {
    _folder: TempDir,
    der: CertificateDer<'static>,
    cert: PathBuf,
    key: PathBuf,
}

impl Certificate {
    fn make() -> Self {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (file, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        std::fs::write(&file, cert.pem()).unwrap();
        std::fs::write(&key, signing_key.serialize_pem()).unwrap();
        Self { _folder: folder, der: cert.der().clone(), cert: file, key }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_speaks_tls_itself() {
    let certificate = Certificate::make();
    let (cert, key) = (certificate.cert.to_str().unwrap(), certificate.key.to_str().unwrap());
    let s = Server::start(None, &[("TLS_CERT", cert), ("TLS_KEY", key), ("HEAD_SECONDS", "1")]).await;
    let mut roots = RootCertStore::empty();
    roots.add(certificate.der.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(s.address).await.unwrap();
    let mut stream =
        TlsConnector::from(Arc::new(config)).connect("localhost".try_into().unwrap(), stream).await.unwrap();
    stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    // A server that closes without TLS's own farewell has answered all the same.
    let _ = stream.read_to_string(&mut answer).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(raw_at(s.address, "GET", "/health", &[], b"").await.is_none(), "nothing in the clear");
    // Whoever never begins is let go; the others are answered meanwhile.
    let mut silent = TcpStream::connect(s.address).await.unwrap();
    assert_eq!(silent.read(&mut [0]).await.unwrap_or(0), 0);
    s.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_is_spoken_to_through_tls_as_its_address_says() {
    let certificate = Certificate::make();
    let postgres = Postgres::start_with_tls(&certificate.cert, &certificate.key);
    let url = |more: &str| format!("{}?{more}", postgres.url);
    let verified = url(&format!("sslmode=verify-full&sslrootcert={}", certificate.cert.display()));
    let s = Server::start(Some(&verified), &[]).await;
    s.person("tls@example.com").await;
    s.end().await;
    for refused in [url("sslmode=disable"), url("sslmode=verify-full")] {
        assert!(Server::open(Some(&refused), &[]).await.is_err(), "{refused}");
    }
}
