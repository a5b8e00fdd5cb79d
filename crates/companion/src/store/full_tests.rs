//! A full disk. Here and not beside the other tests, because SQLite's own limit on the file's size stands for the disk.

use bridge::{Code, SourceKind};
use vitals::{Boot, Bpm, JournalId, Placed, Quality, Record, Seq, UnixMillis, UptimeMillis};
use zeroize::Zeroizing;

use super::{Batch, NewSource, SourceId, Store};
use crate::vault::Key;

fn page(source: SourceId, first: u32, count: u32) -> Batch {
    let second = |seq: u32| {
        let record = Record {
            seq: Seq(seq),
            uptime: UptimeMillis(u64::from(seq) * 1_000),
            heart_rate: Some(Bpm(60)),
            quality: Quality(90),
            ..Record::default()
        };
        (record, Placed { at: UnixMillis(i64::from(seq) * 1_000), anchored: true })
    };
    let records = (first..first + count).map(second).collect();
    Batch { source, journal: JournalId(1), boot: Boot(1), records, gaps: Vec::new() }
}

#[tokio::test]
async fn a_full_disk_stores_nothing_in_halves_and_loses_nothing_when_there_is_room_again() {
    let folder = tempfile::tempdir().unwrap();
    let key = Key::Secret(Zeroizing::new([7; 32]));
    let store = Store::open(&folder.path().join("person.db"), &key).await.unwrap();
    let new = NewSource { kind: SourceKind::Journal, serial: "HB-1", name: "Bracelet", firmware: None };
    let source = store.source(new).await.unwrap();
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&store.write).await.unwrap();
    // SQLite takes no bound values in a pragma.
    let limit = format!("PRAGMA max_page_count = {}", pages + 100);
    sqlx::query(sqlx::AssertSqlSafe(limit)).execute(&store.write).await.unwrap();

    let mut stored = 0;
    let error = loop {
        match store.commit(&[page(source, stored, 1_000)]).await {
            Ok(done) => stored += u32::try_from(done.new).unwrap(),
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), Code::DiskFull, "{error}");
    assert!(stored >= 1_000);
    let cursor = async || store.cursors(source, JournalId(1)).await.unwrap()[0].next;
    // What was there is there and can be read; of the page that failed there is nothing.
    assert_eq!(store.count(source).await.unwrap(), u64::from(stored));
    assert_eq!(cursor().await, Seq(stored));
    // Room again: a failed commit's connection is closed, and the limit was that connection's own.
    assert_eq!(store.commit(&[page(source, stored, 1_000)]).await.unwrap().new, 1_000);
    assert_eq!(cursor().await, Seq(stored + 1_000));
}
