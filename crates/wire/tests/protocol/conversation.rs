//! A bracelet and an app over a link that loses, repeats, swaps and cuts what it carries, and goes away; an app that is
//! killed, a bracelet that restarts: what arrives in the store is exactly what was measured, and nothing arrives twice.

use crate::journal::{ModelBoot, VecJournal};
use core::time::Duration;
use proptest::prelude::*;
use std::collections::{BTreeMap, VecDeque};
use vitals::{Boot, Placed, Record, Seq, UnixMillis, UptimeMillis, place_in};
use wire::central::{self, Cursor, Event};
use wire::message::{AppId, Identity, Live};
use wire::peripheral;

const APP: AppId = AppId(0xA);
const START: i64 = 1_732_060_800_000;

/// How often what happens, per thousand pieces or seconds.
#[derive(Clone, Copy, Debug)]
struct Faults {
    lose: u32,
    repeat: u32,
    swap: u32,
    cut: u32,
    disconnect: u32,
    kill_app: u32,
    restart_bracelet: u32,
}

const NONE: Faults =
    Faults { lose: 0, repeat: 0, swap: 0, cut: 0, disconnect: 0, kill_app: 0, restart_bracelet: 0 };

/// What the app has committed.
#[derive(Debug, Default)]
struct Store {
    records: BTreeMap<(Boot, Seq), (Record, Placed)>,
    missing: BTreeMap<Boot, Vec<(u32, u32)>>,
    cursors: BTreeMap<Boot, Seq>,
}

impl Store {
    fn advance(&mut self, boot: Boot, from: Seq, to: Seq) {
        let cursor = self.cursors.entry(boot).or_default();
        assert_eq!(*cursor, from, "{boot}: committed twice, or over a hole");
        *cursor = to.next();
    }

    fn cursors(&self) -> Vec<Cursor> {
        self.cursors.iter().map(|(boot, next)| Cursor { boot: *boot, next: *next }).collect()
    }
}

struct World {
    seed: u64,
    faults: Faults,
    mtu: usize,
    second: u64,
    booted: u64,
    journal: VecJournal,
    bracelet: peripheral::Session,
    app: central::Session,
    ids: u32,
    connected: bool,
    to_app: VecDeque<Vec<u8>>,
    to_bracelet: VecDeque<Vec<u8>>,
    /// Delivered and not yet committed.
    held: VecDeque<Event>,
    store: Store,
    caught_up: bool,
    live: usize,
}

impl World {
    fn new(seed: u64, mtu: usize, page: u32, faults: Faults) -> Self {
        Self {
            seed: seed | 1,
            faults,
            mtu,
            second: 0,
            booted: 0,
            journal: VecJournal::new(seed, page),
            bracelet: peripheral::Session::new(&Identity::default(), None),
            app: central::Session::new(APP, 1),
            ids: 1,
            connected: false,
            to_app: VecDeque::new(),
            to_bracelet: VecDeque::new(),
            held: VecDeque::new(),
            store: Store::default(),
            caught_up: false,
            live: 0,
        }
    }

    fn random(&mut self, below: u32) -> u32 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        u32::try_from((self.seed >> 16) % u64::from(below)).expect("below a u32")
    }

    fn happens(&mut self, per_thousand: u32) -> bool {
        per_thousand > 0 && self.random(1_000) < per_thousand
    }

    fn now(&self) -> Duration {
        Duration::from_secs(self.second)
    }

    fn uptime(&self) -> UptimeMillis {
        UptimeMillis((self.second - self.booted) * 1_000 + 7)
    }

    /// Carries what lies in one direction, with all that can happen to it on its way.
    fn carry(&mut self, mut queue: VecDeque<Vec<u8>>) -> VecDeque<Vec<u8>> {
        let mut carried: VecDeque<Vec<u8>> = VecDeque::new();
        while let Some(piece) = queue.pop_front() {
            if self.happens(self.faults.lose) {
                continue;
            }
            if self.happens(self.faults.repeat) {
                carried.push_back(piece.clone());
            }
            if self.happens(self.faults.cut) && piece.len() > 1 {
                let at = 1 + self.random(u32::try_from(piece.len() - 1).expect("short")) as usize;
                carried.push_back(piece[..at].to_vec());
                carried.push_back(piece[at..].to_vec());
            } else {
                carried.push_back(piece);
            }
            if self.happens(self.faults.swap) && carried.len() > 1 {
                let last = carried.len() - 1;
                carried.swap(last - 1, last);
            }
        }
        carried
    }

    /// One second: a record is measured, the radio carries what it can, the app commits now and then.
    fn second(&mut self) {
        self.second += 1;
        self.accidents();
        let uptime = self.uptime();
        self.journal.record(uptime.0);
        self.bracelet.recorded();
        self.bracelet.live(uptime, Live { worn: true, beat_age: Some(10), ..Live::default() });
        if !self.connected {
            self.connected = true;
            self.caught_up = false;
            self.bracelet.connected(self.mtu);
            let time = UnixMillis(START + i64::try_from(self.second).expect("a test is short") * 1_000);
            self.app.connected(self.mtu, time, self.now());
        }
        for _ in 0..20 {
            self.exchange();
        }
        self.app.tick(self.now());
    }

    fn accidents(&mut self) {
        if self.happens(self.faults.restart_bracelet) {
            self.disconnect();
            self.bracelet = peripheral::Session::new(&Identity::default(), Some(APP));
            self.journal.boots.push(ModelBoot::default());
            self.booted = self.second;
        }
        if self.happens(self.faults.kill_app) {
            self.disconnect();
            self.held.clear();
            self.ids += 1_000;
            self.app = central::Session::new(APP, self.ids);
        }
        if self.happens(self.faults.disconnect) {
            self.disconnect();
        }
    }

    fn disconnect(&mut self) {
        self.connected = false;
        self.to_app.clear();
        self.to_bracelet.clear();
        self.bracelet.disconnected();
        self.app.disconnected();
        // What was delivered can still be committed, or not at all: here the engine drops it and gets it again.
        self.held.clear();
    }

    fn exchange(&mut self) {
        let mut out = vec![0; self.mtu];
        for _ in 0..40 {
            let Some(length) = self.bracelet.poll(self.uptime(), &mut self.journal, &mut out) else { break };
            assert!(length <= self.mtu - 3);
            self.to_app.push_back(out[..length].to_vec());
        }
        let pieces = core::mem::take(&mut self.to_app);
        for piece in self.carry(pieces) {
            self.app.received(&piece, self.now());
        }
        self.take_events();
        while let Some(piece) = self.app.poll_write() {
            assert!(piece.len() <= self.mtu - 3);
            self.to_bracelet.push_back(piece);
        }
        let pieces = core::mem::take(&mut self.to_bracelet);
        for piece in self.carry(pieces) {
            self.bracelet.received(&piece, self.uptime(), &mut self.journal);
        }
        while self.bracelet.poll_action().is_some() {}
        self.check_freed();
    }

    fn take_events(&mut self) {
        while let Some(event) = self.app.poll_event() {
            match event {
                Event::Hello(_) => {
                    // A new conversation begins where the store stands, not where the old one had come to.
                    self.held.clear();
                    self.app.resume(&self.store.cursors());
                }
                Event::Page { .. } | Event::Gap { .. } => self.held.push_back(event),
                Event::CaughtUp => self.caught_up = true,
                Event::Live(_) => self.live += 1,
                Event::Progress(progress) => assert!(progress.done <= progress.total, "{progress:?}"),
                Event::Role(_) | Event::Answered { .. } => {}
                other => panic!("{other:?}"),
            }
        }
        let commits = self.random(8) as usize;
        for _ in 0..commits.min(self.held.len()) {
            if let Some(event) = self.held.pop_front() {
                self.commit(event);
            }
        }
    }

    fn commit(&mut self, event: Event) {
        let (boot, upto) = match event {
            Event::Page { boot, records, .. } => {
                let first = records.first().expect("a page is never empty").0.seq;
                let last = records.last().expect("a page is never empty").0.seq;
                self.store.advance(boot, first, last);
                for (record, placed) in records {
                    let known = self.store.records.insert((boot, record.seq), (record, placed));
                    assert!(known.is_none());
                }
                (boot, last)
            }
            Event::Gap { boot, from, to, .. } => {
                self.store.advance(boot, from, to);
                self.store.missing.entry(boot).or_default().push((from.0, to.0));
                (boot, to)
            }
            other => panic!("{other:?}"),
        };
        self.app.committed(boot, upto);
    }

    /// What the bracelet may free is in the store.
    fn check_freed(&self) {
        for (index, boot) in self.journal.boots.iter().enumerate() {
            let cursor = self.store.cursors.get(&boot_of(index)).copied().unwrap_or_default();
            assert!(boot.freed <= cursor.0, "{}: freed {} of {cursor}", boot_of(index), boot.freed);
        }
    }

    /// Goes on without faults until all is there.
    fn settle(&mut self) {
        self.faults = NONE;
        for _ in 0..400 {
            self.second();
            if self.caught_up && self.is_complete() {
                return;
            }
        }
        panic!("not settled: {:?} of {:?}", self.store.cursors, self.app);
    }

    fn is_complete(&self) -> bool {
        self.journal.boots.iter().enumerate().all(|(index, boot)| {
            let cursor = self.store.cursors.get(&boot_of(index)).map_or(0, |seq| seq.0 as usize);
            cursor >= boot.records.len()
        })
    }

    /// The store holds exactly what was measured, each record with the time that its journal gives it.
    fn verify(&self) {
        let ends: Vec<_> =
            self.journal.boots.iter().map(|boot| boot.records.last().map(|r| r.uptime)).collect();
        let times: Vec<_> = self
            .journal
            .boots
            .iter()
            .zip(&ends)
            .map(|(boot, end)| vitals::BootTimes { anchors: &boot.anchors, end: end.unwrap_or_default() })
            .collect();
        let mut expected = BTreeMap::new();
        for (index, boot) in self.journal.boots.iter().enumerate() {
            let is_lost = |seq: Seq| boot.lost.iter().any(|(first, last)| (*first..=*last).contains(&seq.0));
            for record in boot.records.iter().filter(|record| !is_lost(record.seq)) {
                let placed = place_in(&times, index, record.uptime).expect("an app has connected");
                expected.insert((boot_of(index), record.seq), (record.clone(), placed));
            }
            let missing = self.store.missing.get(&boot_of(index)).cloned().unwrap_or_default();
            let merged: u32 = missing.iter().map(|(first, last)| last - first + 1).sum();
            assert_eq!(merged, boot.lost.iter().map(|(first, last)| last - first + 1).sum::<u32>());
        }
        let differs = expected.iter().find(|(name, value)| self.store.records.get(*name) != Some(value));
        assert!(
            differs.is_none(),
            "{differs:?} is {:?}",
            differs.and_then(|(n, _)| self.store.records.get(n))
        );
        assert_eq!(self.store.records.len(), expected.len());
    }
}

fn boot_of(index: usize) -> Boot {
    Boot(u32::try_from(index + 1).expect("a test is short"))
}

/// A journal that already has a past: boots with these numbers of records, a gap in each third one.
fn past(journal: &mut VecJournal, lengths: &[u32]) {
    for length in lengths {
        for second in 0..*length {
            journal.record(u64::from(second) * 1_000 + 3);
        }
        let index = journal.boots.len();
        if index.is_multiple_of(3) && *length > 10 {
            journal.present_mut().lost.push((length / 4, length / 2));
        }
        journal.boots.push(ModelBoot::default());
    }
}

/// A rate: never, seldom, often.
fn rate(often: u32) -> impl Strategy<Value = u32> {
    prop_oneof![Just(0), 1..=often / 8, 1..=often]
}

fn faults() -> impl Strategy<Value = Faults> {
    let pieces = (rate(80), rate(80), rate(80), rate(400));
    let ends = (rate(80), rate(60), rate(40));
    (pieces, ends).prop_map(|((lose, repeat, swap, cut), (disconnect, kill_app, restart_bracelet))| Faults {
        lose,
        repeat,
        swap,
        cut,
        disconnect,
        kill_app,
        restart_bracelet,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_store_ends_with_exactly_the_journal_whatever_the_link_does(
        seed in any::<u64>(),
        mtu in prop_oneof![2 => Just(23_usize), 2 => 24_usize..200, 1 => Just(512_usize)],
        page in 1_u32..200,
        lengths in prop::collection::vec(0_u32..400, 0..6),
        remembers in any::<bool>(),
        faults in faults(),
    ) {
        let mut world = World::new(seed, mtu, page, faults);
        past(&mut world.journal, &lengths);
        for boot in &mut world.journal.boots {
            boot.remembers = remembers;
        }
        for _ in 0..100 {
            world.second();
        }
        world.settle();
        world.verify();
    }
}

#[test]
fn a_clean_link_drains_everything_and_frees_it() {
    for mtu in [23, 185, 512] {
        let mut world = World::new(7, mtu, 128, NONE);
        past(&mut world.journal, &[300, 0, 700, 5, 40]);
        for _ in 0..30 {
            world.second();
        }
        world.settle();
        world.verify();
        world.second();
        for boot in &world.journal.boots {
            let kept = boot.records.len() - boot.freed as usize;
            assert!(kept <= 2, "{kept} records are committed and were not acknowledged");
        }
        assert!(world.live >= 25, "{} live lines", world.live);
    }
}

#[test]
fn an_acknowledgement_that_was_lost_with_the_link_is_made_good_after_the_next_hello() {
    let mut world = World::new(11, 512, 128, NONE);
    past(&mut world.journal, &[300, 200]);
    world.settle();
    // The store has all; the bracelet has forgotten that it was told.
    for boot in &mut world.journal.boots {
        boot.freed = 0;
    }
    world.disconnect();
    for _ in 0..5 {
        world.second();
    }
    world.settle();
    world.verify();
    for boot in &world.journal.boots[..2] {
        assert_eq!(boot.freed as usize, boot.records.len());
    }
}
