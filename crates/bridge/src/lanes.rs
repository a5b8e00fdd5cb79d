//! What lies beneath a chart: why there are values and why not, over time.

use serde::{Deserialize, Serialize};
use vitals::{Activity, EventKind, UnixMillis};

use crate::{Alert, Session};

/// Stretches of a range, each list in the order of time and without overlaps. To the minute.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lanes {
    /// From when, inclusive.
    pub from: UnixMillis,
    /// Until when, exclusive.
    pub to: UnixMillis,
    /// What there is of every minute of the range up to now: no hole between them.
    pub coverage: Vec<Phase<Coverage>>,
    /// What the wearer did, where it was worn.
    pub activity: Vec<Phase<Activity>>,
    /// Alerts that overlap the range.
    pub alerts: Vec<Alert>,
    /// What the bracelet told: falls, SOS, put on, taken off.
    pub events: Vec<(UnixMillis, EventKind)>,
    /// Sessions that overlap the range.
    pub sessions: Vec<Session>,
}

/// A stretch of time in which something was so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase<T> {
    /// From when, inclusive.
    pub from: UnixMillis,
    /// Until when, exclusive.
    pub to: UnixMillis,
    /// What.
    pub what: T,
}

/// What there is of a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// Worn, with a good signal for at least half of it.
    Good,
    /// Worn, but the signal was too weak for most of it.
    PoorSignal,
    /// Recorded, but not on a wrist for most of it.
    NotWorn,
    /// Nothing was recorded, or it was never fetched: the bracelet was off.
    NoData,
    /// The bracelet's memory was full before it was fetched: overwritten.
    Overwritten,
    /// The bracelet's memory did not give it back.
    Damaged,
    /// The bracelet lost its power while it wrote.
    PowerCut,
}
