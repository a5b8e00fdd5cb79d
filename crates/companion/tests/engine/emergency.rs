//! A fall, an SOS from the wrist or from the app: asked about once, whatever becomes of the app meanwhile.

use bridge::{AlertChange, Alerts, Answer, Event, Origin, Start};
use companion::{Engine, KeySource, Options};
use firmware::panel::Press;
use firmware::sim::Faults;
use vitals::{AlertRule, UnixMillis};

use crate::{engine, until};

/// The same app, begun again.
async fn again(data: &std::path::Path) -> Engine {
    let mut options = Options::new(data.to_owned(), KeySource::None);
    options.demo.history_days = 0;
    let engine = Engine::start(options).await;
    assert!(matches!(engine.settled().await, Start::Ready { .. }));
    // Waits until going on is over.
    engine.stores().await.unwrap();
    engine
}

fn only(alerts: &Alerts) -> &bridge::Alert {
    let [alert] = alerts.open.as_slice() else { panic!("{:?}", alerts.open) };
    alert
}

#[tokio::test(flavor = "multi_thread")]
async fn an_sos_of_the_wrist_that_was_not_answered_counts_down_once_and_no_restart_asks_anew() {
    let data = tempfile::tempdir().unwrap();
    let first = engine(data.path(), 0, Faults::default()).await;
    first.connect_demo().await.unwrap();
    until(&first, crate::caught_up).await;
    first.demo_bracelet().await.unwrap().press(Press::Held);
    until(&first, |_| !first.alarms().is_empty()).await;
    let heard = only(&first.alerts(None).await.unwrap()).clone();
    let answer_by = heard.answer_by.unwrap();
    assert!(answer_by.since(first.clock().now()) <= 5_000, "five seconds to take it back");
    first.stop().await;

    let second = again(data.path()).await;
    until(&second, crate::caught_up).await;
    let found = second.alerts(None).await.unwrap();
    assert_eq!((&only(&found).id, only(&found).answer_by), (&heard.id, Some(answer_by)));
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_sos_of_the_app_needs_no_bracelet_and_is_kept_with_the_person() {
    let data = tempfile::tempdir().unwrap();
    let first = engine(data.path(), 0, Faults::default()).await;
    let mut events = first.events();
    let called = first.sos(false).await.unwrap();
    assert_eq!((called.rule, called.origin, called.away), (AlertRule::Sos, Origin::App, false));
    assert_eq!(called.answer_by, Some(called.since.plus(5_000)));
    let told = loop {
        if let Event::Alert(told) = events.recv().await.unwrap() {
            break told;
        }
    };
    assert_eq!((told.change, &told.alert, told.badge), (AlertChange::Raised, &called, 1));
    let notice = loop {
        if let Event::Notify(notice) = events.recv().await.unwrap() {
            break notice;
        }
    };
    assert!(notice.sound && notice.opens, "{notice:?}");
    first.stop().await;

    let second = again(data.path()).await;
    assert_eq!(only(&second.alerts(None).await.unwrap()), &called, "nothing counts down anew");
    // Neither a demo nor its end takes it away.
    second.connect_demo().await.unwrap();
    until(&second, crate::caught_up).await;
    assert_eq!(only(&second.alerts(None).await.unwrap()).id, called.id);
    second.remove_demo().await.unwrap();
    assert_eq!(only(&second.alerts(None).await.unwrap()).id, called.id);
    second.answer_alert(called.id.clone(), Answer::Fine).await.unwrap();
    second.stop().await;

    let third = again(data.path()).await;
    let over = third.alerts(None).await.unwrap();
    assert!(over.open.is_empty());
    assert_eq!(over.history.len(), 1);
    assert!(over.history[0].closed.is_some() && over.history[0].origin == Origin::App);
    assert_eq!(third.alert(called.id).await.unwrap().alert.origin, Origin::App);
    third.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_of_the_alarm_goes_the_same_way_and_says_that_it_is_one() {
    let data = tempfile::tempdir().unwrap();
    let engine = engine(data.path(), 0, Faults::default()).await;
    let mut events = engine.events();
    let called = engine.sos(true).await.unwrap();
    assert_eq!(called.origin, Origin::Test);
    let notice = loop {
        if let Event::Notify(notice) = events.recv().await.unwrap() {
            break notice;
        }
    };
    assert!(notice.title.contains("TEST") || notice.title.contains("ESSAI"), "{notice:?}");
    engine.answer_alert(called.id, Answer::Fine).await.unwrap();
    let past = engine.alerts(Some(UnixMillis(i64::MAX))).await.unwrap().history;
    assert_eq!(past.iter().map(|alert| alert.origin).collect::<Vec<_>>(), [Origin::Test]);
    engine.stop().await;
}
