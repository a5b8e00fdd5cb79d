//! The metrics, their names, units, ranges and how long a value stays fresh.

/// What is measured. The names are those of the cloud's contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Metric {
    /// Beats per minute.
    HeartRate,
    /// Peripheral oxygen saturation, percent.
    Spo2,
    /// Temperature of the skin under the bracelet, °C. Not the body's core: it follows the room.
    SkinTemperature,
    /// Temperature of the air, °C. No sensor of ours reports it; the cloud's contract knows it.
    AmbientTemperature,
    /// Steps in the interval that ends at the point's time, so that a sum over intervals is a total.
    Steps,
    /// Time slept in the interval that ends at the point's time, hours.
    Sleep,
    /// Battery charge, percent.
    Battery,
    /// How strongly the wearer moves: acceleration beyond gravity, g.
    Activity,
}

impl Metric {
    /// Every metric, in the contract's order.
    pub const ALL: [Self; 8] = [
        Self::HeartRate,
        Self::Spo2,
        Self::SkinTemperature,
        Self::AmbientTemperature,
        Self::Steps,
        Self::Sleep,
        Self::Battery,
        Self::Activity,
    ];

    /// The name in exports, in the cloud and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::HeartRate => "heart_rate",
            Self::Spo2 => "spo2",
            Self::SkinTemperature => "skin_temperature",
            Self::AmbientTemperature => "ambient_temperature",
            Self::Steps => "steps",
            Self::Sleep => "sleep",
            Self::Battery => "battery",
            Self::Activity => "activity",
        }
    }

    /// The metric of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.name() == name)
    }

    /// The unit as the cloud's contract writes it.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::HeartRate => "bpm",
            Self::Spo2 | Self::Battery => "%",
            Self::SkinTemperature | Self::AmbientTemperature => "°C",
            Self::Steps => "steps",
            Self::Sleep => "hours",
            Self::Activity => "g",
        }
    }

    /// For how many milliseconds a value may be shown as current. `None`: it has no "now".
    #[must_use]
    pub fn fresh_for_ms(self) -> Option<i64> {
        match self {
            Self::HeartRate => Some(10_000),
            Self::Spo2 => Some(60_000),
            Self::SkinTemperature | Self::AmbientTemperature => Some(120_000),
            Self::Steps => Some(900_000),
            Self::Battery => Some(3_600_000),
            Self::Sleep | Self::Activity => None,
        }
    }
}
