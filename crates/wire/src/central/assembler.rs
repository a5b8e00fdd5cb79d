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
