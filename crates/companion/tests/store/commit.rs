//! Nothing lost, nothing twice: whatever is repeated, cut or reordered.

use companion::store::{Batch, Committed, Gap, StoreError};
use proptest::prelude::*;
use vitals::{Anchor, Boot, Bpm, JournalId, Placed, Quality, Record, Seq, UnixMillis, UptimeMillis};
use wire::journal::{BootEntry, GapWhy};

use crate::fixture::{JOURNAL, START, all, assert_rollups_equal_a_recount, gap, page, second, source, store};

#[tokio::test]
async fn what_was_measured_comes_back_exactly() {
    let (_folder, store, source) = store().await;
    store.commit(&[page(source, 0..2_000)]).await.unwrap();
    let back: Vec<_> = all(&store, source).await.into_iter().map(|r| (r.record, r.placed)).collect();
    assert_eq!(back, (0..2_000).map(second).collect::<Vec<_>>());
    assert_rollups_equal_a_recount(&store, source).await;
}

#[tokio::test]
async fn ack_lost_after_commit_does_not_duplicate() {
    let (_folder, store, source) = store().await;
    let batches = [page(source, 0..300), page(source, 300..500)];
    let first = store.commit(&batches).await.unwrap();
    assert_eq!((first.new, first.repeated, first.conflicts), (500, 0, 0));
    assert_eq!(first.span, Some((second(0).1.at, second(499).1.at)));
    let again = store.commit(&batches).await.unwrap();
    assert_eq!(again, Committed { repeated: 500, ..Committed::default() });
    // Twice within one commit as well.
    let twice = store.commit(&[page(source, 490..520), page(source, 500..520)]).await.unwrap();
    assert_eq!((twice.new, twice.repeated), (20, 30));
    assert_rollups_equal_a_recount(&store, source).await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn pages_in_any_cutting_order_and_repetition_give_the_same_store(
        cuts in prop::collection::vec((0..3_000_u32, 1..700_u32, any::<bool>()), 1..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (_folder, store, source) = store().await;
            let mut expected = std::collections::BTreeSet::new();
            let mut waiting: Vec<Batch> = Vec::new();
            for (first, count, commit) in cuts {
                expected.extend(first..first + count);
                waiting.push(page(source, first..first + count));
                if commit {
                    store.commit(&waiting).await.unwrap();
                    waiting.clear();
                }
            }
            store.commit(&waiting).await.unwrap();
            let found: Vec<_> = all(&store, source).await.into_iter().map(|r| (r.record, r.placed)).collect();
            assert_eq!(found, expected.iter().map(|&seq| second(seq)).collect::<Vec<_>>());
            let hole = (0..).find(|seq| !expected.contains(seq)).unwrap();
            assert_eq!(store.cursors(source, JOURNAL).await.unwrap()[0].next, Seq(hole));
            assert_rollups_equal_a_recount(&store, source).await;
        });
    }
}

#[tokio::test]
async fn same_name_with_other_contents_is_told_and_the_first_is_kept() {
    let (_folder, store, source) = store().await;
    store.commit(&[page(source, 0..10)]).await.unwrap();
    let mut other = page(source, 4..12);
    other.records[1].0.heart_rate = Some(Bpm(200));
    other.records[2].1.at = UnixMillis(START + 86_400_000);
    let done = store.commit(&[other]).await.unwrap();
    assert_eq!((done.new, done.repeated, done.conflicts), (2, 4, 2));
    let back: Vec<_> = all(&store, source).await.into_iter().map(|r| (r.record, r.placed)).collect();
    assert_eq!(back, (0..12).map(second).collect::<Vec<_>>());
    assert_rollups_equal_a_recount(&store, source).await;
}

#[tokio::test]
async fn a_cursor_is_the_first_hole_and_a_gap_lets_it_pass() {
    let (_folder, store, source) = store().await;
    let cursor = async || store.cursors(source, JOURNAL).await.unwrap()[0].next;
    store.commit(&[page(source, 100..200)]).await.unwrap();
    assert_eq!(cursor().await, Seq(0));
    store.commit(&[page(source, 0..50)]).await.unwrap();
    assert_eq!(cursor().await, Seq(50));
    let lost = Gap { first: Seq(50), last: Seq(99), why: GapWhy::Full };
    store.commit(&[gap(source, lost)]).await.unwrap();
    assert_eq!(cursor().await, Seq(200));
    // Told again, and larger, as a ring that overflows does.
    let larger = Gap { first: Seq(40), last: Seq(99), why: GapWhy::Full };
    store.commit(&[gap(source, lost), gap(source, larger)]).await.unwrap();
    assert_eq!(cursor().await, Seq(200));
    let gaps = store.gaps(source).await.unwrap();
    assert_eq!(gaps.iter().map(|g| (g.first.0, g.last.0)).collect::<Vec<_>>(), [(40, 99), (50, 99)]);
    assert_eq!((gaps[1].from, gaps[1].to), (Some(second(49).1.at), Some(second(100).1.at)));
    let backwards = Gap { first: Seq(9), last: Seq(8), why: GapWhy::Damaged };
    assert!(matches!(store.commit(&[gap(source, backwards)]).await, Err(StoreError::Invalid(_))));
}

#[tokio::test]
async fn what_another_app_has_freed_before_is_not_waited_for() {
    let (_folder, store, source) = store().await;
    let anchor = Anchor { uptime: UptimeMillis(0), time: UnixMillis(START) };
    let mut hello = BootEntry {
        boot: Boot(3),
        first: Seq(5_000),
        next: Seq(9_000),
        end: UptimeMillis(9_000_000),
        anchors: [anchor].into_iter().collect(),
    };
    store.hello(source, JOURNAL, std::slice::from_ref(&hello)).await.unwrap();
    assert_eq!(store.cursors(source, JOURNAL).await.unwrap()[0].next, Seq(5_000));
    store.commit(&[page(source, 5_000..5_100)]).await.unwrap();
    // Since freed further by our own acknowledgements, and with one anchor more.
    hello.first = Seq(5_050);
    let later = Anchor { uptime: UptimeMillis(6_000_000), time: UnixMillis(START + 6_100_000) };
    hello.anchors.push(later).unwrap();
    store.hello(source, JOURNAL, &[hello]).await.unwrap();
    assert_eq!(store.cursors(source, JOURNAL).await.unwrap()[0].next, Seq(5_100));
    assert_eq!(store.anchors(source, JOURNAL, Boot(3)).await.unwrap(), [anchor, later]);
}

#[tokio::test]
async fn what_was_overwritten_while_away_is_asked_for_so_that_it_is_told() {
    let (_folder, store, source) = store().await;
    let entry = |boot, first| BootEntry {
        boot: Boot(boot),
        first: Seq(first),
        next: Seq(9_000),
        end: UptimeMillis(9_000_000),
        anchors: [].into_iter().collect(),
    };
    store.hello(source, JOURNAL, &[entry(3, 5_000), entry(4, 0)]).await.unwrap();
    // Boot 5 began and was overwritten in part since.
    store.hello(source, JOURNAL, &[entry(4, 70), entry(5, 400)]).await.unwrap();
    let cursors = async |journal| {
        let cursors = store.cursors(source, journal).await.unwrap();
        cursors.iter().map(|cursor| (cursor.boot.0, cursor.next.0)).collect::<Vec<_>>()
    };
    assert_eq!(cursors(JOURNAL).await, [(3, 5_000), (4, 0), (5, 0)]);
    // Another flash was never met before.
    let other = JournalId(7);
    store.hello(source, other, &[entry(1, 800)]).await.unwrap();
    assert_eq!(cursors(other).await, [(1, 800)]);
}

#[tokio::test]
async fn boots_that_were_overwritten_whole_while_away_leave_gaps_between_what_was_before_and_after() {
    let (_folder, store, source) = store().await;
    let entry = |boot, first| BootEntry {
        boot: Boot(boot),
        first: Seq(first),
        next: Seq(9_000),
        end: UptimeMillis(9_000_000),
        anchors: [].into_iter().collect(),
    };
    store.hello(source, JOURNAL, &[entry(2, 0), entry(3, 0)]).await.unwrap();
    store.commit(&[page(source, 0..100)]).await.unwrap();
    // Boots 4 and 5 began and went; 7 has nothing, as boots have that lost their power at once.
    store.hello(source, JOURNAL, &[entry(6, 400), entry(8, 0)]).await.unwrap();
    let later = |mut batch: Batch| {
        batch.boot = Boot(6);
        batch.records.iter_mut().for_each(|(_, placed)| placed.at = placed.at.plus(86_400_000));
        batch
    };
    store.commit(&[later(page(source, 400..500))]).await.unwrap();
    let gaps = store.gaps(source).await.unwrap();
    let after = second(400).1.at.plus(86_400_000);
    let expected = [4, 5].map(|boot| (boot, 0, 0, Some(second(99).1.at), Some(after)));
    assert_eq!(
        gaps.iter().map(|g| (g.boot.0, g.first.0, g.last.0, g.from, g.to)).collect::<Vec<_>>(),
        expected
    );
    // The same hello again tells no further ones.
    store.hello(source, JOURNAL, &[entry(6, 400), entry(8, 0)]).await.unwrap();
    assert_eq!(store.gaps(source).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_clock_set_back_puts_two_stretches_of_a_boot_into_one_quarter_hour() {
    let (_folder, store, source) = store().await;
    store.commit(&[page(source, 0..1_000)]).await.unwrap();
    let mut later = page(source, 1_000..1_800);
    for (_, placed) in &mut later.records {
        placed.at = placed.at.plus(-900_000);
    }
    for piece in later.records.chunks(77).rev() {
        store.commit(&[Batch { records: piece.to_vec(), ..page(source, []) }]).await.unwrap();
    }
    assert_rollups_equal_a_recount(&store, source).await;
    assert_eq!(all(&store, source).await.len(), 1_800);
}

#[tokio::test]
async fn boots_and_bracelets_are_kept_apart_and_one_can_be_forgotten() {
    let (_folder, store, one) = store().await;
    let two = source(&store, "HB-2").await;
    assert_eq!(source(&store, "HB-1").await, one);
    let other_boot = Batch { boot: Boot(4), ..page(one, 0..60) };
    let other_journal = Batch { journal: JournalId(1), ..page(two, 0..30) };
    store.commit(&[page(one, 0..100), other_boot, other_journal]).await.unwrap();
    assert_eq!((store.count(one).await.unwrap(), store.count(two).await.unwrap()), (160, 30));
    assert_rollups_equal_a_recount(&store, one).await;
    store.forget_source(one).await.unwrap();
    assert_eq!((store.count(one).await.unwrap(), store.count(two).await.unwrap()), (0, 30));
    assert!(all(&store, one).await.is_empty() && store.cursors(one, JOURNAL).await.unwrap().is_empty());
    assert_eq!(store.sources().await.unwrap().len(), 1);
    assert_rollups_equal_a_recount(&store, two).await;
    assert!(store.commit(&[page(one, 0..1)]).await.is_err(), "a source that is gone takes nothing");
}

#[tokio::test]
async fn extreme_numbers_survive() {
    let (_folder, store, source) = store().await;
    let record = Record {
        seq: Seq(u32::MAX),
        uptime: UptimeMillis(u64::MAX),
        heart_rate: Some(Bpm(u16::MAX)),
        quality: Quality(u8::MAX),
        ..Record::default()
    };
    let extremes = [UnixMillis(i64::MIN), UnixMillis(-1), UnixMillis(i64::MAX - 1)];
    for (boot, at) in (u32::MAX - 2..=u32::MAX).zip(extremes) {
        let placed = Placed { at, anchored: false };
        let records = vec![(record.clone(), placed)];
        let gaps = vec![Gap { first: Seq(0), last: Seq(u32::MAX - 1), why: GapWhy::PowerCut }];
        let batch = Batch { source, journal: JournalId(u64::MAX), boot: Boot(boot), records, gaps };
        store.commit(&[batch]).await.unwrap();
    }
    let back = all(&store, source).await;
    assert_eq!(back.iter().map(|r| r.placed.at).collect::<Vec<_>>(), extremes);
    assert!(back.iter().all(|r| r.record == record && r.name.journal == JournalId(u64::MAX)));
}
