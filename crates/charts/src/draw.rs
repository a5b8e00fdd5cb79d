//! The drawing: frame, values in the metric's form, lane.

use std::convert::Infallible;
use std::fmt;

use bridge::{ChartBin, Form, Lane, Missing, Plot, Temperature};
use jiff::tz::TimeZone;
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::prelude::*;
use vitals::UnixMillis;

use crate::axis::{Axis, Unit};
use crate::ink::{Ink, Sheet, TENTHS};
use crate::series::{extent, gaps, runs};
use crate::{Language, LimitStretch, Window, form, frame, lane};

/// All that a chart shows.
#[derive(Clone, Copy, Debug)]
pub struct Data<'a> {
    /// From when until when.
    pub window: &'a Window,
    /// Its bins that have begun, with the empty ones.
    pub bins: &'a [ChartBin],
    /// The limits in force.
    pub limits: &'a [LimitStretch],
    /// The goals in force.
    pub goals: &'a [GoalStretch],
    /// What lies beneath.
    pub lane: &'a Lane,
}

/// A goal and from when until when it was in force.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GoalStretch {
    /// From when.
    pub from: UnixMillis,
    /// Until when.
    pub to: UnixMillis,
    /// The goal, in the metric's unit.
    pub value: f64,
}

/// How it is to be shown.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// The language of dates and numbers.
    pub language: Language,
    /// The unit of temperatures.
    pub temperature: Temperature,
    /// The viewer's zone.
    pub zone: &'a TimeZone,
    /// The axis shown before, below which this one does not shrink.
    pub kept: Option<(f64, f64)>,
    /// Whether the lane is drawn.
    pub lane: bool,
}

/// The outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// The SVG.
    pub svg: String,
    /// Where the values are.
    pub plot: Plot,
    /// The values at the plot's bottom and top.
    pub axis: (f64, f64),
}

/// Plotters could not draw: with an SVG in memory, nothing that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotDrawn(String);

impl fmt::Display for NotDrawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the chart could not be drawn: {}", self.0)
    }
}

impl std::error::Error for NotDrawn {}

pub(crate) type Drawn = Result<(), DrawingAreaErrorKind<Infallible>>;
type Values<'s> = DrawingArea<Sheet<'s>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// The sheet with its parts.
pub(crate) struct Canvas<'a, 's> {
    /// All of it, in tenths of a pixel.
    pub root: DrawingArea<Sheet<'s>, Shift>,
    /// The plot, in milliseconds from the beginning and the metric's unit.
    pub values: Values<'s>,
    pub plot: Plot,
    pub axis: Axis,
    pub data: &'a Data<'a>,
    pub look: &'a Look<'a>,
}

impl Canvas<'_, '_> {
    /// A time on the plot.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a month")]
    pub fn x(&self, at: UnixMillis) -> f64 {
        at.since(self.data.window.from()) as f64
    }

    /// So many pixels on the plot, as time.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a month")]
    pub fn width_of(&self, pixels: f64) -> f64 {
        let window = self.data.window;
        window.to().since(window.from()) as f64 / f64::from(self.plot.width.max(1)) * pixels
    }

    /// A time's place on the sheet, in tenths of a pixel.
    #[expect(clippy::cast_possible_truncation, reason = "a place on a sheet")]
    pub fn place(&self, at: UnixMillis) -> i32 {
        let from_left = self.x(at) / self.width_of(1.0) + f64::from(self.plot.left);
        (from_left * f64::from(TENTHS)).round() as i32
    }

    fn middle(&self, bin: &ChartBin) -> f64 {
        f64::midpoint(self.x(bin.from), self.x(bin.to))
    }

    pub fn line(&self, ink: Ink, points: Vec<(f64, f64)>) -> Drawn {
        self.values.draw(&PathElement::new(points, ink.stroke_width(1)))
    }

    fn shape(&self, ink: Ink, points: Vec<(f64, f64)>) -> Drawn {
        self.values.draw(&Polygon::new(points, ink.filled()))
    }

    pub fn dot(&self, ink: Ink, at: (f64, f64), tenths: i32) -> Drawn {
        self.values.draw(&Circle::new(at, tenths, ink.filled()))
    }

    pub fn area(&self, ink: Ink, a: (f64, f64), b: (f64, f64)) -> Drawn {
        self.values.draw(&Rectangle::new([a, b], ink.filled()))
    }
}

/// Draws.
///
/// # Errors
///
/// What plotters could not draw.
pub fn draw(data: &Data<'_>, look: &Look<'_>) -> Result<Drawing, NotDrawn> {
    let window = data.window;
    let form = form(window.metric, window.span);
    let goals = data.goals.iter().map(|goal| (0.0, goal.value * 1.1)).reduce(around);
    let values = [extent(data.bins, form), goals, limits(data)].into_iter().flatten().reduce(around);
    let unit = Unit::of(window.metric, form, look.temperature);
    let axis = Axis::of((window.metric, window.span, form), unit, values, look.kept);
    let plot = frame::plot(look, data.lane);
    let mut svg = String::with_capacity(32 * 1024);
    let id = format!("{}-{:?}", window.metric.name(), window.span).to_lowercase();
    on_sheet(&mut svg, &id, data, look, (plot, axis, form)).map_err(|error| NotDrawn(error.to_string()))?;
    Ok(Drawing { svg, plot, axis: (axis.low, axis.high) })
}

fn around(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    (a.0.min(b.0), a.1.max(b.1))
}

/// The lowest and the highest limit in force: a line that is not on the axis would say that there is none.
fn limits(data: &Data<'_>) -> Option<(f64, f64)> {
    let (from, to) = (data.window.from(), data.window.to());
    let shown = data.limits.iter().filter(|stretch| stretch.from.max(from) < stretch.to.min(to));
    shown.flat_map(LimitStretch::lines).map(|(_, limit)| (limit, limit)).reduce(around)
}

fn on_sheet(
    svg: &mut String,
    id: &str,
    data: &Data<'_>,
    look: &Look<'_>,
    (plot, axis, form): (Plot, Axis, Form),
) -> Drawn {
    let root = Sheet::new(svg, look.size, id).into_drawing_area();
    let (width, height) = look.size;
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a month")]
    let span = data.window.to().since(data.window.from()).max(1) as f64;
    let chart = ChartBuilder::on(&root)
        .margin_left(plot.left * TENTHS)
        .margin_top(plot.top * TENTHS)
        .margin_right(width.saturating_sub(plot.left + plot.width) * TENTHS)
        .margin_bottom(height.saturating_sub(plot.top + plot.height) * TENTHS)
        .build_cartesian_2d(0.0..span, axis.low..axis.high)?;
    let values = chart.plotting_area().clone();
    let canvas = Canvas { root: root.clone(), values, plot, axis, data, look };

    frame::nights(&canvas, form)?;
    hatchings(&canvas, form)?;
    frame::grid(&canvas)?;
    frame::times(&canvas)?;
    frame::limits(&canvas)?;
    match form {
        Form::Band => band(&canvas)?,
        Form::Line => line(&canvas)?,
        Form::Dots => dots(&canvas)?,
        Form::Boxes => boxes(&canvas)?,
        Form::Nights => night_medians(&canvas)?,
        Form::Deviations | Form::Bars => bars(&canvas)?,
    }
    frame::goals(&canvas)?;
    if look.lane {
        lane::draw(&canvas)?;
    }
    root.present()
}

fn hatchings(canvas: &Canvas<'_, '_>, form: Form) -> Drawn {
    // A bar is by itself: even one that is missing is told.
    let joined = if matches!(form, Form::Band | Form::Line | Form::Dots) { 2 } else { 0 };
    for (from, to, why) in gaps(canvas.data.bins, joined) {
        let ink = match why {
            Missing::NotWorn => Ink::NotWorn,
            Missing::NoData => Ink::NoData,
            Missing::PoorSignal => Ink::PoorSignal,
        };
        let to = to.min(canvas.data.window.now.max(from));
        canvas.area(ink, (canvas.x(from), canvas.axis.low), (canvas.x(to), canvas.axis.high))?;
    }
    Ok(())
}

/// A band between two values of each bin of a run; a bin alone has its own width.
fn ribbon(canvas: &Canvas<'_, '_>, ink: Ink, of: impl Fn(&ChartBin) -> Option<(f64, f64)>) -> Drawn {
    for run in runs(canvas.data.bins, |bin| of(bin).is_some()) {
        let ends = |bin: &ChartBin| of(bin).unwrap_or_default();
        if let [bin] = run.as_slice() {
            let (low, high) = ends(bin);
            canvas.area(ink, (canvas.x(bin.from), high), (canvas.x(bin.to), low))?;
            continue;
        }
        let above = run.iter().map(|bin| (canvas.middle(bin), ends(bin).1));
        let below = run.iter().rev().map(|bin| (canvas.middle(bin), ends(bin).0));
        canvas.shape(ink, above.chain(below).collect())?;
    }
    Ok(())
}

fn band(canvas: &Canvas<'_, '_>) -> Drawn {
    ribbon(canvas, Ink::Extremes, |bin| bin.extremes)?;
    ribbon(canvas, Ink::Band, |bin| bin.band)?;
    line(canvas)?;
    for bin in canvas.data.bins {
        if let Some(resting) = bin.resting {
            canvas.dot(Ink::RestingDot, (canvas.middle(bin), resting), 35)?;
        }
    }
    Ok(())
}

fn line(canvas: &Canvas<'_, '_>) -> Drawn {
    for run in runs(canvas.data.bins, |bin| bin.value.is_some()) {
        let points: Vec<_> = run.iter().filter_map(|bin| Some((canvas.middle(bin), bin.value?))).collect();
        match points.as_slice() {
            // A bin alone between gaps is still seen.
            [alone] => canvas.dot(Ink::Dot, *alone, 18)?,
            _ => canvas.line(Ink::Line, points)?,
        }
    }
    Ok(())
}

fn dots(canvas: &Canvas<'_, '_>) -> Drawn {
    let is_dense = canvas.data.bins.len() > usize::try_from(canvas.plot.width / 4).unwrap_or(usize::MAX);
    for bin in canvas.data.bins {
        if let Some(value) = bin.value {
            canvas.dot(Ink::Dot, (canvas.middle(bin), value), if is_dense { 15 } else { 20 })?;
        }
    }
    Ok(())
}

/// Half the width of a bar, as time: two thirds of its bin, but no beam.
fn half_bar(canvas: &Canvas<'_, '_>, bin: &ChartBin) -> f64 {
    let whole = canvas.x(bin.to) - canvas.x(bin.from);
    (whole * 0.33).min(canvas.width_of(16.0))
}

fn boxes(canvas: &Canvas<'_, '_>) -> Drawn {
    for bin in canvas.data.bins {
        let (Some(band), Some(half), Some(median)) = (bin.band, bin.half, bin.value) else { continue };
        let (x, reach) = (canvas.middle(bin), half_bar(canvas, bin));
        canvas.line(Ink::Stem, vec![(x, band.0), (x, band.1)])?;
        canvas.area(Ink::Half, (x - reach, half.1), (x + reach, half.0))?;
        canvas.line(Ink::Median, vec![(x - reach, median), (x + reach, median)])?;
    }
    let resting = |bin: &&ChartBin| Some((canvas.middle(bin), bin.resting?));
    for run in runs(canvas.data.bins, |bin| bin.resting.is_some()) {
        canvas.line(Ink::Resting, run.iter().filter_map(resting).collect())?;
    }
    for point in canvas.data.bins.iter().filter_map(|bin| resting(&bin)) {
        canvas.dot(Ink::RestingDot, point, 25)?;
    }
    Ok(())
}

fn night_medians(canvas: &Canvas<'_, '_>) -> Drawn {
    for bin in canvas.data.bins {
        let (Some(median), Some((least, _))) = (bin.value, bin.extremes) else { continue };
        let x = canvas.middle(bin);
        canvas.line(Ink::Stem, vec![(x, least), (x, median)])?;
        canvas.dot(Ink::Least, (x, least), 25)?;
        canvas.dot(Ink::Dot, (x, median), 45)?;
    }
    Ok(())
}

fn bars(canvas: &Canvas<'_, '_>) -> Drawn {
    let goal_of = |bin: &ChartBin| {
        let goals = canvas.data.goals.iter();
        goals.rev().find(|goal| goal.from < bin.to && goal.to >= bin.to).map(|goal| goal.value)
    };
    for bin in canvas.data.bins {
        let Some(value) = bin.value else { continue };
        let (x, reach) = (canvas.middle(bin), half_bar(canvas, bin));
        let is_reached = goal_of(bin).is_some_and(|goal| value >= goal);
        let ink = if is_reached { Ink::Reached } else { Ink::Bar };
        // A counted zero is a thin bar: it is not a gap.
        let least = (canvas.axis.high - canvas.axis.low) / f64::from(canvas.plot.height.max(1)) * 1.5;
        let end = if value.abs() < least { least.copysign(value) } else { value };
        canvas.area(ink, (x - reach, end.max(0.0)), (x + reach, end.min(0.0)))?;
        if is_reached {
            tick(canvas, (x, value))?;
        }
    }
    frame::week_means(canvas)
}

/// A tick above a bar: a goal that was reached is not told by a shade alone. Above, as a phone's bars are as narrow as it.
fn tick(canvas: &Canvas<'_, '_>, (x, value): (f64, f64)) -> Drawn {
    let pixel = (canvas.axis.high - canvas.axis.low) / f64::from(canvas.plot.height.max(1));
    let at = |(right, up): (f64, f64)| (x + canvas.width_of(right), value + up * pixel);
    canvas.line(Ink::Tick, [(-2.7, 5.5), (-0.9, 3.5), (2.7, 7.5)].map(at).to_vec())
}
