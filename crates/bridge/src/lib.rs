//! What the window may ask the engine, and what the engine tells the window. Types only: no logic, no I/O.
//!
//! The window draws a [`Home`] as it is told: it computes no status, no freshness and no time zone of its own.

#![forbid(unsafe_code)]

mod chart;
mod error;
mod home;
mod series;
mod start;

pub use chart::{
    AlertStretch, Chart, ChartBin, ChartQuery, Form, Lane, Missing, Plot, SessionStretch, Span, Stretch,
};
pub use error::{Code, Error};
pub use home::{
    Beat, Card, CatchUp, Connection, Heart, Home, Rhythm, Source, SourceKind, Step, StepsCard, Storage, Why,
};
pub use series::{Bucket, Series, SeriesQuery};
pub use start::{MIN_PASSPHRASE, Preferences, Protection, Start, Theme};

use serde::{Deserialize, Serialize};

/// What the engine tells the window, in the order in which it happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
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
}
