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
    [0.0281, 0.0143, -0.0634, 0.0296, 0.1164, 0.0627, 0.0487, -0.0737, 0.0592, -1.4814],
    [0.0641, -0.3166, -0.0955, 0.3044, -0.1188, 0.0823, 0.2392, -0.0117, -0.0306, -1.4984],
    [0.0265, 0.0465, 0.0626, 0.0788, 0.0578, 0.0732, 0.2895, -0.2051, -0.0094, -0.7687],
    [-0.1190, 0.0383, 0.0493, -0.0306, 0.1008, -0.2506, 0.1036, -0.0319, 0.1228, 0.3119],
    [-0.1287, -0.0847, -0.0059, -0.1459, -0.0160, -0.1185, 0.6234, 0.0269, 0.0465, 0.0823],
    [0.2545, 0.1360, -0.1948, -0.2651, -0.2444, -0.2741, 0.0741, 0.1419, -0.0183, -0.2551],
    [0.0095, -0.2377, 0.1225, 0.1766, 0.0382, -0.2869, 0.0582, -0.2515, -0.0866, -0.2581],
    [-0.0632, 0.0328, 0.0048, 0.2911, -0.1031, 0.1446, 0.2524, -0.1011, 0.0186, -0.7235],
];
const BIAS: [f32; UNITS] = [-0.4560, -0.0821, -0.0687, -0.7167, -0.8579, 2.9863, -0.1729, -0.0783];
/// Weights of the hidden units, and of the features themselves, in the sum.
const OUT: [f32; UNITS] = [-0.5154, -0.3643, -0.3901, -0.4705, 0.2135, 0.3743, -0.2939, -0.4807];
const DIRECT: [f32; FEATURES] =
    [0.0637, 0.0926, 0.0149, -0.3064, -0.0609, 0.0525, -0.0843, -0.0522, -0.0000, -0.2782];

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
