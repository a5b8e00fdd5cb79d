//! What the person decides reaches status, alerts and bracelet at once, and stays.

use std::time::Duration;

use bridge::{AlertChange, Answer, Event, Sent, ThresholdsFrom};
use companion::store::SourceId;
use companion::{Engine, KeySource, Options};
use firmware::sim::Faults;
use tokio::sync::broadcast::Receiver;
use vitals::{
    AlertRule, Contact, Goals, Judged, Level, Limits, Monitor, Profile, Reading, Status, Thresholds,
    UnixMillis,
};

use crate::{engine, until};

/// Waits for an event. The test runner's own limit is the only one.
pub async fn event<T>(events: &mut Receiver<Event>, wanted: impl Fn(Event) -> Option<T>) -> T {
    loop {
        match events.recv().await {
            Ok(event) => {
                if let Some(found) = wanted(event) {
                    return found;
                }
            }
            Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

/// Limits beyond which every living heart is.
fn impossible() -> Thresholds {
    let limits = Limits { high_attention: Some(3_000), high_alert: Some(3_500), ..Limits::default() };
    Thresholds { heart_rate: limits, heart_rate_asleep: limits, ..Thresholds::default() }
}

/// Lets time pass eight times as fast, a live line at a time, until something is so.
async fn hurry(engine: &Engine, mut is_so: impl FnMut() -> bool) {
    while !is_so() {
        tokio::time::sleep(Duration::from_secs(1)).await;
        engine.clock().shift(7_000);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_limit_is_in_force_at_once_on_status_and_bracelet_and_so_are_the_defaults() {
    let data = tempfile::tempdir().unwrap();
    let engine = engine(data.path(), 0, Faults::default()).await;
    assert_eq!(engine.settings().await.unwrap().thresholds_sent, Sent::Unneeded);
    engine.connect_demo().await.unwrap();
    until(&engine, |home| home.heart.status == Status::Ok).await;
    engine.set_thresholds(impossible()).await.unwrap();
    assert_eq!(engine.home().heart.status, Status::Alert, "without waiting for a beat");
    let bracelet = engine.demo_bracelet().await.unwrap();
    until(&engine, |_| bracelet.face().wishes.thresholds == Some(impossible())).await;
    loop {
        match engine.settings().await.unwrap().thresholds_sent {
            Sent::OnBracelet { .. } => break,
            Sent::Waiting { .. } => tokio::time::sleep(Duration::from_millis(50)).await,
            other => panic!("{other:?}"),
        }
    }
    engine.set_thresholds(Thresholds::default()).await.unwrap();
    assert_eq!(engine.home().heart.status, Status::Ok);
    until(&engine, |_| bracelet.face().wishes.thresholds == Some(Thresholds::default())).await;
    engine.set_goals(Goals { steps: 12_345, ..Goals::default() }).await.unwrap();
    assert_eq!(engine.home().steps.goal, 12_345);
    until(&engine, |_| bracelet.face().wishes.goal_steps == Some(12_345)).await;
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_raised_rung_answered_and_closed_by_recovery() {
    let data = tempfile::tempdir().unwrap();
    let engine = engine(data.path(), 0, Faults::default()).await;
    engine.connect_demo().await.unwrap();
    until(&engine, |home| home.heart.status == Status::Ok).await;
    let mut events = engine.events();
    engine.set_thresholds(impossible()).await.unwrap();
    hurry(&engine, || engine.badge() == 1).await;
    let told =
        event(&mut events, |event| if let Event::Alert(told) = event { Some(told) } else { None }).await;
    assert_eq!((told.change, told.badge), (AlertChange::Raised, 1));
    assert_eq!((told.alert.rule, told.alert.level), (AlertRule::HeartRateHigh, Level::Alert));
    assert_eq!((told.alert.limit, told.alert.closed), (Some(35.0), None));
    let notice =
        event(&mut events, |event| if let Event::Notify(it) = event { Some(it) } else { None }).await;
    assert!(notice.sound && notice.key == told.notice, "{notice:?}");
    assert!(!notice.body.contains(|c: char| c.is_ascii_digit()), "no value on a lock screen: {notice:?}");

    let list = engine.alerts(None).await.unwrap();
    assert_eq!((list.open.len(), list.badge, list.nothing_since), (1, 1, None));
    let detail = engine.alert(list.open[0].id.clone()).await.unwrap();
    assert_eq!(detail.limits.unwrap().high_alert, Some(3_500));
    let answered = engine.answer_alert(list.open[0].id.clone(), Answer::Exercising).await.unwrap();
    assert_eq!(answered.answer.unwrap().answer, Answer::Exercising);
    assert_eq!((engine.badge(), answered.closed), (0, None), "only recovery closes it");

    engine.set_thresholds(Thresholds::default()).await.unwrap();
    let closed = event(&mut events, |event| match event {
        Event::Alert(told) if told.change == AlertChange::Closed => Some(told.alert),
        _ => None,
    })
    .await;
    assert!(closed.closed.is_some());
    assert!(engine.alarms().is_empty());
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_and_changes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let engine = engine(data.path(), 0, Faults::default()).await;
    let mut inside = Thresholds::default();
    inside.heart_rate.high_alert = Some(9_000);
    assert_eq!(engine.set_thresholds(inside).await.unwrap_err().code, bridge::Code::Invalid);
    let strange = Profile {
        birth_year: Some(1700),
        contacts: vec![Contact { name: String::new(), ..Contact::default() }],
        ..Profile::default()
    };
    assert_eq!(engine.set_profile(strange).await.unwrap_err().code, bridge::Code::Invalid);
    let none = Goals { steps: 0, ..Goals::default() };
    assert_eq!(engine.set_goals(none).await.unwrap_err().code, bridge::Code::Invalid);
    assert_eq!(engine.profile().await.unwrap(), Profile::default());
    assert_eq!(engine.settings().await.unwrap().thresholds, Thresholds::default());
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_of_two_dialogs_that_were_opened_before_either_was_kept_are_both_kept() {
    let data = tempfile::tempdir().unwrap();
    let engine = engine(data.path(), 0, Faults::default()).await;
    let defaults = Thresholds::default();
    let heart = Limits { high_attention: Some(9_500), ..defaults.heart_rate };
    let oxygen = Limits { low_attention: Some(9_300), ..defaults.spo2 };
    let skin = Limits { high_attention: Some(3_700), ..defaults.skin_temperature };
    let (first, second, third) = tokio::join!(
        engine.set_limits(Judged::HeartRate, heart),
        engine.set_limits(Judged::Spo2, oxygen),
        engine.set_limits(Judged::SkinTemperature, skin),
    );
    first.and(second).and(third).unwrap();
    let kept = Thresholds { heart_rate: heart, spo2: oxygen, skin_temperature: skin, ..defaults };
    assert_eq!(engine.settings().await.unwrap().thresholds, kept);
    let inside = Limits { high_alert: Some(9_000), ..heart };
    let refused = engine.set_limits(Judged::HeartRate, inside).await;
    assert_eq!(refused.unwrap_err().code, bridge::Code::Invalid);
    assert_eq!(engine.settings().await.unwrap().thresholds, kept);
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_survive_a_restart_with_the_time_from_which_they_hold() {
    let data = tempfile::tempdir().unwrap();
    let first = engine(data.path(), 0, Faults::default()).await;
    let profile = Profile { name: Some("Zoé".into()), birth_year: Some(1980), ..Profile::default() };
    first.set_profile(profile.clone()).await.unwrap();
    let before = first.clock().now();
    first.set_thresholds(impossible()).await.unwrap();
    first.stop().await;

    let engine = engine(data.path(), 0, Faults::default()).await;
    assert_eq!(engine.profile().await.unwrap(), profile);
    let settings = engine.settings().await.unwrap();
    assert_eq!(settings.thresholds, impossible());
    let age = settings.age_years.unwrap();
    assert!((45..80).contains(&age), "{age}");
    let person = engine.stores().await.unwrap().person.unwrap();
    let [old, new] = person.thresholds().await.unwrap()[..] else {
        panic!("what held before, and what holds since")
    };
    assert_eq!(old, ThresholdsFrom { from: None, thresholds: Thresholds::default() });
    assert_eq!(new.thresholds, impossible());
    assert!(new.from.is_some_and(|from| (before..=engine.clock().now()).contains(&from)));
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_throw_away_engine_takes_decisions_too_and_keeps_none() {
    let data = tempfile::tempdir().unwrap();
    let engine = Engine::start(Options::new(data.path().to_owned(), KeySource::Ephemeral)).await;
    engine.set_thresholds(impossible()).await.unwrap();
    assert_eq!(engine.settings().await.unwrap().thresholds, impossible());
    engine.stop().await;
    assert!(!data.path().join("throwaway.db").exists() && !data.path().join("person.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_brings_back_what_was_decided_and_the_present_is_kept_aside() {
    let data = tempfile::tempdir().unwrap();
    let engine = engine(data.path(), 0, Faults::default()).await;
    engine.set_thresholds(impossible()).await.unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let backup = elsewhere.path().join("my.backup");
    assert_eq!(engine.data().await.unwrap().last_backup, None);
    assert_eq!(engine.back_up(backup.clone(), "short".into()).await.unwrap_err().code, bridge::Code::Invalid);
    assert!(engine.back_up(backup.clone(), "correct horse".into()).await.unwrap() > 4_096);
    assert!(engine.data().await.unwrap().last_backup.is_some());
    engine.set_thresholds(Thresholds::default()).await.unwrap();
    let wrong = engine.bring_back(backup.clone(), "wrong horse".into()).await.unwrap_err();
    assert_eq!(wrong.code, bridge::Code::WrongPassphrase);
    assert_eq!(engine.settings().await.unwrap().thresholds, Thresholds::default(), "nothing was replaced");
    let aside = engine.bring_back(backup, "correct horse".into()).await.unwrap();
    assert!(std::path::Path::new(&aside).exists());
    assert_eq!(engine.settings().await.unwrap().thresholds, impossible());
    let told = engine.data().await.unwrap();
    assert!(told.writable && told.bytes > 4_096 && told.free_bytes.is_some(), "{told:?}");
    engine.stop().await;
}

/// How many alerts every single record of the demo gives by those limits of the still heart.
async fn exactly(engine: &Engine, limits: Limits) -> u32 {
    let none = Limits::default();
    let thresholds = Thresholds {
        heart_rate: limits,
        heart_rate_asleep: none,
        heart_rate_moving_alert: Some(30_000),
        spo2: none,
        skin_temperature: none,
    };
    let mut monitor = Monitor::new(thresholds, None);
    let store = engine.stores().await.unwrap().demo.unwrap();
    let mut records = store.records(SourceId(1), UnixMillis(0), UnixMillis(i64::MAX));
    let mut raised = 0;
    while let Some(recorded) = records.next().await.unwrap() {
        if recorded.record.event.is_none() {
            let changes = monitor.push(&Reading::of(&recorded.record, recorded.placed.at));
            raised +=
                u32::from(changes.iter().any(|change| matches!(change, vitals::AlertChange::Raised(_))));
        }
    }
    raised
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_tried_on_the_past_before_they_are_set() {
    let data = tempfile::tempdir().unwrap();
    let engine = engine(data.path(), 1, Faults::default()).await;
    // The demo's day is another one at each hour: here it is always that before noon of 1 June 2026.
    let noon = UnixMillis(1_780_315_200_000);
    engine.clock().shift(noon.since(engine.clock().now()));
    engine.connect_demo().await.unwrap();
    until(&engine, crate::caught_up).await;
    let hill = engine.distribution(Judged::HeartRate).await.unwrap();
    let seconds: u32 = hill.values.iter().map(|(_, count)| count).sum();
    assert!(seconds > 10_000, "{seconds} s of a day awake and still");
    assert!(hill.values.windows(2).all(|pair| pair[0].0 < pair[1].0));
    let count = async |high: i32| {
        let limits = Limits { high_attention: Some(high), ..Limits::default() };
        let found = engine.would_alert(Judged::HeartRate, limits).await.unwrap();
        assert_eq!((found.attention_7d, found.alert_7d), (found.attention_30d, found.alert_30d));
        found.attention_30d
    };
    let (strict, mild) = (count(6_500).await, count(20_000).await);
    assert!(strict > 0 && mild == 0, "{strict}, {mild}");
    // Against every second heard by the judge of the live line: at the edge of a hold they may differ.
    for high in [6_300, 6_700, 7_000, 7_300] {
        let limits = Limits { high_attention: Some(high), ..Limits::default() };
        let (about, exact) = (count(high).await, exactly(&engine, limits).await);
        assert!(
            about.abs_diff(exact) <= 1 + exact / 8,
            "above {high}: {about} by minutes, {exact} by seconds"
        );
    }
    engine.stop().await;
}
