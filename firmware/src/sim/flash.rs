//! The built-in bracelet's flash: 32 MB that erase and program as NOR does, in a file or in memory, and whose power can be cut.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use embedded_storage::nor_flash::{
    ErrorType, MultiwriteNorFlash, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash, check_erase,
    check_read, check_write,
};

/// How much it holds: what a month of seconds needs, and half as much again.
pub const CAPACITY: usize = 32 << 20;
const SECTOR: usize = 4_096;
/// Power can go between any two pieces of so many bytes: shorter than the shortest thing that is written at once.
pub(super) const PIECE: usize = 16;

/// What can go wrong with the flash.
#[derive(Debug, thiserror::Error)]
pub enum FlashError {
    /// The firmware asked for something a NOR flash cannot do.
    #[error("the flash was used wrongly: {0:?}")]
    Misuse(NorFlashErrorKind),
    /// There is no power (any more).
    #[error("the bracelet has no power")]
    PowerCut,
    /// The file behind the flash failed.
    #[error("the demo's flash file failed: {0}")]
    File(#[from] std::io::Error),
}

impl NorFlashError for FlashError {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            Self::Misuse(kind) => *kind,
            Self::PowerCut | Self::File(_) => NorFlashErrorKind::Other,
        }
    }
}

/// The bracelet's power, as the flash feels it: how many more pieces it may write or erase before it goes.
#[derive(Debug)]
pub(super) struct Power(AtomicU64);

impl Default for Power {
    fn default() -> Self {
        Self(AtomicU64::new(u64::MAX))
    }
}

impl Power {
    /// Power goes after so many more pieces; 0: now.
    pub(super) fn cut_after(&self, pieces: u64) {
        self.0.store(pieces, Ordering::SeqCst);
    }

    pub(super) fn is_cut(&self) -> bool {
        self.0.load(Ordering::SeqCst) == 0
    }

    /// Takes the power for so many bytes; for how many it lasts.
    fn take(&self, bytes: usize) -> usize {
        let pieces = bytes.div_ceil(PIECE) as u64;
        let left = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            Some(if left == u64::MAX { left } else { left.saturating_sub(pieces) })
        });
        let (Ok(left) | Err(left)) = left;
        usize::try_from(left).unwrap_or(usize::MAX).saturating_mul(PIECE).min(bytes)
    }
}

/// Where the bits are kept. They are stored turned over, so that an erased flash is a sparse file of zeros.
#[derive(Debug)]
enum Cells {
    File(File),
    Memory(Vec<u8>),
}

/// A NOR flash: erasing sets all bits of a sector, programming only clears bits.
#[derive(Debug)]
pub struct SimFlash {
    cells: Cells,
    power: Arc<Power>,
}

impl SimFlash {
    /// The flash in a file, made (erased) if it is not there.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened or made.
    pub fn open(path: &Path) -> Result<Self, FlashError> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        if file.metadata()?.len() < CAPACITY as u64 {
            file.set_len(CAPACITY as u64)?;
        }
        Ok(Self { cells: Cells::File(file), power: Arc::default() })
    }

    /// An erased flash in memory.
    #[must_use]
    pub fn in_memory() -> Self {
        Self { cells: Cells::Memory(vec![0; CAPACITY]), power: Arc::default() }
    }

    pub(super) fn power(&self) -> Arc<Power> {
        Arc::clone(&self.power)
    }
}

impl Cells {
    fn read(&mut self, offset: usize, bytes: &mut [u8]) -> Result<(), FlashError> {
        match self {
            Self::File(file) => {
                file.seek(SeekFrom::Start(offset as u64))?;
                file.read_exact(bytes)?;
            }
            Self::Memory(cells) => {
                let cells = cells.get(offset..offset + bytes.len());
                bytes.copy_from_slice(cells.ok_or(FlashError::Misuse(NorFlashErrorKind::OutOfBounds))?);
            }
        }
        Ok(())
    }

    fn write(&mut self, offset: usize, bytes: &[u8]) -> Result<(), FlashError> {
        match self {
            Self::File(file) => {
                file.seek(SeekFrom::Start(offset as u64))?;
                file.write_all(bytes)?;
            }
            Self::Memory(cells) => {
                let cells = cells.get_mut(offset..offset + bytes.len());
                cells.ok_or(FlashError::Misuse(NorFlashErrorKind::OutOfBounds))?.copy_from_slice(bytes);
            }
        }
        Ok(())
    }
}

impl ErrorType for SimFlash {
    type Error = FlashError;
}

impl ReadNorFlash for SimFlash {
    const READ_SIZE: usize = 4;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        check_read(self, offset, bytes.len()).map_err(FlashError::Misuse)?;
        if self.power.is_cut() {
            return Err(FlashError::PowerCut);
        }
        self.cells.read(offset as usize, bytes)?;
        bytes.iter_mut().for_each(|byte| *byte = !*byte);
        Ok(())
    }

    fn capacity(&self) -> usize {
        CAPACITY
    }
}

impl NorFlash for SimFlash {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = SECTOR;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashError> {
        check_erase(self, from, to).map_err(FlashError::Misuse)?;
        let mut cells = [0; SECTOR];
        for offset in (from as usize..to as usize).step_by(SECTOR) {
            self.cells.read(offset, &mut cells)?;
            let lasts = self.power.take(SECTOR);
            // What is erased already stays a hole in the file.
            if cells.iter().any(|cell| *cell != 0) {
                self.cells.write(offset, [0; SECTOR].get(..lasts).unwrap_or_default())?;
            }
            if lasts < SECTOR {
                return Err(FlashError::PowerCut);
            }
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), FlashError> {
        check_write(self, offset, bytes.len()).map_err(FlashError::Misuse)?;
        let mut at = offset as usize;
        let mut cells = [0; SECTOR];
        for bytes in bytes.chunks(SECTOR) {
            let lasts = self.power.take(bytes.len());
            let cells = cells.get_mut(..lasts).unwrap_or_default();
            self.cells.read(at, cells)?;
            // Bits only go from erased to programmed; turned over, that is an OR.
            cells.iter_mut().zip(bytes).for_each(|(cell, byte)| *cell |= !byte);
            self.cells.write(at, cells)?;
            if lasts < bytes.len() {
                return Err(FlashError::PowerCut);
            }
            at += lasts;
        }
        Ok(())
    }
}

/// Words may be programmed again to clear further bits, as NOR allows.
impl MultiwriteNorFlash for SimFlash {}

#[cfg(test)]
mod tests {
    use super::{FlashError, PIECE, SECTOR, SimFlash};
    use embedded_storage::nor_flash::{NorFlash, ReadNorFlash};

    fn four(flash: &mut SimFlash, offset: u32) -> [u8; 4] {
        let mut bytes = [0; 4];
        flash.read(offset, &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn programming_only_clears_bits_and_erasing_sets_a_sector() {
        let mut flash = SimFlash::in_memory();
        assert_eq!(four(&mut flash, 0), [0xFF; 4]);
        flash.write(0, &[0x0F, 0xF0, 0xFF, 0x00]).unwrap();
        flash.write(0, &[0x3C; 4]).unwrap();
        assert_eq!(four(&mut flash, 0), [0x0C, 0x30, 0x3C, 0x00]);
        flash.erase(0, SECTOR as u32).unwrap();
        assert_eq!(four(&mut flash, 0), [0xFF; 4]);
        assert!(matches!(flash.write(1, &[0; 4]), Err(FlashError::Misuse(_))));
        assert!(matches!(flash.erase(0, 100), Err(FlashError::Misuse(_))));
    }

    #[test]
    fn power_goes_in_the_middle_of_a_write_and_nothing_works_after() {
        let path = tempfile::tempdir().unwrap();
        let path = path.path().join("flash.bin");
        let mut flash = SimFlash::open(&path).unwrap();
        flash.power().cut_after(2);
        assert!(matches!(flash.write(0, &[0; 3 * PIECE]), Err(FlashError::PowerCut)));
        assert!(matches!(flash.write(256, &[0; 4]), Err(FlashError::PowerCut)));
        assert!(matches!(flash.read(0, &mut [0; 4]), Err(FlashError::PowerCut)));
        let mut again = SimFlash::open(&path).unwrap();
        assert_eq!(four(&mut again, 2 * PIECE as u32 - 4), [0; 4]);
        assert_eq!(four(&mut again, 2 * PIECE as u32), [0xFF; 4]);
        assert_eq!(four(&mut again, 256), [0xFF; 4]);
    }
}
