//! What Home shows of the store, read back now and then, beside the way of the records.

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until, timeout};
use vitals::{Metric, UnixMillis};

use super::clock::local_midnight;
use super::home::Stored;
use super::newest::{Newest, Timed};
use super::view::View;
use crate::chart::Usual;
use crate::store::{Latest, Result, SourceId, Store};

/// How often it is read at least: sparklines move by the minute.
const EACH: Duration = Duration::from_secs(60);
/// How often it is read at most, while a drain changes it all the time.
const AT_MOST_EACH: Duration = Duration::from_secs(3);
/// Bins of a day's sparkline: a quarter hour each, the roll-ups' own grain.
const QUARTERS: u32 = 96;
/// A night begins so long before midnight, and is over so long after it.
const EVENING_MS: i64 = 6 * 3_600_000;
const NOON_MS: i64 = 12 * 3_600_000;
/// A day.
const DAY_MS: i64 = 24 * 3_600_000;
/// Bins of the steps' sparkline.
const HOURS: u32 = 24;

/// Reads the store's facts into the view, each minute and when `changed` says so, for ever.
pub async fn follow(view: Arc<View>, store: Store, changed: Arc<Notify>) {
    loop {
        let began = Instant::now();
        let source = view.known().source.as_ref().map(|source| SourceId(source.id));
        if let Some(source) = source {
            let now = view.clock.now();
            match read(&store, source, now).await {
                Ok((facts, latest)) => {
                    let goal = view.in_force().goals_at(now).steps;
                    let mut known = view.known();
                    known.monitor.set_skin_usual(facts.skin_usual);
                    known.stored = Stored { storage: known.stored.storage, steps_goal: goal, ..facts };
                    known.newest.fill(&latest);
                }
                Err(error) => tracing::warn!(%error, "the store's facts could not be read"),
            }
            view.tell_home();
        }
        // Out of time is as good as told.
        let _ = timeout(EACH, changed.notified()).await;
        sleep_until(began + AT_MOST_EACH).await;
    }
}

/// Reads everything but the count, which the keeper counts on, and the goal, which is the person's.
pub async fn read(store: &Store, source: SourceId, now: UnixMillis) -> Result<(Stored, Newest)> {
    let latest = store.latest(source).await?;
    let midnight = local_midnight(now);
    let steps_today = store.steps(source, midnight, now).await?;
    let usual = Usual::read(store, source, (now, now), &TimeZone::system()).await?;
    let line = async |metric, bins| store.sparkline(source, metric, now, bins).await;
    let stored = Stored {
        steps_today: steps_today.zip(latest.any).map(|(steps, at)| Timed::new(steps, at.min(now))),
        heart_rate: line(Metric::HeartRate, QUARTERS).await?,
        spo2: line(Metric::Spo2, QUARTERS).await?,
        skin_temperature: line(Metric::SkinTemperature, QUARTERS).await?,
        steps: line(Metric::Steps, HOURS).await?,
        battery: held(line(Metric::Battery, QUARTERS).await?, &line(Metric::Steps, QUARTERS).await?),
        sleep: store
            .sleep(source, midnight.plus(-EVENING_MS), now.min(midnight.plus(NOON_MS)))
            .await?
            .map(|(hours, until)| Timed::new(hours, until)),
        skin_usual: usual.at(now),
        ..Stored::default()
    };
    Ok((stored, newest(&latest, now)))
}

/// A line of what is recorded only when it changes: each value holds as long as there are records at all.
fn held(line: Vec<Option<f64>>, recorded: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut last = None;
    let hold = |(value, recorded): (Option<f64>, &Option<f64>)| {
        last = value.or(last.filter(|_| recorded.is_some()));
        last
    };
    line.into_iter().zip(recorded).map(hold).collect()
}

/// What is dated beyond tomorrow comes from a clock that was wrong, and covers nothing that is measured now.
fn newest(latest: &Latest, now: UnixMillis) -> Newest {
    let tomorrow = now.plus(DAY_MS);
    fn timed<T>(value: Option<(T, UnixMillis)>, until: UnixMillis) -> Option<Timed<T>> {
        value.filter(|&(_, at)| at <= until).map(|(value, at)| Timed::new(value, at))
    }
    Newest {
        heart_rate: timed(latest.heart_rate, tomorrow),
        spo2: timed(latest.spo2, tomorrow),
        skin_temperature: timed(latest.skin_temperature, tomorrow),
        battery: timed(latest.battery, tomorrow),
        ..Newest::default()
    }
}

#[cfg(test)]
mod tests {
    use super::held;

    #[test]
    fn a_charge_holds_until_it_changes_and_not_over_a_gap() {
        let line = vec![None, Some(86.0), None, None, None, Some(85.0), None];
        let recorded = [Some(0.0), Some(0.0), Some(3.0), None, Some(0.0), Some(0.0), Some(0.0)];
        assert_eq!(held(line, &recorded), [None, Some(86.0), Some(86.0), None, None, Some(85.0), Some(85.0)]);
    }
}
