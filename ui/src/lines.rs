//! Sparklines: a line of bins that breaks where bins are missing.

use std::fmt::Write;

use crate::measure::fixed;

/// A sparkline as the `d` of an SVG path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spark {
    /// The lines; a gap begins a new one.
    pub line: String,
    /// Where a bin stands alone between gaps: a line of no length, drawn as a dot by round caps.
    pub dots: String,
}

/// Draws bins into a box of that size, the smallest value at the bottom. A flat line stands in the middle.
///
/// `least` is the smallest span of values that fills the height: noise must not look like a mountain.
#[must_use]
pub fn spark(bins: &[Option<f64>], width: f64, height: f64, least: f64) -> Spark {
    let Some((low, high)) = range(bins) else { return Spark::default() };
    let middle = f64::midpoint(low, high);
    let span = (high - low).max(least);
    let last = bins.len().saturating_sub(1).max(1);
    #[expect(clippy::cast_precision_loss, reason = "some hundred bins")]
    let x = |index: usize| width * index as f64 / last as f64;
    let y = |value: f64| height * (0.5 - (value - middle) / span);
    let mut spark = Spark::default();
    let at = |index: usize| bins.get(index).copied().flatten();
    for (index, value) in bins.iter().enumerate() {
        let Some(value) = value else { continue };
        let before = index.checked_sub(1).and_then(at).is_some();
        let after = at(index + 1).is_some();
        let (x, y) = (fixed(x(index), 1), fixed(y(*value), 1));
        // Writing into a String cannot fail.
        let _ = match (before, after) {
            (true, _) => write!(spark.line, "L{x} {y}"),
            (false, true) => write!(spark.line, "M{x} {y}"),
            (false, false) => write!(spark.dots, "M{x} {y}h0"),
        };
    }
    spark
}

/// One bar of a bar sparkline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// The left edge.
    pub x: f64,
    /// The height, upward from the bottom.
    pub height: f64,
}

/// Bars, for what is counted: only bins that hold something; a counted zero is a thin bar, a gap is nothing at all.
#[must_use]
pub fn bars(bins: &[Option<f64>], width: f64, height: f64) -> Vec<Bar> {
    let top = bins.iter().flatten().copied().fold(0.0, f64::max);
    let count = bins.len().max(1);
    bins.iter()
        .enumerate()
        .filter_map(|(index, value)| {
            #[expect(clippy::cast_precision_loss, reason = "some dozen bins")]
            let x = width * index as f64 / count as f64;
            let share = if top > 0.0 { (*value)? / top } else { (*value)? * 0.0 };
            Some(Bar { x, height: (height * share).max(1.5) })
        })
        .collect()
}

/// The smallest and the largest value; none when there is none.
#[must_use]
pub fn range(bins: &[Option<f64>]) -> Option<(f64, f64)> {
    bins.iter().flatten().copied().filter(|value| value.is_finite()).fold(None, |range, value| match range {
        None => Some((value, value)),
        Some((low, high)) => Some((low.min(value), high.max(value))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_never_bridged_by_a_line() {
        let spark = spark(&[Some(1.0), Some(2.0), None, Some(1.0), Some(2.0)], 40.0, 10.0, 1.0);
        assert_eq!(spark.line, "M0.0 10.0L10.0 0.0M30.0 10.0L40.0 0.0");
        assert_eq!(spark.dots, "");
    }

    #[test]
    fn a_bin_alone_between_gaps_is_still_seen() {
        let spark = spark(&[None, Some(97.0), None], 40.0, 10.0, 4.0);
        assert_eq!((spark.line.as_str(), spark.dots.as_str()), ("", "M20.0 5.0h0"));
    }

    #[test]
    fn nothing_measured_draws_nothing() {
        assert_eq!(spark(&[None, None], 40.0, 10.0, 1.0), Spark::default());
        assert_eq!(spark(&[], 40.0, 10.0, 1.0), Spark::default());
        assert!(bars(&[None], 40.0, 10.0).is_empty());
    }

    #[test]
    fn a_counted_zero_is_not_a_gap() {
        let bars = bars(&[Some(0.0), None, Some(10.0), Some(5.0)], 40.0, 10.0);
        assert_eq!(bars.iter().map(|bar| bar.x).collect::<Vec<_>>(), [0.0, 20.0, 30.0]);
        assert!(bars[0].height > 0.0 && (bars[1].height - 10.0).abs() < 1e-9);
    }

    #[test]
    fn noise_does_not_look_like_a_mountain() {
        let spark = spark(&[Some(97.0), Some(97.1)], 10.0, 10.0, 4.0);
        assert_eq!(spark.line, "M0.0 5.1L10.0 4.9");
    }
}
