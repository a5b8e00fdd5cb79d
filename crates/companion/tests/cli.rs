//! The `bracelet` command as a process of its own: what programs read from it, and what is left when it is killed.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

fn bracelet(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bracelet"));
    command.arg("--data").arg(data).env("LC_ALL", "C");
    // No keyring of the machine that runs the tests is asked, or given anything.
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(data: &Path, arguments: &[&str]) -> Output {
    bracelet(data).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A live view that goes on until it is ended.
fn watching(data: &Path, arguments: &[&str]) -> (Child, BufReader<ChildStdout>) {
    let mut child = bracelet(data).args(arguments).spawn().unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    (child, out)
}

#[test]
fn a_demo_for_programs_is_one_object_a_second_and_nothing_else() {
    let data = tempfile::tempdir().unwrap();
    let output = run(data.path(), &["watch", "--demo", "--seconds", "8", "--json"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "");
    let lines: Vec<Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 8);
    for line in &lines {
        let object = line.as_object().unwrap();
        let fields: Vec<&str> = object.keys().map(String::as_str).collect();
        for field in ["time", "heart_rate", "spo2", "skin_temperature", "steps", "battery", "quality"] {
            assert!(fields.contains(&field), "{field} in {line}");
        }
        assert_ne!(line["heart_rate"], 0, "never a zero for unknown");
        assert!(line["time"].as_str().unwrap().ends_with('Z'));
    }
    let last = lines.last().unwrap();
    assert!((50..110).contains(&last["heart_rate"].as_u64().unwrap()), "{last}");
    assert!(last["spo2"].as_u64().is_some() && last["battery"].as_u64().is_some(), "whole percents: {last}");
    assert!(!data.path().join("person.db").exists(), "no kept database");
    assert!(!data.path().join("demo/throwaway.db").exists(), "the throw-away one is thrown away");
}

#[test]
fn limits_and_alerts_are_told_to_people_and_to_programs() {
    let data = tempfile::tempdir().unwrap();
    let ask = |arguments: &[&str]| {
        let out = run(data.path(), &[&["--protection", "none"], arguments].concat());
        assert!(out.status.success(), "{}", text(&out.stderr));
        text(&out.stdout)
    };
    let limits = ask(&["limits", "--lang", "en"]);
    assert!(limits.contains("Heart rate (bpm): orange outside 60–100, red outside 50–120"), "{limits}");
    assert!(ask(&["limits", "--lang", "fr"]).contains("rouge hors de ––38,5"));
    let told: Value = serde_json::from_str(&ask(&["limits", "--restore-defaults", "--json"])).unwrap();
    assert_eq!(told["spo2"]["low_alert"], 9_000);
    assert_eq!(ask(&["alerts", "--json"]).trim(), "[]");
    assert_eq!(ask(&["alerts", "--demo", "--lang", "fr"]).trim(), "Aucune alerte.");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let data = tempfile::tempdir().unwrap();
    let (mut child, mut out) = watching(data.path(), &["watch", "--demo", "--json"]);
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    drop(out);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_second_process_on_the_same_folder_says_so() {
    let data = tempfile::tempdir().unwrap();
    let (mut child, mut out) = watching(data.path(), &["watch", "--demo", "--json"]);
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let second = run(data.path(), &["watch", "--demo", "--json", "--seconds", "1"]);
    assert_eq!(second.status.code(), Some(3));
    assert_eq!(text(&second.stdout), "");
    assert!(text(&second.stderr).contains("Another process"), "{}", text(&second.stderr));
    child.kill().unwrap();
    child.wait().unwrap();
    // A killed process holds nothing, and its throw-away database goes at the next start, whatever that is for.
    assert!(data.path().join("demo/throwaway.db").exists());
    assert!(run(data.path(), &["--protection", "none", "status"]).status.success());
    assert!(!data.path().join("demo/throwaway.db").exists());
    assert!(run(data.path(), &["watch", "--demo", "--json", "--seconds", "1"]).status.success());
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_in_good_order() {
    let data = tempfile::tempdir().unwrap();
    let (mut child, mut out) = watching(data.path(), &["watch", "--demo"]);
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    assert!(line.contains("bpm"), "{line}");
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    let status = child.wait().unwrap();
    let mut complaint = String::new();
    child.stderr.take().unwrap().read_to_string(&mut complaint).unwrap();
    assert!(status.success(), "{complaint}");
    assert!(!data.path().join("demo/throwaway.db").exists());
}

#[test]
fn without_a_keyring_nothing_is_made_and_the_person_is_told_what_to_do() {
    let data = tempfile::tempdir().unwrap();
    let output = run(data.path(), &["status"]);
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("--protection passphrase"), "{}", text(&output.stderr));
    assert!(!data.path().join("person.db").exists());
    for french in [
        bracelet(data.path()).args(["--lang", "fr", "status"]).output().unwrap(),
        bracelet(data.path()).env("LC_ALL", "fr_FR.UTF-8").arg("status").output().unwrap(),
    ] {
        assert!(text(&french.stderr).contains("trousseau"), "{}", text(&french.stderr));
    }
}

#[test]
fn a_kill_in_the_middle_of_a_drain_loses_nothing_and_doubles_nothing() {
    let data = tempfile::tempdir().unwrap();
    let demo = ["--protection", "none", "watch", "--demo", "--json", "--history", "3"];
    for megabytes in [2, 5, 9] {
        let (mut child, _out) = watching(data.path(), &demo);
        // The drain is under way when its database has grown so far.
        while database_bytes(data.path()) < megabytes * 1_000_000 {
            assert_eq!(child.try_wait().unwrap(), None, "it ended by itself");
            std::thread::sleep(Duration::from_millis(20));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    // Whatever state that left: what is stored is right, and the rest is still to be had.
    let interrupted = check(data.path());
    assert_eq!((interrupted["missing"].as_u64(), interrupted["twice"].as_u64()), (Some(0), Some(0)));
    assert!(interrupted["waiting"].as_u64().unwrap() > 0, "killed in the middle: {interrupted}");
    let goes_on = [&demo[..], &["--seconds", "5"]].concat();
    let found = loop {
        assert!(run(data.path(), &goes_on).status.success());
        let found = check(data.path());
        // What was measured in the last second or two is always on its way.
        if found["waiting"].as_u64().unwrap() < 10 {
            break found;
        }
    };
    assert!(found["same"].as_u64() >= interrupted["same"].as_u64(), "{found} after {interrupted}");
    assert_eq!(found["same"], found["in_store"], "{found}");
}

/// How much there is of the demo's database, with its log.
fn database_bytes(data: &Path) -> u64 {
    let size = |name| std::fs::metadata(data.join("demo").join(name)).map_or(0, |metadata| metadata.len());
    size("demo.db") + size("demo.db-wal")
}

/// Compares database and flash; the command itself fails if they differ.
fn check(data: &Path) -> Value {
    let output = run(data, &["--protection", "none", "check", "--demo", "--json"]);
    assert!(output.status.success(), "{} {}", text(&output.stdout), text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn what_is_kept_can_be_told_exported_and_forgotten() {
    let data = tempfile::tempdir().unwrap();
    let none = ["--protection", "none"];
    let with = |arguments: &[&str]| run(data.path(), &[&none[..], arguments].concat());
    assert!(with(&["watch", "--demo", "--json", "--seconds", "6", "--history", "0"]).status.success());

    let status: Value = serde_json::from_slice(&with(&["status", "--json"]).stdout).unwrap();
    assert_eq!((&status["protection"], &status["sources"][0]["kind"]), (&"none".into(), &"demo".into()));
    let devices: Value = serde_json::from_slice(&with(&["devices", "--json"]).stdout).unwrap();
    assert!(devices[0]["records"].as_u64().unwrap() >= 3, "{devices}");
    assert_eq!(devices[0]["to_send"], Value::Null, "no reading of a demo goes to the cloud by itself");
    let devices: Value = serde_json::from_slice(&with(&["--sync-demo", "devices", "--json"]).stdout).unwrap();
    assert_eq!(devices[0]["to_send"], devices[0]["records"], "{devices}");

    let csv = text(&with(&["export", "--format", "csv", "--demo"]).stdout);
    assert!(csv.starts_with("time,heart_rate,spo2"), "{csv}");
    assert!(csv.lines().skip(1).all(|line| line.contains(",demo,DEMO-")), "a demo is called so in each line");
    let file = data.path().join("out.json");
    assert!(
        with(&["export", "--format", "json", "--demo", "-o", &file.display().to_string()]).status.success()
    );
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600, "nobody else reads an export");
    }
    let rows: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), csv.lines().count() - 1);
    let own = with(&["export", "--format", "csv"]);
    assert_eq!(own.status.code(), Some(2), "the demo is not one's own");

    assert!(with(&["forget-demo"]).status.success());
    assert!(!data.path().join("demo").exists());
    assert!(data.path().join("person.db").exists());
}

/// What a command answers that reads this line.
fn told(data: &Path, arguments: &[&str], line: &str) -> Output {
    use std::io::Write;
    let mut child = bracelet(data).args(arguments).stdin(Stdio::piped()).spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{line}").unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn a_backup_made_in_the_terminal_comes_back_on_another_computer_only_with_its_passphrase() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = here.path().with_extension("backup");
    let plain = ["--protection", "none", "--passphrase-stdin"];
    let with = |verb| [verb, file.to_str().unwrap()].into_iter().chain(plain).collect::<Vec<_>>();
    let made = told(here.path(), &with("back-up"), "correct horse");
    assert!(made.status.success(), "{}", text(&made.stderr));
    let wrong = told(there.path(), &with("bring-back"), "wrong horse");
    assert_eq!(wrong.status.code(), Some(4), "{}", text(&wrong.stderr));
    let back = told(there.path(), &with("bring-back"), "correct horse");
    assert!(back.status.success(), "{}", text(&back.stderr));
    let aside = std::fs::read_dir(there.path()).unwrap().flatten();
    assert_eq!(
        aside
            .filter(|it| it.file_name().to_string_lossy().ends_with(".db") && it.file_name() != "person.db")
            .count(),
        1
    );
    std::fs::remove_file(file).unwrap();
}
