//! The flash as sectors: what is written is read back, what is erased is looked at.

use super::Error;
use super::layout::{SECTOR, WORD};
use embedded_storage::nor_flash::NorFlash;

/// So much is compared at once.
const PIECE: usize = 64;

/// The flash chip, in sectors of 4,096 bytes.
#[derive(Debug)]
pub(super) struct Chip<F> {
    flash: F,
    sectors: u32,
}

impl<F: NorFlash> Chip<F> {
    pub(super) fn new(flash: F) -> Result<Self, Error<F::Error>> {
        let in_words = WORD.is_multiple_of(F::WRITE_SIZE) && WORD.is_multiple_of(F::READ_SIZE);
        let fits = in_words && F::ERASE_SIZE == SECTOR as usize;
        let sectors = u32::try_from(flash.capacity() / SECTOR as usize).unwrap_or(u32::MAX / SECTOR);
        if !fits || sectors < super::LEAST_SECTORS {
            return Err(Error::Geometry);
        }
        Ok(Self { flash, sectors })
    }

    pub(super) fn sectors(&self) -> u32 {
        self.sectors
    }

    pub(super) fn flash(&self) -> &F {
        &self.flash
    }

    pub(super) fn into_flash(self) -> F {
        self.flash
    }

    pub(super) fn read(&mut self, sector: u32, at: u32, bytes: &mut [u8]) -> Result<(), Error<F::Error>> {
        self.flash.read(sector * SECTOR + at, bytes).map_err(Error::Flash)
    }

    /// Writes, and tells whether it reads back.
    pub(super) fn program(&mut self, sector: u32, at: u32, bytes: &[u8]) -> Result<bool, Error<F::Error>> {
        self.flash.write(sector * SECTOR + at, bytes).map_err(Error::Flash)?;
        let mut there = [0; PIECE];
        for (at, piece) in (at..).step_by(PIECE).zip(bytes.chunks(PIECE)) {
            let (there, _) = there.split_at_mut(piece.len());
            self.read(sector, at, there)?;
            if there != piece {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Erases, and tells whether the sector is blank then.
    pub(super) fn erase(&mut self, sector: u32) -> Result<bool, Error<F::Error>> {
        self.flash.erase(sector * SECTOR, (sector + 1) * SECTOR).map_err(Error::Flash)?;
        Ok(self.used(sector)? == 0)
    }

    /// Up to where something is written.
    pub(super) fn used(&mut self, sector: u32) -> Result<u32, Error<F::Error>> {
        const BLOCK: usize = 256;
        let mut block = [0; BLOCK];
        for at in (0..SECTOR).step_by(BLOCK).rev() {
            self.read(sector, at, &mut block)?;
            if let Some(last) = block.iter().rposition(|&byte| byte != 0xFF) {
                let words = u32::try_from(last / WORD + 1).unwrap_or(SECTOR);
                return Ok(at + words * WORD as u32);
            }
        }
        Ok(0)
    }
}
