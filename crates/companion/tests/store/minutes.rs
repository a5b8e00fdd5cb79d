//! What is read minute by minute agrees with the records themselves.

use bridge::SeriesQuery;
use vitals::{Activity, Metric, UnixMillis};

use crate::fixture::{METRICS, START, page, second, store};

#[tokio::test]
async fn sleep_is_a_series_of_hours() {
    let (_folder, store, source) = store().await;
    store.commit(&[page(source, 0..7_200)]).await.unwrap();
    let (from, to) = (UnixMillis(START), UnixMillis(START + 7_200_000));
    let query = SeriesQuery { metric: Metric::Sleep, from, to, bin_ms: 3_600_000 };
    let series = store.series(source, query).await.unwrap();
    let asleep = |hour: u32| {
        let records = (hour * 3_600..(hour + 1) * 3_600).map(second);
        records.filter(|(record, _)| record.activity == Activity::Asleep).count() as f64 / 3_600.0
    };
    let sums: Vec<f64> = series.buckets.iter().map(|bucket| bucket.sum).collect();
    assert_eq!(sums, [asleep(0), asleep(1)]);
}

#[tokio::test]
async fn the_values_of_minutes_are_those_of_their_records_and_each_minute_has_its_activity() {
    let (_folder, store, source) = store().await;
    store.commit(&[page(source, 0..7_200)]).await.unwrap();
    let (from, to) = (UnixMillis(START), UnixMillis(START + 7_200_000));
    for metric in METRICS.into_iter().filter(|metric| *metric != Metric::Steps) {
        let query = SeriesQuery { metric, from, to, bin_ms: 60_000 };
        let series = store.series(source, query).await.unwrap();
        let minutes = store.minute_values(source, metric, from, to).await.unwrap();
        let counts =
            minutes.iter().map(|minute| (minute.at, minute.values.iter().map(|value| value.1).sum()));
        assert_eq!(
            counts.collect::<Vec<_>>(),
            series.buckets.iter().map(|bucket| (bucket.at, bucket.count)).collect::<Vec<_>>(),
            "{metric:?}"
        );
        // The fixture's activity changes by the minute.
        for minute in minutes {
            let n = usize::try_from(minute.at.since(from) / 60_000 % 3).unwrap();
            assert_eq!(minute.activity, [Activity::Still, Activity::Moving, Activity::Asleep][n]);
        }
    }
    assert!(store.minute_values(source, Metric::Spo2, to, from).await.is_err());
}
