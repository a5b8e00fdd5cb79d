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
        0.0214, 0.0713, -0.1162, 0.0679, 0.1334, 0.2301, -0.0689, 0.0979, 0.0564, -0.4628, -0.2644, -0.0374,
        0.1114,
    ],
    [
        0.0946, -0.1361, -0.1467, 0.6092, -0.1024, 0.0713, 0.0823, 0.0242, 0.0717, -1.6102, 0.0212, -0.1221,
        0.0163,
    ],
    [
        0.0316, 0.1567, 0.0538, -0.0468, 0.0486, 0.0666, 0.3379, -0.2146, 0.0417, -0.6887, -0.0482, 0.0630,
        0.1855,
    ],
    [
        -0.1199, -0.0052, 0.0594, 0.0194, 0.1034, -0.2756, 0.1222, -0.0598, 0.1026, 0.1573, -0.1500, 0.0303,
        -0.0146,
    ],
    [
        -0.1338, -0.0981, -0.0080, -0.1213, -0.0112, -0.1083, 0.6214, 0.0504, 0.0359, 0.0108, 0.0574, 0.0756,
        0.0886,
    ],
    [
        0.1969, 0.1009, -0.1718, -0.1086, -0.1886, -0.2051, 0.0860, 0.2170, -0.0268, -0.0267, 0.0817, 0.1277,
        -0.1178,
    ],
    [
        0.0118, -0.2046, 0.1853, 0.1016, 0.0326, -0.2378, 0.0460, -0.2545, -0.1050, -0.1138, -0.0139, 0.0003,
        0.0378,
    ],
    [
        -0.0737, 0.0254, -0.0050, 0.3412, -0.0908, 0.1470, 0.2567, -0.1057, 0.0363, -0.4593, 0.0681, -0.0179,
        -0.0291,
    ],
];
const BIAS: [f32; UNITS] = [-2.7555, -1.0493, -0.4261, -0.9792, -1.2281, 3.2799, 0.0459, -0.2377];
/// Weights of the hidden units, and of the features themselves, in the sum.
const OUT: [f32; UNITS] = [-0.2241, -0.4845, -0.5417, -0.4329, 0.2037, 0.2860, -0.3329, -0.2701];
const DIRECT: [f32; FEATURES] = [
    0.0573, 0.0399, 0.0154, -0.1904, -0.0547, 0.0838, -0.0870, -0.0179, -0.0000, -0.1916, 0.0640, 0.0539,
    -0.0609,
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
