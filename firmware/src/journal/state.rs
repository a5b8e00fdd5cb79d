//! What the journal keeps beside the records: the boot's anchors, who the recorder is, what was acknowledged.

use super::layout::{Fields, Filling};
use vitals::{Anchor, Boot, Seq, UnixMillis, UptimeMillis};
use wire::journal::MAX_ANCHORS;
use wire::message::AppId;

/// Of so many boots the acknowledgement is remembered.
const MAX_ACKS: usize = 4;

/// The most bytes a state takes in flash.
pub(super) const MAX_STATE: usize = 4 + 16 + 16 * MAX_ANCHORS + 8 * MAX_ACKS;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    /// The present boot's.
    pub(super) anchors: heapless::Vec<Anchor, MAX_ANCHORS>,
    pub(super) recorder: Option<AppId>,
    acks: heapless::Vec<(Boot, Seq), MAX_ACKS>,
}

impl State {
    /// The last record of that boot that is safe elsewhere.
    pub(super) fn acked(&self, boot: Boot) -> Option<Seq> {
        self.acks.iter().find(|(of, _)| *of == boot).map(|(_, seq)| *seq)
    }

    /// Notes an acknowledgement; whether it says something new.
    pub(super) fn ack(&mut self, boot: Boot, seq: Seq) -> bool {
        if let Some((_, upto)) = self.acks.iter_mut().find(|(of, _)| *of == boot) {
            let new = *upto < seq;
            *upto = seq.max(*upto);
            return new;
        }
        if self.acks.is_full()
            && let Some(oldest) = (0..self.acks.len()).min_by_key(|&at| self.acks.get(at).map(|(of, _)| *of))
        {
            self.acks.swap_remove(oldest);
        }
        self.acks.push((boot, seq)).is_ok()
    }

    /// Keeps an anchor; the newest makes room when there are too many.
    pub(super) fn add_anchor(&mut self, anchor: Anchor) {
        if self.anchors.is_full() {
            self.anchors.pop();
        }
        // There is room now.
        let _ = self.anchors.push(anchor);
    }

    pub(super) fn to_bytes(&self, out: &mut [u8; MAX_STATE]) -> usize {
        let mut filling = Filling { out, len: 0 };
        let count = |len: usize| u8::try_from(len).unwrap_or(u8::MAX);
        filling.put(&[
            u8::from(self.recorder.is_some()),
            count(self.anchors.len()),
            count(self.acks.len()),
            0,
        ]);
        if let Some(AppId(app)) = self.recorder {
            filling.put(&app.to_le_bytes());
        }
        for anchor in &self.anchors {
            filling.put(&anchor.uptime.0.to_le_bytes());
            filling.put(&anchor.time.0.to_le_bytes());
        }
        for (boot, seq) in &self.acks {
            filling.put(&boot.0.to_le_bytes());
            filling.put(&seq.0.to_le_bytes());
        }
        filling.len
    }

    /// Reads what [`Self::to_bytes`] made and a CRC has vouched for.
    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        let mut fields = Fields(bytes);
        let [has_recorder, anchors, acks, _] = fields.take();
        let recorder = (has_recorder != 0).then(|| AppId(u128::from_le_bytes(fields.take())));
        let anchors = (0..anchors).take(MAX_ANCHORS).map(|_| Anchor {
            uptime: UptimeMillis(u64::from_le_bytes(fields.take())),
            time: UnixMillis(i64::from_le_bytes(fields.take())),
        });
        let anchors = anchors.collect();
        let acks = (0..acks).take(MAX_ACKS).map(|_| {
            let boot = Boot(u32::from_le_bytes(fields.take()));
            (boot, Seq(u32::from_le_bytes(fields.take())))
        });
        Self { anchors, recorder, acks: acks.collect() }
    }
}
