//! A metric over time, binned.
//!
//! Sleep is a series too: the hours asleep in each bin (its `sum`), from the journal's activity.

use serde::{Deserialize, Serialize};
use vitals::{Metric, UnixMillis};

/// Which bins of which metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesQuery {
    /// Which metric.
    pub metric: Metric,
    /// From when, inclusive.
    pub from: UnixMillis,
    /// Until when, exclusive.
    pub to: UnixMillis,
    /// The length of a bin: a multiple of a minute.
    pub bin_ms: i64,
}

/// Bins of one metric, oldest first, without the empty ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// What was asked.
    pub query: SeriesQuery,
    /// The bins that hold readings. What is not here was not measured.
    pub buckets: Vec<Bucket>,
}

/// One bin.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bucket {
    /// When it begins.
    pub at: UnixMillis,
    /// How many values it holds.
    pub count: u32,
    /// The smallest value.
    pub min: f64,
    /// The mean.
    pub mean: f64,
    /// The largest value.
    pub max: f64,
    /// The sum (what matters for steps).
    pub sum: f64,
}

/// One bin with its middle and its bands, in the metric's unit. Exact, by nearest rank over every single value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Count, smallest, mean, largest, sum.
    pub bucket: Bucket,
    /// Five of a hundred values are at or below this.
    pub low: f64,
    /// A quarter of all values are at or below this.
    pub quarter: f64,
    /// The median.
    pub median: f64,
    /// Three quarters of all values are at or below this.
    pub three_quarters: f64,
    /// Ninety-five of a hundred values are at or below this.
    pub high: f64,
}
