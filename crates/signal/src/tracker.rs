//! The heart rate as a belief over all rates, moved on once a second: a hidden Markov model, forward only.
//!
//! Every second the old belief is blurred (a heart rate drifts a few bpm a second), a little of it is spread over all rates (so
//! that a wrong belief is left again), and multiplied by how well each rate explains the newest eight seconds' spectrum.
//! The idea of a belief over rates is that of Bieri et al., "BeliefPPG" (UAI 2023), here with a spectrum and a handful of
//! parameters in place of a network. The rejection of the arm's own rhythm is the Wiener filter of Temko, "Accurate heart
//! rate monitoring during physical exercises using PPG" (IEEE TBME 64(9), 2017).

use crate::spectrum::{BPM_PER_LINE, LINES};

/// First and last spectral line that may be a heart: 32 to 220 bpm.
const FIRST: usize = 22;
const LAST: usize = 150;
/// Rates the belief is over.
pub const RATES: usize = LAST - FIRST + 1;
/// Share of the belief that keeps its line each second, in each direction, before decaying by this factor a line.
const BLUR: f32 = 0.45;
/// Share of the belief spread over all rates each second.
const LEAK: f32 = 0.02;
/// Half-width around the best rate whose belief counts for it, lines (some 5 bpm).
const AROUND: usize = 3;

/// The belief.
#[derive(Clone, Debug)]
pub struct Tracker {
    belief: [f32; RATES],
    started: bool,
}

/// The most believed rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Believed {
    /// Beats per minute.
    pub bpm: f32,
    /// The belief within some 5 bpm of it, 0..1.
    pub belief: f32,
}

impl Tracker {
    /// Any rate is as likely as any other.
    pub const fn new() -> Self {
        Self { belief: [1.0 / RATES as f32; RATES], started: false }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        *self = Self::new();
    }

    /// One second later: `pulse` is the light's power spectrum, `shake` the accelerometer's (all zero without one or at rest).
    pub fn step(&mut self, pulse: &[f32; LINES], shake: &[f32; LINES], moving: f32) {
        let mut likelihood = [0.0f32; RATES];
        let band = FIRST / 2..LINES;
        let total: f32 = pulse[band.clone()].iter().sum();
        let shaken: f32 = shake[band].iter().sum();
        if !(total > 0.0 && total.is_finite()) {
            return;
        }
        let per_pulse = 1.0 / total;
        let per_shake = if shaken > 0.0 { moving / shaken } else { 0.0 };
        let clean = |line: usize| {
            let p = pulse[line.min(LINES - 1)] * per_pulse;
            let s = shake[line.min(LINES - 1)] * per_shake;
            if p > 0.0 { p * p / (p + s) } else { 0.0 }
        };
        let mut most = 0.0f32;
        for (i, l) in likelihood.iter_mut().enumerate() {
            let line = FIRST + i;
            *l = clean(line) + 0.5 * clean(2 * line);
            most = most.max(*l);
        }
        if most <= 0.0 {
            return;
        }
        if self.started {
            self.blur();
        }
        self.started = true;
        let mut sum = 0.0;
        for (b, l) in self.belief.iter_mut().zip(&likelihood) {
            let l = l / most;
            *b *= l * l + 0.01;
            sum += *b;
        }
        for b in &mut self.belief {
            *b /= sum;
        }
    }

    fn blur(&mut self) {
        let keep = (1.0 - BLUR) / (1.0 + BLUR);
        let mut forward = [0.0f32; RATES];
        let mut run = 0.0;
        for (f, b) in forward.iter_mut().zip(&self.belief) {
            run = run * BLUR + b;
            *f = run;
        }
        run = 0.0;
        for (f, b) in forward.iter().zip(&mut self.belief).rev() {
            let own = *b;
            let back = run * BLUR;
            run = back + own;
            *b = (f + back) * keep * (1.0 - LEAK) + LEAK / RATES as f32;
        }
    }

    /// The most believed rate.
    pub fn believed(&self) -> Believed {
        let mut best = 0;
        let mut most = 0.0;
        for i in 0..RATES {
            let near: f32 = self.belief[i.saturating_sub(1)..(i + 2).min(RATES)].iter().sum();
            if near > most {
                most = near;
                best = i;
            }
        }
        let (mut sum, mut moment) = (0.0, 0.0);
        for i in best.saturating_sub(AROUND)..(best + AROUND + 1).min(RATES) {
            sum += self.belief[i];
            moment += self.belief[i] * i as f32;
        }
        let line = FIRST as f32 + if sum > 0.0 { moment / sum } else { best as f32 };
        Believed { bpm: line * BPM_PER_LINE, belief: sum }
    }
}
