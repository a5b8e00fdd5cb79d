//! How well a heart rate explains eight seconds of light, given how the arm shook meanwhile: one number for each rate.
//!
//! Ten things are looked at for each rate: the light's power there, at its double and at its half, how far it stands below
//! the strongest line near it and below the strongest of all, the accelerometer's power there, at the double and the half,
//! the accelerometer's strongest line, and the rate itself. A sum of them and of eight rectified sums of them is
//! the answer. Its 106 weights were fitted (see `docs/accuracy.md`: how, on whom, and how well it does on people left out)
//! through the whole of [`crate::tracker`], so that they fit its memory too. The weights are a summary of some fifty people;
//! no recording can be had back from them.

use crate::math::log2;
use crate::spectrum::{LINES, Powers};

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

const FEATURES: usize = 10;
const UNITS: usize = 8;
/// Weights of the features in each hidden unit.
const HIDDEN: [[f32; FEATURES]; UNITS] = [
    [0.0380, 0.0050, -0.0862, -0.0448, 0.1119, 0.0297, 0.0856, -0.0473, 0.1245, -1.8259],
    [0.0718, -0.3214, -0.0641, 0.0841, -0.1083, 0.0852, 0.2149, 0.0450, -0.0796, -0.9702],
    [0.0177, 0.0309, 0.0878, -0.0016, 0.0689, 0.0655, 0.2851, -0.1805, -0.0273, -0.9351],
    [-0.1010, 0.0686, -0.0264, -0.0340, 0.0826, -0.1156, -0.0872, -0.0313, 0.2016, 0.7402],
    [-0.1174, -0.0666, -0.0358, -0.1442, -0.0226, -0.1288, 0.6370, 0.0023, 0.0410, 0.0371],
    [0.2369, 0.1714, -0.2404, -0.2870, -0.2253, -0.2585, 0.0825, 0.1701, 0.0402, -0.1520],
    [0.0140, -0.1814, 0.1078, 0.0719, 0.0331, -0.3142, 0.0198, -0.2703, -0.0909, -0.0452],
    [-0.0656, 0.0096, -0.0028, 0.2366, -0.0978, 0.1292, 0.2825, -0.0736, 0.0262, -0.7551],
];
const BIAS: [f32; UNITS] = [-0.8220, 0.1898, -0.0529, -1.0161, -0.7311, 2.0708, 0.2459, -0.2441];
/// Weights of the hidden units, and of the features themselves, in the sum.
const OUT: [f32; UNITS] = [-0.8561, -0.3970, -0.6025, -0.5935, 0.2389, 0.4295, -0.2251, -0.3715];
const DIRECT: [f32; FEATURES] =
    [0.0636, 0.1123, 0.0208, -0.2652, -0.0607, 0.0311, -0.0841, -0.0484, -0.0000, -0.3287];

/// Logarithms of the spectra, as the features want them.
struct Logs {
    light: [f32; LINES],
    shake: [f32; LINES],
}

/// Writes the logarithm (to base 2, up to a constant) of how well each rate explains the spectra; false when there is no
/// light to explain. `shake` is in g^2 as [`crate::spectrum`] scales it.
pub fn emission(light: &Powers, shake: &Powers, out: &mut [f32; RATES]) -> bool {
    let mean = light[BAND].iter().sum::<f32>() / BAND.len() as f32;
    if !(mean.is_finite() && mean > f32::MIN_POSITIVE) {
        return false;
    }
    let mut logs = Logs { light: [0.0; LINES], shake: [0.0; LINES] };
    for (log, power) in logs.light.iter_mut().zip(light) {
        *log = log2(power / mean + FAINT);
    }
    for (log, power) in logs.shake.iter_mut().zip(shake) {
        *log = log2(1.0 + power);
    }
    let loudest = |logs: &[f32]| logs.iter().copied().fold(f32::MIN, f32::max);
    let top = loudest(&logs.light[FIRST..=LAST]);
    let shaking = loudest(&logs.shake[BAND]);
    for (i, out) in out.iter_mut().enumerate() {
        let line = FIRST + i;
        let own = logs.light[line];
        let half = half(line);
        let features = [
            own,
            logs.light.get(2 * line).copied().unwrap_or(0.0),
            logs.light[half],
            loudest(&logs.light[line - NEAR..=line + NEAR]) - own,
            top - own,
            logs.shake[line],
            logs.shake.get(2 * line).copied().unwrap_or(0.0),
            logs.shake[half],
            shaking,
            (line as f32 - 75.0) / 40.0,
        ];
        let dot = |weights: &[f32; FEATURES]| weights.iter().zip(&features).map(|(w, f)| w * f).sum::<f32>();
        let mut sum = dot(&DIRECT);
        for ((hidden, bias), weight) in HIDDEN.iter().zip(&BIAS).zip(&OUT) {
            sum += weight * (dot(hidden) + bias).max(0.0);
        }
        *out = sum * core::f32::consts::LOG2_E;
    }
    true
}

/// Half a line's number, to the nearest even number when it lies between two.
const fn half(line: usize) -> usize {
    let down = line / 2;
    if line % 2 == 1 && down % 2 == 1 { down + 1 } else { down }
}
