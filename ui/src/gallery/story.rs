//! The one story that the whole gallery tells: what a made-up person, Camille, did, and what a bracelet measured of it.
//! Cards, charts, alerts and sessions are all taken from here, so that none of them says otherwise than its neighbour.

use bridge::Missing;
use charts::midnights;
use jiff::tz::TimeZone;
use vitals::{AlertRule, Metric, UnixMillis};

use super::alerts::{Episode, HISTORY, OPEN, limit, peak};
use crate::page;

pub const MINUTE: i64 = 60_000;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// So many days ago the bracelet was put on for the first time.
pub const FIRST_DAY: i64 = 92;

/// The run: on the day before today and each fourth before that, from a minute of the day on, for so many minutes.
const RUN: (i64, i64) = (17 * 60 + 48, 52);

/// Walks of a day: the minute at which each begins, and its steps.
const WALKS: [(i64, f64); 11] = [
    (7 * 60 + 38, 640.0),
    (8 * 60 + 15, 1_260.0),
    (9 * 60 + 30, 310.0),
    (10 * 60 + 40, 420.0),
    (12 * 60 + 10, 1_780.0),
    (13 * 60 + 40, 760.0),
    (14 * 60 + 20, 940.0),
    (15 * 60 + 2, 322.0),
    (16 * 60 + 12, 240.0),
    (19 * 60 + 25, 420.0),
    (22 * 60 + 10, 260.0),
];

/// The story as a state of the gallery tells its last minutes.
pub struct Story {
    pub now: UnixMillis,
    pub zone: TimeZone,
    state: String,
    /// The midnight with which today began.
    today: UnixMillis,
}

/// A time of the story.
#[derive(Clone, Copy)]
pub struct Moment {
    /// How long ago, in milliseconds.
    pub ago: i64,
    /// How many days ago its day was.
    pub day: i64,
    /// The minute of its day.
    pub minute: i64,
}

impl Story {
    /// The story of the state that the address names.
    pub fn here() -> Self {
        Self::of(&super::name())
    }

    pub fn of(state: &str) -> Self {
        let now = UnixMillis(page::now());
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap_or(TimeZone::UTC);
        let today = midnights(now, now, 0, &zone).first().copied().unwrap_or(now);
        Self { now, zone, state: state.to_owned(), today }
    }

    /// What time of the story that is. Its days have 24 hours each: over a change of clocks it is an hour late.
    pub fn moment(&self, at: UnixMillis) -> Moment {
        let since = at.since(self.today);
        let (day, minute) = (-since.div_euclid(DAY), since.rem_euclid(DAY) / MINUTE);
        Moment { ago: self.now.since(at), day, minute }
    }

    /// A minute of a day that was so many days ago.
    pub fn at(&self, day: i64, minute: i64) -> UnixMillis {
        self.today.plus(minute * MINUTE - day * DAY)
    }

    /// Yesterday's run.
    pub fn run(&self) -> (UnixMillis, UnixMillis) {
        (self.at(1, RUN.0), self.at(1, RUN.0 + RUN.1))
    }

    /// When the wearer fell asleep before that day, and woke on it.
    pub fn night(&self, day: i64) -> (UnixMillis, UnixMillis) {
        (self.at(day + 1, fell(day)), self.at(day, woke(day)))
    }

    /// The alerts of the story, the open ones first.
    pub fn episodes(&self) -> impl Iterator<Item = &'static Episode> {
        let open = self.alarmed().then_some(&OPEN).into_iter().flatten();
        open.chain(&HISTORY)
    }

    /// Whether the state shows alerts that are open.
    pub fn alarmed(&self) -> bool {
        matches!(self.state.as_str(), "alerts" | "alert-banner" | "alert-open")
    }

    /// What the heart does now, and for how long it has done so, in milliseconds.
    pub fn heart_now(&self) -> (u16, i64) {
        match self.state.as_str() {
            "attention" => (104, 185_000),
            "alert" => (47, 125_000),
            "active" => (128, 18 * MINUTE),
            _ if self.alarmed() => (126, 40_000),
            _ => (72, 150_000),
        }
    }

    /// Why nothing at all is known of that time.
    pub fn missing(&self, m: Moment) -> Option<Missing> {
        let state = self.state.as_str();
        // How many minutes before today began: a night is not cut at midnight.
        let before = m.day * 24 * 60 - m.minute;
        let days = |days: i64, hours: i64| (days * 24 - hours) * 60;
        let within = |from: i64, to: i64| before <= from && before > to;
        if state.ends_with("-empty")
            || state.ends_with("-few_nights") && before > days(3, 18)
            || state == "disconnected" && m.ago < 40 * MINUTE
            || state == "catching-up" && (21 * MINUTE..6 * HOUR + 29 * MINUTE).contains(&m.ago)
            || before > days(FIRST_DAY, 0)
        {
            return Some(Missing::NoData);
        }
        if state.ends_with("-sparse") && (m.day % 3 != 0 || m.minute / 60 % 3 != 0) {
            return Some(if m.day % 2 == 0 { Missing::NotWorn } else { Missing::NoData });
        }
        // Under the shower; an afternoon off and a weekend off; on the charger, and a day without a charge.
        if state == "not-worn" && m.ago < 15 * MINUTE
            || (425..450).contains(&m.minute)
            || within(days(2, 11), days(2, 20))
            || within(days(14, 12), days(12, 12))
        {
            return Some(Missing::NotWorn);
        }
        let charging = m.day == 1 && (1_200..1_290).contains(&m.minute);
        (charging || within(days(18, 12), days(17, 12))).then_some(Missing::NoData)
    }

    /// Whether the light told nothing: the bracelet was loose.
    pub fn poor(&self, m: Moment) -> bool {
        matches!((m.day, m.minute), (0, 790..815) | (0, 881..887))
    }

    pub fn asleep(&self, m: Moment) -> bool {
        let waking = (160..172).contains(&m.minute);
        m.minute >= fell(m.day - 1) || m.minute < woke(m.day) && !waking
    }

    /// The steps of a minute.
    pub fn steps(&self, m: Moment) -> f64 {
        if self.asleep(m) || self.missing(m).is_some() {
            return 0.0;
        }
        if self.state == "active" && m.ago < 18 * MINUTE {
            return 110.0;
        }
        if let Some(elapsed) = running(m) {
            return if elapsed < RUN.1 as f64 { 158.0 } else { 0.0 };
        }
        let walk = |(begins, steps): &(i64, f64)| {
            let minutes = (steps / 105.0).ceil();
            let is_in = (*begins..*begins + minutes as i64).contains(&m.minute);
            is_in.then_some(steps / minutes)
        };
        let steps = WALKS.iter().find_map(walk).unwrap_or_default();
        steps * (1.0 + 0.3 * (m.day as f64 * 1.9).sin() * f64::from(u8::from(m.day > 1)))
    }

    pub fn moving(&self, m: Moment) -> bool {
        self.steps(m) > 0.0
    }

    /// The value of a minute: of the heart, of oxygen or of the skin.
    pub fn value(&self, metric: Metric, m: Moment) -> f64 {
        let usual = match metric {
            Metric::HeartRate => self.heart(m),
            Metric::Spo2 => self.oxygen(m),
            Metric::SkinTemperature => self.skin(m),
            _ => self.battery(m),
        };
        let of_metric = self.episodes().filter(|episode| episode.rule.metric() == Some(metric));
        of_metric.fold(usual, |value, episode| during(episode, m, value))
    }

    fn heart(&self, m: Moment) -> f64 {
        let days = m.day.clamp(0, 14) as f64;
        let minute = m.minute as f64;
        let own = 1.2 * (m.day as f64 * 0.9).sin() + noise(m, 1) * 1.3;
        let at_rest = if self.asleep(m) {
            53.5 + 0.35 * days + 1.6 * (minute / 41.0).sin() + own
        } else {
            68.0 + 0.2 * days + 3.5 * (minute / 37.0).sin() + 2.0 * (minute / 11.0).sin() + own
        };
        let effort = match running(m) {
            Some(elapsed) if elapsed < RUN.1 as f64 => 74.0 * (elapsed / 7.0).min(1.0),
            Some(elapsed) => 74.0 * ((RUN.1 as f64 - elapsed) / 8.0).exp(),
            None if self.moving(m) => 20.0,
            None => 0.0,
        };
        let (now, for_ms) = self.heart_now();
        let near = ramp(m.ago - for_ms, 2 * MINUTE);
        (at_rest + effort) * (1.0 - near) + (f64::from(now) + noise(m, 2)) * near
    }

    fn oxygen(&self, m: Moment) -> f64 {
        if self.state == "alert" && m.ago < 5 * MINUTE {
            return 92.0;
        }
        let still = if self.asleep(m) { 96.5 } else { 97.3 };
        still + noise(m, 3) * 0.7
    }

    fn skin(&self, m: Moment) -> f64 {
        // A day's own warmth is that of the night that ends on it.
        let day = if m.minute >= fell(m.day - 1) { m.day - 1 } else { m.day };
        let own =
            if day == 0 { 0.45 } else { 0.2 * (day as f64 * 0.8).sin() + 0.08 * (day as f64 * 2.3).sin() };
        let since_bed = (m.minute - fell(m.day - 1)).rem_euclid(24 * 60) as f64;
        let since_up = (m.minute - woke(m.day)).max(0) as f64;
        let in_bed = 34.1 + own - 0.9 * (-since_bed / 35.0).exp();
        let awake = 33.2 + 0.3 * (m.minute as f64 / 160.0).sin() + noise(m, 4) * 0.04;
        let is_up = m.minute >= woke(m.day) && m.minute < fell(m.day - 1);
        if is_up {
            awake + (34.1 + own - awake) * (-since_up / 25.0).exp()
        } else {
            in_bed + noise(m, 4) * 0.03
        }
    }

    /// In percent: charged yesterday evening.
    fn battery(&self, m: Moment) -> f64 {
        let charged = self.now.since(self.at(1, 1_290));
        let hours = |ms: i64| ms as f64 / HOUR as f64;
        if m.ago <= charged { 84.0 + 0.64 * hours(m.ago) } else { 22.0 + 0.64 * hours(m.ago - charged) }
    }

    /// The steps from one time to another.
    pub fn steps_between(&self, from: UnixMillis, to: UnixMillis) -> f64 {
        self.minutes(from, to).map(|m| self.steps(m)).sum::<f64>().round()
    }

    /// The minutes from one time to another, as far as they have begun.
    pub fn minutes(&self, from: UnixMillis, to: UnixMillis) -> impl Iterator<Item = Moment> {
        let end = to.min(self.now.plus(1));
        let count = end.since(from).max(0).div_euclid(MINUTE) + i64::from(end.since(from) % MINUTE > 0);
        (0..count).map(move |n| self.moment(from.plus(n * MINUTE)))
    }
}

/// The minute of the evening at which the wearer fell asleep before that day.
fn fell(day: i64) -> i64 {
    23 * 60 + 12 + (22.0 * (day as f64 * 1.7).sin()).round() as i64
}

/// The minute at which the wearer woke on that day.
fn woke(day: i64) -> i64 {
    6 * 60 + 36 + (28.0 * (day as f64 * 1.1).sin()).round() as i64
}

/// For how many minutes a run has gone on, or been over: up to three quarters of an hour.
fn running(m: Moment) -> Option<f64> {
    let elapsed = m.minute - RUN.0;
    (m.day.rem_euclid(4) == 1 && (0..RUN.1 + 45).contains(&elapsed)).then_some(elapsed as f64)
}

/// What an alert's episode makes of a value: from beyond its limit to its farthest, and back where it is over.
fn during(episode: &Episode, m: Moment, usual: f64) -> f64 {
    let (Some(peak), Some(limit)) = (peak(episode.rule, episode.level), limit(episode.rule, episode.level))
    else {
        return usual;
    };
    let since = episode.begun - m.ago;
    let rises = if episode.rule == AlertRule::SkinTemperatureHigh { 15 * MINUTE } else { 2 * MINUTE };
    let lasted = episode.lasted.unwrap_or(2 * episode.begun);
    let within = ramp(-since, rises) * ramp(since - lasted, rises);
    if within <= 0.0 {
        return usual;
    }
    let share = (since as f64 / lasted as f64).clamp(0.0, 1.0);
    let beyond = limit + (peak - limit) * (0.5 + 0.5 * (share * std::f64::consts::PI).sin());
    usual * (1.0 - within) + beyond * within
}

/// 1 up to zero, 0 from `over` on, in between a slope.
fn ramp(ms: i64, over: i64) -> f64 {
    1.0 - (ms as f64 / over as f64).clamp(0.0, 1.0)
}

/// From −1 to 1, the same for the same minute and seed.
#[expect(clippy::cast_precision_loss, reason = "ten bits")]
fn noise(m: Moment, seed: u64) -> f64 {
    // Of neighbours alike, or of every fifteenth, no pattern is left (the finalizer of SplitMix64).
    let minute = (m.day * 24 * 60 - m.minute).unsigned_abs();
    let mut mixed = (minute * 8 + seed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((mixed >> 54) as f64) / 511.5 - 1.0
}
