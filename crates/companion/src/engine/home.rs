//! Home as a pure function of what is known: newest values, judgement, store and clock. No I/O, so it is tested as a table.

use bridge::{Card, CatchUp, Connection, Heart, Home, Rhythm, Source, StepsCard, Storage, Why};
use vitals::{Bpm, CentiCelsius, Freshness, Metric, Monitor, Status, UnixMillis};

use super::newest::{Newest, Timed};

/// How long after the last beat the heart on the screen may still be told to follow measured beats: product.md stops it
/// after 2.5 s without one, the screen replays 1.5 s late, and a beat is told up to 1 s after it was found.
const BEATING_FOR_MS: i64 = 5_000;

/// By so much may a value's time be ahead of the computer's clock and the value still count as current.
const AHEAD_MS: i64 = 10_000;

/// What the store knows that Home shows. Read now and then, not at every line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stored {
    /// What the store holds.
    pub storage: Storage,
    /// The daily goal.
    pub steps_goal: u32,
    /// Steps since local midnight by the journal.
    pub steps_today: Option<Timed<u32>>,
    /// Last night's sleep, hours.
    pub sleep: Option<Timed<f64>>,
    /// The last 24 h of each metric, oldest first.
    pub heart_rate: Vec<Option<f64>>,
    /// See above.
    pub spo2: Vec<Option<f64>>,
    /// See above.
    pub skin_temperature: Vec<Option<f64>>,
    /// The last 24 h by hour.
    pub steps: Vec<Option<f64>>,
    /// See above.
    pub battery: Vec<Option<f64>>,
    /// What the wearer's skin usually is while they sleep; none: too few nights.
    pub skin_usual: Option<CentiCelsius>,
}

/// All that Home depends on.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The computer's clock.
    pub now: UnixMillis,
    /// When today began.
    pub midnight: UnixMillis,
    /// The source shown.
    pub source: Option<&'a Source>,
    /// How it is reached.
    pub connection: &'a Connection,
    /// The newest values.
    pub newest: &'a Newest,
    /// What judges them.
    pub monitor: &'a Monitor,
    /// What the store knows.
    pub stored: &'a Stored,
    /// How far the history has been fetched.
    pub catching_up: Option<CatchUp>,
}

/// Composes Home.
#[must_use]
pub fn compose(facts: &Facts<'_>) -> Home {
    let Facts { now, newest, monitor, stored, .. } = *facts;
    // What the last line said of the wrist holds as long as lines come.
    let live = newest.line.is_some_and(|at| freshness(Metric::HeartRate, now, at) == Freshness::Fresh);
    let worn = newest.worn.filter(|_| live).map(|worn| worn.value);
    let taken_off = worn == Some(false);
    let is_ahead = newest.line.is_some_and(|at| at.since(now) > AHEAD_MS);
    let vital = |metric, value: Option<Timed<f64>>, status, quality, sparkline: &[Option<f64>]| {
        let value = value.filter(|_| !taken_off);
        card(now, metric, value, if taken_off { Status::Unknown } else { status }, quality, sparkline)
    };
    Home {
        at: now,
        source: facts.source.cloned(),
        connection: facts.connection.clone(),
        heart: heart(facts, live, taken_off),
        spo2: vital(
            Metric::Spo2,
            newest.spo2.map(|v| Timed::new(f64::from(v.value.0), v.at)),
            monitor.spo2(now),
            None,
            &stored.spo2,
        ),
        skin_temperature: vital(
            Metric::SkinTemperature,
            newest.skin_temperature.map(|v| Timed::new(v.value.celsius(), v.at)),
            monitor.skin_temperature(now),
            None,
            &stored.skin_temperature,
        ),
        steps: steps(facts),
        sleep: card(now, Metric::Sleep, stored.sleep, Status::Unknown, None, &[]),
        battery: card(
            now,
            Metric::Battery,
            newest.battery.map(|v| Timed::new(f64::from(v.value.0), v.at)),
            Status::Unknown,
            None,
            &stored.battery,
        ),
        overall: if taken_off || is_ahead { Status::Unknown } else { monitor.overall(now) },
        catching_up: facts.catching_up,
        storage: stored.storage,
        worn,
        activity: newest.activity.filter(|_| live).map(|activity| activity.value),
    }
}

fn freshness(metric: Metric, now: UnixMillis, at: UnixMillis) -> Freshness {
    // What is dated later than now by more than clocks differ is no knowledge of the present: a clock was set back.
    if at.since(now) > AHEAD_MS { Freshness::Gone } else { Freshness::of(metric, now.since(at)) }
}

fn age_ms(now: UnixMillis, at: UnixMillis) -> i64 {
    now.since(at).max(0)
}

fn card(
    now: UnixMillis,
    metric: Metric,
    value: Option<Timed<f64>>,
    status: Status,
    quality: Option<u8>,
    sparkline: &[Option<f64>],
) -> Card {
    let fresh = value.map_or(Freshness::Gone, |v| freshness(metric, now, v.at));
    Card {
        metric,
        value: value.map(|v| v.value),
        at: value.map(|v| v.at),
        age_ms: value.map(|v| age_ms(now, v.at)),
        freshness: fresh,
        status: if fresh == Freshness::Fresh { status } else { Status::Unknown },
        quality,
        sparkline: sparkline.to_vec(),
    }
}

fn heart(facts: &Facts<'_>, live: bool, taken_off: bool) -> Heart {
    let Facts { now, newest, monitor, .. } = *facts;
    let fresh = newest.heart_rate.map_or(Freshness::Gone, |v| freshness(Metric::HeartRate, now, v.at));
    // Lines come, but none with a heart rate to trust: the last one is not shown as if it merely were old.
    let weak = live && !taken_off && fresh != Freshness::Fresh && newest.heart_rate.is_some();
    let shown = newest.heart_rate.filter(|_| !taken_off && !weak);
    let status =
        if shown.is_some() && fresh == Freshness::Fresh { monitor.heart_rate(now) } else { Status::Unknown };
    let why = match status {
        _ if taken_off => Why::NotWorn,
        _ if weak => Why::WeakSignal,
        Status::Attention | Status::Alert => crossed(monitor, now),
        Status::Active => Why::Active,
        Status::Ok => Why::InRange,
        Status::Unknown if shown.is_some() && fresh != Freshness::Fresh => Why::Stale,
        Status::Unknown => Why::Nothing,
    };
    let beating = newest.beat.is_some_and(|at| now.since(at) <= BEATING_FOR_MS);
    let rhythm = match (shown, newest.beat) {
        (Some(_), _) if fresh != Freshness::Fresh => Rhythm::Still,
        (Some(_), Some(_)) if beating => Rhythm::Measured,
        // A source that has told beats and tells none now has lost the pulse: pacing the heart would invent one.
        (Some(_), None) => Rhythm::Estimated,
        _ => Rhythm::Still,
    };
    Heart {
        bpm: shown.map(|v| v.value),
        at: shown.map(|v| v.at),
        age_ms: shown.map(|v| age_ms(now, v.at)),
        freshness: if shown.is_some() { fresh } else { Freshness::Gone },
        status,
        why,
        quality: newest.quality.filter(|_| live && !taken_off).map_or(0, |quality| quality.value.0),
        rhythm,
    }
}

fn crossed(monitor: &Monitor, now: UnixMillis) -> Why {
    let Some((limit, high, since)) = monitor.heart_crossed() else { return Why::Nothing };
    let limit = Bpm(u16::try_from(limit / 100).unwrap_or(0));
    let for_ms = age_ms(now, since);
    if high { Why::Above { limit, for_ms } } else { Why::Below { limit, for_ms } }
}

/// Steps by the journal when it is not behind the bracelet's own count, which is ahead while history is being fetched.
fn steps(facts: &Facts<'_>) -> StepsCard {
    let Facts { now, midnight, newest, stored, .. } = *facts;
    // What was counted up to yesterday is not today's.
    let of_today = |steps: &Timed<u32>| steps.at >= midnight;
    let live = newest.steps.filter(|steps| freshness(Metric::Steps, now, steps.at) == Freshness::Fresh);
    let today = match (live.filter(of_today), stored.steps_today.filter(of_today)) {
        (Some(live), Some(kept)) => Some(Timed::new(live.value.max(kept.value), live.at)),
        (live, kept) => live.or(kept),
    };
    StepsCard {
        today: today.map(|v| v.value),
        goal: stored.steps_goal,
        at: today.map(|v| v.at),
        age_ms: today.map(|v| age_ms(now, v.at)),
        freshness: today.map_or(Freshness::Gone, |v| freshness(Metric::Steps, now, v.at)),
        sparkline: stored.steps.clone(),
    }
}
