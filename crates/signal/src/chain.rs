//! The whole chain: which stage gets what, and how their answers become one.

use crate::fall::Falls;
use crate::math::sqrt;
use crate::motion::Motion;
use crate::oxygen::{MOST, Oxygen, saturation};
use crate::pulse::{Pulse, Rhythm, Rise};
use crate::resample::{RATE_HZ, Resampler, Row};
use crate::steps::Steps;
use crate::tracker::Tracker;
use crate::verdict::Verdict;
use crate::window::Window;
use crate::{Beat, Config, Estimate, Fall, Out, Sample, Update};

/// Samples at the inner rate between two updates: one second.
const UPDATE_EVERY: u32 = RATE_HZ as u32;
/// The first heart rate comes this many seconds after the start.
const FIRST_ANSWER_S: u32 = 3;
/// Not worn for this many inner samples forgets the pulse.
const OFF_AFTER: u32 = RATE_HZ as u32;
/// So many seconds without any acceleration forget the last one: held for ever, it would look like perfect stillness.
const ACC_HOLDS_S: f32 = 1.0;
/// So many seconds in which the light was missing or did not change at all (saturated, stuck) tell of no body: nothing in the
/// heart rate's window is a pulse then.
const LIGHT_HOLDS_S: f32 = 8.0;

/// Memory of how believable the heart rates were, s, and what their confidence is where there is no heart but noise, and on a
/// body (in the mean; see `docs/accuracy.md`).
const PULSE_MEMORY_S: f32 = 10.0;
const NO_PULSE: f32 = 0.6;
const PULSE: f32 = 0.9;

/// Light and motion in, everything else out; see [`Chain::push`].
#[derive(Clone, Debug)]
pub struct Chain {
    config: Config,
    resampler: Resampler,
    held: Row,
    has_red: bool,
    has_acc: bool,
    /// Seconds since the last sample with an acceleration, and since the light last changed.
    without_acc_s: f32,
    without_light_s: f32,
    /// Between two samples.
    period_s: f32,
    pulse: Pulse,
    tracker: Tracker,
    verdict: Verdict,
    window: Window,
    oxygen: Oxygen,
    motion: Motion,
    steps: Steps,
    falls: Falls,
    fell: Option<Fall>,
    worn: bool,
    /// How believable the heart rates have been since it was put on.
    pulse_seen: f32,
    unworn_for: u32,
    /// Inner samples since the pulse was last started afresh.
    age: u32,
    until_update: u32,
}

impl Chain {
    /// A chain that has seen nothing yet.
    pub fn new(config: Config) -> Self {
        let rate = if config.sample_rate_hz.is_finite() {
            config.sample_rate_hz.clamp(5.0, 1000.0)
        } else {
            RATE_HZ
        };
        Self {
            config,
            resampler: Resampler::new(rate),
            held: [0.0; 5],
            has_red: false,
            has_acc: false,
            without_acc_s: 0.0,
            without_light_s: f32::INFINITY,
            period_s: 1.0 / rate,
            pulse: Pulse::new(),
            tracker: Tracker::new(),
            verdict: Verdict::default(),
            window: Window::new(),
            oxygen: Oxygen::default(),
            motion: Motion::default(),
            steps: Steps::new(),
            falls: Falls::new(),
            fell: None,
            worn: false,
            pulse_seen: NO_PULSE,
            unworn_for: 0,
            age: 0,
            until_update: UPDATE_EVERY,
        }
    }

    /// Takes one sample and says what it taught. Call it at the configured rate, also while nothing is worn; a sample that
    /// was lost is pushed as NaN.
    pub fn push(&mut self, sample: &Sample) -> Out {
        if sample.ir.is_finite() && sample.ir != self.held[0] {
            self.without_light_s = 0.0;
        } else {
            self.without_light_s += self.period_s;
        }
        let readings = [Some(sample.ir), sample.red];
        for (held, new) in self.held.iter_mut().zip(readings) {
            if let Some(v) = new.filter(|v| v.is_finite()) {
                *held = v.clamp(-1e9, 1e9);
            }
        }
        self.has_red |= sample.red.is_some();
        if let Some(acc) = sample.acc_g.filter(|a| a.iter().all(|v| v.is_finite())) {
            let acc = acc.map(|v| v.clamp(-64.0, 64.0));
            self.held[2..].copy_from_slice(&acc);
            self.has_acc = true;
            self.without_acc_s = 0.0;
        } else if self.has_acc {
            self.without_acc_s += self.period_s;
            if self.without_acc_s > ACC_HOLDS_S {
                self.has_acc = false;
                self.motion = Motion::default();
                self.steps = Steps::new();
                self.falls = Falls::new();
            }
        }
        let row = self.held;
        let mut out = Out::default();
        self.resampler.push(&row);
        while let Some((row, age_s)) = self.resampler.next() {
            self.tick(&row, age_s, &mut out);
        }
        out
    }

    /// One row at the inner rate, its middle `age_s` before the newest sample.
    fn tick(&mut self, row: &Row, age_s: f32, out: &mut Out) {
        if self.has_acc {
            let g = sqrt(row[2] * row[2] + row[3] * row[3] + row[4] * row[4]);
            self.motion.push(g);
            self.steps.push(g);
            if let Some(fall) = self.falls.push([row[2], row[3], row[4]], g) {
                out.fall = Some(fall);
                self.fell = Some(fall);
            }
        }
        self.follow_worn(row[0]);
        if self.worn {
            if let Some(rise) = self.pulse.push(-row[0]) {
                out.beat = Some(self.beat(&rise, age_s));
            }
            if self.has_red {
                self.oxygen.push(row[1], row[0]);
            }
            self.window.push([-row[0], row[2], row[3], row[4]]);
            self.age = self.age.saturating_add(1);
        }
        self.until_update -= 1;
        if self.until_update == 0 {
            self.until_update = UPDATE_EVERY;
            out.update = Some(self.update());
        }
    }

    fn follow_worn(&mut self, ir: f32) {
        if ir > self.config.worn_above_counts && self.without_light_s < LIGHT_HOLDS_S {
            self.unworn_for = 0;
            if !self.worn {
                self.worn = true;
                self.pulse_seen = NO_PULSE;
                self.pulse.reset();
                self.tracker = Tracker::new();
                self.verdict = Verdict::default();
                self.oxygen.reset();
                self.window = Window::new();
                self.age = 0;
            }
        } else {
            self.unworn_for = self.unworn_for.saturating_add(1);
            if self.unworn_for >= OFF_AFTER {
                self.worn = false;
            }
        }
    }

    /// Once a second. A table gives light back, too, but no believable heart rate for long; off the body, the darker the surer.
    fn on_body(&mut self, heart_rate: Option<Estimate>) -> Estimate<bool> {
        if let Some(h) = heart_rate {
            self.pulse_seen += (h.confidence - self.pulse_seen) / PULSE_MEMORY_S;
        }
        let confidence = if self.worn {
            let pulse = ((self.pulse_seen - NO_PULSE) / (PULSE - NO_PULSE)).clamp(0.0, 1.0);
            let away = self.unworn_for as f32 / OFF_AFTER as f32;
            let silent = (self.without_light_s / LIGHT_HOLDS_S).min(1.0);
            (0.5 + 0.5 * pulse) * (1.0 - away) * (1.0 - silent)
        } else {
            let light = self.held[0].max(0.0) / self.config.worn_above_counts;
            let dark = self.without_light_s.is_finite() && (0.0..1.0).contains(&light);
            if dark { 1.0 - 0.5 * light } else { 0.5 }
        };
        Estimate { value: self.worn, confidence }
    }

    fn beat(&self, rise: &Rise, age_s: f32) -> Beat {
        let even = |x: f32| if x > 1.0 { 1.0 / x } else { x };
        let mut confidence = even(rise.relative_height).max(0.0) * even(rise.relative_interval).max(0.0);
        if self.has_acc && self.motion.moving() {
            confidence *= 0.5;
        }
        Beat { ago_s: rise.ago / RATE_HZ + age_s, rr_s: rise.rr_s, confidence: confidence.clamp(0.0, 1.0) }
    }

    fn update(&mut self) -> Update {
        let heart_rate = if self.worn { self.heart_rate() } else { None };
        let spo2 = if self.worn && self.has_red { self.spo2() } else { None };
        let quiet_heart = heart_rate.is_none_or(|h| h.value < 90.0);
        Update {
            heart_rate,
            spo2,
            worn: self.on_body(heart_rate),
            moving: self.has_acc && self.motion.moving(),
            asleep: self.worn && self.has_acc && self.motion.long_still() && quiet_heart,
            steps: if self.has_acc { self.steps.second() } else { Estimate { value: 0, confidence: 0.0 } },
            fall: self.fell.take(),
        }
    }

    fn heart_rate(&mut self) -> Option<Estimate> {
        if self.age < FIRST_ANSWER_S * UPDATE_EVERY - UPDATE_EVERY {
            return None;
        }
        self.tracker.step(&self.window.spectra(self.has_acc));
        let moving = self.has_acc && self.motion.moving();
        let rhythm = self.pulse.rhythm().filter(|_| !moving);
        if let Some(regular) = rhythm.filter(Rhythm::regular) {
            self.tracker.hear(regular.bpm);
        }
        Some(self.verdict.settle(self.tracker.believed(), rhythm))
    }

    fn spo2(&self) -> Option<Estimate> {
        let ratio = self.oxygen.ratio()?;
        let steady = if self.has_acc && self.motion.moving() { 0.5 } else { 1.0 };
        let agreement = ((ratio.correlation - 0.7) / 0.3).clamp(0.0, 1.0);
        let value = saturation(ratio.ratio).min(MOST);
        (value >= 50.0).then_some(Estimate { value, confidence: agreement * steady })
    }
}
