//! Oxygen saturation by the ratio of ratios.
//!
//! R = (red AC / red DC) / (infrared AC / infrared DC), the AC part not from peaks but as the slope of the regression of the
//! red channel's pulse on the infrared one's over the last seconds: noise that is in one channel only does not bias it, and the
//! correlation tells how far to trust it.
//!
//! Calibration: Maxim Integrated, application note 6845 ("Guidelines for SpO2 measurement using the Maxim MAX32664 sensor
//! hub"), default coefficients for MAX30101-class sensors without cover glass:
//! SpO2 = 1.5958422 R^2 - 34.6596622 R + 112.6898759. It is the maker's, for its reference finger design: a bracelet of its
//! own optics on a wrist needs a hypoxia study of its own (ISO 80601-2-61) before the number may be called accurate.

use crate::math::sqrt;
use crate::resample::RATE_HZ;

const A: f32 = 1.595_842_2;
const B: f32 = -34.659_66;
const C: f32 = 112.689_88;

/// SpO2 in percent for a ratio of ratios, by the calibration named above; 0..100.
pub fn saturation(ratio: f32) -> f32 {
    (A * ratio * ratio + B * ratio + C).clamp(0.0, 100.0)
}

/// Memory of the regression, s.
const MEMORY_S: f32 = 4.0;
/// Corner of the high-pass that makes AC of a channel, Hz.
const CORNER_HZ: f32 = 0.5;

/// High-pass of second order (two equal real poles), and the DC level beside it.
#[derive(Clone, Copy, Debug, Default)]
struct Split {
    dc: f32,
    second: f32,
}

impl Split {
    fn push(&mut self, value: f32) -> f32 {
        const K: f32 = core::f32::consts::TAU * CORNER_HZ / RATE_HZ;
        self.dc += K * (value - self.dc);
        let first = value - self.dc;
        self.second += K * (first - self.second);
        first - self.second
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
            self.red.dc = red;
            self.ir.dc = ir;
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
        // The geometric mean of both regressions: neither channel's noise alone pulls it.
        let ratio = sqrt(self.rr / self.ii) * self.ir.dc / self.red.dc;
        (correlation > 0.5 && ratio.is_finite()).then_some(Ratio { ratio, correlation })
    }
}
