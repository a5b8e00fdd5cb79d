//! The MLX90614 infrared thermometer: the skin's temperature without contact, over SMBus with a checksum.
//!
//! Melexis, *MLX90614 family datasheet*, 3901090614 rev 013 (2019): §8.4 "SMBus compatible 2-wire protocol", §8.3.4 "RAM".

use embedded_hal_async::i2c::I2c;
use vitals::CentiCelsius;

use super::SensorError;

/// The factory's SMBus address.
pub const ADDRESS: u8 = 0x5A;
/// The RAM cell of the object's temperature, in 0.02 K.
pub const OBJECT_1: u8 = 0x07;

/// The driver.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mlx90614;

impl Mlx90614 {
    /// The temperature of what the sensor sees.
    ///
    /// # Errors
    ///
    /// When the bus fails, the checksum is wrong, or the sensor sets its error flag (bit 15).
    pub async fn skin<I: I2c>(&mut self, bus: &mut I) -> Result<CentiCelsius, SensorError<I::Error>> {
        let mut answer = [0; 3];
        bus.write_read(ADDRESS, &[OBJECT_1], &mut answer).await?;
        let [low, high, checksum] = answer;
        if checksum != pec(&[ADDRESS << 1, OBJECT_1, ADDRESS << 1 | 1, low, high]) {
            return Err(SensorError::Checksum);
        }
        let raw = u16::from_le_bytes([low, high]);
        if raw & 0x8000 != 0 {
            return Err(SensorError::Invalid);
        }
        // 0.02 K a step, 273.15 K = 0 °C; the widest value, 0x7FFF, is 382.19 °C.
        i16::try_from(i32::from(raw) * 2 - 27_315).map(CentiCelsius).map_err(|_| SensorError::Invalid)
    }
}

/// SMBus packet error code: CRC-8 with polynomial x⁸+x²+x+1, starting at 0, over every byte of the transaction (§8.4.3.1).
#[must_use]
pub fn pec(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ byte, |crc, _| if crc & 0x80 == 0 { crc << 1 } else { crc << 1 ^ 0x07 })
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn checksum_agrees_with_the_datasheets_example() {
        // §8.4.4.1: reading RAM 0x07 at the address 0x5A answers 0x3AD2, PEC 0x30.
        assert_eq!(super::pec(&[0xB4, 0x07, 0xB5, 0xD2, 0x3A]), 0x30);
    }
}
