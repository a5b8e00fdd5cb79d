//! Before anything is shown: the folder, the key, the database. Each thing that can be wrong has its own state, and none of
//! them renames, deletes or overwrites what is there.

use std::path::{Path, PathBuf};

use bridge::{Protection, Start};

use crate::store::{Store, StoreError};
use crate::vault::{self, KeySource};

/// What to do about the key before opening.
#[derive(Debug)]
enum Plan {
    /// Open, or make, with this key.
    Open(KeySource),
    /// Only the person knows it.
    AskPassphrase,
}

/// How to open a database that is protected so, or a new one: an existing one the way it was made, whatever is asked for.
fn plan(existing: Option<Protection>, asked: &KeySource) -> Plan {
    match (existing, asked) {
        (None, asked) => Plan::Open(asked.clone()),
        (Some(Protection::Passphrase), KeySource::Passphrase(_)) => Plan::Open(asked.clone()),
        (Some(Protection::Passphrase), _) => Plan::AskPassphrase,
        (Some(Protection::Keyring), _) => Plan::Open(KeySource::Keyring),
        (Some(Protection::None), _) => Plan::Open(KeySource::None),
        (Some(Protection::Ephemeral), _) => Plan::Open(KeySource::Ephemeral),
    }
}

/// The state that an error means for the person.
fn state(error: StoreError, is_new: bool) -> Start {
    match error {
        StoreError::KeyringMissing(_) | StoreError::KeyringLocked(_) if is_new => {
            Start::ChooseProtection { why: error.into() }
        }
        StoreError::KeyringMissing(_) | StoreError::KeyringLocked(_) | StoreError::KeyMissing(_) => {
            Start::KeyUnavailable { why: error.into() }
        }
        StoreError::WrongPassphrase => Start::AskPassphrase { why: Some(error.into()) },
        StoreError::Damaged { ref kept_aside, .. } => {
            let kept_aside = kept_aside.as_ref().map(|path| path.display().to_string());
            Start::Blocked { why: error.into(), kept_aside }
        }
        // A passphrase too short for a new database: chosen anew.
        StoreError::Invalid(_) if is_new => Start::ChooseProtection { why: error.into() },
        other => Start::Blocked { why: other.into(), kept_aside: None },
    }
}

/// A database that is open, and the key that opened it.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The database.
    pub store: Store,
    /// Where its key came from: the demo's goes the same way.
    pub key: KeySource,
}

/// Opens the person's database, or says what stands in the way.
pub async fn open(path: &Path, asked: &KeySource) -> Result<(Opened, Start), Start> {
    let existing = vault::protection(path).map_err(|error| state(error, false))?;
    let key = match plan(existing, asked) {
        Plan::Open(key) => key,
        Plan::AskPassphrase => return Err(Start::AskPassphrase { why: None }),
    };
    let opened = open_with(path, key).await.map_err(|error| state(error, existing.is_none()))?;
    let protection = opened.key.protection();
    match opened.store.preferences().await {
        Ok(preferences) => Ok((opened, Start::Ready { protection, preferences })),
        Err(error) => Err(unreadable(path, opened, error).await),
    }
}

/// The state after what is needed at the beginning could not be read: closed, and kept aside if it is damaged.
pub async fn unreadable(path: &Path, opened: Opened, error: StoreError) -> Start {
    opened.store.close().await;
    match error {
        StoreError::Damaged { .. } => match keep_aside_if_damaged(path, opened.key).await {
            Ok(kept_aside) => damaged(error.to_string(), kept_aside),
            Err(error) => state(error, false),
        },
        error => state(error, false),
    }
}

/// Looks into a closed database that has said that it is damaged, and keeps it aside if it is.
pub async fn keep_aside_if_damaged(path: &Path, source: KeySource) -> Result<Option<PathBuf>, StoreError> {
    let key = vault::key(path, source).await?;
    Store::keep_aside_if_damaged(path, &key).await
}

/// The state after a database has said that it is damaged.
pub fn damaged(detail: String, kept_aside: Option<PathBuf>) -> Start {
    state(StoreError::Damaged { kept_aside, detail }, false)
}

/// Opens a database, or makes it, with that key.
pub async fn open_with(path: &Path, source: KeySource) -> Result<Opened, StoreError> {
    let key = vault::key(path, source.clone()).await?;
    let store = Store::open(path, &key).await?;
    Ok(Opened { store, key: source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bridge::Code;

    fn named(start: &Start) -> (&'static str, Option<Code>) {
        match start {
            Start::Opening => ("opening", None),
            Start::ChooseProtection { why } => ("choose", Some(why.code)),
            Start::AskPassphrase { why } => ("ask", why.as_ref().map(|why| why.code)),
            Start::KeyUnavailable { why } => ("unavailable", Some(why.code)),
            Start::Blocked { why, .. } => ("blocked", Some(why.code)),
            Start::Ready { .. } => ("ready", None),
        }
    }

    #[test]
    fn each_error_has_its_own_state() {
        let words = || "detail".to_owned();
        let table = [
            (StoreError::KeyringMissing(words()), true, ("choose", Some(Code::KeyringMissing))),
            (StoreError::KeyringMissing(words()), false, ("unavailable", Some(Code::KeyringMissing))),
            (StoreError::KeyringLocked(words()), true, ("choose", Some(Code::KeyringLocked))),
            (StoreError::KeyringLocked(words()), false, ("unavailable", Some(Code::KeyringLocked))),
            (StoreError::KeyMissing(words()), false, ("unavailable", Some(Code::KeyMissing))),
            (StoreError::WrongPassphrase, false, ("ask", Some(Code::WrongPassphrase))),
            (StoreError::Newer(9), false, ("blocked", Some(Code::DatabaseNewer))),
            (StoreError::DiskFull, true, ("blocked", Some(Code::DiskFull))),
            (StoreError::AlreadyRunning, true, ("blocked", Some(Code::AlreadyRunning))),
            (StoreError::Invalid("short"), true, ("choose", Some(Code::Invalid))),
        ];
        for (error, is_new, expected) in table {
            let said = error.to_string();
            assert_eq!(named(&state(error, is_new)), expected, "{said}, new: {is_new}");
        }
    }

    #[test]
    fn a_damaged_database_says_where_it_was_kept_and_may_be_begun_afresh() {
        let error = StoreError::Damaged {
            kept_aside: Some(PathBuf::from("/a/person.damaged.db")),
            detail: String::new(),
        };
        let start = state(error, false);
        let Start::Blocked { kept_aside: Some(path), .. } = start else { panic!("{start:?}") };
        assert!(path.ends_with("person.damaged.db"));
    }

    #[test]
    fn an_existing_database_is_opened_as_it_was_made_whatever_is_asked_for() {
        let asked = [KeySource::Keyring, KeySource::None, KeySource::Passphrase(String::new().into())];
        for asked in &asked {
            for existing in [Protection::Keyring, Protection::None] {
                let Plan::Open(key) = plan(Some(existing), asked) else { panic!("{existing:?}") };
                assert_eq!(key.protection(), existing);
            }
            let Plan::Open(key) = plan(None, asked) else { panic!("new") };
            assert_eq!(key.protection(), asked.protection());
        }
        assert!(matches!(plan(Some(Protection::Passphrase), &KeySource::None), Plan::AskPassphrase));
    }
}
