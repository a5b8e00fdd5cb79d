//! The small file beside a database that states how its key is protected. Whoever reads it learns no key.

use std::io::Write;
use std::path::{Path, PathBuf};

use bridge::Protection;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Key;
use super::passphrase::Kdf;
use crate::store::StoreError;

/// How a database is protected: `person.db.key.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The version of this file's format.
    version: u32,
    /// Where the key is.
    pub protection: Protection,
    /// The sign of the right key; none without encryption.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key_id: Option<String>,
    /// Under which name the keyring keeps the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) entry: Option<Uuid>,
    /// How the key is made of the passphrase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kdf: Option<Kdf>,
    /// What holds once the copy under another key has taken the database's place: see [`super::change`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<Box<Statement>>,
}

/// The format this app writes.
const VERSION: u32 = 1;

impl Statement {
    pub(super) fn new(protection: Protection) -> Self {
        Self { version: VERSION, protection, key_id: None, entry: None, kdf: None, next: None }
    }

    /// Where the statement of a database stands.
    #[must_use]
    pub fn path(database: &Path) -> PathBuf {
        crate::store::with_suffix(database, ".key.json")
    }

    /// Reads the statement of a database, if there is one.
    ///
    /// # Errors
    ///
    /// [`StoreError::Newer`] for a later format, [`StoreError::KeyMissing`] for one that cannot be understood.
    pub fn read(database: &Path) -> Result<Option<Self>, StoreError> {
        /// Of a later format only the version is sure to be there.
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        let path = Self::path(database);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(why) => return Err(StoreError::io(&path, why)),
        };
        let strange = |error| StoreError::KeyMissing(format!("{}: {error}", path.display()));
        let Version { version } = serde_json::from_slice(&text).map_err(strange)?;
        if version > VERSION {
            return Err(StoreError::Newer(version.into()));
        }
        serde_json::from_slice(&text).map(Some).map_err(strange)
    }

    /// Whether this is the database's key.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPassphrase`], or [`StoreError::KeyMissing`] where the key did not come from a passphrase.
    pub fn check(&self, key: &Key) -> Result<(), StoreError> {
        match (key.id() == self.key_id, self.protection) {
            (true, _) => Ok(()),
            (false, Protection::Passphrase) => Err(StoreError::WrongPassphrase),
            (false, _) => Err(StoreError::KeyMissing("this is another database's key".to_owned())),
        }
    }

    /// Writes the statement so that it is wholly there or not at all, whatever is cut meanwhile.
    pub(super) fn write(&self, database: &Path) -> Result<(), StoreError> {
        let path = Self::path(database);
        let draft = crate::store::with_suffix(&path, ".new");
        let text =
            serde_json::to_vec_pretty(self).map_err(|error| StoreError::Internal(error.to_string()))?;
        let write = || -> std::io::Result<()> {
            let mut file = std::fs::File::create(&draft)?;
            file.write_all(&text)?;
            file.sync_all()?;
            std::fs::rename(&draft, &path)?;
            // The name is on the disk only when its folder is. (Windows opens no folders and needs none of this.)
            #[cfg(unix)]
            if let Some(folder) = path.parent() {
                std::fs::File::open(folder)?.sync_all()?;
            }
            Ok(())
        };
        write().map_err(|why| StoreError::io(&path, why))
    }
}
