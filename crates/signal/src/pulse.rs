//! Beats one by one, as they happen: the steepest point of each systolic rise.
//!
//! The slope over 0.16 s is a linear-phase band-pass (0 at 0 Hz, greatest at 3 Hz), so its maximum marks the rise without
//! shifting it and the baseline's wander falls out. A maximum counts when no larger one stands within 0.24 s of it and it
//! reaches a share of what recent beats reached (the adaptive threshold of Zong, Heldt, Moody and Mark, "An open-source
//! algorithm to detect onset of arterial blood pressure pulses", Computers in Cardiology 2003). It is known 0.36 s after it
//! happened.

use crate::math::{floor, sqrt};
use crate::resample::RATE_HZ;

/// Half the span of the slope, samples.
const SPAN: usize = 2;
/// A beat is the largest slope among this many on either side.
const SIDE: usize = 6;
const RING: usize = 2 * SIDE + 1;
/// Samples before the first beat is believed: the threshold must have seen one.
const WARM_UP: u32 = 30;
/// Share of the recent beats' height that a beat must reach.
const SHARE: f32 = 0.3;
/// Memory of the slopes' skewness, samples, and the skewness that shows which way systole goes.
const SKEW_MEMORY: f32 = 6.0 * RATE_HZ;
const SKEWED: f32 = 0.3;
/// The signal is turned over when it has looked upside down this long, samples: sooner (half of the time seen) at the start.
const TURN_AFTER: u32 = 125;
/// Longest and shortest interval between neighbours, s.
const LONGEST_S: f32 = 2.4;
const SHORTEST_S: f32 = 0.27;
/// Beats remembered for the rate of the last eight seconds.
const KEPT: usize = 36;

/// A detected beat, in samples of [`RATE_HZ`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rise {
    /// Samples between the middle of the newest sample and the steepest point.
    pub ago: f32,
    /// Seconds since the beat before, when that was its neighbour.
    pub rr_s: Option<f32>,
    /// Height of this slope over the recent beats' height.
    pub relative_height: f32,
    /// This interval over the recent intervals' usual one; 1 when unknown.
    pub relative_interval: f32,
}

/// What the beats of the last eight seconds say about the rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rhythm {
    /// Beats per minute: the mean of the intervals.
    pub bpm: f32,
    /// Mean deviation of the intervals from their median, over that median.
    pub scatter: f32,
    /// Share of the eight seconds (or of the time since the start) that the intervals cover.
    pub coverage: f32,
}

impl Rhythm {
    /// Whether hardly an interval strays, over most of the time.
    pub fn regular(&self) -> bool {
        self.scatter < 0.08 && self.coverage > 0.7
    }
}

/// The beat detector.
#[derive(Clone, Debug)]
pub struct Pulse {
    values: [f32; 2 * SPAN + 1],
    slopes: [f32; RING],
    seen: u32,
    /// Whether the signal is taken upside down, and the sums that tell.
    inverted: bool,
    wrong_for: u32,
    squares: f32,
    cubes: f32,
    level: f32,
    usual_s: f32,
    /// Samples since the last beat's steepest point.
    since: f32,
    linked: bool,
    /// Age in samples and interval in seconds (0: none) of the last beats, newest first.
    beats: [(f32, f32); KEPT],
    beat_count: usize,
}

impl Pulse {
    /// A detector that has seen nothing.
    pub const fn new() -> Self {
        Self {
            values: [0.0; 2 * SPAN + 1],
            slopes: [0.0; RING],
            seen: 0,
            inverted: false,
            wrong_for: 0,
            squares: 0.0,
            cubes: 0.0,
            level: 0.0,
            usual_s: 0.8,
            since: 0.0,
            linked: false,
            beats: [(0.0, 0.0); KEPT],
            beat_count: 0,
        }
    }

    /// Forgets everything, as when the bracelet is put on.
    pub fn reset(&mut self) {
        *self = Self::new();
    }

    /// Takes one sample in which systole should go up; where the slopes show that it goes down, it is turned over.
    pub fn push(&mut self, value: f32) -> Option<Rise> {
        let value = if self.inverted { -value } else { value };
        if self.seen == 0 {
            self.values = [value; 2 * SPAN + 1];
        }
        self.values.rotate_left(1);
        self.values[2 * SPAN] = value;
        self.slopes.rotate_left(1);
        self.slopes[RING - 1] = value - self.values[0];
        self.seen = self.seen.saturating_add(1);
        self.look_which_way();
        self.since += 1.0;
        for beat in &mut self.beats[..self.beat_count] {
            beat.0 += 1.0;
        }
        let here = self.slopes[SIDE];
        let top = self.slopes.iter().enumerate().all(|(i, &s)| if i < SIDE { s < here } else { s <= here });
        if self.seen < WARM_UP {
            self.level = self.level.max(self.slopes[RING - 1] * 0.8);
            return None;
        }
        if self.since > 1.6 * self.usual_s * RATE_HZ {
            // Overdue: the pulse has become weaker, or was never as strong as the spike that set the level.
            self.level *= 0.97;
        }
        if !(top && here > 0.0 && here > SHARE * self.level) {
            return None;
        }
        let (before, after) = (self.slopes[SIDE - 1], self.slopes[SIDE + 1]);
        let bend = before - 2.0 * here + after;
        let shift = if bend < 0.0 { (0.5 * (before - after) / bend).clamp(-0.5, 0.5) } else { 0.0 };
        let ago = (SIDE + SPAN) as f32 - shift;
        let interval_s = (self.since - ago) / RATE_HZ;
        if self.linked && interval_s < SHORTEST_S.max(0.4 * self.usual_s) {
            return None;
        }
        let relative_height = if self.level > 0.0 { here / self.level } else { 1.0 };
        let rr_s = (self.linked && interval_s <= LONGEST_S).then_some(interval_s);
        let relative_interval = rr_s.map_or(1.0, |rr| rr / self.usual_s);
        if let Some(rr) = rr_s {
            self.usual_s += 0.2 * (rr.clamp(0.6 * self.usual_s, 1.6 * self.usual_s) - self.usual_s);
            self.usual_s = self.usual_s.clamp(0.28, 1.6);
        }
        self.level += 0.2 * (here.min(2.0 * self.level) - self.level);
        self.since = ago;
        self.linked = true;
        self.beats.rotate_right(1);
        self.beats[0] = (ago, rr_s.unwrap_or(0.0));
        self.beat_count = (self.beat_count + 1).min(KEPT);
        Some(Rise { ago, rr_s, relative_height, relative_interval })
    }

    /// Blood rushes in faster than it drains, so systole is the steeper side: the slopes' skewness tells where it is, whatever
    /// the sign of the sensor's counts.
    fn look_which_way(&mut self) {
        let mut slope = self.slopes[RING - 1];
        if self.seen >= WARM_UP {
            // One jolt must not outweigh ten beats.
            let most = 2.5 * sqrt(self.squares);
            slope = slope.clamp(-most, most);
        }
        self.squares += (slope * slope - self.squares) / SKEW_MEMORY;
        self.cubes += (slope * slope * slope - self.cubes) / SKEW_MEMORY;
        // Over a short past both sums are too small by the same factor, of which the quotient below keeps a root.
        let past = sqrt((self.seen as f32 / SKEW_MEMORY).min(1.0));
        let wrong = self.cubes * past < -SKEWED * self.squares * sqrt(self.squares);
        self.wrong_for = if wrong { self.wrong_for + 1 } else { 0 };
        if self.seen >= 2 * WARM_UP && self.wrong_for > TURN_AFTER.min(self.seen / 2) {
            self.wrong_for = 0;
            self.inverted = !self.inverted;
            self.cubes = -self.cubes;
            self.values = self.values.map(|v| -v);
            self.slopes = self.slopes.map(|s| -s);
            self.level = self.slopes.iter().copied().fold(0.5 * self.level, f32::max);
            self.linked = false;
        }
    }

    /// The rate of the intervals that lie in the last eight seconds; nothing before the first interval.
    ///
    /// An interval of a whole number of usual ones is counted as so many: an early beat of the heart (or a shake of the arm) may
    /// fill the artery too little to be seen, and the next one comes at its own time.
    pub fn rhythm(&self) -> Option<Rhythm> {
        let window = (8.0 * RATE_HZ).min(self.seen as f32);
        let mut intervals = [0.0f32; KEPT];
        let mut seen = 0;
        for &(age, rr) in &self.beats[..self.beat_count] {
            if rr > 0.0 && age + rr * RATE_HZ <= window + 2.0 {
                intervals[seen] = rr;
                seen += 1;
            }
        }
        let intervals = &mut intervals[..seen];
        intervals.sort_unstable_by(f32::total_cmp);
        let median = *intervals.get(seen / 2)?;
        let (mut sum, mut count, mut off) = (0.0, 0.0, 0.0);
        for &rr in &*intervals {
            let times = floor(rr / median + 0.5).max(1.0);
            let whole = (rr / median - times).abs() < 0.25;
            let times = if whole { times } else { 1.0 };
            sum += rr;
            count += times;
            off += (rr / times - median).abs();
        }
        let scatter = off / (seen as f32 * median);
        Some(Rhythm { bpm: 60.0 * count / sum, scatter, coverage: sum * RATE_HZ / window })
    }
}
