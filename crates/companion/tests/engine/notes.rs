//! What the person writes, and the bracelet's own button.

use bridge::{AlertChange, Answer, Changed, Code, Connection, Event, MessageState, Session};
use firmware::sim::{Faults, Press};
use vitals::{AlertRule, UnixMillis};

use crate::decisions::event;
use crate::{engine, until};

/// The state of the only message.
async fn state(engine: &companion::Engine) -> MessageState {
    let [message] = &engine.messages().await.unwrap()[..] else { panic!("one message") };
    message.state
}

async fn until_state(engine: &companion::Engine, wanted: MessageState) {
    while state(engine).await != wanted {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_waits_for_the_bracelet_is_shown_once_and_answered_by_its_button() {
    let data = tempfile::tempdir().unwrap();
    let first = engine(data.path(), 0, Faults::default()).await;
    assert_eq!(first.send_message("too early".into()).await.unwrap_err().code, Code::NotNow);
    first.connect_demo().await.unwrap();
    until(&first, crate::caught_up).await;
    first.disconnect().await.unwrap();
    assert_eq!(first.send_message("x".repeat(121)).await.unwrap_err().code, Code::Invalid);
    let message = first.send_message(" Lunch at one? ".into()).await.unwrap();
    assert_eq!((message.text.as_str(), message.state), ("Lunch at one?", MessageState::Waiting));
    first.edit_message(message.id, "Lunch at two?".into()).await.unwrap();
    first.stop().await;

    // It has waited over a restart.
    let engine = engine(data.path(), 0, Faults::default()).await;
    engine.connect_demo().await.unwrap();
    let bracelet = engine.demo_bracelet().await.unwrap();
    until(&engine, |_| bracelet.face().text.as_deref() == Some("Lunch at two?")).await;
    // What the window's preview shows.
    assert_eq!(bracelet.face().screen, Some(lcd::Screen::message("Lunch at two?")));
    until_state(&engine, MessageState::Shown).await;
    assert_eq!(engine.edit_message(message.id, "Three?".into()).await.unwrap_err().code, Code::NotNow);
    // Away and back: it is not shown a second time.
    engine.disconnect().await.unwrap();
    engine.connect_demo().await.unwrap();
    bracelet.press(Press::Twice);
    until_state(&engine, MessageState::RepliedOk).await;
    until(&engine, |_| bracelet.face().text.is_none()).await;
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_dropped_after_a_day_with_a_notice() {
    let data = tempfile::tempdir().unwrap();
    let engine = engine(data.path(), 0, Faults::default()).await;
    engine.connect_demo().await.unwrap();
    until(&engine, crate::caught_up).await;
    engine.disconnect().await.unwrap();
    engine.send_message("Still there?".into()).await.unwrap();
    engine.clock().shift(23 * 3_600_000);
    assert_eq!(state(&engine).await, MessageState::Waiting);
    let mut events = engine.events();
    engine.clock().shift(2 * 3_600_000);
    assert_eq!(state(&engine).await, MessageState::Dropped);
    let notice = event(&mut events, told_by_system).await;
    assert_eq!(notice.about, bridge::About::MessageDropped);
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn light_and_search_reach_the_bracelet_and_a_name_is_kept() {
    let data = tempfile::tempdir().unwrap();
    let engine = engine(data.path(), 0, Faults::default()).await;
    assert_eq!(engine.find_bracelet(true).await.unwrap_err().code, Code::NotNow);
    engine.connect_demo().await.unwrap();
    until(&engine, crate::caught_up).await;
    let bracelet = engine.demo_bracelet().await.unwrap();
    engine.set_brightness(40).await.unwrap();
    engine.find_bracelet(true).await.unwrap();
    until(&engine, |_| bracelet.face().brightness == Some(40) && bracelet.face().finding).await;
    engine.find_bracelet(false).await.unwrap();
    until(&engine, |_| !bracelet.face().finding).await;
    assert_eq!(engine.set_brightness(101).await.unwrap_err().code, Code::Invalid);
    engine.rename_bracelet("Left wrist".into()).await.unwrap();
    assert_eq!(engine.home().source.unwrap().name, "Left wrist");
    engine.disconnect().await.unwrap();
    engine.connect_demo().await.unwrap();
    until(&engine, crate::caught_up).await;
    assert_eq!(engine.home().source.unwrap().name, "Left wrist");
    assert_eq!(engine.nearby().await.unwrap().devices[0].name, "Left wrist");
    engine.forget_bracelet().await.unwrap();
    assert!(engine.nearby().await.unwrap().devices[0].known.is_none());
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_sos_is_told_at_once_and_closed_by_its_wearer_or_by_an_answer_for_good() {
    let data = tempfile::tempdir().unwrap();
    let engine = engine(data.path(), 0, Faults::default()).await;
    engine.connect_demo().await.unwrap();
    until(&engine, crate::caught_up).await;
    let bracelet = engine.demo_bracelet().await.unwrap();
    let mut events = engine.events();
    let told = |event| if let Event::Alert(told) = event { Some(told) } else { None };
    let changed = async |events: &mut _, wanted: AlertChange| loop {
        let told = event(events, told).await;
        if told.change == wanted {
            break told.alert;
        }
    };
    bracelet.press(Press::Held);
    let sos = changed(&mut events, AlertChange::Raised).await;
    assert_eq!((sos.rule, sos.peak, sos.away), (AlertRule::Sos, None, false));
    bracelet.press(Press::Held);
    let taken_back = changed(&mut events, AlertChange::Closed).await;
    assert_eq!(taken_back.id, sos.id);

    bracelet.press(Press::Held);
    let sos = changed(&mut events, AlertChange::Raised).await;
    assert_ne!(sos.id, taken_back.id);
    engine.answer_alert(sos.id.clone(), Answer::Fine).await.unwrap();
    // The journal has told of it by then, and again when the link is made anew.
    let before = engine.home().storage.records;
    until(&engine, |home| home.storage.records > before + 3).await;
    engine.disconnect().await.unwrap();
    engine.connect_demo().await.unwrap();
    until(&engine, crate::caught_up).await;
    let list = engine.alerts(None).await.unwrap();
    assert!(list.open.is_empty(), "{:?}", list.open);
    assert_eq!(list.history.len(), 2, "{:?}", list.history);
    assert!(list.nothing_since.is_some());
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worn_bracelet_out_of_reach_for_a_quarter_of_an_hour_is_told_once_and_silently() {
    let data = tempfile::tempdir().unwrap();
    let engine = engine(data.path(), 0, Faults::default()).await;
    engine.connect_demo().await.unwrap();
    until(&engine, |home| home.worn == Some(true) && home.heart.bpm.is_some()).await;
    let mut events = engine.events();
    engine.demo_bracelet().await.unwrap().power_cut().await;
    until(&engine, |home| matches!(home.connection, Connection::Lost { .. })).await;
    engine.clock().shift(14 * 60_000);
    let quiet = tokio::time::sleep(std::time::Duration::from_secs(3));
    tokio::select! {
        notice = event(&mut events, told_by_system) => panic!("too early: {notice:?}"),
        () = quiet => {}
    }
    engine.clock().shift(2 * 60_000);
    let notice = event(&mut events, told_by_system).await;
    assert_eq!((notice.about, notice.sound), (bridge::About::MonitoringLost, false));
    engine.clock().shift(60 * 60_000);
    let quiet = tokio::time::sleep(std::time::Duration::from_secs(3));
    tokio::select! {
        notice = event(&mut events, told_by_system) => panic!("a second time: {notice:?}"),
        () = quiet => {}
    }
    engine.stop().await;
}

fn told_by_system(event: Event) -> Option<bridge::Notice> {
    if let Event::Notify(notice) = event { Some(notice) } else { None }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_kept_changed_deleted_and_brought_back() {
    let data = tempfile::tempdir().unwrap();
    let engine = engine(data.path(), 0, Faults::default()).await;
    engine.connect_demo().await.unwrap();
    until(&engine, crate::caught_up).await;
    let mut events = engine.events();
    let run = Session { name: " Run ".into(), start: UnixMillis(1_000), ..Session::default() };
    let kept = engine.keep_session(run.clone()).await.unwrap();
    assert_eq!(kept.name, "Run");
    event(&mut events, |event| (event == Event::Changed(Changed::Sessions)).then_some(())).await;
    let over = Session { end: Some(UnixMillis(9_000)), note: "rain".into(), ..kept.clone() };
    engine.keep_session(over.clone()).await.unwrap();
    let all = async || engine.sessions(UnixMillis(0), UnixMillis(100_000)).await.unwrap();
    assert_eq!(all().await, std::slice::from_ref(&over));
    let gone = engine.delete_session(over.id.unwrap()).await.unwrap();
    assert_eq!((&gone, all().await), (&over, Vec::new()));
    engine.keep_session(gone).await.unwrap();
    assert_eq!(all().await, [over]);
    let backward = Session { end: Some(UnixMillis(0)), ..kept };
    assert_eq!(engine.keep_session(backward).await.unwrap_err().code, Code::Invalid);
    assert_eq!(engine.keep_session(Session::default()).await.unwrap_err().code, Code::Invalid);
    engine.stop().await;
}
