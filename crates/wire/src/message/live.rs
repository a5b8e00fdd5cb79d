//! The live line: for the eye and for alarms, once a second, never stored.

use serde::{Deserialize, Serialize};
use vitals::{Activity, Bpm, CentiCelsius, MAX_RR, Percent, Quality, RrMillis, UnixMillis};

/// What the bracelet measures now. A field is `None` when there is no value.
///
/// The names of the classic object come first, so that an app made for a classic bracelet reads ours.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Live {
    /// Heart rate, bpm.
    #[serde(rename = "heartRate", default, skip_serializing_if = "Option::is_none")]
    pub heart_rate: Option<Bpm>,
    /// Oxygen saturation, percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spo2: Option<Percent>,
    /// Skin temperature; on the wire in °C.
    #[serde(rename = "temperature", default, skip_serializing_if = "Option::is_none", with = "celsius")]
    pub skin_temperature: Option<CentiCelsius>,
    /// Today's steps.
    #[serde(rename = "steps", default, skip_serializing_if = "Option::is_none")]
    pub steps_today: Option<u32>,
    /// When, by the bracelet's anchors. The bracelet's session sets it.
    #[serde(rename = "timestamp", default, skip_serializing_if = "Option::is_none")]
    pub at: Option<UnixMillis>,
    /// Battery charge, percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub battery: Option<Percent>,
    /// How sure the heart rate is, 0–100.
    #[serde(default)]
    pub quality: Quality,
    /// Whether the bracelet is on a wrist.
    #[serde(default)]
    pub worn: bool,
    /// What the wearer does.
    #[serde(default)]
    pub activity: Activity,
    /// The intervals between the last beats, milliseconds, oldest first; the last beat ended the last one.
    #[serde(default, skip_serializing_if = "heapless::Vec::is_empty")]
    pub rr: heapless::Vec<RrMillis, MAX_RR>,
    /// Milliseconds since the last beat when the line was sent, so that the heart on the screen can be in phase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beat_age: Option<u32>,
}

mod celsius {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use vitals::CentiCelsius;

    pub fn serialize<S: Serializer>(value: &Option<CentiCelsius>, serializer: S) -> Result<S::Ok, S::Error> {
        value.map(CentiCelsius::celsius).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<CentiCelsius>, D::Error> {
        Ok(Option::<f64>::deserialize(deserializer)?.and_then(CentiCelsius::from_celsius))
    }
}
