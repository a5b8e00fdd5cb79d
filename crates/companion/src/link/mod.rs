//! The way to a bracelet: what a radio (or the built-in bracelet) must offer, and the client that keeps a link alive.

mod backoff;
mod client;
#[cfg(test)]
mod tests;

pub use backoff::Backoff;
pub use client::{Client, Ends};

use bridge::Code;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use vitals::{Boot, EventKind, JournalId, Placed, Record, Seq, UnixMillis};
use wire::central::Cursor;
use wire::journal::{BootEntry, GapWhy};
use wire::message::{Command, Live, MessageNotice, Why};

/// A connection to a bracelet. Dropping it disconnects; `notifications` ending means that the link was lost.
#[derive(Debug)]
pub struct Link {
    /// The ATT MTU in bytes: a notification or a write carries at most three less.
    pub mtu: usize,
    /// What the bracelet notifies, in its order.
    pub notifications: mpsc::Receiver<Vec<u8>>,
    /// Writes with response, in order.
    pub writes: mpsc::Sender<Vec<u8>>,
}

/// Why there is no link.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The bracelet was not found or did not answer: it may be away, asleep or empty. The client tries again.
    #[error("the bracelet does not answer: {0}")]
    Silent(String),
}

/// A radio, or what stands for one.
pub trait Transport: Send + 'static {
    /// Connects to the one bracelet that this transport was made for.
    fn connect(&mut self) -> impl Future<Output = Result<Link, LinkError>> + Send;
}

/// What a client tells for the eye: at once, whatever the disk does.
#[derive(Clone, Debug, PartialEq)]
pub enum Report {
    /// Looking for the bracelet.
    Searching,
    /// There is a link.
    Found,
    /// The bracelet has said who it is.
    Met {
        /// The serial it tells.
        serial: String,
        /// Its journal.
        journal: JournalId,
    },
    /// Something happened just now. Its record comes with the journal.
    Happened {
        /// What.
        kind: EventKind,
        /// The record's boot.
        boot: Boot,
        /// The record's place.
        seq: Seq,
        /// When; none while the boot cannot be placed.
        at: Option<UnixMillis>,
    },
    /// An order was answered.
    Answered {
        /// Its number.
        id: u32,
        /// Done, or why not.
        result: Result<(), Why>,
    },
    /// What became of a message on the display.
    Message(MessageNotice),
    /// There is no link, or none any more.
    Lost {
        /// When the next try begins.
        next_try: Instant,
    },
    /// What is measured now.
    Live(Live),
    /// How far the past has been fetched and stored.
    Progress {
        /// Records stored.
        done: u64,
        /// Records to fetch in all.
        total: u64,
        /// The recorded time to fetch, milliseconds.
        span_ms: i64,
    },
    /// All that there was when the bracelet was met is stored.
    CaughtUp,
    /// Something that the person should know of.
    Refused {
        /// What.
        code: Code,
        /// Technical detail.
        detail: String,
    },
}

/// What a client shall ask of its bracelet. It is said until it is answered, across links.
#[derive(Debug)]
pub enum Order {
    /// A number that no command of this app has yet.
    Number(oneshot::Sender<u32>),
    /// To say this under that number. What was said under it already is not done twice.
    Say {
        /// The number.
        id: u32,
        /// What.
        command: Command,
    },
}

/// What a client hands over for the record, in the order in which it came.
#[derive(Debug)]
pub enum ToKeep {
    /// The bracelet has said who it is: the client waits to hear how far its journal is stored.
    Met(Met),
    /// Something to commit.
    Arrived(Arrived),
}

/// A bracelet that has said who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    /// Which meeting of this client, so that a late answer is known as such.
    pub meeting: u64,
    /// The serial it tells.
    pub serial: String,
    /// Its firmware's version.
    pub firmware: String,
    /// Its journal.
    pub journal: JournalId,
    /// The journal's boots, oldest first.
    pub boots: Vec<BootEntry>,
}

/// Something of the journal, to be committed.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrived {
    /// Consecutive records.
    Page {
        /// Of which boot.
        boot: Boot,
        /// The records with their times; never empty.
        records: Vec<(Record, Placed)>,
    },
    /// Records that will never come.
    Missing {
        /// Of which boot.
        boot: Boot,
        /// The first.
        from: Seq,
        /// The last.
        to: Seq,
        /// Why.
        why: GapWhy,
    },
}

/// What has been kept: only this lets a client acknowledge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// How far the journal of that meeting is stored.
    Cursors {
        /// Which meeting.
        meeting: u64,
        /// One a known boot.
        cursors: Vec<Cursor>,
    },
    /// All of a boot up to and with a place is on the disk.
    Committed {
        /// Which boot.
        boot: Boot,
        /// The last place.
        seq: Seq,
    },
}
