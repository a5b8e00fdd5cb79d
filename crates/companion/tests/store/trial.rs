//! "Would have alerted n times": by minutes, as the screen of limits counts, against the judge that hears every record.

use companion::alerts::would_alert;
use companion::chart::Usual;
use companion::store::Batch;
use jiff::tz::TimeZone;
use vitals::{
    Activity, AlertChange, Boot, Bpm, CentiCelsius, Judged, Limits, Monitor, Percent, Placed, Quality,
    Reading, Record, Seq, Thresholds, UnixMillis, UptimeMillis,
};

use crate::fixture::{JOURNAL, START, store};

const DAY_S: i64 = 86_400;

/// Numbers that are the same in every run (Knuth's MMIX).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(self.0 >> 33).unwrap() % end
    }
}

/// Days of a value that goes from one of the levels to another every few minutes, and trembles around it as slowly as a breath.
fn values(seed: u64, days: i64, each_s: i64, levels: &[i64], tremble: i64) -> Vec<(i64, i64)> {
    const BREATH_S: i64 = 8;
    let mut chance = Chance(seed);
    let (mut until, mut level, mut off) = (0, levels[0], 0);
    let value = |second: i64| {
        if second >= until {
            until = second + 60 + chance.below(40 * 60);
            level = levels[usize::try_from(chance.below(levels.len() as i64)).unwrap()];
        }
        if second % BREATH_S < each_s {
            off = chance.below(2 * tremble + 1) - tremble;
        }
        (second, level + off)
    };
    (0..days * DAY_S / each_s).map(|n| n * each_s).map(value).collect()
}

fn record(seq: usize, second: i64, activity: Activity) -> (Record, Placed) {
    let record = Record {
        seq: Seq(u32::try_from(seq).unwrap()),
        uptime: UptimeMillis(second.unsigned_abs() * 1_000),
        quality: Quality(90),
        worn: true,
        activity,
        ..Record::default()
    };
    (record, Placed { at: UnixMillis(START + second * 1_000), anchored: true })
}

/// Alerts by minutes, and by every record.
async fn both(judged: Judged, limits: Limits, records: Vec<(Record, Placed)>) -> (u32, u32) {
    let (_folder, store, source) = store().await;
    let from = records[0].1.at;
    let now = records[records.len() - 1].1.at.plus(1_000);
    for part in records.chunks(8_000) {
        let (records, gaps) = (part.to_vec(), Vec::new());
        store.commit(&[Batch { source, journal: JOURNAL, boot: Boot(3), records, gaps }]).await.unwrap();
    }
    let usual = Usual::read(&store, source, (from, now), &TimeZone::UTC).await.unwrap();
    let minutes = store.minute_values(source, judged.metric(), from, now).await.unwrap();
    let found = would_alert(judged, &limits, &minutes, &usual, now);
    let mut thresholds = Thresholds::default();
    for other in Judged::ALL {
        thresholds.set(other, Limits::default());
    }
    thresholds.heart_rate_moving_alert = Some(30_000);
    thresholds.set(judged, limits);
    let mut monitor = Monitor::new(thresholds, None);
    let mut exact = 0;
    for (record, placed) in &records {
        monitor.set_skin_usual(usual.at(placed.at));
        let changes = monitor.push(&Reading::of(record, placed.at));
        exact += u32::from(changes.iter().any(|change| matches!(change, AlertChange::Raised(_))));
    }
    (found.attention_30d + found.alert_30d, exact)
}

fn assert_agrees(what: &str, (about, exact): (u32, u32), at_least: u32) {
    assert!(exact >= at_least, "{what}: {exact} alerts prove nothing");
    assert!(about.abs_diff(exact) <= 1 + exact / 8, "{what}: {about} by minutes, {exact} by every record");
}

#[tokio::test]
async fn a_trial_of_low_limits_counts_what_every_second_does() {
    for (seed, judged, activity) in
        [(1, Judged::HeartRate, Activity::Still), (2, Judged::HeartRateAsleep, Activity::Asleep)]
    {
        let beats = values(seed, 1, 1, &[70, 62, 58, 55, 47], 2);
        let records = beats.into_iter().enumerate().map(|(seq, (second, bpm))| {
            let (record, placed) = record(seq, second, activity);
            (Record { heart_rate: Some(Bpm(u16::try_from(bpm).unwrap())), ..record }, placed)
        });
        let limits = Limits { low_attention: Some(6_000), low_alert: Some(5_000), ..Limits::default() };
        assert_agrees(judged.name(), both(judged, limits, records.collect()).await, 8);
    }
}

#[tokio::test]
async fn a_trial_of_oxygens_limits_counts_what_every_value_does() {
    let percents = values(3, 5, 10, &[98, 97, 96, 94, 92, 88], 1);
    let records = percents.into_iter().enumerate().map(|(seq, (second, percent))| {
        let (record, placed) = record(seq, second, Activity::Still);
        (Record { spo2: Some(Percent(u8::try_from(percent).unwrap())), ..record }, placed)
    });
    let limits = Thresholds::default().spo2;
    assert_agrees("oxygen", both(Judged::Spo2, limits, records.collect()).await, 20);
}

#[tokio::test]
async fn a_trial_of_skins_limits_counts_what_every_value_does_and_what_is_above_the_persons_nights() {
    let skin = |levels: &[i64]| {
        let degrees = values(4, 12, 30, levels, 4);
        let record = |(seq, (second, hundredths)): (usize, (i64, i64))| {
            let hour = (START / 1_000 + second).rem_euclid(DAY_S) / 3_600;
            let asleep = !(6..23).contains(&hour);
            let (record, placed) =
                record(seq, second, if asleep { Activity::Asleep } else { Activity::Still });
            let hundredths = if asleep { 3_400 + hundredths % 5 } else { hundredths };
            let skin_temperature = Some(CentiCelsius(i16::try_from(hundredths).unwrap()));
            (Record { skin_temperature, ..record }, placed)
        };
        degrees.into_iter().enumerate().map(record).collect::<Vec<_>>()
    };
    let limits = Thresholds::default().skin_temperature;
    let by_limits = both(Judged::SkinTemperature, limits, skin(&[3_350, 3_600, 3_765, 3_880])).await;
    assert_agrees("skin", by_limits, 20);
    // Nothing beyond a limit: only what is a degree above the nights, for half an hour.
    let by_nights = both(Judged::SkinTemperature, limits, skin(&[3_350, 3_520, 3_530])).await;
    assert_agrees("skin above its nights", by_nights, 8);
    let without = both(Judged::SkinTemperature, limits, skin(&[3_350, 3_480, 3_490])).await;
    assert_eq!(without, (0, 0), "less than a degree above them");
}
