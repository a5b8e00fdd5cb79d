//! Alerts: told in time, never for one sample, never twice for one episode.

use vitals::{
    Activity, AlertChange, AlertRule, Bpm, CentiCelsius, Level, Monitor, Percent, Quality, Reading, Status,
    Thresholds, UnixMillis,
};

const START: i64 = 1_760_000_000_000;

fn reading(second: i64, bpm: u16) -> Reading {
    Reading {
        at: UnixMillis(START + second * 1000),
        heart_rate: Some(Bpm(bpm)),
        spo2: None,
        skin_temperature: None,
        quality: Quality(90),
        worn: true,
        activity: Activity::Still,
    }
}

fn run(monitor: &mut Monitor, readings: impl IntoIterator<Item = Reading>) -> Vec<(i64, AlertChange)> {
    let mut all = Vec::new();
    for reading in readings {
        for change in monitor.push(&reading) {
            all.push(((reading.at.0 - START) / 1000, change));
        }
    }
    all
}

fn monitor() -> Monitor {
    Monitor::new(Thresholds::default(), Some(40))
}

#[test]
fn red_is_told_after_two_minutes_and_closed_by_recovery_only() {
    let mut monitor = monitor();
    let steady = (0..120).map(|s| reading(s, 80));
    let high = (120..420).map(|s| reading(s, 130));
    let back = (420..600).map(|s| reading(s, 80));
    let changes = run(&mut monitor, steady.chain(high).chain(back));
    assert_eq!(changes.len(), 2, "{changes:?}");
    let (raised_at, AlertChange::Raised(alert)) = changes[0] else { panic!("{changes:?}") };
    // 8 s to turn red, then 2 min.
    assert_eq!(raised_at, 120 + 7 + 120);
    assert_eq!((alert.rule, alert.level, alert.limit), (AlertRule::HeartRateHigh, Level::Alert, 12_000));
    let (closed_at, AlertChange::Closed(alert)) = changes[1] else { panic!("{changes:?}") };
    assert!((435..=445).contains(&closed_at), "{closed_at}");
    assert_eq!(alert.peak, 13_000);
}

#[test]
fn orange_is_told_after_ten_minutes_and_red_escalates_it() {
    let mut monitor = monitor();
    let orange = (0..800).map(|s| reading(s, 105));
    let red = (800..1100).map(|s| reading(s, 130));
    let changes = run(&mut monitor, orange.chain(red));
    assert_eq!(changes.len(), 2, "{changes:?}");
    let (at, AlertChange::Raised(alert)) = changes[0] else { panic!("{changes:?}") };
    assert_eq!((at, alert.level), (602, Level::Attention));
    let (at, AlertChange::Escalated(alert)) = changes[1] else { panic!("{changes:?}") };
    assert_eq!((at, alert.level), (800 + 7 + 120, Level::Alert));
}

#[test]
fn taking_the_bracelet_off_cancels_a_running_hold() {
    let mut monitor = monitor();
    let high = (0..100).map(|s| reading(s, 130));
    let off = (100..110).map(|s| Reading { worn: false, heart_rate: None, ..reading(s, 0) });
    let high_again = (110..220).map(|s| reading(s, 130));
    assert_eq!(run(&mut monitor, high.chain(off).chain(high_again)), []);
}

#[test]
fn a_poor_signal_neither_colours_nor_alerts() {
    let mut monitor = monitor();
    let poor = (0..600).map(|s| Reading { quality: Quality(20), ..reading(s, 180) });
    assert_eq!(run(&mut monitor, poor), []);
    assert_eq!(monitor.heart_rate(UnixMillis(START + 599_000)), Status::Unknown);
}

#[test]
fn exercise_is_neutral_until_beyond_what_the_age_allows() {
    let mut monitor = monitor();
    let moving = |bpm: u16| move |s: i64| Reading { activity: Activity::Moving, ..reading(s, bpm) };
    assert_eq!(run(&mut monitor, (0..900).map(moving(150))), []);
    assert_eq!(monitor.heart_rate(UnixMillis(START + 899_000)), Status::Active);
    // 208 − 0.7 × 40 = 180 bpm.
    let changes = run(&mut monitor, (900..1200).map(moving(190)));
    assert!(matches!(changes[..], [(_, AlertChange::Raised(alert))] if alert.limit == 18_000), "{changes:?}");
}

#[test]
fn asleep_has_limits_of_its_own() {
    let mut monitor = monitor();
    let asleep = (0..1200).map(|s| Reading { activity: Activity::Asleep, ..reading(s, 48) });
    assert_eq!(run(&mut monitor, asleep), []);
    assert_eq!(monitor.heart_rate(UnixMillis(START + 1_199_000)), Status::Ok);
}

#[test]
fn low_oxygen_is_told_by_a_median_of_five_minutes_not_by_dips() {
    let spo2 =
        |s: i64, percent: u8| Reading { spo2: (s % 10 == 0).then_some(Percent(percent)), ..reading(s, 70) };
    let mut dips = monitor();
    // A dip of 40 s every two minutes: the median stays well.
    assert_eq!(run(&mut dips, (0..1800).map(|s| spo2(s, if s % 120 < 40 { 93 } else { 97 }))), []);
    let mut low = monitor();
    let changes = run(&mut low, (0..900).map(|s| spo2(s, if s < 300 { 97 } else { 93 })));
    assert!(
        matches!(changes[..], [(at, AlertChange::Raised(alert))]
            if alert.rule == AlertRule::Spo2Low && alert.level == Level::Attention && (440..=470).contains(&at)),
        "{changes:?}"
    );
    let mut very_low = monitor();
    let changes = run(&mut very_low, (0..300).map(|s| spo2(s, if s < 100 { 97 } else { 86 })));
    assert!(
        matches!(changes[..], [(at, AlertChange::Raised(alert))]
            if alert.level == Level::Alert && (220..=240).contains(&at)),
        "{changes:?}"
    );
}

#[test]
fn warm_skin_is_told_after_ten_minutes() {
    let mut monitor = monitor();
    let warm = (0..1200).map(|s| Reading {
        skin_temperature: (s % 30 == 0).then_some(CentiCelsius(3_790)),
        ..reading(s, 70)
    });
    let changes = run(&mut monitor, warm);
    assert!(
        matches!(changes[..], [(at, AlertChange::Raised(alert))]
            if alert.rule == AlertRule::SkinTemperatureHigh && (600..=690).contains(&at)),
        "{changes:?}"
    );
}

#[test]
fn the_same_reading_twice_changes_nothing() {
    let twice = |mut all: Vec<Reading>| {
        all = all.into_iter().flat_map(|r| [r, r]).collect();
        all
    };
    let episode: Vec<_> = (0..400).map(|s| reading(s, if s < 60 { 80 } else { 130 })).collect();
    assert_eq!(run(&mut monitor(), episode.clone()), run(&mut monitor(), twice(episode)));
}

#[test]
fn all_good_needs_both_heart_rate_and_oxygen_fresh() {
    let mut monitor = monitor();
    run(&mut monitor, (0..70).map(|s| reading(s, 72)));
    let now = UnixMillis(START + 69_000);
    assert_eq!(monitor.heart_rate(now), Status::Ok);
    assert_eq!(monitor.overall(now), Status::Unknown);
    run(&mut monitor, (70..140).map(|s| Reading { spo2: Some(Percent(98)), ..reading(s, 72) }));
    assert_eq!(monitor.overall(UnixMillis(START + 139_000)), Status::Ok);
}

#[test]
fn a_changed_threshold_reaches_an_open_episode() {
    let mut monitor = monitor();
    let changes = run(&mut monitor, (0..700).map(|s| reading(s, 105)));
    assert!(matches!(changes[..], [(_, AlertChange::Raised(_))]));
    let mut thresholds = Thresholds::default();
    thresholds.heart_rate.high_attention = Some(11_000);
    monitor.set_thresholds(thresholds);
    let changes = run(&mut monitor, [reading(700, 105)]);
    assert!(matches!(changes[..], [(700, AlertChange::Closed(_))]), "{changes:?}");
}

#[test]
fn losing_sight_of_the_wearer_is_no_recovery() {
    let mut monitor = monitor();
    let changes = run(&mut monitor, (0..400).map(|s| reading(s, 130)));
    assert!(matches!(changes[..], [(_, AlertChange::Raised(_))]));
    let off = (400..460).map(|s| Reading { worn: false, heart_rate: None, ..reading(s, 0) });
    // Back on after a while, still high: the same episode goes on.
    let on = (900..1100).map(|s| reading(s, 130));
    assert_eq!(run(&mut monitor, off.chain(on)), []);
    assert_eq!(monitor.open().count(), 1);
    assert!(matches!(
        run(&mut monitor, (1100..1200).map(|s| reading(s, 80)))[..],
        [(_, AlertChange::Closed(_))]
    ));
}

/// Half-minutes of skin temperatures (hundredths of a degree) of a wearer whose nights usually are 34.00 °C.
fn skin(monitor: &mut Monitor, values: impl IntoIterator<Item = i16>) -> Vec<(i64, AlertChange)> {
    monitor.set_skin_usual(Some(CentiCelsius(3_400)));
    let half_minute = |(n, value): (i64, i16)| Reading {
        heart_rate: None,
        skin_temperature: Some(CentiCelsius(value)),
        ..reading(n * 30, 0)
    };
    run(monitor, (0..).zip(values).map(half_minute))
}

#[test]
fn skin_a_degree_above_its_nights_for_half_an_hour_is_told_and_less_is_not() {
    let warm = |by: i16, halves: usize| {
        let mut values = vec![3_380; 20];
        values.extend(vec![3_400 + by; halves]);
        skin(&mut monitor(), values).len()
    };
    for (by, halves, told) in [(100, 61, 1), (100, 60, 0), (99, 200, 0), (160, 61, 1), (350, 61, 1)] {
        assert_eq!(warm(by, halves), told, "{by} hundredths above for {halves} half-minutes");
    }
    let mut values = vec![3_380; 20];
    values.extend(vec![3_520; 70]);
    values.extend(vec![3_385; 10]);
    let mut judged = monitor();
    let changes = skin(&mut judged, values);
    let [(raised, AlertChange::Raised(alert)), (closed, AlertChange::Closed(over))] = changes[..] else {
        panic!("{changes:?}")
    };
    assert_eq!((raised, closed), ((20 + 60) * 30, (20 + 70 + 1) * 30));
    assert_eq!((alert.rule, alert.level), (AlertRule::SkinTemperatureHigh, Level::Attention));
    assert_eq!((alert.limit, alert.peak), (3_500, 3_520));
    assert_eq!(alert.raised.since(alert.since), 30 * 60_000);
    assert_eq!(over.peak, 3_520);
    assert_eq!(judged.skin_temperature(over.closed.unwrap()), Status::Ok);
}

#[test]
fn skin_has_the_colour_of_its_alert_and_none_without_enough_nights() {
    let end = UnixMillis(START + 79 * 30_000);
    let mut warm = monitor();
    skin(&mut warm, [3_530; 80]);
    assert_eq!(warm.skin_temperature(end), Status::Attention);
    warm.set_skin_usual(None);
    assert_eq!(warm.skin_temperature(end), Status::Ok, "nothing is known to be usual");
    let mut short = monitor();
    skin(&mut short, [3_530; 60]);
    assert_eq!(
        short.skin_temperature(UnixMillis(START + 59 * 30_000)),
        Status::Ok,
        "a colour of half an hour"
    );
}

#[test]
fn one_warm_episode_that_turns_red_is_one_alert() {
    let mut values = vec![3_530; 70];
    values.extend(vec![3_900; 40]);
    values.extend(vec![3_530; 10]);
    values.extend(vec![3_300; 10]);
    let changes = skin(&mut monitor(), values);
    let kinds: Vec<_> = changes
        .iter()
        .map(|(_, change)| match change {
            AlertChange::Raised(alert) => ("raised", alert.level, alert.limit),
            AlertChange::Escalated(alert) => ("escalated", alert.level, alert.limit),
            AlertChange::Closed(alert) => ("closed", alert.level, alert.limit),
        })
        .collect();
    let expected = [
        ("raised", Level::Attention, 3_500),
        ("escalated", Level::Alert, 3_850),
        ("closed", Level::Alert, 3_850),
    ];
    assert_eq!(kinds, expected);
}

#[test]
fn a_pause_or_a_wrist_left_begins_the_half_hour_anew() {
    let warm = |n: i64| Reading {
        heart_rate: None,
        skin_temperature: Some(CentiCelsius(3_550)),
        ..reading(n * 30, 0)
    };
    let mut off = monitor();
    off.set_skin_usual(Some(CentiCelsius(3_400)));
    let taken_off = (50..52).map(|n| Reading { worn: false, skin_temperature: None, ..warm(n) });
    let changes = run(&mut off, (0..50).map(warm).chain(taken_off).chain((52..100).map(warm)));
    assert_eq!(changes, []);
    let mut paused = monitor();
    paused.set_skin_usual(Some(CentiCelsius(3_400)));
    let changes = run(&mut paused, (0..50).map(warm).chain((55..110).map(warm)));
    assert_eq!(changes, [], "a value stands for two minutes at most");
}
