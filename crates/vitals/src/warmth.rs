//! Skin that is warmer than its wearer's nights usually are. Unlike a limit, it must have lasted before it has a colour.

use crate::status::LEAVE_MS;
use crate::{CentiCelsius, Metric, UnixMillis};

/// Skin is warm from so many hundredths of a degree above what is usual on: 1.0 °C.
pub const WARMER_BY: i16 = 100;
/// and when it has been for so long: 30 min.
pub const WARM_HOLD_MS: i64 = 30 * 60_000;
/// It is back when it is so far below that again: 0.2 °C, as for a limit.
const MARGIN: i32 = 20;

/// Skin that has been warm for long enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Warm {
    /// Since when.
    pub since: UnixMillis,
    /// From where on it counts as warm, in hundredths of a degree.
    pub limit: i32,
}

/// Follows one wearer's skin. A value holds until the next, as long as it is fresh.
#[derive(Clone, Debug, Default)]
pub(crate) struct Warmth {
    usual: Option<CentiCelsius>,
    last: Option<UnixMillis>,
    since: Option<UnixMillis>,
    inside_since: Option<UnixMillis>,
}

impl Warmth {
    /// What is usual from now on; none: not known, and then nothing is warmer than it.
    pub fn set_usual(&mut self, usual: Option<CentiCelsius>) {
        self.usual = usual;
        if usual.is_none() {
            self.clear();
        }
    }

    /// Forgets what it has heard, as when the bracelet is taken off.
    pub fn clear(&mut self) {
        *self = Self { usual: self.usual, ..Self::default() };
    }

    /// Takes a value, in hundredths of a degree.
    pub fn push(&mut self, at: UnixMillis, value: i32) {
        let Some(limit) = self.limit() else { return };
        let fresh = Metric::SkinTemperature.fresh_for_ms().unwrap_or(i64::MAX);
        if self.last.is_some_and(|last| at.since(last) > fresh) {
            self.clear();
        }
        self.last = Some(at);
        if value >= limit {
            self.since.get_or_insert(at);
        }
        if value > limit - MARGIN {
            self.inside_since = None;
        } else if at.since(*self.inside_since.get_or_insert(at)) >= LEAVE_MS {
            self.since = None;
        }
    }

    /// Whether the skin is warm by the last value taken.
    pub fn warm(&self) -> Option<Warm> {
        let (since, last, limit) = (self.since?, self.last?, self.limit()?);
        (last.since(since) >= WARM_HOLD_MS).then_some(Warm { since, limit })
    }

    fn limit(&self) -> Option<i32> {
        self.usual.map(|usual| i32::from(usual.0.saturating_add(WARMER_BY)))
    }
}
