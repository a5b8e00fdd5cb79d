//! Async drivers of the bracelet's three sensors, generic over `embedded_hal_async::i2c::I2c`.
//!
//! A driver owns no bus: the three share one, and each call borrows it. No driver waits or retries by itself; what a wrong
//! answer means is decided in [`crate::sampling`].

pub mod max30102;
pub mod mlx90614;
pub mod mpu6050;

pub use max30102::Max30102;
pub use mlx90614::Mlx90614;
pub use mpu6050::Mpu6050;

/// What can be wrong with a sensor's answer. `E` is the bus's own error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SensorError<E> {
    /// Nobody answered, or the bus is stuck.
    #[error("the bus failed: {0:?}")]
    Bus(E),
    /// Somebody else answers at the sensor's address.
    #[error("the part says it is {found:#04x}")]
    WrongPart {
        /// The identity it told.
        found: u8,
    },
    /// The answer's checksum is wrong.
    #[error("the answer's checksum is wrong")]
    Checksum,
    /// The sensor itself says that its value is not valid.
    #[error("the sensor calls its value invalid")]
    Invalid,
    /// The sensor's memory ran over before it was read.
    #[error("samples were lost")]
    Overflow,
}

impl<E> From<E> for SensorError<E> {
    fn from(error: E) -> Self {
        Self::Bus(error)
    }
}

/// Which sensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sensor {
    /// The MAX30102: heart rate, oxygen, worn or not.
    Optical,
    /// The MLX90614: skin temperature.
    Thermometer,
    /// The MPU6050: steps, falls, rest.
    Motion,
}

/// A `sensor_fault` event: which sensor, and what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which sensor.
    pub sensor: Sensor,
    /// What is wrong with it.
    pub why: FaultWhy,
}

/// What is wrong with a sensor, without the bus's own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultWhy {
    /// [`SensorError::Bus`].
    Bus,
    /// [`SensorError::WrongPart`].
    WrongPart,
    /// [`SensorError::Checksum`].
    Checksum,
    /// [`SensorError::Invalid`].
    Invalid,
    /// [`SensorError::Overflow`].
    Overflow,
}

impl Fault {
    /// The fault behind an error.
    pub fn of<E>(sensor: Sensor, error: &SensorError<E>) -> Self {
        let why = match error {
            SensorError::Bus(_) => FaultWhy::Bus,
            SensorError::WrongPart { .. } => FaultWhy::WrongPart,
            SensorError::Checksum => FaultWhy::Checksum,
            SensorError::Invalid => FaultWhy::Invalid,
            SensorError::Overflow => FaultWhy::Overflow,
        };
        Self { sensor, why }
    }

    /// The event's `detail`: the sensor (1 optical, 2 thermometer, 3 motion) in the low four bits, the reason (1 bus, 2 wrong
    /// part, 3 checksum, 4 invalid, 5 overflow) in the high four.
    #[must_use]
    pub fn detail(self) -> u8 {
        let sensor = match self.sensor {
            Sensor::Optical => 1,
            Sensor::Thermometer => 2,
            Sensor::Motion => 3,
        };
        let why = match self.why {
            FaultWhy::Bus => 1,
            FaultWhy::WrongPart => 2,
            FaultWhy::Checksum => 3,
            FaultWhy::Invalid => 4,
            FaultWhy::Overflow => 5,
        };
        sensor | why << 4
    }
}
