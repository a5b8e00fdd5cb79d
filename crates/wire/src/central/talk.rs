//! What the app says and hears, line by line: hello, then commands and the journal, until the link is gone.

use super::asked::{Asked, Request};
use super::assembler::{Assembled, Assembler};
use super::drain::{Brought, Cursor, Drain};
use super::greeting::{Greeted, Greeting};
use super::{Event, HelloInfo};
use crate::message::{
    AppId, BootInfo, Command, Hello, HelloHead, Part, Role, ToApp, ToBracelet, VERSION, Why, negotiate,
};
use crate::peripheral::MIN_MTU;
use alloc::{collections::VecDeque, vec::Vec};
use core::time::Duration;
use vitals::{Boot, JournalId, Seq, UnixMillis};

/// Without an answer hello is said again after so long.
const HELLO_AGAIN: Duration = Duration::from_secs(2);

/// How far the conversation has come.
#[derive(Debug)]
pub(super) enum Phase {
    /// No link, or no version in common.
    Silent,
    /// Hello was said at that time.
    Greeting { said: Duration, heard: Greeting },
    /// The answer is there; the engine has yet to say where its store stands.
    Answered(HelloInfo),
    /// Reading.
    Reading { journal: JournalId, drain: Drain },
}

/// All of the session but its line reader, which lends its lines while this takes them.
#[derive(Debug)]
pub(super) struct Talk {
    app: AppId,
    mtu: usize,
    phase: Phase,
    role: Role,
    /// The app's clock when the link came to stand, and when that was.
    clock: (UnixMillis, Duration),
    /// The time as it was passed in last.
    pub(super) now: Duration,
    assembler: Assembler,
    asked: Asked,
    lines: VecDeque<Vec<u8>>,
    line: Vec<u8>,
    sent_of_line: usize,
    events: VecDeque<Event>,
}

/// What a line did to the reader.
pub(super) enum Heard {
    Fine,
    Senseless,
    /// Hello was said again: the buffer begins anew.
    Restart,
}

impl Talk {
    pub(super) fn new(app: AppId, first_id: u32) -> Self {
        Self {
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
        }
    }

    pub(super) fn connected(&mut self, mtu: usize, time: UnixMillis, now: Duration) {
        self.mtu = mtu.max(MIN_MTU);
        self.clock = (time, now);
        self.now = now;
        self.greet();
    }

    /// Does what is due.
    pub(super) fn tick(&mut self, now: Duration) -> Heard {
        self.now = now;
        let mut heard = Heard::Fine;
        match &mut self.phase {
            Phase::Greeting { said, .. } if now >= *said + HELLO_AGAIN => {
                self.greet();
                heard = Heard::Restart;
            }
            Phase::Reading { drain, .. } => drain.tick(now),
            _ => {}
        }
        self.steer();
        heard
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        let asked = self.asked.deadline();
        match &self.phase {
            Phase::Silent => None,
            Phase::Greeting { said, .. } => Some(*said + HELLO_AGAIN),
            Phase::Answered(_) => asked,
            Phase::Reading { drain, .. } => [asked, drain.deadline()].into_iter().flatten().min(),
        }
    }

    pub(super) fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    pub(super) fn ask(&mut self, command: Command) -> u32 {
        let id = self.asked.ask(Request::Command(command));
        self.steer();
        id
    }

    pub(super) fn number(&mut self) -> u32 {
        self.asked.number()
    }

    pub(super) fn say(&mut self, id: u32, command: Command) {
        self.asked.say(id, Request::Command(command));
        self.steer();
    }

    pub(super) fn take(&mut self) -> u32 {
        let id = self.asked.take();
        self.steer();
        id
    }

    pub(super) fn silence(&mut self) {
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

    pub(super) fn resume(&mut self, cursors: &[Cursor]) {
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

    pub(super) fn committed(&mut self, boot: Boot, upto: Seq) {
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
    pub(super) fn steer(&mut self) {
        if let Phase::Answered(_) | Phase::Reading { .. } = &self.phase {
            self.lines.extend(self.asked.due(self.now));
        }
        if let Phase::Reading { drain, .. } = &mut self.phase {
            drain.steer(self.role == Role::You, self.now);
        }
    }

    pub(super) fn poll_write(&mut self) -> Option<Vec<u8>> {
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

    pub(super) fn heard(&mut self, message: ToApp<'_>) -> Heard {
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

    fn greeted(&mut self, head: HelloHead, boots: Vec<BootInfo>) -> Heard {
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
