//! The server that fulfils the cloud's contract.
//!
//! A request comes in at [`serve`], is limited and unpacked, finds its [`operations::Operation`], is judged by [`check`], and
//! meets the database in [`store`].

#![forbid(unsafe_code)]

pub mod admin;
pub mod answers;
pub mod call;
pub mod check;
pub mod figures;
pub mod json;
pub mod keys;
pub mod limits;
pub mod mail;
pub mod openapi;
pub mod operations;
pub mod reply;
pub mod routes;
pub mod secrets;
pub mod serve;
pub mod settings;
pub mod store;
pub mod tls;

use std::sync::atomic::{AtomicBool, Ordering};

/// Everything that a request may need.
pub struct Cloud {
    /// The settings.
    pub settings: settings::Settings,
    /// The database.
    pub store: store::Store,
    /// Keys and hashes.
    pub secrets: secrets::Secrets,
    /// Outgoing mail.
    pub mailer: mail::Mailer,
    /// How often somebody may try.
    pub limits: limits::Limits,
    /// Remembered API keys.
    pub keys: keys::Keys,
    /// The server's own figures.
    pub figures: figures::Figures,
    /// TLS, if the server speaks it itself.
    pub tls: Option<tokio_rustls::TlsAcceptor>,
    ending: AtomicBool,
}

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings.
    #[error(transparent)]
    Settings(#[from] settings::SettingsError),
    /// The database.
    #[error("the database cannot be used: {0}")]
    Database(#[from] sqlx::Error),
    /// The number of rounds.
    #[error("BCRYPT_ROUNDS: {0}")]
    Bcrypt(#[from] bcrypt::BcryptError),
    /// TLS.
    #[error(transparent)]
    Tls(#[from] tls::TlsError),
    /// Mail.
    #[error(transparent)]
    Mail(#[from] mail::MailError),
    /// The first administrator.
    #[error("the administrator of ADMIN_EMAIL cannot be made")]
    Admin,
    /// The network.
    #[error("cannot listen on {0}: {1}")]
    Listen(std::net::SocketAddr, std::io::Error),
}

impl Cloud {
    /// Opens everything; makes the tables and the first administrator where they are missing.
    ///
    /// # Errors
    /// When a part cannot be had.
    pub async fn open(settings: settings::Settings) -> Result<Self, StartError> {
        let tls = settings.tls.as_ref().map(|(cert, key)| tls::acceptor(cert, key)).transpose()?;
        let store = store::Store::open(settings.database_url.reveal(), settings.database_connections).await?;
        let cloud = Self {
            secrets: secrets::Secrets::new(&settings)?,
            mailer: mail::Mailer::new(&settings)?,
            limits: limits::Limits::new(settings.rate_limit),
            keys: keys::Keys::default(),
            figures: figures::Figures::default(),
            tls,
            ending: AtomicBool::new(false),
            store,
            settings,
        };
        if let Some((email, password)) = cloud.settings.admin.clone()
            && cloud.store.person_by_email(&email).await?.is_none()
        {
            let made = cloud.make_admin(&email, password.reveal()).await;
            // Another program on the same database, started at the same moment, may have been first.
            if made.is_err() && cloud.store.person_by_email(&email).await?.is_none() {
                return Err(StartError::Admin);
            }
        }
        Ok(cloud)
    }

    /// Whether the server takes no new work.
    #[must_use]
    pub fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Relaxed)
    }

    /// Takes no new work from now on.
    pub fn end(&self) {
        self.ending.store(true, Ordering::Relaxed);
    }
}
