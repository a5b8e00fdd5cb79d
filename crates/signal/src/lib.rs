//! From light and motion to beats, heart rate, oxygen saturation, steps and falls, each with a confidence that means something.
//!
//! One [`Chain`] takes the raw samples of the optical sensor and the accelerometer, one by one at any rate from 12.5 to 125 Hz,
//! and answers at once with what it has just learned. It uses nothing later than the sample it was given, allocates nothing,
//! knows no clock, and computes in `f32` sparingly, since the chip it runs on has no floating-point unit.
//!
//! All inside works at one rate (`resample`). Beats are told by their steepest rise (`pulse`); the heart rate is a belief over
//! all rates (`tracker`, `emission`) held against the last eight seconds' spectra (`window`, `spectrum`) of the light
//! (`light`) and of what the arm's motion leaves of it (`rest`), and settled with the beats (`verdict`); saturation is the
//! ratio of ratios (`oxygen`); steps are how the arm's motion repeats itself (`steps`), stillness is `motion`, and falls are
//! the blow and what follows it (`fall`). What was tried and how well it does stands in `docs/accuracy.md`.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

mod chain;
mod emission;
mod fall;
mod light;
mod math;
mod motion;
mod oxygen;
mod pulse;
mod resample;
mod rest;
mod spectrum;
mod steps;
mod tracker;
mod verdict;
mod window;

pub use chain::Chain;
pub use oxygen::saturation;

/// Least infrared DC, in counts, that a finger or wrist gives back with the bracelet's LED setting: a MAX30102 in its 18-bit
/// range (262143) reads above 100 000 on skin and a few thousand into the open.
pub const WORN_ABOVE_COUNTS: f32 = 50_000.0;

/// What the chain must know about the sensor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Config {
    /// Samples a second, 12.5 to 125.
    pub sample_rate_hz: f32,
    /// Infrared counts above which the bracelet is worn; [`f32::NEG_INFINITY`]: always.
    pub worn_above_counts: f32,
}

impl Config {
    /// The bracelet's own sensor at this many samples a second.
    pub const fn new(sample_rate_hz: f32) -> Self {
        Self { sample_rate_hz, worn_above_counts: WORN_ABOVE_COUNTS }
    }
}

/// One moment's raw readings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Red light, counts (systole goes down); `None`: no such channel, or not measured.
    pub red: Option<f32>,
    /// Infrared (or green) light, counts (systole goes down). NaN: missing.
    pub ir: f32,
    /// Acceleration on three axes, g; `None`: no accelerometer.
    pub acc_g: Option<[f32; 3]>,
}

/// What a sample taught.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Out {
    /// A beat of the heart, told within 0.6 s of it.
    pub beat: Option<Beat>,
    /// A fall has just been recognised, some 3.5 s after its blow; the next update tells it again.
    pub fall: Option<Fall>,
    /// Once a second: everything else.
    pub update: Option<Update>,
}

/// One beat: the steepest point of the systolic rise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beat {
    /// How long before this sample it happened, s, finer than the sampling interval.
    pub ago_s: f32,
    /// Interval to the beat before, s; `None` after a gap.
    pub rr_s: Option<f32>,
    /// How sure it is that this was a beat and that its place is right, 0..1.
    pub confidence: f32,
}

/// A fall: a blow after which the arm lay still.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fall {
    /// How likely it was a fall and no other blow, 0.25 to 1: how far beyond the boundary between them it lies. Of such alarms
    /// of the recordings in `docs/accuracy.md`, where a third of all is falls, this share was right; in a life with fewer
    /// falls, fewer are.
    pub confidence: f32,
}

/// The state of things, once a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Update {
    /// Heart rate over the last eight seconds, beats per minute.
    pub heart_rate: Option<Estimate>,
    /// Oxygen saturation, percent, by the calibration named in the crate's `oxygen` module.
    pub spo2: Option<Estimate>,
    /// Whether the bracelet is on a body: the light decides, a pulse in it makes sure. 0.5: as well not.
    pub worn: Estimate<bool>,
    /// Whether the arm moves.
    pub moving: bool,
    /// Whether the wearer seems asleep: long stillness with a quiet heart.
    pub asleep: bool,
    /// Steps since the last update, and how likely it is that they are a walk's (or, when there are none, that nobody walks); 0
    /// without an accelerometer.
    pub steps: Estimate<u32>,
    /// The fall recognised since the last update.
    pub fall: Option<Fall>,
}

/// A value with how far to trust it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate<T = f32> {
    /// The value, in the unit its field names.
    pub value: T,
    /// 0 (a guess) to 1 (certain).
    pub confidence: f32,
}
