//! How well a heart rate explains eight seconds of light, given how the arm shook meanwhile: one number for each rate.
//!
//! Thirteen things are looked at for each rate: the light's power there, at its double and at its half, how far it stands
//! below the strongest line near it and below the strongest of all, the accelerometer's power there, at the double and the half,
//! the accelerometer's strongest line, the rate itself, and, of the light without what the arm explains ([`crate::rest`]), the
//! power there, at the double, and how far it stands below that one's strongest. A sum of them and of eight rectified sums of
//! them is the answer. Its 133 weights were fitted (`docs/accuracy.md` tells how, on whom, and how well it does on people
//! left out) through the whole of [`crate::tracker`], so that they fit its memory too. The weights are a summary of some ninety
//! people; no recording can be had back from them.

use crate::math::log2;
use crate::spectrum::{LINES, Powers};
use crate::window::Spectra;

/// First and last spectral line that may be a heart: 32 to 220 bpm.
pub const FIRST: usize = 22;
const LAST: usize = 150;
/// Rates looked at.
pub const RATES: usize = LAST - FIRST + 1;

/// Lines over which the light's mean power is taken: from half the slowest rate up.
const BAND: core::ops::Range<usize> = 11..LINES;
/// Power below this share of the mean is not told apart.
const FAINT: f32 = 2e-3;
/// Neighbours on either side among which a line is compared with the strongest.
const NEAR: usize = 6;

const FEATURES: usize = 13;
const UNITS: usize = 8;
/// Weights of the features in each hidden unit.
const HIDDEN: [[f32; FEATURES]; UNITS] = [
    [
        0.0251, 0.1061, 0.0133, -0.5827, -0.0254, -0.1714, 0.0337, 0.1629, 0.0181, 0.0078, 0.1131, 0.1080,
        -0.0452,
    ],
    [
        0.1152, 0.0886, -0.1095, -0.3222, 0.1062, -0.0394, 0.1371, 0.0805, -0.0135, 0.4825, 0.0393, 0.0680,
        0.0053,
    ],
    [
        -0.0009, -0.0077, -0.0293, -0.0116, 0.0877, 0.0342, 0.1506, -0.2864, 0.0287, -0.3190, -0.1660,
        0.0598, -0.1023,
    ],
    [
        -0.1249, 0.0775, 0.0865, -0.2024, 0.0405, -0.2160, -0.3513, 0.0376, -0.1026, 1.5125, -0.1070, 0.0547,
        -0.0014,
    ],
    [
        0.0909, -0.0099, 0.0165, -0.0409, -0.0545, 0.0040, 0.0436, 0.0243, -0.0857, 0.0408, 0.1349, 0.0483,
        -0.1081,
    ],
    [
        0.0226, -0.0025, -0.0213, 0.0888, -0.1057, -0.0607, -0.1276, 0.1511, 0.1538, -1.1168, -0.0055,
        -0.0299, 0.1269,
    ],
    [
        -0.0123, 0.0464, 0.0772, 0.0895, -0.0332, -0.0306, 0.3062, -0.2191, 0.0491, -1.2258, -0.0886, 0.0603,
        0.0108,
    ],
    [
        0.0117, -0.1375, 0.0348, -0.1562, 0.0388, -0.3357, -0.1189, -0.5785, -0.1696, -0.0935, 0.0132,
        -0.2166, 0.0226,
    ],
];
const BIAS: [f32; UNITS] = [1.5501, -0.0052, 0.0445, 0.7265, 2.0071, -0.8073, 0.5122, 0.7058];
/// Weights of the hidden units, and of the features themselves, in the sum.
const OUT: [f32; UNITS] = [0.5141, 0.2828, -0.3963, -1.5240, 0.3359, -0.3063, -0.7725, -0.2983];
const DIRECT: [f32; FEATURES] = [
    0.0079, 0.0676, 0.0224, -0.0382, -0.0076, 0.0219, -0.0965, -0.0020, -0.0000, 0.2012, 0.0652, 0.0641,
    -0.0621,
];

/// Whole steps in one, of a feature; and the bits of fraction of a weight.
const FRACTION: f32 = 256.0;
const WEIGHT_BITS: u32 = 12;

const fn whole<const N: usize>(values: [f32; N], scale: f32) -> [i32; N] {
    let mut out = [0; N];
    let mut i = 0;
    while i < N {
        out[i] = (values[i] * scale) as i32;
        i += 1;
    }
    out
}

const WEIGHT: f32 = (1 << WEIGHT_BITS) as f32;
static HIDDEN_WHOLE: [[i32; FEATURES]; UNITS] = {
    let mut out = [[0; FEATURES]; UNITS];
    let mut i = 0;
    while i < UNITS {
        out[i] = whole(HIDDEN[i], WEIGHT);
        i += 1;
    }
    out
};
static BIAS_WHOLE: [i32; UNITS] = whole(BIAS, WEIGHT * FRACTION);
static OUT_WHOLE: [i32; UNITS] = whole(OUT, WEIGHT);
static DIRECT_WHOLE: [i32; FEATURES] = whole(DIRECT, WEIGHT);

/// Logarithms of a light's spectrum over its mean in the band; `None` when there is no light.
fn logs(powers: &Powers) -> Option<Powers> {
    let mean = powers[BAND].iter().sum::<f32>() / BAND.len() as f32;
    if !(mean.is_finite() && mean > f32::MIN_POSITIVE) {
        return None;
    }
    Some(powers.map(|power| log2(power / mean + FAINT)))
}

fn loudest(logs: &[f32]) -> f32 {
    logs.iter().copied().fold(f32::MIN, f32::max)
}

/// Writes the logarithm (to base 2, up to a constant) of how well each rate explains the spectra; false when there is no
/// light to explain.
pub fn emission(spectra: &Spectra, out: &mut [f32; RATES]) -> bool {
    let Some(light) = logs(&spectra.light) else { return false };
    let rest = logs(&spectra.rest).unwrap_or(light);
    let shake = spectra.shake.map(|power| log2(1.0 + power));
    let top = loudest(&light[FIRST..=LAST]);
    let top_rest = loudest(&rest[FIRST..=LAST]);
    let shaking = loudest(&shake[BAND]);
    for (i, out) in out.iter_mut().enumerate() {
        let line = FIRST + i;
        let own = light[line];
        let half = half(line);
        let features = [
            own,
            light.get(2 * line).copied().unwrap_or(0.0),
            light[half],
            loudest(&light[line - NEAR..=line + NEAR]) - own,
            top - own,
            shake[line],
            shake.get(2 * line).copied().unwrap_or(0.0),
            shake[half],
            shaking,
            (line as f32 - 75.0) / 40.0,
            rest[line],
            rest.get(2 * line).copied().unwrap_or(0.0),
            top_rest - rest[line],
        ];
        // Whole numbers again, as in the transform: some 1700 products a second that would be 80 instructions each.
        let features = features.map(|f| (f * FRACTION) as i32);
        let dot = |weights: &[i32; FEATURES]| weights.iter().zip(&features).map(|(w, f)| w * f).sum::<i32>();
        let mut sum = i64::from(dot(&DIRECT_WHOLE)) << WEIGHT_BITS;
        for ((hidden, bias), weight) in HIDDEN_WHOLE.iter().zip(&BIAS_WHOLE).zip(&OUT_WHOLE) {
            sum += i64::from((dot(hidden) + bias).max(0)) * i64::from(*weight);
        }
        const UNIT: f32 = core::f32::consts::LOG2_E / FRACTION / (1 << (2 * WEIGHT_BITS)) as f32;
        *out = sum as f32 * UNIT;
    }
    true
}

/// Half a line's number, to the nearest even number when it lies between two.
const fn half(line: usize) -> usize {
    let down = line / 2;
    if line % 2 == 1 && down % 2 == 1 { down + 1 } else { down }
}
