//! What the journal promises beside surviving cuts: exact reading, damage told exactly, worn sectors avoided.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

mod common;

use common::flash::{Dice, NorModel, SECTOR};
use common::ledger::{Ledger, Step, fat, same};
use common::wearer::Wearer;
use common::{drain, drain_from, entries, formatted};
use firmware::journal::{Error, Journal, LEAST_FOLDED};
use proptest::prelude::*;
use vitals::{Anchor, Boot, Record, Seq, UnixMillis, UptimeMillis};
use wire::journal::{Found, GapWhy, Journal as _, MAX_ANCHORS};
use wire::message::AppId;
use wire::page::MAX_PAGE;

/// A bracelet's doings, in sizes that fold and wrap a small ring.
fn any_doing() -> impl Strategy<Value = (u8, u64)> {
    (prop_oneof![6 => Just(0_u8), 3 => Just(1_u8), 2 => 2..10_u8], any::<u64>())
}

fn steps(doings: &[(u8, u64)]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut uptime = 0;
    for &(doing, chance) in doings {
        let mut dice = Dice(chance | 1);
        match doing {
            0 => {
                for record in Wearer::new(chance).take(dice.below(400) as usize) {
                    uptime += 1_000;
                    steps.push(Step::Append(Record { uptime: UptimeMillis(uptime), ..record }));
                }
            }
            1 => {
                for _ in 0..dice.below(120) {
                    let longest = if dice.byte() == 0 { 1 << 40 } else { 2_000 };
                    uptime += dice.below(longest);
                    steps.push(Step::Append(fat(&mut dice, uptime)));
                }
            }
            2 => {
                let records = Wearer::new(chance).take(dice.below(900) as usize).map(|record| {
                    uptime += 1_000;
                    Record { uptime: UptimeMillis(uptime), ..record }
                });
                steps.push(Step::Extend(records.collect()));
            }
            3 | 4 => steps.push(Step::Fold),
            5 => {
                let anchor = Anchor { uptime: UptimeMillis(uptime), time: UnixMillis(chance as i64) };
                steps.push(Step::Anchor(anchor));
            }
            6 => steps.push(Step::Ack),
            7 => steps.push(Step::Recorder((chance % 3 > 0).then_some(AppId(u128::from(chance) << 40)))),
            _ => {
                uptime = 0;
                steps.push(if doing == 8 { Step::Boot } else { Step::Remount });
            }
        }
    }
    steps
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_journal_is_the_list_it_was_told_whatever_the_order(doings in proptest::collection::vec(any_doing(), 1..40)) {
        let mut journal = Journal::mount(formatted(14)).unwrap();
        let mut ledger = Ledger::default();
        ledger.begin(journal.boot());
        for step in steps(&doings) {
            journal = step.run(journal, &mut ledger);
        }
        ledger.check(&mut journal, None, 500);
        let mut journal = Journal::mount(journal.into_flash()).unwrap();
        ledger.check(&mut journal, None, 500);
    }

    #[test]
    fn any_flash_at_all_is_mounted_or_refused(seed in 1..u64::MAX, holes in 0..64_usize) {
        let mut dice = Dice(seed);
        let mut journal = Journal::mount(formatted(12)).unwrap();
        let _ = journal.extend(Wearer::new(seed).take(4_000));
        for record in Wearer::new(seed).take(300) {
            let uptime = UptimeMillis(record.uptime.0 + 5_000_000);
            journal.append(&Record { uptime, ..record }).unwrap();
        }
        let mut flash = journal.into_flash();
        for _ in 0..holes {
            let at = dice.below(flash.cells.len() as u64) as usize;
            let len = dice.below(3_000) as usize;
            for cell in flash.cells.iter_mut().skip(at).take(len) {
                *cell = dice.byte();
            }
        }
        if let Ok(mut journal) = Journal::mount(flash) {
            for entry in entries(&mut journal) {
                drain(&mut journal, entry.boot);
            }
            let boot = journal.boot();
            let records: Vec<Record> = Wearer::new(seed).take(600).collect();
            for record in &records {
                journal.append(record).unwrap();
            }
            let drained = drain(&mut journal, boot);
            prop_assert_eq!(drained.records.len(), 600);
        }
    }
}

/// A journal with three boots, the last with something in the raw tail; and what is in it.
fn lived() -> (NorModel, Ledger) {
    let mut journal = Journal::mount(formatted(16)).unwrap();
    let mut ledger = Ledger::default();
    ledger.begin(journal.boot());
    for (n, count) in [1_500, 700, 900].into_iter().enumerate() {
        if n > 0 {
            journal = Step::Remount.run(journal, &mut ledger);
        }
        let anchor = Anchor { uptime: UptimeMillis(2_000), time: UnixMillis(n as i64) };
        journal = Step::Anchor(anchor).run(journal, &mut ledger);
        for record in Wearer::new(n as u64 + 1).take(count) {
            journal = Step::Append(record).run(journal, &mut ledger);
        }
    }
    (journal.into_flash(), ledger)
}

#[test]
fn a_damaged_byte_costs_what_it_was_part_of_and_is_told_exactly() {
    let (flash, ledger) = lived();
    let sound = Journal::mount(flash.clone()).unwrap().boot();
    let mut dice = Dice(3);
    let mut damaged = 0;
    for at in (0..flash.cells.len()).step_by(23) {
        let mut flash = flash.clone();
        flash.cells[at] ^= 1 << dice.below(8);
        let mut journal = Journal::mount(flash).unwrap();
        assert_eq!(journal.boot(), sound, "boot counter, byte {at}");
        let listed = entries(&mut journal);
        let mut lost = 0;
        for of in &ledger.boots {
            let entry = listed.iter().find(|entry| entry.boot == of.boot).unwrap();
            let drained = drain(&mut journal, of.boot);
            let in_gap = |seq| drained.gaps.iter().any(|(from, to, _)| (*from..=*to).contains(&seq));
            assert!(drained.gaps.iter().all(|(_, _, why)| *why == GapWhy::Damaged));
            let ended = of.records.iter().take_while(|record| record.seq < entry.next);
            let expected: Vec<Record> = ended.filter(|record| !in_gap(record.seq)).cloned().collect();
            same(&drained.records, &expected, of.boot);
            assert_eq!(entry.anchors.len(), 1, "anchors, byte {at}");
            lost += of.records.len() - expected.len();
            // Only the raw tail's last sector can be lost without a trace: its boot then ends before it.
            let ends_early = of.records.len() - entry.next.0 as usize;
            assert!(
                ends_early <= 200 && (ends_early == 0 || of.boot.0 + 1 == sound.0),
                "byte {at}: {ends_early}"
            );
        }
        damaged += usize::from(lost > 0);
        assert!(lost <= 700, "byte {at}: {lost} records");
    }
    assert!(damaged > 50);
}

#[test]
fn damage_under_a_running_journal_does_not_stop_it() {
    let mut flash = formatted(16);
    let mut records = Vec::new();
    for byte in (0..16 * SECTOR).step_by(173) {
        let mut journal = Journal::mount(flash).unwrap();
        records.clear();
        let boot = journal.boot();
        for record in Wearer::new(byte as u64 + 1).take(90) {
            journal.append(&record).unwrap();
            records.push(record);
        }
        // Not through the journal: what it holds in memory stays.
        flash = journal.into_flash();
        flash.cells[byte] &= 0x7E;
        journal = Journal::mount(flash).unwrap();
        let drained = drain(&mut journal, boot);
        assert!(drained.records.iter().all(|got| {
            let put = &records[got.seq.0 as usize];
            *got == Record { seq: got.seq, ..put.clone() }
        }));
        flash = journal.into_flash();
    }
}

#[test]
fn a_sector_that_does_not_keep_what_is_written_is_passed_over() {
    for worn in 0..14 {
        let mut flash = formatted(14);
        flash.worn = vec![worn, (worn + 6) % 14];
        let mut journal = Journal::mount(flash).unwrap();
        let mut ledger = Ledger::default();
        ledger.begin(journal.boot());
        for (n, record) in Wearer::new(8).take(9_000).enumerate() {
            journal = Step::Append(record).run(journal, &mut ledger);
            if n % 5_000 == 4_900 {
                journal = Step::Boot.run(journal, &mut ledger);
            }
        }
        ledger.check(&mut journal, None, 4_000);
        let mut journal = Journal::mount(journal.into_flash()).unwrap();
        ledger.check(&mut journal, None, 4_000);
    }
}

#[test]
fn a_sector_erased_ahead_that_the_ring_has_overtaken_is_not_trusted() {
    let mut journal = Journal::mount(formatted(12)).unwrap();
    for count in [9_000, 12_000, 15_000, 20_000, 30_000] {
        journal.begin_boot().unwrap();
        let mut ledger = Ledger::default();
        ledger.begin(journal.boot());
        journal.fold().unwrap();
        let mut wearer = Wearer::new(count);
        journal = Step::Extend(wearer.by_ref().take(count as usize).collect()).run(journal, &mut ledger);
        for record in wearer.take(500) {
            journal = Step::Append(record).run(journal, &mut ledger);
        }
        let boot = ledger.boots[0].boot;
        let drained = drain(&mut journal, boot);
        let kept = ledger.boots[0].records.len() - drained.records.len();
        same(&drained.records, &ledger.boots[0].records[kept..], boot);
        assert!(drained.records.len() > 6_000);
    }
}

#[test]
fn folded_pages_span_at_least_128_seconds() {
    let mut journal = Journal::mount(formatted(32)).unwrap();
    let boot = journal.boot();
    for (n, record) in Wearer::new(10).take(9_000).enumerate() {
        journal.append(&record).unwrap();
        // Quiet moments in one half of the time only.
        if n < 4_500 && n % 10 == 0 && journal.fold_due() {
            journal.fold().unwrap();
        }
    }
    let mut buffer = [0; MAX_PAGE];
    let mut from = Seq(0);
    while from < Seq(8_500) {
        let Found::Page { count, .. } = journal.read(boot, from, &mut buffer).unwrap() else {
            unreachable!()
        };
        assert!(count >= LEAST_FOLDED, "{count} records at {from}");
        from = Seq(from.0 + u32::from(count));
    }
}

#[test]
fn every_place_can_be_asked_for() {
    let (flash, ledger) = lived();
    let mut journal = Journal::mount(flash).unwrap();
    for of in &ledger.boots {
        for from in (0..of.records.len()).step_by(41) {
            let drained = drain_from(&mut journal, of.boot, Seq(from as u32));
            same(&drained.records, &of.records[from..], of.boot);
        }
        let mut buffer = [0; MAX_PAGE];
        let end = Seq(of.records.len() as u32);
        assert_eq!(journal.read(of.boot, end, &mut buffer).unwrap(), Found::End);
    }
    assert_eq!(drain(&mut journal, Boot(99)).records, []);
    assert_eq!(journal.read(Boot(1), Seq(0), &mut [0; 100]), Err(Error::Buffer));
}

#[test]
fn following_the_tail_gives_each_record_once_through_folding() {
    let mut journal = Journal::mount(formatted(16)).unwrap();
    let boot = journal.boot();
    let mut got = Vec::new();
    let mut put = Vec::new();
    for record in Wearer::new(12).take(2_000) {
        let seq = journal.append(&record).unwrap();
        put.push(Record { seq, ..record });
        if seq.0.is_multiple_of(3) {
            let from = Seq(got.len() as u32);
            got.extend(drain_from(&mut journal, boot, from).records);
        }
        if journal.fold_due() {
            journal.fold().unwrap();
        }
    }
    same(&got, &put[..got.len()], boot);
    assert!(got.len() > 1_990);
}

#[test]
fn what_is_acknowledged_is_remembered_after_the_next_page() {
    let mut journal = Journal::mount(formatted(16)).unwrap();
    let boot = journal.boot();
    for record in Wearer::new(13).take(300) {
        journal.append(&record).unwrap();
    }
    journal.ack(boot, Seq(250)).unwrap();
    journal.ack(boot, Seq(200)).unwrap();
    assert_eq!(journal.acked(boot), Some(Seq(250)));
    journal.fold().unwrap();
    let journal = Journal::mount(journal.into_flash()).unwrap();
    assert_eq!(journal.acked(boot), Some(Seq(250)));
}

#[test]
fn more_anchors_than_there_is_room_for_replace_the_newest() {
    let mut journal = Journal::mount(formatted(16)).unwrap();
    let boot = journal.boot();
    let anchors: Vec<Anchor> =
        (0..12).map(|n| Anchor { uptime: UptimeMillis(n), time: UnixMillis(n as i64) }).collect();
    for anchor in &anchors {
        journal.add_anchor(*anchor).unwrap();
    }
    journal.extend(Wearer::new(1).take(10)).unwrap();
    let mut journal = Journal::mount(journal.into_flash()).unwrap();
    let entry = entries(&mut journal).remove(0);
    assert_eq!(entry.boot, boot);
    assert_eq!(entry.anchors[..MAX_ANCHORS - 1], anchors[..MAX_ANCHORS - 1]);
    assert_eq!(entry.anchors[MAX_ANCHORS - 1], anchors[11]);
}

#[test]
fn a_bracelet_that_starts_every_few_seconds_keeps_its_history() {
    let mut journal = Journal::mount(formatted(16)).unwrap();
    let mut ledger = Ledger::default();
    ledger.begin(journal.boot());
    for record in Wearer::new(14).take(5_000) {
        journal = Step::Append(record).run(journal, &mut ledger);
    }
    for n in 0..100 {
        journal = Step::Remount.run(journal, &mut ledger);
        for record in Wearer::new(n + 1).take(3) {
            journal = Step::Append(record).run(journal, &mut ledger);
        }
    }
    ledger.check(&mut journal, None, 5_300);
}

#[test]
fn time_does_not_go_back_and_a_foreign_flash_is_refused() {
    let mut journal = Journal::mount(formatted(12)).unwrap();
    let at = |uptime| Record { uptime: UptimeMillis(uptime), ..Record::default() };
    assert_eq!(journal.append(&at(5)), Ok(Seq(0)));
    assert_eq!(journal.append(&at(4)), Err(Error::Earlier));
    assert_eq!(journal.append(&at(5)), Ok(Seq(1)));
    assert_eq!(Journal::mount(NorModel::new(12)).err(), Some(Error::NotFormatted));
    assert_eq!(Journal::mount(NorModel::new(11)).err(), Some(Error::Geometry));
    assert_eq!(Journal::format(&mut NorModel::new(11), common::ID), Err(Error::Geometry));
}
