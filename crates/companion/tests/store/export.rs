//! What leaves the app: missing stays missing, a demo is named, a strange serial does no harm.

use bridge::{ExportFormat, SourceKind};
use companion::export::export;
use companion::store::NewSource;
use vitals::UnixMillis;

use crate::fixture::{page, second, store};

const ALWAYS: (UnixMillis, UnixMillis) = (UnixMillis(i64::MIN), UnixMillis(i64::MAX));

#[tokio::test]
async fn csv_and_json_tell_the_same_and_leave_out_what_was_not_measured() {
    let (_folder, store, source) = store().await;
    store.commit(&[page(source, 0..5_000)]).await.unwrap();
    let told = store.sources().await.unwrap().remove(0);
    let (mut csv, mut json) = (Vec::new(), Vec::new());
    assert_eq!(
        export(&store, &told, ALWAYS, ExportFormat::Csv, None, &mut csv, |_| ()).await.unwrap(),
        5_000
    );
    assert_eq!(
        export(&store, &told, ALWAYS, ExportFormat::Json, None, &mut json, |_| ()).await.unwrap(),
        5_000
    );
    let csv = String::from_utf8(csv).unwrap();
    let lines: Vec<_> = csv.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 5_001);
    assert!(
        lines[0].starts_with("time,heart_rate,spo2,skin_temperature,steps,battery,quality,worn,activity,rr")
    );
    assert_eq!(
        lines[1],
        "2025-10-09T08:45:00.000Z,60,94,32.0,0,100,20,true,still,,,true,feedbeefdeadcafe,3,0,journal,HB-1"
    );
    // The fourth second has no heart rate: an empty field, no zero.
    assert!(lines[4].starts_with("2025-10-09T08:45:03.003Z,,,,0,,90,true,still,700 1000 1300,,"));
    let json: Vec<serde_json::Value> = serde_json::from_slice(&json).unwrap();
    assert_eq!(json.len(), 5_000);
    assert_eq!(json[3]["heart_rate"], serde_json::Value::Null);
    assert_eq!(json[250]["event"], "button");
    assert_eq!(json[3]["rr"], serde_json::json!([700, 1000, 1300]));
}

#[tokio::test]
async fn a_range_ends_before_its_end_and_an_empty_one_is_valid() {
    let (_folder, store, source) = store().await;
    store.commit(&[page(source, 0..100)]).await.unwrap();
    let told = store.sources().await.unwrap().remove(0);
    let (from, to) = (second(10).1.at, second(20).1.at);
    assert_eq!(
        export(&store, &told, (from, to), ExportFormat::Csv, None, &mut Vec::new(), |_| ()).await.unwrap(),
        10
    );
    let mut empty = Vec::new();
    assert_eq!(
        export(&store, &told, (to, to), ExportFormat::Json, None, &mut empty, |_| ()).await.unwrap(),
        0
    );
    assert_eq!(serde_json::from_slice::<Vec<serde_json::Value>>(&empty).unwrap().len(), 0);
}

#[tokio::test]
async fn a_serial_that_is_a_formula_stays_text_and_a_demo_is_named() {
    let (_folder, store, _) = store().await;
    let serial = "=HYPERLINK(\"http://x\",\"y\")";
    let new = NewSource { kind: SourceKind::Demo, serial, name: "Demo", firmware: None };
    let source = store.source(new).await.unwrap();
    store.commit(&[page(source, 0..1)]).await.unwrap();
    let told = store.sources().await.unwrap().remove(1);
    let mut csv = Vec::new();
    export(&store, &told, ALWAYS, ExportFormat::Csv, None, &mut csv, |_| ()).await.unwrap();
    let csv = String::from_utf8(csv).unwrap();
    assert!(csv.ends_with(",demo,\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"\r\n"), "{csv}");
}
