//! A disk that is really full: a file system of a few megabytes, in a mount namespace of its own.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use bridge::Code;
use companion::store::{SourceId, Store};
use companion::vault::{self, KeySource};

use crate::fixture::{JOURNAL, all, assert_rollups_equal_a_recount, key, page, source};

/// Set for the copy of this test that runs on the small file system: where that is.
const FOLDER: &str = "STORE_FULL_FOLDER";

#[test]
#[cfg(target_os = "linux")]
fn a_disk_that_is_really_full_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mount = "mount -t tmpfs -o size=4m tmpfs \"$0\" && exec \"$@\"";
    let unshare = |arguments: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", "sh", "-c", mount]).arg(folder.path()).args(arguments);
        command
    };
    // Some containers allow no namespaces; the test beside the store's own code does with SQLite's limit.
    if !unshare(&["true"]).stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
        eprintln!("skipped: no mount namespaces here");
        return;
    }
    let this = std::env::current_exe().unwrap();
    let status =
        unshare(&[this.to_str().unwrap(), "--exact", "full::on_a_small_disk", "--ignored", "--nocapture"])
            .env(FOLDER, folder.path())
            .status()
            .unwrap();
    assert!(status.success());
}

/// Fills the disk to the last byte.
fn stuff(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("stuffing");
    let mut file = std::fs::File::create(&path).unwrap();
    for size in [4_096, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
    path
}

/// Commits until the disk is full; tells how many records there are then.
async fn until_full(store: &Store, source: SourceId, mut stored: u32) -> u32 {
    loop {
        match store.commit(&[page(source, stored..stored + 500)]).await {
            Ok(done) => stored += u32::try_from(done.new).unwrap(),
            Err(error) => {
                assert_eq!(error.code(), Code::DiskFull, "{error}");
                return stored;
            }
        }
    }
}

#[tokio::test]
#[ignore = "run by the test above, on a small file system"]
async fn on_a_small_disk() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let folder = Path::new(&folder);
    let path = folder.join("person.db");
    let store = Store::open(&path, &key()).await.unwrap();
    let source = source(&store, "HB-1").await;
    let mut stored = until_full(&store, source, 0).await;
    assert!(stored > 1_000);
    let stuffing = stuff(folder);
    // Again, and again the same answer: no connection is left in the middle of something. (The log may have a little room.)
    for _ in 0..3 {
        stored = until_full(&store, source, stored).await;
    }
    // What is there can still be read.
    assert_eq!(store.count(source).await.unwrap(), u64::from(stored));
    store.close().await;

    // Starting on a full disk says so, and neither calls the database damaged nor loses it.
    match Store::open(&path, &key()).await {
        Ok(store) => store.close().await,
        Err(error) => assert_eq!(error.code(), Code::DiskFull, "{error}"),
    }
    let new = vault::key(&folder.join("new.db"), KeySource::Ephemeral).await.unwrap_err();
    assert_eq!(new.code(), Code::DiskFull, "{new}");

    std::fs::remove_file(stuffing).unwrap();
    let store = Store::open(&path, &key()).await.unwrap();
    assert_eq!(store.cursors(source, JOURNAL).await.unwrap()[0].next.0, stored);
    assert_eq!(all(&store, source).await.len(), stored as usize);
    assert_rollups_equal_a_recount(&store, source).await;
    store.close().await;
}
