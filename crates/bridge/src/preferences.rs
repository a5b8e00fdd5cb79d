//! The person's choices for this app on this device.

use serde::{Deserialize, Serialize};
use vitals::Judged;

/// The person's choices. What is missing when they are read is as by default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// `fr`, `en`, or none: as the system says.
    pub language: Option<String>,
    /// The theme.
    pub theme: Theme,
    /// The size of text in percent of the usual one, 100–200.
    pub text_percent: u16,
    /// The units of heights and weights on screens; what is kept is metric.
    pub units: Units,
    /// The unit of temperatures on screens and in notices; what is kept is in °C.
    pub temperature: Temperature,
    /// Single seconds that are older than so many months are forgotten, while what charts and alerts are made of stays; none:
    /// everything is kept.
    pub keep_months: Option<u16>,
    /// What rings, and when.
    pub notifications: Notifications,
    /// The first-run pages were gone through.
    pub welcomed: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            language: None,
            theme: Theme::default(),
            text_percent: 100,
            units: Units::default(),
            temperature: Temperature::default(),
            keep_months: None,
            notifications: Notifications::default(),
            welcomed: false,
        }
    }
}

/// The window's theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Units of heights and weights on screens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Units {
    /// cm, kg.
    #[default]
    Metric,
    /// ft and in, lb.
    Imperial,
}

/// The unit of temperatures on screens and in notices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Temperature {
    /// °C.
    #[default]
    Celsius,
    /// °F.
    Fahrenheit,
}

impl Temperature {
    /// A temperature in °C as it is shown.
    #[must_use]
    pub fn shown(self, celsius: f64) -> f64 {
        match self {
            Self::Celsius => celsius,
            Self::Fahrenheit => celsius * 1.8 + 32.0,
        }
    }

    /// A shown temperature in °C.
    #[must_use]
    pub fn celsius(self, shown: f64) -> f64 {
        match self {
            Self::Celsius => shown,
            Self::Fahrenheit => (shown - 32.0) / 1.8,
        }
    }

    /// A difference of temperatures in °C as it is shown.
    #[must_use]
    pub fn difference(self, celsius: f64) -> f64 {
        self.shown(celsius) - self.shown(0.0)
    }

    /// The unit's sign.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Celsius => "°C",
            Self::Fahrenheit => "°F",
        }
    }
}

/// What rings, and when. Falls and SOS always do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Notifications {
    /// Of heart rate alerts.
    pub heart_rate: NotifyLevel,
    /// Of oxygen alerts.
    pub spo2: NotifyLevel,
    /// Of skin temperature alerts.
    pub skin_temperature: NotifyLevel,
    /// When orange waits for the morning; none: never.
    pub quiet: Option<QuietHours>,
    /// Whether values may stand on the lock screen.
    pub values_on_lock_screen: bool,
}

impl Default for Notifications {
    fn default() -> Self {
        Self {
            heart_rate: NotifyLevel::default(),
            spo2: NotifyLevel::default(),
            skin_temperature: NotifyLevel::default(),
            quiet: Some(QuietHours::default()),
            values_on_lock_screen: false,
        }
    }
}

impl Notifications {
    /// The level for what is judged.
    #[must_use]
    pub fn level(&self, judged: Judged) -> NotifyLevel {
        match judged {
            Judged::HeartRate | Judged::HeartRateAsleep | Judged::HeartRateMoving => self.heart_rate,
            Judged::Spo2 => self.spo2,
            Judged::SkinTemperature => self.skin_temperature,
        }
    }
}

/// Which alerts of a metric are told through the system. All of them are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotifyLevel {
    /// Orange and red.
    #[default]
    All,
    /// Only red.
    RedOnly,
    /// None.
    Off,
}

/// Hours of a day by the computer's clock, in minutes since midnight, 0–1439; over midnight if `until` is not after `from`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// From this minute on.
    pub from: u16,
    /// Until before this minute.
    pub until: u16,
}

impl Default for QuietHours {
    /// 22:00–7:00.
    fn default() -> Self {
        Self { from: 22 * 60, until: 7 * 60 }
    }
}

impl QuietHours {
    /// Whether that minute of the day is within.
    #[must_use]
    pub fn holds(self, minute: u16) -> bool {
        if self.from < self.until {
            (self.from..self.until).contains(&minute)
        } else {
            minute >= self.from || minute < self.until
        }
    }
}
