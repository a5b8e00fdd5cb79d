//! The app's end of a conversation, sans-IO.
//!
//! The transport passes in what was notified and takes out what is to be written; the engine takes out [`Event`]s, commits
//! their records and says so with [`Session::committed`]. Only then is the bracelet told that it may free them.
//!
//! Times are given as the time since any fixed moment, by a clock that never goes back.

mod asked;
mod assembler;
mod drain;
mod greeting;
mod talk;

pub use drain::{Cursor, Progress};

use crate::journal::GapWhy;
use crate::line::{Drops, LineReader, MAX_TO_APP};
use crate::message::{AppId, BootInfo, Command, Identity, Incident, Live, MessageNotice, Role, ToApp, Why};
use alloc::vec::Vec;
use core::time::Duration;
use talk::{Heard, Talk};
use vitals::{Boot, JournalId, Placed, Record, Seq, UnixMillis, UptimeMillis};

/// The bracelet's answer to hello.
#[derive(Clone, Debug, PartialEq)]
pub struct HelloInfo {
    /// The version that both speak.
    pub version: u8,
    /// Who the bracelet is.
    pub identity: Identity,
    /// Its journal.
    pub journal: JournalId,
    /// Its uptime at the hello.
    pub uptime: UptimeMillis,
    /// Its present boot.
    pub boot: Boot,
    /// Who may acknowledge. A free role is taken at once; another app's only by [`Session::take`].
    pub role: Role,
    /// The boots of the journal, oldest first.
    pub boots: Vec<BootInfo>,
}

/// What the engine has to know.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The bracelet has answered. Nothing of its journal is read until [`Session::resume`].
    Hello(HelloInfo),
    /// The bracelet speaks no version that this app speaks.
    Incompatible,
    /// What is measured now: for the eye and for alarms, not for the store.
    Live(Live),
    /// Something happened just now. It comes again as a record.
    Happened {
        /// What.
        incident: Incident,
        /// When; none while the boot cannot be placed.
        at: Option<Placed>,
    },
    /// Records to be committed: consecutive, never empty, none of them given before on this connection.
    Page {
        /// Of which journal.
        journal: JournalId,
        /// Of which boot.
        boot: Boot,
        /// The records, each with its time.
        records: Vec<(Record, Placed)>,
    },
    /// Records that will never come: to be committed as a fact, like a page.
    Gap {
        /// Of which journal.
        journal: JournalId,
        /// Of which boot.
        boot: Boot,
        /// The first that is missing.
        from: Seq,
        /// The last that is missing.
        to: Seq,
        /// Why.
        why: GapWhy,
    },
    /// How far the past has been fetched; told after commits until [`Event::CaughtUp`].
    Progress(Progress),
    /// All that there was at the hello is committed.
    CaughtUp,
    /// Boots that stay on the bracelet, because no plausible clock was heard in or after them: the app's own clock is wrong.
    NoTime {
        /// The first of them.
        boot: Boot,
    },
    /// The role is now this app's, or no longer.
    Role(Role),
    /// A command was answered.
    Answered {
        /// The id that [`Session::command`] gave.
        id: u32,
        /// Done, or why not.
        result: Result<(), Why>,
    },
    /// What became of a message on the display.
    Message(MessageNotice),
}

/// The app's end. It outlives connections, so that commands that had no answer are said again on the next.
#[derive(Debug)]
pub struct Session {
    reader: LineReader,
    talk: Talk,
}

impl Session {
    /// The end of that app. Commands are numbered from `first_id` on: it must be above every number the app has used in
    /// an earlier run (seconds since 1970 will do).
    #[must_use]
    pub fn new(app: AppId, first_id: u32) -> Self {
        Self { reader: LineReader::new(MAX_TO_APP), talk: Talk::new(app, first_id) }
    }

    /// A link stands, with that MTU; `time` is the app's clock. Says hello.
    pub fn connected(&mut self, mtu: usize, time: UnixMillis, now: Duration) {
        self.disconnected();
        self.talk.connected(mtu, time, now);
    }

    /// The link is gone. What was delivered and not committed comes again after the next hello.
    pub fn disconnected(&mut self) {
        self.reader.clear();
        self.talk.silence();
    }

    /// Takes what the bracelet notified.
    pub fn received(&mut self, bytes: &[u8], now: Duration) {
        let Self { reader, talk } = self;
        talk.now = now;
        let mut rest = bytes;
        while let Some(json) = reader.read(&mut rest) {
            let heard = ToApp::parse(json).map_or(Heard::Senseless, |message| talk.heard(message));
            match heard {
                Heard::Fine => {}
                Heard::Senseless => reader.count_senseless(),
                Heard::Restart => reader.clear(),
            }
        }
        talk.steer();
    }

    /// Does what is due. Call it at [`Session::deadline`].
    pub fn tick(&mut self, now: Duration) {
        if let Heard::Restart = self.talk.tick(now) {
            self.reader.clear();
        }
    }

    /// When [`Session::tick`] has something to do.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        self.talk.deadline()
    }

    /// The next write, at most MTU − 3 bytes.
    pub fn poll_write(&mut self) -> Option<Vec<u8>> {
        self.talk.poll_write()
    }

    /// What the engine has to know next.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.talk.poll_event()
    }

    /// Begins to read after [`Event::Hello`]: the store has all before these cursors in that journal, and nothing of boots
    /// without one.
    pub fn resume(&mut self, cursors: &[Cursor]) {
        self.talk.resume(cursors);
    }

    /// The store has committed all records and gaps of `boot` up to and with `upto`.
    pub fn committed(&mut self, boot: Boot, upto: Seq) {
        self.talk.committed(boot, upto);
    }

    /// Asks the bracelet for something; [`Event::Answered`] tells what became of it. Repeated until it is answered.
    pub fn command(&mut self, command: Command) -> u32 {
        self.talk.ask(command)
    }

    /// A number for [`Session::say`] that no other command has.
    pub fn number(&mut self) -> u32 {
        self.talk.number()
    }

    /// As [`Session::command`], under a number that was had before: who notes it first can say the same after a restart, and the
    /// bracelet does not act twice.
    pub fn say(&mut self, id: u32, command: Command) {
        self.talk.say(id, command);
    }

    /// Takes the recorder's role from whoever has it: after the user's confirmation.
    pub fn take(&mut self) -> u32 {
        self.talk.take()
    }

    /// What of the received lines was dropped.
    #[must_use]
    pub fn drops(&self) -> Drops {
        self.reader.drops()
    }
}
