//! Passwords, tokens, codes and keys.
//!
//! An access token is a JWT signed with HMAC-SHA-256 and nothing else. Refresh tokens and API keys are random and kept as SHA-256; codes of six digits are kept under a key, or the
//! database's thief could try them all.

mod hs256;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use uuid::Uuid;

use self::hs256::hmac;
use crate::{
    check::time::now,
    settings::{Secret, Settings},
    store::people::{Person, Purpose},
};

/// How an erased account's address begins; no address does.
pub const ERASED: &str = "erased:";
const BCRYPT_BYTES: usize = 72;
/// A token that is for asking, not for anything else.
const ACCESS: &str = "access";

/// What can be done with the server's keys.
pub struct Secrets {
    keys: Vec<Secret>,
    access_seconds: f64,
    rounds: u32,
    nobody: String,
    /// bcrypt is slow on purpose; more at once than cores would only wait for each other.
    hashing: Semaphore,
}

/// What an access token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// Whose.
    pub sub: Uuid,
    /// Until when, in seconds since 1970.
    exp: u64,
    /// Since when.
    iat: f64,
    /// No two tokens are the same.
    #[serde(default)]
    jti: String,
    /// `access`.
    #[serde(rename = "type")]
    kind: String,
    /// The account's token version when it was made.
    pub ver: i64,
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, b| {
        // Writing into a text does not fail.
        let _ = write!(out, "{b:02x}");
        out
    })
}

/// The digest of a random secret.
#[must_use]
pub fn digest(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// Random bytes from the system.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // Without the system's randomness the identifiers' own is as good: they come from the same source or end the process.
    if getrandom::fill(&mut bytes).is_err() {
        for chunk in bytes.chunks_mut(16) {
            let id = Sha256::digest(Uuid::new_v4().as_bytes());
            chunk.copy_from_slice(&id[..chunk.len()]);
        }
    }
    bytes
}

/// A new refresh token or API key.
#[must_use]
pub fn new_secret() -> String {
    URL_SAFE_NO_PAD.encode(random::<32>())
}

/// A new code of six digits.
#[must_use]
pub fn new_code() -> String {
    (100_000 + u64::from_le_bytes(random()) % 900_000).to_string()
}

impl Secrets {
    /// From the settings.
    ///
    /// # Errors
    /// When bcrypt refuses the number of rounds.
    pub fn new(settings: &Settings) -> Result<Self, bcrypt::BcryptError> {
        hs256::install();
        let mut keys = vec![settings.secret_key.clone()];
        keys.extend(settings.previous_keys.iter().cloned());
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            keys,
            access_seconds: settings.access_minutes * 60.0,
            rounds: settings.bcrypt_rounds,
            nobody: bcrypt::hash("no such person", settings.bcrypt_rounds)?,
            hashing: Semaphore::new(cores),
        })
    }

    fn key(&self) -> &[u8] {
        self.keys.first().map_or(&[], |key| key.reveal().as_bytes())
    }

    fn every_key(&self) -> impl Iterator<Item = &[u8]> {
        self.keys.iter().map(|key| key.reveal().as_bytes())
    }

    /// A password's hash; off the async threads. `None` when the system has no thread for it.
    pub async fn hash(&self, password: String) -> Option<String> {
        let _turn = self.hashing.acquire().await.ok()?;
        let rounds = self.rounds;
        tokio::task::spawn_blocking(move || bcrypt::hash(password, rounds)).await.ok()?.ok()
    }

    /// Whether a password is right; takes as long when there is nobody.
    pub async fn check(&self, password: String, hashed: Option<&str>) -> bool {
        let Ok(_turn) = self.hashing.acquire().await else { return false };
        let known = hashed.is_some_and(|h| !h.is_empty());
        let hashed = hashed.filter(|h| !h.is_empty()).unwrap_or(&self.nobody).to_owned();
        let fits = password.len() <= BCRYPT_BYTES;
        let right =
            tokio::task::spawn_blocking(move || bcrypt::verify(password, &hashed).unwrap_or(false)).await;
        right.unwrap_or(false) && known && fits
    }

    /// A code's digests: under the present key, then under the previous ones.
    pub fn code_digests(&self, purpose: Purpose, id: &str, code: &str) -> Vec<String> {
        let message = format!("{}:{id}:{code}", purpose.name());
        self.every_key().map(|key| hex(&hmac(key, message.as_bytes()))).collect()
    }

    /// What stays of an erased address: enough to refuse it, not enough to read it.
    pub fn tombstones(&self, email: &str) -> Vec<String> {
        let message = format!("{ERASED}{email}");
        self.every_key().map(|key| format!("{ERASED}{}", hex(&hmac(key, message.as_bytes())))).collect()
    }

    /// Seconds for which an access token is good.
    #[must_use]
    pub fn access_seconds(&self) -> f64 {
        self.access_seconds
    }

    /// An access token; `None` cannot be, but for a library's fault.
    #[must_use]
    pub fn access_token(&self, person: &Person) -> Option<String> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "microseconds of this millennium fit a double's 53 bits"
        )]
        let iat = now() as f64 / 1e6;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole seconds are meant"
        )]
        let exp = (iat + self.access_seconds) as u64;
        let claims = Claims {
            sub: Uuid::try_parse(&person.id).ok()?,
            exp,
            iat,
            jti: Uuid::new_v4().simple().to_string(),
            kind: ACCESS.to_owned(),
            ver: person.token_version,
        };
        let key = EncodingKey::from_secret(self.key());
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).ok()
    }

    /// What an access token says, if it is ours and not over.
    #[must_use]
    pub fn read_access_token(&self, token: &str) -> Option<Claims> {
        let mut wanted = Validation::new(Algorithm::HS256);
        wanted.leeway = 0;
        wanted.validate_nbf = true;
        let read = |key| jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_secret(key), &wanted).ok();
        let claims = self.every_key().find_map(read)?.claims;
        // In the very second of its end it is over.
        let over = claims.exp <= now().unsigned_abs() / 1_000_000;
        (claims.kind == ACCESS && !over).then_some(claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hmac_is_rfc_4231s() {
        assert_eq!(
            hex(&hmac(b"Jefe", b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hex(&hmac(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn codes_have_six_digits_and_keys_differ() {
        assert!((0..100).all(|_| new_code().len() == 6));
        assert_ne!(new_secret(), new_secret());
        assert_eq!(new_secret().len(), 43);
    }
}
