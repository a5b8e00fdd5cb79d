//! The rules of the protocol at the app's end: when it reads again, when it waits, what it believes.

use crate::journal::{ModelBoot, VecJournal};
use core::time::Duration;
use vitals::{Boot, Seq, UnixMillis, UptimeMillis};
use wire::central::{Cursor, Event, Session};
use wire::line::{LineReader, MAX_TO_BRACELET, seal};
use wire::message::{AppId, Command, Identity, Live, Read, Role, ToBracelet, Why};
use wire::peripheral::{self, Action};

const A: AppId = AppId(0xA);
const B: AppId = AppId(0xB);
const MTU: usize = 512;
const TIME: UnixMillis = UnixMillis(1_732_060_800_000);

/// An app and a bracelet with a perfect link between them, that a test can cut open.
struct Pair {
    app: Session,
    bracelet: peripheral::Session,
    journal: VecJournal,
    now: Duration,
    /// What the app wrote, as lines.
    written: Vec<ToBracelet>,
    events: Vec<Event>,
    resume: Vec<Cursor>,
    commits: bool,
}

impl Pair {
    fn new(recorder: Option<AppId>, records: u64) -> Self {
        let mut journal = VecJournal::new(1, 128);
        for second in 0..records {
            journal.record(second * 1_000);
        }
        Self {
            app: Session::new(A, 100),
            bracelet: peripheral::Session::new(&Identity::default(), recorder),
            journal,
            now: Duration::from_secs(10_000),
            written: vec![],
            events: vec![],
            resume: vec![],
            commits: true,
        }
    }

    fn uptime(&self) -> UptimeMillis {
        UptimeMillis(u64::try_from(self.now.as_millis()).expect("a test is short"))
    }

    fn connect(&mut self) {
        self.bracelet.connected(MTU);
        self.app.connected(MTU, TIME, self.now);
        self.run();
    }

    /// Lets both talk until neither has anything to say.
    fn run(&mut self) {
        loop {
            let wrote = self.write();
            let notified = self.notify();
            self.engine();
            if !wrote && !notified {
                break;
            }
        }
    }

    fn write(&mut self) -> bool {
        let mut reader = LineReader::new(MAX_TO_BRACELET);
        let mut any = false;
        while let Some(piece) = self.app.poll_write() {
            any = true;
            let mut rest = piece.as_slice();
            while let Some(line) = reader.read(&mut rest) {
                self.written.push(ToBracelet::parse(line).expect("a line of ours"));
            }
            self.bracelet.received(&piece, self.uptime(), &mut self.journal);
        }
        any
    }

    fn notify(&mut self) -> bool {
        let mut out = [0; MTU];
        let mut any = false;
        while let Some(length) = self.bracelet.poll(self.uptime(), &mut self.journal, &mut out) {
            any = true;
            self.app.received(&out[..length], self.now);
        }
        any
    }

    /// Answers the bracelet's actions and commits the app's events.
    fn engine(&mut self) {
        while let Some(event) = self.app.poll_event() {
            let upto = match &event {
                Event::Hello(_) => {
                    self.app.resume(&self.resume);
                    None
                }
                Event::Page { boot, records, .. } => records.last().map(|(record, _)| (*boot, record.seq)),
                Event::Gap { boot, to, .. } => Some((*boot, *to)),
                _ => None,
            };
            if let Some((boot, upto)) = upto.filter(|_| self.commits) {
                self.app.committed(boot, upto);
            }
            self.events.push(event);
        }
    }

    fn pass(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
        self.app.tick(self.now);
    }

    /// A line from a stranger who can make a CRC.
    fn forge(&mut self, object: &str) {
        let mut line = object.as_bytes().to_vec();
        seal(&mut line);
        self.app.received(&line, self.now);
        self.engine();
    }

    fn reads(&self) -> Vec<Read> {
        self.written
            .iter()
            .filter_map(|message| match message {
                ToBracelet::Read(read) => Some(*read),
                _ => None,
            })
            .collect()
    }

    fn records(&self) -> usize {
        self.events
            .iter()
            .map(|event| if let Event::Page { records, .. } = event { records.len() } else { 0 })
            .sum()
    }

    fn acks(&self) -> usize {
        self.written.iter().filter(|message| matches!(message, ToBracelet::Ack(_))).count()
    }
}

#[test]
fn a_free_role_is_taken_and_what_is_committed_is_acknowledged() {
    let mut pair = Pair::new(None, 300);
    pair.connect();
    assert_eq!(pair.records(), 300);
    assert!(pair.events.contains(&Event::Role(Role::You)));
    assert!(pair.events.contains(&Event::CaughtUp));
    assert_eq!(pair.bracelet.poll_action(), Some(Action::Recorder(Some(A))));
    assert_eq!(pair.journal.boots[0].freed, 300);
}

#[test]
fn the_role_of_another_app_is_left_to_it_and_all_is_read_along() {
    let mut pair = Pair::new(Some(B), 20_000);
    pair.connect();
    assert_eq!(pair.records(), 20_000, "more than a window");
    assert_eq!((pair.acks(), pair.journal.boots[0].freed), (0, 0));
    assert!(pair.events.contains(&Event::CaughtUp));
    // The user confirms.
    pair.app.take();
    pair.run();
    assert!(pair.events.contains(&Event::Role(Role::You)));
    assert_eq!(pair.journal.boots[0].freed, 20_000);
}

#[test]
fn nothing_is_acknowledged_that_is_not_committed() {
    let mut pair = Pair::new(Some(A), 300);
    pair.commits = false;
    pair.connect();
    assert_eq!((pair.records(), pair.acks()), (300, 0));
    assert!(!pair.events.contains(&Event::CaughtUp));
    pair.app.committed(Boot(1), Seq(127));
    pair.run();
    assert_eq!(pair.journal.boots[0].freed, 128);
}

#[test]
fn a_store_that_does_not_commit_is_not_flooded() {
    let mut pair = Pair::new(Some(A), 40_000);
    pair.commits = false;
    pair.connect();
    for _ in 0..100 {
        pair.pass(10);
        pair.run();
    }
    assert_eq!(pair.records(), 64 * 128, "one window");
    assert_eq!(pair.reads().len(), 1);
}

#[test]
fn boots_are_drained_oldest_first_and_the_present_one_is_followed() {
    let mut pair = Pair::new(Some(A), 200);
    for length in [10, 0, 300] {
        pair.journal.boots.push(ModelBoot::default());
        for second in 0..length {
            pair.journal.record(second * 1_000);
        }
    }
    pair.connect();
    let boots: Vec<_> = pair.reads().iter().map(|read| (read.boot.0, read.follow)).collect();
    assert_eq!(boots, [(1, false), (2, false), (4, true)]);
    pair.journal.record(400_000);
    pair.bracelet.recorded();
    pair.run();
    assert_eq!(pair.records(), 511);
}

#[test]
fn what_is_known_to_be_acknowledged_is_not_read_again_on_the_next_connection() {
    let mut pair = Pair::new(Some(A), 200);
    for _ in 0..5 {
        pair.journal.boots.push(ModelBoot::default());
        pair.journal.record(1_000);
    }
    pair.connect();
    pair.resume = (1..=6).map(|boot| Cursor { boot: Boot(boot), next: Seq(1) }).collect();
    pair.resume[0].next = Seq(200);
    // A ring that is not full: all is still there, and of the last boots it knows that it was acknowledged.
    for (index, boot) in pair.journal.boots.iter_mut().enumerate() {
        boot.remembers = true;
        if index < 3 {
            boot.freed = 0;
        }
    }
    pair.app.disconnected();
    pair.written.clear();
    pair.connect();
    let read: Vec<_> = pair.reads().iter().map(|read| read.boot.0).collect();
    assert_eq!(read, [6]);
    assert_eq!(pair.acks(), 0);
}

#[test]
fn silence_is_broken_after_two_seconds_and_then_ever_less_often() {
    let mut pair = Pair::new(Some(A), 10);
    pair.connect();
    let mut at = vec![];
    let before = pair.reads().len();
    for second in 1..=100 {
        pair.pass(1);
        pair.write();
        if pair.reads().len() > before + at.len() {
            at.push(second);
        }
    }
    assert_eq!(at, [2, 6, 14, 30, 62, 94]);
    assert!(pair.reads().iter().skip(before).all(|read| read.from == Seq(10)), "from the first hole");
}

#[test]
fn a_lost_page_is_read_again_at_once_and_only_once() {
    let mut pair = Pair::new(Some(A), 128 * 10);
    pair.connect_losing(2);
    let from: Vec<_> = pair.reads().iter().map(|read| read.from.0).collect();
    assert_eq!(from, [0, 128 * 2]);
    assert_eq!(pair.records(), 128 * 10);
}

impl Pair {
    /// Connects, and loses the page line with this number.
    fn connect_losing(&mut self, lost: usize) {
        self.bracelet.connected(MTU);
        self.app.connected(MTU, TIME, self.now);
        let mut out = [0; MTU];
        let mut line = vec![];
        let mut pages = 0;
        self.write();
        while let Some(length) = self.bracelet.poll(self.uptime(), &mut self.journal, &mut out) {
            line.extend_from_slice(&out[..length]);
            if line.ends_with(b"\n") {
                let is_page = line.starts_with(br#"{"p":"#);
                pages += usize::from(is_page);
                if !(is_page && pages == lost + 1) {
                    self.app.received(&line, self.now);
                    self.engine();
                    if !is_page {
                        self.write();
                    }
                }
                line.clear();
            }
        }
        self.run();
    }
}

#[test]
fn hello_is_said_again_until_it_is_answered() {
    let mut pair = Pair::new(Some(A), 10);
    pair.app.connected(MTU, TIME, pair.now);
    for _ in 0..3 {
        while pair.app.poll_write().is_some() {}
        pair.pass(2);
    }
    pair.bracelet.connected(MTU);
    pair.run();
    let hello = pair.written.iter().find_map(|message| match message {
        ToBracelet::Hello(hello) => Some(hello.time),
        _ => None,
    });
    assert_eq!(hello, Some(TIME.plus(6_000)), "with the time as it is then");
    assert_eq!(pair.records(), 10);
}

#[test]
fn a_command_is_repeated_until_it_is_answered_and_acts_once() {
    let mut pair = Pair::new(Some(A), 0);
    pair.connect();
    let id = pair.app.command(Command::Find { on: true });
    while pair.app.poll_write().is_some() {}
    pair.pass(5);
    pair.run();
    pair.app.disconnected();
    pair.bracelet.disconnected();
    pair.connect();
    let Some(Action::Command { key, command }) = pair.bracelet.poll_action() else { panic!("no command") };
    assert_eq!((command, pair.bracelet.poll_action()), (Command::Find { on: true }, None));
    pair.bracelet.answer(key, Ok(()));
    pair.run();
    assert!(pair.events.contains(&Event::Answered { id, result: Ok(()) }));
    pair.pass(60);
    pair.run();
    let said = pair.written.iter().filter(|message| matches!(message, ToBracelet::Command { .. })).count();
    assert_eq!(said, 2, "once for each connection that heard it");
}

#[test]
fn what_an_app_says_again_under_its_number_after_a_restart_acts_once() {
    let mut pair = Pair::new(Some(A), 0);
    pair.connect();
    let id = pair.app.number();
    let message = || Command::Message("Lunch?".into());
    pair.app.say(id, message());
    pair.app.say(id, message());
    pair.run();
    let Some(Action::Command { key, .. }) = pair.bracelet.poll_action() else { panic!("no command") };
    pair.bracelet.answer(key, Ok(()));
    // The app is killed before it hears of it, and begins again.
    pair.app = Session::new(A, id + 100);
    pair.bracelet.disconnected();
    pair.connect();
    pair.app.say(id, message());
    pair.run();
    assert_eq!(pair.bracelet.poll_action(), None);
    assert!(pair.events.contains(&Event::Answered { id, result: Ok(()) }));
    assert!(pair.app.number() > id);
}

#[test]
fn after_a_wipe_the_new_journal_is_greeted() {
    let mut pair = Pair::new(Some(A), 300);
    pair.connect();
    pair.app.command(Command::Wipe);
    pair.run();
    let Some(Action::Command { key, .. }) = pair.bracelet.poll_action() else { panic!("no command") };
    pair.journal = VecJournal::new(2, 128);
    pair.bracelet.answer(key, Ok(()));
    pair.run();
    let journals: Vec<_> = pair
        .events
        .iter()
        .filter_map(|event| if let Event::Hello(info) = event { Some(info.journal.0) } else { None })
        .collect();
    assert_eq!(journals, [1, 2]);
}

#[test]
fn with_a_clock_that_is_wrong_nothing_is_fetched_and_that_is_said() {
    let mut pair = Pair::new(Some(A), 300);
    pair.bracelet.connected(MTU);
    pair.app.connected(MTU, UnixMillis(0), pair.now);
    pair.run();
    assert!(pair.events.contains(&Event::NoTime { boot: Boot(1) }));
    assert_eq!((pair.records(), pair.journal.boots[0].freed), (0, 0), "it stays on the bracelet");
}

#[test]
fn a_boot_without_anchors_is_placed_before_the_next_one_and_marked() {
    let mut pair = Pair::new(Some(A), 100);
    pair.journal.boots.push(ModelBoot::default());
    pair.journal.record(500);
    pair.connect();
    let placed: Vec<_> = pair
        .events
        .iter()
        .filter_map(|event| if let Event::Page { records, .. } = event { Some(records) } else { None })
        .flatten()
        .map(|(_, placed)| *placed)
        .collect();
    assert_eq!(placed.iter().filter(|placed| !placed.anchored).count(), 100);
    let begin = TIME.plus(-10_000_000);
    assert_eq!(placed[99].at, begin, "the silent boot ends where the present one begins");
    assert_eq!(placed[100].at, begin.plus(500));
}

#[test]
fn lines_of_a_newer_bracelet_are_passed_over() {
    let mut pair = Pair::new(Some(A), 10);
    pair.connect();
    let before = pair.events.len();
    pair.forge(r#"{"weather":{"sun":true}}"#);
    pair.forge(r#"{"p":"now a text"}"#);
    pair.forge(r#"{"p":[1,10,0,3,"AAAA"]}"#);
    pair.forge(r#"{"gap":{"boot":1,"from":9,"to":3,"why":"full"}}"#);
    pair.forge(r#"{"gap":{"boot":77,"from":0,"to":3,"why":"moths"}}"#);
    assert_eq!(pair.events.len(), before);
    assert_eq!(pair.app.drops().senseless, 5);
    pair.bracelet.live(pair.uptime(), Live { worn: true, ..Live::default() });
    pair.run();
    assert!(matches!(pair.events.last(), Some(Event::Live(live)) if live.worn));
}

#[test]
fn a_page_that_cannot_be_read_is_never_acknowledged_nor_asked_for_without_end() {
    let mut pair = Pair::new(Some(A), 10);
    pair.app.connected(MTU, TIME, pair.now);
    pair.bracelet.connected(MTU);
    pair.write();
    pair.notify();
    // From here on a bracelet of a newer make answers.
    pair.engine();
    for _ in 0..100 {
        pair.pass(1);
        while let Some(piece) = pair.app.poll_write() {
            pair.written.extend(parse(&piece));
            pair.forge(r#"{"p":[1,0,0,3,"//8A"]}"#);
            pair.forge(r#"{"end":{"boot":1,"seq":10}}"#);
        }
    }
    assert_eq!((pair.records(), pair.acks()), (0, 0));
    assert!(pair.reads().len() < 10, "{} reads in 100 s", pair.reads().len());
}

fn parse(piece: &[u8]) -> Option<ToBracelet> {
    let mut reader = LineReader::new(MAX_TO_BRACELET);
    let mut rest = piece;
    reader.read(&mut rest).and_then(|line| ToBracelet::parse(line).ok())
}

#[test]
fn a_bracelet_that_lost_the_conversation_is_greeted_anew() {
    let mut pair = Pair::new(Some(A), 10);
    pair.connect();
    pair.bracelet.connected(MTU);
    pair.app.command(Command::Find { on: true });
    pair.run();
    let hellos = pair.written.iter().filter(|message| matches!(message, ToBracelet::Hello(_))).count();
    assert_eq!(hellos, 2);
    assert!(matches!(pair.bracelet.poll_action(), Some(Action::Command { .. })));
}

#[test]
fn no_version_in_common_is_said_and_the_app_falls_silent() {
    let mut pair = Pair::new(Some(A), 10);
    pair.app.connected(MTU, TIME, pair.now);
    while pair.app.poll_write().is_some() {}
    pair.forge(r#"{"error":0,"cmd":"hello","why":"version"}"#);
    assert_eq!(pair.events, [Event::Incompatible]);
    pair.pass(100);
    assert_eq!(pair.app.poll_write(), None);
    assert_eq!(pair.app.deadline(), None);
}

#[test]
fn a_refused_role_is_told() {
    let mut pair = Pair::new(Some(A), 10);
    pair.connect();
    let id = pair.app.command(Command::Wipe);
    pair.forge(&format!(r#"{{"error":{id},"why":"not_recorder"}}"#));
    pair.forge(r#"{"error":0,"cmd":"ack","why":"not_recorder"}"#);
    assert!(pair.events.contains(&Event::Answered { id, result: Err(Why::NotRecorder) }));
    assert!(pair.events.contains(&Event::Role(Role::Other)));
}
