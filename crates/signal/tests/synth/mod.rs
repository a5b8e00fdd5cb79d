//! A pulse of our own making, whose truth is known: beats at given times, seen through whatever can go wrong on an arm.

use core::f64::consts::TAU;
use signal::Sample;

/// A seeded source of chance (xorshift), the same on every machine.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Even over 0..1.
    pub fn even(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// About normal with spread 1: the sum of twelve.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.even()).sum::<f64>() - 6.0
    }
}

/// What stands between the heart and the sensor.
#[derive(Clone, Copy)]
pub struct Scene {
    pub rate_hz: f64,
    pub seconds: f64,
    /// Infrared level and pulse, counts.
    pub level: f64,
    pub pulse: f64,
    /// Ratio of ratios of the red channel.
    pub ratio: f64,
    /// Spread of the noise over the pulse's height.
    pub noise: f64,
    /// Height of the arm's rhythm in the light over the pulse's, and its cadence, steps a second.
    pub swing: f64,
    pub cadence_hz: f64,
    pub seed: u64,
}

impl Default for Scene {
    fn default() -> Self {
        Self {
            rate_hz: 50.0,
            seconds: 40.0,
            level: 120_000.0,
            pulse: 1200.0,
            ratio: 0.45,
            noise: 0.02,
            swing: 0.0,
            cadence_hz: 1.8,
            seed: 1,
        }
    }
}

/// Beats at `bpm`, breathing a little with the lungs.
pub fn steady(bpm: f64, seconds: f64) -> Vec<f64> {
    let (mut t, mut beats) = (-2.0, Vec::new());
    while t < seconds + 2.0 {
        beats.push(t);
        t += 60.0 / bpm * (1.0 + 0.02 * (TAU * 0.25 * t).sin());
    }
    beats
}

/// The blood's fullness some time after a beat: a steep rise, a slow fall, a dicrotic wave.
fn fullness(t: f64) -> f64 {
    let bump = |middle: f64, width: f64| (-0.5 * ((t - middle) / width).powi(2)).exp();
    bump(0.16, 0.06) + 0.5 * bump(0.30, 0.10) + 0.25 * bump(0.45, 0.09)
}

/// The sensor's samples for these beats.
pub fn play(scene: Scene, beats: &[f64]) -> Vec<Sample> {
    let mut chance = Chance::new(scene.seed);
    (0..(scene.seconds * scene.rate_hz) as usize)
        .map(|i| {
            let t = i as f64 / scene.rate_hz;
            let near = beats.partition_point(|&b| b < t - 1.0)..beats.partition_point(|&b| b <= t);
            let full: f64 = beats.get(near).unwrap_or(&[]).iter().map(|b| fullness(t - b)).sum();
            let arm =
                (TAU * scene.cadence_hz * t).sin() + 0.4 * (2.0 * TAU * scene.cadence_hz * t + 1.0).sin();
            let wander = 2.0 * (TAU * 0.07 * t).sin() + 0.5 * (TAU * 0.25 * t).sin();
            let light = |strength: f64, noise: f64| {
                scene.pulse * (strength * full + wander + scene.swing * arm + scene.noise * noise)
            };
            let ir = scene.level - light(1.0, chance.normal());
            let red = scene.level - light(scene.ratio, chance.normal());
            let shake = if scene.swing > 0.0 { 0.25 } else { 0.0 };
            let mut still = || 0.003 * chance.normal();
            let acc = [shake * arm + still(), 0.6 * shake * arm + still(), 1.0 + 0.8 * shake * arm + still()];
            Sample { red: Some(red as f32), ir: ir as f32, acc_g: Some(acc.map(|a| a as f32)) }
        })
        .collect()
}
