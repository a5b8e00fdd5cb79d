//! The answer to hello, collected from its parts.

use crate::message::{BootInfo, HelloHead, HelloPart};
use alloc::vec::Vec;

/// More boots than a bracelet can keep, so that a stranger cannot fill the memory.
const MAX_BOOTS: usize = 4_096;
/// More anchors than a boot can have.
const MAX_ANCHORS: usize = 64;

/// What has been told so far.
#[derive(Debug, Default)]
pub(super) struct Greeting {
    head: Option<HelloHead>,
    next_page: u16,
    boots: Vec<BootInfo>,
}

/// What a part did.
pub(super) enum Greeted {
    /// That was all.
    All(HelloHead, Vec<BootInfo>),
    /// More parts are needed, or the part was there already.
    Wait,
    /// The part does not fit: hello has to be said again.
    Misfit,
}

impl Greeting {
    pub(super) fn take(&mut self, part: HelloPart) -> Greeted {
        if part.page == 0 {
            *self = Self::default();
            self.head = part.head;
        } else if part.page < self.next_page {
            return Greeted::Wait;
        } else if part.page > self.next_page {
            return Greeted::Misfit;
        }
        self.next_page = part.page.saturating_add(1);
        for info in part.boots {
            if !self.add(info) {
                *self = Self::default();
                return Greeted::Misfit;
            }
        }
        if part.more {
            return Greeted::Wait;
        }
        let all = core::mem::take(self);
        match all.head {
            Some(head) => Greeted::All(head, all.boots),
            None => Greeted::Misfit,
        }
    }

    /// Adds a boot, or further anchors of the last one. False if they are out of order or too many.
    fn add(&mut self, info: BootInfo) -> bool {
        match self.boots.last_mut() {
            Some(last) if last.boot == info.boot => {
                last.anchors.extend(info.anchors);
                last.anchors.len() <= MAX_ANCHORS
            }
            Some(last) if last.boot > info.boot => false,
            _ => {
                self.boots.push(info);
                self.boots.len() <= MAX_BOOTS
            }
        }
    }
}
