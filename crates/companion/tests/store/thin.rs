//! Old seconds may go; what was worked out from them stays as it was, whatever comes again or comes late.

use bridge::SeriesQuery;
use companion::store::{Gap, SourceId, Store};
use vitals::{Seq, UnixMillis};
use wire::journal::GapWhy;

use crate::fixture::{METRICS, START, all, gap, page, store};

const HOUR: i64 = 3_600_000;

/// Everything that charts, counts and lanes are made of.
async fn told(store: &Store, source: SourceId) -> String {
    let (from, to) = (UnixMillis(START), UnixMillis(START + 3 * HOUR));
    let mut told =
        format!("{:?} {:?}", store.count(source).await.unwrap(), store.extent(source).await.unwrap());
    for metric in METRICS {
        for bin_ms in [60_000, 900_000, HOUR] {
            let query = SeriesQuery { metric, from, to, bin_ms };
            told += &format!(
                "{:?}{:?}",
                store.series(source, query).await.unwrap(),
                store.bins(source, query).await.unwrap()
            );
        }
    }
    told += &format!("{:?}", store.monitored_ms(source, from, to).await.unwrap());
    told += &format!("{:?}", store.events(source, from, to).await.unwrap());
    told + &format!("{:?}", store.gaps(source).await.unwrap())
}

#[tokio::test]
async fn what_charts_are_made_of_stays_when_the_seconds_go_and_what_comes_again_is_known() {
    let (_folder, store, source) = store().await;
    let lost = Gap { first: Seq(3_000), last: Seq(3_099), why: GapWhy::Damaged };
    store.commit(&[page(source, 0..3_000), gap(source, lost), page(source, 3_100..7_200)]).await.unwrap();
    let before = told(&store, source).await;
    let limit = UnixMillis(START + HOUR + 30_000);
    let would = store.thinnable(source, limit).await.unwrap();
    let mut heard = 0;
    let gone = store.thin(source, limit, |some| heard += some).await.unwrap();
    assert_eq!((would, heard), (gone, gone));
    assert!((3_300..3_600).contains(&gone), "{gone} of an hour with a gap");
    store.shrink().await.unwrap();
    assert_eq!(told(&store, source).await, before);
    let left = all(&store, source).await;
    assert!(left.iter().filter(|it| it.placed.at < UnixMillis(START + HOUR)).all(|it| {
        let seq = it.record.seq.0;
        it.record.event.is_some() || seq == 0 || (2_939..=3_160).contains(&seq)
    }));
    // The bracelet had not heard that it was stored, and says it again.
    let again = store.commit(&[page(source, 500..3_000), page(source, 3_100..4_000)]).await.unwrap();
    assert_eq!((again.new, again.repeated, again.conflicts), (0, 3_400, 0));
    assert_eq!(told(&store, source).await, before);
    assert_eq!(store.thin(source, limit, |_| ()).await.unwrap(), 0, "nothing is left to go");
    store.close().await;
}

#[tokio::test]
async fn what_fills_a_hole_or_a_gap_late_is_counted_with_the_seconds_around_it() {
    let (_folder, store, source) = store().await;
    let (_other, whole, of_whole) = crate::fixture::store().await;
    let lost = Gap { first: Seq(1_200), last: Seq(1_229), why: GapWhy::Damaged };
    // A hole from 4000 on, and a gap that the bracelet fills after all.
    store.commit(&[page(source, 0..1_200), gap(source, lost), page(source, 1_230..4_000)]).await.unwrap();
    store.commit(&[page(source, 4_020..7_200)]).await.unwrap();
    whole
        .commit(&[page(of_whole, 0..1_200), gap(of_whole, lost), page(of_whole, 1_230..7_200)])
        .await
        .unwrap();
    store.thin(source, UnixMillis(START + 2 * HOUR), |_| ()).await.unwrap();
    assert!(
        all(&store, source).await.iter().filter(|it| it.record.seq.0 >= 4_020).count() == 3_180,
        "after the hole all stays"
    );
    for (store, source) in [(&store, source), (&whole, of_whole)] {
        store.commit(&[page(source, 4_000..4_020), page(source, 1_200..1_230)]).await.unwrap();
    }
    assert_eq!(told(&store, source).await, told(&whole, of_whole).await);
    store.close().await;
    whole.close().await;
}
