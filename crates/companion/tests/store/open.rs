//! Opening: what is damaged, newer, foreign or in use is told apart, and nothing is ever deleted.

use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use bridge::Code;
use companion::store::{Folder, Store, StoreError};
use companion::vault::{self, Key, KeySource, Statement};
use sqlx::{ConnectOptions, Connection};

use crate::fixture::{all, assert_rollups_equal_a_recount, key, page, source, store};

/// A database with a statement beside it, closed.
async fn filled(folder: &Path) -> (PathBuf, Key) {
    let path = folder.join("person.db");
    let key = vault::key(&path, KeySource::Ephemeral).await.unwrap();
    let store = Store::open(&path, &key).await.unwrap();
    let source = source(&store, "HB-SECRET").await;
    store.commit(&[page(source, 0..20_000)]).await.unwrap();
    store.close().await;
    (path, key)
}

fn listing(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn overwrite(path: &Path, at: u64, bytes: &[u8]) {
    let mut file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

#[tokio::test]
async fn whoever_holds_the_file_holds_nothing() {
    let (folder, store, source) = store().await;
    store.commit(&[page(source, 0..5_000)]).await.unwrap();
    // While it is open too: the log and its index.
    for name in listing(folder.path()) {
        let mut bytes = Vec::new();
        std::fs::File::open(folder.path().join(&name)).unwrap().read_to_end(&mut bytes).unwrap();
        for secret in ["SQLite format 3", "HB-1", "Bracelet", "heart_rate", "journal"] {
            assert!(
                !bytes.windows(secret.len()).any(|window| window == secret.as_bytes()),
                "{secret} in {name}"
            );
        }
    }
    assert!(listing(folder.path()).contains(&"person.db-wal".to_owned()));
}

#[tokio::test]
async fn a_wrong_key_is_never_called_damage() {
    let folder = tempfile::tempdir().unwrap();
    let (path, right) = filled(folder.path()).await;
    let before = listing(folder.path());
    let wrong = Store::open(&path, &key()).await.unwrap_err();
    assert_eq!(wrong.code(), Code::KeyMissing);
    assert_eq!(Store::open(&path, &Key::Plain).await.unwrap_err().code(), Code::KeyMissing);
    assert!(matches!(Store::keep_aside_if_damaged(&path, &key()).await, Err(StoreError::KeyMissing(_))));
    assert_eq!(listing(folder.path()), before);
    Store::open(&path, &right).await.unwrap().close().await;
    // Even when the statement is lost, and with it the knowledge which key is right.
    std::fs::remove_file(Statement::path(&path)).unwrap();
    let before = listing(folder.path());
    assert_eq!(Store::open(&path, &key()).await.unwrap_err().code(), Code::KeyMissing);
    assert_eq!(vault::protection(&path).unwrap_err().code(), Code::KeyMissing);
    for source in [KeySource::Keyring, KeySource::Ephemeral, KeySource::None] {
        assert_eq!(vault::key(&path, source).await.unwrap_err().code(), Code::KeyMissing);
    }
    assert_eq!(listing(folder.path()), before);
    Store::open(&path, &right).await.unwrap().close().await;
}

#[tokio::test]
async fn a_damaged_database_is_kept_aside_whole_and_a_new_one_can_begin() {
    let folder = tempfile::tempdir().unwrap();
    let (path, key) = filled(folder.path()).await;
    overwrite(&path, 100, &[0xee; 500]);
    let damaged = std::fs::read(&path).unwrap();
    let statement = std::fs::read(Statement::path(&path)).unwrap();
    let error = Store::open(&path, &key).await.unwrap_err();
    let StoreError::Damaged { kept_aside: Some(aside), .. } = error else { panic!("{error}") };
    assert_eq!(std::fs::read(&aside).unwrap(), damaged);
    assert_eq!(std::fs::read(Statement::path(&aside)).unwrap(), statement);
    assert!(aside.file_name().unwrap().to_str().unwrap().starts_with("person.damaged-"));
    assert!(!path.exists() && vault::protection(&path).unwrap().is_none());

    let key = vault::key(&path, KeySource::None).await.unwrap();
    let fresh = Store::open(&path, &key).await.unwrap();
    assert!(fresh.sources().await.unwrap().is_empty());
    fresh.close().await;
}

#[tokio::test]
async fn damage_deep_inside_is_found_by_reading_every_page() {
    let folder = tempfile::tempdir().unwrap();
    let (path, key) = filled(folder.path()).await;
    assert_eq!(Store::keep_aside_if_damaged(&path, &key).await.unwrap(), None);
    let middle = std::fs::metadata(&path).unwrap().len() / 2;
    overwrite(&path, middle, &[0xee; 5_000]);
    // It opens: the damage is far from the first page. Reading comes upon it, and says so.
    let store = Store::open(&path, &key).await.unwrap();
    let mut records =
        store.records(companion::store::SourceId(1), vitals::UnixMillis(0), vitals::UnixMillis(i64::MAX));
    let error = loop {
        match records.next().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the damage went unnoticed"),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::Damaged { kept_aside: None, .. }), "{error}");
    store.close().await;
    let aside = Store::keep_aside_if_damaged(&path, &key).await.unwrap().unwrap();
    assert!(aside.exists() && !path.exists());
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("person.db");
    let key = vault::key(&path, KeySource::None).await.unwrap();
    Store::open(&path, &key).await.unwrap().close().await;
    let mut connection = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', 1, x'00', 0)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = Store::open(&path, &key).await.unwrap_err();
    assert!(matches!(error, StoreError::Newer(9999)), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);

    std::fs::write(Statement::path(&path), br#"{"version":2,"protection":"telepathy"}"#).unwrap();
    assert_eq!(vault::protection(&path).unwrap_err().code(), Code::DatabaseNewer);
}

#[tokio::test]
async fn one_process_holds_a_folder_and_a_lock_left_behind_blocks_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("deep").join("data");
    let held = Folder::hold(&data).unwrap();
    assert_eq!(Folder::hold(&data).unwrap_err().code(), Code::AlreadyRunning);
    drop(held);
    assert!(data.join("lock").exists());
    Folder::hold(&data).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, b"in the way").unwrap();
    assert_eq!(Folder::hold(&file.join("data")).unwrap_err().code(), Code::FolderNotWritable);
    let inside = file.join("person.db");
    let error = Store::open(&inside, &Key::Plain).await.unwrap_err();
    assert_eq!(error.code(), Code::FolderNotWritable, "{error}");
}

#[tokio::test]
async fn closed_and_opened_again_all_is_there() {
    let (folder, store, source) = store().await;
    store.commit(&[page(source, 0..1_000)]).await.unwrap();
    store.close().await;
    let store = Store::open(&folder.path().join("person.db"), &key()).await.unwrap();
    store.commit(&[page(source, 900..1_100)]).await.unwrap();
    assert_eq!(all(&store, source).await.len(), 1_100);
    assert_rollups_equal_a_recount(&store, source).await;
    assert_eq!(store.sources().await.unwrap()[0].firmware.as_deref(), Some("1.0"));
    store.close().await;
}
