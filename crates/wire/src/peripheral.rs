//! The bracelet's end of a conversation, sans-IO.
//!
//! The application passes in what the radio received and takes out, piece by piece, what the radio shall notify. What only
//! the application can do (show a message, blink, format the flash) comes out as [`Action`]s.

mod greeting;
mod reading;
mod remembered;

use crate::journal::{Journal, MAX_ANCHORS, wants_anchor};
use crate::line::{Drops, LineReader, MAX_TO_APP, MAX_TO_BRACELET};
use crate::message::{
    Ack, AppId, Command, Hello, Identity, Incident, Live, MessageNotice, MessageState, Read, Refusal, Reply,
    Role, ToApp, ToBracelet, Unusable, Why, negotiate,
};
use alloc::{collections::VecDeque, string::String, vec::Vec};
use greeting::Greeting;
use reading::{Reading, Step};
use remembered::{Remembered, State};
use vitals::{Anchor, Boot, Seq, UnixMillis, UptimeMillis};

/// The smallest MTU of Bluetooth LE.
pub const MIN_MTU: usize = 23;
/// How many notifications a line may take, so that a live line never waits long for one of the journal.
pub const MAX_NOTIFICATIONS: usize = 16;
/// The most answers and incidents that wait to be sent; what comes when they are full is dropped (the app repeats, the
/// journal keeps).
const MAX_WAITING: usize = 32;
/// The most actions that wait for the application; further commands are told `busy`.
const MAX_ACTIONS: usize = 8;
/// Of how many boots the session remembers how far they were sent on this connection.
const MAX_SENT: usize = 16;
/// Clocks outside these times anchor nothing.
const PLAUSIBLE_TIME: core::ops::Range<UnixMillis> =
    UnixMillis::EARLIEST_PLAUSIBLE..UnixMillis::LATEST_PLAUSIBLE;

/// Which command of which app: to answer it, and to tell what became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CommandKey {
    app: AppId,
    id: u32,
}

/// What the application has to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Carry out a command, then call [`Session::answer`].
    Command {
        /// To answer it by.
        key: CommandKey,
        /// What to do.
        command: Command,
    },
    /// Keep in flash who the recorder is now, for [`Session::new`] after the next start.
    Recorder(Option<AppId>),
}

/// The bracelet's end. It outlives connections: it remembers the recorder and the last commands.
#[derive(Debug)]
pub struct Session {
    identity: Identity,
    recorder: Option<AppId>,
    remembered: Remembered,
    actions: VecDeque<Action>,
    /// News of messages that wait until their app is there.
    notices: VecDeque<(AppId, MessageNotice)>,
    reader: LineReader,
    mtu: usize,
    link: Link,
}

/// What one connection and one hello have brought, and the next clears.
#[derive(Debug, Default)]
struct Link {
    /// Something was heard that starts the live lines: hello, or a classic app's `1`.
    listening: bool,
    /// Who said hello.
    app: Option<AppId>,
    /// The present boot's anchors, for the live lines' time.
    anchors: heapless::Vec<Anchor, MAX_ANCHORS>,
    /// The line that is being sent, and how much of it was.
    line: Vec<u8>,
    sent_of_line: usize,
    waiting: VecDeque<Vec<u8>>,
    live: Option<(UptimeMillis, Live)>,
    greeting: Option<Greeting>,
    reading: Option<Reading>,
    /// By boot, the place after the last record sent.
    sent: heapless::Deque<(Boot, Seq), MAX_SENT>,
}

impl Session {
    /// The end of a bracelet that calls itself so, with the recorder as it was kept in flash.
    #[must_use]
    pub fn new(identity: &Identity, recorder: Option<AppId>) -> Self {
        Self {
            identity: identity.fitting(),
            recorder,
            remembered: Remembered::default(),
            actions: VecDeque::new(),
            notices: VecDeque::new(),
            reader: LineReader::new(MAX_TO_BRACELET),
            mtu: MIN_MTU,
            link: Link::default(),
        }
    }

    /// A link stands, with that MTU.
    pub fn connected(&mut self, mtu: usize) {
        self.mtu = mtu.max(MIN_MTU);
        self.reader.clear();
        self.link = Link::default();
    }

    /// The MTU was negotiated anew on the standing link.
    pub fn set_mtu(&mut self, mtu: usize) {
        self.mtu = mtu.max(MIN_MTU);
    }

    /// The link is gone.
    pub fn disconnected(&mut self) {
        self.reader.clear();
        self.link = Link::default();
    }

    /// Whether somebody listens to live lines.
    #[must_use]
    pub fn is_listening(&self) -> bool {
        self.link.listening
    }

    /// What of the received lines was dropped.
    #[must_use]
    pub fn drops(&self) -> Drops {
        self.reader.drops()
    }

    /// Takes what the app wrote.
    pub fn received<J: Journal>(&mut self, bytes: &[u8], uptime: UptimeMillis, journal: &mut J) {
        if bytes == b"1" && !self.link.listening && self.reader.is_at_start() {
            // An app made for classic bracelets: it gets live lines and nothing else.
            self.link.listening = true;
            return;
        }
        let mut rest = bytes;
        while let Some(json) = self.reader.read(&mut rest) {
            let message = ToBracelet::parse(json);
            self.heard(message, uptime, journal);
        }
    }

    /// Shows `live` to the eye. Call it once a second; only the newest waits.
    pub fn live(&mut self, uptime: UptimeMillis, live: Live) {
        if self.link.listening {
            self.link.live = Some((uptime, live));
        }
    }

    /// Tells at once that something happened; its record comes with the journal.
    pub fn event(&mut self, incident: Incident) {
        if self.link.app.is_some() {
            self.say(&ToApp::Event(incident));
        }
    }

    /// The journal has grown: a read that follows goes on.
    pub fn recorded(&mut self) {
        if let Some(reading) = &mut self.link.reading {
            reading.grown();
        }
    }

    /// What the application has to do next.
    pub fn poll_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// A command was carried out, or not.
    pub fn answer(&mut self, key: CommandKey, result: Result<(), Why>) {
        self.remembered.done(key, result);
        if self.link.app == Some(key.app) {
            self.say_result(key.id, result);
        }
    }

    /// What became of a message: shown, dismissed, or answered.
    pub fn message_state(&mut self, key: CommandKey, state: MessageState, reply: Option<Reply>) {
        if self.notices.len() >= MAX_WAITING {
            self.notices.pop_front();
        }
        self.notices.push_back((key.app, MessageNotice { id: key.id, state, reply }));
    }

    /// Writes the next notification into `out` (at least MTU − 3 bytes) and returns its length; `None`: nothing to send.
    pub fn poll<J: Journal>(
        &mut self,
        uptime: UptimeMillis,
        journal: &mut J,
        out: &mut [u8],
    ) -> Option<usize> {
        loop {
            let rest = self.link.line.get(self.link.sent_of_line..).unwrap_or_default();
            if rest.is_empty() {
                self.link.line = self.next_line(uptime, journal)?;
                self.link.sent_of_line = 0;
                continue;
            }
            let length = rest.len().min(self.mtu - 3).min(out.len());
            let (Some(from), Some(to)) = (rest.get(..length), out.get_mut(..length)) else { return None };
            to.copy_from_slice(from);
            self.link.sent_of_line += length;
            return (length > 0).then_some(length);
        }
    }

    /// The longest line to this app.
    fn longest_line(&self) -> usize {
        ((self.mtu - 3) * MAX_NOTIFICATIONS).min(MAX_TO_APP)
    }

    /// What is said next: the answer to hello first, then what is short and urgent, then history.
    fn next_line<J: Journal>(&mut self, uptime: UptimeMillis, journal: &mut J) -> Option<Vec<u8>> {
        let limit = self.longest_line();
        if self.link.greeting.as_ref().is_some_and(Greeting::is_new) {
            return Some(self.greet(journal, limit));
        }
        if let Some(line) = self.link.waiting.pop_front() {
            return Some(line);
        }
        if let Some((measured, live)) = self.link.live.take() {
            return Some(ToApp::Live(self.stamped(live, measured, uptime)).line());
        }
        if let Some(at) = self.notices.iter().position(|(app, _)| Some(*app) == self.link.app) {
            return self.notices.remove(at).map(|(_, notice)| ToApp::Message(notice).line());
        }
        if self.link.greeting.is_some() {
            return Some(self.greet(journal, limit));
        }
        let is_recorder = self.is_recorder();
        let reading = self.link.reading.as_mut()?;
        let boot = reading.boot();
        match reading.next_line(journal, limit, is_recorder) {
            Ok(Step::Idle) => None,
            Ok(Step::Line { line, sent }) => {
                if let Some(next) = sent {
                    self.note_sent(boot, next);
                }
                Some(line)
            }
            Ok(Step::Over(line)) => {
                self.link.reading = None;
                Some(line)
            }
            Err(_) => {
                self.link.reading = None;
                Some(refusal(0, Some("read"), Why::Flash).line())
            }
        }
    }

    fn greet<J: Journal>(&mut self, journal: &mut J, limit: usize) -> Vec<u8> {
        let Some(mut greeting) = self.link.greeting.take() else { return Vec::new() };
        match greeting.next_line(journal, limit) {
            Ok((line, more)) => {
                self.link.greeting = more.then_some(greeting);
                line
            }
            Err(_) => refusal(0, Some("hello"), Why::Flash).line(),
        }
    }

    /// A live line's time and the age of its beat, as they are when it is sent.
    fn stamped(&self, mut live: Live, measured: UptimeMillis, now: UptimeMillis) -> Live {
        live.at = vitals::place(&self.link.anchors, measured).map(|placed| placed.at);
        let waited = u32::try_from(now.0.saturating_sub(measured.0)).unwrap_or(u32::MAX);
        live.beat_age = live.beat_age.map(|age| age.saturating_add(waited));
        live
    }

    fn heard<J: Journal>(
        &mut self,
        message: Result<ToBracelet, Unusable>,
        uptime: UptimeMillis,
        journal: &mut J,
    ) {
        let app = match (&message, self.link.app) {
            (Ok(ToBracelet::Hello(hello)), _) => return self.hello(*hello, uptime, journal),
            (_, Some(app)) => app,
            (_, None) => return self.refuse(0, None, Why::HelloFirst),
        };
        match message {
            Ok(ToBracelet::Hello(_)) => {}
            Ok(ToBracelet::Read(read)) => self.read(read),
            Ok(ToBracelet::Ack(ack)) => self.ack(ack, journal),
            Ok(ToBracelet::Take { id }) => {
                self.once(CommandKey { app, id }, |session| session.take(app));
            }
            Ok(ToBracelet::Command { id, command }) => {
                let key = CommandKey { app, id };
                self.once(key, |session| session.command(key, command));
            }
            Err(Unusable::Unknown { id, cmd }) => self.refuse(id, Some(cmd), Why::Unknown),
            Err(Unusable::Malformed { id, cmd }) => {
                if cmd.is_none() {
                    self.reader.count_senseless();
                }
                self.refuse(id, cmd, Why::Malformed);
            }
        }
    }

    fn hello<J: Journal>(&mut self, hello: Hello, uptime: UptimeMillis, journal: &mut J) {
        let cut = (1..self.link.line.len()).contains(&self.link.sent_of_line);
        self.link = Link { listening: self.link.listening, ..Link::default() };
        if cut {
            // The app has the beginning of a line that will not be finished.
            self.link.line.push(b'\n');
        }
        let Some(v) = negotiate(hello.v) else {
            return self.refuse(0, Some("hello".into()), Why::Version);
        };
        match anchor(hello.time, uptime, journal) {
            Ok(anchors) => self.link.anchors = anchors,
            Err(_) => return self.refuse(0, Some("hello".into()), Why::Flash),
        }
        self.link.listening = true;
        self.link.app = Some(hello.app);
        let recorder = match self.recorder {
            None => Role::None,
            Some(app) if app == hello.app => Role::You,
            Some(_) => Role::Other,
        };
        self.link.greeting = Some(Greeting::new(v, &self.identity, uptime, recorder, journal));
    }

    fn read(&mut self, read: Read) {
        let buffer = self.link.reading.take().map(Reading::into_buffer);
        self.link.reading = Some(Reading::new(&read, buffer));
    }

    fn ack<J: Journal>(&mut self, ack: Ack, journal: &mut J) {
        let sent = self.link.sent.iter().any(|(boot, next)| *boot == ack.boot && ack.seq < *next);
        let why = if !self.is_recorder() {
            Why::NotRecorder
        } else if !sent {
            Why::NotSent
        } else if journal.ack(ack.boot, ack.seq).is_err() {
            Why::Flash
        } else {
            if let Some(reading) = &mut self.link.reading {
                reading.acknowledged(ack);
            }
            return;
        };
        self.refuse(0, Some("ack".into()), why);
    }

    fn take(&mut self, app: AppId) -> Option<Result<(), Why>> {
        if self.actions.len() >= MAX_ACTIONS {
            return Some(Err(Why::Busy));
        }
        if self.recorder != Some(app) {
            self.recorder = Some(app);
            self.actions.push_back(Action::Recorder(Some(app)));
        }
        Some(Ok(()))
    }

    /// Hands a command to the application; `Some` where the answer is known already.
    fn command(&mut self, key: CommandKey, command: Command) -> Option<Result<(), Why>> {
        // One place is kept for the change of role that `forget` brings.
        if self.actions.len() + 1 >= MAX_ACTIONS {
            return Some(Err(Why::Busy));
        }
        match command {
            Command::Wipe if !self.is_recorder() => return Some(Err(Why::NotRecorder)),
            Command::Wipe => {
                self.link.reading = None;
                self.link.sent.clear();
            }
            Command::Forget if self.is_recorder() => {
                self.recorder = None;
                self.actions.push_back(Action::Recorder(None));
            }
            _ => {}
        }
        self.actions.push_back(Action::Command { key, command });
        None
    }

    /// Does what a command asks unless it was done before: a repeat answers, it does not act again.
    fn once(&mut self, key: CommandKey, act: impl FnOnce(&mut Self) -> Option<Result<(), Why>>) {
        match self.remembered.state(key) {
            Some(State::Done(result)) => self.say_result(key.id, result),
            Some(State::Begun) => {}
            None => match act(self) {
                // Nothing was done, and it may be asked again.
                Some(Err(why)) => self.refuse(key.id, None, why),
                Some(Ok(())) => {
                    self.remembered.done(key, Ok(()));
                    self.say_result(key.id, Ok(()));
                }
                None => self.remembered.begun(key),
            },
        }
    }

    fn is_recorder(&self) -> bool {
        self.link.app.is_some() && self.link.app == self.recorder
    }

    fn note_sent(&mut self, boot: Boot, next: Seq) {
        if let Some((_, known)) = self.link.sent.iter_mut().find(|(of, _)| *of == boot) {
            *known = next.max(*known);
            return;
        }
        if self.link.sent.is_full() {
            self.link.sent.pop_front();
        }
        // There is room: one was just taken out.
        self.link.sent.push_back((boot, next)).ok();
    }

    fn say_result(&mut self, id: u32, result: Result<(), Why>) {
        match result {
            Ok(()) => self.say(&ToApp::Ok(id)),
            Err(why) => self.refuse(id, None, why),
        }
    }

    fn refuse(&mut self, id: u32, cmd: Option<String>, why: Why) {
        self.say(&ToApp::Error(Refusal { id, cmd, why }));
    }

    fn say(&mut self, message: &ToApp<'_>) {
        if self.link.waiting.len() < MAX_WAITING {
            self.link.waiting.push_back(message.line());
        }
    }
}

fn refusal(id: u32, cmd: Option<&str>, why: Why) -> ToApp<'static> {
    ToApp::Error(Refusal { id, cmd: cmd.map(Into::into), why })
}

/// Anchors the present boot by an app's clock where that is wanted, and tells its anchors.
fn anchor<J: Journal>(
    time: UnixMillis,
    uptime: UptimeMillis,
    journal: &mut J,
) -> Result<heapless::Vec<Anchor, MAX_ANCHORS>, J::Error> {
    let anchors = present(journal)?;
    if PLAUSIBLE_TIME.contains(&time) && wants_anchor(&anchors, uptime, time) {
        journal.add_anchor(Anchor { uptime, time })?;
        return present(journal);
    }
    Ok(anchors)
}

/// The present boot's anchors. It stands last, but how many boots there are only asking tells.
fn present<J: Journal>(journal: &mut J) -> Result<heapless::Vec<Anchor, MAX_ANCHORS>, J::Error> {
    let boot = journal.boot();
    let mut index = 0;
    while let Some(entry) = journal.boot_entry(index)? {
        if entry.boot == boot {
            return Ok(entry.anchors);
        }
        index += 1;
    }
    Ok(heapless::Vec::new())
}
