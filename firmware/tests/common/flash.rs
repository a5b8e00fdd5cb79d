//! NOR flash in memory: erasing sets a sector's bits, programming clears bits, and neither happens at once.

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash, check_erase, check_read, check_write,
};

pub const SECTOR: usize = 4_096;

/// Something that takes time, and that a power cut can interrupt.
#[derive(Clone, Debug)]
pub enum Operation {
    Erase { sector: usize },
    Program { at: usize, bytes: Vec<u8> },
}

#[derive(Clone, Debug)]
pub struct NorModel {
    pub cells: Vec<u8>,
    /// How often each sector was erased.
    pub erased: Vec<u32>,
    /// What was done, if that is to be kept.
    pub log: Option<Vec<Operation>>,
    /// Sectors that do not keep what is written into them.
    pub worn: Vec<usize>,
}

impl NorModel {
    /// A flash as the factory left it or someone else: full of something.
    pub fn new(sectors: usize) -> Self {
        let cells = (0..sectors * SECTOR).map(|at| (at * 31 % 251) as u8).collect();
        Self { cells, erased: vec![0; sectors], log: None, worn: Vec::new() }
    }

    fn note(&mut self, operation: impl FnOnce() -> Operation) {
        if let Some(log) = &mut self.log {
            log.push(operation());
        }
    }

    pub fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::Erase { sector } => self.cells[sector * SECTOR..][..SECTOR].fill(0xFF),
            Operation::Program { at, bytes } => {
                self.cells[*at..].iter_mut().zip(bytes).for_each(|(cell, byte)| *cell &= byte);
            }
        }
    }

    /// Leaves the operation half done, in one of [`CUTS`] ways.
    pub fn apply_cut(&mut self, operation: &Operation, cut: usize, dice: &mut Dice) {
        match operation {
            Operation::Erase { sector } => {
                let cells = &mut self.cells[sector * SECTOR..][..SECTOR];
                match cut {
                    0 => {}
                    1 => cells[..SECTOR / 2].fill(0xFF),
                    2 => cells[SECTOR / 2..].fill(0xFF),
                    3 => cells.iter_mut().for_each(|cell| *cell |= dice.byte()),
                    _ => cells.fill(0xFF),
                }
            }
            Operation::Program { at, bytes } => {
                let cells = self.cells[*at..].iter_mut().zip(bytes);
                let (half, last) = (bytes.len() / 8 * 4, bytes.len() - 4);
                match cut {
                    0 => {}
                    // Up to a word, and that one in part.
                    1 | 2 => {
                        let whole = if cut == 1 { half } else { last };
                        let parts = dice.next();
                        cells.take(whole + 4).enumerate().for_each(|(n, (cell, byte))| {
                            *cell &= byte | if n < whole { 0 } else { (parts >> (8 * (n % 4))) as u8 };
                        });
                    }
                    // Some bits everywhere.
                    3 => cells.for_each(|(cell, byte)| *cell &= byte | dice.byte()),
                    _ => self.apply(operation),
                }
            }
        }
    }
}

/// In how many ways an operation can be interrupted: not begun, half, another half, bits at random, done but not told.
pub const CUTS: usize = 5;

impl ErrorType for NorModel {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for NorModel {
    const READ_SIZE: usize = 4;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Self::Error> {
        check_read(self, offset, bytes.len())?;
        bytes.copy_from_slice(&self.cells[offset as usize..][..bytes.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.cells.len()
    }
}

impl NorFlash for NorModel {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = SECTOR;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Self::Error> {
        check_erase(self, from, to)?;
        for sector in from as usize / SECTOR..to as usize / SECTOR {
            self.note(|| Operation::Erase { sector });
            self.erased[sector] += 1;
            self.apply(&Operation::Erase { sector });
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Self::Error> {
        check_write(self, offset, bytes.len())?;
        let at = offset as usize;
        let cells = &mut self.cells[at..at + bytes.len()];
        // A flash with error correction takes each word once.
        assert!(cells.iter().all(|cell| *cell == 0xFF), "written twice without an erase, at {at}");
        cells.copy_from_slice(bytes);
        if self.worn.contains(&(at / SECTOR)) {
            cells[0] |= 0x11;
        }
        self.note(|| Operation::Program { at, bytes: bytes.to_vec() });
        Ok(())
    }
}

/// Numbers that are the same in every run.
#[derive(Clone, Debug)]
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        // xorshift64* (Marsaglia 2003, Vigna 2016).
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub fn byte(&mut self) -> u8 {
        (self.next() >> 56) as u8
    }

    /// At least 0, below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        (self.next() >> 11) % end
    }

    /// From 0 to 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Normally distributed, of mean 0 and variance 1 (twelve uniform ones added).
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }
}
