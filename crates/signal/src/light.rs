//! The light on its way to the spectrum: the slow wander of skin and pressure taken off, and its strength evened out, so that
//! one jolt of the arm does not outshout eight seconds of pulse.

use crate::spectrum::RATE_HZ;

/// Corner of both high-passes, Hz: what lies below the second harmonic of the slowest heart is mostly wander.
const CORNER_HZ: f32 = 1.0;
/// Memory of the strength, s.
const MEMORY_S: f32 = 1.0;

/// Two one-pole high-passes, at the spectrum's rate.
#[derive(Clone, Copy, Debug)]
pub struct HighPass {
    started: bool,
    slow: [f32; 2],
}

impl HighPass {
    /// A filter that has seen nothing.
    pub const fn new() -> Self {
        Self { started: false, slow: [0.0; 2] }
    }

    /// Takes one value; gives what is left of it without the slow.
    pub fn push(&mut self, value: f32) -> f32 {
        const K: f32 = core::f32::consts::TAU * CORNER_HZ / RATE_HZ;
        if !self.started {
            self.started = true;
            self.slow = [value, 0.0];
        }
        self.slow[0] += K * (value - self.slow[0]);
        let first = value - self.slow[0];
        self.slow[1] += K * (first - self.slow[1]);
        first - self.slow[1]
    }
}

/// The light's conditioning.
#[derive(Clone, Copy, Debug)]
pub struct Light {
    quick: HighPass,
    strength: f32,
    /// Weight that the strength has gathered so far: what a mean over a short past lacks to a whole one.
    weight: f32,
}

impl Light {
    /// A filter that has seen nothing.
    pub const fn new() -> Self {
        Self { quick: HighPass::new(), strength: 0.0, weight: 0.0 }
    }

    /// Takes one value; gives it high-passed and divided by its own recent mean magnitude.
    pub fn push(&mut self, value: f32) -> f32 {
        let quick = self.quick.push(value);
        self.strength += (quick.abs() - self.strength) / (MEMORY_S * RATE_HZ);
        self.weight += (1.0 - self.weight) / (MEMORY_S * RATE_HZ);
        if self.strength > f32::MIN_POSITIVE { quick * self.weight / self.strength } else { 0.0 }
    }
}
