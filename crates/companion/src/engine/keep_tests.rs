//! The way to the disk: a disk that refuses, a disk that is slow, and what the journal says about alerts.

use std::sync::Arc;

use bridge::{Code, Event, SourceKind};
use firmware::sim::{Bracelet, LinkOptions, Options};
use tokio::sync::{Notify, mpsc};
use vitals::{
    Activity, AlertRule, Boot, Bpm, CentiCelsius, JournalId, Level, Placed, Quality, Record, Seq, UnixMillis,
    UptimeMillis,
};
use wire::message::AppId;

use super::clock::{Clock, local_midnight};
use super::keep::{Keeper, Tries};
use super::view::View;
use crate::link::{Arrived, Client, Ends, Kept, Link, LinkError, Met, Report, ToKeep, Transport};
use crate::store::{SourceId, Store, StoreError};
use crate::vault::{self, KeySource};

#[tokio::test(start_paused = true)]
async fn a_full_disk_is_told_once_and_tried_again_until_there_is_room() {
    let view = View::new(Clock::default());
    let mut events = view.events();
    let mut tries = Tries::new(&view);
    for _ in 0..3 {
        assert_eq!(tries.look(Err::<(), _>(StoreError::DiskFull)).await, None);
        let storage = view.home().storage;
        assert_eq!((storage.saving, storage.not_saving), (false, Some(Code::DiskFull)));
        assert_eq!(view.present_trouble().map(|error| error.code), Some(Code::DiskFull));
    }
    assert_eq!(tries.look(Ok(7)).await, Some(7));
    let storage = view.home().storage;
    assert_eq!((storage.saving, storage.not_saving), (true, None));
    assert_eq!(view.present_trouble(), None, "it is over");
    let mut troubles = 0;
    while let Ok(event) = events.try_recv() {
        if let Event::Trouble(error) = event {
            assert_eq!(error.code, Code::DiskFull);
            troubles += 1;
        }
    }
    assert_eq!(troubles, 1);
}

/// The built-in bracelet's radio.
struct Air(Bracelet);

impl Transport for Air {
    async fn connect(&mut self) -> Result<Link, LinkError> {
        let link = self.0.connect(LinkOptions::default()).await;
        Ok(Link { mtu: link.mtu, notifications: link.notifications, writes: link.writes })
    }
}

#[tokio::test]
async fn live_lines_come_while_the_disk_does_not_answer() {
    let options = Options { flash: None, history_days: 0, seed: 1, now: Clock::default().now() };
    let bracelet = Bracelet::start(options, |_| {}).await.unwrap();
    let (report, mut reports) = mpsc::unbounded_channel();
    // Nobody takes what is for the record, and nothing is ever said to be kept.
    let (keep, _not_taken) = mpsc::unbounded_channel();
    let (_silent, kept) = mpsc::unbounded_channel();
    let (_no_order, orders) = mpsc::unbounded_channel();
    let client =
        Client::new(Air(bracelet), AppId(1), Clock::default(), Ends { reports: report, keep, kept, orders });
    tokio::spawn(client.run());
    let mut live = 0;
    while live < 3 {
        match reports.recv().await.unwrap() {
            Report::Live(_) => live += 1,
            Report::Lost { .. } => panic!("the link was lost"),
            _ => {}
        }
    }
}

const BOOT: Boot = Boot(3);
const JOURNAL: JournalId = JournalId(0xfeed);

/// A second of a heart at that rate.
fn second(start: UnixMillis, seq: u32, bpm: u16) -> (Record, Placed) {
    let record = Record {
        seq: Seq(seq),
        uptime: UptimeMillis(u64::from(seq) * 1_000),
        heart_rate: Some(Bpm(bpm)),
        quality: Quality(90),
        worn: true,
        ..Record::default()
    };
    (record, Placed { at: start.plus(i64::from(seq) * 1_000), anchored: true })
}

/// An hour and a half: calm, half an hour at 130, calm.
fn episode(start: UnixMillis) -> Vec<(Record, Placed)> {
    (0..5_400).map(|seq| second(start, seq, if (1_800..3_600).contains(&seq) { 130 } else { 70 })).collect()
}

/// Gives pages to a keeper and waits until all of them are said to be kept.
async fn keep(view: &Arc<View>, store: &Store, pages: Vec<Vec<(Record, Placed)>>) {
    let keeper = Keeper {
        view: Arc::clone(view),
        store: store.clone(),
        kind: SourceKind::Demo,
        name: "Demo".to_owned(),
        changed: Arc::new(Notify::new()),
        orders: Arc::new(Notify::new()),
    };
    let (give, taken) = mpsc::unbounded_channel();
    let (kept, mut told) = mpsc::unbounded_channel();
    let last = pages.last().and_then(|page| page.last()).unwrap().0.seq;
    let met =
        Met { meeting: 1, serial: "S-1".into(), firmware: "1".into(), journal: JOURNAL, boots: Vec::new() };
    give.send(ToKeep::Met(met)).unwrap();
    for records in pages {
        give.send(ToKeep::Arrived(Arrived::Page { boot: BOOT, records })).unwrap();
    }
    drop(give);
    keeper.run(taken, kept).await;
    let mut committed = None;
    while let Some(kept) = told.recv().await {
        if let Kept::Committed { boot: BOOT, seq } = kept {
            committed = Some(seq);
        }
    }
    assert_eq!(committed, Some(last));
}

async fn store(folder: &std::path::Path) -> Store {
    let path = folder.join("test.db");
    let key = vault::key(&path, KeySource::None).await.unwrap();
    Store::open(&path, &key).await.unwrap()
}

#[tokio::test]
async fn the_same_records_make_the_same_alert_however_they_are_cut_and_repeated() {
    let start = UnixMillis(1_780_000_000_000);
    let mut ids = Vec::new();
    for page in [100, 731] {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path()).await;
        let view = Arc::new(View::new(Clock::default()));
        let pages: Vec<Vec<_>> = episode(start).chunks(page).map(<[_]>::to_vec).collect();
        // The app ends in the middle of the episode and begins again; the last pages come twice.
        let half = pages.len() / 2;
        keep(&view, &store, pages[..half].to_vec()).await;
        keep(&view, &store, pages[half - 2..].to_vec()).await;
        let alerts = store.alerts(SourceId(1), start, start.plus(86_400_000)).await.unwrap();
        assert_eq!(alerts.len(), 1, "{alerts:?}");
        let alert = alerts[0].alert;
        assert_eq!((alert.peak, alert.limit), (13_000, 12_000));
        assert!(alert.closed.is_some());
        assert_eq!(view.known().alarms, [], "history is listed, never told aloud");
        ids.push(alerts[0].id);
    }
    assert_eq!(ids[0], ids[1], "two apps make one alert");
}

#[tokio::test]
async fn an_episode_of_now_that_only_the_journal_saw_is_told_aloud_until_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    let view = Arc::new(View::new(Clock::default()));
    let start = view.clock.now().plus(-600_000);
    let beyond: Vec<_> = (0..600).map(|seq| second(start, seq, if seq < 300 { 70 } else { 130 })).collect();
    keep(&view, &store, vec![beyond]).await;
    assert!(matches!(view.known().alarms.as_slice(), [alarm] if !alarm.away));
    let after: Vec<_> = (600..660).map(|seq| second(start, seq, 70)).collect();
    keep(&view, &store, vec![after]).await;
    assert_eq!(view.known().alarms, []);
}

#[tokio::test]
async fn a_clock_that_was_a_year_ahead_for_one_hello_silences_no_alarm_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    let view = Arc::new(View::new(Clock::default()));
    let ahead = view.clock.now().plus(365 * 86_400_000);
    let start = view.clock.now().plus(-600_000);
    let wrong: Vec<_> = (0..300).map(|seq| second(ahead, seq, 70)).collect();
    let right: Vec<_> =
        (300..900).map(|seq| second(start.plus(-300_000), seq, if seq < 600 { 70 } else { 130 })).collect();
    keep(&view, &store, vec![wrong.clone(), right.clone()]).await;
    assert_eq!(view.known().alarms.len(), 1);
}

/// Eight days in half-minutes from an evening on: nights at 34.0 °C, days at 33.0; the last day 35.1 for an hour from 15:00.
fn warm_afternoon(start: UnixMillis) -> Vec<(Record, Placed)> {
    let half_minute = |n: u32| {
        let (mut record, mut placed) = second(start, n, 70);
        let hour = n / 120;
        let asleep = matches!(hour % 24, 4..12);
        let warm = hour == 7 * 24 + 19;
        placed.at = start.plus(i64::from(n) * 30_000);
        record.uptime = UptimeMillis(u64::from(n) * 30_000);
        record.heart_rate = None;
        record.activity = if asleep { Activity::Asleep } else { Activity::Still };
        let skin = if warm {
            3_510
        } else if asleep {
            3_400
        } else {
            3_300
        };
        record.skin_temperature = Some(CentiCelsius(skin));
        (record, placed)
    };
    (0..8 * 24 * 120).map(half_minute).collect()
}

#[tokio::test]
async fn a_skin_above_its_nights_is_one_alert_whether_they_came_at_once_or_day_by_day() {
    let start = local_midnight(UnixMillis(1_780_000_000_000)).plus(20 * 3_600_000);
    let mut found = Vec::new();
    for page in [240, 1_000] {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path()).await;
        let view = Arc::new(View::new(Clock::default()));
        for day in warm_afternoon(start).chunks(2 * 2_880) {
            keep(&view, &store, day.chunks(page).map(<[_]>::to_vec).collect()).await;
        }
        let alerts = store.alerts(SourceId(1), start, start.plus(9 * 86_400_000)).await.unwrap();
        assert_eq!(alerts.len(), 1, "{alerts:?}");
        let alert = alerts[0].alert;
        assert_eq!((alert.rule, alert.level), (AlertRule::SkinTemperatureHigh, Level::Attention));
        assert_eq!((alert.limit, alert.peak), (3_500, 3_510), "a degree above the nights");
        assert_eq!(alert.raised.since(alert.since), 30 * 60_000);
        found.push(alerts[0].id);
    }
    assert_eq!(found[0], found[1]);
}
