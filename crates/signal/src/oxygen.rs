//! Oxygen saturation by the ratio of ratios.
//!
//! R = (red AC / red DC) / (infrared AC / infrared DC). The AC part is not read off peaks: both channels' slopes over 0.16 s
//! are compared over the last seconds, and R is the quotient of their root mean squares (the geometric mean of both
//! regressions, so that noise in either channel pulls it less); their correlation tells how far to trust it.
//!
//! Calibration: SpO2 = 115.3 - 39.4 R, a straight line through 29 moments between 71 and 98 % of the OxiWear hypoxia recording
//! (A. Russo and others, github.com/aarusso/OxiWear: MAXM86161 on a finger, altitude system, finger oximeter as reference).
//! Limits: one subject, one skin, another sensor of the same maker and principle. Maxim's own curve for MAX30101-class
//! sensors (application note 6845: 1.5958422 R^2 - 34.6596622 R + 112.6898759) agrees within 1 % above 90 %, but reads up to
//! 5 % too high below 80 % there, which is the unsafe side. Neither was made on a wrist: until a bracelet has had a
//! study of its own (ISO 80601-2-61), the number shows a trend, not a measured saturation.

use crate::math::sqrt;
use crate::resample::RATE_HZ;

/// SpO2 in percent for a ratio of ratios, by the calibration named above; 0..100.
pub fn saturation(ratio: f32) -> f32 {
    (115.3 - 39.4 * ratio).clamp(0.0, 100.0)
}

/// Greatest saturation told, percent. Around the line the reference scatters by 3 %, and no more than 100 % can be: what reads 100
/// is, in the mean, about 98.
pub const MOST: f32 = 99.0;

/// Memory of the regression, s.
const MEMORY_S: f32 = 4.0;
/// Memory of the DC level, s.
const LEVEL_S: f32 = 1.5;
/// Span of the slope, samples.
const SPAN: usize = 4;

/// One channel's level, and its slope.
#[derive(Clone, Copy, Debug, Default)]
struct Split {
    dc: f32,
    last: [f32; SPAN],
}

impl Split {
    fn push(&mut self, value: f32) -> f32 {
        self.dc += (value - self.dc) / (LEVEL_S * RATE_HZ);
        let slope = value - self.last[0];
        self.last.rotate_left(1);
        self.last[SPAN - 1] = value;
        slope
    }
}

/// The two channels' running regression.
#[derive(Clone, Debug, Default)]
pub struct Oxygen {
    red: Split,
    ir: Split,
    rr: f32,
    ri: f32,
    ii: f32,
    seen: u32,
}

/// A ratio of ratios and how well the two channels' pulses agree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// R, dimensionless.
    pub ratio: f32,
    /// Correlation of the two pulses, 0..1.
    pub correlation: f32,
}

impl Oxygen {
    /// Forgets everything, as when the bracelet is put on.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// Takes one sample of both channels, raw counts at [`RATE_HZ`].
    pub fn push(&mut self, red: f32, ir: f32) {
        if self.seen == 0 {
            self.red = Split { dc: red, last: [red; SPAN] };
            self.ir = Split { dc: ir, last: [ir; SPAN] };
        }
        self.seen = self.seen.saturating_add(1);
        let (r, i) = (self.red.push(red), self.ir.push(ir));
        const K: f32 = 1.0 / (MEMORY_S * RATE_HZ);
        self.rr += K * (r * r - self.rr);
        self.ri += K * (r * i - self.ri);
        self.ii += K * (i * i - self.ii);
    }

    /// The ratio now; nothing in the first two seconds or without a pulse in both channels.
    pub fn ratio(&self) -> Option<Ratio> {
        if (self.seen as f32) < 2.0 * RATE_HZ || self.ii <= 0.0 || self.rr <= 0.0 || self.ri <= 0.0 {
            return None;
        }
        if self.red.dc <= 0.0 || self.ir.dc <= 0.0 {
            return None;
        }
        let correlation = (self.ri / sqrt(self.rr * self.ii)).min(1.0);
        let ratio = sqrt(self.rr / self.ii) * self.ir.dc / self.red.dc;
        (correlation > 0.5 && ratio.is_finite()).then_some(Ratio { ratio, correlation })
    }
}
