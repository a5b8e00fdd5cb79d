//! Commands on their way: asked until they are answered, also across connections.

use crate::message::{Command, ToBracelet};
use alloc::{collections::VecDeque, vec::Vec};
use core::time::Duration;

/// After so long without an answer a command is said again; the bracelet does not act twice.
const REPEAT: Duration = Duration::from_secs(5);
/// At most so many wait for answers at once: fewer than the bracelet remembers.
const MAX_OPEN: usize = 8;

/// What was asked.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Request {
    /// The recorder's role.
    Take,
    /// Something for the bracelet's application.
    Command(Command),
}

/// The commands that have no answer yet.
#[derive(Debug)]
pub(super) struct Asked {
    next_id: u32,
    /// Id, request, and when it was said on this connection.
    open: VecDeque<(u32, Request, Option<Duration>)>,
}

impl Asked {
    pub(super) fn new(first_id: u32) -> Self {
        Self { next_id: first_id.max(1), open: VecDeque::new() }
    }

    pub(super) fn number(&mut self) -> u32 {
        let id = self.next_id;
        self.next_id = id.checked_add(1).unwrap_or(1);
        id
    }

    pub(super) fn ask(&mut self, request: Request) -> u32 {
        let id = self.number();
        self.say(id, request);
        id
    }

    /// Nothing changes for a number that waits already.
    pub(super) fn say(&mut self, id: u32, request: Request) {
        if self.open.iter().all(|(of, ..)| *of != id) {
            self.open.push_back((id, request, None));
        }
    }

    /// The role is asked for once at a time.
    pub(super) fn take(&mut self) -> u32 {
        let open = self.open.iter().find(|(_, request, _)| *request == Request::Take).map(|(id, ..)| *id);
        open.unwrap_or_else(|| self.ask(Request::Take))
    }

    /// A new conversation: all has to be said again.
    pub(super) fn restart(&mut self) {
        for (.., said) in &mut self.open {
            *said = None;
        }
    }

    pub(super) fn answered(&mut self, id: u32) -> Option<Request> {
        let at = self.open.iter().position(|(of, ..)| *of == id)?;
        self.open.remove(at).map(|(_, request, _)| request)
    }

    /// The lines that are due.
    pub(super) fn due(&mut self, now: Duration) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        for (id, request, said) in self.open.iter_mut().take(MAX_OPEN) {
            if said.is_none_or(|said| now >= said + REPEAT) {
                *said = Some(now);
                let id = *id;
                lines.push(match request {
                    Request::Take => ToBracelet::Take { id }.line(),
                    Request::Command(command) => ToBracelet::Command { id, command: command.clone() }.line(),
                });
            }
        }
        lines
    }

    /// When the next one is due.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.open
            .iter()
            .take(MAX_OPEN)
            .map(|(.., said)| said.map_or(Duration::ZERO, |said| said + REPEAT))
            .min()
    }
}
