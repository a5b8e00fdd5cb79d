//! Pages out of their parts.

use crate::message::Part;
use crate::page::MAX_PAGE;
use alloc::vec::Vec;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use vitals::{Boot, Seq};

/// What a part brought.
pub(super) enum Assembled<'a> {
    /// The page is whole.
    Page(&'a [u8]),
    /// More parts are needed, or the part was there already.
    Wait,
    /// The part belongs to nothing: one before it was lost, or it is nonsense.
    Misfit,
}

/// Puts the parts of one page together. Never holds more than one page.
#[derive(Debug, Default)]
pub(super) struct Assembler {
    /// Which page: boot, first record, length.
    page: Option<(Boot, Seq, u16)>,
    bytes: Vec<u8>,
}

impl Assembler {
    pub(super) fn clear(&mut self) {
        self.page = None;
    }

    pub(super) fn take(&mut self, part: &Part<'_>) -> Assembled<'_> {
        let page = (part.boot, part.first, part.length);
        let (offset, length) = (usize::from(part.offset), usize::from(part.length));
        if length > MAX_PAGE {
            return Assembled::Misfit;
        }
        if offset == 0 {
            self.page = Some(page);
            self.bytes.clear();
        } else if self.page != Some(page) || offset > self.bytes.len() {
            self.page = None;
            return Assembled::Misfit;
        } else if offset < self.bytes.len() {
            // A repeated line.
            return Assembled::Wait;
        }
        if STANDARD.decode_vec(part.data, &mut self.bytes).is_err() || self.bytes.len() > length {
            self.page = None;
            return Assembled::Misfit;
        }
        if self.bytes.len() < length {
            return Assembled::Wait;
        }
        self.page = None;
        Assembled::Page(&self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &[u8] = b"a page of some bytes";

    fn part(first: u32, offset: u16, data: &str) -> Part<'_> {
        Part { boot: Boot(1), first: Seq(first), offset, length: 20, data }
    }

    #[test]
    fn parts_become_the_page_also_when_one_is_repeated() {
        let (head, tail) = (STANDARD.encode(&PAGE[..9]), STANDARD.encode(&PAGE[9..]));
        let mut assembler = Assembler::default();
        assert!(matches!(assembler.take(&part(0, 0, &head)), Assembled::Wait));
        assert!(matches!(assembler.take(&part(0, 0, &head)), Assembled::Wait));
        let Assembled::Page(page) = assembler.take(&part(0, 9, &tail)) else { panic!("not whole") };
        assert_eq!(page, PAGE);
        assert!(matches!(assembler.take(&part(0, 9, &tail)), Assembled::Misfit));
    }

    #[test]
    fn the_halves_of_two_pages_do_not_make_one() {
        let (head, tail) = (STANDARD.encode(&PAGE[..9]), STANDARD.encode(&PAGE[9..]));
        let mut assembler = Assembler::default();
        assembler.take(&part(0, 0, &head));
        assert!(matches!(assembler.take(&part(128, 9, &tail)), Assembled::Misfit));
        assert!(
            matches!(assembler.take(&part(0, 9, &tail)), Assembled::Misfit),
            "its beginning is forgotten"
        );
    }

    #[test]
    fn a_page_longer_than_it_says_or_than_any_page_is_refused() {
        let long = STANDARD.encode([0; 40]);
        let mut assembler = Assembler::default();
        assert!(matches!(assembler.take(&part(0, 0, &long)), Assembled::Misfit));
        let endless = Part { length: u16::MAX, ..part(0, 0, &long) };
        assert!(matches!(assembler.take(&endless), Assembled::Misfit));
        assert!(assembler.bytes.len() <= MAX_PAGE);
    }
}
