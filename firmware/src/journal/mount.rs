//! Making a journal on a flash, and finding it again after a start.

use super::chip::Chip;
use super::layout::{ChunkKind, HEADER, SectorHeader, SectorKind};
use super::ring::Ring;
use super::state::State;
use super::tail::{Live, MOST_LIVE, Tail};
use super::{Error, Journal};
use embedded_storage::nor_flash::NorFlash;
use vitals::{Boot, JournalId, Seq, UptimeMillis};
use wire::page::MAX_PAGE;

/// What a boot's chunks tell together.
#[derive(Clone, Debug, Default)]
pub(super) struct Survey {
    /// The place after its last packed record.
    pub(super) next: Seq,
    /// The uptime of its last record.
    pub(super) end: UptimeMillis,
    /// Its newest state.
    pub(super) state: Option<State>,
}

impl<F: NorFlash> Journal<F> {
    /// Erases the whole flash, on which nothing is left then, and makes an empty journal on it.
    ///
    /// `id` must be random: it names this journal for ever. A power cut in between leaves no journal
    /// ([`Error::NotFormatted`]): format again.
    ///
    /// # Errors
    ///
    /// When the flash does, is too small or worn out.
    pub fn format(flash: &mut F, id: JournalId) -> Result<(), Error<F::Error>> {
        let mut chip = Chip::new(flash).map_err(|_: Error<F::Error>| Error::Geometry)?;
        let header = |kind| SectorHeader { kind, id, serial: 0, boot: Boot(0), first: Seq(0) }.to_bytes();
        // From here on a cut leaves a flash that says it is being wiped.
        chip.erase(0)?;
        chip.program(0, 0, &header(SectorKind::Wiping))?;
        for sector in 1..chip.sectors() {
            // A worn-out sector is found when it is to be used.
            chip.erase(sector)?;
        }
        chip.erase(0)?;
        if chip.program(0, 0, &header(SectorKind::Pages))? { Ok(()) } else { Err(Error::WornOut) }
    }

    /// Finds the journal on the flash, brings what the last boot left in the raw tail into pages, and begins a new boot.
    ///
    /// Reads every sector's first 32 bytes and a few sectors whole.
    ///
    /// # Errors
    ///
    /// [`Error::NotFormatted`] when there is no journal; else when the flash does.
    pub fn mount(flash: F) -> Result<Self, Error<F::Error>> {
        let mut chip = Chip::new(flash)?;
        let scan = scan(&mut chip)?;
        let newest = scan.newest.ok_or(Error::NotFormatted)?;
        let mut ring = Ring::new(newest.id, chip.sectors(), newest.serial);
        ring.settle(&mut chip)?;
        let boot = scan.boot.max(ring.last_boot(&mut chip)?);
        // Of an older boot nothing is left that is in no page: a boot begins when that is done.
        let of_boot = scan.tails.iter().filter(|tail| tail.boot == boot && tail.id == ring.id);
        let live = of_boot.map(|tail| Live { sector: tail.sector, serial: tail.serial }).collect();
        let next_serial = scan.tails.last().map_or(0, |tail| tail.serial.saturating_add(1));
        let tail = Tail::closed(live, next_serial, &mut ring);
        let mut journal = Self {
            chip,
            ring,
            tail,
            boot,
            next: Seq(0),
            folded: Seq(0),
            end: UptimeMillis(0),
            state: State::default(),
            acks_kept: true,
            listed: None,
            told: None,
            page: [0; MAX_PAGE],
        };
        journal.restore()?;
        journal.begin_boot()?;
        Ok(journal)
    }

    /// Takes up the last boot where its pages end.
    fn restore(&mut self) -> Result<(), Error<F::Error>> {
        let survey = self.survey(self.boot, true)?;
        (self.next, self.folded, self.end) = (survey.next, survey.next, survey.end);
        self.state = match survey.state {
            Some(state) => state,
            None => {
                // Cut short or damaged: the role and the acknowledgements are also in the one before.
                let mut state = self.newest_state()?;
                state.anchors.clear();
                state
            }
        };
        Ok(())
    }

    /// The newest state of any boot.
    fn newest_state(&mut self) -> Result<State, Error<F::Error>> {
        let Self { chip, ring, page, .. } = self;
        for serial in (ring.oldest()..=ring.head()).rev() {
            let mut state = None;
            let mut walk = ring.walk(serial);
            while let Some((chunk, payload)) = ring.next(chip, &mut walk)? {
                if chunk.kind == ChunkKind::State && ring.payload(chip, &chunk, payload, page)? {
                    state = page.get(..usize::from(chunk.len)).map(State::from_bytes);
                }
            }
            if let Some(state) = state {
                return Ok(state);
            }
        }
        Ok(State::default())
    }

    /// Looks at a boot's chunks, from its last sector backwards until its state is found. With `checked` only those pages
    /// count whose payload is whole.
    pub(super) fn survey(&mut self, boot: Boot, checked: bool) -> Result<Survey, Error<F::Error>> {
        let Self { chip, ring, page, .. } = self;
        let mut survey = Survey::default();
        let mut counted = false;
        let last = ring.seek(chip, (boot, Seq(u32::MAX)))?.unwrap_or(ring.oldest());
        for serial in (ring.oldest()..=last).rev() {
            let mut state = None;
            let mut walk = ring.walk(serial);
            while let Some((chunk, payload)) = ring.next(chip, &mut walk)? {
                if chunk.boot != boot {
                    continue;
                }
                let is_state = chunk.kind == ChunkKind::State;
                if (is_state || checked) && !ring.payload(chip, &chunk, payload, page)? {
                    continue;
                }
                if is_state {
                    state = page.get(..usize::from(chunk.len)).map(State::from_bytes);
                }
                survey.next = survey.next.max(chunk.next());
                survey.end = survey.end.max(chunk.end);
                counted = true;
            }
            survey.state = survey.state.or(state);
            let began_here = ring.key(chip, serial)?.is_some_and(|(of, _)| of < boot);
            if began_here || (counted && survey.state.is_some()) {
                break;
            }
        }
        Ok(survey)
    }
}

/// What the sectors' headers tell.
struct Scan {
    /// The newest sector of pages.
    newest: Option<SectorHeader>,
    /// The highest boot.
    boot: Boot,
    /// The newest sectors of the tail, oldest first.
    tails: heapless::Vec<TailSector, MOST_LIVE>,
}

struct TailSector {
    id: JournalId,
    sector: u32,
    serial: u32,
    boot: Boot,
}

fn scan<F: NorFlash>(chip: &mut Chip<F>) -> Result<Scan, Error<F::Error>> {
    let mut scan = Scan { newest: None, boot: Boot(0), tails: heapless::Vec::new() };
    let mut bytes = [0; HEADER as usize];
    for sector in 0..chip.sectors() {
        chip.read(sector, 0, &mut bytes)?;
        let Some(header) = SectorHeader::from_bytes(&bytes) else { continue };
        let SectorHeader { kind, id, serial, boot, .. } = header;
        match kind {
            SectorKind::Wiping => return Err(Error::NotFormatted),
            SectorKind::Pages => {
                let is_newer = scan.newest.is_none_or(|newest| newest.serial < serial);
                if is_newer && serial % chip.sectors() == sector {
                    scan.newest = Some(header);
                }
            }
            SectorKind::Tail => {
                if scan.tails.is_full() && scan.tails.first().is_some_and(|oldest| oldest.serial < serial) {
                    scan.tails.remove(0);
                }
                let at = scan.tails.iter().take_while(|tail| tail.serial < serial).count();
                // There is no room if it is older than all.
                let _ = scan.tails.insert(at, TailSector { id, sector, serial, boot });
            }
        }
        scan.boot = scan.boot.max(boot);
    }
    Ok(scan)
}
