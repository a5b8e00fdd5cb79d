//! How long to wait before the next try to connect.

use std::time::Duration;

/// Waits between tries, in seconds; the last one repeats for ever: the engine never gives a bracelet up.
const WAITS_S: [u64; 5] = [1, 2, 5, 10, 30];

/// Counts failures in a row.
#[derive(Clone, Debug, Default)]
pub struct Backoff {
    failures: usize,
}

impl Backoff {
    /// One more failure: how long to wait now.
    pub fn wait(&mut self) -> Duration {
        let seconds = WAITS_S.get(self.failures).or(WAITS_S.last()).copied().unwrap_or(30);
        self.failures = self.failures.saturating_add(1);
        Duration::from_secs(seconds)
    }

    /// The bracelet talked: begin anew with the shortest wait.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_half_a_minute_and_never_end() {
        let mut backoff = Backoff::default();
        let waits: Vec<u64> = (0..7).map(|_| backoff.wait().as_secs()).collect();
        assert_eq!(waits, [1, 2, 5, 10, 30, 30, 30]);
        backoff.reset();
        assert_eq!(backoff.wait().as_secs(), 1);
    }
}
