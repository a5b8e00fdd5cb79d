//! A bracelet on a perfect link, spoken to line by line.

use crate::journal::VecJournal;
use vitals::{Boot, Seq, UnixMillis, UptimeMillis};
use wire::line::{LineReader, MAX_TO_APP, seal};
use wire::message::{AppId, Command, Hello, HelloPart, Identity, Read, Refusal, ToApp, ToBracelet, Why};
use wire::peripheral::{Action, CommandKey, Session};

pub const A: AppId = AppId(0xA);
pub const B: AppId = AppId(0xB);
pub const TIME: UnixMillis = UnixMillis(1_732_060_800_000);

/// A bracelet, and the line to it.
pub struct Bracelet {
    pub session: Session,
    pub journal: VecJournal,
    pub uptime: u64,
    pub mtu: usize,
}

impl Bracelet {
    pub fn new(mtu: usize) -> Self {
        let identity =
            Identity { id: "bracelet-1".into(), serial: "BC-0001".into(), firmware: "0.1.0".into() };
        let mut session = Session::new(&identity, None);
        session.connected(mtu);
        Self { session, journal: VecJournal::new(0xfeed, 128), uptime: 5_000, mtu }
    }

    /// One whose app `A` has said hello and has the role.
    pub fn greeted(mtu: usize) -> Self {
        let mut bracelet = Self::new(mtu);
        bracelet.hello(A);
        bracelet.say(&ToBracelet::Take { id: 1 });
        bracelet.lines();
        while bracelet.session.poll_action().is_some() {}
        bracelet
    }

    pub fn records(mut self, count: u64) -> Self {
        for second in 0..count {
            self.journal.record(second * 1_000);
        }
        self
    }

    pub fn write(&mut self, line: &[u8]) {
        for piece in line.chunks(self.mtu - 3) {
            self.session.received(piece, UptimeMillis(self.uptime), &mut self.journal);
        }
    }

    pub fn say(&mut self, message: &ToBracelet) {
        self.write(&message.line());
    }

    pub fn raw(&mut self, object: &str) -> Vec<String> {
        let mut line = object.as_bytes().to_vec();
        seal(&mut line);
        self.write(&line);
        self.lines()
    }

    pub fn hello(&mut self, app: AppId) -> Vec<HelloPart> {
        self.say(&ToBracelet::Hello(Hello { v: 1, app, time: TIME }));
        let lines = self.lines();
        lines
            .iter()
            .map(|line| match ToApp::parse(line) {
                Ok(ToApp::Hello(part)) => part,
                other => panic!("{other:?}"),
            })
            .collect()
    }

    /// All notifications, at once.
    pub fn notifications(&mut self) -> Vec<Vec<u8>> {
        let mut out = vec![0; self.mtu];
        let mut all = vec![];
        while let Some(length) = self.session.poll(UptimeMillis(self.uptime), &mut self.journal, &mut out) {
            all.push(out[..length].to_vec());
        }
        all
    }

    /// All lines that it has to say.
    pub fn lines(&mut self) -> Vec<String> {
        let mut reader = LineReader::new(MAX_TO_APP);
        let mut lines = vec![];
        for notification in self.notifications() {
            let mut rest = notification.as_slice();
            while let Some(line) = reader.read(&mut rest) {
                lines.push(line.to_owned());
            }
        }
        assert_eq!(reader.drops().total(), 0);
        lines
    }

    pub fn command(&mut self) -> (CommandKey, Command) {
        match self.session.poll_action() {
            Some(Action::Command { key, command }) => (key, command),
            other => panic!("{other:?}"),
        }
    }

    pub fn read(&mut self, from: u32, window: u8) -> Vec<String> {
        self.say(&ToBracelet::Read(Read { boot: Boot(1), from: Seq(from), to: None, window, follow: false }));
        self.lines()
    }
}

pub fn parts(lines: &[String]) -> usize {
    lines.iter().filter(|line| line.starts_with("{\"p\":")).count()
}

pub fn error(id: u32, cmd: Option<&str>, why: Why) -> ToApp<'static> {
    ToApp::Error(Refusal { id, cmd: cmd.map(Into::into), why })
}

pub fn parsed(line: &str) -> ToApp<'_> {
    ToApp::parse(line).expect("a line of ours")
}
