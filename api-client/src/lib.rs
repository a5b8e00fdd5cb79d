//! The cloud's contract as Rust types: strict in what is sent, lenient in what is read.
//!
//! The server writes its answers with the same types ([`answers`], [`summary`], [`settings`]).

#![forbid(unsafe_code)]

pub mod answers;
pub mod refusals;
pub mod settings;
pub mod summary;
pub mod time;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use vitals::{Metric, Point};

/// The most points one batch may hold.
pub const MAX_BATCH: usize = 1_000;

/// One measured value on its way to the cloud.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricPoint {
    /// What was measured.
    pub metric_type: Metric,
    /// How much, in the metric's unit. Finite: NaN has no JSON.
    pub value: f64,
    /// The unit; absent means the metric's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Which sensor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensor_model: Option<String>,
    /// When, to the microsecond, UTC.
    pub timestamp: Timestamp,
}

/// A point that the contract cannot carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointError {
    /// The value is not a finite number.
    NotFinite,
    /// The time lies outside the years a timestamp can hold.
    TimeOutOfRange,
}

impl TryFrom<Point> for MetricPoint {
    type Error = PointError;

    fn try_from(point: Point) -> Result<Self, PointError> {
        if !point.value.is_finite() {
            return Err(PointError::NotFinite);
        }
        Ok(Self {
            metric_type: point.metric,
            value: point.value,
            unit: Some(point.metric.unit().to_owned()),
            sensor_model: None,
            timestamp: Timestamp::from_millisecond(point.at.0).map_err(|_| PointError::TimeOutOfRange)?,
        })
    }
}

/// `POST /metrics/batch/`: at least one and at most [`MAX_BATCH`] points, taken all or none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricBatch {
    /// The points.
    pub metrics: Vec<MetricPoint>,
}

/// The answer to a batch. The counts are absent in the original server's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchResult<S = String> {
    /// In words.
    pub message: S,
    /// Points that were new.
    #[serde(default)]
    pub inserted: Option<u64>,
    /// Points that were there already.
    #[serde(default)]
    pub duplicates: Option<u64>,
}

/// An answer in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message<S = String> {
    /// The words.
    pub message: S,
}

/// `GET /health`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health<S = String> {
    /// `ok` when the server can do its work.
    pub status: S,
}

#[cfg(test)]
mod tests {
    use vitals::UnixMillis;

    use super::*;

    #[test]
    fn a_point_is_written_as_the_contract_says() {
        let point =
            Point { metric: Metric::SkinTemperature, at: UnixMillis(1_760_000_000_123), value: 33.42 };
        let told = serde_json::to_value(MetricPoint::try_from(point).unwrap()).unwrap();
        assert_eq!(
            told,
            serde_json::json!({
                "metric_type": "skin_temperature",
                "value": 33.42,
                "unit": "°C",
                "timestamp": "2025-10-09T08:53:20.123Z",
            })
        );
    }

    #[test]
    fn not_a_number_never_leaves() {
        for value in [f64::NAN, f64::INFINITY] {
            let point = Point { metric: Metric::HeartRate, at: UnixMillis(0), value };
            assert_eq!(MetricPoint::try_from(point), Err(PointError::NotFinite));
        }
    }

    #[test]
    fn the_original_servers_answer_without_counts_is_read() {
        let read: BatchResult = serde_json::from_str(r#"{"message":"Metrics received","extra":1}"#).unwrap();
        assert_eq!((read.inserted, read.duplicates), (None, None));
    }
}
