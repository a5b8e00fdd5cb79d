//! The last commands, so that a repeat answers and does not act again.

use super::CommandKey;
use crate::message::Why;

/// How many commands are remembered.
const REMEMBERED: usize = 16;

/// How far a command has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// The application has it.
    Begun,
    /// It was answered so.
    Done(Result<(), Why>),
}

/// The last 16 commands, across connections.
#[derive(Debug, Default)]
pub(super) struct Remembered(heapless::Deque<(CommandKey, State), REMEMBERED>);

impl Remembered {
    pub(super) fn state(&self, key: CommandKey) -> Option<State> {
        self.0.iter().find(|(of, _)| *of == key).map(|(_, state)| *state)
    }

    pub(super) fn begun(&mut self, key: CommandKey) {
        self.set(key, State::Begun);
    }

    pub(super) fn done(&mut self, key: CommandKey, result: Result<(), Why>) {
        self.set(key, State::Done(result));
    }

    fn set(&mut self, key: CommandKey, state: State) {
        if let Some((_, known)) = self.0.iter_mut().find(|(of, _)| *of == key) {
            *known = state;
            return;
        }
        if self.0.is_full() {
            self.0.pop_front();
        }
        // There is room: one was just taken out.
        self.0.push_back((key, state)).ok();
    }
}
