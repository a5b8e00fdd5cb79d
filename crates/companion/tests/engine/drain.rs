//! From the bracelet's flash into the database through whatever a radio and a person do: nothing lost, nothing twice.

use std::time::Duration;

use bridge::{Connection, SourceKind};
use firmware::sim::Faults;

use crate::{caught_up, engine, until};

const DAY: u64 = 86_400;

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_drops_cuts_repeats_and_breaks_loses_nothing_and_doubles_nothing() {
    let data = tempfile::tempdir().unwrap();
    let faults = Faults {
        drop: 0.02,
        duplicate: 0.02,
        cut: 0.02,
        disconnect_after: Some(300),
        seed: 7,
        ..Faults::default()
    };
    let engine = engine(data.path(), 1, faults).await;
    engine.connect_demo().await.unwrap();
    // Between two breaks there is a moment in which nothing is known to be missing.
    until(&engine, |home| caught_up(home) && home.storage.records > DAY / 2).await;
    engine.disconnect().await.unwrap();
    let found = engine.check_demo().await.unwrap();
    assert!(found.agrees(), "{found:?}");
    assert!(found.same > DAY / 2 && found.same == found.in_store, "{found:?}");
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bracelet_whose_power_goes_in_the_middle_of_a_drain_loses_nothing_that_was_acknowledged() {
    let data = tempfile::tempdir().unwrap();
    for _ in 0..3 {
        let engine = engine(data.path(), 1, Faults::default()).await;
        engine.connect_demo().await.unwrap();
        until(&engine, |home| home.storage.records > 2_000).await;
        engine.demo_bracelet().await.unwrap().power_cut().await;
        engine.stop().await;
    }
    let engine = engine(data.path(), 1, Faults::default()).await;
    engine.connect_demo().await.unwrap();
    until(&engine, caught_up).await;
    engine.disconnect().await.unwrap();
    let found = engine.check_demo().await.unwrap();
    assert!(found.agrees(), "{found:?}");
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bracelet_measured_while_disconnected_is_fetched_when_it_is_back() {
    let data = tempfile::tempdir().unwrap();
    let engine = engine(data.path(), 0, Faults::default()).await;
    engine.connect_demo().await.unwrap();
    let before = until(&engine, |home| caught_up(home) && home.storage.records >= 3).await;
    engine.disconnect().await.unwrap();
    assert!(matches!(engine.home().connection, Connection::Disconnected { .. }));
    tokio::time::sleep(Duration::from_secs(4)).await;
    engine.connect_demo().await.unwrap();
    let after = until(&engine, |home| home.storage.records >= before.storage.records + 6).await;
    assert_eq!(after.source.as_ref().unwrap().kind, SourceKind::Demo);
    engine.disconnect().await.unwrap();
    let found = engine.check_demo().await.unwrap();
    assert!(found.agrees() && found.missing == 0, "{found:?}");
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_heart_is_shown_while_the_past_is_fetched() {
    let data = tempfile::tempdir().unwrap();
    // Slow enough that a day takes a while: live lines must come in between.
    let faults = Faults { rate: Some(60.0), ..Faults::default() };
    let engine = engine(data.path(), 1, faults).await;
    engine.connect_demo().await.unwrap();
    let home = until(&engine, |home| home.heart.bpm.is_some()).await;
    let catching_up =
        home.catching_up.expect("a day at 60 notifications a second takes longer than the first beat");
    assert!(catching_up.done < catching_up.total);
    assert!(catching_up.span_ms > 3_600_000, "{catching_up:?}");
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_the_demo_leaves_nothing_of_it_and_all_of_the_rest() {
    let data = tempfile::tempdir().unwrap();
    let engine = engine(data.path(), 0, Faults::default()).await;
    engine.connect_demo().await.unwrap();
    until(&engine, caught_up).await;
    engine.remove_demo().await.unwrap();
    assert!(!data.path().join("demo").exists());
    assert!(data.path().join("person.db").exists());
    let home = engine.home();
    assert_eq!((home.connection, home.source, home.heart.bpm), (Connection::None, None, None));
    // And it can be had again.
    engine.connect_demo().await.unwrap();
    until(&engine, caught_up).await;
    engine.stop().await;
}
