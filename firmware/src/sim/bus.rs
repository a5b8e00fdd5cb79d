//! The I²C bus with the three models on it, behind the same trait as the chip's.

use std::sync::Arc;

use embedded_hal_async::i2c::{Error, ErrorKind, ErrorType, I2c, NoAcknowledgeSource, Operation};

use super::world::{Trouble, World};
use super::{max30102, mpu6050};
use crate::sensors::{self, Sensor, mlx90614};

/// Nobody answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Silence;

impl Error for Silence {
    fn kind(&self) -> ErrorKind {
        ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address)
    }
}

pub(super) struct Bus {
    world: Arc<World>,
    optical: max30102::Model,
    motion: mpu6050::Model,
    /// The RAM cell that the thermometer was asked for.
    cell: u8,
}

impl Bus {
    pub(super) fn new(world: Arc<World>) -> Self {
        Self { world, optical: max30102::Model::default(), motion: mpu6050::Model::default(), cell: 0 }
    }

    fn thermometer(&self, out: &mut [u8]) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "-40 to 125 °C in 0.02 K"
        )]
        let raw = ((self.world.skin_celsius() + 273.15) * 50.0).round() as u16;
        let [low, high] = raw.to_le_bytes();
        let address = mlx90614::ADDRESS << 1;
        let pec = mlx90614::pec(&[address, self.cell, address | 1, low, high]);
        for (byte, value) in out.iter_mut().zip([low, high, pec]) {
            *byte = value;
        }
    }
}

impl ErrorType for Bus {
    type Error = Silence;
}

impl I2c for Bus {
    async fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), Self::Error> {
        let sensor = match address {
            sensors::max30102::ADDRESS => Sensor::Optical,
            sensors::mpu6050::ADDRESS => Sensor::Motion,
            mlx90614::ADDRESS => Sensor::Thermometer,
            _ => return Err(Silence),
        };
        let trouble = self.world.trouble(sensor);
        if trouble == Some(Trouble::Silent) {
            return Err(Silence);
        }
        for operation in operations {
            match (sensor, operation) {
                (Sensor::Optical, Operation::Write(bytes)) => self.optical.write(&self.world, bytes),
                (Sensor::Motion, Operation::Write(bytes)) => self.motion.write(&self.world, bytes),
                (Sensor::Thermometer, Operation::Write(bytes)) => {
                    self.cell = bytes.first().copied().unwrap_or(0);
                }
                (sensor, Operation::Read(out)) => {
                    match sensor {
                        Sensor::Optical => self.optical.read(&self.world, out),
                        Sensor::Motion => self.motion.read(&self.world, out),
                        Sensor::Thermometer => self.thermometer(out),
                    }
                    if let Some(byte) = out.first_mut().filter(|_| trouble == Some(Trouble::Garbled)) {
                        *byte ^= 0x10;
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::time::advance;

    use super::{Bus, Silence, World};
    use crate::sensors::{Max30102, Mlx90614, Mpu6050, SensorError};

    fn bus() -> Bus {
        Bus::new(Arc::new(World::new(1)))
    }

    #[tokio::test(start_paused = true)]
    async fn light_comes_at_50_hz_and_what_the_fifo_cannot_hold_is_counted() {
        let (mut bus, mut sensor) = (bus(), Max30102);
        sensor.start(&mut bus).await.unwrap();
        for (wait_ms, held, lost) in
            [(100, 5, 0), (100, 5, 0), (620, 31, 0), (700, 32, 3), (20, 1, 0), (5_000, 32, 31), (200, 10, 0)]
        {
            advance(Duration::from_millis(wait_ms)).await;
            let drained = sensor.drain(&mut bus).await.unwrap();
            assert_eq!((drained.samples.len(), drained.lost), (held, lost), "after {wait_ms} ms");
            for light in drained.samples {
                assert!(
                    (100_000..140_000).contains(&light.infrared) && (90_000..130_000).contains(&light.red)
                );
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn exactly_full_fifo_is_not_taken_for_empty_for_ever() {
        let (mut bus, mut sensor) = (bus(), Max30102);
        sensor.start(&mut bus).await.unwrap();
        advance(Duration::from_millis(640)).await;
        assert_eq!(sensor.drain(&mut bus).await.unwrap().samples.len(), 0, "the pointers are equal");
        advance(Duration::from_millis(20)).await;
        let drained = sensor.drain(&mut bus).await.unwrap();
        assert_eq!((drained.samples.len(), drained.lost), (32, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn temperatures_are_those_of_the_wearer() {
        let mut bus = bus();
        let skin = Mlx90614.skin(&mut bus).await.unwrap();
        assert!((3_300..3_400).contains(&skin.0), "{skin}");
        let mut sensor = Max30102;
        sensor.start_die_temperature(&mut bus).await.unwrap();
        let die = sensor.die_temperature(&mut bus).await.unwrap();
        assert_eq!(die, Some(33.0));
    }

    #[tokio::test(start_paused = true)]
    async fn motion_of_a_still_wrist_is_gravity() {
        let (mut bus, mut sensor) = (bus(), Mpu6050);
        sensor.start(&mut bus).await.unwrap();
        advance(Duration::from_millis(500)).await;
        let samples = sensor.drain(&mut bus).await.unwrap();
        assert_eq!(samples.len(), 25);
        for [x, y, z] in samples {
            let g = libm::sqrtf(x * x + y * y + z * z);
            assert!((0.95..1.05).contains(&g), "{g} g");
        }
        advance(Duration::from_secs(4)).await;
        let full: Result<_, SensorError<Silence>> = sensor.drain(&mut bus).await;
        assert_eq!(full, Err(SensorError::Overflow));
        advance(Duration::from_millis(110)).await;
        assert_eq!(sensor.drain(&mut bus).await.unwrap().len(), 5, "it runs again");
    }
}
