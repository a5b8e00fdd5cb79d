//! The raw tail: one slot a record, each with its own check, until enough of them are folded into a page.

use super::Error;
use super::chip::Chip;
use super::layout::{HEADER, SECTOR, SectorHeader, SectorKind, WORD, bound_checksum, whole_words};
use super::ring::{Ring, WINDOW};
use embedded_storage::nor_flash::NorFlash;
use vitals::{Boot, JournalId, Record, Seq, UptimeMillis};
use wire::page::{self, Encoder, MAX_HEADER, MAX_RECORD};

/// The kind and the page's length.
const SLOT_HEADER: usize = 2;
const SLOT_CRC: usize = 4;
/// The largest slot.
const MAX_SLOT: usize = (SLOT_HEADER + MAX_HEADER + MAX_RECORD).next_multiple_of(WORD) + SLOT_CRC;
const SLOT_KIND: u8 = b'R';

/// So many sectors of the tail hold records that are in no page yet.
pub(super) const MOST_LIVE: usize = 2;

/// A sector of the tail.
#[derive(Clone, Copy, Debug)]
pub(super) struct Live {
    pub(super) sector: u32,
    pub(super) serial: u32,
}

/// A place in the tail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cursor {
    serial: u32,
    at: u32,
}

#[derive(Debug)]
pub(super) struct Tail {
    /// Oldest first; the last is being written.
    live: heapless::Vec<Live, MOST_LIVE>,
    /// Where in the last one the next slot goes.
    at: u32,
    /// Erased ahead, for the next one.
    ready: Option<u32>,
    /// The next sector's number.
    serial: u32,
    /// Where the first record stands that is in no page; nothing before it is.
    from: Cursor,
}

/// What [`Tail::pack`] made.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Packed {
    pub(super) first: Seq,
    pub(super) count: u16,
    pub(super) len: usize,
    /// The last record's uptime.
    pub(super) end: UptimeMillis,
    /// Whether there were records that did not fit or did not follow.
    pub(super) more: bool,
    /// Behind the last record.
    pub(super) after: Cursor,
}

impl Tail {
    /// A tail of these sectors, oldest first, to which nothing is added any more.
    pub(super) fn closed(live: heapless::Vec<Live, MOST_LIVE>, next_serial: u32, ring: &mut Ring) -> Self {
        let mut tail = Self { live, at: SECTOR, ready: None, serial: next_serial, from: Cursor::default() };
        tail.rewind();
        tail.hold(ring);
        tail
    }

    /// Looks from the oldest sector's beginning.
    fn rewind(&mut self) {
        if let Some(oldest) = self.live.first() {
            self.from = Cursor { serial: oldest.serial, at: HEADER };
        }
    }

    /// Where the first record stands that is in no page.
    pub(super) fn from(&self) -> Cursor {
        self.from
    }

    /// Nothing in the tail is needed any more.
    pub(super) fn clear(&mut self, ring: &mut Ring) {
        self.live.clear();
        self.hold(ring);
    }

    /// Everything before `cursor` is in pages.
    pub(super) fn release(&mut self, cursor: Cursor, ring: &mut Ring) {
        self.from = cursor;
        self.live.retain(|live| live.serial >= cursor.serial);
        self.hold(ring);
    }

    /// Whether a further sector can be begun.
    pub(super) fn has_room_for_sector(&self) -> bool {
        !self.live.is_full()
    }

    /// Whether a slot of this record needs a further sector.
    pub(super) fn is_full_for(&self, slot: usize) -> bool {
        self.live.is_empty() || self.at as usize + slot > SECTOR as usize
    }

    /// Whether it is time to erase ahead: the sector being written is half full and the next not ready.
    pub(super) fn wants_sector(&self) -> bool {
        self.ready.is_none() && (self.live.is_empty() || self.at >= SECTOR / 2)
    }

    /// Tells the ring which sectors to spare.
    fn hold(&self, ring: &mut Ring) {
        // There are never more than the ring's list can take.
        ring.held = self.live.iter().map(|live| live.sector).collect();
    }

    /// Erases the next sector ahead.
    pub(super) fn prepare<F: NorFlash>(
        &mut self,
        chip: &mut Chip<F>,
        ring: &Ring,
    ) -> Result<(), Error<F::Error>> {
        self.prepare_but(chip, ring, &[])
    }

    /// Erases the next sector ahead, which must not be one of `worn`.
    fn prepare_but<F: NorFlash>(
        &mut self,
        chip: &mut Chip<F>,
        ring: &Ring,
        worn: &[u32],
    ) -> Result<(), Error<F::Error>> {
        // The farthest first: the ring of pages comes from behind, and has rarely to jump over one of ours.
        let candidates = (2..=WINDOW).rev().map(|by| ring.ahead(by));
        for sector in candidates {
            let is_live = self.live.iter().any(|live| live.sector == sector);
            if !is_live && !worn.contains(&sector) && chip.erase(sector)? {
                self.ready = Some(sector);
                return Ok(());
            }
        }
        Err(Error::WornOut)
    }

    /// Begins the next sector.
    pub(super) fn open<F: NorFlash>(
        &mut self,
        chip: &mut Chip<F>,
        ring: &mut Ring,
        boot: Boot,
    ) -> Result<(), Error<F::Error>> {
        let mut worn = heapless::Vec::<u32, { WINDOW as usize }>::new();
        loop {
            // What was erased ahead may meanwhile have become the ring's, and have been left behind by it.
            let is_ahead = |sector: &u32| (2..=WINDOW).any(|by| ring.ahead(by) == *sector);
            let sector = match self.ready.take().filter(is_ahead) {
                Some(sector) if chip.used(sector)? == 0 => sector,
                _ => {
                    self.prepare_but(chip, ring, &worn)?;
                    continue;
                }
            };
            let serial = self.serial;
            let header = SectorHeader { kind: SectorKind::Tail, id: ring.id, serial, boot, first: Seq(0) };
            if !chip.program(sector, 0, &header.to_bytes())? {
                worn.push(sector).map_err(|_| Error::WornOut)?;
                continue;
            }
            self.serial = serial.checked_add(1).ok_or(Error::WornOut)?;
            let is_only = self.live.is_empty();
            self.live.push(Live { sector, serial }).map_err(|_| Error::WornOut)?;
            if is_only {
                self.rewind();
            }
            self.at = HEADER;
            self.hold(ring);
            return Ok(());
        }
    }

    /// Adds a slot, for which there is room; whether it reads back. If not, the sector gets no more.
    pub(super) fn write<F: NorFlash>(
        &mut self,
        chip: &mut Chip<F>,
        slot: &[u8],
    ) -> Result<bool, Error<F::Error>> {
        let Some(live) = self.live.last() else { return Ok(false) };
        let at = core::mem::replace(&mut self.at, SECTOR);
        let written = chip.program(live.sector, at, slot)?;
        if written {
            self.at = at + u32::try_from(slot.len()).unwrap_or(SECTOR);
        }
        Ok(written)
    }

    /// A record's slot for the sector being written, in whole words.
    pub(super) fn slot<'a>(&self, id: JournalId, record: &Record, out: &'a mut Slot) -> &'a [u8] {
        let serial = self.live.last().map_or(0, |live| live.serial);
        out.0 = [0; MAX_SLOT];
        let (head, page) = out.0.split_at_mut(SLOT_HEADER);
        let mut encoder = Encoder::new(page);
        // One record always fits.
        let _ = encoder.push(record);
        let len = encoder.finish();
        head.copy_from_slice(&[SLOT_KIND, u8::try_from(len).unwrap_or(0)]);
        let checked = whole_words(SLOT_HEADER + len);
        let (body, crc) = out.0.split_at_mut(checked);
        let check = bound_checksum(id, serial, body).to_le_bytes();
        crc.iter_mut().zip(check).for_each(|(to, from)| *to = from);
        out.0.get(..checked + SLOT_CRC).unwrap_or_default()
    }

    /// The record at `cursor` or the next one behind it that can be read, and the place behind that.
    pub(super) fn next<F: NorFlash>(
        &self,
        chip: &mut Chip<F>,
        id: JournalId,
        cursor: Cursor,
    ) -> Result<Option<(Record, Cursor)>, Error<F::Error>> {
        let mut cursor = cursor;
        let mut bytes = [0; MAX_SLOT];
        for live in &self.live {
            if live.serial < cursor.serial {
                continue;
            }
            if live.serial > cursor.serial {
                cursor = Cursor { serial: live.serial, at: HEADER };
            }
            let is_last = self.live.last().is_some_and(|last| last.serial == live.serial);
            let end = if is_last { self.at } else { SECTOR };
            while cursor.at < end {
                let room = usize::try_from(SECTOR - cursor.at).unwrap_or(0).min(MAX_SLOT);
                let (bytes, _) = bytes.split_at_mut(room);
                chip.read(live.sector, cursor.at, bytes)?;
                if let Some((record, size)) = from_slot(bytes, id, live.serial) {
                    cursor.at += size;
                    return Ok(Some((record, cursor)));
                }
                // Blank or damaged.
                cursor.at += WORD as u32;
            }
        }
        Ok(None)
    }

    /// Packs the records from `from` on, looked for at `cursor` and behind, into `out` until it is full or one is missing.
    pub(super) fn pack<F: NorFlash>(
        &self,
        chip: &mut Chip<F>,
        id: JournalId,
        cursor: Cursor,
        from: Seq,
        out: &mut [u8],
    ) -> Result<Packed, Error<F::Error>> {
        let mut encoder = Encoder::new(out);
        let mut packed = Packed { after: cursor, ..Packed::default() };
        let mut wanted = from;
        while let Some((record, after)) = self.next(chip, id, packed.after)? {
            // What is in pages already, or was written twice because it did not read back at first, is passed over.
            if record.seq >= wanted {
                if encoder.push(&record).is_err() {
                    packed.more = true;
                    break;
                }
                if encoder.count() == 1 {
                    packed.first = record.seq;
                }
                wanted = record.seq.next();
                packed.end = record.uptime;
            }
            packed.after = after;
        }
        packed.count = encoder.count();
        packed.len = encoder.finish();
        Ok(packed)
    }
}

/// Room for a slot.
pub(super) struct Slot([u8; MAX_SLOT]);

impl Slot {
    pub(super) fn new() -> Self {
        Self([0; MAX_SLOT])
    }
}

/// The record of the slot at the beginning of `bytes`, and the slot's size.
fn from_slot(bytes: &[u8], id: JournalId, serial: u32) -> Option<(Record, u32)> {
    let (&[kind, len], rest) = bytes.split_first_chunk()?;
    if kind != SLOT_KIND {
        return None;
    }
    let checked = whole_words(SLOT_HEADER + usize::from(len));
    let (body, crc) = bytes.split_at_checked(checked)?;
    if *crc.first_chunk()? != bound_checksum(id, serial, body).to_le_bytes() {
        return None;
    }
    let record = page::decode(rest.get(..usize::from(len))?).ok()?.next()?.ok()?;
    Some((record, u32::try_from(checked + SLOT_CRC).ok()?))
}
