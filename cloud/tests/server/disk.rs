//! A disk that is full: a clear 503, nothing half, nothing lost, and all well when there is room.

use std::{
    fs::File,
    io::{BufRead, BufReader, ErrorKind, Write},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use serde_json::json;
use tempfile::TempDir;

use crate::{
    common::{Heard, Who, is_root, points, raw_at},
    process::{CLOUD, Process},
};

/// Points of one batch.
const BATCH: usize = 500;

/// A small disk, mounted for a process that holds it and for those that enter where it is: whatever becomes of the test,
/// nothing stays mounted.
struct Disk {
    holder: Child,
    folder: TempDir,
}

impl Disk {
    /// Of so many megabytes; or why this machine has none for us.
    fn mounted(megabytes: u32) -> Result<Self, String> {
        let folder = tempfile::tempdir().unwrap();
        let mount =
            format!("mount -t tmpfs -o size={megabytes}m tmpfs \"$0\" && echo mounted && exec sleep 600");
        let mut holder = Command::new("unshare")
            .arg(if is_root() { "-m" } else { "-Urm" })
            .args(["sh", "-c", &mount])
            .arg(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("unshare: {error}"))?;
        let mut told = String::new();
        BufReader::new(holder.stdout.take().unwrap()).read_line(&mut told).unwrap();
        if told.trim() == "mounted" {
            return Ok(Self { holder, folder });
        }
        let output = holder.wait_with_output().unwrap();
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }

    /// A command that enters where the disk is.
    fn entered(&self) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["-t", &self.holder.id().to_string(), "-m"]);
        if !is_root() {
            command.args(["-U", "--preserve-credentials"]);
        }
        command.args(["--", CLOUD]);
        command
    }

    fn database(&self) -> String {
        format!("sqlite:///{}", self.folder.path().join("d.db").display())
    }

    /// A file of the disk, as it is seen from here.
    fn file(&self, name: &str) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.holder.id()));
        root.join(self.folder.path().strip_prefix("/").unwrap()).join(name)
    }

    /// To the last byte.
    fn fill(&self) {
        let mut filling = File::create(self.file("filling")).unwrap();
        for piece in [vec![0; 65_536], vec![0; 1]] {
            let error = loop {
                if let Err(error) = filling.write_all(&piece) {
                    break error;
                }
            };
            assert_eq!(error.kind(), ErrorKind::StorageFull);
        }
    }

    fn make_room(&self) {
        std::fs::remove_file(self.file("filling")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

fn assert_clear(refused: &Heard) {
    assert_eq!((refused.status, refused.headers["retry-after"].as_str()), (503, "1"));
    assert_eq!(refused.json(), json!({"detail": "Database unavailable"}));
}

/// Sends batches until one is refused, clearly; so many points were acknowledged before.
async fn send_until_refused(s: &Process, key: &Who, mut acknowledged: usize) -> usize {
    loop {
        assert!(acknowledged < 1_000_000, "the disk is never full");
        let batch = points(acknowledged, BATCH);
        let heard = s.ask(key, "POST", "/metrics/batch/", Some(&batch)).await;
        if heard.status != 201 {
            assert_clear(&heard);
            return acknowledged;
        }
        acknowledged += BATCH;
    }
}

/// The next batch is taken.
async fn send_again(s: &Process, key: &Who, acknowledged: usize) -> usize {
    let batch = points(acknowledged, BATCH);
    let again = s.ask(key, "POST", "/metrics/batch/", Some(&batch)).await;
    assert_eq!((again.status, &again.json()["inserted"]), (201, &json!(BATCH)));
    acknowledged + BATCH
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_a_503_and_room_is_all_it_takes() {
    let disk = match Disk::mounted(100) {
        Ok(disk) => disk,
        Err(why) => {
            // Past the tests' own catching of what is printed: whoever reads the log must know.
            let words = format!("SKIPPED: no disk may be mounted here ({why}), so none was filled\n");
            std::io::stderr().write_all(words.as_bytes()).unwrap();
            return;
        }
    };
    let s = Process::start_by(disk.entered(), &disk.database()).await;
    let person = s.admin().await;
    let (id, key) = s.bracelet(&person, "D-1").await;
    let before = send_again(&s, &key, 0).await;
    disk.fill();
    let acknowledged = send_until_refused(&s, &key, before).await;
    for _ in 0..3 {
        assert_clear(&s.ask(&key, "POST", "/metrics/batch/", Some(&points(acknowledged, BATCH))).await);
    }
    // What is smaller than a batch finds some room yet; in the end none.
    let mut version = 0;
    let refused = loop {
        let (tag, body) = (format!("\"{version}\""), json!({"settings": {"n": version}}).to_string());
        let Who::Person(token) = &person else { unreachable!() };
        let bearer = format!("Bearer {token}");
        let headers =
            [("Authorization", &*bearer), ("Content-Type", "application/json"), ("If-Match", &*tag)];
        let path = "/api/v1/users/me/settings";
        let heard = raw_at(s.address, "PUT", path, &headers, body.as_bytes()).await.unwrap();
        if heard.status != 200 {
            break heard;
        }
        version += 1;
        assert!(version < 10_000, "the disk is never full");
    };
    assert_clear(&refused);
    assert_eq!(s.count(&person, &id).await, acknowledged, "nothing half, nothing lost, and reading goes on");
    disk.make_room();
    let acknowledged = send_again(&s, &key, acknowledged).await;
    assert_eq!(s.count(&person, &id).await, acknowledged);
    let told = s.ask(&person, "GET", "/users/me/settings", None).await.json();
    assert_eq!(told["version"], version, "what was acknowledged");
    // Full once more, and the program killed at it.
    disk.fill();
    let acknowledged = send_until_refused(&s, &key, acknowledged).await;
    drop(s);
    disk.make_room();
    let s = Process::start_by(disk.entered(), &disk.database()).await;
    assert_eq!(s.count(&person, &id).await, acknowledged);
    let acknowledged = send_again(&s, &key, acknowledged).await;
    s.signal("-TERM");
    assert!(s.ended_well());
    let copies = tempfile::tempdir().unwrap();
    let copy = copies.path().join("d.db");
    std::fs::copy(disk.file("d.db"), &copy).unwrap();
    let copied = rusqlite::Connection::open(&copy).unwrap();
    let sound: String = copied.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    let kept: i64 = copied.query_row("SELECT count(*) FROM metrics", [], |row| row.get(0)).unwrap();
    assert_eq!((sound.as_str(), usize::try_from(kept).unwrap()), ("ok", acknowledged));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_may_not_grow_is_a_503_and_what_was_acknowledged_stays() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:///{}", folder.path().join("d.db").display());
    // No file may grow beyond 1500 KiB, and the signal that says so is not heard: writing fails, as on a full disk.
    let mut small = Command::new("bash");
    small.args(["-c", "trap '' XFSZ; ulimit -f 1500; exec \"$0\"", CLOUD]);
    let s = Process::start_by(small, &database).await;
    let person = s.admin().await;
    let (id, key) = s.bracelet(&person, "D-2").await;
    let acknowledged = send_until_refused(&s, &key, 0).await;
    assert_eq!(s.count(&person, &id).await, acknowledged, "nothing half, nothing lost, and reading goes on");
    s.signal("-TERM");
    assert!(s.ended_well());
    let s = Process::start(&database).await;
    assert_eq!(s.count(&person, &id).await, acknowledged);
    send_again(&s, &key, acknowledged).await;
}
