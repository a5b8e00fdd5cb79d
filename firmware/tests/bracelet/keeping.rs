//! What the bracelet measured is in its flash: complete, at its rhythm, and still there after any loss of power.

use std::collections::BTreeMap;
use std::path::Path;

use firmware::journal::Journal;
use firmware::sim::{Bracelet, LinkOptions, Options, SimFlash};
use vitals::{Boot, EventKind, Record, Seq};
use wire::journal::{Found, Journal as _};
use wire::page::{MAX_PAGE, decode};

use crate::app::NOW;
use crate::phone::{Phone, after};

async fn on(flash: &Path) -> Bracelet {
    let options = Options { flash: Some(flash.into()), history_days: 0, seed: 9, now: NOW };
    Bracelet::start(options, |_| {}).await.expect("it starts")
}

/// All that the flash holds.
#[expect(clippy::panic, reason = "a test stops where it fails")]
fn kept(flash: &Path) -> BTreeMap<Boot, Vec<Record>> {
    let mut journal = Journal::mount(SimFlash::open(flash).expect("a flash")).expect("a journal");
    let mut buffer = [0; MAX_PAGE];
    let mut boots = BTreeMap::new();
    for index in 0.. {
        let Some(entry) = journal.boot_entry(index).expect("it reads") else { break };
        let mut records: Vec<Record> = Vec::new();
        loop {
            let next = records.last().map_or(entry.first, |record| record.seq.next());
            match journal.read(entry.boot, next, &mut buffer).expect("it reads") {
                Found::Page { len, .. } => {
                    let page = decode(&buffer[..len]).expect("a page");
                    records.extend(
                        page.map(|record| record.expect("a record")).filter(|record| record.seq >= next),
                    );
                }
                Found::End => break,
                gap @ Found::Gap { .. } => panic!("{gap:?} in boot {}", entry.boot),
            }
        }
        boots.insert(entry.boot, records);
    }
    boots
}

#[tokio::test(start_paused = true)]
async fn every_second_is_one_record_with_what_was_newly_measured() {
    let folder = tempfile::tempdir().expect("a folder");
    let flash = folder.path().join("flash.bin");
    let bracelet = on(&flash).await;
    tokio::time::sleep(std::time::Duration::from_millis(600_500)).await;
    bracelet.stop().await;
    let records = kept(&flash).remove(&Boot(1)).expect("the first start");

    for (index, record) in records.iter().enumerate() {
        assert_eq!(record.seq, Seq(u32::try_from(index).expect("few")));
    }
    let (events, seconds): (Vec<_>, Vec<_>) = records.iter().partition(|record| record.event.is_some());
    assert_eq!(events.iter().filter_map(|r| r.event).map(|e| e.kind).collect::<Vec<_>>(), [EventKind::Worn]);
    let uptimes: Vec<_> = seconds.iter().map(|record| record.uptime.0).collect();
    assert_eq!(uptimes, (1..=600).map(|second| second * 1_000).collect::<Vec<u64>>());

    let times = |has: fn(&Record) -> bool| -> Vec<u64> {
        seconds.iter().filter(|record| has(record)).map(|record| record.uptime.0 / 1_000).collect()
    };
    assert_eq!(times(|record| record.heart_rate.is_some()).len(), 599, "each second from the second on");
    let spo2 = times(|record| record.spo2.is_some());
    assert!(spo2.len() >= 59 && spo2.windows(2).all(|pair| pair[1] - pair[0] >= 10), "{spo2:?}");
    let skin = times(|record| record.skin_temperature.is_some());
    assert!(
        (20..=21).contains(&skin.len()) && skin.windows(2).all(|pair| pair[1] - pair[0] >= 30),
        "{skin:?}"
    );
    assert_eq!(times(|record| record.battery.is_some()), [1], "at the start; it has not changed since");
    let rr: u64 = seconds.iter().flat_map(|record| &record.rr).map(|rr| u64::from(rr.0)).sum();
    assert!((597_000..=600_000).contains(&rr), "the beats fill the time: {rr} ms of 600 s");
}

#[tokio::test(start_paused = true)]
async fn power_cut_at_any_write_costs_no_record_that_was_in_flash() {
    let folder = tempfile::tempdir().expect("a folder");
    let flash = folder.path().join("flash.bin");
    let mut told: BTreeMap<Boot, Vec<Record>> = BTreeMap::new();
    for round in 0..40 {
        let bracelet = on(&flash).await;
        let mut phone = Phone::new();
        phone.commits = false;
        // Follows the newest boot, whose number is the round's.
        phone.newest_only = true;
        phone.talk(&bracelet, LinkOptions::default(), after(5 + round % 7), |_| false).await;
        // At the next write, or one of the next: in the middle of a record, of a page, of an erase.
        bracelet.power_cut_after(round).await;
        for ((boot, _), (record, _)) in phone.store {
            told.entry(boot).or_default().push(record);
        }
    }
    let kept = kept(&flash);
    assert_eq!(told.len(), 40, "each start is a boot of its own");
    for (boot, told) in told {
        let kept = &kept[&boot];
        assert!(
            told.len() >= 3 && kept.starts_with(&told),
            "boot {boot}: {} told, {} kept",
            told.len(),
            kept.len()
        );
        assert!(kept.len() <= told.len() + 45, "what came after was written before the power went");
    }
}

#[tokio::test(start_paused = true)]
async fn link_ends_when_the_power_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let bracelet = on(&folder.path().join("flash.bin")).await;
    let mut link = bracelet.connect(LinkOptions::default()).await;
    bracelet.power_cut().await;
    while link.notifications.recv().await.is_some() {}
    let mut late = bracelet.connect(LinkOptions::default()).await;
    assert!(late.notifications.recv().await.is_none(), "without power there is no link");
}

#[tokio::test(start_paused = true)]
async fn half_made_past_is_made_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let flash = folder.path().join("flash.bin");
    std::fs::write(folder.path().join("flash.bin.unfinished"), [1; 10_000]).expect("written");
    let options = Options { flash: Some(flash.clone()), history_days: 1, seed: 9, now: NOW };
    Bracelet::start(options, |_| {}).await.expect("it starts").stop().await;
    assert!(kept(&flash)[&Boot(1)].len() > 86_000);
    assert!(!folder.path().join("flash.bin.unfinished").exists());
}

#[tokio::test(start_paused = true)]
async fn second_app_takes_the_link_from_the_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let bracelet = on(&folder.path().join("flash.bin")).await;
    let mut first = bracelet.connect(LinkOptions::default()).await;
    let mut phone = Phone::new();
    assert!(phone.talk(&bracelet, LinkOptions::default(), after(5), |_| false).await);
    assert!(phone.live.len() >= 4);
    assert!(first.notifications.recv().await.is_none(), "the first link is lost");
    assert!(phone.hello.is_some_and(|hello| hello.identity.serial == "DEMO-0009"));
}
