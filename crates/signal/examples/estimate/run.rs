//! Drives the chain over a recording and collects what it says.

use crate::table::Recording;
use signal::{Chain, Config, Estimate, Fall, Sample};

/// Length of a scored window, s.
pub const WINDOW_S: f64 = 8.0;
/// Windows start this far apart, s.
pub const EVERY_S: f64 = 2.0;

/// What is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Heart rate, bpm.
    HeartRate,
    /// Oxygen saturation, percent.
    Spo2,
    /// Steps, one total.
    Steps,
    /// Times of falls, s.
    Falls,
}

impl Quantity {
    /// What a recording lacks for it.
    pub fn lacks(self, recording: &Recording) -> Option<&'static str> {
        let dark = |light: &[f32]| light.iter().all(|v| v.is_nan());
        match self {
            Self::HeartRate if recording.light.is_empty() => Some("no optical column; see --channel"),
            Self::HeartRate if dark(&recording.light) => Some("no numbers in the optical column"),
            Self::Spo2 if dark(&recording.light) || dark(&recording.red) => {
                Some("SpO2 needs an infrared and a red column, with numbers")
            }
            Self::Steps | Self::Falls if recording.acc_g.iter().flatten().all(|v| v.is_nan()) => {
                Some("no columns acc_x, acc_y, acc_z (or acc_x_g, ...) with numbers")
            }
            _ => None,
        }
    }
}

/// The samples of a recording in the chain's form.
fn samples(recording: &Recording) -> impl Iterator<Item = (f64, Sample)> + '_ {
    recording.time_s.iter().enumerate().map(|(i, &t)| {
        let ir = recording.light.get(i).copied().unwrap_or(0.0);
        let sample =
            Sample { red: recording.red.get(i).copied(), ir, acc_g: recording.acc_g.get(i).copied() };
        (t, sample)
    })
}

fn chain(rate_hz: f64) -> Chain {
    // Recordings come in all units, so the bracelet's own counts do not tell whether it is worn.
    Chain::new(Config { worn_above_counts: f32::NEG_INFINITY, ..Config::new(rate_hz as f32) })
}

/// `(window start, estimate)` for every window; a window's estimate is the newest one that used nothing after its end.
pub fn windows(
    recording: &Recording,
    rate_hz: f64,
    quantity: Quantity,
    at_end: bool,
) -> Vec<(f64, Option<Estimate>)> {
    let mut chain = chain(rate_hz);
    let (mut out, mut newest, mut last_t) = (Vec::new(), None, 0.0);
    let Some(&start) = recording.time_s.first() else { return out };
    let mut next = 0.0;
    for (i, sample) in samples(recording).map(|(_, s)| s).enumerate() {
        // Rows are taken as evenly spaced: time stamps of buffered sensors come in bursts.
        let t = i as f64 / rate_hz;
        while t > next + WINDOW_S + 1e-6 {
            out.push((start + next, newest));
            next += EVERY_S;
        }
        if let Some(update) = chain.push(&sample).update {
            newest = if quantity == Quantity::Spo2 { update.spo2 } else { update.heart_rate };
        }
        last_t = t;
    }
    if last_t + 0.25 > next + WINDOW_S {
        out.push((start + next, newest));
        next += EVERY_S;
    }
    if at_end && (out.is_empty() || last_t > next - EVERY_S + WINDOW_S + 0.25) {
        out.push((start + (last_t - WINDOW_S).max(0.0), newest));
    }
    out
}

/// Time, steps and confidence of every second with steps.
pub fn steps(recording: &Recording, rate_hz: f64) -> Vec<(f64, Estimate<u32>)> {
    let mut chain = chain(rate_hz);
    let seconds = samples(recording).filter_map(|(t, s)| chain.push(&s).update.map(|u| (t, u.steps)));
    seconds.filter(|(_, steps)| steps.value > 0).collect()
}

/// Times at which a fall was told, s, and the falls.
pub fn falls(recording: &Recording, rate_hz: f64) -> Vec<(f64, Fall)> {
    let mut chain = chain(rate_hz);
    samples(recording).filter_map(|(t, s)| chain.push(&s).fall.map(|fall| (t, fall))).collect()
}
