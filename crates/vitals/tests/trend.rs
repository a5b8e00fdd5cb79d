//! What is told of a change, as tables: coverage first, then the smallest change, and no praise for a direction.

use vitals::{Change, Day, Metric, Period, Trend, Verdict, baseline, resting_heart_rate};

fn days(count: usize, value: f64, covered_hours: u32) -> Vec<Day> {
    vec![Day { value: Some(value), covered_minutes: covered_hours * 60, good: None }; count]
}

fn trend(metric: Metric, period: Period, now: f64, before: f64) -> Change {
    let count = period.days() as usize;
    Trend::of(metric, period, &days(count, now, 12), &days(count, before, 12)).change
}

fn assert_by(change: Change, expected: f64) {
    let by = match change {
        Change::Higher(by) => by,
        Change::Lower(by) => -by,
        Change::Same => 0.0,
        Change::NotEnough => f64::NAN,
    };
    assert!((by - expected).abs() < 1e-6, "{change:?} instead of {expected}");
}

#[test]
fn resting_is_the_mean_of_the_lowest_thirty_of_at_least_sixty() {
    let minutes: Vec<f64> = (0..59).map(|n| 60.0 + f64::from(n)).collect();
    assert_eq!(resting_heart_rate(&minutes), None, "59 minutes are too few");
    let mut minutes: Vec<f64> = (0..90).rev().map(|n| 50.0 + f64::from(n)).collect();
    assert_eq!(resting_heart_rate(&minutes), Some(64.5));
    minutes.extend([200.0; 500]);
    assert_eq!(resting_heart_rate(&minutes), Some(64.5), "an afternoon's excitement changes nothing");
}

#[test]
fn four_nights_are_no_baseline_and_one_fever_does_not_move_it() {
    assert_eq!(baseline(&[33.0, 33.1, 33.2, 33.3]), None);
    assert_eq!(baseline(&[33.0, 33.4, 33.1, 36.9, 33.2]), Some(33.2));
    assert_eq!(baseline(&[33.0, 33.1, 33.2, 33.3, 33.4, 33.5]), Some(33.25));
}

#[test]
fn the_smallest_change_told() {
    use Metric::{HeartRate, SkinTemperature, Sleep, Spo2, Steps};
    use Period::{Day, Month, Week};
    let table = [
        (HeartRate, Day, 62.0, 65.0, -3.0),
        (HeartRate, Day, 62.0, 64.9, 0.0),
        (HeartRate, Week, 62.0, 64.0, -2.0),
        (HeartRate, Week, 62.0, 63.9, 0.0),
        (HeartRate, Month, 66.0, 64.0, 2.0),
        (Spo2, Week, 96.0, 97.0, -1.0),
        (Spo2, Week, 96.1, 97.0, 0.0),
        (SkinTemperature, Day, 33.6, 33.3, 0.3),
        (SkinTemperature, Day, 33.59, 33.3, 0.0),
        (Steps, Week, 8_499.0, 8_000.0, 0.0),
        (Steps, Week, 8_800.0, 8_000.0, 800.0),
        // A tenth of 8,000 is 800: 700 is more than 500 and still not told.
        (Steps, Week, 8_700.0, 8_000.0, 0.0),
        (Steps, Week, 2_500.0, 2_000.0, 500.0),
        (Steps, Week, 2_400.0, 2_000.0, 0.0),
        (Sleep, Week, 7.0, 7.0 + 20.0 / 60.0, -20.0 / 60.0),
        (Sleep, Week, 7.0, 7.3, 0.0),
    ];
    for (metric, period, now, before, expected) in table {
        println!("{metric:?} {period:?} {now} {before}");
        assert_by(trend(metric, period, now, before), expected);
    }
}

#[test]
fn both_periods_need_their_coverage_or_nothing_is_compared() {
    // Period, covered days in one of the two, whether that is enough.
    let table = [
        (Period::Day, 0, false),
        (Period::Day, 1, true),
        (Period::Week, 3, false),
        (Period::Week, 4, true),
        (Period::Month, 14, false),
        (Period::Month, 15, true),
    ];
    for (period, covered, enough) in table {
        let count = period.days() as usize;
        let full = days(count, 70.0, 24);
        let mut sparse = days(covered, 60.0, 8);
        sparse.extend(days(count - covered, 90.0, 7));
        for (now, before) in [(&full, &sparse), (&sparse, &full)] {
            let change = Trend::of(Metric::HeartRate, period, now, before).change;
            assert_eq!(change != Change::NotEnough, enough, "{period:?} with {covered} days");
        }
        if enough {
            // Days of less than 8 hours are no part of the comparison.
            assert_by(Trend::of(Metric::HeartRate, period, &sparse, &full).change, -10.0);
        }
    }
}

#[test]
fn a_covered_day_without_a_value_is_no_covered_day() {
    let blank = Day { value: None, covered_minutes: 1_000, good: None };
    let trend = Trend::of(Metric::HeartRate, Period::Day, &[blank], &days(1, 60.0, 10));
    assert_eq!((trend.value, trend.change), (None, Change::NotEnough));
}

#[test]
fn what_cannot_be_compared_is_still_told() {
    let trend = Trend::of(Metric::HeartRate, Period::Week, &days(2, 61.0, 3), &[]);
    assert_eq!((trend.value, trend.change), (Some(61.0), Change::NotEnough));
}

#[test]
fn better_is_said_of_limits_and_goals_only_and_from_three_points_on() {
    let day = |good| vec![Day { value: Some(70.0), covered_minutes: 600, good }; 7];
    let table = [
        (Some(0.93), Some(0.90), Some(Verdict::Better)),
        (Some(0.90), Some(0.93), Some(Verdict::Worse)),
        (Some(0.92), Some(0.90), None),
        (None, None, None),
        (Some(0.9), None, None),
    ];
    for (now, before, verdict) in table {
        let trend = Trend::of(Metric::HeartRate, Period::Week, &day(now), &day(before));
        assert_eq!(trend.verdict, verdict, "{now:?} after {before:?}");
    }
    // A lower heart rate alone is just lower.
    let lower = Trend::of(Metric::HeartRate, Period::Week, &days(7, 50.0, 24), &days(7, 70.0, 24));
    assert_eq!(lower.verdict, None);
}
