//! What stands in the way at the start: each has its own state, and nothing is touched meanwhile.

use std::time::Duration;

use bridge::{Code, Connection, Event, Home, Preferences, Protection, Start, Theme};
use companion::engine::Windowless;
use companion::{Engine, KeySource, Options};

use super::until;

async fn started(data: &std::path::Path, key: KeySource) -> (Engine, Start) {
    let engine = Engine::start(Options::new(data.to_owned(), key)).await;
    let start = engine.settled().await;
    (engine, start)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_engine_on_the_same_folder_says_so_and_may_follow_the_first() {
    let data = tempfile::tempdir().unwrap();
    let (first, _) = started(data.path(), KeySource::None).await;
    let (second, start) = started(data.path(), KeySource::None).await;
    let Start::Blocked { why, .. } = start else { panic!("{start:?}") };
    assert_eq!(why.code, Code::AlreadyRunning);
    assert_eq!(second.remove_demo().await.unwrap_err().code, Code::AlreadyRunning);
    assert_eq!(second.retry().await.unwrap_err().code, Code::AlreadyRunning);
    first.stop().await;
    second.retry().await.unwrap();
    assert!(matches!(second.start_state(), Start::Ready { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passphrase_is_asked_for_until_it_is_right() {
    let data = tempfile::tempdir().unwrap();
    let (engine, start) =
        started(data.path(), KeySource::Passphrase("correct horse".to_owned().into())).await;
    assert!(matches!(start, Start::Ready { protection: Protection::Passphrase, .. }), "{start:?}");
    let wanted =
        Preferences { language: Some("fr".to_owned()), theme: Theme::Dark, ..Preferences::default() };
    engine.set_preferences(wanted.clone()).await.unwrap();
    engine.stop().await;

    let (engine, start) = started(data.path(), KeySource::Keyring).await;
    assert_eq!(start, Start::AskPassphrase { why: None });
    assert_eq!(engine.connect_demo().await.unwrap_err().code, Code::NotNow);
    assert_eq!(engine.unlock("wrong horse".to_owned()).await.unwrap_err().code, Code::WrongPassphrase);
    assert!(matches!(engine.start_state(), Start::AskPassphrase { why: Some(_) }));
    engine.unlock("correct horse".to_owned()).await.unwrap();
    let Start::Ready { preferences, .. } = engine.start_state() else { panic!("{:?}", engine.start_state()) };
    assert_eq!(preferences, wanted);
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_the_lock_nothing_is_told_and_what_is_measured_is_kept_all_the_same() {
    let data = tempfile::tempdir().unwrap();
    let mut options =
        Options::new(data.path().to_owned(), KeySource::Passphrase("correct horse".to_owned().into()));
    options.demo.history_days = 0;
    let engine = Engine::start(options).await;
    engine.settled().await;
    engine.connect_demo().await.unwrap();
    let beating = |home: &Home| home.heart.bpm.is_some();
    let before = until(&engine, beating).await.storage.records;

    engine.lock().unwrap();
    let mut events = engine.events();
    assert_eq!(engine.start_told(), Start::AskPassphrase { why: None });
    assert!(matches!(engine.start_state(), Start::Ready { .. }));
    for told in 0..3 {
        match tokio::time::timeout(Duration::from_secs(60), events.recv()).await.unwrap().unwrap() {
            Event::Home(home) => {
                assert!(home.source.is_none() && home.heart.bpm.is_none(), "{told}: {home:?}")
            }
            Event::Beats(beats) => panic!("{} beats were told", beats.len()),
            _ => {}
        }
    }
    assert!(engine.home().source.is_none());
    assert!(matches!(engine.window_closed().await, Windowless::GoesOn { .. }), "a lock would end monitoring");
    assert_eq!(engine.unlock("wrong horse".to_owned()).await.unwrap_err().code, Code::WrongPassphrase);
    assert!(engine.is_locked());
    engine.unlock("correct horse".to_owned()).await.unwrap();
    let after = until(&engine, |home| beating(home) && home.storage.records > before).await;
    assert!(after.source.is_some());
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_passphrase_opens_is_never_locked() {
    let data = tempfile::tempdir().unwrap();
    let (engine, _) = started(data.path(), KeySource::None).await;
    assert_eq!(engine.lock().unwrap_err().code, Code::NotNow);
    assert!(!engine.is_locked());
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_is_kept_aside_and_a_new_one_begun_only_when_the_person_says_so() {
    let data = tempfile::tempdir().unwrap();
    let (engine, _) = started(data.path(), KeySource::None).await;
    engine.stop().await;
    let database = data.path().join("person.db");
    std::fs::write(&database, vec![0x5a; 40_960]).unwrap();

    let (engine, start) = started(data.path(), KeySource::None).await;
    let Start::Blocked { why, kept_aside: Some(aside) } = start else { panic!("{start:?}") };
    assert_eq!(why.code, Code::DatabaseDamaged);
    assert_eq!(std::fs::read(&aside).unwrap(), vec![0x5a; 40_960]);
    assert!(!database.exists());
    engine.start_afresh().await.unwrap();
    assert!(matches!(engine.start_state(), Start::Ready { .. }));
    assert!(database.exists());
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_throw_away_engine_touches_no_kept_database_and_leaves_none() {
    let data = tempfile::tempdir().unwrap();
    let (engine, start) = started(data.path(), KeySource::Ephemeral).await;
    assert!(matches!(start, Start::Ready { protection: Protection::Ephemeral, .. }));
    engine.connect_demo().await.unwrap();
    assert!(data.path().join("demo/throwaway.db").exists());
    engine.stop().await;
    assert!(!data.path().join("person.db").exists());
    assert!(!data.path().join("demo/throwaway.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_plainly_wrong_is_told_and_stops_nothing() {
    let data = tempfile::tempdir().unwrap();
    let mut options = Options::new(data.path().to_owned(), KeySource::None);
    // No past of another boot: every record waits for a clock that is right.
    options.demo.history_days = 0;
    options.clock.shift(-40 * 365 * 86_400_000);
    options.resume = false;
    let clock = options.clock.clone();
    let engine = Engine::start(options).await;
    assert!(matches!(engine.settled().await, Start::Ready { .. }));
    let mut events = engine.events();
    // Before anything is connected the opening has said so; a retry of the same state says nothing new.
    assert!(!companion::engine::is_plausible(clock.now()));
    engine.connect_demo().await.unwrap();
    loop {
        let told = tokio::time::timeout(Duration::from_secs(60), events.recv());
        match told.await.unwrap().unwrap() {
            Event::Trouble(error) if error.code == Code::ClockWrong => break,
            _ => {}
        }
    }
    // Set right, it lets the bracelet's records be placed, and they come.
    clock.shift(40 * 365 * 86_400_000);
    until(&engine, |home| home.storage.records > 0).await;
    assert_eq!(engine.trouble(), None);
    // Who was told that it is wrong is told that it is right.
    loop {
        let told = tokio::time::timeout(Duration::from_secs(60), events.recv());
        if told.await.unwrap().unwrap() == Event::TroubleOver(Code::ClockWrong) {
            break;
        }
    }
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_that_cannot_go_on_is_told_to_whoever_looks_later_and_searches_for_nothing() {
    let data = tempfile::tempdir().unwrap();
    let flash = data.path().join("demo/flash.bin");
    // Nothing can open a folder as a flash.
    std::fs::create_dir_all(&flash).unwrap();
    let (engine, start) = started(data.path(), KeySource::None).await;
    assert!(matches!(start, Start::Ready { .. }));
    // Waits until going on is over.
    engine.stores().await.unwrap();
    assert_eq!(engine.trouble().map(|error| error.code), Some(Code::BraceletSilent));
    assert_eq!(engine.home().connection, Connection::None);
    std::fs::remove_dir(&flash).unwrap();
    engine.connect_demo().await.unwrap();
    assert_eq!(engine.trouble(), None);
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_whose_damage_shows_only_in_use_is_kept_aside_and_may_be_begun_afresh() {
    let data = tempfile::tempdir().unwrap();
    let (engine, _) = started(data.path(), KeySource::None).await;
    engine.stop().await;
    let database = data.path().join("person.db");
    let sound = std::fs::read(&database).unwrap();
    // The first page and the list of migrations are read at opening; the rest is not.
    let mut kept_aside = None;
    for page in (1..sound.len() / 4_096).rev() {
        let mut bytes = sound.clone();
        bytes[page * 4_096..(page + 1) * 4_096].fill(0x5a);
        std::fs::write(&database, &bytes).unwrap();
        let (engine, start) = started(data.path(), KeySource::None).await;
        if let Start::Blocked { why, kept_aside: aside } = start {
            assert_eq!(why.code, Code::DatabaseDamaged);
            kept_aside = Some(aside.expect("it is kept aside"));
            engine.start_afresh().await.unwrap();
            assert!(matches!(engine.start_state(), Start::Ready { .. }));
            engine.stop().await;
            break;
        }
        engine.stop().await;
    }
    assert!(kept_aside.is_some(), "no damage was found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_under_a_passphrase_is_not_followed_by_one_under_another_protection() {
    let data = tempfile::tempdir().unwrap();
    let (engine, _) = started(data.path(), KeySource::Passphrase("correct horse".to_owned().into())).await;
    engine.stop().await;
    std::fs::write(data.path().join("person.db"), vec![0x5a; 40_960]).unwrap();
    let (engine, _) = started(data.path(), KeySource::None).await;
    assert_eq!(engine.unlock("correct horse".to_owned()).await.unwrap_err().code, Code::DatabaseDamaged);
    engine.start_afresh().await.unwrap();
    assert!(matches!(engine.start_state(), Start::ChooseProtection { .. }));
    assert!(!data.path().join("person.db").exists());
    engine.protect(Protection::Passphrase, Some("another horse".to_owned())).await.unwrap();
    assert!(matches!(engine.start_state(), Start::Ready { protection: Protection::Passphrase, .. }));
    engine.stop().await;
}
