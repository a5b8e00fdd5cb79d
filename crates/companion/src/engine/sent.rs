//! When a live line was sent, by the computer's clock: lines are late by a varying time, and beats must not jitter with it.

use std::collections::VecDeque;

use vitals::UnixMillis;

/// Over so many lines the quickest one tells how the two clocks differ.
const LINES: usize = 30;

/// No line is on its way for longer: what seems to be is a clock that was set.
const LONGEST_MS: i64 = 5_000;

/// Follows how the bracelet's clock differs from the computer's.
#[derive(Clone, Debug, Default)]
pub struct SentAt {
    lag_ms: VecDeque<i64>,
    last: Option<UnixMillis>,
}

impl SentAt {
    /// A line that says it was sent at `stamped` by the bracelet's clock arrived at `now`: when it was sent. Never before the
    /// line before it.
    pub fn line(&mut self, stamped: Option<UnixMillis>, now: UnixMillis) -> UnixMillis {
        let Some(stamped) = stamped else { return self.forward(now) };
        let lag = now.since(stamped);
        let least = self.lag_ms.iter().copied().min().unwrap_or(lag);
        if lag - least > LONGEST_MS || least - lag > LONGEST_MS {
            *self = Self::default();
        }
        if self.lag_ms.len() == LINES {
            self.lag_ms.pop_front();
        }
        self.lag_ms.push_back(lag);
        self.forward(stamped.plus(self.lag_ms.iter().copied().min().unwrap_or(lag)))
    }

    fn forward(&mut self, at: UnixMillis) -> UnixMillis {
        let at = self.last.map_or(at, |last| at.max(last.plus(1)));
        self.last = Some(at);
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_late_is_dated_when_it_was_sent() {
        let mut sent = SentAt::default();
        let bracelet = |second: i64| Some(UnixMillis(1_000_000 + second * 1_000));
        // The clocks differ by 5 s; the way takes 20 ms, once 900 ms.
        let computer = |second: i64, way: i64| UnixMillis(1_005_000 + second * 1_000 + way);
        assert_eq!(sent.line(bracelet(0), computer(0, 20)), computer(0, 20));
        assert_eq!(sent.line(bracelet(1), computer(1, 900)), computer(1, 20));
        assert_eq!(sent.line(bracelet(2), computer(2, 20)), computer(2, 20));
    }

    #[test]
    fn a_line_without_a_time_is_dated_when_it_came_and_never_before_the_last() {
        let mut sent = SentAt::default();
        let first = sent.line(None, UnixMillis(50_000));
        assert_eq!(first, UnixMillis(50_000));
        assert_eq!(sent.line(None, UnixMillis(49_000)), first.plus(1));
    }

    #[test]
    fn a_computer_whose_clock_is_set_is_believed_at_once() {
        for set_by in [-3_600_000, 3_600_000] {
            let mut sent = SentAt::default();
            for second in 0..5 {
                sent.line(Some(UnixMillis(second * 1_000)), UnixMillis(10_000_000 + second * 1_000));
            }
            let now = UnixMillis(10_000_000 + 5_000 + set_by);
            assert_eq!(sent.line(Some(UnixMillis(5_000)), now), now);
        }
    }
}
