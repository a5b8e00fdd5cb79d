//! A journal in a vector: what the firmware's flash ring promises, in the simplest form that can be checked against.

use vitals::{Anchor, Boot, Bpm, JournalId, Percent, Record, RrMillis, Seq, Steps, UptimeMillis};
use wire::journal::{BootEntry, Found, GapWhy, Journal, MAX_ANCHORS};
use wire::page;

/// One start.
#[derive(Clone, Debug, Default)]
pub struct ModelBoot {
    pub anchors: Vec<Anchor>,
    /// All that was ever measured, by place.
    pub records: Vec<Record>,
    /// Places that were lost: first, last.
    pub lost: Vec<(u32, u32)>,
    /// All before it is acknowledged, and gone.
    pub freed: u32,
    /// Whether it tells what was acknowledged. (What is still there then counts as kept by a ring that is not full.)
    pub remembers: bool,
}

/// All starts; the last is the present one.
#[derive(Clone, Debug)]
pub struct VecJournal {
    pub id: u64,
    pub boots: Vec<ModelBoot>,
    /// So many records in a packed page.
    pub page: u32,
}

impl VecJournal {
    pub fn new(id: u64, page: u32) -> Self {
        Self { id, boots: vec![ModelBoot::default()], page: page.max(1) }
    }

    pub fn present_mut(&mut self) -> &mut ModelBoot {
        self.boots.last_mut().expect("a journal has a boot")
    }

    /// Measures one more second at `uptime`.
    pub fn record(&mut self, uptime: u64) {
        let boot = self.present_mut();
        let seq = u32::try_from(boot.records.len()).expect("a test is short");
        let bpm = 60 + u16::try_from(seq % 40).expect("below 40");
        let rr = [RrMillis(60_000 / bpm)].into_iter().collect();
        boot.records.push(Record {
            seq: Seq(seq),
            uptime: UptimeMillis(uptime),
            heart_rate: Some(Bpm(bpm)),
            spo2: seq.is_multiple_of(10).then_some(Percent(97)),
            steps: Steps(u16::try_from(seq % 3).expect("below 3")),
            worn: true,
            rr,
            ..Record::default()
        });
    }

    /// The boots that `hello` tells: those with records left, and the present one.
    fn listed(&self) -> impl Iterator<Item = (usize, &ModelBoot)> {
        let present = self.boots.len() - 1;
        self.boots.iter().enumerate().filter(move |(index, boot)| {
            *index == present || boot.remembers || (boot.freed as usize) < boot.records.len()
        })
    }
}

impl Journal for VecJournal {
    type Error = core::convert::Infallible;

    fn id(&self) -> JournalId {
        JournalId(self.id)
    }

    fn boot(&self) -> Boot {
        Boot(u32::try_from(self.boots.len()).expect("a test is short"))
    }

    fn boot_entry(&mut self, index: usize) -> Result<Option<BootEntry>, Self::Error> {
        Ok(self.listed().nth(index).map(|(at, boot)| BootEntry {
            boot: Boot(u32::try_from(at + 1).expect("a test is short")),
            first: Seq(if boot.remembers { 0 } else { boot.freed }),
            next: Seq(u32::try_from(boot.records.len()).expect("a test is short")),
            end: boot.records.last().map(|record| record.uptime).unwrap_or_default(),
            anchors: boot.anchors.iter().copied().collect(),
        }))
    }

    fn read(&mut self, boot: Boot, from: Seq, buffer: &mut [u8]) -> Result<Found, Self::Error> {
        let page_records = self.page;
        let Some(boot) = (boot.0 as usize).checked_sub(1).and_then(|at| self.boots.get(at)) else {
            return Ok(Found::End);
        };
        if let Some((_, to)) = boot.lost.iter().find(|(first, last)| (*first..=*last).contains(&from.0)) {
            return Ok(Found::Gap { from, to: Seq(*to), why: GapWhy::Full });
        }
        let is_kept = |seq: u32| {
            (boot.remembers || seq >= boot.freed)
                && (seq as usize) < boot.records.len()
                && !boot.lost.iter().any(|(first, last)| (*first..=*last).contains(&seq))
        };
        if !is_kept(from.0) {
            return Ok(Found::End);
        }
        let start = from.0 / page_records * page_records;
        let end = (from.0..start + page_records).take_while(|seq| is_kept(*seq)).last().unwrap_or(from.0);
        // A packed page is given whole; what is not packed yet from the place asked for on.
        let is_packed = (start + page_records) as usize <= boot.records.len();
        let first = if is_packed {
            (start..=from.0).rev().take_while(|seq| is_kept(*seq)).last().unwrap_or(from.0)
        } else {
            from.0
        };
        let records = &boot.records[first as usize..=end as usize];
        let len = page::encode(records, buffer).expect("a model's page fits");
        Ok(Found::Page { first: Seq(first), count: u16::try_from(records.len()).expect("a page"), len })
    }

    fn ack(&mut self, boot: Boot, seq: Seq) -> Result<(), Self::Error> {
        if let Some(boot) = (boot.0 as usize).checked_sub(1).and_then(|at| self.boots.get_mut(at)) {
            boot.freed = boot.freed.max(seq.0.saturating_add(1));
        }
        Ok(())
    }

    fn acked(&self, boot: Boot) -> Option<Seq> {
        let boot = (boot.0 as usize).checked_sub(1).and_then(|at| self.boots.get(at))?;
        boot.remembers.then(|| boot.freed.checked_sub(1).map(Seq)).flatten()
    }

    fn add_anchor(&mut self, anchor: Anchor) -> Result<(), Self::Error> {
        let anchors = &mut self.present_mut().anchors;
        if anchors.len() == MAX_ANCHORS {
            anchors.pop();
        }
        anchors.push(anchor);
        Ok(())
    }
}
