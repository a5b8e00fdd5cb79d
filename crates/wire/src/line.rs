//! Lines out of bytes and bytes out of lines: one JSON object a line, sealed with a CRC.
//!
//! Every line, both ways, ends `,"crc":"xxxxxxxx"}` and a newline: CRC-32/ISO-HDLC, lower-case hex, over all bytes before
//! that comma. A lost 20-byte piece can leave valid JSON with a wrong number in it; the CRC finds it.

use alloc::vec::Vec;
use crc::{CRC_32_ISO_HDLC, Crc};

/// The longest line to the app, newline included.
pub const MAX_TO_APP: usize = 4_096;
/// The longest line to the bracelet, newline included.
pub const MAX_TO_BRACELET: usize = 1_024;
/// By how many bytes [`seal`] makes an object longer: the CRC stands in place of its closing brace.
pub const SEAL: usize = SUFFIX;

/// `,"crc":"xxxxxxxx"}`
const SUFFIX: usize = 18;
const KEY: &[u8] = br#","crc":""#;
const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// Turns the bytes of one JSON object into a line: CRC and newline at its end.
///
/// `object` must be a JSON object with at least one field and no newline in it; it grows by [`SEAL`] bytes.
///
/// ```
/// let mut line = br#"{"ok":17}"#.to_vec();
/// wire::line::seal(&mut line);
/// assert_eq!(line, b"{\"ok\":17,\"crc\":\"865d2487\"}\n");
/// ```
pub fn seal(object: &mut Vec<u8>) {
    debug_assert!(object.len() > 2 && object.first() == Some(&b'{') && object.last() == Some(&b'}'));
    object.pop();
    let crc = CRC.checksum(object);
    object.extend_from_slice(KEY);
    object.extend_from_slice(&hex(crc));
    object.extend_from_slice(b"\"}\n");
}

fn hex(crc: u32) -> [u8; 8] {
    let mut digits = *b"00000000";
    for (digit, shift) in digits.iter_mut().zip((0..8).rev()) {
        let nibble = (crc >> (shift * 4)) as u8 & 0xF;
        *digit = if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
    }
    digits
}

/// What a reader dropped, by cause. Saturating counts since the reader was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drops {
    /// Lines longer than the bound.
    pub too_long: u32,
    /// Lines that do not end in a CRC.
    pub unsealed: u32,
    /// Lines whose CRC is wrong.
    pub damaged: u32,
    /// Lines that were half there when the buffer was cleared.
    pub cut: u32,
    /// Lines with a right CRC that make no sense here: not our JSON, a part without its page, a page that does not decode.
    pub senseless: u32,
}

impl Drops {
    /// All of them together.
    #[must_use]
    pub fn total(&self) -> u32 {
        [self.too_long, self.unsealed, self.damaged, self.cut, self.senseless]
            .into_iter()
            .fold(0, u32::saturating_add)
    }
}

/// Finds lines in a stream of bytes, whatever way it is cut, and lets only whole ones through.
///
/// Takes any bytes: never more than its bound is kept, and after nonsense it resynchronises at the next newline.
#[derive(Debug)]
pub struct LineReader {
    line: Vec<u8>,
    bound: usize,
    /// The line is over the bound: its rest is skipped.
    skipping: bool,
    /// The line in `line` was given out: the next read begins anew.
    given: bool,
    drops: Drops,
}

impl LineReader {
    /// A reader for lines of at most `bound` bytes, newline included.
    #[must_use]
    pub fn new(bound: usize) -> Self {
        Self { line: Vec::new(), bound, skipping: false, given: false, drops: Drops::default() }
    }

    /// Takes bytes from the front of `input` up to the end of the next whole line and returns its JSON object, without the
    /// CRC. `None` when `input` is used up.
    pub fn read<'a>(&'a mut self, input: &mut &[u8]) -> Option<&'a str> {
        loop {
            if self.given {
                self.line.clear();
                self.given = false;
            }
            let bytes: &[u8] = input;
            let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
                self.keep(bytes);
                *input = &[];
                return None;
            };
            let (head, tail) = bytes.split_at(end);
            self.keep(head);
            *input = tail.get(1..).unwrap_or_default();
            self.given = true;
            if core::mem::take(&mut self.skipping) {
                bump(&mut self.drops.too_long);
            } else if self.check() {
                break;
            }
        }
        // `check` just proved it; asking again is what the borrow checker wants.
        core::str::from_utf8(&self.line).ok()
    }

    /// Forgets a half line. Both ends do so at connect, disconnect and hello.
    pub fn clear(&mut self) {
        if (!self.given && !self.line.is_empty()) || self.skipping {
            bump(&mut self.drops.cut);
        }
        self.line.clear();
        self.given = false;
        self.skipping = false;
    }

    /// Whether the reader stands at the beginning of a line.
    #[must_use]
    pub fn is_at_start(&self) -> bool {
        (self.given || self.line.is_empty()) && !self.skipping
    }

    /// What was dropped so far.
    #[must_use]
    pub fn drops(&self) -> Drops {
        self.drops
    }

    /// Counts a line that was whole but made no sense to whoever read it.
    pub fn count_senseless(&mut self) {
        bump(&mut self.drops.senseless);
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.skipping {
            return;
        }
        // One byte of the bound is the newline's.
        if self.line.len() + bytes.len() >= self.bound {
            self.skipping = true;
            self.line.clear();
        } else {
            self.line.extend_from_slice(bytes);
        }
    }

    /// Checks the CRC, and takes it off the line.
    fn check(&mut self) -> bool {
        if self.line.is_empty() {
            // A lone newline ends whatever was cut before it: not a line, not a loss.
            return false;
        }
        let Some(body) = self.line.len().checked_sub(SUFFIX).filter(|body| *body > 1) else {
            bump(&mut self.drops.unsealed);
            return false;
        };
        let (object, suffix) = self.line.split_at(body);
        let Some(digits) = suffix.strip_prefix(KEY).and_then(|rest| rest.strip_suffix(b"\"}")) else {
            bump(&mut self.drops.unsealed);
            return false;
        };
        if digits != hex(CRC.checksum(object)) || core::str::from_utf8(object).is_err() {
            bump(&mut self.drops.damaged);
            return false;
        }
        self.line.truncate(body);
        self.line.push(b'}');
        true
    }
}

fn bump(count: &mut u32) {
    *count = count.saturating_add(1);
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::{String, ToString};
    use alloc::vec;

    fn sealed(object: &str) -> Vec<u8> {
        let mut line = object.as_bytes().to_vec();
        seal(&mut line);
        line
    }

    fn all(reader: &mut LineReader, mut input: &[u8]) -> Vec<String> {
        let mut lines = vec![];
        while let Some(line) = reader.read(&mut input) {
            lines.push(line.to_string());
        }
        lines
    }

    #[test]
    fn a_line_comes_through_whatever_way_it_is_cut() {
        let bytes = [sealed(r#"{"a":1}"#), sealed(r#"{"b":"é"}"#)].concat();
        for cut in 0..=bytes.len() {
            let mut reader = LineReader::new(64);
            let (head, tail) = bytes.split_at(cut);
            let mut lines = all(&mut reader, head);
            lines.extend(all(&mut reader, tail));
            assert_eq!(lines, [r#"{"a":1}"#, r#"{"b":"é"}"#], "cut at {cut}");
            assert_eq!(reader.drops(), Drops::default());
        }
    }

    #[test]
    fn a_changed_bit_or_a_lost_byte_is_never_let_through() {
        let line = sealed(r#"{"heartRate":72,"spo2":98}"#);
        for at in 0..line.len() - 1 {
            for bit in 0..8 {
                let mut bad = line.clone();
                bad[at] ^= 1 << bit;
                let mut reader = LineReader::new(128);
                assert!(all(&mut reader, &bad).is_empty(), "bit {bit} of byte {at}");
            }
            let mut short = line.clone();
            short.remove(at);
            assert!(all(&mut LineReader::new(128), &short).is_empty(), "byte {at} lost");
        }
    }

    #[test]
    fn an_endless_line_fills_no_memory_and_the_next_one_is_read() {
        let mut reader = LineReader::new(64);
        for _ in 0..1_000 {
            assert!(all(&mut reader, &[b'x'; 100]).is_empty());
        }
        assert!(reader.line.capacity() <= 128);
        let mut rest = b"\n".to_vec();
        rest.extend(sealed(r#"{"ok":1}"#));
        assert_eq!(all(&mut reader, &rest), [r#"{"ok":1}"#]);
        assert_eq!(reader.drops(), Drops { too_long: 1, ..Drops::default() });
    }

    #[test]
    fn a_line_of_exactly_the_bound_passes_and_one_more_byte_does_not() {
        let line = sealed(r#"{"ok":1}"#);
        assert_eq!(all(&mut LineReader::new(line.len()), &line).len(), 1);
        let mut reader = LineReader::new(line.len() - 1);
        assert!(all(&mut reader, &line).is_empty());
        assert_eq!(reader.drops().too_long, 1);
    }

    #[test]
    fn each_loss_is_counted_by_its_cause() {
        let mut reader = LineReader::new(64);
        all(&mut reader, b"{\"ok\":1}\n");
        all(&mut reader, b"{\"ok\":1,\"crc\":\"00000000\"}\n");
        all(&mut reader, b"\n\n");
        all(&mut reader, b"{\"half");
        reader.clear();
        reader.clear();
        reader.count_senseless();
        let expected = Drops { too_long: 0, unsealed: 1, damaged: 1, cut: 1, senseless: 1 };
        assert_eq!(reader.drops(), expected);
        assert_eq!(reader.drops().total(), 4);
    }
}
