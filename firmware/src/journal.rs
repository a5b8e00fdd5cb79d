//! The journal: every second that was measured, kept in flash until an app has it, through any loss of power.
//!
//! # How it lies in flash
//!
//! The flash is a ring of sectors. *Pages* ([`wire::page`], some 3 bytes a record) fill one sector after the other; when all
//! are full the oldest goes. The newest few minutes are a *raw tail*: one slot a second, each with its own CRC, in one of the
//! [five](ring::WINDOW) sectors ahead of the newest page, which is where the ring will come next. Some 250 to 400 records at a
//! time are *folded*: packed into a page, the page read back, and only then may their sector be erased. So the tail, and with
//! it the erasing, wanders through the whole flash; nothing has a fixed sector.
//!
//! Each sector of pages begins with what the journal keeps beside the records (the boot's anchors, the recorder, what was
//! acknowledged); every change of it is written again as a chunk between the pages. A new boot closes the last one's account
//! (where it ended) and opens its own. Byte by byte: `journal/layout.rs`.
//!
//! # What a power cut does
//!
//! At any moment, in the middle of any erase or write: it costs at most the record being written. Whatever is half written
//! fails its CRC and is stepped over; what is half erased was in pages already or was the oldest. The next [`Journal::mount`]
//! folds what the tail holds into pages (one shorter than usual) and counts the boot up, durably, before it returns.
//! An acknowledgement may be forgotten (it is kept with the next page at the latest); nothing else.
//!
//! # Wear
//!
//! A 2 MB flash at one record a second: each sector is erased some 390 times a year, 32 MB: 25 times (flash is good for
//! 100,000). `tests/journal_size.rs` counts it, and that no sector is erased half as often again as another.
//!
//! # Size
//!
//! A record of a beating heart takes 3.6 bytes in the long run, all included (2.85 of them in its page): 2 MB hold six days.
//!
//! # Memory
//!
//! One page's buffer and 400 bytes, under 2,500 bytes in all; nothing on a heap; the stack holds a few headers at a time.

mod chip;
mod layout;
mod mount;
mod read;
mod ring;
mod state;
mod tail;

use chip::Chip;
use embedded_storage::nor_flash::NorFlash;
use layout::ChunkKind;
use ring::{About, Ring};
use state::{MAX_STATE, State};
use tail::{Cursor, Packed, Slot, Tail};
use vitals::{Anchor, Boot, Record, Seq, UptimeMillis};
use wire::message::AppId;
use wire::page::{Encoder, MAX_PAGE};

/// The smallest flash a journal can be on, in sectors of 4,096 bytes.
pub const LEAST_SECTORS: u32 = 12;

/// A page of fewer records is only made when a boot ends, or when what it packs is no heart's (every number at random).
pub const LEAST_FOLDED: u16 = 128;

/// With so many records in the raw tail folding is due.
const FOLD_AT: u32 = 256;

/// In so much room 128 records of any heart find place.
const MUCH_ROOM: usize = 1_024;

/// What can go wrong with a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error<E: core::fmt::Debug> {
    /// The flash failed.
    #[error("the flash failed: {0:?}")]
    Flash(E),
    /// There is no journal on this flash, or its wiping was cut short: format it.
    #[error("there is no journal on this flash")]
    NotFormatted,
    /// The flash is smaller than 12 sectors, or is not erased in sectors of 4,096 bytes and written in words of 4.
    #[error("a journal cannot be on a flash of this size")]
    Geometry,
    /// No sector keeps what is written, or a number is used up.
    #[error("the flash is worn out")]
    WornOut,
    /// The record's uptime is before the last one's.
    #[error("the record is earlier than the last one")]
    Earlier,
    /// The buffer is smaller than a page.
    #[error("the buffer is smaller than a page")]
    Buffer,
}

/// A journal on a flash, open: a boot of it.
#[derive(Debug)]
pub struct Journal<F> {
    chip: Chip<F>,
    ring: Ring,
    tail: Tail,
    boot: Boot,
    /// The place of the next record.
    next: Seq,
    /// All before it are in pages.
    folded: Seq,
    /// The last record's uptime.
    end: UptimeMillis,
    state: State,
    /// Whether the flash knows of all acknowledgements.
    acks_kept: bool,
    /// The boot that was listed last, and the how-manieth that was.
    listed: Option<(usize, Boot)>,
    /// Up to which record the tail was read last, and where the next one is.
    told: Option<(Seq, Cursor)>,
    page: [u8; MAX_PAGE],
}

impl<F: NorFlash> Journal<F> {
    /// Keeps a record of the present boot, and tells its place, which is the journal's to give (`record.seq` is not looked
    /// at). When it returns, the record is in flash.
    ///
    /// Once in some three minutes it erases a sector, and once in some six it folds; [`Self::fold`] in quiet moments does
    /// both ahead.
    ///
    /// # Errors
    ///
    /// [`Error::Earlier`] if the uptime goes back; else when the flash does, and then the record is lost.
    pub fn append(&mut self, record: &Record) -> Result<Seq, Error<F::Error>> {
        let record = self.placed(record)?;
        let mut slot = Slot::new();
        for _ in 0..ring::TRIES {
            let len = self.tail.slot(self.ring.id, &record, &mut slot).len();
            if self.tail.is_full_for(len) {
                self.open_tail()?;
            }
            let slot = self.tail.slot(self.ring.id, &record, &mut slot);
            let written = self.tail.write(&mut self.chip, slot);
            if !matches!(written, Ok(false)) {
                // Also when the flash fails: it may have taken the record, and no other may stand in its place.
                (self.next, self.end) = (record.seq.next(), record.uptime);
                return written.map(|_| record.seq);
            }
        }
        Err(Error::WornOut)
    }

    /// Keeps many records of the present boot at once, as full pages without the raw tail; how many.
    ///
    /// For history that is made, not measured: a power cut takes up to a whole page (some 700 records). The last page is as
    /// short as it happens to be.
    ///
    /// # Errors
    ///
    /// As [`Self::append`]; those before are kept.
    pub fn extend(&mut self, records: impl IntoIterator<Item = Record>) -> Result<u64, Error<F::Error>> {
        self.fold_all()?;
        let mut records = records.into_iter();
        let mut next = records.next();
        let mut kept = 0;
        while next.is_some() {
            let room = if self.ring.room() < MUCH_ROOM { MAX_PAGE } else { self.ring.room().min(MAX_PAGE) };
            let first = self.next;
            let (out, _) = self.page.split_at_mut(room);
            let mut encoder = Encoder::new(out);
            let mut end = self.end;
            while let Some(record) = next.take() {
                let seq = Seq(first.0.saturating_add(u32::from(encoder.count())));
                let record = Record { seq, ..record };
                if record.uptime < end || encoder.push(&record).is_err() {
                    next = Some(record);
                    break;
                }
                end = record.uptime;
                next = records.next();
            }
            let count = encoder.count();
            let packed = Packed { first, count, len: encoder.finish(), end, ..Packed::default() };
            if count == 0 {
                return Err(Error::Earlier);
            }
            self.put_page(&packed)?;
            self.next = self.folded;
            self.end = end;
            kept += u64::from(count);
        }
        Ok(kept)
    }

    /// Whether there is something to do that a quiet moment is good for: see [`Self::fold`].
    #[must_use]
    pub fn fold_due(&self) -> bool {
        self.in_tail() >= FOLD_AT || self.tail.wants_sector()
    }

    /// Folds the raw tail into a page if it has grown long enough, and erases ahead, so that the next hundreds of
    /// [`Self::append`]s only write. Takes up to two erases (some 45 ms each, at worst 400 ms).
    ///
    /// # Errors
    ///
    /// When the flash does.
    pub fn fold(&mut self) -> Result<(), Error<F::Error>> {
        if self.in_tail() >= FOLD_AT {
            self.fold_once()?;
        }
        if self.tail.wants_sector() {
            self.tail.prepare(&mut self.chip, &self.ring)?;
        }
        Ok(())
    }

    /// Ends the present boot and begins the next, as a start of the bracelet does.
    ///
    /// # Errors
    ///
    /// When the flash does.
    pub fn begin_boot(&mut self) -> Result<(), Error<F::Error>> {
        self.fold_all()?;
        if self.boot > Boot(0) {
            // The account of the old one: where it ended, whatever happens to its pages.
            self.put_state()?;
        }
        self.boot = Boot(self.boot.0.checked_add(1).ok_or(Error::WornOut)?);
        (self.next, self.folded, self.end) = (Seq(0), Seq(0), UptimeMillis(0));
        self.state.anchors.clear();
        self.listed = None;
        self.put_state()
    }

    /// The place of the next record.
    #[must_use]
    pub fn next_seq(&self) -> Seq {
        self.next
    }

    /// Which app is the recorder.
    #[must_use]
    pub fn recorder(&self) -> Option<AppId> {
        self.state.recorder
    }

    /// Keeps which app is the recorder.
    ///
    /// # Errors
    ///
    /// When the flash does.
    pub fn set_recorder(&mut self, app: Option<AppId>) -> Result<(), Error<F::Error>> {
        if self.state.recorder == app {
            return Ok(());
        }
        self.state.recorder = app;
        self.put_state()
    }

    /// The flash, to look at.
    #[must_use]
    pub fn flash(&self) -> &F {
        self.chip.flash()
    }

    /// Closes the journal without a word to the flash, as a power cut would, and gives the flash back.
    #[must_use]
    pub fn into_flash(self) -> F {
        self.chip.into_flash()
    }

    /// The record with its place.
    fn placed(&self, record: &Record) -> Result<Record, Error<F::Error>> {
        if self.next == Seq(u32::MAX) {
            return Err(Error::WornOut);
        }
        if record.uptime < self.end {
            return Err(Error::Earlier);
        }
        Ok(Record { seq: self.next, ..record.clone() })
    }

    /// How many records are in no page.
    fn in_tail(&self) -> u32 {
        self.next.0.saturating_sub(self.folded.0)
    }

    /// Begins a sector of the tail, and makes room for it if need be.
    fn open_tail(&mut self) -> Result<(), Error<F::Error>> {
        if self.in_tail() == 0 {
            self.tail.clear(&mut self.ring);
        }
        while !self.tail.has_room_for_sector() {
            self.fold_once()?;
            if self.in_tail() == 0 {
                self.tail.clear(&mut self.ring);
            }
        }
        self.tail.open(&mut self.chip, &mut self.ring, self.boot)
    }

    /// Folds everything that is in the tail; afterwards nothing in it is needed.
    fn fold_all(&mut self) -> Result<(), Error<F::Error>> {
        while self.fold_once()? {}
        self.tail.clear(&mut self.ring);
        self.told = None;
        Ok(())
    }

    /// Makes one page of the tail's oldest records; false if there are none.
    fn fold_once(&mut self) -> Result<bool, Error<F::Error>> {
        let room = self.ring.room().min(MAX_PAGE);
        let mut packed = self.pack(room)?;
        if packed.more && packed.count < LEAST_FOLDED && room < MUCH_ROOM {
            // Better a whole page in the next sector than two parts.
            packed = self.pack(MAX_PAGE)?;
        }
        if packed.count == 0 {
            // What was there is damaged.
            self.folded = self.next.max(self.folded);
            return Ok(false);
        }
        if !self.acks_kept {
            self.put_state()?;
        }
        self.put_page(&packed)?;
        self.tail.release(packed.after, &mut self.ring);
        self.next = self.next.max(self.folded);
        self.end = self.end.max(packed.end);
        Ok(true)
    }

    fn pack(&mut self, room: usize) -> Result<Packed, Error<F::Error>> {
        let (out, _) = self.page.split_at_mut(room);
        self.tail.pack(&mut self.chip, self.ring.id, self.tail.from(), self.folded, out)
    }

    /// Writes the packed page into the ring: from now on its records are there.
    fn put_page(&mut self, packed: &Packed) -> Result<(), Error<F::Error>> {
        let &Packed { first, count, len, end, .. } = packed;
        let about = About { kind: ChunkKind::Page, boot: self.boot, first, count, end };
        let payload = self.page.get(..len).unwrap_or_default();
        self.ring.put(&mut self.chip, &about, payload, &self.state)?;
        self.folded = Seq(first.0.saturating_add(u32::from(count)));
        Ok(())
    }

    /// Writes the state as it is now.
    fn put_state(&mut self) -> Result<(), Error<F::Error>> {
        let mut bytes = [0; MAX_STATE];
        let len = self.state.to_bytes(&mut bytes);
        let about =
            About { kind: ChunkKind::State, boot: self.boot, first: self.folded, count: 0, end: self.end };
        self.ring.put(&mut self.chip, &about, bytes.get(..len).unwrap_or_default(), &self.state)?;
        self.acks_kept = true;
        Ok(())
    }

    fn keep_anchor(&mut self, anchor: Anchor) -> Result<(), Error<F::Error>> {
        self.state.add_anchor(anchor);
        self.put_state()
    }
}
