//! The ring of packed pages: where the next chunk goes, and how one is found again.

use super::Error;
use super::chip::Chip;
use super::layout::{
    Chunk, ChunkKind, HEADER, SECTOR, SectorHeader, SectorKind, WORD, checksum, whole_words,
};
use super::state::{MAX_STATE, State};
use embedded_storage::nor_flash::NorFlash;
use vitals::{Boot, JournalId, Seq, UptimeMillis};

/// The sectors ahead of the newest page's: the tail lives there, and they are erased next.
pub(super) const WINDOW: u32 = 5;

/// So often another place is tried when one does not keep what is written.
pub(super) const TRIES: usize = 8;

/// Sectors of pages are numbered without end; number N stands in sector N modulo the flash's size.
#[derive(Debug)]
pub(super) struct Ring {
    pub(super) id: JournalId,
    sectors: u32,
    /// The newest sector of pages.
    head: u32,
    /// Where in it the next chunk goes.
    at: u32,
    /// Sectors that the tail holds: not to be written over.
    pub(super) held: heapless::Vec<u32, { WINDOW as usize }>,
}

/// Where a walk over chunks stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk {
    serial: u32,
    at: u32,
}

/// What a chunk is about: its header's fields but those of its payload.
#[derive(Clone, Copy, Debug)]
pub(super) struct About {
    pub(super) kind: ChunkKind,
    pub(super) boot: Boot,
    pub(super) first: Seq,
    pub(super) count: u16,
    pub(super) end: UptimeMillis,
}

/// A place of the ring in the order in which it was written.
type Key = (Boot, Seq);

impl Ring {
    pub(super) fn new(id: JournalId, sectors: u32, head: u32) -> Self {
        Self { id, sectors, head, at: SECTOR, held: heapless::Vec::new() }
    }

    pub(super) fn head(&self) -> u32 {
        self.head
    }

    /// The oldest sector of pages that counts.
    pub(super) fn oldest(&self) -> u32 {
        self.head.saturating_sub(self.sectors - WINDOW - 1)
    }

    /// The sector of the flash in which that number stands.
    pub(super) fn sector(&self, serial: u32) -> u32 {
        serial % self.sectors
    }

    /// The sector so many ahead of the newest.
    pub(super) fn ahead(&self, by: u32) -> u32 {
        self.sector(self.head.wrapping_add(by))
    }

    /// How large a chunk's payload may be for this sector.
    pub(super) fn room(&self) -> usize {
        usize::try_from(SECTOR.saturating_sub(self.at).saturating_sub(HEADER)).unwrap_or(0)
    }

    /// Looks whether a newer sector than `head` lost its header only, and where the newest ends.
    pub(super) fn settle<F: NorFlash>(&mut self, chip: &mut Chip<F>) -> Result<(), Error<F::Error>> {
        for serial in self.head.saturating_add(1)..=self.head.saturating_add(WINDOW) {
            if self.next(chip, &mut Walk { serial, at: HEADER })?.is_some() {
                self.head = serial;
            }
        }
        let mut walk = Walk { serial: self.head, at: HEADER };
        while self.next(chip, &mut walk)?.is_some() {}
        // Something behind what looks like the end: a walk would not find what comes after it.
        let used = chip.used(self.sector(self.head))?;
        self.at = if used > walk.at { SECTOR } else { walk.at };
        Ok(())
    }

    /// The newest boot of which a chunk is left.
    pub(super) fn last_boot<F: NorFlash>(&self, chip: &mut Chip<F>) -> Result<Boot, Error<F::Error>> {
        for serial in (self.oldest()..=self.head).rev() {
            let mut last = self.key(chip, serial)?.map(|(boot, _)| boot);
            let mut walk = self.walk(serial);
            while let Some((chunk, _)) = self.next(chip, &mut walk)? {
                last = last.max(Some(chunk.boot));
            }
            if let Some(last) = last {
                return Ok(last);
            }
        }
        Ok(Boot(0))
    }

    /// Writes a chunk; `payload` is in whole words. A sector that is begun by a page begins with the state.
    pub(super) fn put<F: NorFlash>(
        &mut self,
        chip: &mut Chip<F>,
        about: &About,
        payload: &[u8],
        state: &State,
    ) -> Result<(), Error<F::Error>> {
        for _ in 0..TRIES {
            if self.room() < whole_words(payload.len()) {
                if !self.advance(chip, (about.boot, about.first))? {
                    continue;
                }
                if about.kind == ChunkKind::Page && !self.put_state(chip, about, state)? {
                    continue;
                }
            }
            if self.write(chip, about, payload)? {
                return Ok(());
            }
        }
        Err(Error::WornOut)
    }

    /// Writes the state at the beginning of a sector that is about `about`.
    fn put_state<F: NorFlash>(
        &mut self,
        chip: &mut Chip<F>,
        about: &About,
        state: &State,
    ) -> Result<bool, Error<F::Error>> {
        let mut bytes = [0; MAX_STATE];
        let len = state.to_bytes(&mut bytes);
        let about = About { kind: ChunkKind::State, count: 0, ..*about };
        self.write(chip, &about, bytes.get(..len).unwrap_or_default())
    }

    /// Writes a chunk into the present sector, where there is room; whether it reads back. If not, the sector is given up.
    ///
    /// The header first, so that a power cut leaves a chunk that can be stepped over, not a hole that looks like the end.
    fn write<F: NorFlash>(
        &mut self,
        chip: &mut Chip<F>,
        about: &About,
        payload: &[u8],
    ) -> Result<bool, Error<F::Error>> {
        let sector = self.sector(self.head);
        let at = core::mem::replace(&mut self.at, SECTOR);
        let &About { kind, boot, first, count, end } = about;
        let len = u16::try_from(payload.len()).map_err(|_| Error::WornOut)?;
        let chunk = Chunk { kind, len, boot, first, count, end, payload_crc: checksum(payload) };
        if !chip.program(sector, at, &chunk.to_bytes(self.id, self.head))? {
            return Ok(false);
        }
        let (whole, rest) = payload.split_at(payload.len() / WORD * WORD);
        if !chip.program(sector, at + HEADER, whole)? {
            return Ok(false);
        }
        if !rest.is_empty() {
            let mut word = [0; WORD];
            word.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            let at = at + chunk.size() - WORD as u32;
            if !chip.program(sector, at, &word)? {
                return Ok(false);
            }
        }
        self.at = at + chunk.size();
        Ok(true)
    }

    /// Goes on to the next sector; false if that one is worn out.
    fn advance<F: NorFlash>(&mut self, chip: &mut Chip<F>, key: Key) -> Result<bool, Error<F::Error>> {
        self.at = SECTOR;
        self.head = self.head.checked_add(1).ok_or(Error::WornOut)?;
        // Practically never: the tail keeps away from the sector next in turn.
        while self.held.contains(&self.sector(self.head)) {
            self.head = self.head.checked_add(1).ok_or(Error::WornOut)?;
        }
        let sector = self.sector(self.head);
        if !chip.erase(sector)? {
            return Ok(false);
        }
        let (boot, first) = key;
        let header = SectorHeader { kind: SectorKind::Pages, id: self.id, serial: self.head, boot, first };
        let written = chip.program(sector, 0, &header.to_bytes())?;
        if written {
            self.at = HEADER;
        }
        Ok(written)
    }

    /// The next chunk of a sector, and where its payload is; `walk` goes behind it. Steps over what is damaged.
    pub(super) fn next<F: NorFlash>(
        &self,
        chip: &mut Chip<F>,
        walk: &mut Walk,
    ) -> Result<Option<(Chunk, Walk)>, Error<F::Error>> {
        let sector = self.sector(walk.serial);
        let mut bytes = [0; HEADER as usize];
        while walk.at + HEADER <= SECTOR {
            chip.read(sector, walk.at, &mut bytes)?;
            if bytes == [0xFF; HEADER as usize] {
                break;
            }
            if let Some(chunk) = Chunk::from_bytes(&bytes, self.id, walk.serial)
                && walk.at + chunk.size() <= SECTOR
            {
                let payload = Walk { at: walk.at + HEADER, ..*walk };
                walk.at += chunk.size();
                return Ok(Some((chunk, payload)));
            }
            walk.at += WORD as u32;
        }
        Ok(None)
    }

    /// The beginning of a sector of pages.
    pub(super) fn walk(&self, serial: u32) -> Walk {
        Walk { serial, at: HEADER }
    }

    /// Reads a chunk's payload into `buffer`; false if it is damaged or the buffer too small.
    pub(super) fn payload<F: NorFlash>(
        &self,
        chip: &mut Chip<F>,
        chunk: &Chunk,
        at: Walk,
        buffer: &mut [u8],
    ) -> Result<bool, Error<F::Error>> {
        let len = usize::from(chunk.len);
        let Some(buffer) = buffer.get_mut(..whole_words(len)) else { return Ok(false) };
        chip.read(self.sector(at.serial), at.at, buffer)?;
        Ok(buffer.get(..len).is_some_and(|payload| checksum(payload) == chunk.payload_crc))
    }

    /// The whole page of `boot` that holds `from` or, if there is none, the next one behind; its payload is in `buffer` then.
    /// Looks from a sector onwards.
    pub(super) fn find<F: NorFlash>(
        &self,
        chip: &mut Chip<F>,
        start: u32,
        boot: Boot,
        from: Seq,
        buffer: &mut [u8],
    ) -> Result<Option<Chunk>, Error<F::Error>> {
        for serial in start..=self.head {
            let mut walk = self.walk(serial);
            while let Some((chunk, payload)) = self.next(chip, &mut walk)? {
                if chunk.boot > boot {
                    return Ok(None);
                }
                let is_asked = chunk.kind == ChunkKind::Page && chunk.boot == boot && chunk.next() > from;
                if is_asked && self.payload(chip, &chunk, payload, buffer)? {
                    return Ok(Some(chunk));
                }
            }
        }
        Ok(None)
    }

    /// What a sector of pages begins with; `None` if nothing in it can be read.
    pub(super) fn key<F: NorFlash>(
        &self,
        chip: &mut Chip<F>,
        serial: u32,
    ) -> Result<Option<Key>, Error<F::Error>> {
        let mut bytes = [0; HEADER as usize];
        chip.read(self.sector(serial), 0, &mut bytes)?;
        let header = SectorHeader::from_bytes(&bytes)
            .filter(|header| header.kind == SectorKind::Pages && header.serial == serial);
        if let Some(header) = header {
            return Ok(Some((header.boot, header.first)));
        }
        Ok(self.next(chip, &mut self.walk(serial))?.map(|(chunk, _)| (chunk.boot, chunk.first)))
    }

    /// The last sector of pages that begins at or before `key`; `None` if that has been written over.
    pub(super) fn seek<F: NorFlash>(
        &self,
        chip: &mut Chip<F>,
        key: Key,
    ) -> Result<Option<u32>, Error<F::Error>> {
        let (mut low, mut high) = (self.oldest(), self.head.saturating_add(1));
        let mut found = None;
        while low < high {
            let middle = low + (high - low) / 2;
            // A sector that tells nothing is as the one before it.
            let mut probe = middle;
            let mut at = self.key(chip, probe)?;
            while at.is_none() && probe > low {
                probe -= 1;
                at = self.key(chip, probe)?;
            }
            match at {
                Some(at) if at > key => high = probe,
                Some(_) => {
                    found = Some(probe);
                    low = middle + 1;
                }
                None => low = middle + 1,
            }
        }
        Ok(found)
    }

    /// What the oldest sector that can be read begins with.
    pub(super) fn oldest_key<F: NorFlash>(&self, chip: &mut Chip<F>) -> Result<Option<Key>, Error<F::Error>> {
        for serial in self.oldest()..=self.head {
            if let Some(key) = self.key(chip, serial)? {
                return Ok(Some(key));
            }
        }
        Ok(None)
    }
}
