//! Falls: an impact, then lying still (the pattern of Bourke, O'Brien and Lyons, "Evaluation of a threshold-based tri-axial
//! accelerometer fall detection algorithm", Gait & Posture 26, 2007, with the stillness that follows a real fall).

use crate::math::sqrt;

/// An impact is at least this, g.
const IMPACT_G: f32 = 3.0;
/// After the impact this long is left to come to rest, s.
const SETTLE_S: f32 = 1.0;
/// Then the wrist must keep still this long, s.
const STILL_S: f32 = 1.5;
/// Still is a mean deviation of |acceleration| below this, g.
const STILL_G: f32 = 0.12;

/// The fall detector; works at the sensor's own rate, since an impact is short.
#[derive(Clone, Debug)]
pub struct Fall {
    period_s: f32,
    mean: f32,
    /// Seconds since the impact; negative: none.
    since_s: f32,
    unrest: f32,
}

impl Fall {
    /// For samples at `rate_hz`.
    pub fn new(rate_hz: f32) -> Self {
        Self { period_s: 1.0 / rate_hz, mean: 1.0, since_s: -1.0, unrest: 0.0 }
    }

    /// Takes one sample, g; true when a fall has just been recognised.
    pub fn push(&mut self, acc: [f32; 3]) -> bool {
        let g = sqrt(acc[0] * acc[0] + acc[1] * acc[1] + acc[2] * acc[2]);
        self.mean += (g - self.mean) * (self.period_s / 0.3).min(1.0);
        if g > IMPACT_G {
            self.since_s = 0.0;
            self.unrest = 0.0;
            return false;
        }
        if self.since_s < 0.0 {
            return false;
        }
        self.since_s += self.period_s;
        if self.since_s > SETTLE_S {
            self.unrest += (g - self.mean).abs() * self.period_s;
        }
        if self.since_s > SETTLE_S + STILL_S {
            self.since_s = -1.0;
            return self.unrest / STILL_S < STILL_G;
        }
        false
    }
}
