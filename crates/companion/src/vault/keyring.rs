//! The system's keyring: the Secret Service on Linux, the Keychain, the Credential Manager, Android's key store.

use std::time::Duration;

use keyring_core::{Entry, Error};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{Key, hex, unhex};
use crate::store::StoreError;

/// Under which service the keys stand.
const SERVICE: &str = "bracelet-connecte";

/// How long the person may take to answer the keyring's own dialog.
const PATIENCE: Duration = Duration::from_secs(180);

/// Keeps a key under a name.
pub(super) async fn save(name: Uuid, key: &Key) -> Result<(), StoreError> {
    let Key::Secret(bytes) = key else { return Err(StoreError::Internal("no key to keep".to_owned())) };
    // As text: some services (KDE's wallet) keep nothing else.
    let text = hex(&**bytes);
    ask(move || entry(name)?.set_password(&text)).await
}

/// The key under that name; `None` if the keyring is open and has none.
pub(super) async fn load(name: Uuid) -> Result<Option<Key>, StoreError> {
    let found = ask(move || match entry(name)?.get_password() {
        Ok(text) => Ok(Some(Zeroizing::new(text))),
        Err(Error::NoEntry) => Ok(None),
        Err(other) => Err(other),
    })
    .await?;
    match found {
        Some(text) => match unhex(&text) {
            Some(bytes) => Ok(Some(Key::Secret(Zeroizing::new(bytes)))),
            None => Err(StoreError::KeyMissing("the keyring's entry is no key".to_owned())),
        },
        None => Ok(None),
    }
}

/// Takes the key of that name away; that there is none is as good.
pub(super) async fn remove(name: Uuid) -> Result<(), StoreError> {
    ask(move || match entry(name)?.delete_credential() {
        Err(Error::NoEntry) => Ok(()),
        done => done,
    })
    .await
}

/// Each time anew, not the process-wide store of `keyring`: that one remembers for ever that no service was there.
#[cfg(target_os = "linux")]
fn entry(name: Uuid) -> keyring_core::Result<Entry> {
    use keyring_core::api::CredentialStoreApi;
    let store = zbus_secret_service_keyring_store::Store::new()?;
    let label = std::collections::HashMap::from([("label", "Bracelet Connecté")]);
    store.build(SERVICE, &name.to_string(), Some(&label))
}

#[cfg(target_os = "android")]
fn entry(name: Uuid) -> keyring_core::Result<Entry> {
    use keyring_core::api::CredentialStoreApi;
    android_native_keyring_store::Store::new()?.build(SERVICE, &name.to_string(), None)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn entry(name: Uuid) -> keyring_core::Result<Entry> {
    keyring::Entry::new(SERVICE, &name.to_string()).map(|entry| entry.inner)
}

/// Asks the keyring on a thread of its own. Not one of tokio's: a dialog that nobody answers would hold up the end of the
/// program, and the D-Bus library's blocking calls bring their own runtime.
async fn ask<T: Send + 'static>(
    question: impl FnOnce() -> keyring_core::Result<T> + Send + 'static,
) -> Result<T, StoreError> {
    let (tell, told) = tokio::sync::oneshot::channel();
    std::thread::Builder::new()
        .name("keyring".to_owned())
        .spawn(move || tell.send(question()))
        .map_err(|error| StoreError::Internal(error.to_string()))?;
    match tokio::time::timeout(PATIENCE, told).await {
        Ok(Ok(answer)) => answer.map_err(sort),
        Ok(Err(_)) => Err(StoreError::Internal("the keyring's thread died".to_owned())),
        Err(_) => Err(StoreError::KeyringLocked("its dialog was not answered".to_owned())),
    }
}

/// Locked, declined, or not there at all.
fn sort(error: Error) -> StoreError {
    let detail = error.to_string();
    match error {
        // A service without a single keyring to put anything into: nothing that could be unlocked.
        Error::NoStorageAccess(_) if detail.contains("result not returned") => {
            StoreError::KeyringMissing(detail)
        }
        Error::NoStorageAccess(_) => StoreError::KeyringLocked(detail),
        // What the Secret Service says of a collection that was locked in between.
        Error::PlatformFailure(_) if detail.contains("IsLocked") => StoreError::KeyringLocked(detail),
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::Ambiguous(_) => {
            StoreError::KeyMissing(detail)
        }
        _ => StoreError::KeyringMissing(detail),
    }
}
