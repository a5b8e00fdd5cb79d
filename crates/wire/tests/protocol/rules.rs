//! The rules of the protocol, one by one, at the bracelet's end: who may do what, and what is answered.

use crate::bracelet::{A, B, Bracelet, TIME, error, parsed, parts};
use crate::journal::ModelBoot;
use vitals::{Anchor, Boot, EventKind, Seq, UnixMillis, UptimeMillis};
use wire::line::{LineReader, MAX_TO_APP};
use wire::message::{Ack, BootInfo, Command, Hello, Incident, Live, Read, Role, ToApp, ToBracelet, Why};
use wire::peripheral::Action;

#[test]
fn nothing_is_told_and_nothing_is_done_before_hello() {
    let mut bracelet = Bracelet::new(64).records(5);
    bracelet.session.live(UptimeMillis(5_000), Live::default());
    bracelet.session.recorded();
    assert!(bracelet.lines().is_empty());
    let lines = bracelet.read(0, 64);
    assert_eq!(parsed(&lines[0]), error(0, None, Why::HelloFirst));
    bracelet.say(&ToBracelet::Command { id: 9, command: Command::Wipe });
    assert_eq!(bracelet.session.poll_action(), None);
}

#[test]
fn an_app_of_a_classic_bracelet_gets_live_lines_that_it_can_read() {
    let mut bracelet = Bracelet::new(64);
    bracelet.write(b"1");
    let live = Live {
        heart_rate: Some(vitals::Bpm(72)),
        skin_temperature: Some(vitals::CentiCelsius(3_660)),
        ..Live::default()
    };
    bracelet.session.live(UptimeMillis(5_000), live);
    let mut classic = wire::classic::ClassicReader::new(64);
    for notification in bracelet.notifications() {
        classic.received(&notification, TIME);
    }
    let reading = classic.poll().expect("a reading");
    assert_eq!(reading.heart_rate, Some(vitals::Bpm(72)));
    assert_eq!(reading.skin_temperature, Some(vitals::CentiCelsius(3_660)));
}

#[test]
fn the_version_is_the_lower_of_both_and_none_is_told() {
    let mut bracelet = Bracelet::new(64);
    let lines = bracelet.raw(&format!(r#"{{"cmd":"hello","v":9,"app":"{A}","time":{TIME},"colour":"red"}}"#));
    assert!(lines[0].contains(r#""v":1,"#), "{lines:?}");
    let lines = bracelet.raw(&format!(r#"{{"cmd":"hello","v":0,"app":"{A}","time":{TIME}}}"#));
    assert_eq!(parsed(&lines[0]), error(0, Some("hello"), Why::Version));
}

#[test]
fn the_first_hello_of_a_boot_anchors_it_and_a_like_one_does_not_again() {
    let mut bracelet = Bracelet::new(185);
    let parts = bracelet.hello(A);
    assert_eq!(parts[0].boots[0].anchors, [Anchor { uptime: UptimeMillis(5_000), time: TIME }]);
    bracelet.hello(B);
    assert_eq!(bracelet.journal.boots[0].anchors.len(), 1);
    bracelet.uptime = 10_000;
    bracelet.hello(B);
    assert_eq!(bracelet.journal.boots[0].anchors.len(), 2, "5 s later by one clock, 0 s by the other");
}

#[test]
fn a_clock_that_cannot_be_right_anchors_nothing() {
    let mut bracelet = Bracelet::new(185);
    bracelet.say(&ToBracelet::Hello(Hello { v: 1, app: A, time: UnixMillis(0) }));
    bracelet.lines();
    assert!(bracelet.journal.boots[0].anchors.is_empty());
}

#[test]
fn a_hello_about_many_boots_comes_in_lines_that_stay_short() {
    let mut bracelet = Bracelet::new(23);
    for boot in 0..50_u64 {
        bracelet.journal.record(1_000);
        for anchor in 0..boot % 9 {
            let time = TIME.plus(i64::try_from(anchor * 50_000).expect("short"));
            let anchor = Anchor { uptime: UptimeMillis(anchor * 10_000), time };
            bracelet.journal.present_mut().anchors.push(anchor);
        }
        bracelet.journal.boots.push(ModelBoot::default());
    }
    bracelet.say(&ToBracelet::Hello(Hello { v: 1, app: A, time: TIME }));
    let lines = bracelet.lines();
    assert!(lines.iter().all(|line| line.len() + 18 <= 16 * 20), "16 notifications a line");
    let mut boots: Vec<BootInfo> = vec![];
    for (page, line) in lines.iter().enumerate() {
        let ToApp::Hello(part) = parsed(line) else { panic!("{line}") };
        assert_eq!((usize::from(part.page), part.more), (page, page + 1 < lines.len()));
        for info in part.boots {
            match boots.last_mut().filter(|last| last.boot == info.boot) {
                Some(last) => last.anchors.extend(info.anchors),
                None => boots.push(info),
            }
        }
    }
    assert_eq!(boots.len(), 51);
    for (told, kept) in boots.iter().zip(&bracelet.journal.boots) {
        assert_eq!(told.anchors, kept.anchors);
        assert_eq!(told.next().0 as usize, kept.records.len());
    }
}

#[test]
fn only_the_recorder_may_acknowledge_and_take_moves_the_role() {
    let mut bracelet = Bracelet::greeted(185).records(10);
    bracelet.session.connected(185);
    assert_eq!(bracelet.hello(B)[0].head.as_ref().expect("a head").recorder, Role::Other);
    bracelet.read(0, 64);
    bracelet.say(&ToBracelet::Ack(Ack { boot: Boot(1), seq: Seq(3) }));
    assert_eq!(parsed(&bracelet.lines()[0]), error(0, Some("ack"), Why::NotRecorder));
    assert_eq!(bracelet.journal.boots[0].freed, 0);

    bracelet.say(&ToBracelet::Take { id: 7 });
    assert_eq!(bracelet.lines(), [r#"{"ok":7}"#]);
    assert_eq!(bracelet.session.poll_action(), Some(Action::Recorder(Some(B))));
    bracelet.say(&ToBracelet::Ack(Ack { boot: Boot(1), seq: Seq(3) }));
    assert!(bracelet.lines().is_empty());
    assert_eq!(bracelet.journal.boots[0].freed, 4);
    assert_eq!(bracelet.hello(A)[0].head.as_ref().expect("a head").recorder, Role::Other);
}

#[test]
fn an_acknowledgement_beyond_what_was_sent_on_this_connection_is_an_error() {
    let mut bracelet = Bracelet::greeted(185).records(10);
    let lines = bracelet.read(0, 64);
    assert_eq!(lines.last().map(String::as_str), Some(r#"{"end":{"boot":1,"seq":10}}"#));
    for (boot, seq) in [(1, 10), (2, 0)] {
        bracelet.say(&ToBracelet::Ack(Ack { boot: Boot(boot), seq: Seq(seq) }));
        assert_eq!(parsed(&bracelet.lines()[0]), error(0, Some("ack"), Why::NotSent));
    }
    // The next connection has sent nothing yet.
    bracelet.session.connected(185);
    bracelet.hello(A);
    bracelet.say(&ToBracelet::Ack(Ack { boot: Boot(1), seq: Seq(0) }));
    assert_eq!(parsed(&bracelet.lines()[0]), error(0, Some("ack"), Why::NotSent));
    assert_eq!(bracelet.journal.boots[0].freed, 0);
}

#[test]
fn no_more_lines_than_the_window_are_ahead_of_the_acknowledgement() {
    let mut bracelet = Bracelet::greeted(185).records(2_000);
    assert_eq!(parts(&bracelet.read(0, 3)), 3);
    bracelet.say(&ToBracelet::Ack(Ack { boot: Boot(1), seq: Seq(255) }));
    assert_eq!(parts(&bracelet.lines()), 2, "two pages were acknowledged");
    bracelet.say(&ToBracelet::Ack(Ack { boot: Boot(1), seq: Seq(300) }));
    assert_eq!(parts(&bracelet.lines()), 0, "half a page is no page");
}

#[test]
fn an_app_that_reads_along_gets_a_window_and_reads_on() {
    let mut bracelet = Bracelet::greeted(185).records(2_000);
    bracelet.hello(B);
    let lines = bracelet.read(0, 3);
    assert_eq!(parts(&lines), 3);
    assert_eq!(lines.last().map(String::as_str), Some(r#"{"end":{"boot":1,"seq":384}}"#));
    assert_eq!(parts(&bracelet.read(384, 64)), 13);
}

#[test]
fn a_read_stops_after_its_last_place_and_a_new_one_cancels_it() {
    let mut bracelet = Bracelet::greeted(185).records(1_000);
    let read = |from, to| {
        ToBracelet::Read(Read {
            boot: Boot(1),
            from: Seq(from),
            to: Some(Seq(to)),
            window: 64,
            follow: false,
        })
    };
    bracelet.say(&read(0, 130));
    let lines = bracelet.lines();
    assert_eq!(parts(&lines), 2);
    assert_eq!(lines.last().map(String::as_str), Some(r#"{"end":{"boot":1,"seq":256}}"#));
    bracelet.say(&read(0, 999));
    bracelet.say(&read(800, 999));
    assert!(bracelet.lines()[0].starts_with(r#"{"p":[1,768,0,"#));
}

#[test]
fn live_lines_and_events_pass_between_the_lines_of_a_page_at_the_smallest_mtu() {
    let mut bracelet = Bracelet::greeted(23).records(2_000);
    bracelet.say(&ToBracelet::Read(Read {
        boot: Boot(1),
        from: Seq(0),
        to: None,
        window: 64,
        follow: false,
    }));
    let mut out = [0; 20];
    let uptime = UptimeMillis(bracelet.uptime);
    for _ in 0..3 {
        assert_eq!(bracelet.session.poll(uptime, &mut bracelet.journal, &mut out), Some(20));
    }
    bracelet.session.live(uptime, Live { worn: true, beat_age: Some(100), ..Live::default() });
    let incident = Incident { boot: Boot(1), seq: Seq(1_999), uptime, kind: EventKind::Fall, detail: 0 };
    bracelet.session.event(incident);
    bracelet.uptime += 300;
    let mut waited = 0;
    let mut line = Vec::new();
    while !line.starts_with(br#"{"worn"#) && !line.windows(7).any(|bytes| bytes == br#""worn":"#) {
        let length = bracelet
            .session
            .poll(UptimeMillis(bracelet.uptime), &mut bracelet.journal, &mut out)
            .expect("there is more");
        line.extend_from_slice(&out[..length]);
        if line.ends_with(b"\n") {
            line.clear();
        }
        waited += 1;
        assert!(waited <= 16 + 16 + 6, "a journal line, the event, and the live line's first pieces");
    }
    bracelet.lines_after(&line, r#""beat_age":400"#);
}

impl Bracelet {
    /// The line that was begun ends with this in it.
    fn lines_after(&mut self, begun: &[u8], expected: &str) {
        let mut all = begun.to_vec();
        for notification in self.notifications() {
            all.extend_from_slice(&notification);
        }
        let line = all.split(|byte| *byte == b'\n').next().unwrap_or_default();
        assert!(String::from_utf8_lossy(line).contains(expected), "{}", String::from_utf8_lossy(line));
    }
}

#[test]
fn a_record_takes_at_most_twelve_bytes_on_the_air() {
    for mtu in [23, 185, 512] {
        let mut bracelet = Bracelet::greeted(mtu).records(128 * 40);
        // A heart whose every beat differs.
        for (index, record) in bracelet.journal.present_mut().records.iter_mut().enumerate() {
            let rr = 700 + u16::try_from(index * index * 31 % 211).expect("below 211");
            record.rr = [vitals::RrMillis(rr)].into_iter().collect();
            record.heart_rate = Some(vitals::Bpm(60_000 / rr));
        }
        let mut bytes = 0;
        let mut next = 0;
        while next < 128 * 40 {
            bracelet.say(&ToBracelet::Read(Read {
                boot: Boot(1),
                from: Seq(next),
                to: Some(Seq(next)),
                window: 64,
                follow: false,
            }));
            bytes += bracelet.notifications().iter().map(Vec::len).sum::<usize>();
            next += 128;
        }
        let per_record = bytes as f64 / f64::from(next);
        println!("MTU {mtu}: {per_record:.2} bytes a record on the air");
        assert!(per_record <= 12.0, "{per_record} at MTU {mtu}");
    }
}

#[test]
fn following_streams_each_record_after_it_was_recorded() {
    let mut bracelet = Bracelet::greeted(185);
    bracelet.say(&ToBracelet::Read(Read { boot: Boot(1), from: Seq(0), to: None, window: 64, follow: true }));
    assert!(bracelet.lines().is_empty());
    for second in 0..3 {
        bracelet.journal.record(second * 1_000);
        assert!(bracelet.lines().is_empty(), "the flash is not asked before it says so");
        bracelet.session.recorded();
        assert_eq!(parts(&bracelet.lines()), 1);
    }
}

#[test]
fn a_new_hello_in_the_middle_of_a_line_is_heard_whole() {
    let mut bracelet = Bracelet::greeted(23).records(500);
    bracelet.say(&ToBracelet::Read(Read {
        boot: Boot(1),
        from: Seq(0),
        to: None,
        window: 64,
        follow: false,
    }));
    let mut out = [0; 20];
    let mut reader = LineReader::new(MAX_TO_APP);
    let length =
        bracelet.session.poll(UptimeMillis(5_000), &mut bracelet.journal, &mut out).expect("a piece");
    assert_eq!(reader.read(&mut &out[..length]), None);
    bracelet.say(&ToBracelet::Hello(Hello { v: 1, app: A, time: TIME }));
    let mut lines = vec![];
    for notification in bracelet.notifications() {
        let mut rest = notification.as_slice();
        while let Some(line) = reader.read(&mut rest) {
            lines.push(line.to_owned());
        }
    }
    assert!(lines[0].starts_with(r#"{"hello":"#), "{lines:?}");
    assert_eq!(reader.drops().total(), 1, "the cut line");
    assert_eq!(parts(&lines), 0, "the read was cleared");
}
