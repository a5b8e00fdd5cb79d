//! What the journal's tests stand on: a flash that behaves as NOR does and can be cut at every operation, a wearer, a reader.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]
// Each test program uses a part of this.
#![expect(dead_code, reason = "shared by several test programs, none of which uses all")]

pub mod flash;
pub mod ledger;
pub mod wearer;

use firmware::journal::Journal;
use flash::NorModel;
use vitals::{Boot, JournalId, Record, Seq};
use wire::journal::{BootEntry, Found, GapWhy, Journal as _};
use wire::page;

pub const ID: JournalId = JournalId(0x1234_5678_9ABC_DEF0);

/// A freshly formatted flash.
pub fn formatted(sectors: usize) -> NorModel {
    let mut flash = NorModel::new(sectors);
    Journal::format(&mut flash, ID).unwrap();
    flash
}

/// What an app gets that reads a boot from its first place to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drained {
    pub records: Vec<Record>,
    pub gaps: Vec<(Seq, Seq, GapWhy)>,
}

pub fn entries(journal: &mut Journal<NorModel>) -> Vec<BootEntry> {
    (0..).map_while(|index| journal.boot_entry(index).unwrap()).collect()
}

/// Reads a boot from `from` to its end, as an app does.
pub fn drain_from(journal: &mut Journal<NorModel>, boot: Boot, from: Seq) -> Drained {
    let mut drained = Drained::default();
    let mut buffer = [0; page::MAX_PAGE];
    let mut from = from;
    loop {
        match journal.read(boot, from, &mut buffer).unwrap() {
            Found::End => return drained,
            Found::Gap { from: first, to, why } => {
                assert!(first == from && to >= from, "a gap {first}..{to} for {from}");
                drained.gaps.push((first, to, why));
                from = to.next();
            }
            Found::Page { first, count, len } => {
                let decoder = page::decode(&buffer[..len]).unwrap();
                let header = decoder.header();
                assert!(
                    (header.first, header.count) == (first, count) && first <= from && header.last() >= from
                );
                let records = decoder.map(Result::unwrap);
                drained.records.extend(records.skip_while(|record| record.seq < from));
                from = header.last().next();
            }
        }
    }
}

pub fn drain(journal: &mut Journal<NorModel>, boot: Boot) -> Drained {
    drain_from(journal, boot, Seq(0))
}
