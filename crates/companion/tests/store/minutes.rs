//! What is read minute by minute agrees with the records themselves.

use bridge::{BandsQuery, Coverage, SeriesQuery};
use vitals::{Activity, Metric, UnixMillis};

use crate::fixture::{METRICS, START, page, second, store};

#[tokio::test]
async fn bands_by_edges_agree_with_equal_bins_and_hold_only_the_activity_asked_for() {
    let (_folder, store, source) = store().await;
    store.commit(&[page(source, 0..7_200)]).await.unwrap();
    let (from, to) = (UnixMillis(START), UnixMillis(START + 7_200_000));
    let edges: Vec<_> = (0..=4).map(|n| from.plus(n * 1_800_000)).collect();
    for metric in METRICS.into_iter().filter(|metric| *metric != Metric::Steps) {
        let query = BandsQuery { metric, edges: edges.clone(), during: None };
        let equal = SeriesQuery { metric, from, to, bin_ms: 1_800_000 };
        let bands = store.bands(source, &query).await.unwrap();
        assert_eq!(bands.bins, store.bins(source, equal).await.unwrap(), "{metric:?}");
        // The fixture's activity changes by the minute: each third of the minutes is of one.
        let mut parts = 0;
        for during in [Activity::Still, Activity::Moving, Activity::Asleep] {
            let part =
                store.bands(source, &BandsQuery { during: Some(during), ..query.clone() }).await.unwrap();
            parts += part.bins.iter().map(|bin| bin.bucket.count).sum::<u32>();
        }
        assert_eq!(parts, bands.bins.iter().map(|bin| bin.bucket.count).sum::<u32>(), "{metric:?}");
    }
    let falling = BandsQuery { metric: Metric::Spo2, edges: vec![to, from], during: None };
    assert!(store.bands(source, &falling).await.is_err());
}

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
async fn every_minute_has_its_reason_and_none_is_missing() {
    let (_folder, store, source) = store().await;
    store.commit(&[page(source, (0..600).chain(1_200..1_800))]).await.unwrap();
    let from = UnixMillis(START - 600_000);
    let to = UnixMillis(START + 2_400_000);
    let (coverage, activity) = store.coverage(source, from, to).await.unwrap();
    assert_eq!((coverage.first().unwrap().from, coverage.last().unwrap().to), (from, to));
    assert!(coverage.windows(2).all(|pair| pair[0].to == pair[1].from && pair[0].what != pair[1].what));
    let what: Vec<_> = coverage.iter().map(|phase| phase.what).collect();
    let (none, good) = (Coverage::NoData, Coverage::Good);
    assert_eq!(what, [none, good, none, good, none]);
    assert_eq!(activity.iter().map(|phase| phase.to.since(phase.from)).sum::<i64>(), 20 * 60_000);
}
