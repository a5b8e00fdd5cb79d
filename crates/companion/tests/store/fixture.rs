//! What every test of the store needs: a database in a folder of its own, records, and a recount by hand.

use std::collections::BTreeMap;

use bridge::{SeriesQuery, SourceKind};
use companion::store::{Batch, Gap, NewSource, Recorded, SourceId, Store};
use companion::vault::Key;
use tempfile::TempDir;
use vitals::{
    Activity, Boot, Bpm, CentiCelsius, Event, EventKind, JournalId, Metric, Percent, Placed, Quality, Record,
    RrMillis, Seq, Steps, UnixMillis, UptimeMillis,
};

/// 2025-10-09T08:45:00Z, the beginning of a quarter hour.
pub const START: i64 = 1_759_999_500_000;
pub const JOURNAL: JournalId = JournalId(0xfeed_beef_dead_cafe);
pub const METRICS: [Metric; 5] =
    [Metric::HeartRate, Metric::Spo2, Metric::SkinTemperature, Metric::Battery, Metric::Steps];

pub fn key() -> Key {
    Key::Secret(zeroize::Zeroizing::new([0x5a; 32]))
}

pub async fn store() -> (TempDir, Store, SourceId) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("person.db"), &key()).await.unwrap();
    let source = source(&store, "HB-1").await;
    (folder, store, source)
}

pub async fn source(store: &Store, serial: &str) -> SourceId {
    let new = NewSource { kind: SourceKind::Journal, serial, name: "Bracelet", firmware: Some("1.0") };
    store.source(new).await.unwrap()
}

/// A record with something of everything, `seq` seconds after the start.
pub fn second(seq: u32) -> (Record, Placed) {
    let uptime = u64::from(seq) * 1_000 + u64::from(seq % 5);
    let record = Record {
        seq: Seq(seq),
        uptime: UptimeMillis(uptime),
        heart_rate: (seq % 11 != 3).then(|| Bpm(u16::try_from(60 + seq * 7 % 41).unwrap())),
        spo2: seq.is_multiple_of(10).then(|| Percent(u8::try_from(94 + seq / 10 % 8).unwrap())),
        skin_temperature: seq
            .is_multiple_of(30)
            .then(|| CentiCelsius(i16::try_from(3_200 + seq / 3 % 300).unwrap())),
        battery: seq.is_multiple_of(600).then(|| Percent(u8::try_from(100 - seq / 600 % 100).unwrap())),
        steps: Steps(u16::try_from(seq % 3).unwrap()),
        quality: Quality(if seq.is_multiple_of(17) { 20 } else { 90 }),
        worn: seq % 100 != 99,
        activity: [Activity::Still, Activity::Moving, Activity::Asleep][(seq / 60 % 3) as usize],
        rr: (0..seq % 4).map(|n| RrMillis(u16::try_from(700 + n * 300).unwrap())).collect(),
        event: (seq % 500 == 250).then_some(Event { kind: EventKind::Button, detail: 2 }),
    };
    (record, Placed { at: UnixMillis(START + uptime.cast_signed()), anchored: true })
}

pub fn page(source: SourceId, seqs: impl IntoIterator<Item = u32>) -> Batch {
    Batch {
        source,
        journal: JOURNAL,
        boot: Boot(3),
        records: seqs.into_iter().map(second).collect(),
        gaps: Vec::new(),
    }
}

pub fn gap(source: SourceId, gap: Gap) -> Batch {
    Batch { gaps: vec![gap], ..page(source, []) }
}

pub async fn all(store: &Store, source: SourceId) -> Vec<Recorded> {
    let mut records = store.records(source, UnixMillis(i64::MIN), UnixMillis(i64::MAX));
    let mut all = Vec::new();
    while let Some(record) = records.next().await.unwrap() {
        all.push(record);
    }
    all
}

/// What charts may count of a record; written down once more on purpose.
fn value(metric: Metric, record: &Record) -> Option<f64> {
    match metric {
        Metric::HeartRate => record
            .heart_rate
            .filter(|v| (20..=300).contains(&v.0) && record.quality.0 >= 50)
            .map(|v| f64::from(v.0)),
        Metric::Spo2 => record.spo2.filter(|v| (50..=100).contains(&v.0)).map(|v| f64::from(v.0)),
        Metric::SkinTemperature => {
            record.skin_temperature.filter(|v| (1_000..=5_000).contains(&v.0)).map(|v| f64::from(v.0) / 100.0)
        }
        Metric::Battery => record.battery.filter(|v| v.0 <= 100).map(|v| f64::from(v.0)),
        Metric::Steps => Some(f64::from(record.steps.0)),
        _ => None,
    }
}

/// Compares every roll-up with a count of the records themselves.
pub async fn assert_rollups_equal_a_recount(store: &Store, source: SourceId) {
    let all = all(store, source).await;
    assert_eq!(store.count(source).await.unwrap(), all.len() as u64);
    let (Some(first), Some(last)) = (all.first(), all.last()) else { return };
    for bin_ms in [60_000, 300_000, 900_000, 3_600_000] {
        let from = UnixMillis(first.placed.at.0.div_euclid(bin_ms) * bin_ms);
        let to = last.placed.at.plus(1);
        for metric in METRICS {
            let mut expected: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
            for recorded in &all {
                if let Some(value) = value(metric, &recorded.record) {
                    expected.entry(recorded.placed.at.0.div_euclid(bin_ms) * bin_ms).or_default().push(value);
                }
            }
            let query = SeriesQuery { metric, from, to, bin_ms };
            let series = store.series(source, query).await.unwrap();
            let bands = store.bins(source, query).await.unwrap();
            let found: Vec<_> = series.buckets.iter().map(|b| (b.at.0, b.count as usize)).collect();
            let wanted: Vec<_> = expected.iter().map(|(&at, values)| (at, values.len())).collect();
            assert_eq!(found, wanted, "{metric:?} by {bin_ms} ms");
            for (bucket, values) in series.buckets.iter().zip(expected.values_mut()) {
                values.sort_by(f64::total_cmp);
                let sum: f64 = values.iter().sum();
                assert!(
                    (bucket.sum - sum).abs() < 1e-6 && (bucket.mean - sum / values.len() as f64).abs() < 1e-9
                );
                assert_eq!((bucket.min, bucket.max), (values[0], values[values.len() - 1]));
            }
            if metric != Metric::Steps {
                for (band, values) in bands.iter().zip(expected.values()) {
                    let rank =
                        |share: f64| values[((values.len() as f64 * share).ceil() as usize).max(1) - 1];
                    assert_eq!((band.low, band.median, band.high), (rank(0.05), rank(0.5), rank(0.95)));
                }
                assert_eq!(bands.len(), expected.len());
            }
        }
    }
}
