//! TLS by the server itself, for whoever has no proxy in front of it.

use std::{path::Path, sync::Arc};

use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio_rustls::TlsAcceptor;

/// Why TLS cannot be spoken.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file that is not there, or no PEM.
    #[error("TLS_CERT or TLS_KEY cannot be read: {0}")]
    Unreadable(#[from] rustls::pki_types::pem::Error),
    /// A certificate and a key that do not belong together, or none at all.
    #[error("TLS_CERT and TLS_KEY cannot be used: {0}")]
    Unusable(#[from] rustls::Error),
}

/// From the certificate, with those it is signed by, and its key.
///
/// # Errors
/// When a file cannot be read or used.
pub fn acceptor(cert: &Path, key: &Path) -> Result<TlsAcceptor, TlsError> {
    let chain = CertificateDer::pem_file_iter(cert)?.collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_file(key)?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
