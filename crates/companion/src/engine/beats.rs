//! Beats from live lines: each exactly once, in order, at the time at which it was, though lines repeat and get lost.

use bridge::Beat;
use vitals::{RrMillis, UnixMillis};

/// Two tellings of one beat differ by less than this (the line's way through the air varies); two beats by more: 300 bpm
/// are 200 ms apart.
const SAME_BEAT_MS: i64 = 150;
/// An interval longer than this is a pause, not a beat: 20 bpm.
const LONGEST_RR_MS: i64 = 3_000;

/// Follows the beats of one connection.
#[derive(Clone, Debug, Default)]
pub struct BeatClock {
    last: Option<UnixMillis>,
}

impl BeatClock {
    /// The new beats of a line that was sent at `sent`: `age_ms` before it the last beat was, which ended the last of the
    /// intervals `rr`.
    pub fn line(&mut self, sent: UnixMillis, age_ms: Option<i64>, rr: &[RrMillis]) -> Vec<Beat> {
        let Some(age_ms) = age_ms.filter(|age| (0..=LONGEST_RR_MS).contains(age)) else { return Vec::new() };
        // Backward from the newest: each interval leads to the beat before.
        let mut at = sent.plus(-age_ms);
        let mut found = Vec::with_capacity(rr.len() + 1);
        let mut intervals = rr.iter().rev();
        loop {
            if self.last.is_some_and(|last| at.since(last) < SAME_BEAT_MS) {
                break;
            }
            let interval = intervals.next().copied();
            found.push(Beat { at, rr: interval });
            match interval {
                Some(RrMillis(ms)) => at = at.plus(-i64::from(ms)),
                None => break,
            }
        }
        found.reverse();
        if let Some(newest) = found.last() {
            self.last = Some(newest.at);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rr(ms: &[u16]) -> Vec<RrMillis> {
        ms.iter().copied().map(RrMillis).collect()
    }

    #[test]
    fn a_repeated_line_tells_no_beat_twice() {
        let mut beats = BeatClock::default();
        assert_eq!(beats.line(UnixMillis(10_000), Some(200), &rr(&[800])).len(), 2);
        assert_eq!(beats.line(UnixMillis(10_040), Some(200), &rr(&[800])), []);
    }

    #[test]
    fn each_beat_comes_once_and_in_order_over_a_minute_with_jitter() {
        let mut beats = BeatClock::default();
        let truth: Vec<i64> = (0..75).map(|n| 1_000 + n * 800 + (n * 37) % 60).collect();
        let mut told = Vec::new();
        for second in 2..60 {
            let sent = second * 1_000 + (second * 53) % 90;
            let past: Vec<i64> = truth.iter().copied().filter(|&t| t <= sent - 100).collect();
            let fresh: Vec<u16> = past
                .windows(2)
                .filter(|pair| pair[1] > sent - 1_400)
                .map(|pair| u16::try_from(pair[1] - pair[0]).unwrap())
                .collect();
            let age = sent - past.last().unwrap();
            let late = (second * 29) % 100;
            told.extend(beats.line(UnixMillis(sent + late), Some(age), &rr(&fresh)));
        }
        assert!(told.windows(2).all(|pair| pair[0].at < pair[1].at), "in order");
        let expected = truth.iter().filter(|&&t| t <= 59_000 - 100).count();
        assert!(told.len().abs_diff(expected) <= 1, "{} told, {expected} were", told.len());
    }

    #[test]
    fn a_lost_line_leaves_a_pause_and_no_invented_beat() {
        let mut beats = BeatClock::default();
        beats.line(UnixMillis(10_000), Some(200), &rr(&[800]));
        let after = beats.line(UnixMillis(13_000), Some(100), &rr(&[800]));
        assert_eq!(after.len(), 2);
        assert_eq!(after[0], Beat { at: UnixMillis(12_100), rr: None });
    }

    #[test]
    fn without_an_age_nothing_is_told() {
        assert_eq!(BeatClock::default().line(UnixMillis(10_000), None, &rr(&[800])), []);
    }
}
