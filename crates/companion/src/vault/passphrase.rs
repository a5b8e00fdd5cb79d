//! A key from a passphrase: Argon2id, so that guessing costs memory and time.

use argon2::{Algorithm, Argon2, Params, Version};
pub use bridge::MIN_PASSPHRASE;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Key, hex, unhex};
use crate::store::StoreError;

/// How a key is made of a passphrase, kept beside the database so that later versions may choose otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kdf {
    algorithm: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
}

impl Kdf {
    /// RFC 9106, section 4, the second recommended choice: Argon2id, 3 passes, 4 lanes, 64 MiB, a salt of 128 bits. More
    /// than OWASP's least (19 MiB, 2 passes, 1 lane).
    pub(super) fn new() -> Result<Self, StoreError> {
        let mut salt = [0_u8; 16];
        getrandom::fill(&mut salt)
            .map_err(|error| StoreError::Internal(format!("no randomness: {error}")))?;
        Ok(Self {
            algorithm: "argon2id".to_owned(),
            memory_kib: 64 * 1024,
            passes: 3,
            lanes: 4,
            salt: (*hex(&salt)).clone(),
        })
    }
}

/// Whether a new passphrase is long enough.
pub(super) fn check(words: &str) -> Result<(), StoreError> {
    if words.chars().count() < MIN_PASSPHRASE {
        return Err(StoreError::Invalid("a passphrase of fewer than 8 characters"));
    }
    Ok(())
}

/// Makes the key. Takes a good part of a second, on a thread of its own.
pub(super) async fn derive(words: Zeroizing<String>, kdf: Kdf) -> Result<Key, StoreError> {
    let work = move || {
        let strange =
            |what: String| StoreError::KeyMissing(format!("the statement's key derivation: {what}"));
        if kdf.algorithm != "argon2id" {
            return Err(strange(kdf.algorithm));
        }
        let salt: [u8; 16] = unhex(&kdf.salt).ok_or_else(|| strange("salt".to_owned()))?;
        let params = Params::new(kdf.memory_kib, kdf.passes, kdf.lanes, Some(32))
            .map_err(|error| strange(error.to_string()))?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(words.as_bytes(), &salt, &mut *key)
            .map_err(|error| strange(error.to_string()))?;
        Ok(Key::Secret(key))
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| StoreError::Internal(error.to_string()))?
}
