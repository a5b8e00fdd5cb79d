//! The way of the journal into the app: which boot is read from where, what is a hole, what may be acknowledged.
//!
//! A cursor is the first hole, not the largest number. Boots are drained oldest first, then the present one is followed.

use crate::journal::GapWhy;
use crate::message::{Ack, BootInfo, End, Gap, MAX_WINDOW, Read};
use crate::page;
use alloc::{collections::VecDeque, vec::Vec};
use core::time::Duration;
use vitals::{Boot, BootTimes, Placed, Record, Seq, UptimeMillis, place_in};

/// After so long without a journal line the app reads again from the first hole; each further time it waits twice as long.
const SILENCE: Duration = Duration::from_secs(2);
/// So often the wait doubles: 32 s at most.
const MAX_DOUBLINGS: u32 = 4;
/// With so many pages not committed, no new read is begun.
const MAX_UNCOMMITTED: usize = 2 * MAX_WINDOW as usize;
/// With so many boots not committed, the next is not begun: the bracelet remembers only so many as sent.
const MAX_OPEN_BOOTS: usize = 8;

/// Where the app stands in one boot: all before `next` is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Which boot.
    pub boot: Boot,
    /// The first place that is missing.
    pub next: Seq,
}

/// How far the bracelet's past has been fetched, in records; a record is about a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Fetched and committed since the hello.
    pub done: u64,
    /// What there was to fetch at the hello.
    pub total: u64,
    /// The recorded time to fetch, in milliseconds.
    pub span_ms: u64,
}

/// What a journal line brought.
#[derive(Debug, PartialEq)]
pub(super) enum Brought {
    /// New records, from the cursor on.
    Records(Vec<(Record, Placed)>),
    /// Records that will never come, from the cursor on.
    Missing { from: Seq, to: Seq, why: GapWhy },
    /// Nothing new.
    Nothing,
    /// It makes no sense.
    Senseless,
}

#[derive(Debug)]
struct BootState {
    info: BootInfo,
    /// Where the store stood at the hello.
    start: Seq,
    /// The place after the last record that there was at the hello.
    target: Seq,
    /// The first hole of what was delivered.
    cursor: Seq,
    /// All before it is committed.
    committed: Seq,
    /// The bracelet has said all before it on this connection.
    seen: Seq,
    /// All before it is acknowledged.
    acked: Seq,
    /// Nothing more is to be had of it.
    over: bool,
}

#[derive(Debug)]
struct Running {
    boot: Boot,
    /// When a line of it was last heard, or something committed.
    heard: Duration,
    silences: u32,
    /// It was said because of a hole: what comes from behind the hole is what was on its way before.
    mending: bool,
    /// It has brought something.
    moved: bool,
}

/// The state of the draining of one hello.
#[derive(Debug, Default)]
pub(super) struct Drain {
    boots: Vec<BootState>,
    present: Boot,
    running: Option<Running>,
    /// Delivered and not committed: boot and last place.
    uncommitted: VecDeque<(Boot, Seq)>,
    /// What is to be said next.
    read: Option<Read>,
    caught_up: bool,
}

impl Drain {
    pub(super) fn new(present: Boot, boots: Vec<BootInfo>, cursors: &[Cursor]) -> Self {
        let states = boots.into_iter().map(|info| {
            let stored = cursors.iter().find(|cursor| cursor.boot == info.boot).map(|cursor| cursor.next);
            // Without a cursor from the very first: if those were lost, the bracelet says so and it becomes a fact.
            let start = stored.unwrap_or_default();
            let target = info.next();
            let acked = info.acked.map_or(info.first, Seq::next);
            BootState {
                info,
                start,
                target,
                cursor: start,
                committed: start,
                seen: Seq(0),
                acked,
                over: false,
            }
        });
        let mut drain = Self { boots: states.collect(), present, ..Self::default() };
        // Acknowledgements are written in order: before a boot that is known to be acknowledged all are.
        let known =
            drain.boots.iter().rposition(|state| state.info.acked.is_some() && state.acked >= state.target);
        for state in drain.boots.iter_mut().take(known.unwrap_or(0)) {
            state.acked = state.acked.max(state.start.min(state.target));
        }
        let times = drain.times();
        let placeable = |index| place_in(&times, index, UptimeMillis(0)).is_some();
        let unplaceable: Vec<_> = (0..times.len()).filter(|index| !placeable(*index)).collect();
        for index in unplaceable {
            if let Some(state) = drain.boots.get_mut(index) {
                // It stays on the bracelet until it can be placed in time.
                state.over = true;
                state.target = state.start;
            }
        }
        drain
    }

    /// Boots that cannot be read, because no clock has ever been heard in them or after them.
    pub(super) fn unplaceable(&self) -> impl Iterator<Item = Boot> {
        self.boots.iter().filter(|state| state.over).map(|state| state.info.boot)
    }

    fn times(&self) -> Vec<BootTimes<'_>> {
        self.boots
            .iter()
            .map(|state| BootTimes { anchors: &state.info.anchors, end: state.info.end })
            .collect()
    }

    fn index(&self, boot: Boot) -> Option<usize> {
        self.boots.binary_search_by_key(&boot, |state| state.info.boot).ok()
    }

    /// Places a moment of a boot.
    pub(super) fn place(&self, boot: Boot, uptime: UptimeMillis) -> Option<Placed> {
        place_in(&self.times(), self.index(boot)?, uptime)
    }

    pub(super) fn page(&mut self, boot: Boot, bytes: &[u8], now: Duration) -> Brought {
        let Some(index) = self.index(boot) else { return Brought::Senseless };
        let Ok(records) = page::decode(bytes) else { return Brought::Senseless };
        let header = records.header();
        let Some(from) = self.admit(index, header.first, header.last(), now) else { return Brought::Nothing };
        let times = self.times();
        let mut placed = Vec::with_capacity(usize::from(header.count));
        for record in records {
            let Ok(record) = record else { return Brought::Senseless };
            if record.seq < from {
                continue;
            }
            let Some(at) = place_in(&times, index, record.uptime) else { return Brought::Senseless };
            placed.push((record, at));
        }
        self.delivered(index, header.last());
        Brought::Records(placed)
    }

    pub(super) fn gap(&mut self, gap: Gap, now: Duration) -> Brought {
        let Some(index) = self.index(gap.boot).filter(|_| gap.from <= gap.to) else {
            return Brought::Senseless;
        };
        let Some(from) = self.admit(index, gap.from, gap.to, now) else { return Brought::Nothing };
        self.delivered(index, gap.to);
        Brought::Missing { from, to: gap.to, why: gap.why }
    }

    /// A read is over. What it did not bring is asked for again at once if it brought something, after the silence if not.
    pub(super) fn end(&mut self, end: End) {
        let Some(index) = self.index(end.boot) else { return };
        let Some(state) = self.boots.get_mut(index) else { return };
        let Some(running) = self.running.as_ref().filter(|running| running.boot == end.boot) else { return };
        let is_over = end.seq <= state.cursor && end.boot != self.present;
        if running.moved || is_over {
            // With nothing brought and nothing left to bring, the bracelet no longer has what it told of.
            state.over |= is_over && !running.moved;
            self.running = None;
        }
    }

    /// All of `boot` up to and with `upto` is in the store.
    pub(super) fn committed(&mut self, boot: Boot, upto: Seq, now: Duration) {
        let Some(index) = self.index(boot) else { return };
        let Some(state) = self.boots.get_mut(index) else { return };
        // What was not delivered cannot have been committed.
        state.committed = state.committed.max(upto.next().min(state.cursor));
        let committed = state.committed;
        self.uncommitted.retain(|(of, last)| *of != boot || *last >= committed);
        if let Some(running) = &mut self.running {
            running.heard = now;
        }
    }

    /// Begins what is to be read next, if nothing is running.
    pub(super) fn steer(&mut self, is_recorder: bool, now: Duration) {
        let open_boots = self.boots.iter().filter(|state| state.committed < state.cursor).count();
        if self.running.is_some()
            || self.uncommitted.len() >= MAX_UNCOMMITTED
            || open_boots >= MAX_OPEN_BOOTS
            // Without the role a read is one window long; the next begins when that is committed.
            || (!is_recorder && !self.uncommitted.is_empty())
        {
            return;
        }
        let present = self.present;
        let read = self.boots.iter().filter(|state| !state.over).find_map(|state| {
            let boot = state.info.boot;
            if boot == present || state.cursor < state.target {
                return Some((boot, false));
            }
            // All of it is committed, but the bracelet does not know: it may be told once it has said the last again.
            let unknown = is_recorder && state.seen < state.target && state.acked < state.target;
            unknown.then_some((boot, true))
        });
        if let Some((boot, last_only)) = read {
            self.running = Some(Running { boot, heard: now, silences: 0, mending: false, moved: false });
            self.ask(boot, last_only);
        }
    }

    /// Reads again from the first hole when nothing has come for too long.
    pub(super) fn tick(&mut self, now: Duration) {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return;
        }
        let Some(running) = &mut self.running else { return };
        running.heard = now;
        running.silences = (running.silences + 1).min(MAX_DOUBLINGS);
        running.mending = true;
        running.moved = false;
        let boot = running.boot;
        let Some(state) = self.index(boot).and_then(|index| self.boots.get(index)) else { return };
        let last_only = boot != self.present && state.cursor >= state.target;
        self.ask(boot, last_only);
    }

    /// When [`Drain::tick`] has something to do. While the store has not committed, silence is its doing.
    pub(super) fn deadline(&self) -> Option<Duration> {
        let running = self.running.as_ref().filter(|_| self.uncommitted.is_empty())?;
        Some(running.heard + SILENCE * (1 << running.silences))
    }

    pub(super) fn poll_read(&mut self) -> Option<Read> {
        self.read.take()
    }

    /// The next acknowledgement that is due: of what is committed, and was said on this connection.
    pub(super) fn poll_ack(&mut self) -> Option<Ack> {
        self.boots.iter_mut().find_map(|state| {
            let upto = state.committed.min(state.seen);
            (upto > state.acked).then(|| {
                state.acked = upto;
                Ack { boot: state.info.boot, seq: Seq(upto.0 - 1) }
            })
        })
    }

    pub(super) fn progress(&self) -> Progress {
        let sum = |of: fn(&BootState) -> Seq| -> u64 {
            self.boots.iter().map(|state| u64::from(of(state).0.saturating_sub(state.start.0))).sum()
        };
        let total = sum(|state| state.target);
        let done = sum(|state| state.committed.min(state.target));
        Progress { done, total, span_ms: total * 1_000 }
    }

    /// True once: when all that there was at the hello is committed.
    pub(super) fn catches_up(&mut self) -> bool {
        let all = self
            .boots
            .iter()
            .all(|state| state.committed >= state.target || (state.over && state.committed == state.cursor));
        all && !core::mem::replace(&mut self.caught_up, all)
    }

    /// Whether all that there was at the hello is committed, and that was told.
    pub(super) fn is_caught_up(&self) -> bool {
        self.caught_up
    }

    /// From where `first..=last` is new: the cursor. `None` if it is not, or if something before it is missing.
    fn admit(&mut self, index: usize, first: Seq, last: Seq, now: Duration) -> Option<Seq> {
        let present = self.present;
        let state = self.boots.get_mut(index)?;
        let boot = state.info.boot;
        state.seen = state.seen.max(last.next());
        let mut running = self.running.as_mut().filter(|running| running.boot == boot);
        if first > state.cursor {
            if let Some(running) = running.filter(|running| !running.mending) {
                running.mending = true;
                running.moved = false;
                running.heard = now;
                self.ask(boot, false);
            }
            return None;
        }
        if let Some(running) = &mut running {
            running.heard = now;
        }
        if last >= state.cursor {
            return Some(state.cursor);
        }
        // Known already. If it was read only to be acknowledged, that is done.
        if boot != present && state.cursor >= state.target && state.seen >= state.target && running.is_some()
        {
            self.running = None;
        }
        None
    }

    fn delivered(&mut self, index: usize, last: Seq) {
        let Some(state) = self.boots.get_mut(index) else { return };
        let boot = state.info.boot;
        state.cursor = last.next();
        self.uncommitted.push_back((boot, last));
        if let Some(running) = self.running.as_mut().filter(|running| running.boot == boot) {
            running.moved = true;
            running.mending = false;
            running.silences = 0;
            if boot != self.present && state.cursor >= state.target {
                self.running = None;
            }
        }
    }

    fn ask(&mut self, boot: Boot, last_only: bool) {
        let Some(state) = self.index(boot).and_then(|index| self.boots.get(index)) else { return };
        let (from, to) = if last_only {
            let last = Seq(state.target.0.saturating_sub(1));
            (last, Some(last))
        } else {
            (state.cursor, None)
        };
        let follow = boot == self.present;
        self.read = Some(Read { boot, from, to, window: MAX_WINDOW, follow });
    }
}
