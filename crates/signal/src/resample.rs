//! From whatever rate the sensor runs at to the one rate all the rest works at, so that no threshold depends on the sensor.
//!
//! Each output is the mean of the (linearly interpolated) input over one output period: at higher input rates that is the
//! usual integrate-and-dump decimator with its zeros on the aliases of 0 Hz, at lower ones it interpolates.

/// Output rate of all channels, Hz.
pub const RATE_HZ: f32 = 25.0;
/// Channels carried together: infrared, red, three axes.
pub const CHANNELS: usize = 5;

/// The resampler of all channels.
#[derive(Clone, Debug)]
pub struct Resampler {
    /// Input period in output periods.
    step: f32,
    /// Place of the newest input inside the present output period, 0..1.
    place: f32,
    /// Part of the newest input period that `next` has not yet used, in output periods, and the row it begins with.
    left: f32,
    from: Row,
    last: Row,
    area: Row,
    started: bool,
}

/// One row of resampled channels.
pub type Row = [f32; CHANNELS];

impl Resampler {
    /// For inputs at `input_hz`.
    pub fn new(input_hz: f32) -> Self {
        let input_hz = if input_hz.is_finite() { input_hz.clamp(1.0, 4000.0) } else { RATE_HZ };
        Self {
            step: RATE_HZ / input_hz,
            place: 0.0,
            left: 0.0,
            from: [0.0; CHANNELS],
            last: [0.0; CHANNELS],
            area: [0.0; CHANNELS],
            started: false,
        }
    }

    /// Takes one row; then call [`Resampler::next`] until it has no more.
    pub fn push(&mut self, row: &Row) {
        if !self.started {
            self.started = true;
            self.last = *row;
        }
        self.from = self.last;
        self.last = *row;
        self.left = self.step;
    }

    /// The next finished output, with the seconds between the middle of its period and the newest input.
    pub fn next(&mut self) -> Option<(Row, f32)> {
        let whole = self.place + self.left >= 1.0;
        let part = if whole { 1.0 - self.place } else { self.left };
        let share = if self.left > 0.0 { part / self.left } else { 0.0 };
        for ((area, from), to) in self.area.iter_mut().zip(&mut self.from).zip(&self.last) {
            let at = *from + (to - *from) * share;
            *area += part * 0.5 * (*from + at);
            *from = at;
        }
        self.left -= part;
        self.place += part;
        whole.then(|| {
            self.place = 0.0;
            (core::mem::take(&mut self.area), (self.left + 0.5) / RATE_HZ)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_wave_keeps_its_shape_and_its_time_at_every_rate() {
        for hz in [12.5f32, 20.0, 24.95, 25.0, 50.0, 64.0, 100.0, 125.0] {
            let mut r = Resampler::new(hz);
            let (mut n, mut worst) = (0u32, 0.0f32);
            for i in 0..(hz * 20.0) as u32 {
                let t = i as f32 / hz;
                let wave = |t: f32| (core::f32::consts::TAU * t).sin();
                let row = [wave(t), 0.0, 0.0, 0.0, 1.0];
                r.push(&row);
                while let Some((out, age)) = r.next() {
                    n += 1;
                    // The first input period begins before the wave does.
                    let off = if n > 2 { (out[0] - wave(t - age)).abs() } else { 0.0 };
                    worst = worst.max(off);
                    assert!((out[4] - 1.0).abs() < 1e-4);
                }
            }
            assert!((496..=500).contains(&n), "{hz} Hz gave {n}");
            assert!(worst < 0.04, "{hz} Hz is off by {worst}");
        }
    }
}
