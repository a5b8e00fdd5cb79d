//! The Bluetooth names by which the two ends find each other. 128-bit ids as numbers, most significant byte first.

/// The Nordic UART service, of our bracelets and of the classic ones: `6E400001-B5A3-F393-E0A9-E50E24DCCA9E`.
pub const UART_SERVICE: u128 = 0x6E40_0001_B5A3_F393_E0A9_E50E_24DC_CA9E;
/// Its characteristic that the app writes to: `6E400002-…`.
pub const UART_RX: u128 = 0x6E40_0002_B5A3_F393_E0A9_E50E_24DC_CA9E;
/// Its characteristic that notifies the app: `6E400003-…`.
pub const UART_TX: u128 = 0x6E40_0003_B5A3_F393_E0A9_E50E_24DC_CA9E;

/// The name under which the classic bracelets advertise.
pub const CLASSIC_NAME: &str = "Health-Monitor";

/// Heart rate service of the Bluetooth SIG.
pub const HEART_RATE_SERVICE: u16 = 0x180D;
/// Heart rate measurement (with RR intervals), notified.
pub const HEART_RATE_MEASUREMENT: u16 = 0x2A37;
/// Pulse oximeter service.
pub const PULSE_OXIMETER_SERVICE: u16 = 0x1822;
/// Continuous pulse oximeter measurement, notified.
pub const PLX_CONTINUOUS_MEASUREMENT: u16 = 0x2A5F;
/// Health thermometer service.
pub const THERMOMETER_SERVICE: u16 = 0x1809;
/// Temperature measurement, indicated.
pub const TEMPERATURE_MEASUREMENT: u16 = 0x2A1C;
/// Battery service.
pub const BATTERY_SERVICE: u16 = 0x180F;
/// Battery level, read and notified.
pub const BATTERY_LEVEL: u16 = 0x2A19;
/// Device information service.
pub const DEVICE_INFORMATION_SERVICE: u16 = 0x180A;
