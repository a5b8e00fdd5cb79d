//! What the cloud gets of the journal: nothing implausible, nothing invented, steps that sum to the truth.

use proptest::prelude::*;
use vitals::{Bpm, CentiCelsius, Metric, Percent, Record, Steps, UnixMillis, points, points_of};

const MINUTE: i64 = 60_000;

#[test]
fn only_what_was_measured_and_can_be_true_is_told() {
    let at = UnixMillis(1_700_000_000_123);
    let record = Record {
        heart_rate: Some(Bpm(72)),
        spo2: Some(Percent(98)),
        skin_temperature: Some(CentiCelsius(3_342)),
        battery: Some(Percent(80)),
        steps: Steps(7),
        ..Record::default()
    };
    let told: Vec<_> = points(&record, at).map(|p| (p.metric, p.value, p.at)).collect();
    assert_eq!(
        told,
        [
            (Metric::HeartRate, 72.0, at),
            (Metric::Spo2, 98.0, at),
            (Metric::SkinTemperature, 33.42, at),
            (Metric::Battery, 80.0, at)
        ]
    );
    let nonsense = Record {
        heart_rate: Some(Bpm(400)),
        spo2: Some(Percent(20)),
        skin_temperature: Some(CentiCelsius(9_000)),
        battery: Some(Percent(180)),
        ..Record::default()
    };
    assert_eq!(points(&nonsense, at).count(), 0);
    assert_eq!(points(&Record::default(), at).count(), 0);
}

#[test]
fn an_unfinished_minute_is_not_told() {
    let record = Record { steps: Steps(10), ..Record::default() };
    let records = [(UnixMillis(MINUTE), &record), (UnixMillis(MINUTE + 30_000), &record)];
    assert_eq!(points_of(records, UnixMillis(2 * MINUTE - 1)), []);
    let told = points_of(records, UnixMillis(2 * MINUTE));
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].at, told[0].value), (UnixMillis(2 * MINUTE), 20.0));
}

proptest! {
    /// Steps told sum to the steps recorded, for any recording.
    #[test]
    fn no_step_is_lost_or_told_twice(seconds in prop::collection::vec((1i64..200, 0u16..400), 0..300)) {
        let mut at = 0;
        let records: Vec<_> = seconds
            .iter()
            .map(|&(gap, steps)| {
                at += gap * 1000;
                (UnixMillis(at), Record { steps: Steps(steps), ..Record::default() })
            })
            .collect();
        let told = points_of(records.iter().map(|(at, record)| (*at, record)), UnixMillis(at + MINUTE));
        let sum: f64 = told.iter().map(|p| p.value).sum();
        let expected: u32 = seconds.iter().map(|&(_, steps)| u32::from(steps)).sum();
        prop_assert_eq!(sum, f64::from(expected));
        prop_assert!(told.windows(2).all(|pair| pair[0].at < pair[1].at), "one point a minute");
    }
}
