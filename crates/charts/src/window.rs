//! From when until when a chart shows, in which bins, and where its times are written: in the viewer's zone.

use bridge::{Form, Span};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use vitals::{Metric, UnixMillis};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// What a chart covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Which metric.
    pub metric: Metric,
    /// How much time.
    pub span: Span,
    /// Where the bins begin and end: one more than there are bins.
    pub edges: Vec<UnixMillis>,
    /// The edges of its local days: midnights, from the one at or before the beginning to the one at or after the end.
    pub midnights: Vec<UnixMillis>,
    /// Whether it reaches to now.
    pub is_live: bool,
    /// The computer's clock.
    pub now: UnixMillis,
}

/// What a metric's values over such a span are drawn as.
#[must_use]
pub fn form(metric: Metric, span: Span) -> Form {
    let by_days = matches!(span, Span::Week | Span::Month);
    match metric {
        Metric::HeartRate if span == Span::Month => Form::Boxes,
        Metric::HeartRate => Form::Band,
        Metric::Spo2 if by_days => Form::Nights,
        Metric::Spo2 => Form::Dots,
        Metric::SkinTemperature if by_days => Form::Deviations,
        Metric::SkinTemperature | Metric::AmbientTemperature | Metric::Battery | Metric::Activity => {
            Form::Line
        }
        Metric::Steps | Metric::Sleep => Form::Bars,
    }
}

/// The chart that ends at `end` (rounded up to a whole step of its span), or up to now.
#[must_use]
pub fn window(
    metric: Metric,
    span: Span,
    end: Option<UnixMillis>,
    now: UnixMillis,
    zone: &TimeZone,
) -> Window {
    let is_live = end.is_none_or(|end| end > now);
    // The moment that the last bin holds.
    let last = if is_live { now } else { end.unwrap_or(now).plus(-1) };
    let edges = match (span, span_days(span)) {
        (_, Some(days)) => {
            let midnights = midnights(last, last.plus(1), days - 1, zone);
            match metric {
                Metric::HeartRate if span == Span::Week => hours(&midnights),
                _ => midnights,
            }
        }
        (span, None) => {
            let (step, bin, length) = match span {
                Span::Hour => (5 * MINUTE, MINUTE, HOUR),
                Span::ThreeHours => (15 * MINUTE, MINUTE, 3 * HOUR),
                _ => (HOUR, 5 * MINUTE, 24 * HOUR),
            };
            let bin = match (metric, span) {
                (Metric::Steps | Metric::Sleep, Span::Hour) => 5 * MINUTE,
                (Metric::Steps | Metric::Sleep, Span::ThreeHours) => 15 * MINUTE,
                (Metric::Steps | Metric::Sleep, _) => HOUR,
                (Metric::SkinTemperature, Span::Day) => 10 * MINUTE,
                _ => bin,
            };
            let offset = offset_ms(last, zone);
            let to = (last.0.saturating_add(offset).div_euclid(step) + 1) * step - offset;
            (0..=length / bin).map(|n| UnixMillis(to - length + n * bin)).collect()
        }
    };
    let mut window = Window { metric, span, edges, midnights: Vec::new(), is_live, now };
    window.midnights = midnights(window.from(), window.to(), 0, zone);
    window
}

impl Window {
    /// When it begins.
    #[must_use]
    pub fn from(&self) -> UnixMillis {
        self.edges.first().copied().unwrap_or(self.now)
    }

    /// When it ends.
    #[must_use]
    pub fn to(&self) -> UnixMillis {
        self.edges.last().copied().unwrap_or(self.now)
    }

    /// Its bins that have begun.
    pub fn bins(&self) -> impl Iterator<Item = (UnixMillis, UnixMillis)> {
        let pairs = self.edges.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?)));
        pairs.take_while(|(from, _)| *from <= self.now)
    }

    /// Its whole local days.
    pub fn days(&self) -> impl Iterator<Item = (UnixMillis, UnixMillis)> {
        self.midnights.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?)))
    }

    /// The end of the chart one span later; none where now is shown.
    #[must_use]
    pub fn later(&self, zone: &TimeZone) -> Option<UnixMillis> {
        if self.is_live {
            return None;
        }
        match span_days(self.span) {
            Some(days) => {
                let to = zoned(self.to(), zone)?;
                Some(UnixMillis(to.checked_add(i64::from(days).days()).ok()?.timestamp().as_millisecond()))
            }
            None => Some(self.to().plus(self.to().since(self.from()))),
        }
    }
}

/// The night that ends on the day that begins at a midnight: from six hours before it to twelve after.
#[must_use]
pub fn sleeping(midnight: UnixMillis) -> (UnixMillis, UnixMillis) {
    (midnight.plus(-6 * HOUR), midnight.plus(12 * HOUR))
}

fn span_days(span: Span) -> Option<u32> {
    match span {
        Span::Week => Some(7),
        Span::Month => Some(30),
        _ => None,
    }
}

pub(crate) fn zoned(at: UnixMillis, zone: &TimeZone) -> Option<Zoned> {
    Some(Timestamp::from_millisecond(at.0).ok()?.to_zoned(zone.clone()))
}

fn offset_ms(at: UnixMillis, zone: &TimeZone) -> i64 {
    let at = Timestamp::from_millisecond(at.0).unwrap_or_default();
    i64::from(zone.to_offset(at).seconds()) * 1_000
}

/// From a day to the last that can be asked for: a time from a clock that was wrong fills no memory.
const DAYS: i64 = 400;

/// The midnights of a zone, whatever its clocks do: from `before` days before the day that holds `from`, to the first at or
/// after `to`.
#[must_use]
pub fn midnights(from: UnixMillis, to: UnixMillis, before: u32, zone: &TimeZone) -> Vec<UnixMillis> {
    let Some(day) = zoned(from, zone).and_then(|from| from.start_of_day().ok()) else { return Vec::new() };
    let mut midnights = Vec::new();
    for n in -i64::from(before)..DAYS {
        let Some(day) = day.checked_add(n.days()).ok().and_then(|day| day.start_of_day().ok()) else {
            break;
        };
        let at = UnixMillis(day.timestamp().as_millisecond());
        midnights.push(at);
        if at >= to {
            break;
        }
    }
    midnights
}

/// The hours of days: of the day on which a clock is changed there are 23 or 25.
fn hours(midnights: &[UnixMillis]) -> Vec<UnixMillis> {
    match (midnights.first(), midnights.last()) {
        (Some(&from), Some(&to)) => (0..=to.since(from) / HOUR).map(|n| from.plus(n * HOUR)).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paris() -> TimeZone {
        // The rule of central Europe, so that no database of zones is needed.
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
    }

    fn at(text: &str) -> UnixMillis {
        UnixMillis(text.parse::<Timestamp>().unwrap().as_millisecond())
    }

    #[test]
    fn the_day_on_which_clocks_go_back_has_25_hours() {
        let now = at("2026-10-27T10:20:00Z");
        let week = window(Metric::Steps, Span::Week, None, now, &paris());
        let hours: Vec<i64> = week.edges.windows(2).map(|pair| pair[1].since(pair[0]) / HOUR).collect();
        assert_eq!(hours, [24, 24, 24, 24, 25, 24, 24]);
        assert_eq!(week.from(), at("2026-10-20T22:00:00Z"));
        assert_eq!(week.to(), at("2026-10-27T23:00:00Z"));
        let hourly = window(Metric::HeartRate, Span::Week, None, now, &paris());
        assert_eq!(hourly.edges.len(), 7 * 24 + 1 + 1);
        assert_eq!((hourly.from(), hourly.to()), (week.from(), week.to()));
    }

    #[test]
    fn thirty_days_before_a_day_are_thirty_also_when_clocks_change() {
        let day = at("2026-11-10T12:00:00Z");
        let midnights = midnights(day, day.plus(1), 30, &paris());
        assert_eq!(midnights.len(), 30 + 2);
        assert_eq!(midnights[0], at("2026-10-10T22:00:00Z"), "still by summer time");
        assert_eq!(midnights[30], at("2026-11-09T23:00:00Z"));
        assert_eq!(midnights[31], at("2026-11-10T23:00:00Z"), "the day is whole");
    }

    #[test]
    fn a_day_ends_with_the_hour_so_that_its_axis_rests() {
        let day = |text| window(Metric::HeartRate, Span::Day, None, at(text), &paris());
        assert_eq!(day("2026-11-20T12:05:00Z").to(), at("2026-11-20T13:00:00Z"));
        assert_eq!(day("2026-11-20T12:05:00Z").edges, day("2026-11-20T12:59:59Z").edges);
        assert_eq!(day("2026-11-20T13:00:00Z").to(), at("2026-11-20T14:00:00Z"));
    }

    #[test]
    fn hours_of_a_zone_with_a_quarter_begin_where_they_do_there() {
        let nepal = TimeZone::posix("<+0545>-5:45").unwrap();
        let day = window(Metric::Steps, Span::Day, None, at("2026-11-20T12:05:00Z"), &nepal);
        assert_eq!(day.to(), at("2026-11-20T12:15:00Z"));
    }

    #[test]
    fn back_and_forth_comes_to_the_same_charts() {
        let now = at("2026-10-27T10:20:00Z");
        for span in Span::ALL {
            for metric in [Metric::HeartRate, Metric::SkinTemperature, Metric::Steps] {
                let live = window(metric, span, None, now, &paris());
                let before = window(metric, span, Some(live.from()), now, &paris());
                assert_eq!(before.to(), live.from(), "{metric:?} {span:?}");
                assert!(!before.is_live);
                let again = window(metric, span, before.later(&paris()), now, &paris());
                assert_eq!(again.edges, live.edges, "{metric:?} {span:?}");
                assert_eq!(live.later(&paris()), None);
            }
        }
    }

    #[test]
    fn bins_that_have_not_begun_are_no_gaps() {
        let now = at("2026-11-20T12:07:00Z");
        let day = window(Metric::Steps, Span::Day, None, now, &paris());
        assert_eq!(day.bins().count(), 24);
        let hour = window(Metric::HeartRate, Span::Hour, None, now, &paris());
        assert_eq!(hour.bins().count(), 58, "two minutes of the hour are still to come");
    }
}
