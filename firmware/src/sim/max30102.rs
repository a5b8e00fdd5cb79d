//! A model of the MAX30102: its registers, and a FIFO that fills by time, runs over and counts as the chip's does.

use super::recording;
use super::world::World;
use crate::sensors::max30102::{FIFO_DEPTH, LED_CURRENT, MODE_RESET, PART_ID, register};

const SHUTDOWN: u8 = 0x80;

pub(super) struct Model {
    registers: [u8; 256],
    pointer: u8,
    fifo: [[u8; 6]; FIFO_DEPTH as usize],
    held: u8,
    /// How many bytes of the oldest sample were read.
    taken: usize,
    /// When sampling began, s, and how many samples were due since.
    since: Option<f64>,
    sampled: u64,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            registers: [0; 256],
            pointer: 0,
            fifo: [[0; 6]; FIFO_DEPTH as usize],
            held: 0,
            taken: 0,
            since: None,
            sampled: 0,
        }
    }
}

impl Model {
    pub(super) fn write(&mut self, world: &World, bytes: &[u8]) {
        self.advance(world);
        let Some((&pointer, values)) = bytes.split_first() else { return };
        self.pointer = pointer;
        for &value in values {
            self.set(world, self.pointer, value);
            self.pointer = self.pointer.wrapping_add(1);
        }
    }

    pub(super) fn read(&mut self, world: &World, out: &mut [u8]) {
        self.advance(world);
        for byte in out {
            if self.pointer == register::FIFO_DATA {
                *byte = self.pop();
            } else {
                *byte = self.register(world, self.pointer);
                self.pointer = self.pointer.wrapping_add(1);
            }
        }
    }

    fn register(&self, world: &World, register: u8) -> u8 {
        match register {
            register::PART_ID => PART_ID,
            register::DIE_WHOLE => world.skin_celsius() as u8,
            _ => self.registers.get(usize::from(register)).copied().unwrap_or(0),
        }
    }

    fn set(&mut self, world: &World, register: u8, value: u8) {
        if register == register::MODE_CONFIG && value & MODE_RESET != 0 {
            *self = Self::default();
            return;
        }
        if let Some(place) = self.registers.get_mut(usize::from(register)) {
            *place = value;
        }
        match register {
            register::MODE_CONFIG => {
                let runs = value & SHUTDOWN == 0 && value & 0b111 != 0;
                self.since = runs.then(|| world.now_s());
                self.sampled = 0;
            }
            register::FIFO_WRITE | register::FIFO_READ => {
                let [written, read] = [register::FIFO_WRITE, register::FIFO_READ]
                    .map(|pointer| self.registers.get(usize::from(pointer)).copied().unwrap_or(0));
                self.held = written.wrapping_sub(read) & (FIFO_DEPTH - 1);
                self.taken = 0;
            }
            // One measurement takes no time here: the bit clears itself.
            register::DIE_ENABLE => self.put(register::DIE_ENABLE, 0),
            _ => {}
        }
    }

    fn put(&mut self, register: u8, value: u8) {
        if let Some(place) = self.registers.get_mut(usize::from(register)) {
            *place = value;
        }
    }

    fn get(&self, register: u8) -> u8 {
        self.registers.get(usize::from(register)).copied().unwrap_or(0)
    }

    /// Conversions a second, and how many make one sample.
    fn rate(&self) -> (f64, u8) {
        let conversions = match self.get(register::SPO2_CONFIG) >> 2 & 0b111 {
            0 => 50.0,
            1 => 100.0,
            2 => 200.0,
            3 => 400.0,
            4 => 800.0,
            5 => 1_000.0,
            6 => 1_600.0,
            _ => 3_200.0,
        };
        (conversions, 1 << (self.get(register::FIFO_CONFIG) >> 5).min(5))
    }

    /// Lets the samples that are due come.
    fn advance(&mut self, world: &World) {
        let Some(since) = self.since else { return };
        let (conversions, averaged) = self.rate();
        let hz = conversions / f64::from(averaged);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "time does not run backwards"
        )]
        let due = ((world.now_s() - since) * hz) as u64;
        while self.sampled < due {
            if self.held == FIFO_DEPTH {
                // Full, no roll-over: what comes is lost, and counted up to 31.
                let lost = u64::from(self.get(register::OVERFLOW)) + (due - self.sampled);
                self.put(register::OVERFLOW, u8::try_from(lost).unwrap_or(31).min(31));
                self.sampled = due;
                return;
            }
            let sample = self.convert(world, since, conversions, averaged);
            let write = self.get(register::FIFO_WRITE) & (FIFO_DEPTH - 1);
            if let Some(place) = self.fifo.get_mut(usize::from(write)) {
                *place = sample;
            }
            self.put(register::FIFO_WRITE, (write + 1) & (FIFO_DEPTH - 1));
            self.held += 1;
            self.sampled += 1;
        }
    }

    fn convert(&self, world: &World, since: f64, conversions: f64, averaged: u8) -> [u8; 6] {
        let (mut red, mut infrared) = (0.0, 0.0);
        for part in 0..averaged {
            let index = self.sampled * u64::from(averaged) + u64::from(part);
            let at = since + (index + 1) as f64 / conversions;
            let light = recording::light(at, world.worn(), world.seed, index);
            red += light.red / f64::from(averaged);
            infrared += light.infrared / f64::from(averaged);
        }
        let brightness = |register: u8| f64::from(self.get(register)) / f64::from(LED_CURRENT);
        let bytes = |value: f64| {
            let [_, high, middle, low] = (value.clamp(0.0, 262_143.0) as u32).to_be_bytes();
            [high, middle, low]
        };
        let [a, b, c] = bytes(red * brightness(register::LED1_CURRENT));
        let [d, e, f] = bytes(infrared * brightness(register::LED2_CURRENT));
        [a, b, c, d, e, f]
    }

    fn pop(&mut self) -> u8 {
        if self.held == 0 {
            return 0;
        }
        let read = self.get(register::FIFO_READ) & (FIFO_DEPTH - 1);
        let byte = self.fifo.get(usize::from(read)).and_then(|sample| sample.get(self.taken)).copied();
        self.taken += 1;
        if self.taken == 6 {
            self.taken = 0;
            self.held -= 1;
            self.put(register::FIFO_READ, (read + 1) & (FIFO_DEPTH - 1));
            self.put(register::OVERFLOW, 0);
        }
        byte.unwrap_or(0)
    }
}
