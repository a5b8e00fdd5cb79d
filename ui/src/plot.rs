//! Where a time and a value are on a chart, and which bin is under a finger.

use bridge::{Chart, ChartBin};
use vitals::UnixMillis;

/// A time's place, in pixels from the drawing's left.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "milliseconds of a month")]
pub fn x(chart: &Chart, at: UnixMillis) -> f64 {
    let share = at.since(chart.from) as f64 / chart.to.since(chart.from).max(1) as f64;
    f64::from(chart.plot.left) + share * f64::from(chart.plot.width)
}

/// A value's place, in pixels from the drawing's top.
#[must_use]
pub fn y(chart: &Chart, value: f64) -> f64 {
    let (low, high) = chart.axis;
    let share = if high > low { (high - value) / (high - low) } else { 0.5 };
    f64::from(chart.plot.top) + share.clamp(0.0, 1.0) * f64::from(chart.plot.height)
}

/// The time at so many pixels from the drawing's left, within what the chart shows.
#[must_use]
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "milliseconds of a month")]
pub fn time(chart: &Chart, x: f64) -> UnixMillis {
    let share = (x - f64::from(chart.plot.left)) / f64::from(chart.plot.width.max(1));
    chart.from.plus((share.clamp(0.0, 1.0) * chart.to.since(chart.from) as f64) as i64)
}

/// The middle of a bin.
#[must_use]
pub fn middle(bin: &ChartBin) -> UnixMillis {
    bin.from.plus(bin.to.since(bin.from) / 2)
}

/// The bin that holds a time; the last one for what has not begun, none where there are none.
#[must_use]
pub fn bin_at(bins: &[ChartBin], at: UnixMillis) -> Option<usize> {
    let after = bins.partition_point(|bin| bin.from <= at);
    if bins.is_empty() { None } else { Some(after.saturating_sub(1)) }
}

/// The bin that a key leads to from the one that is pointed at; none for a key that leads nowhere. Without one, left and right
/// begin at the newest.
#[must_use]
pub fn led(key: &str, from: Option<usize>, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    let page = (count / 10).max(1);
    let from = from.map(|from| from.min(last));
    Some(match (key, from) {
        ("Home", _) => 0,
        ("End", _) => last,
        ("ArrowLeft" | "ArrowDown" | "ArrowRight" | "ArrowUp" | "PageDown" | "PageUp", None) => last,
        ("ArrowLeft" | "ArrowDown", Some(from)) => from.saturating_sub(1),
        ("ArrowRight" | "ArrowUp", Some(from)) => (from + 1).min(last),
        ("PageDown", Some(from)) => from.saturating_sub(page),
        ("PageUp", Some(from)) => (from + page).min(last),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use bridge::{Form, Lane, Plot, Span};
    use vitals::Metric;

    use super::*;

    fn chart() -> Chart {
        let bin = |n: i64| ChartBin {
            from: UnixMillis(n * 100),
            to: UnixMillis(n * 100 + 100),
            ..ChartBin::default()
        };
        Chart {
            metric: Metric::HeartRate,
            span: Span::Day,
            from: UnixMillis(0),
            to: UnixMillis(1_000),
            earlier: None,
            later: None,
            svg: String::new(),
            plot: Plot { left: 40, top: 10, width: 200, height: 100 },
            axis: (40.0, 120.0),
            form: Form::Band,
            bins: (0..8).map(bin).collect(),
            lane: Lane::default(),
            trend: None,
            nights: None,
        }
    }

    #[test]
    fn a_place_and_its_time_are_one() {
        let chart = chart();
        assert!((x(&chart, UnixMillis(500)) - 140.0).abs() < 1e-9);
        assert_eq!(time(&chart, 140.0), UnixMillis(500));
        assert_eq!(time(&chart, -5.0), UnixMillis(0));
        assert_eq!(time(&chart, 5_000.0), UnixMillis(1_000));
        assert!((y(&chart, 80.0) - 60.0).abs() < 1e-9);
    }

    #[test]
    fn what_has_not_begun_points_at_the_newest() {
        let chart = chart();
        assert_eq!(bin_at(&chart.bins, UnixMillis(250)), Some(2));
        assert_eq!(bin_at(&chart.bins, UnixMillis(999)), Some(7));
        assert_eq!(bin_at(&chart.bins, UnixMillis(-1)), Some(0));
        assert_eq!(bin_at(&[], UnixMillis(5)), None);
    }

    #[test]
    fn keys_lead_through_the_values_and_not_beyond() {
        assert_eq!(led("ArrowLeft", None, 288), Some(287));
        assert_eq!(led("ArrowLeft", Some(0), 288), Some(0));
        assert_eq!(led("ArrowRight", Some(287), 288), Some(287));
        assert_eq!(led("PageDown", Some(100), 288), Some(72));
        assert_eq!(led("End", Some(3), 288), Some(287));
        assert_eq!(led("Tab", Some(3), 288), None);
        assert_eq!(led("Home", None, 0), None);
    }
}
