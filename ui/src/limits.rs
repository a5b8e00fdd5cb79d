//! A number line with limits on it: where a value stands, how far a handle may go, and what somebody typed.
//!
//! Values are in hundredths of the metric's unit, as [`vitals::Limits`] keeps them.

use vitals::{Judged, Limits, Metric};

/// The part of a metric's range that the number line shows, and its steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The left end.
    pub low: i32,
    /// The right end.
    pub high: i32,
    /// The smallest change.
    pub step: i32,
}

impl Scale {
    /// The number line of a metric.
    #[must_use]
    pub fn of(metric: Metric) -> Self {
        match metric {
            Metric::Spo2 | Metric::Battery => Self { low: 8_000, high: 10_000, step: 100 },
            Metric::SkinTemperature | Metric::AmbientTemperature => {
                Self { low: 3_000, high: 4_200, step: 10 }
            }
            _ => Self { low: 3_000, high: 20_000, step: 100 },
        }
    }

    /// Where a value stands, 0 at the left end, 1 at the right; at the end for one beyond it.
    #[must_use]
    pub fn place(self, value: i32) -> f64 {
        (f64::from(value - self.low) / f64::from(self.high - self.low)).clamp(0.0, 1.0)
    }

    /// The value at a place, at a whole step.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "between the ends of the line")]
    pub fn value(self, place: f64) -> i32 {
        let place = if place.is_finite() { place.clamp(0.0, 1.0) } else { 0.0 };
        let steps = (place * f64::from(self.high - self.low) / f64::from(self.step)).round() as i32;
        self.low + steps * self.step
    }
}

/// One of the four limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handle {
    /// Below it: alert.
    LowAlert,
    /// Below it: attention.
    LowAttention,
    /// Above it: attention.
    HighAttention,
    /// Above it: alert.
    HighAlert,
}

impl Handle {
    /// Those that are judged, from the left to the right: nobody's oxygen is too high.
    #[must_use]
    pub fn of(judged: Judged) -> &'static [Self] {
        match judged {
            Judged::Spo2 => &[Self::LowAlert, Self::LowAttention],
            Judged::SkinTemperature => &[Self::HighAttention, Self::HighAlert],
            Judged::HeartRateMoving => &[Self::HighAlert],
            Judged::HeartRate | Judged::HeartRateAsleep => {
                &[Self::LowAlert, Self::LowAttention, Self::HighAttention, Self::HighAlert]
            }
        }
    }

    /// Its limit, if there is one.
    #[must_use]
    pub fn get(self, limits: &Limits) -> Option<i32> {
        match self {
            Self::LowAlert => limits.low_alert,
            Self::LowAttention => limits.low_attention,
            Self::HighAttention => limits.high_attention,
            Self::HighAlert => limits.high_alert,
        }
    }

    /// Sets its limit, or takes it away, as it is told: whether the whole is valid, [`Limits::check`] says.
    pub fn set(self, limits: &mut Limits, value: Option<i32>) {
        match self {
            Self::LowAlert => limits.low_alert = value,
            Self::LowAttention => limits.low_attention = value,
            Self::HighAttention => limits.high_attention = value,
            Self::HighAlert => limits.high_alert = value,
        }
    }

    /// How far it may go without crossing its neighbours: equal levels of one side may meet, the two sides may not.
    #[must_use]
    pub fn bounds(self, limits: &Limits, scale: Scale) -> (i32, i32) {
        let apart = scale.step;
        let low = [limits.low_alert, limits.low_attention].into_iter().flatten().max();
        let high = [limits.high_attention, limits.high_alert].into_iter().flatten().min();
        let (from, to) = match self {
            Self::LowAlert => (None, limits.low_attention.or(high.map(|high| high - apart))),
            Self::LowAttention => (limits.low_alert, high.map(|high| high - apart)),
            Self::HighAttention => (low.map(|low| low + apart), limits.high_alert),
            Self::HighAlert => (limits.high_attention.or(low.map(|low| low + apart)), None),
        };
        let from = from.map_or(scale.low, |from| from.max(scale.low));
        (from, to.map_or(scale.high, |to| to.min(scale.high)).max(from))
    }

    /// Moves it as near to a value as its neighbours let it.
    pub fn drag(self, limits: &mut Limits, scale: Scale, value: i32) {
        let (from, to) = self.bounds(limits, scale);
        self.set(limits, Some(value.clamp(from, to)));
    }
}

/// The stretches of the line from the left to the right: where each ends (0 to 1) and how bad it is there: 0 well, 1
/// attention, 2 alert.
#[must_use]
pub fn stretches(limits: &Limits, scale: Scale) -> Vec<(f64, u8)> {
    let mut ends = Vec::with_capacity(5);
    let mut push = |end: Option<i32>, level| {
        if let Some(end) = end {
            ends.push((scale.place(end), level));
        }
    };
    push(limits.low_alert, 2);
    push(limits.low_attention, 1);
    push(limits.high_attention.or(limits.high_alert), 0);
    if limits.high_attention.is_some() {
        push(limits.high_alert, 1);
    }
    let last = match (limits.high_attention, limits.high_alert) {
        (_, Some(_)) => 2,
        (Some(_), None) => 1,
        (None, None) => 0,
    };
    ends.push((1.0, last));
    ends
}

/// How often each of `bins` stretches of the line was measured. What lies beyond an end counts at that end.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "some dozen bins"
)]
pub fn hill(values: &[(f64, u32)], scale: Scale, bins: usize) -> Vec<u32> {
    let mut counts = vec![0_u32; bins];
    for &(value, count) in values {
        let place = scale.place((value * 100.0).round() as i32);
        let bin = ((place * bins as f64) as usize).min(bins.saturating_sub(1));
        if let Some(bin) = counts.get_mut(bin) {
            *bin = bin.saturating_add(count);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use vitals::Thresholds;

    use super::*;

    fn heart() -> Limits {
        Thresholds::default().heart_rate
    }

    #[test]
    fn a_handle_pushed_to_either_end_leaves_valid_limits() {
        for judged in Judged::ALL {
            let scale = Scale::of(judged.metric());
            for handle in Handle::of(judged) {
                for target in [i32::MIN, scale.low, scale.high, i32::MAX] {
                    let mut limits = Thresholds::default().in_force(judged, None);
                    handle.drag(&mut limits, scale, target);
                    assert_eq!(limits.check(judged.metric()), Ok(()), "{judged:?} {handle:?} {target}");
                }
            }
        }
    }

    #[test]
    fn a_limit_taken_away_does_not_let_the_sides_cross() {
        let mut limits = Limits { low_attention: None, high_attention: None, ..heart() };
        Handle::LowAlert.drag(&mut limits, Scale::of(Metric::HeartRate), 20_000);
        assert_eq!(limits.low_alert, Some(11_900));
        assert_eq!(limits.check(Metric::HeartRate), Ok(()));
    }

    #[test]
    fn a_place_on_the_line_and_its_value_agree() {
        let scale = Scale::of(Metric::SkinTemperature);
        for value in [3_000, 3_750, 3_850, 4_200] {
            assert_eq!(scale.value(scale.place(value)), value);
        }
        assert_eq!(scale.value(f64::NAN), scale.low, "a line of no width is no panic");
    }

    #[test]
    fn the_line_is_green_between_the_limits_only() {
        let levels: Vec<u8> =
            stretches(&heart(), Scale::of(Metric::HeartRate)).iter().map(|&(_, level)| level).collect();
        assert_eq!(levels, [2, 1, 0, 1, 2]);
        let spo2 = stretches(&Thresholds::default().spo2, Scale::of(Metric::Spo2));
        assert_eq!(spo2, [(0.5, 2), (0.75, 1), (1.0, 0)]);
        assert_eq!(stretches(&Limits::default(), Scale::of(Metric::Spo2)), [(1.0, 0)]);
    }

    #[test]
    fn nothing_that_was_measured_is_left_out_of_the_hill() {
        let scale = Scale::of(Metric::Spo2);
        let hill = hill(&[(70.0, 1), (80.0, 2), (97.0, 30), (100.0, 4)], scale, 10);
        assert_eq!(hill, [3, 0, 0, 0, 0, 0, 0, 0, 30, 4]);
        assert!(super::hill(&[(97.0, 1)], scale, 0).is_empty());
    }
}
