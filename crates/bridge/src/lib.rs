//! What the window may ask the engine, and what the engine tells the window. Types only: no logic, no I/O.
//!
//! The window draws a [`Home`] as it is told: it computes no status, no freshness and no time zone of its own.
//!
//! No enum here has its tag *inside* its object (serde's `tag`): what reads such a one compiles all that is within it twice,
//! before and after its tag is found, and the window's wasm pays for it.

#![forbid(unsafe_code)]

mod alerts;
mod chart;
mod data;
mod error;
mod home;
mod notes;
mod preferences;
mod series;
mod start;
mod thresholds;

pub use alerts::{
    About, Alert, AlertChange, AlertDetail, AlertTold, Alerts, Answer, Answered, Notice, Origin, seconds_left,
};
pub use chart::{
    AlertStretch, Chart, ChartBin, ChartQuery, Form, Lane, Missing, Plot, SessionStretch, Span, Stretch,
};
pub use data::{
    Bluetooth, Data, ExportFormat, Nearby, NearbyDevice, Notifier, SelfTest, Setting, SourceData, System,
};
pub use error::{Code, Error};
pub use home::{
    Beat, Card, CatchUp, Connection, DEMO_NAME, Heart, Home, Rhythm, Source, SourceKind, Step, StepsCard,
    Storage, Why,
};
pub use notes::{Device, MAX_MESSAGE_CHARS, Message, MessageState, Session};
pub use preferences::{Notifications, NotifyLevel, Preferences, QuietHours, Temperature, Theme, Units};
pub use series::{Bin, Bucket, Series, SeriesQuery};
pub use start::{MIN_PASSPHRASE, Protection, Start};
pub use thresholds::{
    Distribution, GoalsFrom, InForce, LimitsWrong, Sent, Settings, Suggestion, ThresholdsFrom, WouldAlert,
};

use serde::{Deserialize, Serialize};

/// What the engine tells the window, in the order in which it happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// Whether the engine is ready, or what it waits for.
    Start(Start),
    /// The whole of Home: at least once a second while something is live, and whenever it changes.
    Home(Box<Home>),
    /// Measured beats, as they arrive: each exactly once, in order.
    Beats(Vec<Beat>),
    /// New readings were stored in this range of times: charts that show it may ask again.
    Stored {
        /// The first new reading's time.
        from: vitals::UnixMillis,
        /// The last new reading's time.
        to: vitals::UnixMillis,
    },
    /// Something went wrong that the person should know of.
    Trouble(Error),
    /// What was told of that kind is over.
    TroubleOver(Code),
    /// An alert was raised, got worse, ended or was answered.
    Alert(Box<AlertTold>),
    /// Something to tell the person through the system, now.
    Notify(Notice),
    /// How far the backup, the restoring, the export or the new protection under way has come, percent, 0 to 99: what takes
    /// less than a moment tells nothing. The command's answer is its end.
    Progress(u8),
    /// What the person decided or wrote has changed, or has come to the bracelet: who shows it asks again.
    Changed(Changed),
}

/// What has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// The profile.
    Profile,
    /// Limits or goals, or how they have come to the bracelet.
    Settings,
    /// Sessions.
    Sessions,
    /// Messages to the display.
    Messages,
    /// The list of sources, a source's name, or what was asked of the bracelet.
    Devices,
    /// What is kept: a backup was made, or read back.
    Data,
}
