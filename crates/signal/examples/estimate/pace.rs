//! How fast a recording's rows come, and where some are missing.

use crate::table::Recording;

/// A longer wait between two rows, s, is a gap, if the rows otherwise come evenly...
const GAP_S: f64 = 0.5;
/// ...that is, if so many of the waits are at least half the usual one. Where a buffered sensor's rows come in bursts, a long wait
/// loses nothing: the rows that were due follow at once.
const EVEN: f64 = 0.75;
/// Times that go on by more than this, or back by more than a clock that is set right, s, are of two recordings.
const STEPS_S: std::ops::RangeInclusive<f64> = -10.0..=3600.0;
/// Rates that are anyhow understood, Hz: somewhat beyond the chain's 12.5 to 125.
const RATES_HZ: std::ops::RangeInclusive<f64> = 5.0..=1000.0;

/// Puts rows of missing samples into gaps, so that all rows are evenly spaced (but for bursts), and gives their rate, Hz; in words
/// what is wrong with the times when they have none.
pub fn even_out(recording: &mut Recording) -> Result<f64, String> {
    let mut waits = Vec::new();
    for pair in recording.time_s.windows(2) {
        let wait = pair[1] - pair[0];
        if !STEPS_S.contains(&wait) {
            return Err(format!("time_s goes from {} to {}: see --group-by", pair[0], pair[1]));
        }
        waits.push(wait);
    }
    let apart = per_second(waits.iter().filter(|&&wait| wait <= GAP_S));
    let even = waits.iter().filter(|&&wait| wait * apart >= 0.5).count() as f64 >= EVEN * waits.len() as f64;
    let rate_hz = if even { apart } else { per_second(waits.iter()) };
    if !RATES_HZ.contains(&rate_hz) {
        return Err("time_s must rise, in seconds, with 12.5 to 125 rows in each".to_owned());
    }
    if even && waits.iter().any(|&wait| wait > GAP_S) {
        fill(recording, &waits, rate_hz);
    }
    Ok(rate_hz)
}

/// Rows a second at these waits; NaN for none.
fn per_second<'a>(waits: impl Iterator<Item = &'a f64>) -> f64 {
    let (rows, seconds) = waits.fold((0.0, 0.0), |(rows, seconds), wait| (rows + 1.0, seconds + wait));
    rows / seconds
}

fn fill(recording: &mut Recording, waits: &[f64], rate_hz: f64) {
    let missing: Vec<usize> = waits
        .iter()
        .map(|&wait| if wait > GAP_S { ((wait * rate_hz).round() as usize).saturating_sub(1) } else { 0 })
        .collect();
    recording.light = filled(&recording.light, &missing, f32::NAN);
    recording.red = filled(&recording.red, &missing, f32::NAN);
    recording.acc_g = filled(&recording.acc_g, &missing, [f32::NAN; 3]);
    recording.time_s = filled(&recording.time_s, &missing, f64::NAN);
    for i in 1..recording.time_s.len() {
        if recording.time_s[i].is_nan() {
            recording.time_s[i] = recording.time_s[i - 1] + 1.0 / rate_hz;
        }
    }
}

/// A column with so many of `none` before its second value, its third, and so on; empty if it was.
fn filled<T: Copy>(column: &[T], missing: &[usize], none: T) -> Vec<T> {
    let mut all = Vec::with_capacity(column.len() + missing.iter().sum::<usize>());
    let before = std::iter::once(0).chain(missing.iter().copied());
    for (&value, missing) in column.iter().zip(before) {
        all.extend(std::iter::repeat_n(none, missing));
        all.push(value);
    }
    all
}
