//! The light on its way to the spectrum: the slow wander of skin and pressure taken off, and its strength evened out, so that
//! one jolt of the arm does not outshout eight seconds of pulse.

use crate::spectrum::RATE_HZ;

/// Corner of both high-passes, Hz: what lies below the second harmonic of the slowest heart is mostly wander.
const CORNER_HZ: f32 = 1.0;
/// Memory of the strength, s.
const MEMORY_S: f32 = 1.0;

/// The conditioning filter, at the spectrum's rate.
#[derive(Clone, Copy, Debug, Default)]
pub struct Light {
    started: bool,
    slow: [f32; 2],
    strength: f32,
    /// Weight that the strength has gathered so far: what a mean over a short past lacks to a whole one.
    weight: f32,
}

impl Light {
    /// Takes one value; gives it high-passed and divided by its own recent mean magnitude.
    pub fn push(&mut self, value: f32) -> f32 {
        const K: f32 = core::f32::consts::TAU * CORNER_HZ / RATE_HZ;
        if !self.started {
            self.started = true;
            self.slow = [value, 0.0];
        }
        self.slow[0] += K * (value - self.slow[0]);
        let first = value - self.slow[0];
        self.slow[1] += K * (first - self.slow[1]);
        let second = first - self.slow[1];
        self.strength += (second.abs() - self.strength) / (MEMORY_S * RATE_HZ);
        self.weight += (1.0 - self.weight) / (MEMORY_S * RATE_HZ);
        if self.strength > f32::MIN_POSITIVE { second * self.weight / self.strength } else { 0.0 }
    }
}
