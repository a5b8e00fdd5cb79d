//! Figures per minute, hour, day, week and month.

use std::collections::BTreeMap;

use api_client::{
    summary::{MetricSummary, MetricTotal, MetricsSummary, Period},
    time::Time,
};

use crate::{
    Cloud,
    call::{Call, sound},
    check::{
        Mistakes, Step, Wrong, missing, number, text,
        time::{DAY, MINUTE, Micros, date_of, days_of},
    },
    reply::{Answer, Reply},
    store::{
        points::{self, Filter},
        summary::Slot,
    },
};

const MOST_BUCKETS: usize = 10_000;
const MOST_SLOTS: i64 = 200_000;

fn step(period: Period) -> Micros {
    match period {
        Period::Minute => MINUTE,
        Period::Hour => 60 * MINUTE,
        Period::Day | Period::Week | Period::Month => DAY,
    }
}

/// Where the bucket of a local time begins. Weeks begin on Monday.
fn bucket(local: Micros, period: Period) -> Micros {
    let day = local.div_euclid(DAY);
    match period {
        // Day 0 of the epoch was a Thursday.
        Period::Week => (day - (day + 3).rem_euclid(7)) * DAY,
        Period::Month => {
            let (year, month, _) = date_of(day);
            days_of(year, month, 1) * DAY
        }
        Period::Day | Period::Hour | Period::Minute => local - local.rem_euclid(step(period)),
    }
}

fn figures(slot: &Slot) -> (vitals::Metric, u64, f64) {
    let metric = points::metric_of(slot.metric_type).unwrap_or(vitals::Metric::Activity);
    #[expect(clippy::cast_precision_loss, reason = "nobody has 2^53 points")]
    let mean = slot.sum() / slot.n as f64;
    (metric, slot.n.unsigned_abs(), mean)
}

/// `GET /users/{user_id}/metrics/summary`
pub async fn read(cloud: &Cloud, call: &Call) -> Answer {
    let me = cloud.me(call).await?;
    let mut mistakes = Mistakes::default();
    let id = call.id("user_id", &mut mistakes);
    let at = [Step::Name("query"), Step::Name("period")];
    if call.asked("period").is_none() {
        mistakes.add(&at, missing());
    }
    let period = call.ask("period", &mut mistakes, |t| text::one_of(Some(t), &Period::NAMES));
    let metric = call.ask("metric_type", &mut mistakes, |t| text::one_of(Some(t), &super::metrics::NAMES));
    let (start, end) = call.window(&mut mistakes);
    let offset =
        call.ask("tz_offset_minutes", &mut mistakes, |t| number::int_in_query(t, -840, 840)).unwrap_or(0);
    let (id, period) = sound(id.zip(period.and_then(|p| Period::ALL.get(p).copied())), mistakes)?;
    let person = cloud.visible(&me, &id).await?;
    let metric = metric
        .and_then(|place| super::metrics::NAMES.get(place))
        .and_then(|name| vitals::Metric::from_name(name))
        .map(points::number_of);
    let filter = Filter { metric, start, end, ..Filter::default() };
    let shift = offset * MINUTE;
    let slots = cloud.store.slots(person.no, &filter, step(period), shift, MOST_SLOTS + 1).await?;
    let too_many_slots = slots.len() > usize::try_from(MOST_SLOTS).unwrap_or(usize::MAX);
    let mut buckets: BTreeMap<(Micros, i64), Slot> = BTreeMap::new();
    let mut totals: BTreeMap<i64, Slot> = BTreeMap::new();
    for slot in slots {
        let place = (bucket(slot.slot, period), slot.metric_type);
        totals.entry(slot.metric_type).and_modify(|sum| sum.add(&slot)).or_insert_with(|| slot.clone());
        buckets.entry(place).and_modify(|sum| sum.add(&slot)).or_insert(slot);
    }
    if buckets.len() > MOST_BUCKETS || too_many_slots {
        let msg = format!("More than {MOST_BUCKETS} buckets: give start_date and end_date");
        return Err(Mistakes::one(&at, Wrong::new("too_many_buckets", msg)).into());
    }
    Ok(Reply::json(&MetricsSummary {
        metrics: buckets.iter().map(|((from, _), slot)| told_bucket(from - shift, slot)).collect(),
        totals: Some(totals.values().map(told_total).collect()),
        period: Some(period),
        start_date: start.map(Time),
        end_date: end.map(Time),
        tz_offset_minutes: Some(offset),
    }))
}

fn told_bucket(from: Micros, slot: &Slot) -> MetricSummary<&'static str> {
    let (metric, count, mean) = figures(slot);
    MetricSummary {
        period: Time(from),
        value: mean,
        metric_type: Some(metric),
        unit: Some(metric.unit()),
        count: Some(count),
        min: Some(slot.least),
        max: Some(slot.most),
        sum: Some(slot.sum()),
    }
}

fn told_total(slot: &Slot) -> MetricTotal<&'static str> {
    let (metric, count, mean) = figures(slot);
    MetricTotal {
        metric_type: metric,
        unit: metric.unit(),
        count,
        avg: mean,
        min: slot.least,
        max: slot.most,
        sum: slot.sum(),
        first_at: Time(slot.first_at),
        last_at: Time(slot.last_at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        let at = crate::check::time::parse("2025-11-12T12:34:56Z").unwrap();
        for (period, from) in [
            (Period::Minute, "2025-11-12T12:34:00Z"),
            (Period::Hour, "2025-11-12T12:00:00Z"),
            (Period::Day, "2025-11-12T00:00:00Z"),
            (Period::Week, "2025-11-10T00:00:00Z"),
            (Period::Month, "2025-11-01T00:00:00Z"),
        ] {
            assert_eq!(api_client::time::rfc3339(bucket(at, period)), from);
        }
    }
}
