//! A backup comes back whole, on another computer too, and nothing is replaced by what cannot be read.

use bridge::Code;
use companion::store::{Store, StoreError};
use companion::vault::Key;
use vitals::{Thresholds, UnixMillis};
use zeroize::Zeroizing;

use crate::fixture::{all, page, store};

fn words(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

#[tokio::test]
async fn a_backup_comes_back_whole_under_another_key_and_what_was_there_is_kept_aside() {
    let (folder, store, source) = store().await;
    store.commit(&[page(source, 0..3_000)]).await.unwrap();
    store.set_thresholds(UnixMillis(7), &Thresholds::default()).await.unwrap();
    let before = all(&store, source).await;
    let backup = folder.path().join("backup.db");
    let secret = words("it's a horse, \"correct\"");
    let bytes = store.back_up(&backup, &secret).await.unwrap();
    assert_eq!(bytes, std::fs::metadata(&backup).unwrap().len());
    let head = std::fs::read(&backup).unwrap();
    assert!(!head.starts_with(b"SQLite format 3"), "not in clear text");
    // It goes on after a backup.
    store.commit(&[page(source, 3_000..3_010)]).await.unwrap();
    store.close().await;

    for key in [Key::Secret(Zeroizing::new([9; 32])), Key::Plain] {
        let there = tempfile::tempdir().unwrap();
        let path = there.path().join("person.db");
        Store::open(&path, &key).await.unwrap().close().await;
        let now = jiff::Timestamp::now();
        let wrong = Store::bring_back(&backup, &words("wrong horse"), &path, &key, now).await;
        assert!(matches!(wrong, Err(StoreError::WrongPassphrase)), "{wrong:?}");
        let aside = Store::bring_back(&backup, &secret, &path, &key, now).await.unwrap();
        // Twice within one second: the first one's copy is not written over.
        let again = Store::bring_back(&backup, &secret, &path, &key, now).await.unwrap();
        assert!(aside.exists() && again.exists() && aside != again);
        let back = Store::open(&path, &key).await.unwrap();
        assert_eq!(all(&back, source).await, before);
        assert_eq!(back.thresholds().await.unwrap().len(), 2);
        back.close().await;
    }
}

#[tokio::test]
async fn what_is_no_backup_replaces_nothing() {
    let (folder, store, source) = store().await;
    store.commit(&[page(source, 0..10)]).await.unwrap();
    store.close().await;
    let path = folder.path().join("person.db");
    let was = std::fs::read(&path).unwrap();
    let noise = folder.path().join("noise.db");
    std::fs::write(&noise, vec![0x5a; 40_960]).unwrap();
    let picture = folder.path().join("picture.jpg");
    std::fs::write(&picture, vec![0x5a; 40_961]).unwrap();
    let plain = folder.path().join("plain.db");
    Store::open(&plain, &Key::Plain).await.unwrap().close().await;
    let now = jiff::Timestamp::now();
    let key = crate::fixture::key();
    let refused = async |file: &std::path::Path| {
        Store::bring_back(file, &words("correct horse"), &path, &key, now).await.unwrap_err().code()
    };
    // What is encrypted and what is noise look the same: only the passphrase can be blamed.
    assert_eq!(refused(&noise).await, Code::WrongPassphrase);
    for file in [picture, plain, folder.path().join("nothing.db"), folder.path().to_owned()] {
        assert_eq!(refused(&file).await, Code::NotABackup, "{}", file.display());
    }
    assert_eq!(std::fs::read(&path).unwrap(), was);
    assert_eq!(
        std::fs::read_dir(folder.path())
            .unwrap()
            .filter(|it| { it.as_ref().unwrap().file_name().to_string_lossy().contains("replaced") })
            .count(),
        0
    );
}
