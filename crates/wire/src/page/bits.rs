//! Bits in and out of bytes, most significant first, and numbers in as few of them as their usual size allows.

use super::PageError;

/// After so many ones a number follows with its length instead of the Golomb-Rice remainder.
const ESCAPE: u32 = 16;

/// How many bits tell a number's own length (less one).
const LENGTH_BITS: u32 = 6;

/// A running mean of what a field's numbers were: from it both ends derive how many bits the next one gets by itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usual {
    /// Sixteenths.
    mean: u32,
}

impl Usual {
    pub(super) const fn new(mean: u32) -> Self {
        Self { mean: mean * 16 }
    }

    /// The Golomb-Rice parameter for geometrically distributed numbers of this mean: log2(mean · ln 2), rounded down; at
    /// most 20.
    fn shift(self) -> u32 {
        ((self.mean * 11) >> 8).max(1).ilog2()
    }

    /// An eighth of the new number; a rare huge one must not spoil those after it.
    fn learn(&mut self, number: u64) {
        let limit = self.mean / 4 + 16;
        let number = u32::try_from(number).map_or(limit, |number| number.min(limit)).min(0xF_FFFF);
        self.mean = self.mean - self.mean / 8 + number * 2;
    }
}

/// Where a writer stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    at: usize,
    pending: u64,
    bits: u32,
}

/// Writes bits into a slice.
#[derive(Debug)]
pub(super) struct BitWriter<'a> {
    out: &'a mut [u8],
    /// What waits for a whole byte, and where that byte goes.
    mark: Mark,
}

impl<'a> BitWriter<'a> {
    pub(super) fn new(out: &'a mut [u8]) -> Self {
        Self { out, mark: Mark { at: 0, pending: 0, bits: 0 } }
    }

    pub(super) fn mark(&self) -> Mark {
        self.mark
    }

    pub(super) fn rewind(&mut self, mark: Mark) {
        self.mark = mark;
    }

    /// Writes the lowest `bits` (at most 56) of `value`, whose others are zero.
    pub(super) fn put(&mut self, value: u64, bits: u32) -> Result<(), PageError> {
        let mark = &mut self.mark;
        mark.pending = mark.pending << bits | value;
        mark.bits += bits;
        while mark.bits >= 8 {
            mark.bits -= 8;
            let [.., byte] = (mark.pending >> mark.bits).to_be_bytes();
            *self.out.get_mut(mark.at).ok_or(PageError::Full)? = byte;
            mark.at += 1;
        }
        mark.pending &= (1 << mark.bits) - 1;
        Ok(())
    }

    /// Writes a number of any size as its length and its bits.
    pub(super) fn put_number(&mut self, number: u64) -> Result<(), PageError> {
        let bits = 64 - (number | 1).leading_zeros();
        self.put(u64::from(bits - 1), LENGTH_BITS)?;
        if bits > 32 {
            self.put(number >> 32, bits - 32)?;
            self.put(number & 0xFFFF_FFFF, 32)
        } else {
            self.put(number, bits)
        }
    }

    /// Writes a number that is usually near the mean of those before it.
    pub(super) fn put_usual(&mut self, number: u64, usual: &mut Usual) -> Result<(), PageError> {
        let shift = usual.shift();
        usual.learn(number);
        let quotient = number >> shift;
        if quotient >= u64::from(ESCAPE) {
            self.put((1 << ESCAPE) - 1, ESCAPE)?;
            return self.put_number(number);
        }
        #[expect(clippy::cast_possible_truncation, reason = "below ESCAPE")]
        let ones = quotient as u32;
        let unary = (1_u64 << (ones + 1)) - 2;
        self.put(unary << shift | (number & ((1 << shift) - 1)), ones + 1 + shift)
    }

    /// Whether the pending bits still have a byte to go to.
    pub(super) fn fits(&self) -> bool {
        self.mark.bits == 0 || self.mark.at < self.out.len()
    }

    /// Fills the last byte with zeros; the slice and how much of it is used.
    pub(super) fn finish(mut self) -> (&'a mut [u8], usize) {
        if self.mark.bits > 0 {
            // Cannot fail: a push that left no byte for its last bits was taken back.
            let _ = self.put(0, 8 - self.mark.bits);
        }
        (self.out, self.mark.at)
    }
}

/// Reads bits from a slice; `None` where it ends.
#[derive(Clone, Debug)]
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    /// In bits.
    at: usize,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next bits, left-aligned, at least 57 of them; zeros beyond the end.
    fn ahead(&self) -> u64 {
        let rest = self.bytes.get(self.at / 8..).unwrap_or_default();
        let word = match rest.first_chunk() {
            Some(chunk) => u64::from_be_bytes(*chunk),
            None => {
                let mut chunk = [0; 8];
                chunk.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                u64::from_be_bytes(chunk)
            }
        };
        word << (self.at % 8)
    }

    fn skip(&mut self, bits: u32) -> Option<()> {
        let at = self.at.checked_add(usize::try_from(bits).ok()?)?;
        if at > self.bytes.len().checked_mul(8)? {
            return None;
        }
        self.at = at;
        Some(())
    }

    /// Reads 1 to 56 bits.
    pub(super) fn take(&mut self, bits: u32) -> Option<u64> {
        let value = self.ahead() >> (64 - bits);
        self.skip(bits)?;
        Some(value)
    }

    /// Reads what [`BitWriter::put_number`] wrote.
    pub(super) fn take_number(&mut self) -> Option<u64> {
        let length = self.take(LENGTH_BITS)?;
        let bits = u32::try_from(length).ok()? + 1;
        if bits > 32 {
            let high = self.take(bits - 32)?;
            Some(high << 32 | self.take(32)?)
        } else {
            self.take(bits)
        }
    }

    /// Reads what [`BitWriter::put_usual`] wrote.
    pub(super) fn take_usual(&mut self, usual: &mut Usual) -> Option<u64> {
        let shift = usual.shift();
        let ahead = self.ahead();
        let ones = ahead.leading_ones();
        let number = if ones >= ESCAPE {
            self.skip(ESCAPE)?;
            self.take_number()?
        } else {
            // At most 16 + 20 bits, which `ahead` holds. Two shifts, for `shift` may be 0.
            let remainder = (ahead << (ones + 1)) >> 1 >> (63 - shift);
            self.skip(ones + 1 + shift)?;
            u64::from(ones) << shift | remainder
        };
        usual.learn(number);
        Some(number)
    }

    /// Whether nothing but the zeros of the last byte is left.
    pub(super) fn only_padding_left(&self) -> bool {
        let left = self.bytes.len() * 8 - self.at;
        left < 8 && self.ahead() == 0
    }
}
