//! What is left of the light when all that the arm's motion explains is taken away.
//!
//! The last eight seconds of light are written as well as can be (least squares, with a little ridge) as a sum of the three axes
//! of acceleration, each now and up to three values (0.24 s) ago; the remainder is the rest. It is the block form of the
//! adaptive cancellers of the field (Yousefi, Nourani, Ostadabbas and Panahi, "A motion-tolerant adaptive algorithm for wearable
//! photoplethysmographic biosensors", IEEE JBHI 18(2), 2014). Where the arm swings at the heart's own rate it takes the
//! heart away too: therefore the rest is looked at beside the light, not in its place.

use crate::math::sqrt;
use crate::spectrum::Ring;

/// Values back that an axis may act.
const DELAYS: usize = 4;
/// Explaining values: three axes, each now and before.
const TERMS: usize = 3 * DELAYS;
/// Ridge: a share of the mean power of the terms, and the sensor's own noise (0.014 g) squared.
const RIDGE: f32 = 1e-3;
const NOISE: f32 = 2e-4;

/// The rest of `light` without what `arm` (high-passed like the light, g) explains; shorter by the delays.
pub fn rest(light: &Ring, arm: &[Ring; 3]) -> Ring {
    let n = light.filled().min(arm[0].filled());
    let mut left = Ring::new();
    if n <= TERMS {
        return left;
    }
    let terms = |ago: usize| {
        let mut row = [0.0f32; TERMS];
        for (i, v) in row.iter_mut().enumerate() {
            *v = arm[i / DELAYS].ago(ago + i % DELAYS);
        }
        row
    };
    let (mut matrix, mut right) = ([[0.0f32; TERMS]; TERMS], [0.0f32; TERMS]);
    for ago in 0..=n - DELAYS {
        let (row, value) = (terms(ago), light.ago(ago));
        for i in 0..TERMS {
            right[i] += row[i] * value;
            for j in 0..=i {
                matrix[i][j] += row[i] * row[j];
            }
        }
    }
    let ridge = RIDGE * (0..TERMS).map(|i| matrix[i][i]).sum::<f32>() / TERMS as f32 + NOISE * n as f32;
    for (i, row) in matrix.iter_mut().enumerate() {
        row[i] += ridge;
    }
    solve(&mut matrix, &mut right);
    for ago in (0..=n - DELAYS).rev() {
        let explained: f32 = terms(ago).iter().zip(&right).map(|(a, b)| a * b).sum();
        left.push(light.ago(ago) - explained);
    }
    left
}

/// Cholesky: the lower triangle of `matrix` (symmetric, positive by its ridge) is overwritten, `right` becomes the solution.
fn solve(matrix: &mut [[f32; TERMS]; TERMS], right: &mut [f32; TERMS]) {
    for i in 0..TERMS {
        for j in 0..=i {
            let known: f32 = (0..j).map(|k| matrix[i][k] * matrix[j][k]).sum();
            let value = matrix[i][j] - known;
            matrix[i][j] = if i == j { sqrt(value).max(1e-6) } else { value / matrix[j][j] };
        }
        let known: f32 = (0..i).map(|k| matrix[i][k] * right[k]).sum();
        right[i] = (right[i] - known) / matrix[i][i];
    }
    for i in (0..TERMS).rev() {
        let known: f32 = (i + 1..TERMS).map(|k| matrix[k][i] * right[k]).sum();
        right[i] = (right[i] - known) / matrix[i][i];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arm_goes_and_the_heart_stays() {
        let mut light = Ring::new();
        let mut arm = [const { Ring::new() }; 3];
        let wave = |hz: f32, t: f32| (core::f32::consts::TAU * hz * t).sin();
        for i in 0..120 {
            let t = i as f32 / crate::spectrum::RATE_HZ;
            light.push(wave(1.3, t) + 3.0 * wave(1.9, t - 0.1) + wave(3.8, t));
            arm[0].push(0.3 * wave(1.9, t));
            arm[1].push(0.1 * wave(1.9, t + 0.2) + 0.2 * wave(3.8, t));
            arm[2].push(0.01 * wave(0.4, t));
        }
        let left = rest(&light, &arm);
        let off = (0..left.filled()).map(|ago| {
            let t = (119 - ago) as f32 / crate::spectrum::RATE_HZ;
            (left.ago(ago) - wave(1.3, t)).abs()
        });
        assert!(off.fold(0.0, f32::max) < 0.4);
    }
}
