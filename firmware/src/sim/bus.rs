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
