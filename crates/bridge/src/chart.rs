//! A chart: what the window asks for, and the drawing with all that its overlay, table and file are made of.

use serde::{Deserialize, Serialize};
use vitals::{Level, Metric, Period, Trend, UnixMillis};

use crate::Temperature;

/// How much time a chart shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// One hour.
    Hour,
    /// Three hours.
    ThreeHours,
    /// 24 hours.
    Day,
    /// Seven days of the viewer's zone.
    Week,
    /// Thirty days of the viewer's zone.
    Month,
}

impl Span {
    /// Every span, the shortest first.
    pub const ALL: [Self; 5] = [Self::Hour, Self::ThreeHours, Self::Day, Self::Week, Self::Month];

    /// What it is compared by; nothing below a day.
    #[must_use]
    pub fn period(self) -> Option<Period> {
        match self {
            Self::Hour | Self::ThreeHours => None,
            Self::Day => Some(Period::Day),
            Self::Week => Some(Period::Week),
            Self::Month => Some(Period::Month),
        }
    }
}

/// Which chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChartQuery {
    /// Heart rate, oxygen saturation, skin temperature, steps or sleep.
    pub metric: Metric,
    /// How much time.
    pub span: Span,
    /// Until when; none: up to now. Past ends are those that an earlier answer gave as `earlier` and `later`.
    pub end: Option<UnixMillis>,
    /// The drawing's width in pixels, 200 to 4000.
    pub width: u32,
    /// The drawing's height in pixels, 100 to 2000.
    pub height: u32,
    /// The language of dates and numbers, such as `fr`.
    pub language: String,
    /// The unit of temperatures on the axis. Every value of the answer is in the metric's own unit all the same.
    #[serde(default)]
    pub temperature: Temperature,
    /// The axis that is shown now: while the same chart is drawn again, its axis may grow but does not jump.
    pub axis: Option<(f64, f64)>,
    /// Whether the lane beneath (worn, motion, alerts, falls, sessions) is drawn.
    pub lane: bool,
}

/// A drawn chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// Which metric.
    pub metric: Metric,
    /// How much time.
    pub span: Span,
    /// When it begins.
    pub from: UnixMillis,
    /// When it ends: for a chart up to now, at the next whole step of its span.
    pub to: UnixMillis,
    /// The end to ask for to go one span back; none where nothing older is kept.
    pub earlier: Option<UnixMillis>,
    /// The end to ask for to go one span forward; none where now is shown.
    pub later: Option<UnixMillis>,
    /// The drawing: SVG whose parts have classes (`ink-…`) and no colour of their own.
    pub svg: String,
    /// Where in it the values are.
    pub plot: Plot,
    /// The values at the plot's bottom and top.
    pub axis: (f64, f64),
    /// What the drawing is made of.
    pub form: Form,
    /// Every bin that has begun, the oldest first, with the empty ones.
    pub bins: Vec<ChartBin>,
    /// What the lane shows.
    pub lane: Lane,
    /// What the sentence tells; none below 24 hours, or without a source.
    pub trend: Option<Trend>,
    /// Nights that the baseline of skin temperature rests on so far, if they are too few to draw deviations.
    pub nights: Option<u32>,
}

/// The part of a drawing in which values are, in pixels from its upper left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plot {
    /// The left edge.
    pub left: u32,
    /// The upper edge.
    pub top: u32,
    /// The width.
    pub width: u32,
    /// The height.
    pub height: u32,
}

/// What a chart's values are drawn as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A line of medians in its 5–95 % band, with faint extremes.
    Band,
    /// The middle half of each day as a bar, 5–95 % as whiskers.
    Boxes,
    /// Medians as dots.
    Dots,
    /// Each night's median with its minimum.
    Nights,
    /// A line.
    Line,
    /// How far each night was from the person's own baseline.
    Deviations,
    /// Sums as bars.
    Bars,
}

/// One bin of a chart, in the metric's unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChartBin {
    /// When it begins.
    pub from: UnixMillis,
    /// When it ends.
    pub to: UnixMillis,
    /// The median, for what is counted the sum, for deviations the difference; none where nothing was measured.
    pub value: Option<f64>,
    /// Five and ninety-five of a hundred values are at or below these.
    pub band: Option<(f64, f64)>,
    /// Twenty-five and seventy-five of a hundred values are at or below these.
    pub half: Option<(f64, f64)>,
    /// The smallest and the largest value.
    pub extremes: Option<(f64, f64)>,
    /// The day's resting heart rate, where the bin is a day or holds its noon.
    pub resting: Option<f64>,
    /// How many values it holds.
    pub count: u32,
    /// For what share of its time, up to now, the metric was measured: 0 to 1.
    pub coverage: f64,
    /// Why there is no value.
    pub missing: Option<Missing>,
}

/// Why a bin is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// The bracelet was not on a wrist.
    NotWorn,
    /// Nothing was recorded, or it has not been fetched.
    NoData,
    /// Worn, and the signal was too weak to tell.
    PoorSignal,
}

/// What lies beneath the values. Every stretch is cut to what the chart shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lane {
    /// When the bracelet was worn.
    pub worn: Vec<Stretch>,
    /// When the wearer moved.
    pub moving: Vec<Stretch>,
    /// Alerts of this metric; falls and the like are marks of their own.
    pub alerts: Vec<AlertStretch>,
    /// When the wearer fell.
    pub falls: Vec<UnixMillis>,
    /// The person's sessions.
    pub sessions: Vec<SessionStretch>,
}

/// From when until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// The beginning.
    pub from: UnixMillis,
    /// The end.
    pub to: UnixMillis,
}

/// An alert in the lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertStretch {
    /// From when until when; one that is open reaches to now.
    pub stretch: Stretch,
    /// The worst level.
    pub level: Level,
}

/// A session in the lane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionStretch {
    /// From when until when.
    pub stretch: Stretch,
    /// The name that the person gave it.
    pub name: String,
}
