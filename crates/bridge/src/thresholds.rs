//! Limits on the screen of thresholds, and how they reach the bracelet.

use serde::{Deserialize, Serialize};
use vitals::{Goals, Judged, Limits, Thresholds, UnixMillis};

/// Limits with the time from which they hold, until the next ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThresholdsFrom {
    /// From when on; none: always, the product's defaults before the first own ones.
    pub from: Option<UnixMillis>,
    /// The limits.
    pub thresholds: Thresholds,
}

/// Goals with the time from which they hold, until the next ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoalsFrom {
    /// From when on; none: always, the product's defaults before the first own ones.
    pub from: Option<UnixMillis>,
    /// The goals.
    pub goals: Goals,
}

/// What was in force over a range, for charts: each holds from its time up to the next one's. The first one may have begun
/// before the range.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InForce {
    /// The limits, the oldest first; never empty.
    pub thresholds: Vec<ThresholdsFrom>,
    /// The goals, the oldest first; never empty.
    pub goals: Vec<GoalsFrom>,
    /// The wearer's age in years now: it sets the limit of the moving heart ([`Thresholds::in_force`]).
    pub age_years: Option<u8>,
}

impl InForce {
    /// The product's defaults, always.
    #[must_use]
    pub fn defaults() -> Self {
        Self {
            thresholds: vec![ThresholdsFrom { from: None, thresholds: Thresholds::default() }],
            goals: vec![GoalsFrom { from: None, goals: Goals::default() }],
            age_years: None,
        }
    }

    /// The limits in force at a time.
    #[must_use]
    pub fn thresholds_at(&self, at: UnixMillis) -> Thresholds {
        let holds = |from: &ThresholdsFrom| from.from.is_none_or(|from| from <= at);
        self.thresholds
            .iter()
            .rev()
            .find(|&from| holds(from))
            .map_or_else(Thresholds::default, |it| it.thresholds)
    }

    /// The goals in force at a time.
    #[must_use]
    pub fn goals_at(&self, at: UnixMillis) -> Goals {
        let holds = |from: &GoalsFrom| from.from.is_none_or(|from| from <= at);
        self.goals.iter().rev().find(|&from| holds(from)).map_or_else(Goals::default, |it| it.goals)
    }
}

/// All that the screen of thresholds and goals shows but the distributions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// The limits in force now.
    pub thresholds: Thresholds,
    /// The goals in force now.
    pub goals: Goals,
    /// The wearer's age in years; none without a year of birth.
    pub age_years: Option<u8>,
    /// What the wearer's skin usually is while they sleep, °C: 1.0 above it for half an hour is orange, whatever the limits.
    /// None before five nights are known.
    pub skin_usual: Option<f64>,
    /// Whether the limits have come to the bracelet.
    pub thresholds_sent: Sent,
    /// Whether the goals have come to the bracelet.
    pub goals_sent: Sent,
    /// Limits that would suit this person better; suggested, never applied by themselves.
    pub suggestions: Vec<Suggestion>,
}

/// How far something has come on its way to the bracelet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sent {
    /// There is no bracelet that it could go to, or it is the product's default, which every bracelet has.
    Unneeded,
    /// The bracelet is away or has not answered yet.
    Waiting {
        /// Since when.
        since: UnixMillis,
    },
    /// On the bracelet.
    OnBracelet {
        /// Since when.
        since: UnixMillis,
    },
    /// The bracelet answered that it cannot.
    Failed {
        /// When.
        at: UnixMillis,
    },
}

/// A limit that would suit this person better, and why.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Of what.
    pub judged: Judged,
    /// The limits with the suggestion in them.
    pub limits: Limits,
    /// The value that they are usually above (1 of 100 of their values lies below), in the metric's unit.
    pub usual_low: f64,
    /// Whether they said that a slow heart is usual for them.
    pub slow_heart: bool,
    /// Days with at least 12 hours of good signal that it rests on; 7 or more.
    pub days: u32,
}

/// What limits would have done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WouldAlert {
    /// Orange alerts in the last 7 days.
    pub attention_7d: u32,
    /// Red alerts in the last 7 days.
    pub alert_7d: u32,
    /// Orange alerts in the last 30 days.
    pub attention_30d: u32,
    /// Red alerts in the last 30 days.
    pub alert_30d: u32,
    /// Hours in the last 30 days with values that could be judged; 0: nothing can be said.
    pub hours: u32,
}

/// How often each value occurred in the last 30 days: the hill behind a number line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// Of what.
    pub judged: Judged,
    /// Values in the metric's unit with how many seconds (heart rate) or measurements they were, in the order of the values.
    /// Heart rate by bpm, oxygen by percent, skin temperature by 0.1 °C.
    pub values: Vec<(f64, u32)>,
}

/// An error beside a field of the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitsWrong {
    /// Which limits.
    pub judged: Judged,
    /// What is wrong with them.
    pub why: vitals::LimitsError,
}
