//! Steps: how fast the arm's acceleration repeats itself, times how long it does.
//!
//! A wrist's swings are uneven (left and right step, arm forth and back), so single ones are not counted. Once a second the
//! autocorrelation of the last five seconds of |acceleration| is searched for the step whose double, the stride, repeats best;
//! a clear repetition for some seconds is a walk (or a run), and the walk's steps are its cadence summed over time (after Rai,
//! Chintalapudi, Padmanabhan and Sen, "Zee: zero-effort crowdsourcing for indoor localization", MobiCom 2012, where the same
//! normalised autocorrelation tells walking from all else). A car's shaking does not repeat itself.

use crate::Estimate;
use crate::math::{log2, logistic, sqrt};
use crate::resample::RATE_HZ;

/// Values searched: five seconds.
const LENGTH: usize = 125;
/// Step times looked for, in values: 0.28 to 0.84 s.
const STEP: core::ops::Range<usize> = 7..22;
/// What repeats every step repeats every second step too: the longest step must repeat better than the shortest by this share.
const PREFER_SHORT: f32 = 0.15;
/// Lags needed: up to twice the longest step and one more on either side.
const LAGS: usize = 2 * 21 + 3;
/// A walk begins with this much shaking (standard deviation, g) that repeats this well for so many seconds...
const BEGIN_G: f32 = 0.07;
const BEGIN_LIKENESS: f32 = 0.5;
const BEGIN_S: u32 = 4;
/// ...and ends when for so many seconds there was less than this.
const STAY_G: f32 = 0.04;
const STAY_LIKENESS: f32 = 0.1;
const STAY_S: u32 = 8;
/// A walk that lost its rhythm for no longer (a turn, a door), the arm swinging on, went on meanwhile.
const LAPSE_S: u32 = 2;

/// How likely steps are a walk's, as a logistic sum: what likeness weighs, and the logarithm (to base 2) of the shaking over
/// the cadence's square, and the constant. A walking arm swings wide; hands that clap repeat themselves as well, but fast and
/// narrow, and acceleration over frequency squared is width. Fitted by `fit/steps.py`.
const SURE: [f32; 3] = [1.951, 2.205, 13.10];
/// Added to the shaking before its logarithm is taken, g.
const NOISE_G: f32 = 0.01;

/// The step counter.
#[derive(Clone, Debug)]
pub struct Steps {
    values: [f32; LENGTH],
    at: usize,
    filled: usize,
    slow: f32,
    last: [f32; 2],
    /// Seconds of clear repetition while not yet walking, and the steps in them.
    clear_s: u32,
    pending: f32,
    /// Seconds without repetition while walking; `None`: not walking.
    walk: Option<u32>,
    /// Steps that were made in them, if the walk goes on.
    lapsed: f32,
    /// Steps a second when last it repeated.
    cadence: f32,
    /// Steps not yet told, with the fraction of the next one.
    due: f32,
}

impl Steps {
    /// A counter that has seen nothing.
    pub const fn new() -> Self {
        Self {
            values: [0.0; LENGTH],
            at: 0,
            filled: 0,
            slow: 0.0,
            last: [0.0; 2],
            clear_s: 0,
            pending: 0.0,
            walk: None,
            lapsed: 0.0,
            cadence: 0.0,
            due: 0.0,
        }
    }

    /// Takes |acceleration| at [`RATE_HZ`], g.
    pub fn push(&mut self, g: f32) {
        if self.filled == 0 {
            self.slow = g;
            self.last = [g; 2];
        }
        self.slow += (g - self.slow) * (core::f32::consts::TAU * 0.5 / RATE_HZ);
        let smooth = 0.25 * (g + self.last[1]) + 0.5 * self.last[0];
        self.last = [g, self.last[0]];
        self.values[self.at] = smooth - self.slow;
        self.at = (self.at + 1) % LENGTH;
        self.filled = (self.filled + 1).min(LENGTH);
    }

    /// Once a second: the whole steps since the last call.
    pub fn second(&mut self) -> Estimate<u32> {
        let (strength, likeness, cadence) = self.repetition();
        match &mut self.walk {
            Some(without_s) => {
                if strength > STAY_G && likeness > STAY_LIKENESS {
                    if *without_s <= LAPSE_S {
                        self.due += self.lapsed;
                    }
                    (*without_s, self.lapsed) = (0, 0.0);
                    self.due += cadence;
                    self.cadence = cadence;
                } else {
                    *without_s += 1;
                    if strength > STAY_G {
                        self.lapsed += self.cadence;
                    }
                    if *without_s >= STAY_S {
                        self.walk = None;
                    }
                }
            }
            None if strength > BEGIN_G && likeness > BEGIN_LIKENESS => {
                self.clear_s += 1;
                self.pending += cadence;
                if self.clear_s >= BEGIN_S {
                    // The walk was in the window for a while before it filled enough of it to be clear.
                    self.due += self.pending + cadence;
                    self.walk = Some(0);
                    (self.lapsed, self.cadence) = (0.0, cadence);
                    (self.clear_s, self.pending) = (0, 0.0);
                }
            }
            None => (self.clear_s, self.pending) = (0, 0.0),
        }
        let whole = self.due as u32;
        self.due -= whole as f32;
        let confidence = if whole > 0 {
            let width = log2((strength + NOISE_G) / (cadence * cadence));
            logistic(SURE[0] * likeness + SURE[1] * width + SURE[2])
        } else {
            1.0 - likeness.clamp(0.0, 1.0)
        };
        Estimate { value: whole, confidence }
    }

    /// Standard deviation (g), how like itself the signal is a stride later (-1..1), and the steps a second of that stride.
    fn repetition(&self) -> (f32, f32, f32) {
        let n = self.filled;
        if n < LENGTH / 2 {
            return (0.0, 0.0, 0.0);
        }
        let mut row = [0.0f32; LENGTH];
        let (before, after) = self.values.split_at(self.at);
        let oldest_first = if n < LENGTH { [&before[..n], &[]] } else { [after, before] };
        let mean = before.iter().chain(after).sum::<f32>() / n as f32;
        for (to, from) in row.iter_mut().zip(oldest_first.into_iter().flatten()) {
            *to = from - mean;
        }
        let row = &row[..n];
        let power = row.iter().map(|v| v * v).sum::<f32>() / n as f32;
        let strength = sqrt(power);
        if strength < STAY_G {
            return (strength, 0.0, 0.0);
        }
        let mut like = [0.0f32; LAGS];
        for (lag, like) in like.iter_mut().enumerate().skip(STEP.start) {
            let sum: f32 = row.iter().zip(&row[lag..]).map(|(a, b)| a * b).sum();
            *like = sum / (power * (n - lag) as f32);
        }
        let (mut best, mut stride) = (f32::MIN, 2 * STEP.start);
        for step in STEP {
            for double in 2 * step - 1..=2 * step + 1 {
                let longer = (step - STEP.start) as f32 / (STEP.end - STEP.start) as f32;
                let score = (like[step] + like[double]) * (1.0 - PREFER_SHORT * longer);
                if score > best {
                    best = score;
                    stride = double;
                }
            }
        }
        let bend = like[stride - 1] - 2.0 * like[stride] + like[stride + 1];
        let shift = if bend < 0.0 { 0.5 * (like[stride - 1] - like[stride + 1]) / bend } else { 0.0 };
        (strength, like[stride], 2.0 * RATE_HZ / (stride as f32 + shift.clamp(-0.5, 0.5)))
    }
}
