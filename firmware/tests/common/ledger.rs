//! The journal as a plain list: what must be on the flash, whatever happens.

use super::flash::{Dice, NorModel};
use super::{drain, entries};
use firmware::journal::Journal;
use vitals::{
    Activity, Anchor, Boot, Bpm, CentiCelsius, Event, EventKind, Percent, Quality, Record, RrMillis, Seq,
    Steps, UptimeMillis,
};
use wire::journal::{GapWhy, Journal as _, MAX_ANCHORS};
use wire::message::AppId;

#[derive(Clone, Debug, Default)]
pub struct BootLedger {
    pub boot: Boot,
    pub records: Vec<Record>,
    pub anchors: Vec<Anchor>,
}

/// All that the journal was told and answered for.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    pub boots: Vec<BootLedger>,
    pub recorder: Option<AppId>,
}

impl Ledger {
    pub fn begin(&mut self, boot: Boot) {
        assert!(self.boots.last().is_none_or(|last| last.boot < boot), "boot {boot} comes again");
        self.boots.push(BootLedger { boot, ..BootLedger::default() });
    }

    pub fn present(&mut self) -> &mut BootLedger {
        self.boots.last_mut().unwrap()
    }

    pub fn append(&mut self, record: &Record) {
        let present = self.present();
        let seq = Seq(present.records.len() as u32);
        present.records.push(Record { seq, ..record.clone() });
    }

    pub fn anchor(&mut self, anchor: Anchor) {
        let anchors = &mut self.present().anchors;
        anchors.truncate(MAX_ANCHORS - 1);
        anchors.push(anchor);
    }

    /// Whether the journal holds exactly this: nothing but the oldest missing, nothing twice, nothing else.
    ///
    /// `begun` is what was under way when power went: it may be there or not. At least the newest `kept` records must be.
    pub fn check(&self, journal: &mut Journal<NorModel>, begun: Option<&Step>, kept: usize) {
        let listed = entries(journal);
        let is_present = |boot| boot == journal.boot();
        for pair in listed.windows(2) {
            assert!(pair[0].boot < pair[1].boot, "boots out of order");
        }
        assert!(listed.last().is_some_and(|last| is_present(last.boot)), "the present boot is not listed");
        for entry in &listed {
            let known = self.boots.iter().any(|of| of.boot == entry.boot) || is_present(entry.boot);
            assert!(known, "a boot that never was: {entry:?}");
        }
        let mut newer = 0;
        for (n, of) in self.boots.iter().enumerate().rev() {
            let in_last = n + 1 == self.boots.len();
            let entry = listed.iter().find(|entry| entry.boot == of.boot);
            let mut expected = of.records.clone();
            let drained = drain(journal, of.boot);
            if let (Some(Step::Append(record)), true) = (begun, in_last)
                && drained.records.last().is_some_and(|last| last.seq.0 as usize == expected.len())
            {
                expected.push(Record { seq: Seq(expected.len() as u32), ..record.clone() });
            }
            let missing = expected.len() - drained.records.len().min(expected.len());
            let must = kept.saturating_sub(newer).min(expected.len());
            assert!(
                expected.len() - missing >= must,
                "boot {}: {missing} of {} are gone",
                of.boot,
                expected.len()
            );
            same(&drained.records, &expected[missing..], of.boot);
            newer += expected.len();
            let Some(entry) = entry else {
                assert!(drained.records.is_empty(), "boot {} has records and is not listed", of.boot);
                continue;
            };
            if missing > 0 && missing < expected.len() {
                assert_eq!(drained.gaps, [(Seq(0), Seq(missing as u32 - 1), GapWhy::Full)]);
            } else if missing == 0 {
                assert_eq!(drained.gaps, []);
            }
            assert_eq!(entry.next, Seq(expected.len() as u32));
            assert!(entry.first <= entry.next && entry.first.0 as usize <= missing);
            let end = expected.last().map_or(UptimeMillis(0), |last| last.uptime);
            assert_eq!(entry.end, end, "boot {}", of.boot);
            let mut anchors = vec![of.anchors.clone()];
            if let (Some(Step::Anchor(anchor)), true) = (begun, in_last) {
                let mut with = Self { boots: vec![of.clone()], recorder: None };
                with.anchor(*anchor);
                anchors.push(with.boots.remove(0).anchors);
            }
            assert!(
                anchors.iter().any(|anchors| entry.anchors.as_slice() == anchors),
                "{:?}: {anchors:?}",
                entry.anchors
            );
        }
        let recorder = journal.recorder();
        let taken = matches!(begun, Some(Step::Recorder(app)) if *app == recorder);
        assert!(recorder == self.recorder || taken, "the recorder is {recorder:?}");
    }
}

/// Compares without printing thousands of records.
pub fn same(got: &[Record], expected: &[Record], boot: Boot) {
    let at = got.iter().zip(expected).take_while(|(got, expected)| got == expected).count();
    assert!(
        got.len() == expected.len() && at == got.len(),
        "boot {boot}: {} instead of {} records, {at} alike, then {:?} instead of {:?}",
        got.len(),
        expected.len(),
        got.get(at),
        expected.get(at)
    );
}

/// Something that the bracelet does with its journal.
#[derive(Clone, Debug)]
pub enum Step {
    Append(Record),
    /// Many at once.
    Extend(Vec<Record>),
    Fold,
    Anchor(Anchor),
    Ack,
    Recorder(Option<AppId>),
    /// A start without a loss of power.
    Boot,
    /// A loss of power in between two operations.
    Remount,
}

impl Step {
    /// Does it, and writes it into the ledger when the journal has answered for it.
    pub fn run(&self, journal: Journal<NorModel>, ledger: &mut Ledger) -> Journal<NorModel> {
        let mut journal = journal;
        match self {
            Self::Append(record) => {
                let seq = journal.append(record).unwrap();
                ledger.append(record);
                assert_eq!(ledger.present().records.last().unwrap().seq, seq);
            }
            Self::Extend(records) => {
                assert_eq!(journal.extend(records.clone()).unwrap(), records.len() as u64);
                records.iter().for_each(|record| ledger.append(record));
            }
            Self::Fold => journal.fold().unwrap(),
            Self::Anchor(anchor) => {
                journal.add_anchor(*anchor).unwrap();
                ledger.anchor(*anchor);
            }
            Self::Ack => {
                let seq = journal.next_seq();
                if seq > Seq(0) {
                    journal.ack(journal.boot(), Seq(seq.0 - 1)).unwrap();
                    assert_eq!(journal.acked(journal.boot()), Some(Seq(seq.0 - 1)));
                }
            }
            Self::Recorder(app) => {
                journal.set_recorder(*app).unwrap();
                ledger.recorder = *app;
            }
            Self::Boot => {
                journal.begin_boot().unwrap();
                ledger.begin(journal.boot());
            }
            Self::Remount => {
                journal = Journal::mount(journal.into_flash()).unwrap();
                ledger.begin(journal.boot());
            }
        }
        journal
    }
}

/// A record that no heart makes: every number at random, as large in flash as a record gets.
pub fn fat(dice: &mut Dice, uptime: u64) -> Record {
    let mut record = Record {
        uptime: UptimeMillis(uptime),
        heart_rate: Some(Bpm(dice.next() as u16)),
        spo2: Some(Percent(dice.byte())),
        skin_temperature: Some(CentiCelsius(dice.next() as i16)),
        battery: Some(Percent(dice.byte())),
        steps: Steps(dice.next() as u16),
        quality: Quality(dice.byte()),
        worn: dice.byte() < 128,
        activity: Activity::from_code(dice.byte() % 3).unwrap(),
        event: Some(Event { kind: EventKind::ALL[usize::from(dice.byte() % 8)], detail: dice.byte() }),
        ..Record::default()
    };
    for _ in 0..dice.byte() % 7 {
        record.rr.push(RrMillis(dice.next() as u16)).unwrap();
    }
    record
}
