//! A model of the MPU-6050: a wrist that lies still, with the sensor's noise, in a FIFO that fills by time.

use super::noise;
use super::world::World;
use crate::sensors::mpu6050::{COUNTS_PER_G, WHO_AM_I, register};

/// Noise of one axis, g (400 µg/√Hz over 21 Hz, as the datasheet says).
const NOISE_G: f64 = 0.002;
/// How the wrist lies: gravity in g on the three axes.
const GRAVITY_G: [f64; 3] = [0.10, -0.25, 0.963];
const FIFO_BYTES: u64 = 1_024;

pub(super) struct Model {
    registers: [u8; 128],
    pointer: u8,
    /// When the FIFO was switched on, s; how many of its bytes were read since.
    since: Option<f64>,
    read: u64,
}

impl Default for Model {
    fn default() -> Self {
        let mut model = Self { registers: [0; 128], pointer: 0, since: None, read: 0 };
        // It wakes asleep.
        model.put(register::POWER, 0x40);
        model
    }
}

impl Model {
    pub(super) fn write(&mut self, world: &World, bytes: &[u8]) {
        let Some((&pointer, values)) = bytes.split_first() else { return };
        self.pointer = pointer;
        for &value in values {
            self.put(self.pointer, value);
            if self.pointer == register::USER_CONTROL {
                let awake = self.get(register::POWER) & 0x40 == 0;
                let runs = awake && value & 1 << 6 != 0 && self.get(register::FIFO_ENABLE) & 1 << 3 != 0;
                self.since = runs.then(|| world.now_s());
                self.read = 0;
            }
            self.pointer = self.pointer.wrapping_add(1);
        }
    }

    pub(super) fn read(&mut self, world: &World, out: &mut [u8]) {
        let [high, low] = u16::try_from(self.made(world).saturating_sub(self.read).min(FIFO_BYTES))
            .unwrap_or(0)
            .to_be_bytes();
        for byte in out {
            *byte = match self.pointer {
                register::FIFO_DATA => self.pop(world),
                register::WHO_AM_I => WHO_AM_I,
                register::FIFO_COUNT => high,
                other if other == register::FIFO_COUNT + 1 => low,
                other => self.get(other),
            };
            if self.pointer != register::FIFO_DATA {
                self.pointer = self.pointer.wrapping_add(1);
            }
        }
    }

    /// Bytes that went into the FIFO so far.
    fn made(&self, world: &World) -> u64 {
        let Some(since) = self.since else { return 0 };
        let hz = 1_000.0 / (1.0 + f64::from(self.get(register::SAMPLE_DIVIDER)));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "time does not run backwards"
        )]
        let samples = ((world.now_s() - since) * hz) as u64;
        samples * 6
    }

    fn pop(&mut self, world: &World) -> u8 {
        if self.read >= self.made(world) {
            return 0;
        }
        let (sample, place) = (self.read / 6, self.read % 6);
        self.read += 1;
        let axis = place / 2;
        let gravity = GRAVITY_G.get(axis as usize).copied().unwrap_or(0.0);
        let g = gravity + NOISE_G * noise(world.seed ^ 0xACCE_1E8A, sample * 3 + axis);
        #[expect(clippy::cast_possible_truncation, reason = "within ±16 g")]
        let counts = (g * f64::from(COUNTS_PER_G)).round() as i16;
        let [high, low] = counts.to_be_bytes();
        if place.is_multiple_of(2) { high } else { low }
    }

    fn put(&mut self, register: u8, value: u8) {
        if let Some(place) = self.registers.get_mut(usize::from(register)) {
            *place = value;
        }
    }

    fn get(&self, register: u8) -> u8 {
        self.registers.get(usize::from(register)).copied().unwrap_or(0)
    }
}
