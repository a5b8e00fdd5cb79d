//! Drives the chain over a recording and collects what it says.

use crate::table::Recording;
use signal::{Chain, Config, Estimate, Sample};

/// Length of a scored window, s.
pub const WINDOW_S: f64 = 8.0;
/// Windows start this far apart, s.
pub const EVERY_S: f64 = 2.0;

/// What an estimate is wanted of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Heart rate, bpm.
    HeartRate,
    /// Oxygen saturation, percent.
    Spo2,
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

fn chain(recording: &Recording) -> Chain {
    // Recordings come in all units, so the bracelet's own counts do not tell whether it is worn.
    Chain::new(Config { worn_above_counts: f32::NEG_INFINITY, ..Config::new(recording.rate_hz()) })
}

/// `(window start, estimate)` for every window; a window's estimate is the newest one that used nothing after its end.
pub fn windows(recording: &Recording, quantity: Quantity, at_end: bool) -> Vec<(f64, Option<Estimate>)> {
    let mut chain = chain(recording);
    let (mut out, mut newest, mut last_t) = (Vec::new(), None, 0.0);
    let Some(&start) = recording.time_s.first() else { return out };
    let mut next = 0.0;
    for (i, sample) in samples(recording).map(|(_, s)| s).enumerate() {
        // Rows are taken as evenly spaced: time stamps of buffered sensors come in bursts.
        let t = i as f64 / f64::from(recording.rate_hz());
        while t > next + WINDOW_S + 1e-6 {
            out.push((start + next, newest));
            next += EVERY_S;
        }
        if let Some(update) = chain.push(&sample).update {
            newest = match quantity {
                Quantity::HeartRate => update.heart_rate,
                Quantity::Spo2 => update.spo2,
            };
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

/// Steps in the whole recording.
pub fn steps(recording: &Recording) -> u32 {
    let mut chain = chain(recording);
    samples(recording).filter_map(|(_, s)| chain.push(&s).update).map(|u| u.steps).sum()
}

/// Times at which a fall was told, s.
pub fn falls(recording: &Recording) -> Vec<f64> {
    let mut chain = chain(recording);
    samples(recording).filter(|(_, s)| chain.push(s).fall).map(|(t, _)| t).collect()
}
