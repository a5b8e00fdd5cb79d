//! Whether the arm moves, and whether it has been still for so long that its wearer sleeps.

use crate::resample::RATE_HZ;

/// Above this standard deviation of |acceleration| over about two seconds the arm moves, g.
const MOVING_G: f32 = 0.03;
/// A quarter of an hour of stillness, in which stirring now and then takes back some of it, is long.
const LONG_S: f32 = 900.0;
/// A second of stirring takes back so many of stillness.
const STIR: f32 = 20.0;

/// The arm's rest and motion.
#[derive(Clone, Debug, Default)]
pub struct Motion {
    mean: f32,
    variance: f32,
    started: bool,
    still_s: f32,
}

impl Motion {
    /// Takes |acceleration| at [`RATE_HZ`], g.
    pub fn push(&mut self, g: f32) {
        if !self.started {
            self.started = true;
            self.mean = g;
        }
        let off = g - self.mean;
        self.mean += off / (2.0 * RATE_HZ);
        self.variance += (off * off - self.variance) / (2.0 * RATE_HZ);
        let change = if self.moving() { -STIR } else { 1.0 };
        self.still_s = (self.still_s + change / RATE_HZ).clamp(0.0, 2.0 * LONG_S);
    }

    /// Whether the arm moves.
    pub fn moving(&self) -> bool {
        self.variance > MOVING_G * MOVING_G
    }

    /// Still for a quarter of an hour, with no more than a stir now and then.
    pub fn long_still(&self) -> bool {
        self.still_s >= LONG_S
    }
}
