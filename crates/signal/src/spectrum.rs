//! The spectrum of the last eight seconds: a 512-point FFT of a windowed, zero-padded ring of 100 values at 12.5 Hz.
//!
//! The window is Hann's, bent so that it is highest three seconds ago instead of four: the belief that is made of it
//! ([`crate::tracker`]) remembers older spectra and is late by a second or two, which this takes back.
//!
//! Two real channels ride in one complex transform (their spectra separate by symmetry), which halves the work.

use crate::math::sin_turn;

/// Rate of the values, Hz: enough for the second harmonic of 187 bpm.
pub const RATE_HZ: f32 = 12.5;
/// Values in a window: eight seconds.
pub const LENGTH: usize = 100;
const POINTS: usize = 512;
/// Spectral lines kept, 0 Hz up to half the rate.
pub const LINES: usize = POINTS / 2;
/// A power spectrum, line by line from 0 Hz.
pub type Powers = [f32; LINES];
/// Beats per minute between two lines.
pub const BPM_PER_LINE: f32 = 60.0 * RATE_HZ / POINTS as f32;

/// sin(2 pi i / 512) for a whole turn, times 2^30; the cosine is read a quarter further on.
static SINE: [i32; POINTS] = {
    let mut table = [0; POINTS];
    let mut i = 0;
    while i < POINTS {
        table[i] = (sin_turn(i as f64 / POINTS as f64) * (1 << 30) as f64) as i32;
        i += 1;
    }
    table
};

fn cos(i: usize) -> i32 {
    SINE[(i + POINTS / 4) % POINTS]
}

/// `value` times a sine of the table.
fn times(value: i32, sine: i32) -> i32 {
    ((i64::from(value) * i64::from(sine)) >> 30) as i32
}

/// A ring of the last eight seconds of one channel.
#[derive(Clone, Debug)]
pub struct Ring {
    values: [f32; LENGTH],
    at: usize,
    filled: usize,
}

impl Ring {
    /// An empty ring.
    pub const fn new() -> Self {
        Self { values: [0.0; LENGTH], at: 0, filled: 0 }
    }

    /// Adds one value, forgetting the oldest.
    pub fn push(&mut self, value: f32) {
        self.values[self.at] = value;
        self.at = (self.at + 1) % LENGTH;
        self.filled = (self.filled + 1).min(LENGTH);
    }

    /// How many values are there, up to [`LENGTH`].
    pub const fn filled(&self) -> usize {
        self.filled
    }

    /// The value that was pushed so many values before the newest.
    pub fn ago(&self, ago: usize) -> f32 {
        self.values[(self.at + 2 * LENGTH - 1 - ago) % LENGTH]
    }

    /// The `i`th value, 0 the oldest.
    fn get(&self, i: usize) -> f32 {
        self.values[(self.at + LENGTH - self.filled + i) % LENGTH]
    }

    /// Values without their straight-line trend, times the bent Hann window.
    fn windowed(&self) -> [f32; LENGTH] {
        let mut out = [0.0; LENGTH];
        let n = self.filled;
        if n < 2 {
            return out;
        }
        let (mut sum, mut moment) = (0.0, 0.0);
        let middle = (n - 1) as f32 / 2.0;
        let first = self.get(0);
        for i in 0..n {
            let v = self.get(i) - first;
            sum += v;
            moment += v * (i as f32 - middle);
        }
        let mean = sum / n as f32;
        let slope = 12.0 * moment / (n as f32 * (n as f32 * n as f32 - 1.0));
        for (i, out) in out.iter_mut().enumerate().take(n) {
            // Hann's argument u = (i + 1/2) / n, from 0 to 1, bent to u (1 + u) / 2.
            let (place, end) = (2 * i + 1, 2 * n);
            let bent = place * (end + place) * POINTS / (2 * end * end);
            let hann = 0.5 - cos(bent) as f32 * (0.5 / (1 << 30) as f32);
            *out = (self.get(i) - first - mean - slope * (i as f32 - middle)) * hann;
        }
        out
    }

    /// Puts the windowed values into `to` as whole numbers, the greatest `LOUDEST`; gives the square of what one of them is worth.
    fn fill(&self, to: &mut [i32; POINTS]) -> f32 {
        let values = self.windowed();
        let greatest = values.iter().fold(0.0f32, |most, v| most.max(v.abs()));
        if !(f32::MIN_POSITIVE..=f32::MAX).contains(&greatest) {
            return 0.0;
        }
        let unit = greatest / LOUDEST;
        for (i, v) in values.iter().enumerate() {
            place(to, i, (v / unit) as i32);
        }
        unit * unit
    }
}

/// Greatest whole number that goes into the transform: a hundred of them in each of two channels still fit 31 bits.
const LOUDEST: f32 = (1 << 21) as f32;

/// Power spectra of two channels at once; `a` and `b` get [`LINES`] values each.
///
/// In whole numbers: the chip multiplies those in one instruction and has none for fractions.
pub fn powers(first: &Ring, second: &Ring, a: &mut Powers, b: &mut Powers) {
    let mut re = [0; POINTS];
    let mut im = [0; POINTS];
    let worth_a = 0.25 * first.fill(&mut re);
    let worth_b = 0.25 * second.fill(&mut im);
    fft(&mut re, &mut im);
    let power = |x: i32, y: i32| (i64::from(x) * i64::from(x) + i64::from(y) * i64::from(y)) as f32;
    for k in 1..LINES {
        let m = POINTS - k;
        a[k] = worth_a * power(re[k] + re[m], im[k] - im[m]);
        b[k] = worth_b * power(im[k] + im[m], re[m] - re[k]);
    }
    a[0] = 0.0;
    b[0] = 0.0;
}

/// Puts the `i`th value where the transform's third stage wants it. Of the values that the first two stages would bring together
/// (places 128 apart) all but this one are zeros of the padding, so both stages do no more than copy it four times.
fn place(to: &mut [i32; POINTS], i: usize, value: i32) {
    const { assert!(LENGTH <= POINTS / 4) };
    let reversed = i.reverse_bits() >> (usize::BITS - POINTS.trailing_zeros());
    to[reversed..reversed + 4].fill(value);
}

/// In place, decimation in time, radix 2, from the third stage on; the values come as [`place`] puts them.
fn fft(re: &mut [i32; POINTS], im: &mut [i32; POINTS]) {
    let mut half = 4;
    while half < POINTS {
        let stride = POINTS / (2 * half);
        for k in 0..half {
            let (c, s) = (cos(k * stride), SINE[k * stride]);
            let mut i = k;
            while i < POINTS {
                let j = i + half;
                let tr = times(re[j], c) + times(im[j], s);
                let ti = times(im[j], c) - times(re[j], s);
                re[j] = re[i] - tr;
                im[j] = im[i] - ti;
                re[i] += tr;
                im[i] += ti;
                i += 2 * half;
            }
        }
        half *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_tones_come_out_on_their_own_lines_and_channels() {
        let (mut x, mut y) = (Ring::new(), Ring::new());
        for i in 0..150 {
            let t = i as f32 / RATE_HZ;
            x.push(1e5 + 30.0 * t + 100.0 * (core::f32::consts::TAU * 1.2 * t).sin());
            y.push(7.0 * (core::f32::consts::TAU * 2.5 * t).cos());
        }
        let (mut a, mut b) = ([0.0; LINES], [0.0; LINES]);
        powers(&x, &y, &mut a, &mut b);
        let top = |s: &[f32; LINES]| {
            (0..LINES).max_by(|&i, &j| s[i].total_cmp(&s[j])).unwrap() as f32 * BPM_PER_LINE
        };
        assert!((top(&a) - 72.0).abs() < 1.5, "{}", top(&a));
        assert!((top(&b) - 150.0).abs() < 1.5, "{}", top(&b));
    }
}
