//! What the skin is like while its wearer sleeps: each night's mean, and what is usual of the nights before.

use charts::{midnights, sleeping};
use jiff::tz::TimeZone;
use vitals::{BASELINE_NIGHTS, CentiCelsius, Metric, UnixMillis, baseline};

use super::timeline::Timeline;
use crate::store::{Grain, Result, SourceId, Store, Summary};

/// Nights by the midnight in them, the oldest first, one a day.
pub struct Nights(Vec<(UnixMillis, Option<Summary>)>);

impl Nights {
    /// The nights around midnights that follow each other.
    pub fn of(timeline: &Timeline, midnights: impl IntoIterator<Item = UnixMillis>) -> Self {
        let night = |midnight| {
            let (from, to) = sleeping(midnight);
            (midnight, timeline.asleep(from, to).0)
        };
        Self(midnights.into_iter().map(night).collect())
    }

    /// What was measured in the night around that midnight, and its mean in °C.
    pub fn night(&self, midnight: UnixMillis) -> Option<(&Summary, f64)> {
        let (_, values) = self.0.iter().find(|night| night.0 == midnight)?;
        let values = values.as_ref()?;
        Some((values, mean(values)?))
    }

    /// The means of the nights before the one around that midnight: what a baseline is of.
    pub fn before(&self, midnight: UnixMillis) -> Vec<f64> {
        let end = self.0.partition_point(|night| night.0 < midnight);
        let nights = self.0.get(end.saturating_sub(BASELINE_NIGHTS)..end).unwrap_or_default();
        nights.iter().filter_map(|night| mean(night.1.as_ref()?)).collect()
    }
}

fn mean(values: &Summary) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a night's hundredths of degrees")]
    let sum = values.sum as f64;
    (values.count > 0).then(|| sum / f64::from(values.count) / 100.0)
}

/// What a sleeper's skin usually is, from which time on. A night counts from the evening after it: by then it is known,
/// however late its records came, so that the same records are judged alike in every app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usual {
    from: Vec<(UnixMillis, Option<CentiCelsius>)>,
    until: UnixMillis,
}

impl Usual {
    /// What is usual from one time to another, by the days of that zone.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn read(
        store: &Store,
        source: SourceId,
        (from, to): (UnixMillis, UnixMillis),
        zone: &TimeZone,
    ) -> Result<Self> {
        // Each time belongs to the night that begins with the evening before it, or with this one.
        let evening = UnixMillis(0).since(sleeping(UnixMillis(0)).0);
        let (first, last) = (from.plus(evening), to.plus(evening));
        let before = u32::try_from(BASELINE_NIGHTS).unwrap_or_default();
        let mut midnights = midnights(first, last.plus(1), before, zone);
        // The one after the last day ends what is known.
        let next = midnights.pop();
        let (Some(next), Some(begin), Some(last)) = (next, midnights.first(), midnights.last()) else {
            return Ok(Self::default());
        };
        let span = (sleeping(*begin).0, sleeping(*last).0);
        let metric = Metric::SkinTemperature;
        let timeline = Timeline::read(store, source, metric, span.0, span.1, Grain::Quarter).await?;
        let nights = Nights::of(&timeline, midnights.iter().copied());
        let told = midnights.iter().skip(BASELINE_NIGHTS);
        Ok(Self {
            from: told.map(|midnight| (sleeping(*midnight).0, usual(&nights.before(*midnight)))).collect(),
            until: sleeping(next).0,
        })
    }

    /// What was usual then; none: too few nights are known, or the time is none that was asked for.
    #[must_use]
    pub fn at(&self, at: UnixMillis) -> Option<CentiCelsius> {
        let place = self.from.partition_point(|(from, _)| *from <= at);
        self.from.get(place.checked_sub(1)?)?.1
    }

    /// Whether it was read for both times. What is usual then may be unknown all the same.
    #[must_use]
    pub fn covers(&self, from: UnixMillis, to: UnixMillis) -> bool {
        self.from.first().is_some_and(|first| first.0 <= from) && to < self.until
    }
}

/// In hundredths of a degree.
fn usual(nights: &[f64]) -> Option<CentiCelsius> {
    baseline(nights).and_then(CentiCelsius::from_celsius)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_holds_from_its_evening_on_and_nothing_does_before() {
        let [first, second] = [CentiCelsius(3_400), CentiCelsius(3_420)].map(Some);
        let evening = |n: i64| UnixMillis(n * 86_400_000);
        let usual = Usual { from: vec![(evening(1), first), (evening(2), second)], until: evening(3) };
        assert_eq!(usual.at(evening(1).plus(-1)), None);
        assert_eq!((usual.at(evening(1)), usual.at(evening(2).plus(-1))), (first, first));
        assert_eq!(usual.at(evening(2)), second);
        assert!(usual.covers(evening(1), evening(3).plus(-1)));
        assert!(!usual.covers(evening(1).plus(-1), evening(2)) && !usual.covers(evening(2), evening(3)));
    }
}
