//! The chain on minutes of real pulses (BIDMC; see `data/README.md`), fed as a MAX30102 would: raw counts, systole down.

use signal::{Chain, Config, Sample};

struct Minute {
    pleth: Vec<f64>,
    beats: Vec<f64>,
}

fn numbers(text: &str) -> Vec<f64> {
    text.lines().skip(1).filter_map(|l| l.trim().parse().ok()).collect()
}

fn minute(name: &str) -> Minute {
    let (pleth, beats) = match name {
        "p50" => (include_str!("data/bidmc_p50.csv"), include_str!("data/bidmc_p50_beats.csv")),
        "p33" => (include_str!("data/bidmc_p33.csv"), include_str!("data/bidmc_p33_beats.csv")),
        _ => (include_str!("data/bidmc_p25.csv"), include_str!("data/bidmc_p25_beats.csv")),
    };
    Minute { pleth: numbers(pleth), beats: numbers(beats) }
}

struct Told {
    /// Time, heart rate.
    rates: Vec<(f64, f64)>,
    /// Time of each beat, and of its telling.
    beats: Vec<(f64, f64)>,
}

fn play(minute: &Minute, rate_hz: f64) -> Told {
    let mut chain = Chain::new(Config::new(rate_hz as f32));
    let mut told = Told { rates: Vec::new(), beats: Vec::new() };
    for i in 0..(59.9 * rate_hz) as usize {
        let now = i as f64 / rate_hz;
        let place = now * 125.0;
        let (k, part) = (place as usize, place.fract());
        let pleth = minute.pleth[k] * (1.0 - part) + minute.pleth[k + 1] * part;
        let ir = (120_000.0 - 1200.0 * pleth).round() as f32;
        let out = chain.push(&Sample { red: None, ir, acc_g: None });
        told.beats.extend(out.beat.map(|b| (now - f64::from(b.ago_s), now)));
        told.rates.extend(out.update.and_then(|u| u.heart_rate).map(|h| (now, f64::from(h.value))));
    }
    told
}

/// Share of the rates from 8 s on within `off` of the ECG's mean over the same eight seconds.
fn right(minute: &Minute, told: &Told, off: f64) -> f64 {
    let judged: Vec<bool> = told
        .rates
        .iter()
        .filter(|(t, _)| *t >= 7.9)
        .map(|(t, rate)| {
            let inside: Vec<f64> =
                minute.beats.iter().copied().filter(|b| (t - 8.0..*t).contains(b)).collect();
            let ecg = 60.0 * (inside.len() - 1) as f64 / (inside[inside.len() - 1] - inside[0]);
            (ecg - rate).abs() <= off
        })
        .collect();
    judged.iter().filter(|r| **r).count() as f64 / judged.len() as f64
}

#[test]
fn at_rest_the_rate_is_the_ecg_s_at_every_sampling_rate() {
    let minute = minute("p50");
    for rate_hz in [12.5, 25.0, 50.0, 100.0, 125.0] {
        let told = play(&minute, rate_hz);
        assert!(right(&minute, &told, 3.0) > 0.95, "{rate_hz} Hz: {:?}", told.rates);
    }
}

#[test]
fn each_beat_of_the_ecg_is_told_once_and_in_time() {
    let minute = minute("p50");
    let told = play(&minute, 100.0);
    assert!(told.beats.iter().all(|(beat, at)| (0.0..0.6).contains(&(at - beat))));
    // The pulse reaches the finger, and the monitor's output, some time after the R peak: always the same.
    let delays: Vec<f64> = told
        .beats
        .iter()
        .filter_map(|(t, _)| minute.beats.iter().rev().find(|b| *b < t).map(|b| t - b))
        .collect();
    let mut sorted = delays.clone();
    sorted.sort_by(f64::total_cmp);
    let usual = sorted[sorted.len() / 2];
    let steady = delays.iter().filter(|d| (*d - usual).abs() < 0.06).count();
    assert!(steady as f64 >= 0.97 * delays.len() as f64, "{steady} of {}", delays.len());
    assert!(told.beats.len() + 3 >= minute.beats.len(), "{} of {}", told.beats.len(), minute.beats.len());
}

#[test]
fn an_irregular_heart_and_beats_without_a_pulse_keep_their_rate() {
    for (name, share) in [("p33", 0.7), ("p25", 0.9)] {
        let minute = minute(name);
        let told = play(&minute, 100.0);
        let right = right(&minute, &told, 5.0);
        assert!(right >= share, "{name}: {right}");
    }
}
