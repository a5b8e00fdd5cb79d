//! The answer to hello: told in parts, since a bracelet that was away for a month has had many boots.

use crate::journal::{BootEntry, Journal};
use crate::line::SEAL;
use crate::message::{BootInfo, HelloHead, HelloPart, Identity, Role, ToApp};
use alloc::vec::Vec;
use vitals::{Boot, UptimeMillis};

/// So many anchors in one entry, so that an entry always fits in the shortest of lines.
const ANCHORS_AN_ENTRY: usize = 4;

/// How far the answer has been told.
#[derive(Debug)]
pub(super) struct Greeting {
    head: Option<HelloHead>,
    page: u16,
    /// The boot told last, and how many of its anchors.
    told: Option<(Boot, usize)>,
    /// About where in the journal's list it stands.
    index: usize,
}

impl Greeting {
    pub(super) fn new<J: Journal>(
        v: u8,
        identity: &Identity,
        uptime: UptimeMillis,
        recorder: Role,
        journal: &J,
    ) -> Self {
        let (journal, boot) = (journal.id(), journal.boot());
        let head = HelloHead { v, identity: identity.clone(), journal, uptime, boot, recorder };
        Self { head: Some(head), page: 0, told: None, index: 0 }
    }

    pub(super) fn is_new(&self) -> bool {
        self.page == 0
    }

    /// The next line, and whether more follow.
    pub(super) fn next_line<J: Journal>(
        &mut self,
        journal: &mut J,
        limit: usize,
    ) -> Result<(Vec<u8>, bool), J::Error> {
        let mut part = HelloPart { page: self.page, more: true, head: self.head.take(), boots: Vec::new() };
        let mut length = ToApp::Hello(part.clone()).line().len();
        loop {
            let Some(info) = self.next_entry(journal)? else {
                part.more = false;
                break;
            };
            // With the comma before it.
            let entry = serde_json::to_vec(&info).map_or(0, |json| json.len()) + 1;
            // A part that tells nothing at all would never end: one entry always goes.
            let must = part.head.is_none() && part.boots.is_empty();
            if length + entry > limit && !must {
                break;
            }
            length += entry;
            let before = match self.told {
                Some((boot, anchors)) if boot == info.boot => anchors,
                _ => 0,
            };
            self.told = Some((info.boot, before + info.anchors.len()));
            part.boots.push(info);
        }
        debug_assert!(length >= SEAL);
        self.page = self.page.saturating_add(1);
        let more = part.more;
        Ok((ToApp::Hello(part).line(), more))
    }

    /// The first entry that was not told. The list may have become shorter at its front since the last part.
    fn next_entry<J: Journal>(&mut self, journal: &mut J) -> Result<Option<BootInfo>, J::Error> {
        let Some((told, anchors)) = self.told else {
            return Ok(journal.boot_entry(0)?.map(|entry| info(journal, &entry, 0)));
        };
        if journal.boot_entry(self.index)?.is_none_or(|entry| entry.boot > told) {
            self.index = 0;
        }
        while let Some(entry) = journal.boot_entry(self.index)? {
            if entry.boot == told && entry.anchors.len() > anchors {
                return Ok(Some(info(journal, &entry, anchors)));
            }
            if entry.boot > told {
                return Ok(Some(info(journal, &entry, 0)));
            }
            self.index += 1;
        }
        Ok(None)
    }
}

/// What is told of a boot, from the `skip`-th anchor on.
fn info<J: Journal>(journal: &J, entry: &BootEntry, skip: usize) -> BootInfo {
    let last = (entry.next > entry.first).then(|| vitals::Seq(entry.next.0 - 1));
    let anchors = entry.anchors.iter().skip(skip).take(ANCHORS_AN_ENTRY).copied().collect();
    BootInfo {
        boot: entry.boot,
        first: entry.first,
        last,
        acked: journal.acked(entry.boot),
        end: entry.end,
        anchors,
    }
}
