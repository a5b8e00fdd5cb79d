//! A journal in memory, until the flash ring stands.

use std::collections::BTreeMap;
use std::convert::Infallible;

use vitals::{Anchor, Boot, JournalId, Record, Seq, UptimeMillis};
use wire::journal::{BootEntry, Found, Journal, MAX_ANCHORS};
use wire::message::AppId;

use crate::app::Memory;

#[derive(Default)]
struct Kept {
    freed: usize,
    records: Vec<Record>,
    anchors: heapless::Vec<Anchor, MAX_ANCHORS>,
}

#[derive(Default)]
pub(super) struct Ledger {
    id: u64,
    boots: BTreeMap<u32, Kept>,
    recorder: Option<AppId>,
}

impl Ledger {
    pub(super) fn new(id: u64) -> Self {
        Self { id, ..Self::default() }
    }

    pub(super) fn begin_boot(&mut self) {
        let boot = self.boots.len() as u32 + 1;
        self.boots.insert(boot, Kept::default());
    }
}

impl Journal for Ledger {
    type Error = Infallible;

    fn id(&self) -> JournalId {
        JournalId(self.id)
    }

    fn boot(&self) -> Boot {
        Boot(self.boots.len() as u32)
    }

    fn boot_entry(&mut self, index: usize) -> Result<Option<BootEntry>, Infallible> {
        Ok(self.boots.iter().nth(index).map(|(boot, kept)| BootEntry {
            boot: Boot(*boot),
            first: Seq(kept.freed as u32),
            next: Seq(kept.records.len() as u32),
            end: kept.records.last().map_or(UptimeMillis(0), |record| record.uptime),
            anchors: kept.anchors.clone(),
        }))
    }

    fn read(&mut self, boot: Boot, from: Seq, buffer: &mut [u8]) -> Result<Found, Infallible> {
        let Some(kept) = self.boots.get(&boot.0) else { return Ok(Found::End) };
        let from = from.0 as usize / 128 * 128;
        let records = kept.records.get(from..(from + 128).min(kept.records.len())).unwrap_or_default();
        match (records.first(), wire::page::encode(records, buffer)) {
            (Some(first), Ok(len)) => Ok(Found::Page { first: first.seq, count: records.len() as u16, len }),
            _ => Ok(Found::End),
        }
    }

    fn ack(&mut self, boot: Boot, seq: Seq) -> Result<(), Infallible> {
        if let Some(kept) = self.boots.get_mut(&boot.0) {
            kept.freed = kept.freed.max(seq.0 as usize + 1);
        }
        Ok(())
    }

    fn add_anchor(&mut self, anchor: Anchor) -> Result<(), Infallible> {
        if let Some(kept) = self.boots.values_mut().last() {
            let _ = kept.anchors.push(anchor);
        }
        Ok(())
    }
}

impl Memory for Ledger {
    fn append(&mut self, mut record: Record) -> Result<Seq, Infallible> {
        let Some(kept) = self.boots.values_mut().last() else { return Ok(Seq(0)) };
        record.seq = Seq(kept.records.len() as u32);
        let seq = record.seq;
        kept.records.push(record);
        Ok(seq)
    }

    fn recorder(&self) -> Option<AppId> {
        self.recorder
    }

    fn set_recorder(&mut self, app: Option<AppId>) -> Result<(), Infallible> {
        self.recorder = app;
        Ok(())
    }
}
