//! The computer's clock, passed in so that tests may shift it; whether it can be right; and its days where this computer is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::tz::TimeZone;
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

/// When the day of that moment began, where this computer is.
#[must_use]
pub fn local_midnight(now: UnixMillis) -> UnixMillis {
    let midnight = Timestamp::from_millisecond(now.0)
        .and_then(|now| now.to_zoned(TimeZone::system()).start_of_day())
        .map(|midnight| midnight.timestamp().as_millisecond());
    // Beyond what a calendar can tell, a day in UTC is as good as any.
    UnixMillis(midnight.unwrap_or(now.0.div_euclid(86_400_000) * 86_400_000))
}

/// The calendar's year where this computer is.
#[must_use]
pub fn this_year(now: UnixMillis) -> i32 {
    let year = Timestamp::from_millisecond(now.0).map(|now| now.to_zoned(TimeZone::system()).year());
    year.map_or(1970, i32::from)
}

/// The minute of the day where this computer is.
#[must_use]
pub fn minute_of_day(now: UnixMillis) -> u16 {
    let local = Timestamp::from_millisecond(now.0).map(|now| now.to_zoned(TimeZone::system()));
    local.map_or(0, |local| {
        u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or(0)
    })
}
