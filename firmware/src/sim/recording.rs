//! The wearer's pulse: a real recording, played in a loop as light on a MAX30102. See `assets/ATTRIBUTION.md`.

use std::sync::LazyLock;

use super::noise;
use crate::sensors::max30102::FULL_SCALE;

/// The pleth of BIDMC p50, whole 1/1023, little endian, at [`PLETH_HZ`].
static PLETH: &[u8] = include_bytes!("../../assets/bidmc_p50.u16");
const PLETH_HZ: f64 = 125.0;
const PLETH_UNIT: f64 = 1.0 / 1023.0;

/// Light that comes back without a pulse, at the bracelet's own LED current.
const DC: Counts = Counts { red: 112_000.0, infrared: 131_000.0 };
/// By how much infrared falls for the whole range of the pleth, as a share of its DC: a perfusion index of about 1.2 %.
const INFRARED_DEPTH: f64 = 0.04;
/// Noise of one sample, counts (standard deviation).
const NOISE: f64 = 8.0;
/// What comes back when nobody wears it.
const OPEN: Counts = Counts { red: 900.0, infrared: 1_400.0 };

/// Light in counts, before rounding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Counts {
    pub(super) red: f64,
    pub(super) infrared: f64,
}

/// What ECG and monitor said while the recording was made, against which the bracelet can be judged.
///
/// Times are seconds from the start of the recording; the recording plays from the bracelet's start (uptime 0) and repeats
/// every [`Reference::length_s`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reference {
    /// How long the recording is before it repeats, s.
    pub length_s: f64,
    /// R peaks of the ECG, s. The recorded pulse rises steepest 0.55 s later, give or take 0.01 s.
    pub beats_s: Vec<f64>,
    /// Windows of 8 s with the ECG's mean heart rate.
    pub windows: Vec<Window>,
}

/// Eight seconds of the reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Where it begins, s.
    pub start_s: f64,
    /// 60 / the mean RR interval of the ECG, beats per minute.
    pub heart_rate: f64,
    /// The bedside monitor's oxygen saturation, percent.
    pub spo2: f64,
}

impl Window {
    /// The length of a window, s.
    pub const LENGTH_S: f64 = 8.0;
}

impl Reference {
    /// How many R peaks lie in `from_s..to_s` of the bracelet's uptime, over as many repetitions as that takes.
    #[must_use]
    pub fn beats_between(&self, from_s: f64, to_s: f64) -> usize {
        let until = |at: f64| {
            let (loops, rest) = ((at / self.length_s).floor(), at.rem_euclid(self.length_s));
            loops * self.beats_s.len() as f64
                + self.beats_s.iter().filter(|beat| **beat < rest).count() as f64
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count")]
        let count = (until(to_s) - until(from_s)).max(0.0) as usize;
        count
    }

    /// The ECG's heart rate in the window around `at_s` of the bracelet's uptime.
    #[must_use]
    pub fn heart_rate_at(&self, at_s: f64) -> f64 {
        self.window_at(at_s).map_or(f64::NAN, |window| window.heart_rate)
    }

    fn window_at(&self, at_s: f64) -> Option<&Window> {
        let at = at_s.rem_euclid(self.length_s) - Window::LENGTH_S / 2.0;
        self.windows.iter().min_by(|a, b| (a.start_s - at).abs().total_cmp(&(b.start_s - at).abs()))
    }
}

/// What ECG and monitor said about the recording.
#[must_use]
pub fn reference() -> &'static Reference {
    static REFERENCE: LazyLock<Reference> = LazyLock::new(|| {
        let mut reference =
            Reference { length_s: (PLETH.len() / 2) as f64 / PLETH_HZ, ..Reference::default() };
        for line in include_str!("../../assets/bidmc_p50.csv").lines() {
            let mut fields = line.split(',');
            let kind = fields.next();
            let mut number = || fields.next().and_then(|field| field.parse::<f64>().ok());
            match (kind, number()) {
                (Some("beat"), Some(at)) => reference.beats_s.push(at),
                (Some("window"), Some(start_s)) => {
                    if let (Some(heart_rate), Some(spo2)) = (number(), number()) {
                        reference.windows.push(Window { start_s, heart_rate, spo2 });
                    }
                }
                _ => {}
            }
        }
        reference
    });
    &REFERENCE
}

/// The light on the sensor `at_s` after the bracelet's start, with the noise of conversion number `index`.
pub(super) fn light(at_s: f64, worn: bool, seed: u64, index: u64) -> Counts {
    let clean = if worn {
        let pulse = pleth(at_s) - 0.5;
        Counts {
            red: DC.red * (1.0 - INFRARED_DEPTH * ratio(at_s) * pulse),
            infrared: DC.infrared * (1.0 - INFRARED_DEPTH * pulse),
        }
    } else {
        OPEN
    };
    let shot = |value: f64, channel: u64| {
        (value + NOISE * noise(seed, index * 2 + channel)).clamp(0.0, f64::from(FULL_SCALE))
    };
    Counts { red: shot(clean.red, 0), infrared: shot(clean.infrared, 1) }
}

/// The pleth between its samples, 0 to 1, systole up.
fn pleth(at_s: f64) -> f64 {
    let count = PLETH.len() / 2;
    let place = (at_s * PLETH_HZ).rem_euclid(count as f64);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the recording")]
    let index = place as usize;
    let sample = |index: usize| {
        let pair = PLETH.chunks_exact(2).nth(index % count).and_then(|pair| pair.try_into().ok());
        f64::from(u16::from_le_bytes(pair.unwrap_or_default())) * PLETH_UNIT
    };
    let part = place - index as f64;
    sample(index) * (1.0 - part) + sample(index + 1) * part
}

/// The ratio of ratios at which the signal chain's calibration gives the monitor's saturation: its inverse, by bisection.
fn ratio(at_s: f64) -> f64 {
    let spo2 = reference().window_at(at_s).map_or(98.0, |window| window.spo2);
    static RATIOS: LazyLock<Vec<f64>> =
        LazyLock::new(|| (0..=200).map(|half| invert(f64::from(half) / 2.0)).collect());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 200")]
    let half = (spo2 * 2.0).round() as usize;
    RATIOS.get(half).copied().unwrap_or(0.4)
}

fn invert(spo2: f64) -> f64 {
    let (mut low, mut high) = (0.0_f32, 3.0_f32);
    for _ in 0..40 {
        let middle = (low + high) / 2.0;
        // More red absorbed, less oxygen.
        if f64::from(signal::saturation(middle)) > spo2 { low = middle } else { high = middle }
    }
    f64::from(low)
}

#[cfg(test)]
mod tests {
    use super::{pleth, reference};

    #[test]
    fn reference_is_whole_and_its_beats_are_one_rhythm() {
        let reference = reference();
        assert_eq!((reference.beats_s.len(), reference.windows.len()), (192, 72));
        for pair in reference.beats_s.windows(2) {
            assert!((0.7..0.9).contains(&(pair[1] - pair[0])), "{pair:?}");
        }
        assert_eq!(reference.beats_between(0.0, 2.0 * reference.length_s), 384);
    }

    #[test]
    fn loop_has_no_step_and_no_odd_interval() {
        let reference = reference();
        let seam = reference.length_s;
        for tick in -20..20 {
            let at = seam + f64::from(tick) * 0.008;
            assert!((pleth(at) - pleth(at + 0.008)).abs() < 0.05, "step at {at}");
        }
        let across = seam - reference.beats_s[191] + reference.beats_s[0];
        assert!((0.7..0.9).contains(&across), "{across}");
    }
}
