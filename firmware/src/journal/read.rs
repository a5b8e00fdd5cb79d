//! The journal as the protocol reads it.

use super::{Error, Journal};
use embedded_storage::nor_flash::NorFlash;
use vitals::{Anchor, Boot, JournalId, Seq};
use wire::journal::{BootEntry, Found, GapWhy};
use wire::page::MAX_PAGE;

impl<F: NorFlash> wire::journal::Journal for Journal<F> {
    type Error = Error<F::Error>;

    fn id(&self) -> JournalId {
        self.ring.id
    }

    fn boot(&self) -> Boot {
        self.boot
    }

    fn boot_entry(&mut self, index: usize) -> Result<Option<BootEntry>, Self::Error> {
        // Asked for in order, each goes on from the one before.
        let (mut at, mut boot) = match self.listed {
            Some((last, boot)) if last <= index => (last, boot),
            _ => match self.boot_after(None)? {
                Some(boot) => (0, boot),
                None => return Ok(None),
            },
        };
        loop {
            let entry = self.entry(boot)?;
            let is_listed = entry.first < entry.next
                || boot == self.boot
                // Its anchors place the boots before it.
                || (entry.next == Seq(0) && !entry.anchors.is_empty());
            if is_listed && at == index {
                self.listed = Some((index, boot));
                return Ok(Some(entry));
            }
            at += usize::from(is_listed);
            match self.boot_after(Some(boot))? {
                Some(next) => boot = next,
                None => return Ok(None),
            }
        }
    }

    fn read(&mut self, boot: Boot, from: Seq, buffer: &mut [u8]) -> Result<Found, Self::Error> {
        if buffer.len() < MAX_PAGE {
            return Err(Error::Buffer);
        }
        if boot == self.boot && from >= self.folded {
            return self.read_tail(from, buffer);
        }
        self.read_ring(boot, from, buffer)
    }

    fn ack(&mut self, boot: Boot, seq: Seq) -> Result<(), Self::Error> {
        // Kept in flash with the next page: acknowledgements come often and may be forgotten.
        if self.state.ack(boot, seq) {
            self.acks_kept = false;
        }
        Ok(())
    }

    /// Remembered of the last four boots only.
    fn acked(&self, boot: Boot) -> Option<Seq> {
        self.state.acked(boot)
    }

    fn add_anchor(&mut self, anchor: Anchor) -> Result<(), Self::Error> {
        self.keep_anchor(anchor)
    }
}

impl<F: NorFlash> Journal<F> {
    /// The first boot after `boot`, or the first of all, of which the ring still knows.
    fn boot_after(&mut self, boot: Option<Boot>) -> Result<Option<Boot>, Error<F::Error>> {
        let Self { chip, ring, .. } = self;
        let start = match boot {
            Some(boot) => ring.seek(chip, (boot, Seq(u32::MAX)))?.unwrap_or(ring.oldest()),
            None => ring.oldest(),
        };
        for serial in start..=ring.head() {
            let mut walk = ring.walk(serial);
            while let Some((chunk, _)) = ring.next(chip, &mut walk)? {
                if boot.is_none_or(|boot| chunk.boot > boot) {
                    return Ok(Some(chunk.boot));
                }
            }
        }
        // The present one is there even if its account in flash is damaged.
        Ok(Some(self.boot).filter(|present| boot.is_none_or(|boot| *present > boot)))
    }

    fn entry(&mut self, boot: Boot) -> Result<BootEntry, Error<F::Error>> {
        let first = match self.ring.oldest_key(&mut self.chip)? {
            // The ring begins in this boot.
            Some((of, first)) if of == boot => first,
            _ => Seq(0),
        };
        if boot == self.boot {
            let anchors = self.state.anchors.clone();
            return Ok(BootEntry { boot, first, next: self.next, end: self.end, anchors });
        }
        let survey = self.survey(boot, false)?;
        let anchors = survey.state.map(|state| state.anchors).unwrap_or_default();
        Ok(BootEntry { boot, first, next: survey.next, end: survey.end, anchors })
    }

    /// Reads what is in no page yet.
    fn read_tail(&mut self, from: Seq, buffer: &mut [u8]) -> Result<Found, Error<F::Error>> {
        if from >= self.next {
            return Ok(Found::End);
        }
        let start =
            self.told.filter(|(upto, _)| *upto <= from).map_or(self.tail.from(), |(_, cursor)| cursor);
        // Folding may have gone past it meanwhile.
        let start = start.max(self.tail.from());
        let packed = self.tail.pack(&mut self.chip, self.ring.id, start, from, buffer)?;
        if packed.count == 0 {
            return Ok(damaged(from, self.next));
        }
        if packed.first > from {
            return Ok(damaged(from, packed.first));
        }
        let upto = Seq(packed.first.0.saturating_add(u32::from(packed.count)));
        self.told = Some((upto, packed.after));
        Ok(Found::Page { first: packed.first, count: packed.count, len: packed.len })
    }

    /// Reads what is in pages.
    fn read_ring(&mut self, boot: Boot, from: Seq, buffer: &mut [u8]) -> Result<Found, Error<F::Error>> {
        let Self { chip, ring, .. } = self;
        let start = ring.seek(chip, (boot, from))?;
        if let Some(start) = start
            && let Some(chunk) = ring.find(chip, start, boot, from, buffer)?
        {
            return Ok(match chunk.first {
                first if first > from => damaged(from, first),
                first => Found::Page { first, count: chunk.count, len: usize::from(chunk.len) },
            });
        }
        let oldest = ring.oldest_key(chip)?;
        let next = if boot == self.boot { self.folded } else { self.survey(boot, false)?.next };
        if from >= next {
            return Ok(Found::End);
        }
        if start.is_some() {
            return Ok(damaged(from, next));
        }
        // Written over, up to where the ring begins now.
        let kept = oldest.filter(|(of, _)| *of == boot).map_or(next, |(_, first)| first.min(next));
        Ok(Found::Gap { from, to: before(kept), why: GapWhy::Full })
    }
}

/// Nothing readable from `from` until `next`.
fn damaged(from: Seq, next: Seq) -> Found {
    Found::Gap { from, to: before(next), why: GapWhy::Damaged }
}

fn before(seq: Seq) -> Seq {
    Seq(seq.0.saturating_sub(1))
}
