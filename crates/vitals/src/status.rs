//! Green, orange, red, and grey for unknown: with a median, hysteresis and freshness.

use crate::{Level, Limits, Metric, UnixMillis};

/// What a value means. Ordered: a later one is worse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Status {
    /// Not known: grey, never green.
    #[default]
    Unknown,
    /// Moving: neutral, not judged.
    Active,
    /// Within the limits: green.
    Ok,
    /// Beyond the first limit: orange.
    Attention,
    /// Beyond the second limit: red.
    Alert,
}

/// Whether a value may be shown as current.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Freshness {
    /// Current.
    Fresh,
    /// Grey, with its age.
    Stale,
    /// A dash, with the last value small.
    #[default]
    Gone,
}

/// How long a stale value is still shown before it becomes a dash.
const STALE_FOR_MS: i64 = 5 * 60_000;

impl Freshness {
    /// Judges a value of that age. A metric without a "now" is never fresh by age and never stale: it is `Fresh`.
    ///
    /// A value from the future (the clock was set back) counts as fresh.
    #[must_use]
    pub fn of(metric: Metric, age_ms: i64) -> Self {
        match metric.fresh_for_ms() {
            None => Self::Fresh,
            Some(fresh) if age_ms <= fresh => Self::Fresh,
            Some(fresh) if age_ms <= fresh + STALE_FOR_MS => Self::Stale,
            Some(_) => Self::Gone,
        }
    }
}

/// Which side of the limits, and how far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Low,
    High,
}

/// The limit that a value is beyond, and the level it means: the outer one if both are crossed.
pub(crate) fn beyond(limits: &Limits, value: i32) -> Option<(Side, Level, i32)> {
    let low = |limit: Option<i32>| limit.filter(|&l| value < l);
    let high = |limit: Option<i32>| limit.filter(|&l| value > l);
    if let Some(limit) = high(limits.high_alert) {
        Some((Side::High, Level::Alert, limit))
    } else if let Some(limit) = low(limits.low_alert) {
        Some((Side::Low, Level::Alert, limit))
    } else if let Some(limit) = high(limits.high_attention) {
        Some((Side::High, Level::Attention, limit))
    } else {
        low(limits.low_attention).map(|limit| (Side::Low, Level::Attention, limit))
    }
}

/// Seconds over which the colour is judged.
const WINDOW: usize = 10;
/// Of these seconds so many must be beyond a limit for the colour to change.
const ENTER: usize = 8;
/// Values needed before anything is said at all.
const FIRST: usize = 3;
/// How long values must be well inside before the colour goes back.
pub(crate) const LEAVE_MS: i64 = 15_000;

/// Follows one metric's colour: enters a level when 8 of the last 10 s are beyond its limit, leaves it after 15 s inside
/// by a margin.
///
/// Values are in hundredths of the metric's unit. A value holds until the next, as long as it is fresh.
#[derive(Clone, Debug)]
pub struct StatusTracker {
    metric: Metric,
    limits: Limits,
    window: heapless::Deque<i32, WINDOW>,
    last: Option<UnixMillis>,
    level: Option<(Side, Level)>,
    inside_since: Option<UnixMillis>,
}

impl StatusTracker {
    /// A tracker that knows nothing yet.
    #[must_use]
    pub fn new(metric: Metric, limits: Limits) -> Self {
        Self { metric, limits, window: heapless::Deque::new(), last: None, level: None, inside_since: None }
    }

    /// How far inside a limit a value must be to count as back, in hundredths: 3 bpm, 1 point, 0.2 °C.
    fn margin(&self) -> i32 {
        match self.metric {
            Metric::HeartRate => 300,
            Metric::SkinTemperature | Metric::AmbientTemperature => 20,
            _ => 100,
        }
    }

    /// Other limits, at once: the colour is judged anew on the present median.
    pub fn set_limits(&mut self, limits: Limits) {
        if limits != self.limits {
            self.limits = limits;
            self.judge_median();
        }
    }

    /// The limits in force.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Forgets everything, as when the bracelet is taken off.
    pub fn clear(&mut self) {
        self.window.clear();
        self.last = None;
        self.level = None;
        self.inside_since = None;
    }

    /// Takes a new value. Values that do not move forward in time are ignored.
    pub fn push(&mut self, at: UnixMillis, value: i32) {
        let fresh = self.metric.fresh_for_ms().unwrap_or(i64::MAX);
        let seconds = match self.last {
            Some(last) if at <= last => return,
            Some(last) if at.since(last) > fresh => {
                self.clear();
                1
            }
            Some(last) => {
                usize::try_from(at.since(last).saturating_add(500) / 1000).unwrap_or(1).clamp(1, WINDOW)
            }
            None => 1,
        };
        let held = self.window.back().copied();
        for step in 1..=seconds {
            let value = if step == seconds { value } else { held.unwrap_or(value) };
            if self.window.is_full() {
                self.window.pop_front();
            }
            // There is room: one was just taken out.
            let _ = self.window.push_back(value);
        }
        self.last = Some(at);
        if self.window.len() < WINDOW {
            self.judge_median();
        } else {
            self.judge(at, value);
        }
    }

    fn judge_median(&mut self) {
        self.inside_since = None;
        self.level =
            self.median().and_then(|value| beyond(&self.limits, value)).map(|(side, level, _)| (side, level));
    }

    fn judge(&mut self, at: UnixMillis, value: i32) {
        let count = |side: Side, level: Level| {
            self.window
                .iter()
                .filter(|&&v| beyond(&self.limits, v).is_some_and(|(s, l, _)| s == side && l >= level))
                .count()
        };
        for side in [Side::High, Side::Low] {
            for level in [Level::Alert, Level::Attention] {
                if count(side, level) >= ENTER && self.level.is_none_or(|(s, l)| s != side || l < level) {
                    self.level = Some((side, level));
                    self.inside_since = None;
                    return;
                }
            }
        }
        let Some((side, level)) = self.level else { return };
        let limit = match (side, level) {
            (Side::High, Level::Alert) => self.limits.high_alert,
            (Side::High, Level::Attention) => self.limits.high_attention,
            (Side::Low, Level::Alert) => self.limits.low_alert,
            (Side::Low, Level::Attention) => self.limits.low_attention,
        };
        let inside = limit.is_none_or(|limit| match side {
            Side::High => value <= limit - self.margin(),
            Side::Low => value >= limit + self.margin(),
        });
        if !inside {
            self.inside_since = None;
            return;
        }
        let since = *self.inside_since.get_or_insert(at);
        if at.since(since) >= LEAVE_MS {
            self.judge_median();
        }
    }

    /// The median of the last 10 s; none before three values are known.
    #[must_use]
    pub fn median(&self) -> Option<i32> {
        if self.window.len() < FIRST {
            return None;
        }
        let mut sorted: heapless::Vec<i32, WINDOW> = self.window.iter().copied().collect();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }

    /// The status at `now`: unknown before three values and once the last one is stale.
    #[must_use]
    pub fn status(&self, now: UnixMillis) -> Status {
        let Some(last) = self.last else { return Status::Unknown };
        if self.window.len() < FIRST || Freshness::of(self.metric, now.since(last)) != Freshness::Fresh {
            return Status::Unknown;
        }
        match self.level {
            None => Status::Ok,
            Some((_, Level::Attention)) => Status::Attention,
            Some((_, Level::Alert)) => Status::Alert,
        }
    }

    /// The limit that the current level is beyond, and whether it is the upper one.
    #[must_use]
    pub fn crossed(&self) -> Option<(i32, bool)> {
        let (side, level) = self.level?;
        let limit = match (side, level) {
            (Side::High, Level::Alert) => self.limits.high_alert,
            (Side::High, Level::Attention) => self.limits.high_attention,
            (Side::Low, Level::Alert) => self.limits.low_alert,
            (Side::Low, Level::Attention) => self.limits.low_attention,
        }?;
        Some((limit, side == Side::High))
    }
}
