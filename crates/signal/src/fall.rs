//! Falls: a blow after which the arm lies still and otherwise than before.
//!
//! That a fall is an impact followed by rest and a change of posture is the pattern of Bourke, O'Brien and Lyons ("Evaluation of
//! a threshold-based tri-axial accelerometer fall detection algorithm", Gait & Posture 26, 2007). On the wrist no threshold on
//! any one of these tells a fall from clapping or sitting down hard, so seven measures of each blow are weighed together by a
//! logistic discriminant with squares: fifteen weights, fitted to WEDA-FALL (see `docs/accuracy.md`).

use crate::Fall;
use crate::math::{log2, logistic, sqrt};

/// A blow is at least this, as the mean of 40 ms, g, and the greatest from one second before to a second and a half after.
const BLOW_G: f32 = 2.0;
/// Places, in samples of [`crate::resample::RATE_HZ`], in the rows kept: 3 s before the blow, 3.5 s after it.
const BLOW: usize = 75;
const KEPT: usize = BLOW + 87;
/// A fall knocks the arm once or twice, clapping on and on: each rise past this counts, g.
const KNOCK_G: f32 = 1.5;
const RISE: core::ops::Range<usize> = BLOW - 25..BLOW + 38;
const POSTURE_BEFORE: core::ops::Range<usize> = BLOW - 62..BLOW - 25;
const LIVELY_BEFORE: core::ops::Range<usize> = 0..BLOW - 25;
const DROP: core::ops::Range<usize> = BLOW - 25..BLOW + 1;
const AFTER: core::ops::Range<usize> = BLOW + 37..KEPT;

/// Mean and spread of each measure among blows, and what it and its square weigh.
const MEASURES: [[f32; 4]; 7] = [
    [1.2476, 0.3116, 1.8530, -0.4267],
    [0.5053, 0.2266, -0.0664, -0.3338],
    [-0.9417, 1.4964, -0.6884, 0.7084],
    [-2.1402, 1.5748, -1.1968, -1.2407],
    [0.4887, 0.5087, -2.1638, -0.3263],
    [-2.0119, 1.2898, -0.9966, -0.2652],
    [2.0395, 0.6289, -0.9322, -1.0761],
];
/// The constant term, and the sum above which a blow is a fall: about as far above both goals on people of WEDA-FALL left out.
const CONSTANT: f32 = 0.7280;
const FALL: f32 = -0.3;
/// How likely an alarm is a fall, as a logistic sum: what a unit of the measures' sum weighs, and the constant. Fitted to the
/// alarms of people left out, on WEDA-FALL and UMAFall: on strangers the sum promises too much.
const SURE: [f32; 2] = [1.093, -0.764];

/// The fall detector.
#[derive(Clone, Debug)]
pub struct Falls {
    /// Three axes and their magnitude, g.
    rows: [[f32; 4]; KEPT],
    at: usize,
    filled: usize,
}

impl Falls {
    /// A detector that has seen nothing.
    pub const fn new() -> Self {
        Self { rows: [[0.0; 4]; KEPT], at: 0, filled: 0 }
    }

    /// Takes one sample with its magnitude, g; tells a fall 3.5 s after its blow.
    pub fn push(&mut self, acc: [f32; 3], g: f32) -> Option<Fall> {
        self.rows[self.at] = [acc[0], acc[1], acc[2], g];
        self.at = (self.at + 1) % KEPT;
        self.filled = (self.filled + 1).min(KEPT);
        // A second of the time before the blow is the least to compare with.
        let comparable = self.filled >= KEPT - BLOW + 26;
        let sum = (comparable && self.is_blow()).then(|| self.weigh()).filter(|sum| *sum > FALL)?;
        Some(Fall { confidence: logistic(SURE[0] * sum + SURE[1]) })
    }

    fn row(&self, place: usize) -> &[f32; 4] {
        &self.rows[(self.at + place) % KEPT]
    }

    /// The rows of a span that have been seen; rows before the start are none.
    fn seen(&self, span: core::ops::Range<usize>) -> impl Iterator<Item = &[f32; 4]> + Clone {
        span.skip_while(|&place| place + self.filled < KEPT).map(|place| self.row(place))
    }

    fn is_blow(&self) -> bool {
        let g = self.row(BLOW)[3];
        g > BLOW_G
            && self.seen(RISE.start..BLOW).all(|row| row[3] < g)
            && self.seen(BLOW..RISE.end).all(|row| row[3] <= g)
    }

    fn weigh(&self) -> f32 {
        let ln = |x: f32| log2(x) * core::f32::consts::LN_2;
        let lively = mean(self.seen(LIVELY_BEFORE).map(|row| (row[3] - 1.0).abs()));
        let lowest = self.seen(DROP).map(|row| row[3]).fold(f32::MAX, f32::min);
        let axis = |span: core::ops::Range<usize>, axis: usize| self.seen(span).map(move |row| row[axis]);
        let turning: f32 = (0..3).map(|a| spread(axis(AFTER, a))).sum();
        let (mut dot, mut before2, mut after2) = (0.0, 0.0, 0.0);
        for a in 0..3 {
            let (before, after) = (mean(axis(POSTURE_BEFORE, a)), mean(axis(AFTER, a)));
            dot += before * after;
            before2 += before * before;
            after2 += after * after;
        }
        let same_posture = dot / (sqrt(before2 * after2) + 1e-6);
        let all = self.seen(0..KEPT);
        let knocks = all.clone().zip(all.skip(1)).filter(|(a, b)| a[3] < KNOCK_G && b[3] >= KNOCK_G).count();
        let measures = [
            ln(self.row(BLOW)[3]),
            lowest,
            ln(turning + 0.01),
            ln(spread(axis(AFTER, 3)) + 0.005),
            same_posture,
            ln(lively + 0.01),
            ln(1.0 + knocks as f32),
        ];
        let mut sum = CONSTANT;
        for (value, [usual, spread, weight, square]) in measures.iter().zip(&MEASURES) {
            let z = (value - usual) / spread;
            sum += z * (weight + square * z);
        }
        sum
    }
}

fn mean(values: impl Iterator<Item = f32>) -> f32 {
    let (sum, count) = values.fold((0.0, 0.0f32), |(sum, count), v| (sum + v, count + 1.0));
    sum / count.max(1.0)
}

/// Standard deviation.
fn spread(values: impl Iterator<Item = f32> + Clone) -> f32 {
    let usual = mean(values.clone());
    sqrt(mean(values.map(|v| (v - usual) * (v - usual))))
}
