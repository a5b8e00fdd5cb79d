//! Figures per minute, hour, day, week and month: `GET /users/{user_id}/metrics/summary`.

use serde::{Deserialize, Serialize};
use vitals::Metric;

use crate::time::Time;

/// How long a summary's buckets are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// From midnight to midnight, local.
    Day,
    /// From Monday.
    Week,
    /// From the first.
    Month,
    /// An hour. The original server does not know it.
    Hour,
    /// A minute. The original server does not know it.
    Minute,
}

impl Period {
    /// All, in the contract's order.
    pub const ALL: [Self; 5] = [Self::Day, Self::Week, Self::Month, Self::Hour, Self::Minute];
    /// Their names, in the same order.
    pub const NAMES: [&str; 5] = ["day", "week", "month", "hour", "minute"];
}

/// One metric's figures over one bucket. The original server tells of [`period`](Self::period) and [`value`](Self::value) only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricSummary<S = String> {
    /// The bucket's beginning.
    pub period: Time,
    /// The mean of the values, in the metric's unit.
    pub value: f64,
    /// Which metric.
    pub metric_type: Option<Metric>,
    /// The metric's unit.
    pub unit: Option<S>,
    /// How many points.
    pub count: Option<u64>,
    /// The least value.
    pub min: Option<f64>,
    /// The greatest value.
    pub max: Option<f64>,
    /// The sum of the values: of steps, how many.
    pub sum: Option<f64>,
}

/// One metric's figures over the whole window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricTotal<S = String> {
    /// Which metric.
    pub metric_type: Metric,
    /// The metric's unit.
    pub unit: S,
    /// How many points.
    pub count: u64,
    /// The mean of the values.
    pub avg: f64,
    /// The least value.
    pub min: f64,
    /// The greatest value.
    pub max: f64,
    /// The sum of the values.
    pub sum: f64,
    /// The first point's time.
    pub first_at: Time,
    /// The last point's time.
    pub last_at: Time,
}

/// A summary. The original server tells of [`metrics`](Self::metrics) only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricsSummary<S = String> {
    /// The buckets that have points, by time and metric.
    pub metrics: Vec<MetricSummary<S>>,
    /// The window's figures, by metric.
    pub totals: Option<Vec<MetricTotal<S>>>,
    /// How long a bucket is.
    pub period: Option<Period>,
    /// The window's beginning, if one was asked for; inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_date: Option<Time>,
    /// The window's end, if one was asked for; exclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_date: Option<Time>,
    /// Local time minus UTC, in minutes: where days, weeks and months begin.
    pub tz_offset_minutes: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_original_servers_summary_is_read() {
        let told = r#"{"metrics":[{"period":"2025-11-12T00:00:00","value":71.5}]}"#;
        let read: MetricsSummary = serde_json::from_str(told).unwrap();
        assert_eq!((read.metrics[0].value, read.metrics[0].count, read.totals), (71.5, None, None));
    }

    #[test]
    fn a_period_is_written_with_its_name() {
        for (period, name) in Period::ALL.into_iter().zip(Period::NAMES) {
            assert_eq!(serde_json::to_value(period).unwrap(), name);
        }
    }
}
