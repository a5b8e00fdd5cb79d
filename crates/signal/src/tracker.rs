//! The heart rate as a belief over all rates, moved on once a second: a hidden Markov model, forward only.
//!
//! Every second the old belief is blurred (a heart rate drifts a few bpm a second), a little of it is spread over all rates (so
//! that a wrong belief is left again, as after a start in motion), and multiplied by how well each rate explains the newest
//! eight seconds ([`crate::emission`]). A belief over rates as the way to a heart rate with an honest confidence is that of
//! Bieri, Streli, Demirel and Holz, "BeliefPPG" (UAI 2023), with a handful of weights in place of their network. That the
//! accelerometer's spectrum tells which lines of the light's are the arm's goes back to Zhang, Pi and Liu, "TROIKA" (IEEE TBME
//! 62(2), 2015), and Temko (IEEE TBME 64(9), 2017).

use crate::emission::{FIRST, RATES, emission};
use crate::math::exp2;
use crate::spectrum::BPM_PER_LINE;
use crate::window::Spectra;

/// Each second the belief spreads to neighbouring lines, falling off by this factor a line.
const BLUR: f32 = 0.4167;
/// Share of the belief spread over all rates each second.
const LEAK: f32 = 0.01015;
/// Half-width around the best rate whose belief counts for it, lines (some 5 bpm).
const AROUND: usize = 3;

/// How much likelier a second of regular beats makes their rate.
const HEARD: f32 = 10.0;

/// The belief.
#[derive(Clone, Debug)]
pub struct Tracker {
    belief: [f32; RATES],
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
        Self { belief: [1.0 / RATES as f32; RATES] }
    }

    /// One second later: the newest eight seconds.
    pub fn step(&mut self, spectra: &Spectra) {
        self.blur();
        let mut logs = [0.0f32; RATES];
        if !emission(spectra, &mut logs) {
            return;
        }
        let most = logs.iter().copied().fold(f32::MIN, f32::max);
        let mut sum = 0.0;
        for (b, log) in self.belief.iter_mut().zip(&logs) {
            *b *= exp2(log - most);
            sum += *b;
        }
        if sum > 0.0 && sum.is_finite() {
            let per = 1.0 / sum;
            for b in &mut self.belief {
                *b *= per;
            }
        } else {
            *self = Self::new();
        }
    }

    /// Beats that come regularly at `bpm` are evidence of their own, above all against a rate's double.
    pub fn hear(&mut self, bpm: f32) {
        let line = bpm / BPM_PER_LINE - FIRST as f32;
        let mut sum = 0.0;
        for (i, b) in self.belief.iter_mut().enumerate() {
            let off = (i as f32 - line).abs();
            if off < AROUND as f32 {
                *b *= HEARD;
            }
            sum += *b;
        }
        let per = 1.0 / sum;
        for b in &mut self.belief {
            *b *= per;
        }
    }

    /// Two passes of a one-pole filter, there and back, are a two-sided exponential.
    fn blur(&mut self) {
        const KEEP: f32 = (1.0 - BLUR) / (1.0 + BLUR) * (1.0 - LEAK);
        let mut forward = [0.0f32; RATES];
        let mut run = 0.0;
        for (f, b) in forward.iter_mut().zip(&self.belief) {
            run = run * BLUR + b;
            *f = run;
        }
        run = 0.0;
        for (f, b) in forward.iter().zip(&mut self.belief).rev() {
            let own = *b;
            *b = (f + run * BLUR) * KEEP + LEAK / RATES as f32;
            run = run * BLUR + own;
        }
    }

    /// The most believed rate.
    pub fn believed(&self) -> Believed {
        let (mut best, mut most) = (0, 0.0);
        for i in 0..RATES {
            let near: f32 = self.belief[i.saturating_sub(1)..(i + 2).min(RATES)].iter().sum();
            if near > most {
                most = near;
                best = i;
            }
        }
        let (mut sum, mut moment) = (0.0, 0.0);
        for (i, b) in self.belief.iter().enumerate().skip(best.saturating_sub(AROUND)).take(2 * AROUND + 1) {
            sum += b;
            moment += b * i as f32;
        }
        let line = FIRST as f32 + if sum > 0.0 { moment / sum } else { best as f32 };
        Believed { bpm: line * BPM_PER_LINE, belief: sum.clamp(0.0, 1.0) }
    }
}
