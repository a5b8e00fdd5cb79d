//! Limits with two levels a side, and the product's defaults.

use crate::Metric;

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
}
