//! The server's settings: from the environment, and from the file that `SETTINGS_FILE` names (lines of `NAME=value`; the
//! environment wins). The names are the original server's where it has one. `docs/cloud.md` lists them.

use std::{collections::HashMap, fmt, net::IpAddr, net::SocketAddr, path::PathBuf, str::FromStr};

/// A secret shorter than this can be guessed from one token.
const SHORTEST_SECRET: usize = 32;

/// A text that is never shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// What is wrong with the settings.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A value that cannot be read.
    #[error("{name} cannot be read: {why}")]
    Unreadable {
        /// Which.
        name: &'static str,
        /// Why.
        why: String,
    },
    /// No key to sign with.
    #[error(
        "SECRET_KEY is required: at least {SHORTEST_SECRET} characters, e.g. from `openssl rand -hex 32`"
    )]
    NoSecret,
    /// A key that can be guessed.
    #[error("SECRET_KEY is too weak: at least {SHORTEST_SECRET} characters, and no placeholder")]
    WeakSecret,
    /// The settings' file cannot be read.
    #[error("the settings' file {0} cannot be read: {1}")]
    File(PathBuf, std::io::Error),
}

/// All settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `BIND`: where to listen.
    pub bind: SocketAddr,
    /// `SECRET_KEY`: signs tokens, keys the digests of codes and of erased addresses.
    pub secret_key: Secret,
    /// `SECRET_KEY_PREVIOUS`, separated by commas: still accepted while keys are changed.
    pub previous_keys: Vec<Secret>,
    /// `DATABASE_URL`: `sqlite://…` or `postgresql://…`.
    pub database_url: Secret,
    /// `DATABASE_CONNECTIONS`: at most so many for requests, and on PostgreSQL as many for the points. By default 4 on SQLite,
    /// 10 on PostgreSQL.
    pub database_connections: Option<u32>,
    /// `ACCESS_TOKEN_EXPIRE_MINUTES`
    pub access_minutes: f64,
    /// `REFRESH_TOKEN_EXPIRE_DAYS`
    pub refresh_days: f64,
    /// `VERIFICATION_CODE_MINUTES`
    pub verification_minutes: f64,
    /// `RESET_CODE_MINUTES`
    pub reset_minutes: f64,
    /// `CODE_ATTEMPTS`
    pub code_attempts: i64,
    /// `BCRYPT_ROUNDS`
    pub bcrypt_rounds: u32,
    /// `OUTBOX_DIR`: every message is also written here; for development.
    pub outbox: Option<PathBuf>,
    /// `SMTP_URL`: `smtp://` or `smtps://[user:password@]host[:port]`.
    pub smtp_url: Option<Secret>,
    /// `MAIL_FROM`
    pub mail_from: String,
    /// `MAX_BATCH`: points of one batch.
    pub max_batch: usize,
    /// `MAX_BODY_BYTES`
    pub max_body: usize,
    /// `MAX_SETTINGS_BYTES`
    pub max_settings: usize,
    /// `CORS_ORIGINS`, separated by commas: pages that may ask from a browser. None by default.
    pub cors_origins: Vec<String>,
    /// `ADMIN_EMAIL` and `ADMIN_PASSWORD`: made at start when both are set.
    pub admin: Option<(String, Secret)>,
    /// `RATE_LIMIT`: `off` only for tests.
    pub rate_limit: bool,
    /// `TRUSTED_PROXIES`, separated by commas: whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// `TLS_CERT` and `TLS_KEY`: PEM files, with which the server speaks TLS itself; both or neither.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// `HEAD_SECONDS`: how long a connection may take to begin, and stay idle.
    pub head_seconds: u64,
    /// `REQUEST_SECONDS`: how long one request may take in all.
    pub request_seconds: u64,
    /// `SHUTDOWN_SECONDS`: how long open requests may take to end.
    pub shutdown_seconds: u64,
    /// `MAX_CONNECTIONS`: more wait in the system's queue.
    pub max_connections: usize,
}

/// Where values come from.
pub struct Source(HashMap<String, String>);

impl Source {
    /// The environment over the settings' file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn load() -> Result<Self, SettingsError> {
        let mut values = HashMap::new();
        if let Some(file) = std::env::var_os("SETTINGS_FILE").map(PathBuf::from) {
            let text = std::fs::read_to_string(&file).map_err(|e| SettingsError::File(file, e))?;
            values.extend(Self::lines(&text));
        }
        // What is not Unicode is nobody's setting here.
        values.extend(
            std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))),
        );
        Ok(Self(values))
    }

    /// Given pairs alone.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(pairs.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect())
    }

    fn lines(text: &str) -> impl Iterator<Item = (String, String)> + '_ {
        text.lines().map(str::trim).filter(|line| !line.starts_with('#')).filter_map(|line| {
            let (name, value) = line.split_once('=')?;
            Some((name.trim().to_owned(), value.trim().trim_matches('"').to_owned()))
        })
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    fn read<T: FromStr<Err: fmt::Display>>(
        &self,
        name: &'static str,
        default: T,
    ) -> Result<T, SettingsError> {
        Ok(self.maybe(name)?.unwrap_or(default))
    }

    fn maybe<T: FromStr<Err: fmt::Display>>(&self, name: &'static str) -> Result<Option<T>, SettingsError> {
        let unreadable = |e: T::Err| SettingsError::Unreadable { name, why: e.to_string() };
        self.text(name).map(|value| value.parse().map_err(unreadable)).transpose()
    }

    fn list<T: FromStr<Err: fmt::Display>>(&self, name: &'static str) -> Result<Vec<T>, SettingsError> {
        let parts =
            self.text(name).unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty());
        parts
            .map(|p| p.parse().map_err(|e: T::Err| SettingsError::Unreadable { name, why: e.to_string() }))
            .collect()
    }
}

fn checked(secret: &str) -> Result<Secret, SettingsError> {
    let weak = ["changeme", "change-me", "change_me", "your-secret", "secret-key-here"];
    let placeholder = weak.iter().any(|w| secret.to_lowercase().contains(w));
    if secret.chars().count() < SHORTEST_SECRET || placeholder {
        return Err(SettingsError::WeakSecret);
    }
    Ok(Secret(secret.to_owned()))
}

impl Settings {
    /// Reads and checks all settings.
    ///
    /// # Errors
    /// When one cannot be read, or the secret is missing or weak.
    pub fn read(source: &Source) -> Result<Self, SettingsError> {
        let secret_key = checked(source.text("SECRET_KEY").ok_or(SettingsError::NoSecret)?)?;
        let previous_keys = source.list::<String>("SECRET_KEY_PREVIOUS")?;
        let admin = source.text("ADMIN_EMAIL").zip(source.text("ADMIN_PASSWORD"));
        let switch = source.text("RATE_LIMIT").unwrap_or("on");
        Ok(Self {
            bind: source.read("BIND", SocketAddr::from(([127, 0, 0, 1], 8_000)))?,
            secret_key,
            previous_keys: previous_keys.iter().map(|key| checked(key)).collect::<Result<_, _>>()?,
            database_url: Secret(source.text("DATABASE_URL").unwrap_or("sqlite://bracelet.db").to_owned()),
            database_connections: source.maybe("DATABASE_CONNECTIONS")?,
            access_minutes: source.read("ACCESS_TOKEN_EXPIRE_MINUTES", 60.0)?,
            refresh_days: source.read("REFRESH_TOKEN_EXPIRE_DAYS", 30.0)?,
            verification_minutes: source.read("VERIFICATION_CODE_MINUTES", 60.0)?,
            reset_minutes: source.read("RESET_CODE_MINUTES", 15.0)?,
            code_attempts: source.read("CODE_ATTEMPTS", 5)?,
            bcrypt_rounds: source.read("BCRYPT_ROUNDS", 12)?,
            outbox: source.text("OUTBOX_DIR").map(PathBuf::from),
            smtp_url: source.text("SMTP_URL").map(|url| Secret(url.to_owned())),
            mail_from: source.text("MAIL_FROM").unwrap_or("bracelet@example.com").to_owned(),
            max_batch: source.read("MAX_BATCH", 1_000)?,
            max_body: source.read("MAX_BODY_BYTES", 1_048_576)?,
            max_settings: source.read("MAX_SETTINGS_BYTES", 65_536)?,
            cors_origins: source.list("CORS_ORIGINS")?,
            admin: admin.map(|(email, password)| (email.to_lowercase(), Secret(password.to_owned()))),
            rate_limit: match switch {
                "on" | "1" | "true" => true,
                "off" | "0" | "false" => false,
                _ => {
                    return Err(SettingsError::Unreadable {
                        name: "RATE_LIMIT",
                        why: "on or off".to_owned(),
                    });
                }
            },
            trusted_proxies: source.list("TRUSTED_PROXIES")?,
            tls: match (source.text("TLS_CERT"), source.text("TLS_KEY")) {
                (Some(cert), Some(key)) => Some((cert.into(), key.into())),
                (None, None) => None,
                _ => {
                    let why = "TLS_CERT and TLS_KEY belong together".to_owned();
                    return Err(SettingsError::Unreadable { name: "TLS_CERT", why });
                }
            },
            head_seconds: source.read("HEAD_SECONDS", 30)?,
            request_seconds: source.read("REQUEST_SECONDS", 30)?,
            shutdown_seconds: source.read("SHUTDOWN_SECONDS", 20)?,
            max_connections: source.read("MAX_CONNECTIONS", 20_000)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: (&str, &str) = ("SECRET_KEY", "0123456789abcdef0123456789abcdef");

    #[test]
    fn a_missing_or_weak_secret_is_refused() {
        assert!(matches!(Settings::read(&Source::of([])), Err(SettingsError::NoSecret)));
        for weak in ["short", "changeme-changeme-changeme-changeme"] {
            assert!(matches!(
                Settings::read(&Source::of([("SECRET_KEY", weak)])),
                Err(SettingsError::WeakSecret)
            ));
        }
    }

    #[test]
    fn settings_never_show_a_secret() {
        let settings =
            Settings::read(&Source::of([KEY, ("DATABASE_URL", "postgresql://u:hidden@h/d")])).unwrap();
        let shown = format!("{settings:?}");
        assert!(!shown.contains("0123456789abcdef") && !shown.contains("hidden"), "{shown}");
    }

    #[test]
    fn a_wrong_value_is_named() {
        let error = Settings::read(&Source::of([KEY, ("MAX_BATCH", "many")])).unwrap_err();
        assert!(error.to_string().starts_with("MAX_BATCH"), "{error}");
        assert!(Settings::read(&Source::of([KEY, ("RATE_LIMIT", "perhaps")])).is_err());
    }
}
