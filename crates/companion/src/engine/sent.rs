//! When a live line was sent, by the computer's clock: lines are late by a varying time, and beats must not jitter with it.

use std::collections::VecDeque;

use vitals::UnixMillis;

/// Over so many lines the quickest one tells how the two clocks differ.
const LINES: usize = 30;

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
        if self.lag_ms.len() == LINES {
            self.lag_ms.pop_front();
        }
        self.lag_ms.push_back(now.since(stamped));
        let least = self.lag_ms.iter().copied().min().unwrap_or(0);
        self.forward(stamped.plus(least))
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
    fn a_clock_that_is_set_back_does_not_set_lines_back() {
        let mut sent = SentAt::default();
        let first = sent.line(None, UnixMillis(50_000));
        assert_eq!(sent.line(None, UnixMillis(20_000)), first.plus(1));
    }
}
