//! Backup, bringing back and export as the window asks for them.

use bridge::{Changed, Code, Event, ExportFormat, Protection, SourceKind, Start};
use companion::store::{Batch, NewSource};
use companion::{Engine, KeySource, Options};
use firmware::sim::Faults;
use vitals::{Boot, JournalId, Placed, Profile, Record, Seq, UnixMillis, UptimeMillis};

const PASSPHRASE: &str = "correct horse";

async fn named(engine: &Engine, name: &str) {
    let profile = Profile { name: Some(name.to_owned()), ..Profile::default() };
    engine.set_profile(profile).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_brought_back_on_another_computer_and_what_was_there_stays_readable() {
    let (here, there, shelf) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = shelf.path().join("bracelet.backup");
    let engine = crate::engine(here.path(), 0, Faults::default()).await;
    named(&engine, "Ann").await;
    assert_eq!(engine.data().await.unwrap().last_backup, None);
    assert_eq!(engine.back_up(file.clone(), "short".to_owned()).await.unwrap_err().code, Code::Invalid);
    let inside = engine.back_up(here.path().join("person.db"), PASSPHRASE.to_owned()).await;
    assert_eq!(inside.unwrap_err().code, Code::Invalid, "a backup is not written over the database");
    let bytes = engine.back_up(file.clone(), PASSPHRASE.to_owned()).await.unwrap();
    assert_eq!(bytes, std::fs::metadata(&file).unwrap().len());
    assert!(engine.data().await.unwrap().last_backup.is_some());
    engine.stop().await;

    // Another computer, another key.
    let key = KeySource::Passphrase("another horse".to_owned().into());
    let other = Engine::start(Options::new(there.path().to_owned(), key)).await;
    assert!(matches!(other.settled().await, Start::Ready { .. }));
    named(&other, "Bob").await;
    let mut events = other.events();
    let wrong = other.bring_back(file.clone(), "wrong horse".to_owned()).await.unwrap_err();
    assert_eq!(wrong.code, Code::WrongPassphrase);
    assert_eq!(other.profile().await.unwrap().name.as_deref(), Some("Bob"), "nothing was replaced");
    let aside = other.bring_back(file, PASSPHRASE.to_owned()).await.unwrap();
    assert_eq!(other.profile().await.unwrap().name.as_deref(), Some("Ann"));
    assert!(matches!(other.start_state(), Start::Ready { protection: Protection::Passphrase, .. }));
    let mut told = Vec::new();
    while let Ok(event) = events.try_recv() {
        told.push(event);
    }
    assert!(
        told.contains(&Event::Changed(Changed::Profile)) && told.contains(&Event::Changed(Changed::Data))
    );
    other.stop().await;

    // What was replaced opens as it did, with its own passphrase.
    let kept = there.path().join("kept");
    std::fs::create_dir(&kept).unwrap();
    for suffix in ["", ".key.json"] {
        std::fs::copy(format!("{aside}{suffix}"), kept.join(format!("person.db{suffix}"))).unwrap();
    }
    let key = KeySource::Passphrase("another horse".to_owned().into());
    let before = Engine::start(Options::new(kept, key)).await;
    assert!(matches!(before.settled().await, Start::Ready { .. }), "{:?}", before.start_state());
    assert_eq!(before.profile().await.unwrap().name.as_deref(), Some("Bob"));
    before.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_whole_or_not_there_and_never_over_the_database() {
    let (data, shelf) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let engine = crate::engine(data.path(), 1, Faults::default()).await;
    let file = shelf.path().join("readings.csv");
    let always = (UnixMillis(i64::MIN), UnixMillis(i64::MAX));
    let none = engine.export_to(file.clone(), ExportFormat::Csv, None, always.0, always.1).await;
    assert_eq!(none.unwrap_err().code, Code::NotNow, "there is no source");
    engine.connect_demo().await.unwrap();
    crate::until(&engine, crate::caught_up).await;
    let mut events = engine.events();
    let lines = engine.export_to(file.clone(), ExportFormat::Csv, None, always.0, always.1).await.unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text.lines().count() as u64, lines + 1, "a header, and a line each");
    let mut told = Vec::new();
    while let Ok(event) = events.try_recv() {
        told.extend(matches!(event, Event::Progress(_)).then_some(event));
    }
    assert!(!told.is_empty(), "how far it has come is told");
    let inside = data.path().join("person.db");
    let over = engine.export_to(inside, ExportFormat::Csv, None, always.0, always.1).await;
    assert_eq!(over.unwrap_err().code, Code::Invalid);
    let nowhere = shelf.path().join("gone/readings.csv");
    let gone = engine.export_to(nowhere, ExportFormat::Json, None, always.0, always.1).await;
    assert_eq!(gone.unwrap_err().code, Code::FolderNotWritable);
    assert_eq!(std::fs::read_dir(shelf.path()).unwrap().count(), 1, "nothing half is left");
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passphrase_set_in_use_is_asked_for_at_the_next_start_and_the_demo_goes_on_under_it() {
    let data = tempfile::tempdir().unwrap();
    let engine = crate::engine(data.path(), 1, Faults::default()).await;
    named(&engine, "Ann").await;
    engine.connect_demo().await.unwrap();
    let records = crate::until(&engine, crate::caught_up).await.storage.records;
    let passphrase = || Some(PASSPHRASE.to_owned());
    let short = engine.change_protection(Protection::Passphrase, None, Some("short".to_owned())).await;
    assert_eq!(short.unwrap_err().code, Code::Invalid);
    engine.change_protection(Protection::Passphrase, None, passphrase()).await.unwrap();
    assert!(matches!(engine.start_state(), Start::Ready { protection: Protection::Passphrase, .. }));
    let wrong =
        engine.change_protection(Protection::Passphrase, Some("wrong".to_owned()), passphrase()).await;
    assert_eq!(wrong.unwrap_err().code, Code::WrongPassphrase);
    engine.connect_demo().await.unwrap();
    let after = crate::until(&engine, crate::caught_up).await.storage.records;
    assert!(after >= records, "{after} of {records}");
    engine.stop().await;

    let again = Engine::start(Options::new(data.path().to_owned(), KeySource::None)).await;
    assert_eq!(again.settled().await, Start::AskPassphrase { why: None });
    again.unlock(PASSPHRASE.to_owned()).await.unwrap();
    assert_eq!(again.profile().await.unwrap().name.as_deref(), Some("Ann"));
    assert!(again.stores().await.unwrap().demo.is_some(), "the demo opens with it too");
    again.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_seconds_go_only_when_the_person_wants_it_and_never_by_a_clock_that_is_ahead() {
    let data = tempfile::tempdir().unwrap();
    let mut options = Options::new(data.path().to_owned(), KeySource::None);
    options.resume = false;
    // Ten years ahead.
    options.clock.shift(10 * 365 * 86_400_000);
    let engine = Engine::start(options).await;
    assert!(matches!(engine.settled().await, Start::Ready { .. }));
    let store = engine.stores().await.unwrap().person.unwrap();
    let new = NewSource { kind: SourceKind::Journal, serial: "HB-1", name: "Bracelet", firmware: None };
    let source = store.source(new).await.unwrap();
    let day = |days: i64, boot| Batch {
        source,
        journal: JournalId(7),
        boot: Boot(boot),
        records: (0..600_u32).map(|n| second(n, 1_790_000_000_000 + days * 86_400_000)).collect(),
        gaps: Vec::new(),
    };
    store.commit(&[day(0, 1), day(200, 2)]).await.unwrap();
    assert_eq!(engine.would_forget(0).await.unwrap_err().code, Code::Invalid);
    assert_eq!(engine.would_forget(12).await.unwrap(), 0);
    let would = engine.would_forget(3).await.unwrap();
    assert!(would > 500, "{would}");
    assert_eq!(store.count(source).await.unwrap(), 1_200, "asking changes nothing");
    assert_eq!(engine.keep_months(Some(3)).await.unwrap(), would);
    assert_eq!(store.count(source).await.unwrap(), 1_200, "minutes know how many seconds they had");
    let Start::Ready { preferences, .. } = engine.start_state() else { panic!("ready") };
    assert_eq!(preferences.keep_months, Some(3));
    assert_eq!(engine.keep_months(None).await.unwrap(), 0);
    engine.stop().await;
}

fn second(n: u32, from: i64) -> (Record, Placed) {
    let uptime = u64::from(n) * 1_000;
    let record = Record { seq: Seq(n), uptime: UptimeMillis(uptime), ..Record::default() };
    (record, Placed { at: UnixMillis(from + uptime.cast_signed()), anchored: true })
}
