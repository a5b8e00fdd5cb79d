//! The key of a database: where it is kept, how it is made, and how nobody's data is lost or laid open over it.
//!
//! Beside each database stands its [`Statement`]: how the key is protected and by which sign the right key is known, never
//! the key. With it a missing or wrong key is told from a damaged file, and a new key is never made over an existing
//! database.

mod keyring;
mod passphrase;
mod statement;

pub use passphrase::MIN_PASSPHRASE;
pub use statement::Statement;

use std::fmt;
use std::fmt::Write;
use std::path::Path;

use bridge::Protection;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::store::{Store, StoreError};

/// Where a key comes from, or where a new one shall go.
#[derive(Clone)]
pub enum KeySource {
    /// The system's keyring.
    Keyring,
    /// Derived from these words.
    Passphrase(Zeroizing<String>),
    /// Made up now, gone with this process; a database that an earlier process left behind is deleted.
    Ephemeral,
    /// No encryption, by the person's explicit choice.
    None,
}

impl KeySource {
    /// What it is called in a [`Statement`].
    #[must_use]
    pub fn protection(&self) -> Protection {
        match self {
            Self::Keyring => Protection::Keyring,
            Self::Passphrase(_) => Protection::Passphrase,
            Self::Ephemeral => Protection::Ephemeral,
            Self::None => Protection::None,
        }
    }
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.protection().fmt(f)
    }
}

/// What opens a database.
#[derive(Clone)]
pub enum Key {
    /// 256 bits for SQLCipher, wiped from memory when dropped.
    Secret(Zeroizing<[u8; 32]>),
    /// The database is not encrypted.
    Plain,
}

impl Key {
    /// A new key from the system's randomness.
    pub(crate) fn random() -> Result<Self, StoreError> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *bytes)
            .map_err(|error| StoreError::Internal(format!("no randomness: {error}")))?;
        Ok(Self::Secret(bytes))
    }

    /// What SQLCipher's `PRAGMA key` takes: a raw key, so that it derives none of its own.
    pub(crate) fn pragma(&self) -> Option<String> {
        match self {
            Self::Secret(bytes) => Some(format!("\"x'{}'\"", *hex(&**bytes))),
            Self::Plain => None,
        }
    }

    /// The sign by which the key is known again. It tells nothing of the key: SHA-256 of 256 random bits, or of what
    /// Argon2id made of a passphrase, so that trying passphrases on it costs as much as on the database.
    pub(crate) fn id(&self) -> Option<String> {
        use sha2::Digest;
        match self {
            Self::Secret(bytes) => {
                let digest =
                    sha2::Sha256::new().chain_update(b"bracelet-connecte key id\0").chain_update(**bytes);
                Some((*hex(&digest.finalize())).clone())
            }
            Self::Plain => None,
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret(_) => f.write_str("Secret"),
            Self::Plain => f.write_str("Plain"),
        }
    }
}

/// How the database at `path` is protected; `None` if there is none yet.
///
/// # Errors
///
/// [`StoreError::KeyMissing`] if there is a database and nothing states how it is protected, [`StoreError::Newer`] if a
/// newer version of the app stated it.
pub fn protection(path: &Path) -> Result<Option<Protection>, StoreError> {
    if !exists(path)? {
        return Ok(None);
    }
    settle(path)?;
    stated(path).map(|statement| Some(statement.protection))
}

/// The key of the database at `path`: the existing one's, or for a new one a new key, kept where `source` says.
///
/// # Errors
///
/// - [`StoreError::KeyringMissing`], [`StoreError::KeyringLocked`]: the keyring says so. Nothing was changed.
/// - [`StoreError::KeyMissing`]: the database is there, its key is not where it was put.
/// - [`StoreError::WrongPassphrase`].
/// - [`StoreError::Invalid`]: the database is protected otherwise than `source` says, or a passphrase is too short.
pub async fn key(path: &Path, source: KeySource) -> Result<Key, StoreError> {
    if matches!(source, KeySource::Ephemeral) {
        sweep(path)?;
    }
    if exists(path)? {
        settle(path)?;
        existing(path, source).await
    } else {
        new(path, source).await
    }
}

/// What stands in the way of the system's keyring; none: it is open and answers.
pub async fn keyring_trouble() -> Option<bridge::Code> {
    // A name that nobody has given: what counts is that the keyring says so.
    keyring::load(Uuid::new_v4()).await.err().map(|error| error.code())
}

/// Takes the key of the database at `path` out of the keyring, for good: to be called just before that database is deleted.
/// As far as the keyring lets us: what stays there opens nothing any more.
pub async fn forget(path: &Path) {
    if let Ok(Some(statement)) = Statement::read(path) {
        discard(&statement).await;
    }
}

/// Deletes a database whose key ended with another process. Any other is left alone.
fn sweep(path: &Path) -> Result<(), StoreError> {
    match Statement::read(path)? {
        Some(Statement { protection: Protection::Ephemeral, .. }) => Store::delete(path),
        _ => Ok(()),
    }
}

async fn existing(path: &Path, source: KeySource) -> Result<Key, StoreError> {
    let statement = stated(path)?;
    if statement.protection != source.protection() {
        return Err(StoreError::Invalid("the database is protected in another way"));
    }
    let incomplete = || StoreError::KeyMissing("the statement beside the database is incomplete".to_owned());
    let key = match source {
        KeySource::Keyring => {
            let entry = statement.entry.ok_or_else(incomplete)?;
            keyring::load(entry)
                .await?
                .ok_or_else(|| StoreError::KeyMissing(format!("the keyring has no entry {entry}")))?
        }
        KeySource::Passphrase(words) => {
            let kdf = statement.kdf.clone().ok_or_else(incomplete)?;
            passphrase::derive(words, kdf).await?
        }
        KeySource::None => Key::Plain,
        KeySource::Ephemeral => return Err(incomplete()),
    };
    statement.check(&key)?;
    Ok(key)
}

async fn new(path: &Path, source: KeySource) -> Result<Key, StoreError> {
    let (key, statement) = made(source).await?;
    // Before the database: one without a statement could not be opened again.
    statement.write(path)?;
    Ok(key)
}

/// A new key, kept where `source` says, and what states it.
async fn made(source: KeySource) -> Result<(Key, Statement), StoreError> {
    let mut statement = Statement::new(source.protection());
    let key = match source {
        KeySource::Keyring => {
            let key = Key::random()?;
            let entry = Uuid::new_v4();
            keyring::save(entry, &key).await?;
            // A keyring that takes a key and does not give it back would cost all data at the next start.
            let kept = keyring::load(entry).await?;
            if kept.and_then(|kept| kept.id()) != key.id() {
                return Err(StoreError::KeyringMissing("it does not give back what it was given".to_owned()));
            }
            statement.entry = Some(entry);
            key
        }
        KeySource::Passphrase(words) => {
            passphrase::check(&words)?;
            let kdf = passphrase::Kdf::new()?;
            statement.kdf = Some(kdf.clone());
            passphrase::derive(words, kdf).await?
        }
        KeySource::Ephemeral => Key::random()?,
        KeySource::None => Key::Plain,
    };
    statement.key_id = key.id();
    Ok((key, statement))
}

/// Puts a database that is not open under another key. Whatever is interrupted, the database that is there afterwards is
/// whole and its statement is its own.
///
/// # Errors
///
/// As [`key`], and [`StoreError::DiskFull`], [`StoreError::NotWritable`]: nothing was changed then.
pub async fn change(path: &Path, from: KeySource, to: KeySource) -> Result<(), StoreError> {
    let before = key(path, from).await?;
    let mut statement = stated(path)?;
    let (after, next) = made(to).await?;
    let copy = match Store::copy_under(path, &before, &after).await {
        Ok(copy) => copy,
        Err(error) => {
            discard(&next).await;
            return Err(error);
        }
    };
    statement.next = Some(Box::new(next.clone()));
    let swapped = statement.write(path).and_then(|()| {
        std::fs::rename(&copy, path).map_err(|why| StoreError::io(path, why))?;
        next.write(path)
    });
    if let Err(error) = swapped {
        // As after a power cut: what stands there says which of the two it is.
        settle(path)?;
        return Err(error);
    }
    statement.next = None;
    discard(&statement).await;
    Ok(())
}

/// Takes a key out of the keyring that opens nothing any more, as far as the keyring lets us.
async fn discard(statement: &Statement) {
    if let Some(entry) = statement.entry
        && let Err(why) = keyring::remove(entry).await
    {
        tracing::warn!(%why, "a key stays in the keyring without its database");
    }
}

/// Ends a change of key that was interrupted. The copy is whole before the statement names what comes next; so as long as the
/// copy stands beside the database, it has not taken its place.
fn settle(path: &Path) -> Result<(), StoreError> {
    let Some(mut statement) = Statement::read(path)? else { return Ok(()) };
    let Some(next) = statement.next.take() else { return Ok(()) };
    let copy = Store::unfinished(path);
    if copy.try_exists().map_err(|why| StoreError::io(&copy, why))? {
        statement.write(path)?;
        return std::fs::remove_file(&copy).map_err(|why| StoreError::io(&copy, why));
    }
    next.write(path)
}

/// Whether there is a database with anything in it.
fn exists(path: &Path) -> Result<bool, StoreError> {
    match std::fs::metadata(path) {
        Ok(metadata) => Ok(metadata.len() > 0),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(why) => Err(StoreError::io(path, why)),
    }
}

fn stated(path: &Path) -> Result<Statement, StoreError> {
    Statement::read(path)?
        .ok_or_else(|| StoreError::KeyMissing(format!("{} is gone", Statement::path(path).display())))
}

fn hex(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 2));
    for byte in bytes {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != N * 2 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}
