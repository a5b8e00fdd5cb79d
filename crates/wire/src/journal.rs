//! What the bracelet's end of the protocol asks of the journal, whatever flash it stands on.

use vitals::{Anchor, Boot, JournalId, Seq, UnixMillis, UptimeMillis};

/// The most anchors a boot keeps; a further one replaces the newest.
pub const MAX_ANCHORS: usize = 8;

/// One start of the bracelet, as the journal keeps it and `hello` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BootEntry {
    /// Which start.
    pub boot: Boot,
    /// The first record that is still kept (or was never written: `first == next` for an empty boot).
    pub first: Seq,
    /// The place after the last record.
    pub next: Seq,
    /// The uptime of the last record; 0 for an empty boot.
    pub end: UptimeMillis,
    /// The boot's anchors in the order in which they were taken.
    pub anchors: heapless::Vec<Anchor, MAX_ANCHORS>,
}

/// Why records are not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapWhy {
    /// The ring was full and the oldest went, not acknowledged.
    Full,
    /// Power went while they were being written.
    PowerCut,
    /// The flash did not give back what was written, or a reason of a newer bracelet.
    #[serde(other)]
    Damaged,
}

/// What stands at a place of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Records from `first` on, `count` of them, encoded by [`crate::page`] in the first `len` bytes of the buffer. The
    /// place asked for is among them (a packed page is given whole).
    Page {
        /// The first record's place.
        first: Seq,
        /// How many records.
        count: u16,
        /// How many bytes of the buffer are used.
        len: usize,
    },
    /// Records that will never come: from the place asked for up to and with `to`.
    Gap {
        /// The first place that is missing.
        from: Seq,
        /// The last place that is missing.
        to: Seq,
        /// Why.
        why: GapWhy,
    },
    /// Nothing there yet: the end of the boot.
    End,
}

/// The bracelet's memory, as the protocol sees it. The firmware's flash ring implements it; tests use a vector.
pub trait Journal {
    /// What can go wrong with the flash.
    type Error: core::fmt::Debug;

    /// The random id that the flash got when it was formatted.
    fn id(&self) -> JournalId;

    /// The present boot.
    fn boot(&self) -> Boot;

    /// The boots that still have records, and the present one, oldest first: the `index`-th.
    fn boot_entry(&mut self, index: usize) -> Result<Option<BootEntry>, Self::Error>;

    /// Reads what stands at `from` into `buffer` (at least [`crate::page::MAX_PAGE`] bytes).
    ///
    /// # Errors
    ///
    /// When the flash does.
    fn read(&mut self, boot: Boot, from: Seq, buffer: &mut [u8]) -> Result<Found, Self::Error>;

    /// All records of `boot` up to and with `seq` are safe elsewhere: they may be freed.
    ///
    /// # Errors
    ///
    /// When the flash does.
    fn ack(&mut self, boot: Boot, seq: Seq) -> Result<(), Self::Error>;

    /// The last record of `boot` that was acknowledged, as far as the journal remembers.
    fn acked(&self, boot: Boot) -> Option<Seq> {
        let _ = boot;
        None
    }

    /// Keeps an anchor of the present boot.
    ///
    /// # Errors
    ///
    /// When the flash does.
    fn add_anchor(&mut self, anchor: Anchor) -> Result<(), Self::Error>;
}

/// By how much an app's clock must differ from the anchors' for a further anchor.
pub const ANCHOR_TOLERANCE_MS: i64 = 2_000;

/// Whether a hello at `uptime` that says `time` makes a new anchor beside `anchors`.
///
/// The first of a boot does; a later one if it differs by more than 2 s, and only forward in uptime.
#[must_use]
pub fn wants_anchor(anchors: &[Anchor], uptime: UptimeMillis, time: UnixMillis) -> bool {
    match vitals::place(anchors, uptime) {
        None => true,
        Some(placed) => {
            placed.at.since(time).abs() > ANCHOR_TOLERANCE_MS
                && anchors.last().is_some_and(|last| last.uptime < uptime)
        }
    }
}
