//! What the person writes: sessions over the charts, messages to the bracelet's display.

use serde::{Deserialize, Serialize};
use vitals::UnixMillis;

use crate::thresholds::Sent;

/// A stretch of time with a name: a run, a nap, a meeting.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id; none for one that is not kept yet.
    pub id: Option<i64>,
    /// Its name, 1–80 characters.
    pub name: String,
    /// When it began.
    pub start: UnixMillis,
    /// When it ended; none while it goes on.
    pub end: Option<UnixMillis>,
    /// What the person noted; at most 1,000 characters.
    pub note: String,
}

/// The most characters of a message to the display.
pub const MAX_MESSAGE_CHARS: usize = 120;

/// A message to the bracelet's display.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: i64,
    /// The text, 1–120 characters.
    pub text: String,
    /// When it was written.
    pub written: UnixMillis,
    /// How far it has come.
    pub state: MessageState,
    /// When that became so.
    pub at: UnixMillis,
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// The bracelet is away or has not answered yet: the text may still be changed or taken back.
    Waiting,
    /// On the display.
    Shown,
    /// Dismissed by the wearer.
    Read,
    /// Answered: all is well.
    RepliedOk,
    /// Answered: help is needed.
    RepliedHelp,
    /// The bracelet answered that it cannot show it.
    Failed,
    /// A day has passed without the bracelet: it will not be shown any more.
    Dropped,
}

/// The bracelet and what can be done with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// The light's brightness that was asked for last, percent; none: never asked.
    pub brightness: Option<u8>,
    /// How that has come to the bracelet.
    pub brightness_sent: Option<Sent>,
    /// Whether it is asked to make itself found.
    pub finding: bool,
    /// How that has come to the bracelet.
    pub finding_sent: Option<Sent>,
}
