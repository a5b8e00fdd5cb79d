//! The built-in bracelet: the firmware's own library on the host, with models where the hardware would be.
//!
//! The light is a real recording ([`reference()`] tells what an ECG said meanwhile), the past is a model (`sim/month.rs`); neither is
//! ever anyone's data: the bracelet calls itself a demo in its serial and its name.

mod bracelet;
mod bus;
mod flash;
mod link;
mod max30102;
mod month;
mod mpu6050;
mod recording;
mod world;

pub use bracelet::{Bracelet, Info, Options, SimError};
pub use flash::{CAPACITY, FlashError, SimFlash};
pub use link::{Faults, Link, LinkOptions, MTU};
pub use recording::{Reference, Window, reference};
pub use world::{Face, Trouble};

pub use crate::panel::{Press, Wishes};

/// A number that looks like chance but is always the same for a seed and an index.
fn scramble(seed: u64, index: u64) -> u64 {
    // SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
    let mut z = seed.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ z >> 31
}

/// Even between 0 and 1.
fn uniform(seed: u64, index: u64) -> f64 {
    (scramble(seed, index) >> 11) as f64 / (1_u64 << 53) as f64
}

/// About normal with standard deviation 1: the sum of eight bytes.
fn noise(seed: u64, index: u64) -> f64 {
    let sum: u32 = scramble(seed, index).to_le_bytes().map(u32::from).iter().sum();
    // Eight uniform bytes: mean 1,020, variance 8 · (256² − 1) / 12.
    (f64::from(sum) - 1_020.0) / 209.0
}
