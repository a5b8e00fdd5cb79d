//! The last eight seconds of light and motion, at the spectrum's rate, and their spectra.

use crate::light::{HighPass, Light};
use crate::rest::rest;
use crate::spectrum::{LINES, Powers, Ring, powers};

/// What the last eight seconds look like.
pub struct Spectra {
    /// Of the light, evened out.
    pub light: Powers,
    /// Of the light without what the arm's motion explains.
    pub rest: Powers,
    /// Of the acceleration, all axes together.
    pub shake: Powers,
}

/// The last eight seconds.
#[derive(Clone, Debug)]
pub struct Window {
    /// Three older rows, for the half-band filter on the way to the spectrum's rate.
    older: [[f32; 4]; 3],
    odd: bool,
    even_out: Light,
    light: Ring,
    shake: [Ring; 3],
    quick: [HighPass; 3],
    arm: [Ring; 3],
}

impl Window {
    /// An empty window.
    pub const fn new() -> Self {
        let none = HighPass::new();
        Self {
            older: [[0.0; 4]; 3],
            odd: false,
            even_out: Light::new(),
            light: Ring::new(),
            shake: [const { Ring::new() }; 3],
            quick: [none; 3],
            arm: [const { Ring::new() }; 3],
        }
    }

    /// Takes light (systole up) and three axes, g, at [`crate::resample::RATE_HZ`], and halves the rate: (1 3 3 1) / 8 has a
    /// threefold zero where the alias of 0 Hz would come from.
    pub fn push(&mut self, now: [f32; 4]) {
        if self.light.filled() == 0 && !self.odd {
            self.older = [now; 3];
        }
        let old = self.older;
        self.older = [old[1], old[2], now];
        self.odd = !self.odd;
        if self.odd {
            return;
        }
        let mixed = |c: usize| 0.125 * (old[0][c] + now[c]) + 0.375 * (old[1][c] + old[2][c]);
        self.light.push(self.even_out.push(mixed(0)));
        for axis in 0..3 {
            let g = mixed(axis + 1);
            self.shake[axis].push(g);
            self.arm[axis].push(self.quick[axis].push(g));
        }
    }

    /// The spectra now; without an accelerometer the rest is the light itself.
    pub fn spectra(&self, has_acc: bool) -> Spectra {
        let none = [0.0; LINES];
        let mut spectra = Spectra { light: none, rest: none, shake: none };
        if !has_acc {
            powers(&self.light, &self.shake[0], &mut spectra.light, &mut spectra.shake);
            spectra.rest = spectra.light;
            spectra.shake = none;
            return spectra;
        }
        let mut other = none;
        powers(&self.shake[0], &self.shake[1], &mut spectra.shake, &mut other);
        add(&mut spectra.shake, &other);
        powers(&self.shake[2], &self.light, &mut other, &mut spectra.light);
        add(&mut spectra.shake, &other);
        let left = rest(&self.light, &self.arm);
        powers(&left, &left, &mut spectra.rest, &mut other);
        spectra
    }
}

fn add(to: &mut Powers, more: &Powers) {
    for (a, b) in to.iter_mut().zip(more) {
        *a += b;
    }
}
