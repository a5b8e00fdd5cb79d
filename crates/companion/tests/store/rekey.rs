//! Another key for what is kept: whatever is interrupted, one of the two opens it, whole, and it is known which.

use std::path::Path;

use bridge::Protection;
use companion::store::{Store, StoreError};
use companion::vault::{self, KeySource, Statement};
use serde_json::Value;
use vitals::Profile;

fn words(text: &str) -> KeySource {
    KeySource::Passphrase(text.to_owned().into())
}

async fn open(path: &Path, source: KeySource) -> Result<Store, StoreError> {
    let key = vault::key(path, source).await?;
    Store::open(path, &key).await
}

async fn name(path: &Path, source: KeySource) -> Option<String> {
    let store = open(path, source).await.unwrap();
    let name = store.profile().await.unwrap().name;
    store.close().await;
    name
}

async fn made(path: &Path, source: KeySource) {
    let store = open(path, source).await.unwrap();
    store.set_profile(&Profile { name: Some("Ann".to_owned()), ..Profile::default() }).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn only_the_new_key_opens_a_database_after_a_change_and_all_of_it_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("person.db");
    made(&path, KeySource::None).await;
    let steps = [KeySource::None, words("correct horse"), words("another horse")];
    for pair in steps.windows(2) {
        let [from, to] = pair else { panic!("two") };
        vault::change(&path, from.clone(), to.clone()).await.unwrap();
        assert!(open(&path, from.clone()).await.is_err(), "{from:?}");
        assert_eq!(name(&path, to.clone()).await.as_deref(), Some("Ann"), "{to:?}");
    }
    assert!(!std::fs::read(&path).unwrap().starts_with(b"SQLite format 3"));
    let left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[tokio::test]
async fn a_wrong_key_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("person.db");
    made(&path, words("correct horse")).await;
    let was = (std::fs::read(&path).unwrap(), std::fs::read(Statement::path(&path)).unwrap());
    let wrong = vault::change(&path, words("wrong horse"), words("another horse")).await;
    assert!(matches!(wrong, Err(StoreError::WrongPassphrase)), "{wrong:?}");
    let short = vault::change(&path, words("correct horse"), words("short")).await;
    assert!(matches!(short, Err(StoreError::Invalid(_))), "{short:?}");
    assert_eq!((std::fs::read(&path).unwrap(), std::fs::read(Statement::path(&path)).unwrap()), was);
}

#[tokio::test]
async fn a_change_cut_before_or_after_the_swap_leaves_a_database_that_opens_and_says_how() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("person.db");
    made(&path, words("correct horse")).await;
    let read = |path: &Path| std::fs::read(path).unwrap();
    let (before, stated) = (read(&path), read(&Statement::path(&path)));
    vault::change(&path, words("correct horse"), words("another horse")).await.unwrap();
    let (after, next) = (read(&path), read(&Statement::path(&path)));
    // What stands on the disk between the two: the statement names both.
    let mut both: Value = serde_json::from_slice(&stated).unwrap();
    both["next"] = serde_json::from_slice(&next).unwrap();
    let both = serde_json::to_vec(&both).unwrap();
    let unfinished = folder.path().join("person.db.unfinished");

    std::fs::write(&path, &before).unwrap();
    std::fs::write(&unfinished, &after).unwrap();
    std::fs::write(Statement::path(&path), &both).unwrap();
    assert_eq!(vault::protection(&path).unwrap(), Some(Protection::Passphrase));
    assert!(matches!(open(&path, words("another horse")).await, Err(StoreError::WrongPassphrase)));
    assert_eq!(name(&path, words("correct horse")).await.as_deref(), Some("Ann"));
    assert!(!unfinished.exists());

    std::fs::write(&path, &after).unwrap();
    std::fs::write(Statement::path(&path), &both).unwrap();
    assert!(matches!(open(&path, words("correct horse")).await, Err(StoreError::WrongPassphrase)));
    assert_eq!(name(&path, words("another horse")).await.as_deref(), Some("Ann"));
}
