//! Before Home: the key, and the person's choices.

use serde::{Deserialize, Serialize};

use crate::{Error, Preferences};

/// The fewest characters of a new passphrase (NIST SP 800-63B-4, section 3.1.1.2: 15 where it is the only factor is for
/// servers that see online guessing; 8 is its floor, and Argon2id makes each offline guess cost 64 MiB).
pub const MIN_PASSPHRASE: usize = 8;

/// Whether the engine is ready.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// Opening the store.
    Opening,
    /// No keyring: the person chooses how the new database is protected.
    ChooseProtection {
        /// Why the keyring is not used.
        why: Error,
    },
    /// The database is protected by a passphrase: ask for it.
    AskPassphrase {
        /// The last try's error, if there was one.
        why: Option<Error>,
    },
    /// The keyring does not give the key (locked, missing): unlock it and try again. Nothing was renamed or deleted.
    KeyUnavailable {
        /// What the keyring said.
        why: Error,
    },
    /// The store cannot be used.
    Blocked {
        /// Why.
        why: Error,
        /// Where a damaged database was kept aside; the person may start afresh.
        kept_aside: Option<String>,
    },
    /// All is open.
    Ready {
        /// How the database is protected.
        protection: Protection,
        /// The person's choices.
        preferences: Preferences,
    },
}

/// How the database's key is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protection {
    /// In the system's keyring.
    Keyring,
    /// Derived from a passphrase (Argon2id).
    Passphrase,
    /// Not encrypted, by explicit choice.
    None,
    /// A key that ends with the process: for throw-away data.
    Ephemeral,
}
