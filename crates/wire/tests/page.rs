//! Pages keep every field of every record, stay small, and take any bytes without harm.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use proptest::prelude::*;
use vitals::{
    Activity, Bpm, CentiCelsius, Event, EventKind, Percent, Quality, Record, RrMillis, Seq, Steps,
    UptimeMillis,
};
use wire::page::{self, Encoder, MAX_HEADER, MAX_PAGE, MAX_RECORD, PageError};

/// Any record at all; its place and uptime are set by whoever puts it in a row.
fn any_record() -> impl Strategy<Value = Record> {
    let values = (
        proptest::option::of(prop_oneof![40..200_u16, any::<u16>()]),
        proptest::option::of(any::<u8>()),
        proptest::option::of(any::<i16>()),
        proptest::option::of(any::<u8>()),
        prop_oneof![Just(0), any::<u16>()],
        any::<u8>(),
    );
    let rest = (
        any::<bool>(),
        0..3_u8,
        proptest::collection::vec(prop_oneof![300..2_000_u16, any::<u16>()], 0..=vitals::MAX_RR),
        proptest::option::of((0..EventKind::ALL.len(), any::<u8>())),
    );
    (values, rest).prop_map(
        |((heart_rate, spo2, temperature, battery, steps, quality), (worn, activity, rr, event))| Record {
            heart_rate: heart_rate.map(Bpm),
            spo2: spo2.map(Percent),
            skin_temperature: temperature.map(CentiCelsius),
            battery: battery.map(Percent),
            steps: Steps(steps),
            quality: Quality(quality),
            worn,
            activity: Activity::from_code(activity).unwrap(),
            rr: rr.into_iter().map(RrMillis).collect(),
            event: event.map(|(kind, detail)| Event { kind: EventKind::ALL[kind], detail }),
            ..Record::default()
        },
    )
}

/// Up to 60 records in a row, from any place and uptime.
fn any_run() -> impl Strategy<Value = Vec<Record>> {
    let passed = prop_oneof![Just(1_000), 900..1_100_u64, 0..u64::MAX / 64];
    let first_place = prop_oneof![0..1_000_u32, 0..=u32::MAX - 64];
    let first_uptime = prop_oneof![0..1_000_000_u64, 0..u64::MAX / 64];
    let records = proptest::collection::vec((any_record(), passed), 1..60);
    (first_place, first_uptime, records).prop_map(|(first, uptime, records)| {
        let mut uptime = uptime;
        let row = records.into_iter().zip(first..);
        row.map(|((record, passed), seq)| {
            uptime += passed;
            Record { seq: Seq(seq), uptime: UptimeMillis(uptime), ..record }
        })
        .collect()
    })
}

fn decode(bytes: &[u8]) -> Result<Vec<Record>, PageError> {
    page::decode(bytes)?.collect()
}

proptest! {
    #[test]
    fn every_field_of_every_record_comes_back(records in any_run()) {
        let mut out = [0xA5; MAX_PAGE];
        let mut encoder = Encoder::new(&mut out);
        let taken = records.iter().take_while(|record| encoder.push(record).is_ok()).count();
        prop_assert!(taken == records.len() || taken >= (MAX_PAGE - MAX_HEADER) / MAX_RECORD);
        prop_assert_eq!(usize::from(encoder.count()), taken);
        let len = encoder.finish();
        prop_assert!(len <= MAX_HEADER + taken * MAX_RECORD);
        let header = page::peek(&out[..len]).unwrap();
        prop_assert_eq!((header.first, header.uptime), (records[0].seq, records[0].uptime));
        prop_assert_eq!(header.last(), records[taken - 1].seq);
        prop_assert_eq!(decode(&out[..len]).unwrap(), &records[..taken]);
    }

    #[test]
    fn a_record_that_does_not_fit_leaves_the_page_whole(records in any_run(), room in 0..600_usize) {
        let mut out = vec![0; room];
        let mut encoder = Encoder::new(&mut out);
        let taken = records.iter().take_while(|record| encoder.push(record).is_ok()).count();
        let len = encoder.finish();
        if taken == 0 {
            prop_assert_eq!(len, 0);
        } else {
            prop_assert_eq!(decode(&out[..len]).unwrap(), &records[..taken]);
        }
    }

    #[test]
    fn any_bytes_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200), version in any::<bool>()) {
        let mut bytes = bytes;
        if let (true, Some(first)) = (version, bytes.first_mut()) {
            *first = 1;
        }
        let _ = page::peek(&bytes);
        if let Ok(decoder) = page::decode(&bytes) {
            prop_assert!(decoder.count() <= usize::from(u16::MAX));
        }
    }

    #[test]
    fn a_flipped_bit_never_makes_more_records_than_the_page_says(records in any_run(), at in any::<prop::sample::Index>()) {
        let mut out = vec![0; MAX_PAGE];
        let mut encoder = Encoder::new(&mut out);
        for record in &records {
            if encoder.push(record).is_err() {
                break;
            }
        }
        let len = encoder.finish();
        out.truncate(len);
        let bit = at.index(len * 8);
        out[bit / 8] ^= 1 << (bit % 8);
        if let Ok(decoder) = page::decode(&out) {
            let count = usize::from(decoder.header().count);
            prop_assert!(decoder.filter(Result::is_ok).count() <= count);
        }
    }
}

fn row(count: u32) -> Vec<Record> {
    (0..count)
        .map(|n| Record {
            seq: Seq(n),
            uptime: UptimeMillis(1_000 * u64::from(n)),
            heart_rate: Some(Bpm(70)),
            ..Record::default()
        })
        .collect()
}

#[test]
fn a_page_cut_anywhere_is_told_from_a_whole_one() {
    let mut out = [0; MAX_PAGE];
    let len = page::encode(&row(40), &mut out).unwrap();
    for cut in 0..len {
        assert!(decode(&out[..cut]).is_err(), "cut to {cut} of {len} bytes");
    }
    out[len] = 0;
    assert_eq!(decode(&out[..=len]), Err(PageError::Trailing));
}

#[test]
fn records_that_do_not_follow_each_other_are_refused() {
    let mut out = [0; MAX_PAGE];
    let mut records = row(3);
    records[2].seq = Seq(3);
    assert_eq!(page::encode(&records, &mut out), Err(PageError::NotConsecutive));
    let mut records = row(3);
    records[2].uptime = UptimeMillis(999);
    assert_eq!(page::encode(&records, &mut out), Err(PageError::NotConsecutive));
    assert_eq!(page::encode(&[], &mut out), Err(PageError::Empty));
}

#[test]
fn the_last_place_and_the_last_uptime_fit() {
    let mut records = row(2);
    records[0].seq = Seq(u32::MAX - 1);
    records[1].seq = Seq(u32::MAX);
    records[1].uptime = UptimeMillis(u64::MAX);
    let mut out = [0; MAX_PAGE];
    let len = page::encode(&records, &mut out).unwrap();
    assert_eq!(decode(&out[..len]).unwrap(), records);
    // One more record would have no place.
    out[2] = 3;
    assert_eq!(decode(&out[..len]), Err(PageError::Value));
}

#[test]
fn a_newer_page_is_told_from_a_broken_one() {
    assert_eq!(decode(&[2, 0, 1, 0, 0]), Err(PageError::Version(2)));
    assert_eq!(decode(&[]), Err(PageError::Truncated));
    assert_eq!(decode(&[1, 0, 0, 0, 0, 0, 0]), Err(PageError::Empty));
}

#[test]
fn a_buffer_longer_than_a_page_is_not_filled_further() {
    let mut out = vec![0; 2 * MAX_PAGE];
    let mut encoder = Encoder::new(&mut out);
    let rows = row(60_000);
    let taken = rows.iter().take_while(|record| encoder.push(record).is_ok()).count();
    assert!(taken > 1_000);
    assert!(encoder.finish() <= MAX_PAGE);
}
