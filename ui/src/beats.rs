//! The replay of measured beats: when the heart on the screen moves, how fast, and the strip of the last minute.
//!
//! Beats arrive in small groups, up to a second after they happened. Shown 1.5 s late, each can be shown at its own
//! time: the rhythm on the screen is the rhythm of the wrist.

use std::collections::VecDeque;

use bridge::Beat;

use crate::order::ordered;

/// How much later than it happened a beat is shown, in milliseconds.
pub const BUFFER_MS: i64 = 1_500;
/// A beat that arrives later than this after its turn, in milliseconds, is history: it belongs to the charts.
const LATE_MS: i64 = 1_000;
/// The length of a whole pulse, in milliseconds.
pub const PULSE_MS: f64 = 420.0;
/// A pulse takes at most this share of the interval between beats, so that fast hearts come to rest in between.
const SHARE: f64 = 0.6;
/// Without a beat for so long, in milliseconds, the heart stands still.
pub const STILL_MS: i64 = 2_500;
/// The strip's length in milliseconds.
pub const STRIP_MS: i64 = 60_000;

/// The scale of the heart over one pulse: (share of the pulse, scale).
pub const SHAPE: [(f64, f64); 5] =
    [(0.0, 1.0), (90.0 / PULSE_MS, 1.10), (180.0 / PULSE_MS, 1.02), (260.0 / PULSE_MS, 1.05), (1.0, 1.0)];

/// One pulse of the heart on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pulse {
    /// In how many milliseconds from now.
    pub wait_ms: i64,
    /// How long it takes, in milliseconds.
    pub length_ms: f64,
}

/// When and how to show that beat; none when its turn is long over.
#[must_use]
pub fn pulse(beat: &Beat, now: i64) -> Option<Pulse> {
    let wait = beat.at.0.saturating_add(BUFFER_MS).saturating_sub(now);
    // A beat far in the future comes from a clock that was set back: its turn is now.
    let wait = if wait > 2 * BUFFER_MS { 0 } else { wait };
    (wait > -LATE_MS)
        .then(|| Pulse { wait_ms: wait.max(0), length_ms: length(beat.rr.map(|rr| f64::from(rr.0))) })
}

/// The length of a pulse before or after an interval of that many milliseconds.
fn length(rr_ms: Option<f64>) -> f64 {
    rr_ms.map_or(PULSE_MS, |rr| PULSE_MS.min(rr * SHARE))
}

/// Where no beats are told: pulses paced by the rate, from the last one on, as far as the heart may go on without news.
///
/// Returns the pulses and the time of the last of them.
#[must_use]
pub fn paced(last: Option<i64>, now: i64, bpm: u16) -> (Vec<Pulse>, Option<i64>) {
    if bpm == 0 {
        return (Vec::new(), last);
    }
    let interval = 60_000 / i64::from(bpm);
    let mut at = last.map_or(now, |last| last + interval).max(now);
    let mut pulses = Vec::new();
    let mut end = last;
    while at < now + BUFFER_MS {
        #[expect(clippy::cast_precision_loss, reason = "an interval of at most a minute")]
        pulses.push(Pulse { wait_ms: at - now, length_ms: length(Some(interval as f64)) });
        end = Some(at);
        at += interval;
    }
    (pulses, end)
}

/// The beats of the last minute.
#[derive(Clone, Debug, Default)]
pub struct Strip {
    beats: VecDeque<Beat>,
}

/// One mark of the strip, both between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// How far from the left: 1 is now.
    pub x: f64,
    /// How high: 0.5 is the minute's own interval, more a longer one, less a shorter one.
    pub height: f64,
}

impl Strip {
    /// Takes beats in the order in which they are told.
    pub fn push(&mut self, beats: &[Beat]) {
        self.beats.extend(beats);
    }

    /// The marks as the screen shows them at `now`: what is not shown yet, or is over, is left out.
    pub fn marks(&mut self, now: i64) -> Vec<Mark> {
        let shown = now - BUFFER_MS;
        while self.beats.front().is_some_and(|beat| beat.at.0 < shown - STRIP_MS) {
            self.beats.pop_front();
        }
        let visible = self.beats.iter().filter(|beat| beat.at.0 <= shown);
        let intervals: Vec<u16> = visible.clone().filter_map(|beat| beat.rr.map(|rr| rr.0)).collect();
        let intervals = ordered(intervals, |&rr| (rr.into(), 0));
        let usual = intervals.get(intervals.len() / 2).map_or(0.0, |&rr| f64::from(rr));
        visible
            .map(|beat| {
                #[expect(clippy::cast_precision_loss, reason = "at most a minute")]
                let x = 1.0 - (shown - beat.at.0) as f64 / STRIP_MS as f64;
                let height = match beat.rr {
                    // A fifth longer or shorter than usual fills the height: a healthy variation is seen.
                    Some(rr) if usual > 0.0 => (0.5 + (f64::from(rr.0) / usual - 1.0) * 2.0).clamp(0.2, 1.0),
                    _ => 0.5,
                };
                Mark { x, height }
            })
            .collect()
    }

    /// Forgets everything: another source.
    pub fn clear(&mut self) {
        self.beats.clear();
    }
}

#[cfg(test)]
mod tests {
    use vitals::{RrMillis, UnixMillis};

    use super::*;

    fn beat(at: i64, rr: Option<u16>) -> Beat {
        Beat { at: UnixMillis(at), rr: rr.map(RrMillis) }
    }

    #[test]
    fn the_rhythm_on_the_screen_is_the_measured_one() {
        let beats = [beat(10_000, None), beat(10_800, Some(800)), beat(11_700, Some(900))];
        let waits: Vec<i64> = beats.iter().filter_map(|b| pulse(b, 11_400)).map(|p| p.wait_ms).collect();
        assert_eq!(waits, [100, 900, 1_800]);
    }

    #[test]
    fn a_fast_heart_still_comes_to_rest_between_beats() {
        let fast = pulse(&beat(0, Some(400)), 0).unwrap();
        assert!((fast.length_ms - 240.0).abs() < 1e-9);
        let slow = pulse(&beat(0, Some(1_200)), 0).unwrap();
        assert!((slow.length_ms - PULSE_MS).abs() < 1e-9);
    }

    #[test]
    fn what_was_drained_late_does_not_beat() {
        assert_eq!(pulse(&beat(0, None), 60_000), None);
        assert_eq!(pulse(&beat(0, None), 2_400).unwrap().wait_ms, 0, "a little late is shown at once");
    }

    #[test]
    fn a_clock_set_back_does_not_stop_the_heart_for_an_hour() {
        assert_eq!(pulse(&beat(3_600_000, None), 0).unwrap().wait_ms, 0);
    }

    #[test]
    fn an_estimated_rhythm_keeps_its_pace_and_ends_without_news() {
        let (first, last) = paced(None, 0, 60);
        assert_eq!(first.iter().map(|p| p.wait_ms).collect::<Vec<_>>(), [0, 1_000]);
        let (second, _) = paced(last, 1_000, 60);
        assert_eq!(second.iter().map(|p| p.wait_ms).collect::<Vec<_>>(), [1_000]);
        assert_eq!(paced(None, 0, 0), (Vec::new(), None));
    }

    #[test]
    fn a_pause_leaves_the_strip_empty_there() {
        let mut strip = Strip::default();
        strip.push(&[beat(1_000, None), beat(2_000, Some(1_000)), beat(31_000, None)]);
        let marks = strip.marks(31_000 + BUFFER_MS);
        assert_eq!(marks.len(), 3);
        assert!((marks[0].x - 0.5).abs() < 1e-9 && (marks[2].x - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_strip_shows_neither_the_future_nor_the_past() {
        let mut strip = Strip::default();
        strip.push(&[beat(0, None), beat(70_000, None), beat(99_000, None)]);
        assert_eq!(strip.marks(90_000).len(), 1);
    }
}
