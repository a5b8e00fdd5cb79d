//! All that Home shows, ready to be drawn.

use serde::{Deserialize, Serialize};
use vitals::{Activity, Bpm, Freshness, Metric, RrMillis, Status, UnixMillis};

use crate::Code;

/// What Home shows now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Home {
    /// When this was true, by the computer's clock.
    pub at: UnixMillis,
    /// Where the readings come from; none before the first connection.
    pub source: Option<Source>,
    /// How the bracelet is reached.
    pub connection: Connection,
    /// The heart and its rate.
    pub heart: Heart,
    /// Oxygen saturation, percent.
    pub spo2: Card,
    /// Skin temperature, °C.
    pub skin_temperature: Card,
    /// Today's steps.
    pub steps: StepsCard,
    /// Last night's sleep, hours.
    pub sleep: Card,
    /// The bracelet's battery, percent.
    pub battery: Card,
    /// The worst fresh status; `Ok` only with heart rate and SpO₂ fresh.
    pub overall: Status,
    /// Fetching what the bracelet kept while away.
    pub catching_up: Option<CatchUp>,
    /// What the store holds.
    pub storage: Storage,
    /// Whether the bracelet is on a wrist; none while unknown.
    pub worn: Option<bool>,
    /// What the wearer does; none while unknown.
    pub activity: Option<Activity>,
}

/// A source of readings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The id under which the store knows it.
    pub id: i64,
    /// The name to show.
    pub name: String,
    /// What it is. A demo is named so wherever its readings show.
    pub kind: SourceKind,
    /// The serial it tells.
    pub serial: String,
    /// Its firmware's version.
    pub firmware: Option<String>,
}

/// The name under which the built-in bracelet presents itself. As long as the person gives it no other, it is shown in their
/// language.
pub const DEMO_NAME: &str = "Demo bracelet";

/// What kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// The built-in bracelet: never synced, kept apart.
    Demo,
    /// A bracelet that keeps a journal.
    Journal,
    /// An older bracelet without authentication.
    Classic,
    /// A standard Bluetooth sensor.
    Standard,
}

/// How the bracelet is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Connection {
    /// No bracelet yet.
    None,
    /// On the way.
    Connecting {
        /// How far.
        step: Step,
    },
    /// Live.
    Connected {
        /// Since when.
        since: UnixMillis,
    },
    /// It was there and is not now; the engine tries again by itself.
    Lost {
        /// Since when.
        since: UnixMillis,
        /// When the next try begins.
        next_try: UnixMillis,
    },
    /// The person disconnected it.
    Disconnected {
        /// Since when.
        since: UnixMillis,
    },
}

/// A step of connecting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Looking for it.
    Searching,
    /// Found.
    Found,
    /// The link is secured.
    Secured,
    /// Waiting for the first beat.
    WaitingForBeat,
}

/// The heart rate and why it is judged so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heart {
    /// The rate; none while nothing trustworthy is known.
    pub bpm: Option<Bpm>,
    /// When it was measured.
    pub at: Option<UnixMillis>,
    /// Its age in milliseconds when this was told.
    pub age_ms: Option<i64>,
    /// Whether the rate is current.
    pub freshness: Freshness,
    /// The status ring.
    pub status: Status,
    /// The one-line reason.
    pub why: Why,
    /// How sure it is, 0–100.
    pub quality: u8,
    /// How the heart on the screen may beat.
    pub rhythm: Rhythm,
}

/// The one-line reason beneath the heart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Nothing to say yet.
    Nothing,
    /// Within the limits.
    InRange,
    /// Above the limit for so long.
    Above {
        /// The limit, bpm.
        limit: Bpm,
        /// For how long.
        for_ms: i64,
    },
    /// Below the limit for so long.
    Below {
        /// The limit, bpm.
        limit: Bpm,
        /// For how long.
        for_ms: i64,
    },
    /// Moving: not judged.
    Active,
    /// The signal is too weak to tell.
    WeakSignal,
    /// Not on a wrist.
    NotWorn,
    /// The value is old.
    Stale,
}

/// How the heart on the screen may beat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rhythm {
    /// On measured beats.
    Measured,
    /// No beats are told: paced by the rate, and labelled so.
    Estimated,
    /// Still.
    Still,
}

/// A measured beat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beat {
    /// When it was, by the computer's clock.
    pub at: UnixMillis,
    /// The interval that it ended; none for the first after a pause.
    pub rr: Option<RrMillis>,
}

/// One value with its state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Which metric.
    pub metric: Metric,
    /// The value in the metric's unit; none while unknown.
    pub value: Option<f64>,
    /// When it was measured.
    pub at: Option<UnixMillis>,
    /// Its age in milliseconds when this was told.
    pub age_ms: Option<i64>,
    /// Whether it is current.
    pub freshness: Freshness,
    /// Its status.
    pub status: Status,
    /// How sure it is, 0–100, where the sensor tells.
    pub quality: Option<u8>,
    /// The last 24 h in equal bins, oldest first; none where there is a gap.
    pub sparkline: Vec<Option<f64>>,
}

/// Today's steps and the goal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepsCard {
    /// Steps since local midnight; none while unknown.
    pub today: Option<u32>,
    /// The goal.
    pub goal: u32,
    /// When the last count came.
    pub at: Option<UnixMillis>,
    /// Its age in milliseconds when this was told.
    pub age_ms: Option<i64>,
    /// Whether it is current.
    pub freshness: Freshness,
    /// The last 24 h by hour, oldest first; none where there is a gap.
    pub sparkline: Vec<Option<f64>>,
}

/// How far the history has been fetched.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CatchUp {
    /// How much recorded time is being fetched, in milliseconds.
    pub span_ms: i64,
    /// Records fetched and stored.
    pub done: u64,
    /// Records to fetch in all.
    pub total: u64,
}

/// What the store holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storage {
    /// Records of the shown source in the database.
    pub records: u64,
    /// Whether readings are being kept; false while the disk is full, say.
    pub saving: bool,
    /// Why nothing is kept: the last failure's code; none while all is well.
    #[serde(default)]
    pub not_saving: Option<Code>,
    /// Points that wait for the cloud; none without an account.
    pub to_send: Option<u64>,
}

impl Storage {
    /// Notes what keeps readings from being kept, or that nothing does.
    pub fn set_trouble(&mut self, trouble: Option<Code>) {
        self.saving = trouble.is_none();
        self.not_saving = trouble;
    }
}
