//! Mail to the person: by SMTP, and into a folder for development.

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor, message::Mailbox,
    message::header::ContentType,
};
use uuid::Uuid;

use crate::{settings::Settings, store::people::Purpose};

/// How long a mail server may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A language that mails are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// French.
    French,
}

impl Language {
    /// The first language of `Accept-Language` that is spoken here; otherwise English.
    #[must_use]
    pub fn of(accept_language: Option<&str>) -> Self {
        let asked = accept_language
            .unwrap_or_default()
            .split(',')
            .map(|part| part.trim().get(..2).unwrap_or_default());
        asked
            .map(str::to_ascii_lowercase)
            .find_map(|language| match language.as_str() {
                "en" => Some(Self::English),
                "fr" => Some(Self::French),
                _ => None,
            })
            .unwrap_or(Self::English)
    }
}

/// Sends the codes.
pub struct Mailer {
    from: Mailbox,
    outbox: Option<PathBuf>,
    smtp: Option<AsyncSmtpTransport<Tokio1Executor>>,
}

/// Why mail cannot be sent at all.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The sender's address.
    #[error("MAIL_FROM is no address: {0}")]
    From(#[from] lettre::address::AddressError),
    /// The mail server's address.
    #[error("SMTP_URL cannot be used: {0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
}

fn words(purpose: Purpose, language: Language, name: &str, code: &str) -> (&'static str, String) {
    match (purpose, language) {
        (Purpose::Verify, Language::English) => {
            ("Verify your email address", format!("Hi {name},\nYour verification code is: {code}\n"))
        }
        (Purpose::Reset, Language::English) => {
            ("Reset your password", format!("Hi {name},\nYour password reset code is: {code}\n"))
        }
        (Purpose::Verify, Language::French) => {
            ("Confirmez votre adresse", format!("Bonjour {name},\nVotre code de confirmation : {code}\n"))
        }
        (Purpose::Reset, Language::French) => (
            "Votre nouveau mot de passe",
            format!("Bonjour {name},\nVotre code pour changer de mot de passe : {code}\n"),
        ),
    }
}

impl Mailer {
    /// From the settings.
    ///
    /// # Errors
    /// When an address in them is none.
    pub fn new(settings: &Settings) -> Result<Self, MailError> {
        let smtp = match &settings.smtp_url {
            None => None,
            Some(url) => {
                let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.reveal())?;
                Some(builder.timeout(Some(PATIENCE)).build())
            }
        };
        Ok(Self { from: settings.mail_from.parse()?, outbox: settings.outbox.clone(), smtp })
    }

    /// Sends a code. The mail server is not waited for: its slowness would tell who has an account, and its absence must
    /// not fail a registration.
    pub async fn send(&self, purpose: Purpose, language: Language, to: &str, name: &str, code: &str) {
        let (subject, body) = words(purpose, language, name, code);
        let Ok(address) = to.parse() else {
            tracing::warn!("an address that was accepted cannot be written to");
            return;
        };
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(body);
        let Ok(message) = message else {
            tracing::warn!("a mail could not be written");
            return;
        };
        if let Some(outbox) = &self.outbox
            && let Err(error) = into_folder(outbox, &message.formatted()).await
        {
            tracing::warn!(%error, "a mail could not be written into the outbox");
        }
        if let Some(smtp) = self.smtp.clone() {
            tokio::spawn(async move {
                if let Err(error) = smtp.send(message).await {
                    tracing::warn!(%error, "a mail could not be sent");
                }
            });
        }
    }
}

async fn into_folder(folder: &Path, message: &[u8]) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let id = Uuid::new_v4().simple().to_string();
    let at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    let unfinished = folder.join(format!(".{id}"));
    tokio::fs::write(&unfinished, message).await?;
    tokio::fs::rename(unfinished, folder.join(format!("{at}-{}.eml", &id[..6]))).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mail_speaks_the_persons_language() {
        assert_eq!(Language::of(Some("de-DE, fr;q=0.8, en;q=0.5")), Language::French);
        assert_eq!(Language::of(Some("xx")), Language::English);
        assert_eq!(Language::of(None), Language::English);
    }
}
