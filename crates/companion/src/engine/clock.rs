//! The computer's clock, passed in so that tests may shift it; and whether it can be right.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use vitals::UnixMillis;

/// The computer's clock.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    shift_ms: Arc<AtomicI64>,
}

impl Clock {
    /// Now.
    #[must_use]
    pub fn now(&self) -> UnixMillis {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        UnixMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            .plus(self.shift_ms.load(Ordering::Relaxed))
    }

    /// Moves this clock, and its clones, by so many milliseconds: for tests.
    pub fn shift(&self, ms: i64) {
        self.shift_ms.fetch_add(ms, Ordering::Relaxed);
    }
}

/// Whether a computer's clock can be right.
#[must_use]
pub fn is_plausible(now: UnixMillis) -> bool {
    (UnixMillis::EARLIEST_PLAUSIBLE..UnixMillis::LATEST_PLAUSIBLE).contains(&now)
}
