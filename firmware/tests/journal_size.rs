//! What the journal costs: bytes a record, erases a sector, memory.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

mod common;

use common::flash::{NorModel, SECTOR};
use common::wearer::Wearer;
use common::{ID, drain, entries, formatted};
use firmware::journal::Journal;
use vitals::{Anchor, Boot, Record, Seq, UnixMillis, UptimeMillis};
use wire::journal::Journal as _;

/// 72 hours of seconds.
const THREE_DAYS: usize = 259_200;

/// Appends, and does what the bracelet's loop does beside: folds in quiet moments, hears from an app now and then.
fn live(journal: &mut Journal<NorModel>, records: impl Iterator<Item = Record>) {
    for record in records {
        let seq = journal.append(&record).unwrap();
        if journal.fold_due() {
            journal.fold().unwrap();
        }
        if seq.0.is_multiple_of(30_000) {
            let time = UnixMillis(1_700_000_000_000 + i64::from(seq.0) * 1_000);
            journal.add_anchor(Anchor { uptime: record.uptime, time }).unwrap();
        }
        if seq.0.is_multiple_of(600) {
            journal.ack(journal.boot(), seq).unwrap();
        }
    }
}

#[test]
fn seventy_two_hours_fit_in_two_megabytes() {
    let mut journal = Journal::mount(formatted(2 << 20 >> 12)).unwrap();
    // Until the ring is full and goes round: what it holds then is what it holds in the long run.
    let mut kept = Vec::new();
    for record in Wearer::new(1).take(4 * THREE_DAYS) {
        live(&mut journal, core::iter::once(record.clone()));
        kept.push(record);
    }
    let boot = journal.boot();
    let first = entries(&mut journal)[0].first;
    let held = kept.len() - first.0 as usize;
    let each = (2 << 20) as f64 / held as f64;
    println!("a 2 MB ring holds {held} records: {each:.2} bytes each, all included");
    assert!(first > Seq(0), "the ring has not gone round");
    assert!(held >= THREE_DAYS && each <= 8.0, "{held} records, {each:.2} bytes each");
    let drained = drain(&mut journal, boot);
    assert_eq!(drained.records.len(), held);
    for (got, put) in drained.records.iter().zip(&kept[first.0 as usize..]) {
        assert_eq!(*got, Record { seq: got.seq, ..put.clone() });
    }
}

#[test]
fn every_sector_wears_alike() {
    let sectors = 64;
    let mut journal = Journal::mount(formatted(sectors)).unwrap();
    let before = journal.flash().erased.clone();
    let seconds = 3 * THREE_DAYS;
    live(&mut journal, Wearer::new(2).take(seconds));
    let erased: Vec<u32> = journal.flash().erased.iter().zip(before).map(|(now, then)| now - then).collect();
    let (least, most) = (*erased.iter().min().unwrap(), *erased.iter().max().unwrap());
    let a_year = erased.iter().sum::<u32>() as f64 / seconds as f64 * 365.25 * 86_400.0;
    println!(
        "{least} to {most} erases a sector; {:.0} a year for each of a 2 MB flash, {:.0} of 32 MB",
        a_year / 512.0,
        a_year / 8_192.0
    );
    assert!(f64::from(most) < 1.5 * f64::from(least), "{least} to {most}");
    // 100,000 erases are what flash is good for.
    assert!(a_year / 512.0 < 1_000.0);
}

#[test]
fn a_month_with_sixty_starts_fits_in_thirty_two_megabytes() {
    let mut journal = Journal::mount(formatted(32 << 20 >> 12)).unwrap();
    let mut wearer = Wearer::new(3);
    let begun = std::time::Instant::now();
    let mut starts = Vec::new();
    for n in 0..60_i64 {
        let anchor =
            Anchor { uptime: UptimeMillis(9_000), time: UnixMillis(1_700_000_000_000 + n * 43_200_000) };
        journal.add_anchor(anchor).unwrap();
        let kept = journal.extend(wearer.by_ref().take(43_200)).unwrap();
        assert_eq!(kept, 43_200);
        starts.push((journal.boot(), anchor));
        journal.begin_boot().unwrap();
    }
    println!("2,592,000 records in {:?}, the wearer's life included", begun.elapsed());
    let begun = std::time::Instant::now();
    let mut journal = Journal::mount(journal.into_flash()).unwrap();
    println!("mounted in {:?}", begun.elapsed());
    let begun = std::time::Instant::now();
    let entries = entries(&mut journal);
    println!("listed in {:?}", begun.elapsed());
    assert_eq!(entries.len(), 61);
    let mut put = Wearer::new(3);
    for ((boot, anchor), entry) in starts.iter().zip(&entries) {
        assert_eq!((entry.boot, entry.first, entry.next), (*boot, Seq(0), Seq(43_200)));
        assert_eq!(entry.anchors.as_slice(), [*anchor]);
        let drained = drain(&mut journal, *boot);
        assert!(drained.gaps.is_empty());
        assert_eq!(drained.records.last().unwrap().uptime, entry.end);
        for (seq, got) in (0..).zip(drained.records) {
            assert_eq!(got, Record { seq: Seq(seq), ..put.next().unwrap() });
        }
    }
    println!("read back in {:?}", begun.elapsed());
    assert_eq!((journal.id(), entries[60].boot), (ID, Boot(62)));
}

#[test]
fn a_journal_stays_within_the_memory_it_states() {
    let size = size_of::<Journal<()>>();
    println!("{size} bytes");
    assert!(size <= 2_500, "{size} bytes");
}

#[test]
fn the_smallest_flash_goes_round_too() {
    let mut journal = Journal::mount(formatted(12)).unwrap();
    live(&mut journal, Wearer::new(4).take(30_000));
    let boot = journal.boot();
    let entry = entries(&mut journal).remove(0);
    let drained = drain(&mut journal, boot);
    assert_eq!(drained.records.len(), (entry.next.0 - entry.first.0) as usize);
    assert!(drained.records.len() * 8 > 6 * SECTOR);
}
