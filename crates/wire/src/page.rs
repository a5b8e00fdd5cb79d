//! Packed pages: runs of records in few bytes, the same in the bracelet's flash, on the air and in the app.
//!
//! A page stands on its own: its first record's place and uptime, how many records follow, then the records as a stream of
//! bits in which each tells how it differs from the one before (some 2.5 bytes a second of a beating heart). The boot is not
//! in the page; who stores or sends it says so beside it. The page carries no checksum: flash and air have their own.
//!
//! ```
//! # use vitals::{Bpm, Record, Seq, UptimeMillis};
//! # use wire::page;
//! let records = [0, 1].map(|n| Record {
//!     seq: Seq(n),
//!     uptime: UptimeMillis(5_000 + 1_000 * u64::from(n)),
//!     heart_rate: Some(Bpm(72)),
//!     ..Record::default()
//! });
//! let mut bytes = [0; page::MAX_PAGE];
//! let len = page::encode(&records, &mut bytes)?;
//! let decoded: Result<Vec<Record>, _> = page::decode(&bytes[..len])?.collect();
//! assert_eq!(decoded?, records);
//! # Ok::<(), page::PageError>(())
//! ```
//!
//! Layout, most significant bit first: the version (8 bits), the number of records (16), the first place and the first uptime
//! (each: 6 bits how many bits, less one; then the bits), the records (see `page/record.rs`), zero bits up to a whole byte.

mod bits;
mod record;

use bits::{BitReader, BitWriter};
use record::Context;
use vitals::{Record, Seq, UptimeMillis};

/// The most bytes one page takes. A page's base64 with its line must fit in 4,096 bytes.
pub const MAX_PAGE: usize = 2_048;

/// The most bytes a record adds to a page, whatever is in it; a page of one record is never longer than this and
/// [`MAX_HEADER`].
pub const MAX_RECORD: usize = 72;

/// The most bytes before a page's first record.
pub const MAX_HEADER: usize = 16;

/// The first byte of every page of this layout.
const VERSION: u8 = 1;

/// Where the number of records stands.
const COUNT: core::ops::Range<usize> = 1..3;

/// What is wrong with a page, or with what was to become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum PageError {
    /// The buffer or the page has no room for this record: finish the page and begin another.
    #[error("the page is full")]
    Full,
    /// The record does not follow the one before it (place one higher, uptime not earlier): finish the page, begin another.
    #[error("the record does not follow the one before it")]
    NotConsecutive,
    /// The page is of a layout that this program does not know: it was made by a newer one.
    #[error("unknown page version {0}")]
    Version(u8),
    /// A page without records.
    #[error("the page is empty")]
    Empty,
    /// The page ends before its last record does.
    #[error("the page is cut short")]
    Truncated,
    /// A number that the field cannot hold.
    #[error("the page holds a number out of range")]
    Value,
    /// More bytes than the records need.
    #[error("the page is followed by something else")]
    Trailing,
}

/// What a page tells before its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The first record's place.
    pub first: Seq,
    /// How many records; never 0.
    pub count: u16,
    /// The first record's uptime.
    pub uptime: UptimeMillis,
}

impl Header {
    /// The last record's place.
    #[must_use]
    pub fn last(&self) -> Seq {
        Seq(self.first.0.saturating_add(u32::from(self.count).saturating_sub(1)))
    }
}

/// Packs records one by one into the caller's buffer.
#[derive(Debug)]
pub struct Encoder<'a> {
    writer: BitWriter<'a>,
    count: u16,
    context: Context,
}

impl<'a> Encoder<'a> {
    /// Begins a page in `out`, of which no more than [`MAX_PAGE`] bytes are used.
    #[must_use]
    pub fn new(out: &'a mut [u8]) -> Self {
        let room = out.len().min(MAX_PAGE);
        let (out, _) = out.split_at_mut(room);
        Self { writer: BitWriter::new(out), count: 0, context: Context::new() }
    }

    /// Adds a record.
    ///
    /// # Errors
    ///
    /// [`PageError::Full`] or [`PageError::NotConsecutive`]; the page stays as it was and can be finished.
    pub fn push(&mut self, record: &Record) -> Result<(), PageError> {
        if self.count == u16::MAX {
            return Err(PageError::Full);
        }
        let before = (self.writer.mark(), self.context);
        let pushed = self.try_push(record);
        match pushed {
            Ok(()) => self.count += 1,
            Err(_) => {
                self.writer.rewind(before.0);
                self.context = before.1;
            }
        }
        pushed
    }

    fn try_push(&mut self, record: &Record) -> Result<(), PageError> {
        if self.count == 0 {
            self.writer.put(u64::from(VERSION), 8)?;
            self.writer.put(0, 16)?;
            self.writer.put_number(u64::from(record.seq.0))?;
            self.writer.put_number(record.uptime.0)?;
            self.context.begin(record.seq, record.uptime);
        }
        self.context.write(&mut self.writer, record)?;
        // The last bits must find their byte too.
        self.writer.fits().then_some(()).ok_or(PageError::Full)
    }

    /// How many records the page has.
    #[must_use]
    pub fn count(&self) -> u16 {
        self.count
    }

    /// Completes the page and tells how many bytes it takes: 0 if it got no record.
    #[must_use]
    pub fn finish(self) -> usize {
        if self.count == 0 {
            return 0;
        }
        let (out, len) = self.writer.finish();
        if let Some(count) = out.get_mut(COUNT) {
            count.copy_from_slice(&self.count.to_be_bytes());
        }
        len
    }
}

/// Packs `records`, which must be consecutive and of one boot, into `out` and tells how many bytes they take.
///
/// # Errors
///
/// [`PageError::Full`] when they do not fit, [`PageError::NotConsecutive`] when they are not, [`PageError::Empty`] for none.
pub fn encode(records: &[Record], out: &mut [u8]) -> Result<usize, PageError> {
    let mut encoder = Encoder::new(out);
    for record in records {
        encoder.push(record)?;
    }
    match encoder.finish() {
        0 => Err(PageError::Empty),
        len => Ok(len),
    }
}

/// Unpacks a page: the records in order, or what is wrong with the rest of the page (and then nothing more).
///
/// Takes any bytes. `bytes` must be the page and nothing else.
///
/// # Errors
///
/// When the page's beginning is not one.
pub fn decode(bytes: &[u8]) -> Result<Decoder<'_>, PageError> {
    let mut reader = BitReader::new(bytes);
    let version = reader.take(8).ok_or(PageError::Truncated)?;
    if version != u64::from(VERSION) {
        return Err(PageError::Version(version.to_be_bytes()[7]));
    }
    let count = reader.take(16).ok_or(PageError::Truncated)?;
    let count = u16::try_from(count).map_err(|_| PageError::Value)?;
    let first = reader.take_number().ok_or(PageError::Truncated)?;
    let first = Seq(u32::try_from(first).map_err(|_| PageError::Value)?);
    let uptime = UptimeMillis(reader.take_number().ok_or(PageError::Truncated)?);
    if count == 0 {
        return Err(PageError::Empty);
    }
    // The last place must be one, too.
    first.0.checked_add(u32::from(count) - 1).ok_or(PageError::Value)?;
    let mut context = Context::new();
    context.begin(first, uptime);
    Ok(Decoder { header: Header { first, count, uptime }, reader, left: count, context })
}

/// What a page tells before its records, without unpacking them.
///
/// # Errors
///
/// When the page's beginning is not one.
pub fn peek(bytes: &[u8]) -> Result<Header, PageError> {
    decode(bytes).map(|decoder| decoder.header())
}

/// The records of a page, in order.
#[derive(Clone, Debug)]
pub struct Decoder<'a> {
    header: Header,
    reader: BitReader<'a>,
    left: u16,
    context: Context,
}

impl Decoder<'_> {
    /// What the page tells before its records.
    #[must_use]
    pub fn header(&self) -> Header {
        self.header
    }
}

impl Iterator for Decoder<'_> {
    type Item = Result<Record, PageError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let mut record = self.context.read(&mut self.reader);
        if self.left == 0 && record.is_ok() && !self.reader.only_padding_left() {
            record = Err(PageError::Trailing);
        }
        if record.is_err() {
            self.left = 0;
        }
        Some(record)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(usize::from(self.left)))
    }
}

impl core::iter::FusedIterator for Decoder<'_> {}
