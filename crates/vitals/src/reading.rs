//! What is known at one instant, from any source.

use crate::{Activity, Bpm, CentiCelsius, Percent, Quality, Record, UnixMillis};

/// The values of one instant, from a live line or a journal record: what status and alerts are judged on.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Reading {
    /// When it was measured.
    pub at: UnixMillis,
    /// Heart rate, if it is plausible.
    pub heart_rate: Option<Bpm>,
    /// Oxygen saturation, if it is plausible.
    pub spo2: Option<Percent>,
    /// Skin temperature, if it is plausible.
    pub skin_temperature: Option<CentiCelsius>,
    /// How sure the heart rate is.
    pub quality: Quality,
    /// Whether the bracelet is on a wrist.
    pub worn: bool,
    /// What the wearer does.
    pub activity: Activity,
}

impl Reading {
    /// The instant of a record, placed at `at`. Implausible values are left out.
    #[must_use]
    pub fn of(record: &Record, at: UnixMillis) -> Self {
        Self {
            at,
            heart_rate: record.heart_rate.filter(|bpm| bpm.is_plausible()),
            spo2: record.spo2.filter(|percent| percent.is_plausible_spo2()),
            skin_temperature: record.skin_temperature.filter(|t| t.is_plausible_skin()),
            quality: record.quality,
            worn: record.worn,
            activity: record.activity,
        }
    }
}
