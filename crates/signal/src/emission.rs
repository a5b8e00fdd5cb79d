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
    [0.0182, 0.0273, -0.0505, 0.0503, 0.1389, 0.0734, 0.0563, -0.0691, 0.1057, -1.4036],
    [0.0791, -0.3010, -0.0913, 0.4101, -0.1075, 0.0791, 0.2392, 0.0001, -0.0113, -1.2779],
    [0.0268, 0.0533, 0.0743, 0.0846, 0.0590, 0.0705, 0.2929, -0.2142, -0.0023, -0.7336],
    [-0.1193, 0.0304, 0.0459, -0.0254, 0.1022, -0.2643, 0.1118, -0.0558, 0.1223, 0.2022],
    [-0.1276, -0.0903, -0.0036, -0.1476, -0.0170, -0.1125, 0.6248, 0.0259, 0.0498, 0.1056],
    [0.2545, 0.1244, -0.2048, -0.2548, -0.2449, -0.2873, 0.0634, 0.1457, -0.0157, -0.3120],
    [0.0118, -0.1880, 0.1344, 0.1524, 0.0335, -0.2815, 0.0477, -0.2814, -0.1282, -0.3355],
    [-0.0649, 0.0324, 0.0105, 0.3020, -0.1007, 0.1475, 0.2551, -0.0993, 0.0296, -0.7373],
];
const BIAS: [f32; UNITS] = [-0.8169, -0.4151, -0.0587, -0.7061, -0.8799, 2.9009, 0.3547, -0.1585];
/// Weights of the hidden units, and of the features themselves, in the sum.
const OUT: [f32; UNITS] = [-0.5033, -0.3508, -0.3867, -0.4671, 0.2160, 0.3804, -0.3335, -0.5035];
const DIRECT: [f32; FEATURES] =
    [0.0635, 0.0894, 0.0153, -0.3073, -0.0607, 0.0613, -0.0886, -0.0456, -0.0000, -0.2726];

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
