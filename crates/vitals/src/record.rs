//! One second of the bracelet's journal, and its name.

use crate::{Boot, Bpm, CentiCelsius, JournalId, Percent, RrMillis, Seq, Steps, UptimeMillis};

/// The most beat-to-beat intervals one record holds: a record spans about a second, and 300 bpm are 5 beats a second.
pub const MAX_RR: usize = 6;

/// A record's name, the same in every app for ever: which journal, which start of the bracelet, which place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RecordName {
    /// The id the flash got when it was formatted.
    pub journal: JournalId,
    /// Which start of the bracelet.
    pub boot: Boot,
    /// The place within the boot.
    pub seq: Seq,
}

/// How sure the sensor chain is of the heart rate, 0 (not at all) to 100.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Quality(pub u8);

impl Quality {
    /// Below this a heart rate is not shown and raises no alarm.
    pub const GOOD: Self = Self(50);

    /// Whether a heart rate of this quality may be shown and judged.
    #[must_use]
    pub fn is_good(self) -> bool {
        self >= Self::GOOD
    }
}

/// What the wearer does, as far as motion and the heart tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Activity {
    /// Awake and at rest.
    #[default]
    Still,
    /// Walking, running, working.
    Moving,
    /// Asleep.
    Asleep,
}

impl Activity {
    /// The number under which pages, the database and the cloud keep it.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Still => 0,
            Self::Moving => 1,
            Self::Asleep => 2,
        }
    }

    /// The activity of that number.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Still),
            1 => Some(Self::Moving),
            2 => Some(Self::Asleep),
            _ => None,
        }
    }
}

/// Something that happened, as a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum EventKind {
    /// The wearer fell.
    Fall,
    /// The SOS button was held.
    Sos,
    /// The SOS was taken back within its countdown.
    SosCancelled,
    /// The bracelet was put on.
    Worn,
    /// The bracelet was taken off.
    Removed,
    /// The battery is nearly empty.
    LowBattery,
    /// A sensor does not answer or answers nonsense; [`Event::detail`] tells which.
    SensorFault,
    /// The button was pressed; [`Event::detail`] tells how.
    Button,
}

impl EventKind {
    /// Every kind; the place in this list is its code on the wire, so it may only grow at its end.
    pub const ALL: [Self; 8] = [
        Self::Fall,
        Self::Sos,
        Self::SosCancelled,
        Self::Worn,
        Self::Removed,
        Self::LowBattery,
        Self::SensorFault,
        Self::Button,
    ];

    /// The name on the wire and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fall => "fall",
            Self::Sos => "sos",
            Self::SosCancelled => "sos_cancelled",
            Self::Worn => "worn",
            Self::Removed => "removed",
            Self::LowBattery => "low_battery",
            Self::SensorFault => "sensor_fault",
            Self::Button => "button",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The number of the kind in packed pages.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Fall => 0,
            Self::Sos => 1,
            Self::SosCancelled => 2,
            Self::Worn => 3,
            Self::Removed => 4,
            Self::LowBattery => 5,
            Self::SensorFault => 6,
            Self::Button => 7,
        }
    }

    /// The kind of that number.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }
}

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// More about it, by kind: a fault's sensor, a button's gesture; 0 where there is nothing to add.
    pub detail: u8,
}

/// One line of the journal: what was newly measured in about a second, or an event in its own record.
///
/// A field is `None` when nothing new was measured, never a repeated value and never a zero that stands for "unknown".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Record {
    /// The place within the boot.
    pub seq: Seq,
    /// When it was closed, on the bracelet's own clock; never earlier than the record before it.
    pub uptime: UptimeMillis,
    /// Heart rate, each second while there is a pulse.
    pub heart_rate: Option<Bpm>,
    /// Oxygen saturation, at most every 10 s.
    pub spo2: Option<Percent>,
    /// Skin temperature, every 30 s.
    pub skin_temperature: Option<CentiCelsius>,
    /// Battery charge, when it changes and at the start of a boot.
    pub battery: Option<Percent>,
    /// Steps since the record before this one.
    pub steps: Steps,
    /// How sure the heart rate is.
    pub quality: Quality,
    /// Whether the bracelet is on a wrist.
    pub worn: bool,
    /// What the wearer does.
    pub activity: Activity,
    /// The beat-to-beat intervals that ended within this record, oldest first.
    pub rr: heapless::Vec<RrMillis, MAX_RR>,
    /// What happened, if something did.
    pub event: Option<Event>,
}
