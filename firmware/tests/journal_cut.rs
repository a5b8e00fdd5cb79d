//! Power may go at any moment: in every operation of a scenario that folds, wraps the ring, starts again, anchors and
//! acknowledges, in five ways each, and once more while the journal recovers.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

mod common;

use common::flash::{CUTS, Dice, NorModel, Operation};
use common::formatted;
use common::ledger::{Ledger, Step, fat, same};
use common::wearer::Wearer;
use firmware::journal::{Error, Journal};
use vitals::{Anchor, Boot, JournalId, Record, UnixMillis, UptimeMillis};
use wire::journal::Journal as _;
use wire::message::AppId;

const SECTORS: usize = 12;

/// So many records the ring holds at least, however large they are.
const SURELY_KEPT: usize = 500;

/// Several starts; days of a heart and records of the largest kind; the ring goes round twice.
fn scenario() -> Vec<Step> {
    let mut dice = Dice(7);
    let mut wearer = Wearer::new(5);
    let mut steps = Vec::new();
    let mut uptime = 0;
    for start in 0..9_u64 {
        steps.push(if start % 3 == 2 { Step::Boot } else { Step::Remount });
        let of_a_heart = start % 2 == 0;
        // A boot that is cut short before its first record, too.
        let records = [420, 460, 3, 0, 380, 640, 40, 560, 230][start as usize];
        for n in 0..records {
            let record = wearer.next().unwrap();
            uptime = if n == 0 { dice.below(5_000) } else { uptime + 900 + dice.below(200) };
            let record = Record { uptime: UptimeMillis(uptime), ..record };
            steps.push(Step::Append(if of_a_heart { record } else { fat(&mut dice, uptime) }));
            if n == 5 || n == 130 {
                let time = UnixMillis(1_700_000_000_000 + (start * 1_000_000 + uptime) as i64);
                steps.push(Step::Anchor(Anchor { uptime: UptimeMillis(uptime), time }));
            }
            if n % 50 == 20 {
                steps.push(Step::Ack);
            }
            if n == 140 {
                steps.push(Step::Recorder(Some(AppId(u128::from(start) << 64 | 5))));
            }
            // In some boots nobody finds a quiet moment.
            if start % 4 < 2 && n % 7 == 0 {
                steps.push(Step::Fold);
            }
        }
    }
    steps
}

/// Every operation of the scenario, and how many of them were done when each step was answered for.
struct Recording {
    blank: NorModel,
    first_boot: Boot,
    steps: Vec<Step>,
    operations: Vec<Operation>,
    done: Vec<usize>,
}

fn record() -> Recording {
    let mut flash = formatted(SECTORS);
    flash = Journal::mount(flash).unwrap().into_flash();
    let blank = flash.clone();
    flash.log = Some(Vec::new());
    let mut journal = Journal::mount(flash).unwrap();
    let first_boot = journal.boot();
    let mut ledger = Ledger::default();
    ledger.begin(first_boot);
    let operations = |journal: &Journal<NorModel>| journal.flash().log.as_ref().unwrap().len();
    let mut done = vec![operations(&journal)];
    let steps = scenario();
    for step in &steps {
        journal = step.run(journal, &mut ledger);
        done.push(operations(&journal));
    }
    ledger.check(&mut journal, None, SURELY_KEPT);
    let first = common::entries(&mut journal).remove(0).boot;
    assert!(first > ledger.boots[4].boot, "the ring has not gone round");
    let operations = journal.into_flash().log.take().unwrap();
    Recording { blank, first_boot, steps, operations, done }
}

/// Mounts what a cut left, compares, and lives on for a while.
fn survives(flash: NorModel, ledger: &Ledger, begun: Option<&Step>, live_on: bool) {
    let mut journal = Journal::mount(flash).unwrap();
    let boot = journal.boot();
    assert!(ledger.boots.iter().all(|of| of.boot < boot), "boot {boot} comes again");
    ledger.check(&mut journal, begun, SURELY_KEPT);
    if live_on {
        let mut ledger = Ledger { boots: Vec::new(), recorder: journal.recorder() };
        ledger.begin(boot);
        let mut uptime = 0;
        for record in Wearer::new(9).take(450) {
            uptime += 1_000;
            let record = Record { uptime: UptimeMillis(uptime), ..record };
            journal = Step::Append(record).run(journal, &mut ledger);
        }
        let mut journal = Journal::mount(journal.into_flash()).unwrap();
        let drained = common::drain(&mut journal, boot);
        same(&drained.records, &ledger.boots[0].records, boot);
        assert_eq!(drained.gaps, []);
    }
}

/// Calls `at` with the flash before each operation, the ledger of what was answered for, and the step under way.
fn for_each_operation(recording: &Recording, mut at: impl FnMut(usize, &NorModel, &Ledger, Option<&Step>)) {
    let mut flash = recording.blank.clone();
    let mut ledger = Ledger::default();
    let mut boot = recording.first_boot;
    let mut answered = 0;
    let mut steps = recording.steps.iter();
    let mut begun: Option<&Step> = None;
    for (n, operation) in recording.operations.iter().enumerate() {
        while answered < recording.done.len() && recording.done[answered] <= n {
            match begun {
                None => ledger.begin(boot),
                Some(Step::Append(record)) => ledger.append(record),
                Some(Step::Anchor(anchor)) => ledger.anchor(*anchor),
                Some(Step::Recorder(app)) => ledger.recorder = *app,
                Some(Step::Boot | Step::Remount) => {
                    boot.0 += 1;
                    ledger.begin(boot);
                }
                Some(Step::Fold | Step::Ack | Step::Extend(_)) => {}
            }
            begun = steps.next();
            answered += 1;
        }
        at(n, &flash, &ledger, begun);
        flash.apply(operation);
    }
}

#[test]
fn a_cut_in_any_operation_loses_at_most_the_record_being_written() {
    let recording = record();
    let mut dice = Dice(11);
    let mut cuts = 0;
    for_each_operation(&recording, |n, flash, ledger, begun| {
        for cut in 0..CUTS {
            let mut flash = flash.clone();
            flash.apply_cut(&recording.operations[n], cut, &mut dice);
            survives(flash, ledger, begun, (n * CUTS + cut).is_multiple_of(23));
            cuts += 1;
        }
    });
    println!("{cuts} cuts in {} operations", recording.operations.len());
    assert!(recording.operations.iter().filter(|of| matches!(of, Operation::Erase { .. })).count() > 30);
}

#[test]
fn a_second_cut_while_recovering_from_the_first_loses_nothing_more() {
    let recording = record();
    let mut dice = Dice(13);
    for_each_operation(&recording, |n, flash, ledger, begun| {
        // The erases and what comes just behind them are what is delicate; of the rest a sample.
        let near_erase = recording.operations[n.saturating_sub(2)..=n]
            .iter()
            .any(|of| matches!(of, Operation::Erase { .. }));
        if !near_erase && !n.is_multiple_of(97) {
            return;
        }
        let mut cut = flash.clone();
        cut.apply_cut(&recording.operations[n], n % CUTS, &mut dice);
        cut.log = Some(Vec::new());
        let recovery = Journal::mount(cut.clone()).unwrap().into_flash().log.take().unwrap();
        cut.log = None;
        for (m, operation) in recovery.iter().enumerate() {
            let mut again = cut.clone();
            again.apply_cut(operation, m % CUTS, &mut dice);
            survives(again, ledger, begun, false);
            cut.apply(operation);
        }
    });
}

#[test]
fn wiping_that_is_cut_short_leaves_no_journal_or_the_old_one() {
    let mut flash = formatted(SECTORS);
    let mut journal = Journal::mount(flash).unwrap();
    journal.extend(Wearer::new(6).take(5_000)).unwrap();
    flash = journal.into_flash();
    let before = flash.clone();
    flash.log = Some(Vec::new());
    let id = JournalId(99);
    Journal::format(&mut flash, id).unwrap();
    let operations = flash.log.take().unwrap();
    let mut dice = Dice(17);
    let mut flash = before;
    for (n, operation) in operations.iter().enumerate() {
        for cut in 0..CUTS {
            let mut flash = flash.clone();
            flash.apply_cut(operation, cut, &mut dice);
            match Journal::mount(flash) {
                Err(error) => assert_eq!(error, Error::NotFormatted),
                // Not begun, or done but not told.
                Ok(journal) if n < 2 => assert_eq!(journal.id(), common::ID),
                Ok(journal) => assert_eq!((n + 1, cut, journal.id()), (operations.len(), CUTS - 1, id)),
            }
        }
        flash.apply(operation);
    }
    assert_eq!(Journal::mount(flash).unwrap().id(), id);
}
