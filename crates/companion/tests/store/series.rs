//! What charts ask for: aligned to any zone's day, gaps as gaps, zero steps as zero.

use bridge::SeriesQuery;
use companion::store::StoreError;
use vitals::{Metric, UnixMillis};

use crate::fixture::{START, page, second, store};

const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;

#[tokio::test]
async fn bins_are_counted_from_the_viewers_midnight_not_from_utc() {
    let (_folder, store, source) = store().await;
    store.commit(&[page(source, 0..7_200)]).await.unwrap();
    // Nepal is 5 h 45 min ahead: its hours begin at a quarter past.
    let from = UnixMillis(START - 15 * MINUTE);
    let query = SeriesQuery { metric: Metric::Steps, from, to: from.plus(DAY), bin_ms: 60 * MINUTE };
    let series = store.series(source, query).await.unwrap();
    let ats: Vec<_> = series.buckets.iter().map(|bucket| bucket.at.since(from) / MINUTE).collect();
    assert_eq!(ats, [0, 60, 120]);
    assert_eq!(series.buckets.iter().map(|bucket| bucket.count).collect::<Vec<_>>(), [2_700, 3_600, 900]);
}

#[tokio::test]
async fn an_end_within_a_quarter_hour_counts_no_minute_beyond_it() {
    let (_folder, store, source) = store().await;
    store.commit(&[page(source, 0..3_600)]).await.unwrap();
    let from = UnixMillis(START);
    let query = |minutes| SeriesQuery {
        metric: Metric::Steps,
        from,
        to: from.plus(minutes * MINUTE),
        bin_ms: 30 * MINUTE,
    };
    for minutes in [1, 14, 15, 29, 31, 44, 60] {
        let buckets = store.series(source, query(minutes)).await.unwrap().buckets;
        let count: i64 = buckets.iter().map(|bucket| i64::from(bucket.count)).sum();
        assert_eq!(count, minutes * 60, "{minutes} minutes");
    }
}

#[tokio::test]
async fn a_gap_is_a_gap_and_no_steps_are_zero() {
    let (_folder, store, source) = store().await;
    let mut still = page(source, 0..60);
    for (record, _) in &mut still.records {
        record.steps = vitals::Steps(0);
    }
    store.commit(&[still, page(source, 7_200..7_260)]).await.unwrap();
    let now = second(7_260).1.at;
    let line = store.sparkline(source, Metric::Steps, now, 24).await.unwrap();
    assert_eq!(line.len(), 24);
    assert_eq!(line[21..], [Some(0.0), None, Some(60.0)]);
    let heart = store.sparkline(source, Metric::HeartRate, now, 96).await.unwrap();
    assert_eq!(heart.iter().flatten().count(), 2);
    assert_eq!(store.steps(source, UnixMillis(START), now).await.unwrap(), Some(60));
    assert_eq!(store.steps(source, UnixMillis(START - DAY), UnixMillis(START - 1)).await.unwrap(), None);
}

#[tokio::test]
async fn the_latest_values_are_each_metrics_own_newest() {
    let (_folder, store, source) = store().await;
    assert_eq!(store.latest(source).await.unwrap(), companion::store::Latest::default());
    store.commit(&[page(source, 0..3_595)]).await.unwrap();
    let latest = store.latest(source).await.unwrap();
    assert_eq!(latest.any, Some(second(3_594).1.at));
    assert_eq!(latest.heart_rate, second(3_594).0.heart_rate.map(|bpm| (bpm, second(3_594).1.at)));
    // The newest saturation is implausible (101 %): the one before it counts.
    assert_eq!(latest.spo2.map(|(_, at)| at), newest_plausible_spo2(3_594));
    assert_eq!(latest.skin_temperature.map(|(_, at)| at), Some(second(3_570).1.at));
    assert_eq!(latest.battery.map(|(_, at)| at), Some(second(3_000).1.at));
}

#[tokio::test]
async fn a_night_off_the_wrist_is_not_a_night_without_sleep() {
    let (_folder, store, source) = store().await;
    let mut night = page(source, 0..7_200);
    for (record, _) in night.records.iter_mut().take(5_400) {
        record.activity = vitals::Activity::Asleep;
    }
    for (record, _) in night.records.iter_mut().skip(5_400) {
        record.activity = vitals::Activity::Still;
    }
    store.commit(&[night]).await.unwrap();
    let from = UnixMillis(START);
    let slept = store.sleep(source, from, from.plus(DAY)).await.unwrap();
    assert_eq!(slept, Some((1.5, from.plus(90 * MINUTE))));
    assert_eq!(store.sleep(source, from.plus(DAY), from.plus(2 * DAY)).await.unwrap(), None);
}

fn newest_plausible_spo2(last: u32) -> Option<UnixMillis> {
    let plausible = |&seq: &u32| second(seq).0.spo2.is_some_and(|p| p.0 <= 100);
    (0..=last).rev().find(plausible).map(|seq| second(seq).1.at)
}

#[tokio::test]
async fn senseless_questions_are_refused() {
    let (_folder, store, source) = store().await;
    let (from, metric) = (UnixMillis(START), Metric::HeartRate);
    for (to, bin_ms) in
        [(from, MINUTE), (from.plus(DAY), 0), (from.plus(DAY), 59_999), (from.plus(400 * DAY), MINUTE)]
    {
        let query = SeriesQuery { metric, from, to, bin_ms };
        assert!(matches!(store.series(source, query).await, Err(StoreError::Invalid(_))));
    }
    assert!(matches!(store.sparkline(source, metric, from, 7).await, Err(StoreError::Invalid(_))));
    assert!(matches!(store.sparkline(source, metric, from, 0).await, Err(StoreError::Invalid(_))));
}
