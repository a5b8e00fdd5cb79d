//! The MAX30102 pulse oximeter: red and infrared light, 18 bits, a FIFO of 32 samples.
//!
//! Registers and their meaning: Maxim Integrated, *MAX30102 High-Sensitivity Pulse Oximeter and Heart-Rate Sensor for Wearable
//! Health*, 19-7740 Rev 1 (10/18); the page or section stands at each.

use embedded_hal_async::i2c::I2c;

use super::SensorError;

/// The I²C address ("Slave Addressing": write 0xAE, read 0xAF).
pub const ADDRESS: u8 = 0x57;
/// What register 0xFF holds ("Part ID").
pub const PART_ID: u8 = 0x15;
/// Samples that the FIFO holds before it loses some ("FIFO Data Register").
pub const FIFO_DEPTH: u8 = 32;
/// The largest count of an 18-bit sample.
pub const FULL_SCALE: u32 = (1 << 18) - 1;

/// Samples a second out of the FIFO: 200 conversions a second, four averaged into one.
///
/// 50 Hz is enough to place a beat to a millisecond (the signal chain interpolates), and 32 samples then last 640 ms: longer
/// than the 400 ms that erasing a flash sector may take.
pub const SAMPLE_RATE_HZ: f32 = 50.0;

/// Registers ("Register Maps and Descriptions", table 1).
pub mod register {
    /// FIFO write pointer, 5 bits.
    pub const FIFO_WRITE: u8 = 0x04;
    /// Samples lost while the FIFO was full, 5 bits, stops at 31; cleared when a sample is read.
    pub const OVERFLOW: u8 = 0x05;
    /// FIFO read pointer, 5 bits.
    pub const FIFO_READ: u8 = 0x06;
    /// FIFO data; its address does not advance, the read pointer does after each whole sample.
    pub const FIFO_DATA: u8 = 0x07;
    /// Averaging (bits 7–5), roll-over (bit 4), almost-full level (3–0).
    pub const FIFO_CONFIG: u8 = 0x08;
    /// Shutdown (7), reset (6), mode (2–0).
    pub const MODE_CONFIG: u8 = 0x09;
    /// ADC range (6–5), conversions a second (4–2), pulse width (1–0).
    pub const SPO2_CONFIG: u8 = 0x0A;
    /// Current of LED 1 (red), 0.2 mA a step.
    pub const LED1_CURRENT: u8 = 0x0C;
    /// Current of LED 2 (infrared), 0.2 mA a step.
    pub const LED2_CURRENT: u8 = 0x0D;
    /// Die temperature, whole degrees, two's complement.
    pub const DIE_WHOLE: u8 = 0x1F;
    /// Die temperature, 1/16 degrees, 4 bits.
    pub const DIE_FRACTION: u8 = 0x20;
    /// Writing 1 starts one measurement of the die; the bit clears itself when it is done.
    pub const DIE_ENABLE: u8 = 0x21;
    /// Part id.
    pub const PART_ID: u8 = 0xFF;
}

/// Four samples averaged into one (bits 7–5 = 010), no roll-over: a full FIFO keeps its oldest samples in their order and counts
/// what came after them, so that a loss has one place.
pub const FIFO_CONFIG: u8 = 0b010 << 5;
/// Red and infrared ("SpO2 mode").
pub const MODE_SPO2: u8 = 0b011;
/// The bit of [`register::MODE_CONFIG`] that resets all registers, and clears itself.
pub const MODE_RESET: u8 = 0x40;
/// ADC range 8192 nA, 200 conversions a second, pulses of 411 µs (18 bits).
pub const SPO2_CONFIG: u8 = 0b10 << 5 | 0b010 << 2 | 0b11;
/// 7.2 mA a LED.
pub const LED_CURRENT: u8 = 0x24;

/// So often the reset bit is looked at (some 0.3 ms each at 100 kHz) before the part is given up: the datasheet names no time,
/// parts clear it within a millisecond.
const RESET_LOOKS: u8 = 20;

/// One sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Light {
    /// Red light that came back, 0–[`FULL_SCALE`]; falls as blood flows in.
    pub red: u32,
    /// Infrared light that came back, 0–[`FULL_SCALE`].
    pub infrared: u32,
}

/// What the FIFO held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drained {
    /// The samples, oldest first.
    pub samples: heapless::Vec<Light, { FIFO_DEPTH as usize }>,
    /// Samples lost after the last of them. The chip stops counting at 31: then it is at least so many.
    pub lost: u8,
}

/// The driver.
#[derive(Clone, Copy, Debug, Default)]
pub struct Max30102;

impl Max30102 {
    /// Checks the part's identity, resets it and starts sampling.
    ///
    /// # Errors
    ///
    /// When the bus fails or another part answers.
    pub async fn start<I: I2c>(&mut self, bus: &mut I) -> Result<(), SensorError<I::Error>> {
        let found = read(bus, register::PART_ID).await?;
        if found != PART_ID {
            return Err(SensorError::WrongPart { found });
        }
        write(bus, register::MODE_CONFIG, MODE_RESET).await?;
        let mut looks = 0;
        while read(bus, register::MODE_CONFIG).await? & MODE_RESET != 0 {
            looks += 1;
            if looks == RESET_LOOKS {
                return Err(SensorError::Invalid);
            }
        }
        write(bus, register::FIFO_CONFIG, FIFO_CONFIG).await?;
        write(bus, register::SPO2_CONFIG, SPO2_CONFIG).await?;
        write(bus, register::LED1_CURRENT, LED_CURRENT).await?;
        write(bus, register::LED2_CURRENT, LED_CURRENT).await?;
        for pointer in [register::FIFO_WRITE, register::OVERFLOW, register::FIFO_READ] {
            write(bus, pointer, 0).await?;
        }
        write(bus, register::MODE_CONFIG, MODE_SPO2).await
    }

    /// Reads all that the FIFO holds.
    ///
    /// # Errors
    ///
    /// When the bus fails. What was not read stays in the FIFO.
    pub async fn drain<I: I2c>(&mut self, bus: &mut I) -> Result<Drained, SensorError<I::Error>> {
        let mut pointers = [0; 3];
        bus.write_read(ADDRESS, &[register::FIFO_WRITE], &mut pointers).await?;
        let [written, lost, next] = pointers.map(|pointer| pointer & 0x1F);
        // Equal pointers mean empty, or full: only a loss tells them apart. (Exactly full and nothing lost yet reads as
        // empty; the next time shows it.)
        let held = if lost > 0 { FIFO_DEPTH } else { written.wrapping_sub(next) & 0x1F };
        let mut drained = Drained { lost, ..Drained::default() };
        let mut bytes = [0; 6 * FIFO_DEPTH as usize];
        let bytes = bytes.get_mut(..6 * usize::from(held)).unwrap_or_default();
        if held > 0 {
            bus.write_read(ADDRESS, &[register::FIFO_DATA], bytes).await?;
        }
        for sample in bytes.chunks_exact(6) {
            let count =
                |three: &[u8]| three.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)) & FULL_SCALE;
            let (red, infrared) = sample.split_at(3);
            // It fits: as many samples as were asked for.
            let _ = drained.samples.push(Light { red: count(red), infrared: count(infrared) });
        }
        Ok(drained)
    }

    /// Starts one measurement of the die's temperature; it takes 29 ms ("Die Temperature").
    ///
    /// # Errors
    ///
    /// When the bus fails.
    pub async fn start_die_temperature<I: I2c>(&mut self, bus: &mut I) -> Result<(), SensorError<I::Error>> {
        write(bus, register::DIE_ENABLE, 1).await
    }

    /// The die's temperature in °C, or `None` while it is being measured.
    ///
    /// # Errors
    ///
    /// When the bus fails.
    pub async fn die_temperature<I: I2c>(
        &mut self,
        bus: &mut I,
    ) -> Result<Option<f32>, SensorError<I::Error>> {
        if read(bus, register::DIE_ENABLE).await? & 1 != 0 {
            return Ok(None);
        }
        let mut parts = [0; 2];
        bus.write_read(ADDRESS, &[register::DIE_WHOLE], &mut parts).await?;
        let [whole, fraction] = parts;
        Ok(Some(f32::from(whole.cast_signed()) + f32::from(fraction & 0x0F) / 16.0))
    }
}

async fn write<I: I2c>(bus: &mut I, register: u8, value: u8) -> Result<(), SensorError<I::Error>> {
    Ok(bus.write(ADDRESS, &[register, value]).await?)
}

async fn read<I: I2c>(bus: &mut I, register: u8) -> Result<u8, SensorError<I::Error>> {
    let mut value = [0];
    bus.write_read(ADDRESS, &[register], &mut value).await?;
    let [value] = value;
    Ok(value)
}
