//! Commands: each acts once, is answered always, and does no more than its app may ask.

use crate::bracelet::{A, B, Bracelet, TIME, error, parsed};
use vitals::Thresholds;
use wire::line::MAX_TO_BRACELET;
use wire::message::{
    Command, Hello, MAX_MESSAGE_CHARS, MessageState, Reply, Role, SosLevel, ToApp, ToBracelet, Why,
};
use wire::peripheral::Action;

#[test]
fn a_repeated_command_answers_and_does_not_act_again_also_on_the_next_connection() {
    let mut bracelet = Bracelet::greeted(185);
    let find = ToBracelet::Command { id: 40, command: Command::Find { on: true } };
    bracelet.say(&find);
    bracelet.say(&find);
    let (key, _) = bracelet.command();
    assert_eq!(bracelet.session.poll_action(), None);
    assert!(bracelet.lines().is_empty(), "not done yet");
    bracelet.session.disconnected();
    bracelet.session.answer(key, Err(Why::Refused));
    bracelet.session.connected(185);
    bracelet.hello(A);
    bracelet.say(&find);
    assert_eq!(parsed(&bracelet.lines()[0]), error(40, None, Why::Refused));
    assert_eq!(bracelet.session.poll_action(), None);
    // The same number of another app is another command.
    bracelet.hello(B);
    bracelet.say(&find);
    assert!(bracelet.session.poll_action().is_some());
}

#[test]
fn sixteen_commands_are_remembered() {
    let mut bracelet = Bracelet::greeted(185);
    for id in 10..26 {
        bracelet.say(&ToBracelet::Command { id, command: Command::Goals { steps: id } });
        let (key, _) = bracelet.command();
        bracelet.session.answer(key, Ok(()));
        assert_eq!(bracelet.lines(), [format!(r#"{{"ok":{id}}}"#)]);
    }
    for id in 10..26 {
        bracelet.say(&ToBracelet::Command { id, command: Command::Goals { steps: id } });
        assert_eq!(bracelet.session.poll_action(), None, "{id}");
    }
}

#[test]
fn what_is_unknown_or_malformed_is_answered_and_never_fatal() {
    let mut bracelet = Bracelet::greeted(185);
    let mut answer = |object: &str| {
        let lines = bracelet.raw(object);
        assert_eq!(lines.len(), 1, "{object}");
        match parsed(&lines[0]) {
            ToApp::Error(refusal) => (refusal.id, refusal.cmd, refusal.why),
            other => panic!("{object}: {other:?}"),
        }
    };
    assert_eq!(answer(r#"{"cmd":"dance","id":5}"#), (5, Some("dance".into()), Why::Unknown));
    assert_eq!(answer(r#"{"cmd":"dance","id":5,"to":"waltz"}"#), (5, Some("dance".into()), Why::Unknown));
    assert_eq!(answer(r#"{"cmd":"led","id":6}"#), (6, Some("led".into()), Why::Malformed));
    assert_eq!(answer(r#"{"cmd":"led","id":6,"brightness":300}"#), (6, Some("led".into()), Why::Malformed));
    assert_eq!(answer(r#"{"cmd":"find","id":0}"#), (0, Some("find".into()), Why::Malformed));
    assert_eq!(answer(r#"{"hello":1}"#), (0, None, Why::Malformed));
    assert_eq!(answer(r#"{"cmd":"message","id":8,"text":""}"#), (8, Some("message".into()), Why::Malformed));
    let long = "é".repeat(MAX_MESSAGE_CHARS + 1);
    let object = format!(r#"{{"cmd":"message","id":8,"text":"{long}"}}"#);
    assert_eq!(answer(&object), (8, Some("message".into()), Why::Malformed));
    assert_eq!(bracelet.session.poll_action(), None);
}

#[test]
fn every_command_reaches_the_application_as_it_was_meant() {
    let commands = [
        Command::Message("é".repeat(MAX_MESSAGE_CHARS)),
        Command::Message("\u{1}\"\\ 🫀".into()),
        Command::Find { on: false },
        Command::Led { brightness: 40 },
        Command::Thresholds(Thresholds::default()),
        Command::Goals { steps: 8_000 },
        Command::Interval { seconds: 10 },
        Command::Pause { minutes: 30 },
        Command::Wipe,
        Command::SosAck { level: SosLevel::Contact },
    ];
    for (id, command) in (50..).zip(commands) {
        let mut bracelet = Bracelet::greeted(23);
        let said = ToBracelet::Command { id, command: command.clone() };
        assert!(said.line().len() <= MAX_TO_BRACELET);
        bracelet.say(&said);
        assert_eq!(bracelet.command().1, command);
    }
}

#[test]
fn only_the_recorder_may_wipe_and_to_forget_gives_the_role_up() {
    let mut bracelet = Bracelet::greeted(185);
    bracelet.hello(B);
    bracelet.say(&ToBracelet::Command { id: 3, command: Command::Wipe });
    assert_eq!(parsed(&bracelet.lines()[0]), error(3, None, Why::NotRecorder));
    assert_eq!(bracelet.session.poll_action(), None);
    bracelet.hello(A);
    bracelet.say(&ToBracelet::Command { id: 4, command: Command::Forget });
    assert_eq!(bracelet.session.poll_action(), Some(Action::Recorder(None)));
    assert_eq!(bracelet.command().1, Command::Forget);
    assert_eq!(bracelet.hello(B)[0].head.as_ref().expect("a head").recorder, Role::None);
}

#[test]
fn what_became_of_a_message_waits_for_the_app_that_sent_it() {
    let mut bracelet = Bracelet::greeted(185);
    bracelet.say(&ToBracelet::Command { id: 60, command: Command::Message("Lunch?".into()) });
    let (key, _) = bracelet.command();
    bracelet.session.disconnected();
    bracelet.session.message_state(key, MessageState::Reply, Some(Reply::Help));
    bracelet.session.connected(185);
    bracelet.hello(B);
    assert!(bracelet.lines().is_empty());
    bracelet.say(&ToBracelet::Hello(Hello { v: 1, app: A, time: TIME }));
    let lines = bracelet.lines();
    assert!(
        lines.contains(&r#"{"message":{"id":60,"state":"reply","reply":"help"}}"#.to_owned()),
        "{lines:?}"
    );
}

#[test]
fn a_flood_of_commands_is_told_busy_and_fills_no_memory() {
    let mut bracelet = Bracelet::greeted(185);
    for id in 100..1_100 {
        bracelet.say(&ToBracelet::Command { id, command: Command::Find { on: true } });
    }
    let actions = core::iter::from_fn(|| bracelet.session.poll_action()).count();
    assert!((1..=8).contains(&actions));
    assert!(bracelet.lines().len() <= 32);
}
