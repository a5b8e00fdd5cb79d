//! Limits with two levels a side, and the product's defaults.

use alloc::vec::Vec;

use crate::alert::{HOLD_ALERT_MS, HOLD_ATTENTION_MS, HOLD_SKIN_MS, HOLD_SPO2_MS};
use crate::{Activity, Level, Metric};

/// Limits of one metric, in hundredths of its unit; `None`: no limit there.
///
/// "Beyond" means strictly below a low limit or strictly above a high one: the limit itself is inside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Limits {
    /// Below this: alert.
    pub low_alert: Option<i32>,
    /// Below this: attention.
    pub low_attention: Option<i32>,
    /// Above this: attention.
    pub high_attention: Option<i32>,
    /// Above this: alert.
    pub high_alert: Option<i32>,
}

/// What is wrong with limits that somebody typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum LimitsError {
    /// The low alert lies inside the low attention limit.
    LowAlertInside,
    /// The high alert lies inside the high attention limit.
    HighAlertInside,
    /// A low limit lies above a high one.
    Crossed,
    /// A limit is outside what the metric can be.
    OutOfRange,
    /// A limit on a side that is not judged: high oxygen, cold skin, a moving heart's other limits.
    NotJudged,
}

impl Limits {
    /// Checks the order `low_alert ≤ low_attention < high_attention ≤ high_alert` of those that are set, and their range.
    ///
    /// # Errors
    ///
    /// The first rule that is broken.
    pub fn check(&self, metric: Metric) -> Result<(), LimitsError> {
        let range = match metric {
            Metric::HeartRate => 2_000..=30_000,
            Metric::Spo2 => 5_000..=10_000,
            Metric::SkinTemperature | Metric::AmbientTemperature => 1_000..=5_000,
            Metric::Battery => 0..=10_000,
            Metric::Steps | Metric::Sleep | Metric::Activity => 0..=i32::MAX,
        };
        let set = [self.low_alert, self.low_attention, self.high_attention, self.high_alert];
        if set.iter().flatten().any(|limit| !range.contains(limit)) {
            return Err(LimitsError::OutOfRange);
        }
        if let (Some(alert), Some(attention)) = (self.low_alert, self.low_attention)
            && alert > attention
        {
            return Err(LimitsError::LowAlertInside);
        }
        if let (Some(alert), Some(attention)) = (self.high_alert, self.high_attention)
            && alert < attention
        {
            return Err(LimitsError::HighAlertInside);
        }
        let lowest_high = [self.high_attention, self.high_alert].into_iter().flatten().min();
        let highest_low = [self.low_attention, self.low_alert].into_iter().flatten().max();
        if let (Some(low), Some(high)) = (highest_low, lowest_high)
            && low >= high
        {
            return Err(LimitsError::Crossed);
        }
        Ok(())
    }
}

/// All limits of one person. Product defaults, not diagnoses; everyone may change them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Thresholds {
    /// Heart rate, awake and still.
    pub heart_rate: Limits,
    /// Heart rate asleep.
    pub heart_rate_asleep: Limits,
    /// Heart rate while moving, alert only; `None`: by age, 208 − 0.7 × age (Tanaka, Monahan & Seals, JACC 2001).
    pub heart_rate_moving_alert: Option<i32>,
    /// Oxygen saturation.
    pub spo2: Limits,
    /// Skin temperature.
    pub skin_temperature: Limits,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            heart_rate: Limits {
                low_alert: Some(5_000),
                low_attention: Some(6_000),
                high_attention: Some(10_000),
                high_alert: Some(12_000),
            },
            heart_rate_asleep: Limits {
                low_alert: Some(4_000),
                low_attention: Some(4_500),
                high_attention: Some(10_000),
                high_alert: Some(12_000),
            },
            heart_rate_moving_alert: None,
            spo2: Limits {
                low_alert: Some(9_000),
                low_attention: Some(9_500),
                high_attention: None,
                high_alert: None,
            },
            skin_temperature: Limits {
                low_alert: None,
                low_attention: None,
                high_attention: Some(3_750),
                high_alert: Some(3_850),
            },
        }
    }
}

impl Thresholds {
    /// The highest heart rate expected at that age: 208 − 0.7 × age (Tanaka et al. 2001), in hundredths of a bpm.
    #[must_use]
    pub fn maximal_heart_rate(age_years: u8) -> i32 {
        20_800 - 70 * i32::from(age_years)
    }

    /// The limits of what is judged. Those of the moving heart are as set; see [`Self::in_force`] for what its age makes.
    #[must_use]
    pub fn limits(&self, judged: Judged) -> Limits {
        match judged {
            Judged::HeartRate => self.heart_rate,
            Judged::HeartRateAsleep => self.heart_rate_asleep,
            Judged::HeartRateMoving => {
                Limits { high_alert: self.heart_rate_moving_alert, ..Limits::default() }
            }
            Judged::Spo2 => self.spo2,
            Judged::SkinTemperature => self.skin_temperature,
        }
    }

    /// Other limits for what is judged. Of those of the moving heart only the high alert counts.
    pub fn set(&mut self, judged: Judged, limits: Limits) {
        match judged {
            Judged::HeartRate => self.heart_rate = limits,
            Judged::HeartRateAsleep => self.heart_rate_asleep = limits,
            Judged::HeartRateMoving => self.heart_rate_moving_alert = limits.high_alert,
            Judged::Spo2 => self.spo2 = limits,
            Judged::SkinTemperature => self.skin_temperature = limits,
        }
    }

    /// The limits by which what is judged is judged at that age: those of the moving heart come from it unless they are
    /// set. Without an age 40 is assumed.
    #[must_use]
    pub fn in_force(&self, judged: Judged, age_years: Option<u8>) -> Limits {
        let mut limits = self.limits(judged);
        if judged == Judged::HeartRateMoving && limits.high_alert.is_none() {
            limits.high_alert = Some(Self::maximal_heart_rate(age_years.unwrap_or(40)));
        }
        limits
    }

    /// Everything that is wrong, in the order of [`Judged::ALL`]; empty when all is well.
    #[must_use]
    pub fn check(&self) -> Vec<(Judged, LimitsError)> {
        let wrong = |judged: Judged| {
            let limits = self.limits(judged);
            let unjudged = match judged {
                Judged::Spo2 => limits.high_attention.or(limits.high_alert),
                Judged::SkinTemperature => limits.low_attention.or(limits.low_alert),
                _ => None,
            };
            let unjudged = unjudged.map(|_| LimitsError::NotJudged);
            Some((judged, unjudged.or_else(|| limits.check(judged.metric()).err())?))
        };
        Judged::ALL.into_iter().filter_map(wrong).collect()
    }
}

/// What has limits of its own: a card each on the screen of thresholds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Judged {
    /// Heart rate, awake and still.
    HeartRate,
    /// Heart rate asleep.
    HeartRateAsleep,
    /// Heart rate while moving: a high alert only.
    HeartRateMoving,
    /// Oxygen saturation: low limits only.
    Spo2,
    /// Skin temperature: high limits only.
    SkinTemperature,
}

impl Judged {
    /// All of them, in the order of the screen.
    pub const ALL: [Self; 5] =
        [Self::HeartRate, Self::HeartRateAsleep, Self::HeartRateMoving, Self::Spo2, Self::SkinTemperature];

    /// The metric whose values are judged.
    #[must_use]
    pub fn metric(self) -> Metric {
        match self {
            Self::HeartRate | Self::HeartRateAsleep | Self::HeartRateMoving => Metric::HeartRate,
            Self::Spo2 => Metric::Spo2,
            Self::SkinTemperature => Metric::SkinTemperature,
        }
    }

    /// What the wearer does when it is judged; none: whatever they do.
    #[must_use]
    pub fn activity(self) -> Option<Activity> {
        match self {
            Self::HeartRate => Some(Activity::Still),
            Self::HeartRateAsleep => Some(Activity::Asleep),
            Self::HeartRateMoving => Some(Activity::Moving),
            Self::Spo2 | Self::SkinTemperature => None,
        }
    }

    /// How a heart rate of that activity is judged.
    #[must_use]
    pub fn heart(activity: Activity) -> Self {
        match activity {
            Activity::Still => Self::HeartRate,
            Activity::Asleep => Self::HeartRateAsleep,
            Activity::Moving => Self::HeartRateMoving,
        }
    }

    /// How long a level holds before it is told, in milliseconds. Oxygen's orange is of the median of so long.
    #[must_use]
    pub fn hold_ms(self, level: Level) -> i64 {
        match (self, level) {
            (Self::Spo2, Level::Attention) => HOLD_SPO2_MS,
            (Self::SkinTemperature, _) => HOLD_SKIN_MS,
            (_, Level::Attention) => HOLD_ATTENTION_MS,
            (_, Level::Alert) => HOLD_ALERT_MS,
        }
    }

    /// The name in files and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::HeartRate => "heart_rate",
            Self::HeartRateAsleep => "heart_rate_asleep",
            Self::HeartRateMoving => "heart_rate_moving",
            Self::Spo2 => "spo2",
            Self::SkinTemperature => "skin_temperature",
        }
    }
}
