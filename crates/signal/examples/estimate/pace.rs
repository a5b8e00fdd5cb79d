//! How fast a recording's rows come, and where some are missing.

use crate::table::Recording;

/// By the clock: hardly a wait (so many of them) is shorter than this share of the usual one. A longer one than that share then
/// means lost rows.
const EARLY: f64 = 0.02;
const SHORT: f64 = 0.75;
const LONG: f64 = 1.5;
/// Less evenly, or with coarse times: so many of the waits are at least half the mean. Longer ones than this, s, mean lost rows.
const EVEN: f64 = 0.75;
const GAP_S: f64 = 0.5;
/// Rows that usually follow each other so soon, s, are a buffered sensor's bursts.
const BURST_S: f64 = 1.0 / 250.0;
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
    let gap_s = gap_s(&waits);
    let rate_hz = per_second(waits.iter().filter(|&&wait| wait <= gap_s));
    if !RATES_HZ.contains(&rate_hz) {
        return Err("time_s must rise, in seconds, with 12.5 to 125 rows in each".to_owned());
    }
    if waits.iter().any(|&wait| wait > gap_s) {
        fill(recording, &waits, gap_s, rate_hz);
    }
    Ok(rate_hz)
}

/// The longest wait in which no row was lost, s.
fn gap_s(waits: &[f64]) -> f64 {
    let mut sorted = waits.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let usual = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
    let share_below = |least: f64| sorted.partition_point(|&wait| wait < least) as f64 / sorted.len() as f64;
    let mean = 1.0 / per_second(waits.iter().filter(|&&wait| wait <= GAP_S));
    if usual < BURST_S || share_below(0.5 * mean) > 1.0 - EVEN {
        // After a long wait, the rows that were due follow at once.
        f64::INFINITY
    } else if share_below(SHORT * usual) <= EARLY {
        LONG * usual
    } else {
        GAP_S
    }
}

/// Rows a second at these waits; NaN for none.
fn per_second<'a>(waits: impl Iterator<Item = &'a f64>) -> f64 {
    let (rows, seconds) = waits.fold((0.0, 0.0), |(rows, seconds), wait| (rows + 1.0, seconds + wait));
    rows / seconds
}

fn fill(recording: &mut Recording, waits: &[f64], gap_s: f64, rate_hz: f64) {
    let missing: Vec<usize> = waits
        .iter()
        .map(|&wait| if wait > gap_s { ((wait * rate_hz).round() as usize).saturating_sub(1) } else { 0 })
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
