//! What stands where in a sector, byte by byte (numbers little-endian, as the chip has them).
//!
//! | | bytes | |
//! |---|---|---|
//! | sector header | 32 | kind and version (4), journal id (8), serial number (4), boot (4), first place (4), 0 (4), CRC (4) |
//! | chunk header | 32 | kind (1), 0 (1), payload's length (2), boot (4), first place (4), records (2), 0 (2), end's uptime (8), payload's CRC (4), CRC (4) |
//! | slot | 12–96 | kind (1), page's length (1), a page of one record, zeros up to a whole word, CRC (4) |
//!
//! A chunk's and a slot's CRC begin with the journal's id and the sector's serial number: what an old use of the sector left
//! behind is never taken for something new.

use crc::{CRC_32_ISO_HDLC, Crc};
use vitals::{Boot, JournalId, Seq, UptimeMillis};

/// The size of what is erased at once.
pub(super) const SECTOR: u32 = 4_096;
/// What is written and read is a multiple of this.
pub(super) const WORD: usize = 4;
/// The size of a sector's and of a chunk's header.
pub(super) const HEADER: u32 = 32;
const HEADER_BYTES: usize = HEADER as usize;
/// Where a header's CRC stands.
const CRC_AT: usize = HEADER_BYTES - 4;

static CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// A CRC of bytes.
pub(super) fn checksum(bytes: &[u8]) -> u32 {
    CRC.checksum(bytes)
}

/// A CRC of bytes that belong to this sector of this journal only.
pub(super) fn bound_checksum(id: JournalId, serial: u32, bytes: &[u8]) -> u32 {
    let mut digest = CRC.digest();
    digest.update(&id.0.to_le_bytes());
    digest.update(&serial.to_le_bytes());
    digest.update(bytes);
    digest.finalize()
}

/// The next whole word.
pub(super) fn whole_words(bytes: usize) -> usize {
    bytes.next_multiple_of(WORD)
}

/// Takes fixed pieces from the front of bytes; zeros where there are none left (every caller has checked a CRC before).
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl Fields<'_> {
    pub(super) fn take<const N: usize>(&mut self) -> [u8; N] {
        let Some((field, rest)) = self.0.split_first_chunk() else { return [0; N] };
        self.0 = rest;
        *field
    }
}

/// Puts pieces one after the other into a buffer that is large enough for them.
pub(super) struct Filling<'a> {
    pub(super) out: &'a mut [u8],
    pub(super) len: usize,
}

impl Filling<'_> {
    pub(super) fn put(&mut self, bytes: &[u8]) {
        if let Some(place) = self.out.get_mut(self.len..self.len + bytes.len()) {
            place.copy_from_slice(bytes);
            self.len += bytes.len();
        }
    }
}

/// What a sector is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SectorKind {
    /// Packed pages.
    Pages,
    /// The raw tail.
    Tail,
    /// The whole flash is being erased: there is no journal.
    Wiping,
}

impl SectorKind {
    const ALL: [Self; 3] = [Self::Pages, Self::Tail, Self::Wiping];

    fn mark(self) -> [u8; 4] {
        match self {
            Self::Pages => *b"BJp1",
            Self::Tail => *b"BJt1",
            Self::Wiping => *b"BJw1",
        }
    }
}

/// A sector's first bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct SectorHeader {
    pub(super) kind: SectorKind,
    pub(super) id: JournalId,
    /// Counted up: over all sectors of pages (and the sector stands at this number modulo the flash's size), and over all
    /// sectors of the tail.
    pub(super) serial: u32,
    /// Whose records it begins with.
    pub(super) boot: Boot,
    /// The first record's place, for pages.
    pub(super) first: Seq,
}

impl SectorHeader {
    pub(super) fn to_bytes(self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        let mut filling = Filling { out: &mut bytes, len: 0 };
        filling.put(&self.kind.mark());
        filling.put(&self.id.0.to_le_bytes());
        filling.put(&self.serial.to_le_bytes());
        filling.put(&self.boot.0.to_le_bytes());
        filling.put(&self.first.0.to_le_bytes());
        let (body, crc) = bytes.split_at_mut(CRC_AT);
        crc.copy_from_slice(&checksum(body).to_le_bytes());
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8; HEADER_BYTES]) -> Option<Self> {
        let (body, crc) = bytes.split_at(CRC_AT);
        let mut fields = Fields(body);
        let mark = fields.take();
        let kind = SectorKind::ALL.into_iter().find(|kind| kind.mark() == mark)?;
        let header = Self {
            kind,
            id: JournalId(u64::from_le_bytes(fields.take())),
            serial: u32::from_le_bytes(fields.take()),
            boot: Boot(u32::from_le_bytes(fields.take())),
            first: Seq(u32::from_le_bytes(fields.take())),
        };
        (crc == checksum(body).to_le_bytes()).then_some(header)
    }
}

/// What a chunk in a sector of pages is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChunkKind {
    /// A packed page.
    Page,
    /// A [`super::state::State`].
    State,
}

/// What stands before a chunk's payload.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunk {
    pub(super) kind: ChunkKind,
    pub(super) len: u16,
    pub(super) boot: Boot,
    /// The page's first record; for a state: the next one to be packed.
    pub(super) first: Seq,
    /// How many records.
    pub(super) count: u16,
    /// The uptime of the last record so far.
    pub(super) end: UptimeMillis,
    pub(super) payload_crc: u32,
}

impl Chunk {
    const PAGE: u8 = b'P';
    const STATE: u8 = b'S';

    /// The place after its last record.
    pub(super) fn next(&self) -> Seq {
        Seq(self.first.0.saturating_add(u32::from(self.count)))
    }

    /// How much of the sector it takes.
    pub(super) fn size(&self) -> u32 {
        HEADER + u32::from(self.len).next_multiple_of(WORD as u32)
    }

    pub(super) fn to_bytes(self, id: JournalId, serial: u32) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        let mut filling = Filling { out: &mut bytes, len: 0 };
        let kind = match self.kind {
            ChunkKind::Page => Self::PAGE,
            ChunkKind::State => Self::STATE,
        };
        filling.put(&[kind, 0]);
        filling.put(&self.len.to_le_bytes());
        filling.put(&self.boot.0.to_le_bytes());
        filling.put(&self.first.0.to_le_bytes());
        filling.put(&self.count.to_le_bytes());
        filling.put(&[0, 0]);
        filling.put(&self.end.0.to_le_bytes());
        filling.put(&self.payload_crc.to_le_bytes());
        let (body, crc) = bytes.split_at_mut(CRC_AT);
        crc.copy_from_slice(&bound_checksum(id, serial, body).to_le_bytes());
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8; HEADER_BYTES], id: JournalId, serial: u32) -> Option<Self> {
        let (body, crc) = bytes.split_at(CRC_AT);
        let mut fields = Fields(body);
        let kind = match fields.take() {
            [Self::PAGE, 0] => ChunkKind::Page,
            [Self::STATE, 0] => ChunkKind::State,
            _ => return None,
        };
        let len = u16::from_le_bytes(fields.take());
        let boot = Boot(u32::from_le_bytes(fields.take()));
        let first = Seq(u32::from_le_bytes(fields.take()));
        let [count_low, count_high, _, _] = fields.take();
        let count = u16::from_le_bytes([count_low, count_high]);
        let end = UptimeMillis(u64::from_le_bytes(fields.take()));
        let payload_crc = u32::from_le_bytes(fields.take());
        let chunk = Self { kind, len, boot, first, count, end, payload_crc };
        (crc == bound_checksum(id, serial, body).to_le_bytes()).then_some(chunk)
    }
}
