//! What is kept where, how much of it, and what the computer offers.

use serde::{Deserialize, Serialize};
use vitals::UnixMillis;

use crate::{Code, Protection, Source, SourceKind};

/// What is kept, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    /// The data folder.
    pub folder: String,
    /// Bytes of all files in the data folder.
    pub bytes: u64,
    /// Of these, bytes of databases that were kept aside: damaged ones, and those that a backup replaced.
    pub aside_bytes: u64,
    /// Bytes that are free on that disk; none where the system does not tell.
    pub free_bytes: Option<u64>,
    /// How the database is protected.
    pub protection: Protection,
    /// Whether a file can be written there now.
    pub writable: bool,
    /// Records of all sources.
    pub records: u64,
    /// The oldest record's time.
    pub oldest: Option<UnixMillis>,
    /// Each source with what is kept of it.
    pub sources: Vec<SourceData>,
    /// When the last backup was made from here; none: never.
    pub last_backup: Option<UnixMillis>,
}

/// What is kept of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceData {
    /// The source.
    pub source: Source,
    /// Its records.
    pub records: u64,
    /// The first one's time.
    pub first: Option<UnixMillis>,
    /// The last one's time.
    pub last: Option<UnixMillis>,
}

/// How an export is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// RFC 4180, UTF-8, a header line; an empty field where nothing was measured.
    Csv,
    /// One array of objects; `null` where nothing was measured.
    Json,
}

/// What can be connected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nearby {
    /// Whether bracelets can be looked for over Bluetooth now.
    pub bluetooth: Bluetooth,
    /// Bracelets, known ones first. The built-in one is always there.
    pub devices: Vec<NearbyDevice>,
}

/// Whether bracelets can be looked for over Bluetooth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bluetooth {
    /// This build has no Bluetooth: only the built-in bracelet can be connected.
    #[default]
    NotBuilt,
    /// The system's Bluetooth service does not answer (BlueZ on Linux).
    NoService,
    /// The computer has no adapter.
    NoAdapter,
    /// It is switched off.
    Off,
    /// The system does not allow it to this app.
    Denied,
    /// The system's location must be on to look for devices (Android 11 and earlier).
    LocationOff,
    /// Looking.
    Scanning,
    /// Ready, not looking.
    Ready,
}

/// What the system has and allows, as it says itself. Nothing of it can be switched from here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct System {
    /// The computer's own Bluetooth, whether this build uses it or not; none where the system is not asked.
    pub bluetooth: Option<Bluetooth>,
    /// Who shows notifications.
    pub notifications: Notifier,
    /// What stands in the way of the keyring: [`Code::KeyringMissing`], [`Code::KeyringLocked`]; none: it answers.
    pub keyring: Option<Code>,
}

/// Who shows notifications.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notifier {
    /// This program of the system's.
    Here {
        /// Its name, as it tells it.
        name: String,
    },
    /// None: an alert is seen only in the window.
    Missing,
    /// The system is not asked here.
    Unknown,
}

/// A place in the system's own settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// Where Bluetooth is switched on.
    Bluetooth,
    /// Where it is said what may notify.
    Notifications,
}

/// What was found when everything was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfTest {
    /// What stands in the way of writing, or of reading all that is kept; none: a file was written and every page was read.
    pub storage: Option<Code>,
    /// What stands in the way of the database's key; none: it was fetched again and is the right one.
    pub key: Option<Code>,
    /// How the database is protected.
    pub protection: Protection,
    /// The system.
    pub system: System,
}

/// A bracelet that can be connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NearbyDevice {
    /// To connect it by.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
    /// The signal's strength in dBm; none where there is no radio between.
    pub rssi_dbm: Option<i16>,
    /// The source under which its readings are kept; none if it was never connected.
    pub known: Option<i64>,
    /// Heard within the last 10 s; else it is greyed, then leaves.
    pub here: bool,
}
