//! The key's hiding places: a real keyring in a D-Bus session of its own, passphrases, and what is missing or locked.

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use bridge::{Code, Protection};
use companion::store::Store;
use companion::vault::{self, Key, KeySource, Statement};
use zeroize::Zeroizing;

use crate::fixture::{page, source};

fn words(words: &str) -> KeySource {
    KeySource::Passphrase(Zeroizing::new(words.to_owned()))
}

fn bytes(key: &Key) -> [u8; 32] {
    match key {
        Key::Secret(bytes) => **bytes,
        Key::Plain => panic!("no key"),
    }
}

#[tokio::test]
async fn a_passphrase_opens_and_another_one_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("person.db");
    assert_eq!(vault::protection(&path).unwrap(), None);
    assert_eq!(vault::key(&path, words("short")).await.unwrap_err().code(), Code::Invalid);
    let made = vault::key(&path, words("correct horse")).await.unwrap();
    Store::open(&path, &made).await.unwrap().close().await;
    assert_eq!(vault::protection(&path).unwrap(), Some(Protection::Passphrase));
    let again = vault::key(&path, words("correct horse")).await.unwrap();
    assert_eq!(bytes(&made), bytes(&again));
    let wrong = vault::key(&path, words("correct house")).await.unwrap_err();
    assert_eq!(wrong.code(), Code::WrongPassphrase);
    // Nor does another way in make a new key over it.
    assert_eq!(vault::key(&path, KeySource::None).await.unwrap_err().code(), Code::Invalid);
    assert_eq!(vault::key(&path, KeySource::Ephemeral).await.unwrap_err().code(), Code::Invalid);
    // The statement tells how, with which salt, and nothing of the key or the words.
    let statement = std::fs::read_to_string(Statement::path(&path)).unwrap();
    let hex: String = bytes(&made).iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(statement.contains("argon2id") && statement.contains("65536"));
    assert!(!statement.contains(&hex) && !statement.contains("correct"));
    let key = format!("{made:?} {:?}", words("correct horse"));
    assert_eq!(key, "Secret Passphrase");
}

#[tokio::test]
async fn no_encryption_only_by_explicit_choice_and_stated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("person.db");
    let key = vault::key(&path, KeySource::None).await.unwrap();
    Store::open(&path, &key).await.unwrap().close().await;
    assert_eq!(vault::protection(&path).unwrap(), Some(Protection::None));
    assert!(std::fs::read(&path).unwrap().starts_with(b"SQLite format 3\0"));
}

#[tokio::test]
async fn a_throw_away_database_of_a_dead_process_is_swept_away_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("throwaway.db");
    let first = vault::key(&path, KeySource::Ephemeral).await.unwrap();
    let store = Store::open(&path, &first).await.unwrap();
    source(&store, "HB-1").await;
    // Killed: never closed, its log still there.
    std::mem::forget(store);
    let second = vault::key(&path, KeySource::Ephemeral).await.unwrap();
    assert_ne!(bytes(&first), bytes(&second));
    let store = Store::open(&path, &second).await.unwrap();
    assert!(store.sources().await.unwrap().is_empty());
    store.close().await;
}

#[tokio::test]
async fn a_key_is_made_again_if_the_first_start_died_before_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("person.db");
    vault::key(&path, words("correct horse")).await.unwrap();
    assert_eq!(vault::protection(&path).unwrap(), None);
    // Another choice is still free: nothing is locked behind the first.
    let key = vault::key(&path, KeySource::None).await.unwrap();
    Store::open(&path, &key).await.unwrap().close().await;
}

/// Where the copies of this test find their data folder.
const FOLDER: &str = "VAULT_TEST_FOLDER";

/// A session bus that starts no services by itself: a keyring is there only when a test has started one.
const BUS: &str = r#"<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>"#;

/// Runs one of the tests below, in a process of its own, in a D-Bus session of its own, with a home of its own.
fn in_private_session(name: &str) {
    let folder = tempfile::tempdir().unwrap();
    let bus = folder.path().join("bus.conf");
    std::fs::write(&bus, BUS).unwrap();
    let status = Command::new("dbus-run-session")
        .arg("--config-file")
        .arg(bus)
        .arg("--")
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", name, "--ignored", "--nocapture"])
        .env(FOLDER, folder.path())
        .env("HOME", folder.path())
        .env("XDG_DATA_HOME", folder.path().join("share"))
        .env("XDG_RUNTIME_DIR", folder.path())
        // Without a display the keyring cannot ask: as good as declined.
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdin(Stdio::null())
        .status()
        .expect("dbus-run-session of the package dbus");
    assert!(status.success(), "{name} failed in its session");
}

/// A keyring daemon that is ended when the test ends.
struct Daemon(Child);

impl Daemon {
    /// With its login keyring, made or unlocked by an empty password.
    fn unlocked() -> Self {
        // An empty password is a line with nothing in it.
        Self::start(&["--unlock"], b"\n", "collection/login")
    }

    /// As on a machine whose owner never made a keyring.
    fn without_a_keyring() -> Self {
        Self::start(&[], b"", "object path \"/\"")
    }

    /// Starts gnome-keyring-daemon and waits until it tells that default keyring.
    fn start(arguments: &[&str], stdin: &[u8], default: &str) -> Self {
        let mut child = Command::new("gnome-keyring-daemon")
            .args(["--foreground", "--components=secrets"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("gnome-keyring-daemon of the package gnome-keyring");
        child.stdin.take().unwrap().write_all(stdin).unwrap();
        let daemon = Self(child);
        let ask = ["/org/freedesktop/secrets", "org.freedesktop.Secret.Service.ReadAlias", "string:default"];
        for _ in 0..600 {
            if bus(&ask).contains(default) {
                return daemon;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("the keyring does not answer");
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn bus(arguments: &[&str]) -> String {
    let output = Command::new("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.freedesktop.secrets"])
        .args(arguments)
        .output()
        .expect("dbus-send of the package dbus");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn lock() {
    let collections = "array:objpath:/org/freedesktop/secrets/collection/login";
    bus(&["/org/freedesktop/secrets", "org.freedesktop.Secret.Service.Lock", collections]);
}

fn database() -> Option<std::path::PathBuf> {
    std::env::var_os(FOLDER).map(|folder| Path::new(&folder).join("person.db"))
}

async fn fill(path: &Path, key: &Key) {
    let store = Store::open(path, key).await.unwrap();
    let source = source(&store, "HB-1").await;
    store.commit(&[page(source, 0..100)]).await.unwrap();
    store.close().await;
}

#[test]
#[cfg(target_os = "linux")]
fn the_keyring_keeps_the_key() {
    in_private_session("vault::keeps");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the test above, in a session of its own"]
async fn keeps() {
    let Some(path) = database() else { return };
    let _daemon = Daemon::unlocked();
    let made = vault::key(&path, KeySource::Keyring).await.unwrap();
    fill(&path, &made).await;
    assert_eq!(vault::protection(&path).unwrap(), Some(Protection::Keyring));
    let again = vault::key(&path, KeySource::Keyring).await.unwrap();
    assert_eq!(bytes(&made), bytes(&again));
    // Another database has a key of its own.
    let other = vault::key(&path.with_file_name("demo.db"), KeySource::Keyring).await.unwrap();
    assert_ne!(bytes(&made), bytes(&other));
    // Forgotten it is out of the keyring, alone, and forgetting it once more is no fault.
    let demo = path.with_file_name("demo.db");
    fill(&demo, &other).await;
    vault::forget(&demo).await;
    assert_eq!(vault::key(&demo, KeySource::Keyring).await.unwrap_err().code(), Code::KeyMissing);
    vault::forget(&demo).await;
    let again = vault::key(&path, KeySource::Keyring).await.unwrap();
    assert_eq!(bytes(&made), bytes(&again));
    // No file of ours holds the key; the keyring's own is the keyring's matter.
    let hex: String = bytes(&made).iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(!std::fs::read_to_string(Statement::path(&path)).unwrap().contains(&hex));
}

#[test]
#[cfg(target_os = "linux")]
fn a_locked_keyring_is_said_to_be_locked_and_its_database_is_left_alone() {
    in_private_session("vault::locked");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the test above, in a session of its own"]
async fn locked() {
    let Some(path) = database() else { return };
    let daemon = Daemon::unlocked();
    let made = vault::key(&path, KeySource::Keyring).await.unwrap();
    fill(&path, &made).await;
    let before = std::fs::read(&path).unwrap();
    lock();
    assert_eq!(vault::key(&path, KeySource::Keyring).await.unwrap_err().code(), Code::KeyringLocked);
    // For a new database too.
    let new = vault::key(&path.with_file_name("new.db"), KeySource::Keyring).await.unwrap_err();
    assert_eq!(new.code(), Code::KeyringLocked);
    assert!(!Statement::path(&path.with_file_name("new.db")).exists());
    assert_eq!(std::fs::read(&path).unwrap(), before);
    // Unlocked again: everything is there. The daemon of the next login is another process.
    drop(daemon);
    let _daemon = Daemon::unlocked();
    let key = vault::key(&path, KeySource::Keyring).await.unwrap();
    Store::open(&path, &key).await.unwrap().close().await;
}

#[test]
#[cfg(target_os = "linux")]
fn a_keyring_without_our_key_is_no_reason_to_make_a_new_one() {
    in_private_session("vault::emptied");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the test above, in a session of its own"]
async fn emptied() {
    let Some(path) = database() else { return };
    let daemon = Daemon::unlocked();
    let made = vault::key(&path, KeySource::Keyring).await.unwrap();
    fill(&path, &made).await;
    drop(daemon);
    // Another machine's keyring: a new, empty one.
    std::fs::remove_dir_all(path.with_file_name("share").join("keyrings")).unwrap();
    let _daemon = Daemon::unlocked();
    let before = std::fs::read(&path).unwrap();
    assert_eq!(vault::key(&path, KeySource::Keyring).await.unwrap_err().code(), Code::KeyMissing);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    Store::open(&path, &made).await.unwrap().close().await;
}

#[test]
#[cfg(target_os = "linux")]
fn without_a_keyring_service_it_is_said_to_be_missing() {
    in_private_session("vault::missing");
    // Without any D-Bus session as well.
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "vault::missing", "--ignored"])
        .env(FOLDER, folder.path())
        .env("XDG_RUNTIME_DIR", folder.path())
        .env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", folder.path().join("nobody").display()))
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
#[cfg(target_os = "linux")]
fn a_service_without_any_keyring_leaves_the_other_choices() {
    in_private_session("vault::none_made");
}

#[tokio::test]
#[ignore = "run by the test above, in a session of its own"]
async fn none_made() {
    let Some(path) = database() else { return };
    let _daemon = Daemon::without_a_keyring();
    let error = vault::key(&path, KeySource::Keyring).await.unwrap_err();
    assert_eq!(error.code(), Code::KeyringMissing, "{error}");
    let key = vault::key(&path, words("correct horse")).await.unwrap();
    fill(&path, &key).await;
}

#[tokio::test]
#[ignore = "run by the test above, in a session of its own"]
async fn missing() {
    let Some(path) = database() else { return };
    let error = vault::key(&path, KeySource::Keyring).await.unwrap_err();
    assert_eq!(error.code(), Code::KeyringMissing, "{error}");
    assert!(!Statement::path(&path).exists() && !path.exists());
}
