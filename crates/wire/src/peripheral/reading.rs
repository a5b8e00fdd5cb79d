//! A running read: pages out of the journal, cut into lines, never too far ahead of the acknowledgements.

use crate::journal::{Found, Journal};
use crate::message::{Ack, End, Gap, Part, Read, ToApp};
use crate::page::MAX_PAGE;
use alloc::{collections::VecDeque, vec, vec::Vec};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use vitals::{Boot, Seq};

/// What a read says next.
pub(super) enum Step {
    /// Nothing now: it waits for an acknowledgement or for new records.
    Idle,
    /// A line. With `sent`: all records before that place have been sent now.
    Line { line: Vec<u8>, sent: Option<Seq> },
    /// Its last line.
    Over(Vec<u8>),
}

/// What stands in the buffer or has been found, and was not yet said.
#[derive(Clone, Copy, Debug)]
enum Next {
    /// A page, of which the bytes before `offset` have been said.
    Page { first: Seq, last: Seq, length: usize, offset: usize },
    /// A gap.
    Gap(Gap),
}

/// A running read.
#[derive(Debug)]
pub(super) struct Reading {
    boot: Boot,
    /// The first place that was not sent.
    from: Seq,
    to: Option<Seq>,
    window: usize,
    follow: bool,
    /// The journal's end was met: nothing to read until it grows.
    at_end: bool,
    next: Option<Next>,
    /// What was sent and not acknowledged: the last place of each page or gap, and its lines.
    ahead: VecDeque<(Seq, usize)>,
    buffer: Vec<u8>,
}

impl Reading {
    /// Begins a read, with a former read's buffer if there was one.
    pub(super) fn new(read: &Read, buffer: Option<Vec<u8>>) -> Self {
        Self {
            boot: read.boot,
            from: read.from,
            to: read.to,
            window: usize::from(read.window),
            follow: read.follow,
            at_end: false,
            next: None,
            ahead: VecDeque::new(),
            buffer: buffer.unwrap_or_else(|| vec![0; MAX_PAGE]),
        }
    }

    pub(super) fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }

    pub(super) fn boot(&self) -> Boot {
        self.boot
    }

    pub(super) fn grown(&mut self) {
        self.at_end = false;
    }

    pub(super) fn acknowledged(&mut self, ack: Ack) {
        if ack.boot == self.boot {
            while self.ahead.front().is_some_and(|(last, _)| *last <= ack.seq) {
                self.ahead.pop_front();
            }
        }
    }

    /// The next line of at most `limit` bytes.
    ///
    /// An app that may not acknowledge gets one window and the end of the read: it reads on by a new one.
    pub(super) fn next_line<J: Journal>(
        &mut self,
        journal: &mut J,
        limit: usize,
        is_recorder: bool,
    ) -> Result<Step, J::Error> {
        if self.next.is_none() {
            if self.to.is_some_and(|to| self.from > to) {
                return Ok(self.over());
            }
            if self.at_end {
                return Ok(Step::Idle);
            }
            self.next = self.find(journal)?;
        }
        let Some(next) = self.next else {
            if self.follow {
                self.at_end = true;
                return Ok(Step::Idle);
            }
            return Ok(self.over());
        };
        let (last, lines) = match next {
            Next::Gap(gap) => (gap.to, 1),
            Next::Page { last, length, .. } => (last, length.div_ceil(self.room(next, limit))),
        };
        let is_begun = matches!(next, Next::Page { offset: 1.., .. });
        if !is_begun {
            let ahead: usize = self.ahead.iter().map(|(_, lines)| lines).sum();
            if ahead > 0 && ahead + lines > self.window {
                return Ok(if is_recorder { Step::Idle } else { self.over() });
            }
            self.ahead.push_back((last, lines));
        }
        let (line, done) = self.say(next, limit);
        let sent = done.then(|| {
            self.next = None;
            self.from = last.next();
            self.from
        });
        Ok(Step::Line { line, sent })
    }

    /// What stands at the first place that was not read.
    fn find<J: Journal>(&mut self, journal: &mut J) -> Result<Option<Next>, J::Error> {
        let from = self.from;
        let (next, last) = match journal.read(self.boot, from, &mut self.buffer)? {
            Found::End => return Ok(None),
            Found::Page { first, count, len } => {
                let last = Seq(first.0.saturating_add(u32::from(count)).saturating_sub(1));
                (Next::Page { first, last, length: len.min(self.buffer.len()), offset: 0 }, last)
            }
            Found::Gap { to, why, .. } => (Next::Gap(Gap { boot: self.boot, from, to, why }), to),
        };
        if last < from {
            // A journal that does not move on would be asked for ever.
            return Ok(None);
        }
        Ok(Some(next))
    }

    fn say(&mut self, next: Next, limit: usize) -> (Vec<u8>, bool) {
        match next {
            Next::Gap(gap) => (ToApp::Gap(gap).line(), true),
            Next::Page { first, last, length, offset } => {
                let end = (offset + self.room(next, limit)).min(length);
                let data = STANDARD.encode(self.buffer.get(offset..end).unwrap_or_default());
                let line = self.part(first, offset, length, &data);
                self.next = Some(Next::Page { first, last, length, offset: end });
                (line, end >= length)
            }
        }
    }

    /// How many bytes of the page fit in a line, by its longest envelope.
    fn room(&self, next: Next, limit: usize) -> usize {
        let Next::Page { first, length, .. } = next else { return limit };
        let envelope = self.part(first, length, length, "").len();
        (limit.saturating_sub(envelope) / 4 * 3).max(3)
    }

    fn part(&self, first: Seq, offset: usize, length: usize, data: &str) -> Vec<u8> {
        let narrow = |size: usize| u16::try_from(size).unwrap_or(u16::MAX);
        let (offset, length) = (narrow(offset), narrow(length));
        ToApp::Part(Part { boot: self.boot, first, offset, length, data }).line()
    }

    fn over(&self) -> Step {
        Step::Over(ToApp::End(End { boot: self.boot, seq: self.from }).line())
    }
}
