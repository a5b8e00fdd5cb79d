//! The chart beneath the heart: a band from the lowest to the highest, a line of means, and gaps left as gaps.
//!
//! Plotters draws SVG. Its colours are marks that the style sheet replaces by the theme's (`components/trend/trend.css`), so that a change
//! of theme needs no new drawing.

use bridge::{Bucket, Series};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use vitals::UnixMillis;

/// Stands for the theme's hairline.
const GRID: RGBColor = RGBColor(0, 0, 1);
/// Stands for the theme's muted text.
const LABEL: RGBColor = RGBColor(0, 0, 2);
/// Stands for the line of means.
const MEAN: RGBColor = RGBColor(0, 0, 3);
/// Stands for the band.
const BAND: RGBColor = RGBColor(0, 0, 4);

/// Room for the labels of the values, and below for the times, in pixels.
const LEFT: u32 = 40;
const BELOW: u32 = 28;
const ABOVE: u32 = 10;
const RIGHT: u32 = 16;

/// A tick of the time axis every half hour.
const TICK_MS: i64 = 30 * 60_000;

/// Runs of bins without a gap of more than two bins between them: what a line may join.
#[must_use]
pub fn runs(series: &Series) -> Vec<&[Bucket]> {
    let longest = series.query.bin_ms.saturating_mul(3);
    series.buckets.chunk_by(|a, b| b.at.since(a.at) < longest).collect()
}

/// The axis of the values: whole twenties around what is shown, and never less than 40 to 120 bpm, so that it stays
/// where it is while the heart does.
#[must_use]
pub fn axis(series: &Series) -> (f64, f64) {
    let low = series.buckets.iter().map(|bin| bin.min).fold(40.0, f64::min);
    let high = series.buckets.iter().map(|bin| bin.max).fold(120.0, f64::max);
    ((low / 20.0).floor() * 20.0, (high / 20.0).ceil() * 20.0)
}

/// Draws the heart rate over the query's span at that size in pixels; `clock` writes a time of day.
///
/// # Errors
///
/// What Plotters could not draw; with an SVG in memory, nothing known.
pub fn heart_rate(
    series: &Series,
    (width, height): (u32, u32),
    clock: impl Fn(UnixMillis) -> String,
) -> Result<String, String> {
    let mut svg = String::new();
    draw(series, (width, height), clock, &mut svg).map_err(|error| error.to_string())?;
    Ok(svg)
}

fn draw(
    series: &Series,
    size: (u32, u32),
    clock: impl Fn(UnixMillis) -> String,
    svg: &mut String,
) -> Result<(), Box<dyn std::error::Error>> {
    let (from, to) = (series.query.from, series.query.to);
    let (low, high) = axis(series);
    let root = SVGBackend::with_string(svg, size).into_drawing_area();
    #[expect(clippy::cast_precision_loss, reason = "milliseconds within a day")]
    let x = |at: UnixMillis| at.since(from) as f64;
    let chart = ChartBuilder::on(&root)
        .margin_left(LEFT)
        .margin_right(RIGHT)
        .margin_top(ABOVE)
        .margin_bottom(BELOW)
        .build_cartesian_2d(0.0..x(to), low..high)?;
    let area = chart.plotting_area();
    let text = |h, v| TextStyle::from(("Inter", 12)).color(&LABEL).pos(Pos::new(h, v));

    let mut value = low;
    while value <= high {
        area.draw(&PathElement::new([(0.0, value), (x(to), value)], GRID.stroke_width(1)))?;
        area.draw(
            &(EmptyElement::at((0.0, value))
                + Text::new(format!("{value:.0}"), (-8, 0), text(HPos::Right, VPos::Center))),
        )?;
        value += if high - low > 120.0 { 40.0 } else { 20.0 };
    }
    let step = if size.0 < 520 { 2 * TICK_MS } else { TICK_MS };
    let mut tick = from.0.div_euclid(step).saturating_add(1) * step;
    while tick < to.0 {
        let at = UnixMillis(tick);
        area.draw(
            &(EmptyElement::at((x(at), low)) + Text::new(clock(at), (0, 10), text(HPos::Center, VPos::Top))),
        )?;
        tick += step;
    }
    let half = series.query.bin_ms / 2;
    for run in runs(series) {
        let middle = |bin: &Bucket| x(bin.at.plus(half));
        let upper = run.iter().map(|bin| (middle(bin), bin.max));
        let lower = run.iter().rev().map(|bin| (middle(bin), bin.min));
        area.draw(&Polygon::new(upper.chain(lower).collect::<Vec<_>>(), BAND.filled()))?;
        let means: Vec<(f64, f64)> = run.iter().map(|bin| (middle(bin), bin.mean)).collect();
        match means.as_slice() {
            [alone] => area.draw(&Circle::new(*alone, 2, MEAN.filled()))?,
            _ => area.draw(&PathElement::new(means, MEAN.stroke_width(2)))?,
        }
    }
    root.present()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use bridge::SeriesQuery;
    use vitals::Metric;

    use super::*;

    const MINUTE: i64 = 60_000;

    fn series(minutes: &[i64]) -> Series {
        let query = SeriesQuery {
            metric: Metric::HeartRate,
            from: UnixMillis(0),
            to: UnixMillis(180 * MINUTE),
            bin_ms: MINUTE,
        };
        let bin = |&minute: &i64| Bucket {
            at: UnixMillis(minute * MINUTE),
            count: 60,
            min: 60.0,
            mean: 65.0,
            max: 72.0,
            sum: 3_900.0,
        };
        Series { query, buckets: minutes.iter().map(bin).collect() }
    }

    #[test]
    fn a_night_off_is_not_one_straight_line() {
        let lengths: Vec<usize> = runs(&series(&[1, 2, 4, 8, 9, 90])).iter().map(|run| run.len()).collect();
        assert_eq!(lengths, [3, 2, 1], "up to two missing bins are joined, more are a gap");
    }

    #[test]
    fn gaps_are_drawn_as_gaps() {
        let svg = heart_rate(&series(&[1, 2, 3, 60, 61, 120]), (600, 200), |_| String::new()).unwrap();
        assert_eq!(svg.matches("<polygon").count(), 3);
        assert_eq!(svg.matches(r##"stroke="#000003""##).count(), 2);
        assert_eq!(svg.matches("<circle").count(), 1, "a lone bin is seen");
    }

    #[test]
    fn the_axis_stays_while_the_heart_does() {
        assert_eq!(axis(&series(&[1])), (40.0, 120.0));
        let mut high = series(&[1]);
        high.buckets[0].max = 141.0;
        assert_eq!(axis(&high), (40.0, 160.0));
    }

    #[test]
    fn nothing_measured_is_an_empty_frame() {
        let svg = heart_rate(&series(&[]), (600, 200), |_| "12:00".to_owned()).unwrap();
        assert!(!svg.contains("<polygon") && svg.contains("12:00"));
    }
}
