//! What of the journal the cloud gets.

use crate::{Metric, Record, Steps, UnixMillis};

/// One point of the cloud's contract: a metric's value at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Point {
    /// What.
    pub metric: Metric,
    /// When. For steps: the end of the interval they were made in.
    pub at: UnixMillis,
    /// How much, in the metric's unit.
    pub value: f64,
}

/// The points of one record, placed at `at`: only what was newly measured and is plausible.
///
/// Steps are not here: the cloud gets them by finished minutes, see [`steps_point`].
///
/// ```
/// # use vitals::{points, Bpm, Metric, Record, UnixMillis};
/// let record = Record { heart_rate: Some(Bpm(72)), ..Record::default() };
/// let all: Vec<_> = points(&record, UnixMillis(1_000)).collect();
/// assert_eq!(all.len(), 1);
/// assert_eq!((all[0].metric, all[0].value), (Metric::HeartRate, 72.0));
/// ```
pub fn points(record: &Record, at: UnixMillis) -> impl Iterator<Item = Point> + use<> {
    let heart_rate =
        record.heart_rate.filter(|bpm| bpm.is_plausible()).map(|bpm| (Metric::HeartRate, f64::from(bpm.0)));
    let spo2 = record.spo2.filter(|p| p.is_plausible_spo2()).map(|p| (Metric::Spo2, f64::from(p.0)));
    let skin = record
        .skin_temperature
        .filter(|t| t.is_plausible_skin())
        .map(|t| (Metric::SkinTemperature, t.celsius()));
    let battery =
        record.battery.filter(|p| p.is_plausible_charge()).map(|p| (Metric::Battery, f64::from(p.0)));
    [heart_rate, spo2, skin, battery].into_iter().flatten().map(move |(metric, value)| Point {
        metric,
        at,
        value,
    })
}

/// Milliseconds in the interval by which the cloud gets steps.
pub const MINUTE_MS: i64 = 60_000;

/// The steps of the UTC minute that begins at `minute`, as a point at its end; `None` for a minute without steps.
#[must_use]
pub fn steps_point(minute: UnixMillis, steps: u32) -> Option<Point> {
    (steps > 0).then(|| Point { metric: Metric::Steps, at: minute.plus(MINUTE_MS), value: f64::from(steps) })
}

/// Every point of a set of records in the order of their times: the set that the cloud shall hold, no more, no less.
///
/// A minute's steps are told when a record of a later minute shows that it is over; `until` closes the last one (pass the
/// time up to which nothing is missing any more).
pub fn points_of<'a>(
    records: impl IntoIterator<Item = (UnixMillis, &'a Record)>,
    until: UnixMillis,
) -> alloc::vec::Vec<Point> {
    let mut all = alloc::vec::Vec::new();
    let mut minute = None;
    let mut total: u32 = 0;
    for (at, record) in records {
        let this = UnixMillis(at.0.div_euclid(MINUTE_MS) * MINUTE_MS);
        if minute != Some(this) {
            if let Some(over) = minute {
                all.extend(steps_point(over, total));
            }
            minute = Some(this);
            total = 0;
        }
        let Steps(steps) = record.steps;
        total = total.saturating_add(u32::from(steps));
        all.extend(points(record, at));
    }
    if let Some(last) = minute.filter(|minute| minute.plus(MINUTE_MS) <= until) {
        all.extend(steps_point(last, total));
    }
    all
}
