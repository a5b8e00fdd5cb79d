//! What Home says in each state, as a table: never a zero for unknown, never green for old.

use bridge::{Connection, Rhythm, Why};
use vitals::{
    Activity, Bpm, CentiCelsius, Freshness, Monitor, Percent, Quality, Reading, Status, Thresholds,
    UnixMillis,
};

use super::home::{Facts, Stored, compose};
use super::newest::{LiveLine, Newest, Timed};

const START: UnixMillis = UnixMillis(1_780_000_000_000);

fn line(second: i64, bpm: Option<u16>) -> LiveLine {
    LiveLine {
        at: START.plus(second * 1_000),
        heart_rate: bpm.map(Bpm),
        spo2: Some(Percent(98)),
        skin_temperature: Some(CentiCelsius(3_310)),
        steps: Some(1_234),
        battery: Some(Percent(87)),
        quality: Quality(if bpm.is_some() { 90 } else { 10 }),
        worn: Some(true),
        activity: Some(Activity::Still),
    }
}

/// What the engine knows after these lines.
struct Known {
    newest: Newest,
    monitor: Monitor,
    stored: Stored,
    midnight: UnixMillis,
}

fn after(lines: &[LiveLine]) -> Known {
    let mut newest = Newest::default();
    let mut monitor = Monitor::new(Thresholds::default(), None);
    for line in lines {
        newest.take(line);
        monitor.push(&line.reading());
        if line.heart_rate.is_some() {
            newest.beat = Some(line.at.plus(-300));
        }
    }
    Known { newest, monitor, stored: Stored::default(), midnight: START.plus(-3_600_000) }
}

impl Known {
    fn at(&self, second: i64) -> bridge::Home {
        compose(&Facts {
            now: START.plus(second * 1_000),
            midnight: self.midnight,
            source: None,
            connection: &Connection::None,
            newest: &self.newest,
            monitor: &self.monitor,
            stored: &self.stored,
            catching_up: None,
        })
    }
}

fn steady(seconds: i64, bpm: u16) -> Vec<LiveLine> {
    (0..seconds).map(|second| line(second, Some(bpm))).collect()
}

#[test]
fn with_nothing_known_nothing_is_green_and_nothing_is_zero() {
    let home = after(&[]).at(0);
    assert_eq!((home.heart.bpm, home.heart.status, home.heart.why), (None, Status::Unknown, Why::Nothing));
    assert_eq!(home.heart.rhythm, Rhythm::Still);
    assert_eq!((home.spo2.value, home.skin_temperature.value, home.battery.value), (None, None, None));
    assert_eq!((home.steps.today, home.overall, home.worn), (None, Status::Unknown, None));
}

#[test]
fn live_and_in_range_is_ok_on_measured_beats() {
    let home = after(&steady(20, 72)).at(19);
    assert_eq!((home.heart.bpm, home.heart.freshness), (Some(Bpm(72)), Freshness::Fresh));
    assert_eq!((home.heart.status, home.heart.why, home.overall), (Status::Ok, Why::InRange, Status::Ok));
    assert_eq!(home.heart.rhythm, Rhythm::Measured);
    assert_eq!((home.spo2.value, home.spo2.status), (Some(98.0), Status::Ok));
    assert_eq!((home.steps.today, home.worn), (Some(1_234), Some(true)));
}

#[test]
fn above_the_limit_says_which_and_for_how_long() {
    let home = after(&steady(200, 104)).at(199);
    assert_eq!(home.heart.status, Status::Attention);
    let Why::Above { limit, for_ms } = home.heart.why else { panic!("{:?}", home.heart.why) };
    assert_eq!(limit, Bpm(100));
    assert!((180_000..=199_000).contains(&for_ms), "{for_ms}");
}

#[test]
fn an_old_value_greys_then_becomes_a_dash_and_the_heart_stands_still() {
    let known = after(&steady(20, 72));
    let home = known.at(19 + 12);
    assert_eq!((home.heart.bpm, home.heart.freshness), (Some(Bpm(72)), Freshness::Stale));
    assert_eq!((home.heart.age_ms, home.heart.why), (Some(12_000), Why::Stale));
    assert_eq!((home.heart.status, home.heart.rhythm), (Status::Unknown, Rhythm::Still));
    assert_eq!((home.overall, home.worn), (Status::Unknown, None));
    let home = known.at(19 + 11 + 300);
    assert_eq!((home.heart.freshness, home.heart.status), (Freshness::Gone, Status::Unknown));
}

#[test]
fn what_is_dated_later_than_now_is_not_current() {
    let known = after(&steady(20, 72));
    let home = known.at(-3_600);
    assert_eq!((home.heart.freshness, home.heart.status), (Freshness::Gone, Status::Unknown));
    assert_eq!((home.spo2.freshness, home.worn), (Freshness::Gone, None));
    assert_eq!(home.overall, Status::Unknown);
}

#[test]
fn a_weak_signal_shows_no_number() {
    let mut lines = steady(20, 72);
    lines.extend((20..35).map(|second| line(second, None)));
    let known = after(&lines);
    let home = known.at(34);
    assert_eq!((home.heart.bpm, home.heart.why), (None, Why::WeakSignal));
    assert_eq!((home.heart.status, home.overall), (Status::Unknown, Status::Unknown));
}

#[test]
fn taken_off_the_vitals_are_gone_at_once_and_the_steps_stay() {
    let mut lines = steady(20, 72);
    lines.push(LiveLine { worn: Some(false), ..line(20, None) });
    let home = after(&lines).at(20);
    assert_eq!((home.heart.bpm, home.heart.why), (None, Why::NotWorn));
    assert_eq!((home.spo2.value, home.skin_temperature.value), (None, None));
    assert_eq!((home.steps.today, home.worn, home.overall), (Some(1_234), Some(false), Status::Unknown));
}

#[test]
fn a_source_that_tells_no_beats_is_paced_and_one_that_lost_them_stops() {
    let mut known = after(&steady(20, 72));
    known.newest.beat = None;
    assert_eq!(known.at(19).heart.rhythm, Rhythm::Estimated);
    known.newest.beat = Some(START.plus(9_000));
    assert_eq!(known.at(19).heart.rhythm, Rhythm::Still);
}

#[test]
fn moving_is_neutral_and_says_so() {
    let lines: Vec<_> =
        steady(20, 110).into_iter().map(|l| LiveLine { activity: Some(Activity::Moving), ..l }).collect();
    let home = after(&lines).at(19);
    assert_eq!((home.heart.status, home.heart.why), (Status::Active, Why::Active));
}

#[test]
fn steps_of_the_journal_count_while_the_bracelet_tells_none() {
    let mut known = after(&[]);
    known.stored.steps_today = Some(Timed::new(900, START));
    assert_eq!(known.at(5).steps.today, Some(900));
    assert_eq!(known.at(5).steps.freshness, Freshness::Fresh);
    assert_eq!(known.at(7_200).steps.freshness, Freshness::Gone);
}

#[test]
fn a_reading_is_what_the_line_says() {
    let reading: Reading = line(0, Some(72)).reading();
    assert_eq!((reading.heart_rate, reading.worn, reading.activity), (Some(Bpm(72)), true, Activity::Still));
}

#[test]
fn after_midnight_no_count_of_yesterday_is_told_as_todays() {
    let mut known = after(&[line(0, Some(72))]);
    known.stored.steps_today = Some(Timed::new(9_000, START));
    assert_eq!(known.at(1).steps.today, Some(9_000));
    known.midnight = START.plus(500);
    assert_eq!(known.at(1).steps.today, None);
}
