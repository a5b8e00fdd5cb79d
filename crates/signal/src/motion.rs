//! What the accelerometer says: moving or still, steps, asleep.

use crate::math::sqrt;
use crate::resample::RATE_HZ;

/// Above this standard deviation of |acceleration| over about two seconds the wearer moves, g.
const MOVING_G: f32 = 0.03;
/// A step is a swing of at least this, g (walking swings the wrist's |acceleration| by 0.2 g and more).
const STEP_G: f32 = 0.09;
/// Steps are this far apart, s.
const STEP_MIN_S: f32 = 0.27;
const STEP_MAX_S: f32 = 1.1;
/// So many regular swings in a row make a walk; they are then counted from the first.
const WALK: u32 = 7;
/// Stillness this long, with rare stirring, is taken for sleep when the heart is slow too, s.
const SLEEP_S: f32 = 900.0;

/// The accelerometer's running state.
#[derive(Clone, Debug, Default)]
pub struct Motion {
    mean: f32,
    variance: f32,
    seen: bool,
    smooth: [f32; 2],
    high: f32,
    low: f32,
    rising: bool,
    since: f32,
    last_interval: f32,
    pending: u32,
    walking: bool,
    steps: u32,
    still_s: f32,
}

impl Motion {
    /// Takes one sample at [`RATE_HZ`], g.
    pub fn push(&mut self, acc: [f32; 3]) {
        let g = sqrt(acc[0] * acc[0] + acc[1] * acc[1] + acc[2] * acc[2]);
        if !self.seen {
            self.seen = true;
            self.mean = g;
            self.smooth = [g; 2];
            self.high = g;
            self.low = g;
        }
        let d = g - self.mean;
        self.mean += d / (2.0 * RATE_HZ);
        self.variance += (d * d - self.variance) / (2.0 * RATE_HZ);
        if self.moving() {
            self.still_s = (self.still_s - 20.0 / RATE_HZ).max(0.0);
        } else {
            self.still_s = (self.still_s + 1.0 / RATE_HZ).min(2.0 * SLEEP_S);
        }
        // Two one-pole low-passes at about 3 Hz keep the step and drop the shock's ringing.
        self.smooth[0] += 0.5 * (g - self.smooth[0]);
        self.smooth[1] += 0.5 * (self.smooth[0] - self.smooth[1]);
        self.step(self.smooth[1]);
    }

    /// Swings of the smoothed magnitude, with hysteresis; a swing counts when it comes in a walk's regular row.
    fn step(&mut self, v: f32) {
        self.since += 1.0 / RATE_HZ;
        if self.since > STEP_MAX_S {
            self.pending = 0;
            self.walking = false;
            self.last_interval = 0.0;
        }
        if self.rising {
            self.high = self.high.max(v);
            if v < self.high - STEP_G {
                self.rising = false;
                self.low = v;
            }
        } else {
            self.low = self.low.min(v);
            if v > self.low + STEP_G {
                self.rising = true;
                self.high = v;
                self.swing();
            }
        }
    }

    fn swing(&mut self) {
        if self.since < STEP_MIN_S {
            return;
        }
        let interval = self.since;
        self.since = 0.0;
        let regular = self.last_interval > 0.0 && (interval / self.last_interval - 1.0).abs() < 0.5;
        self.last_interval = interval;
        if self.walking {
            self.steps += 1;
        } else if regular {
            self.pending += 1;
            if self.pending >= WALK {
                self.walking = true;
                self.steps += self.pending;
                self.pending = 0;
            }
        } else {
            self.pending = 1;
        }
    }

    /// Whether the wearer moves.
    pub fn moving(&self) -> bool {
        self.variance > MOVING_G * MOVING_G
    }

    /// Standard deviation of |acceleration| over about two seconds, g.
    pub fn restlessness_g(&self) -> f32 {
        sqrt(self.variance)
    }

    /// Still for a quarter of an hour with no more than a stir now and then.
    pub fn long_still(&self) -> bool {
        self.still_s >= SLEEP_S
    }

    /// Steps since the last call.
    pub fn take_steps(&mut self) -> u32 {
        core::mem::take(&mut self.steps)
    }
}
