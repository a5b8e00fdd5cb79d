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

pub use drain::{Cursor, Progress};

use crate::journal::GapWhy;
use crate::line::{Drops, LineReader, MAX_TO_APP};
use crate::message::{
    AppId, BootInfo, Command, Hello, Identity, Incident, Live, MessageNotice, Part, Role, ToApp, ToBracelet,
    VERSION, Why, negotiate,
};
use crate::peripheral::MIN_MTU;
use alloc::{collections::VecDeque, vec::Vec};
use asked::{Asked, Request};
use assembler::{Assembled, Assembler};
use core::time::Duration;
use drain::{Brought, Drain};
use greeting::{Greeted, Greeting};
use vitals::{Boot, JournalId, Placed, Record, Seq, UnixMillis, UptimeMillis};

/// Without an answer hello is said again after so long.
const HELLO_AGAIN: Duration = Duration::from_secs(2);

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

/// How far the conversation has come.
#[derive(Debug)]
enum Phase {
    /// No link, or no version in common.
    Silent,
    /// Hello was said at that time.
    Greeting { said: Duration, heard: Greeting },
    /// The answer is there; the engine has yet to say where its store stands.
    Answered(HelloInfo),
    /// Reading.
    Reading { journal: JournalId, drain: Drain },
}

/// The app's end. It outlives connections, so that commands that had no answer are said again on the next.
#[derive(Debug)]
pub struct Session {
    reader: LineReader,
    talk: Talk,
}

/// All of the session but its line reader, which lends its lines while this takes them.
#[derive(Debug)]
struct Talk {
    app: AppId,
    mtu: usize,
    phase: Phase,
    role: Role,
    /// The app's clock when the link came to stand, and when that was.
    clock: (UnixMillis, Duration),
    now: Duration,
    assembler: Assembler,
    asked: Asked,
    lines: VecDeque<Vec<u8>>,
    line: Vec<u8>,
    sent_of_line: usize,
    events: VecDeque<Event>,
}

/// What a line did to the reader.
enum Heard {
    Fine,
    Senseless,
    /// Hello was said again: the buffer begins anew.
    Restart,
}

impl Session {
    /// The end of that app. Commands are numbered from `first_id` on: it must be above every number the app has used in
    /// an earlier run (seconds since 1970 will do).
    #[must_use]
    pub fn new(app: AppId, first_id: u32) -> Self {
        let talk = Talk {
            app,
            mtu: MIN_MTU,
            phase: Phase::Silent,
            role: Role::Other,
            clock: (UnixMillis(0), Duration::ZERO),
            now: Duration::ZERO,
            assembler: Assembler::default(),
            asked: Asked::new(first_id),
            lines: VecDeque::new(),
            line: Vec::new(),
            sent_of_line: 0,
            events: VecDeque::new(),
        };
        Self { reader: LineReader::new(MAX_TO_APP), talk }
    }

    /// A link stands, with that MTU; `time` is the app's clock. Says hello.
    pub fn connected(&mut self, mtu: usize, time: UnixMillis, now: Duration) {
        self.disconnected();
        self.talk.mtu = mtu.max(MIN_MTU);
        self.talk.clock = (time, now);
        self.talk.now = now;
        self.talk.greet();
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
        self.talk.now = now;
        match &mut self.talk.phase {
            Phase::Greeting { said, .. } if now >= *said + HELLO_AGAIN => {
                self.reader.clear();
                self.talk.greet();
            }
            Phase::Reading { drain, .. } => drain.tick(now),
            _ => {}
        }
        self.talk.steer();
    }

    /// When [`Session::tick`] has something to do.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        let asked = self.talk.asked.deadline();
        match &self.talk.phase {
            Phase::Silent => None,
            Phase::Greeting { said, .. } => Some(*said + HELLO_AGAIN),
            Phase::Answered(_) => asked,
            Phase::Reading { drain, .. } => [asked, drain.deadline()].into_iter().flatten().min(),
        }
    }

    /// The next write, at most MTU − 3 bytes.
    pub fn poll_write(&mut self) -> Option<Vec<u8>> {
        self.talk.poll_write()
    }

    /// What the engine has to know next.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.talk.events.pop_front()
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
        let id = self.talk.asked.ask(Request::Command(command));
        self.talk.steer();
        id
    }

    /// Takes the recorder's role from whoever has it: after the user's confirmation.
    pub fn take(&mut self) -> u32 {
        let id = self.talk.asked.take();
        self.talk.steer();
        id
    }

    /// What of the received lines was dropped.
    #[must_use]
    pub fn drops(&self) -> Drops {
        self.reader.drops()
    }
}

impl Talk {
    fn silence(&mut self) {
        self.phase = Phase::Silent;
        self.role = Role::Other;
        self.assembler.clear();
        self.lines.clear();
        self.line.clear();
        self.sent_of_line = 0;
        self.asked.restart();
    }

    fn greet(&mut self) {
        let cut = (1..self.line.len()).contains(&self.sent_of_line);
        self.silence();
        if cut {
            // The bracelet has the beginning of a line that will not be finished.
            self.lines.push_back(b"\n".to_vec());
        }
        let (time, at) = self.clock;
        let passed = i64::try_from(self.now.saturating_sub(at).as_millis()).unwrap_or(i64::MAX);
        let hello = Hello { v: VERSION, app: self.app, time: time.plus(passed) };
        self.lines.push_back(ToBracelet::Hello(hello).line());
        self.phase = Phase::Greeting { said: self.now, heard: Greeting::default() };
    }

    fn resume(&mut self, cursors: &[Cursor]) {
        let Phase::Answered(info) = &mut self.phase else { return };
        let drain = Drain::new(info.boot, core::mem::take(&mut info.boots), cursors);
        self.events.extend(drain.unplaceable().next().map(|boot| Event::NoTime { boot }));
        self.phase = Phase::Reading { journal: info.journal, drain };
        if self.role == Role::None {
            self.asked.take();
        }
        self.tell_progress();
        self.steer();
    }

    fn committed(&mut self, boot: Boot, upto: Seq) {
        let Phase::Reading { drain, .. } = &mut self.phase else { return };
        drain.committed(boot, upto, self.now);
        self.tell_progress();
        self.steer();
    }

    fn tell_progress(&mut self) {
        let Phase::Reading { drain, .. } = &mut self.phase else { return };
        if drain.catches_up() {
            self.events.push_back(Event::CaughtUp);
        } else if !drain.is_caught_up() {
            self.events.push_back(Event::Progress(drain.progress()));
        }
    }

    /// Says what is due: commands, and the next read.
    fn steer(&mut self) {
        if let Phase::Answered(_) | Phase::Reading { .. } = &self.phase {
            self.lines.extend(self.asked.due(self.now));
        }
        if let Phase::Reading { drain, .. } = &mut self.phase {
            drain.steer(self.role == Role::You, self.now);
        }
    }

    fn poll_write(&mut self) -> Option<Vec<u8>> {
        if self.sent_of_line >= self.line.len() {
            self.line = self.next_line()?;
            self.sent_of_line = 0;
        }
        let rest = self.line.get(self.sent_of_line..)?;
        let piece = rest.get(..rest.len().min(self.mtu - 3))?.to_vec();
        self.sent_of_line += piece.len();
        Some(piece)
    }

    fn next_line(&mut self) -> Option<Vec<u8>> {
        if let Some(line) = self.lines.pop_front() {
            return Some(line);
        }
        let Phase::Reading { drain, .. } = &mut self.phase else { return None };
        // The acknowledgement first: the bracelet forgets what was sent for a read only when it has forgotten many.
        if self.role == Role::You
            && let Some(ack) = drain.poll_ack()
        {
            return Some(ToBracelet::Ack(ack).line());
        }
        drain.poll_read().map(|read| ToBracelet::Read(read).line())
    }

    fn heard(&mut self, message: ToApp<'_>) -> Heard {
        if let (Phase::Greeting { heard, .. }, ToApp::Hello(part)) = (&mut self.phase, &message) {
            return match heard.take(part.clone()) {
                Greeted::All(head, boots) => self.greeted(head, boots),
                Greeted::Wait => Heard::Fine,
                Greeted::Misfit => Heard::Senseless,
            };
        }
        match message {
            ToApp::Error(refusal) => return self.refused(refusal.id, refusal.cmd.as_deref(), refusal.why),
            ToApp::Unknown => return Heard::Senseless,
            // Lines of before the hello, or of a hello that was answered twice.
            _ if matches!(self.phase, Phase::Silent | Phase::Greeting { .. }) => {}
            ToApp::Hello(_) => {}
            ToApp::Live(live) => self.events.push_back(Event::Live(live)),
            ToApp::Message(notice) => self.events.push_back(Event::Message(notice)),
            ToApp::Ok(id) => return self.answered(id, Ok(())),
            ToApp::Event(incident) => {
                let at = match &self.phase {
                    Phase::Reading { drain, .. } => drain.place(incident.boot, incident.uptime),
                    _ => None,
                };
                self.events.push_back(Event::Happened { incident, at });
            }
            ToApp::Part(part) => return self.part(&part),
            ToApp::Gap(gap) => {
                if let Phase::Reading { drain, .. } = &mut self.phase {
                    let brought = drain.gap(gap, self.now);
                    return self.brought(gap.boot, brought);
                }
            }
            ToApp::End(end) => {
                if let Phase::Reading { drain, .. } = &mut self.phase {
                    drain.end(end);
                }
            }
        }
        Heard::Fine
    }

    fn greeted(&mut self, head: crate::message::HelloHead, boots: Vec<BootInfo>) -> Heard {
        if negotiate(head.v) != Some(head.v) {
            self.phase = Phase::Silent;
            self.events.push_back(Event::Incompatible);
            return Heard::Fine;
        }
        self.role = head.recorder;
        let info = HelloInfo {
            version: head.v,
            identity: head.identity,
            journal: head.journal,
            uptime: head.uptime,
            boot: head.boot,
            role: head.recorder,
            boots,
        };
        self.events.push_back(Event::Hello(info.clone()));
        self.phase = Phase::Answered(info);
        Heard::Fine
    }

    fn part(&mut self, part: &Part<'_>) -> Heard {
        let Phase::Reading { drain, .. } = &mut self.phase else { return Heard::Fine };
        match self.assembler.take(part) {
            Assembled::Page(bytes) => {
                let brought = drain.page(part.boot, bytes, self.now);
                self.brought(part.boot, brought)
            }
            Assembled::Wait => Heard::Fine,
            Assembled::Misfit => Heard::Senseless,
        }
    }

    fn brought(&mut self, boot: Boot, brought: Brought) -> Heard {
        let Phase::Reading { journal, .. } = self.phase else { return Heard::Fine };
        self.events.push_back(match brought {
            Brought::Records(records) => Event::Page { journal, boot, records },
            Brought::Missing { from, to, why } => Event::Gap { journal, boot, from, to, why },
            Brought::Nothing => return Heard::Fine,
            Brought::Senseless => return Heard::Senseless,
        });
        Heard::Fine
    }

    fn answered(&mut self, id: u32, result: Result<(), Why>) -> Heard {
        let Some(request) = self.asked.answered(id) else { return Heard::Fine };
        self.events.push_back(Event::Answered { id, result });
        match (request, result) {
            (Request::Take, Ok(())) => self.change_role(Role::You),
            (Request::Command(Command::Wipe), Ok(())) => {
                // Another journal from now on.
                self.greet();
                return Heard::Restart;
            }
            (Request::Command(Command::Forget), Ok(())) => self.change_role(Role::None),
            _ => {}
        }
        Heard::Fine
    }

    fn change_role(&mut self, role: Role) {
        if self.role != role {
            self.role = role;
            self.events.push_back(Event::Role(role));
        }
    }

    fn refused(&mut self, id: u32, cmd: Option<&str>, why: Why) -> Heard {
        if id > 0 {
            return self.answered(id, Err(why));
        }
        match (why, cmd, &self.phase) {
            (Why::Version, _, Phase::Greeting { .. }) => {
                self.phase = Phase::Silent;
                self.events.push_back(Event::Incompatible);
            }
            // The bracelet has forgotten the conversation. While hello is on its way, that is known.
            (Why::HelloFirst, _, Phase::Answered(_) | Phase::Reading { .. }) => {
                self.greet();
                return Heard::Restart;
            }
            (Why::NotRecorder, _, _) => self.change_role(Role::Other),
            // The rest comes right by itself: what is not acknowledged comes again, a read is repeated after the silence.
            _ => {}
        }
        Heard::Fine
    }
}
