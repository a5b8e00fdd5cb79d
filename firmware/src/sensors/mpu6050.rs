//! The MPU-6050's accelerometer: ±16 g through its FIFO, so that no sample depends on when the chip finds time to ask.
//!
//! InvenSense, *MPU-6000 and MPU-6050 Register Map and Descriptions*, RM-MPU-6000A-00 rev 4.2 (2013); sections stand at each.

use embedded_hal_async::i2c::I2c;

use super::SensorError;

/// The I²C address with AD0 low (§4.32).
pub const ADDRESS: u8 = 0x68;
/// What `WHO_AM_I` holds (§4.32).
pub const WHO_AM_I: u8 = 0x68;
/// Counts in one g at ±16 g (§4.17).
pub const COUNTS_PER_G: f32 = 2048.0;
/// Samples that the FIFO of 1,024 bytes holds at three axes of two bytes.
pub const FIFO_DEPTH: usize = 170;

/// Registers (§3).
pub mod register {
    /// Divides the 1 kHz of the filtered sensor (§4.2).
    pub const SAMPLE_DIVIDER: u8 = 0x19;
    /// Digital low-pass filter in bits 2–0 (§4.3).
    pub const CONFIG: u8 = 0x1A;
    /// Range in bits 4–3 (§4.5).
    pub const ACCEL_CONFIG: u8 = 0x1C;
    /// What goes into the FIFO; bit 3: acceleration (§4.6).
    pub const FIFO_ENABLE: u8 = 0x23;
    /// FIFO on (bit 6), FIFO reset (bit 2) (§4.27).
    pub const USER_CONTROL: u8 = 0x6A;
    /// Reset (7), sleep (6), clock source (2–0) (§4.28).
    pub const POWER: u8 = 0x6B;
    /// Axes in standby; bits 2–0: the gyroscope's (§4.29).
    pub const STANDBY: u8 = 0x6C;
    /// Bytes in the FIFO, high then low (§4.30).
    pub const FIFO_COUNT: u8 = 0x72;
    /// The FIFO (§4.31).
    pub const FIFO_DATA: u8 = 0x74;
    /// The part's identity (§4.32).
    pub const WHO_AM_I: u8 = 0x75;
}

/// 1 kHz / (1 + 19) = 50 Hz, as fast as the light.
pub const SAMPLE_DIVIDER: u8 = 19;
/// 21 Hz bandwidth: below half the sample rate.
pub const LOW_PASS_21_HZ: u8 = 4;
/// ±16 g: a fall goes beyond 8 g.
pub const RANGE_16_G: u8 = 0b11 << 3;

/// Samples read at once; what is left comes the next time.
pub const BATCH: usize = 32;

/// Acceleration of the three axes in g.
pub type AccelG = [f32; 3];

/// The driver.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mpu6050;

impl Mpu6050 {
    /// Checks the part's identity, wakes it and starts the FIFO.
    ///
    /// # Errors
    ///
    /// When the bus fails or another part answers.
    pub async fn start<I: I2c>(&mut self, bus: &mut I) -> Result<(), SensorError<I::Error>> {
        let mut found = [0];
        bus.write_read(ADDRESS, &[register::WHO_AM_I], &mut found).await?;
        let [found] = found;
        if found != WHO_AM_I {
            return Err(SensorError::WrongPart { found });
        }
        for (register, value) in [
            // Awake, on its internal clock, the gyroscope asleep: it would draw seven times what the accelerometer does.
            (register::POWER, 0x00),
            (register::STANDBY, 0b111),
            (register::CONFIG, LOW_PASS_21_HZ),
            (register::SAMPLE_DIVIDER, SAMPLE_DIVIDER),
            (register::ACCEL_CONFIG, RANGE_16_G),
            (register::FIFO_ENABLE, 1 << 3),
        ] {
            bus.write(ADDRESS, &[register, value]).await?;
        }
        self.restart_fifo(bus).await
    }

    async fn restart_fifo<I: I2c>(&mut self, bus: &mut I) -> Result<(), SensorError<I::Error>> {
        bus.write(ADDRESS, &[register::USER_CONTROL, 1 << 2]).await?;
        Ok(bus.write(ADDRESS, &[register::USER_CONTROL, 1 << 6]).await?)
    }

    /// Reads up to [`BATCH`] samples, oldest first.
    ///
    /// # Errors
    ///
    /// When the bus fails; [`SensorError::Overflow`] when the FIFO ran over: it is empty and running again.
    pub async fn drain<I: I2c>(
        &mut self,
        bus: &mut I,
    ) -> Result<heapless::Vec<AccelG, BATCH>, SensorError<I::Error>> {
        let mut count = [0; 2];
        bus.write_read(ADDRESS, &[register::FIFO_COUNT], &mut count).await?;
        let held = usize::from(u16::from_be_bytes(count)) / 6;
        if held >= FIFO_DEPTH {
            // A full FIFO drops the oldest bytes, not whole samples: what it holds is no longer aligned.
            self.restart_fifo(bus).await?;
            return Err(SensorError::Overflow);
        }
        let mut bytes = [0; 6 * BATCH];
        let bytes = bytes.get_mut(..6 * held.min(BATCH)).unwrap_or_default();
        if !bytes.is_empty() {
            bus.write_read(ADDRESS, &[register::FIFO_DATA], bytes).await?;
        }
        Ok(bytes
            .chunks_exact(6)
            .map(|sample| {
                let mut axes = [0.0; 3];
                for (axis, pair) in axes.iter_mut().zip(sample.chunks_exact(2)) {
                    if let Ok(pair) = pair.try_into() {
                        *axis = f32::from(i16::from_be_bytes(pair)) / COUNTS_PER_G;
                    }
                }
                axes
            })
            .collect())
    }
}
