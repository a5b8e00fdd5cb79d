//! The colour of a value: what must never happen is green for unknown, a colour that flickers, or an alarm for one sample.

use vitals::{Freshness, Limits, Metric, Status, StatusTracker, Thresholds, UnixMillis};

const START: i64 = 1_760_000_000_000;

fn at(second: i64) -> UnixMillis {
    UnixMillis(START + second * 1000)
}

/// Feeds one value a second and returns the status after each.
fn follow(tracker: &mut StatusTracker, from: i64, bpm: &[i32]) -> Vec<Status> {
    bpm.iter()
        .zip(from..)
        .map(|(bpm, second)| {
            tracker.push(at(second), bpm * 100);
            tracker.status(at(second))
        })
        .collect()
}

fn heart() -> StatusTracker {
    StatusTracker::new(Metric::HeartRate, Thresholds::default().heart_rate)
}

#[test]
fn nothing_known_is_never_green() {
    let mut tracker = heart();
    assert_eq!(tracker.status(at(0)), Status::Unknown);
    assert_eq!(follow(&mut tracker, 0, &[72, 72]), [Status::Unknown; 2], "two values are not a median");
    assert_eq!(follow(&mut tracker, 2, &[72]), [Status::Ok]);
}

#[test]
fn a_bad_start_is_not_shown_green_first() {
    let mut tracker = heart();
    let seen = follow(&mut tracker, 0, &[130; 5]);
    assert!(!seen.contains(&Status::Ok), "{seen:?}");
    assert_eq!(seen[4], Status::Alert);
}

#[test]
fn a_stale_value_turns_grey() {
    let mut tracker = heart();
    follow(&mut tracker, 0, &[72; 12]);
    assert_eq!(tracker.status(at(21)), Status::Ok);
    assert_eq!(tracker.status(at(22)), Status::Unknown);
}

#[test]
fn one_wild_sample_does_not_change_the_colour() {
    let mut tracker = heart();
    let mut beats = [72; 30];
    beats[15] = 180;
    assert!(follow(&mut tracker, 0, &beats)[2..].iter().all(|s| *s == Status::Ok));
}

#[test]
fn eight_of_ten_seconds_beyond_enter_and_fifteen_inside_leave() {
    let mut tracker = heart();
    follow(&mut tracker, 0, &[80; 20]);
    let up = follow(&mut tracker, 20, &[105; 10]);
    assert_eq!(up.iter().position(|s| *s == Status::Attention), Some(7), "{up:?}");
    // 99 is below the limit but not by the margin of 3: the colour stays.
    let near = follow(&mut tracker, 30, &[99; 60]);
    assert!(near.iter().all(|s| *s == Status::Attention), "{near:?}");
    let down = follow(&mut tracker, 90, &[97; 20]);
    assert_eq!(down.iter().position(|s| *s == Status::Ok), Some(15), "{down:?}");
}

#[test]
fn red_steps_down_through_orange() {
    let mut tracker = heart();
    follow(&mut tracker, 0, &[130; 20]);
    let down = follow(&mut tracker, 20, &[110; 20]);
    assert_eq!(*down.last().unwrap(), Status::Attention);
}

#[test]
fn low_and_high_sides_are_symmetric() {
    let mut tracker = heart();
    assert_eq!(*follow(&mut tracker, 0, &[55; 12]).last().unwrap(), Status::Attention);
    assert_eq!(tracker.crossed(), Some((6_000, false)));
    assert_eq!(*follow(&mut tracker, 12, &[45; 12]).last().unwrap(), Status::Alert);
    assert_eq!(tracker.crossed(), Some((5_000, false)));
}

#[test]
fn the_limit_itself_is_inside() {
    for (value, status) in
        [(60, Status::Ok), (100, Status::Ok), (59, Status::Attention), (101, Status::Attention)]
    {
        let mut tracker = heart();
        assert_eq!(*follow(&mut tracker, 0, &[value; 12]).last().unwrap(), status, "{value}");
    }
    for (value, status) in
        [(50, Status::Attention), (120, Status::Attention), (49, Status::Alert), (121, Status::Alert)]
    {
        let mut tracker = heart();
        assert_eq!(*follow(&mut tracker, 0, &[value; 12]).last().unwrap(), status, "{value}");
    }
}

#[test]
fn a_changed_threshold_takes_effect_at_once() {
    let mut tracker = heart();
    follow(&mut tracker, 0, &[95; 20]);
    assert_eq!(tracker.status(at(19)), Status::Ok);
    tracker.set_limits(Limits { high_attention: Some(9_000), ..Thresholds::default().heart_rate });
    assert_eq!(tracker.status(at(19)), Status::Attention);
    tracker.set_limits(Thresholds::default().heart_rate);
    assert_eq!(tracker.status(at(19)), Status::Ok);
}

#[test]
fn values_out_of_order_are_ignored() {
    let mut tracker = heart();
    follow(&mut tracker, 0, &[72; 12]);
    tracker.push(at(5), 20_000);
    assert_eq!(tracker.median(), Some(7_200));
}

#[test]
fn a_slow_metric_holds_its_value_between_samples() {
    let mut tracker = StatusTracker::new(Metric::Spo2, Thresholds::default().spo2);
    for n in 0..4 {
        tracker.push(at(n * 10), 9_700);
    }
    assert_eq!(tracker.status(at(30)), Status::Ok);
    tracker.push(at(40), 9_300);
    assert_eq!(tracker.status(at(40)), Status::Ok, "one low sample is not yet 8 of 10 s");
    tracker.push(at(50), 9_300);
    assert_eq!(tracker.status(at(50)), Status::Attention);
}

#[test]
fn freshness_follows_the_metric() {
    let table = [
        (Metric::HeartRate, 10_000, Freshness::Fresh),
        (Metric::HeartRate, 10_001, Freshness::Stale),
        (Metric::HeartRate, 310_000, Freshness::Stale),
        (Metric::HeartRate, 310_001, Freshness::Gone),
        (Metric::Spo2, 60_000, Freshness::Fresh),
        (Metric::SkinTemperature, 120_001, Freshness::Stale),
        (Metric::Steps, 900_000, Freshness::Fresh),
        (Metric::Battery, 3_600_001, Freshness::Stale),
        (Metric::HeartRate, -5_000, Freshness::Fresh),
    ];
    for (metric, age, expected) in table {
        assert_eq!(Freshness::of(metric, age), expected, "{metric:?} at {age} ms");
    }
}

#[test]
fn limits_that_cannot_be_are_refused() {
    use vitals::LimitsError::{Crossed, HighAlertInside, LowAlertInside, OutOfRange};
    let good = Thresholds::default().heart_rate;
    assert_eq!(good.check(Metric::HeartRate), Ok(()));
    let table = [
        (Limits { low_alert: Some(6_100), ..good }, LowAlertInside),
        (Limits { high_alert: Some(9_900), ..good }, HighAlertInside),
        (Limits { low_attention: Some(10_000), ..good }, Crossed),
        (Limits { high_alert: Some(30_001), ..good }, OutOfRange),
        (Limits { low_alert: Some(-1), ..good }, OutOfRange),
    ];
    for (limits, error) in table {
        assert_eq!(limits.check(Metric::HeartRate), Err(error), "{limits:?}");
    }
    assert_eq!(Limits::default().check(Metric::HeartRate), Ok(()), "no limits are fine");
    for (metric, limits) in [
        (Metric::HeartRate, Thresholds::default().heart_rate_asleep),
        (Metric::Spo2, Thresholds::default().spo2),
        (Metric::SkinTemperature, Thresholds::default().skin_temperature),
    ] {
        assert_eq!(limits.check(metric), Ok(()));
    }
}
