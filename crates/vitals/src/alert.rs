//! Alerts: when a status has held long enough to tell somebody.

use crate::warmth::{Warm, Warmth};
use crate::{
    Activity, CentiCelsius, Judged, Limits, Metric, Reading, Status, StatusTracker, Thresholds, UnixMillis,
};

/// How urgent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Level {
    /// Orange: silent, with a badge.
    Attention,
    /// Red: with sound.
    Alert,
}

/// What an alert is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum AlertRule {
    /// Heart rate above the limit.
    HeartRateHigh,
    /// Heart rate below the limit.
    HeartRateLow,
    /// Oxygen saturation below the limit.
    Spo2Low,
    /// Skin temperature above the limit, or for half an hour above the wearer's own nights.
    SkinTemperatureHigh,
    /// The wearer fell. Judged by the bracelet; no limit.
    Fall,
    /// The SOS button was held. Judged by the bracelet; no limit.
    Sos,
}

impl AlertRule {
    /// Every rule.
    pub const ALL: [Self; 6] = [
        Self::HeartRateHigh,
        Self::HeartRateLow,
        Self::Spo2Low,
        Self::SkinTemperatureHigh,
        Self::Fall,
        Self::Sos,
    ];

    /// The rule of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// The name in the database and in an alert's id.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::HeartRateHigh => "heart_rate_high",
            Self::HeartRateLow => "heart_rate_low",
            Self::Spo2Low => "spo2_low",
            Self::SkinTemperatureHigh => "skin_temperature_high",
            Self::Fall => "fall",
            Self::Sos => "sos",
        }
    }

    /// The metric it watches; none for what the bracelet itself judges.
    #[must_use]
    pub fn metric(self) -> Option<Metric> {
        match self {
            Self::HeartRateHigh | Self::HeartRateLow => Some(Metric::HeartRate),
            Self::Spo2Low => Some(Metric::Spo2),
            Self::SkinTemperatureHigh => Some(Metric::SkinTemperature),
            Self::Fall | Self::Sos => None,
        }
    }

    /// Whether values below the limit raise it.
    #[must_use]
    pub fn is_low(self) -> bool {
        matches!(self, Self::HeartRateLow | Self::Spo2Low)
    }
}

/// One episode beyond a limit. Values and limits in hundredths of the metric's unit; both 0 for rules without a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Alert {
    /// What about.
    pub rule: AlertRule,
    /// The worst level reached.
    pub level: Level,
    /// Since when the status held.
    pub since: UnixMillis,
    /// When it had held long enough to be told.
    pub raised: UnixMillis,
    /// The value farthest beyond the limit.
    pub peak: i32,
    /// The limit in force when it was raised.
    pub limit: i32,
    /// When values were back inside; none while open.
    pub closed: Option<UnixMillis>,
}

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertChange {
    /// A new episode.
    Raised(Alert),
    /// An open one became red.
    Escalated(Alert),
    /// An open one ended by recovery.
    Closed(Alert),
}

/// How long orange holds before it is told: heart rate and temperature 10 min.
pub(crate) const HOLD_ATTENTION_MS: i64 = 10 * 60_000;
/// How long red holds before it is told: 2 min.
pub(crate) const HOLD_ALERT_MS: i64 = 2 * 60_000;
/// Red skin temperature waits as long as orange: skin is slow.
pub(crate) const HOLD_SKIN_MS: i64 = 10 * 60_000;
/// Orange SpO₂ is told for a median of so long.
pub(crate) const HOLD_SPO2_MS: i64 = 5 * 60_000;
/// After the bracelet is put on, nothing is judged for so long.
const WARM_UP_MS: i64 = 60_000;
/// The orange SpO₂ alert is for a median over so many seconds.
const SPO2_MEDIAN_S: usize = 300;

/// One metric's way to an alert.
#[derive(Clone, Debug)]
struct Watch {
    tracker: StatusTracker,
    since: Option<(Level, UnixMillis)>,
    open: Option<Alert>,
    peak: Option<i32>,
}

impl Watch {
    fn new(metric: Metric, limits: Limits) -> Self {
        Self { tracker: StatusTracker::new(metric, limits), since: None, open: None, peak: None }
    }

    fn cancel_holds(&mut self) {
        self.tracker.clear();
        self.since = None;
        self.peak = None;
    }
}

/// Judges readings, one after the other, against a person's thresholds.
///
/// It is told readings of one source in the order of their times; it never asks a clock.
#[derive(Clone, Debug)]
pub struct Monitor {
    thresholds: Thresholds,
    age_years: Option<u8>,
    heart: Watch,
    spo2: Watch,
    skin: Watch,
    warmth: Warmth,
    /// Which of the SpO₂ values of the last five minutes were below the orange limit.
    spo2_last: heapless::Deque<(UnixMillis, bool), SPO2_MEDIAN_S>,
    worn_since: Option<UnixMillis>,
    activity: Activity,
    last: Option<UnixMillis>,
}

impl Monitor {
    /// A monitor that knows nothing yet. The age sets the limit while moving; without one an age of 40 is assumed.
    #[must_use]
    pub fn new(thresholds: Thresholds, age_years: Option<u8>) -> Self {
        Self {
            thresholds,
            age_years,
            heart: Watch::new(Metric::HeartRate, thresholds.heart_rate),
            spo2: Watch::new(Metric::Spo2, thresholds.spo2),
            skin: Watch::new(Metric::SkinTemperature, thresholds.skin_temperature),
            warmth: Warmth::default(),
            spo2_last: heapless::Deque::new(),
            worn_since: None,
            activity: Activity::Still,
            last: None,
        }
    }

    /// Other thresholds, at once.
    pub fn set_thresholds(&mut self, thresholds: Thresholds) {
        self.thresholds = thresholds;
        self.heart.tracker.set_limits(self.heart_limits(self.activity));
        self.spo2.tracker.set_limits(thresholds.spo2);
        self.skin.tracker.set_limits(thresholds.skin_temperature);
    }

    /// Another age, at once.
    pub fn set_age(&mut self, age_years: Option<u8>) {
        self.age_years = age_years;
        self.heart.tracker.set_limits(self.heart_limits(self.activity));
    }

    /// What the wearer's skin is usually like while they sleep; none: too few nights are known. Skin that has been
    /// [`WARMER_BY`](crate::WARMER_BY) above it for [`WARM_HOLD_MS`](crate::WARM_HOLD_MS) is orange.
    pub fn set_skin_usual(&mut self, usual: Option<CentiCelsius>) {
        self.warmth.set_usual(usual);
    }

    fn heart_limits(&self, activity: Activity) -> Limits {
        self.thresholds.in_force(Judged::heart(activity), self.age_years)
    }

    /// Takes a reading and tells what it changes. At most one change for each rule.
    pub fn push(&mut self, reading: &Reading) -> heapless::Vec<AlertChange, 4> {
        let mut changes = heapless::Vec::new();
        if self.last.is_some_and(|last| reading.at <= last) {
            return changes;
        }
        self.last = Some(reading.at);
        if !reading.worn {
            self.worn_since = None;
            self.heart.cancel_holds();
            self.spo2.cancel_holds();
            self.skin.cancel_holds();
            self.warmth.clear();
            self.spo2_last.clear();
            return changes;
        }
        let worn_since = *self.worn_since.get_or_insert(reading.at);
        let warm = reading.at.since(worn_since) >= WARM_UP_MS;
        if reading.activity != self.activity {
            self.activity = reading.activity;
            self.heart.tracker.set_limits(self.heart_limits(self.activity));
        }

        if let Some(bpm) = reading.heart_rate.filter(|_| reading.quality.is_good()) {
            let value = i32::from(bpm.0) * 100;
            self.heart.tracker.push(reading.at, value);
            let holds = (HOLD_ATTENTION_MS, HOLD_ALERT_MS);
            let rule = |high| if high { AlertRule::HeartRateHigh } else { AlertRule::HeartRateLow };
            let change =
                step(&mut self.heart, reading.at, value, warm, None, rule, |level, held| match level {
                    Level::Attention => held >= holds.0,
                    Level::Alert => held >= holds.1,
                });
            let _ = changes.extend_from_slice(change.as_slice());
        }
        if let Some(percent) = reading.spo2 {
            let value = i32::from(percent.0) * 100;
            let low = self.thresholds.spo2.low_attention.is_some_and(|limit| value < limit);
            while self.spo2_last.is_full()
                || self.spo2_last.front().is_some_and(|&(at, _)| reading.at.since(at) > 300_000)
            {
                self.spo2_last.pop_front();
            }
            let _ = self.spo2_last.push_back((reading.at, low));
            let beyond = self.spo2_last.iter().filter(|(_, low)| *low).count();
            let median_low = beyond * 2 > self.spo2_last.len();
            let spans = self.spo2_last.front().is_some_and(|&(at, _)| reading.at.since(at) >= 270_000);
            self.spo2.tracker.push(reading.at, value);
            let change = step(
                &mut self.spo2,
                reading.at,
                value,
                warm,
                None,
                |_| AlertRule::Spo2Low,
                |level, held| match level {
                    Level::Attention => median_low && spans,
                    Level::Alert => held >= HOLD_ALERT_MS,
                },
            );
            let _ = changes.extend_from_slice(change.as_slice());
        }
        if let Some(temperature) = reading.skin_temperature {
            let value = i32::from(temperature.0);
            self.skin.tracker.push(reading.at, value);
            self.warmth.push(reading.at, value);
            let change = step(
                &mut self.skin,
                reading.at,
                value,
                warm,
                self.warmth.warm(),
                |_| AlertRule::SkinTemperatureHigh,
                |_, held| held >= HOLD_SKIN_MS,
            );
            let _ = changes.extend_from_slice(change.as_slice());
        }
        changes
    }

    /// The heart rate's status: unknown when stale, neutral while moving below the limit.
    #[must_use]
    pub fn heart_rate(&self, now: UnixMillis) -> Status {
        match self.heart.tracker.status(now) {
            Status::Ok if self.activity == Activity::Moving => Status::Active,
            status => status,
        }
    }

    /// Oxygen saturation's status.
    #[must_use]
    pub fn spo2(&self, now: UnixMillis) -> Status {
        self.spo2.tracker.status(now)
    }

    /// Skin temperature's status: by its limits, and by what is usual for the wearer.
    #[must_use]
    pub fn skin_temperature(&self, now: UnixMillis) -> Status {
        match self.skin.tracker.status(now) {
            Status::Ok if self.warmth.warm().is_some() => Status::Attention,
            status => status,
        }
    }

    /// The limit that the heart rate is beyond (hundredths of a bpm), whether it is the upper one, and since when.
    #[must_use]
    pub fn heart_crossed(&self) -> Option<(i32, bool, UnixMillis)> {
        let (limit, high) = self.heart.tracker.crossed()?;
        let (_, since) = self.heart.since?;
        Some((limit, high, since))
    }

    /// The worst fresh status; `Ok` only with heart rate and SpO₂ fresh.
    #[must_use]
    pub fn overall(&self, now: UnixMillis) -> Status {
        let heart = self.heart_rate(now);
        let spo2 = self.spo2(now);
        let worst = heart.max(spo2).max(self.skin_temperature(now));
        match worst {
            Status::Ok if heart == Status::Unknown || spo2 == Status::Unknown => Status::Unknown,
            worst => worst,
        }
    }

    /// The open alerts.
    pub fn open(&self) -> impl Iterator<Item = &Alert> {
        [&self.heart, &self.spo2, &self.skin].into_iter().filter_map(|watch| watch.open.as_ref())
    }
}

/// Moves one metric's watch on by a value that its tracker has just taken. `unusual`: it is orange for longer than any hold
/// already, whatever its limits say.
fn step(
    watch: &mut Watch,
    at: UnixMillis,
    value: i32,
    warm: bool,
    unusual: Option<Warm>,
    rule: impl Fn(bool) -> AlertRule,
    held_long_enough: impl Fn(Level, i64) -> bool,
) -> Option<AlertChange> {
    let (level, unusual) = match (watch.tracker.status(at), unusual) {
        (Status::Attention, unusual) | (Status::Ok | Status::Active, unusual @ Some(_)) => {
            (Level::Attention, unusual)
        }
        (Status::Alert, _) => (Level::Alert, None),
        // Not knowing is no recovery: an open alert stays open until values are seen to be back inside.
        (Status::Unknown, _) => {
            watch.since = None;
            return None;
        }
        (Status::Ok | Status::Active, None) => {
            watch.since = None;
            watch.peak = None;
            return watch.open.take().map(|mut alert| {
                alert.closed = Some(at);
                AlertChange::Closed(alert)
            });
        }
    };
    let (limit, high) = unusual.map(|warm| (warm.limit, true)).or_else(|| watch.tracker.crossed())?;
    let rule = rule(high);
    if watch.open.is_some_and(|open| open.rule != rule) {
        watch.since = Some((level, at));
        watch.peak = Some(value);
        return watch.open.take().map(|mut alert| {
            alert.closed = Some(at);
            AlertChange::Closed(alert)
        });
    }
    // A hold is of its level: red begins to count when it turned red; orange goes on counting beneath red.
    let since = match (watch.since, unusual) {
        (Some((was, since)), None) if was >= level => since,
        (was, Some(warm)) => {
            let since = was.map_or(warm.since, |(_, since)| since.min(warm.since));
            watch.since = Some((level, since));
            since
        }
        _ => {
            watch.since = Some((level, at));
            at
        }
    };
    let farther = |a: i32, b: i32| if high { a.max(b) } else { a.min(b) };
    let peak = farther(watch.peak.unwrap_or(value), value);
    watch.peak = Some(peak);
    match &mut watch.open {
        Some(open) => {
            open.peak = farther(open.peak, value);
            if level > open.level && held_long_enough(level, at.since(since)) {
                open.level = level;
                open.limit = limit;
                return Some(AlertChange::Escalated(*open));
            }
            None
        }
        None if warm && (unusual.is_some() || held_long_enough(level, at.since(since))) => {
            let alert = Alert { rule, level, since, raised: at, peak, limit, closed: None };
            watch.open = Some(alert);
            Some(AlertChange::Raised(alert))
        }
        None => None,
    }
}
