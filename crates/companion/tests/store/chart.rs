//! Charts and trends over a real database: what they count, what they leave out, and days where the viewer is.

use bridge::{Chart, ChartQuery, InForce, Missing, Span};
use companion::chart::{KnownDays, Viewer, csv};
use companion::store::{Batch, Grain, SourceId, Store, StoreError, StoredAlert};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use uuid::Uuid;
use vitals::{
    Activity, Alert, AlertRule, Boot, Bpm, CentiCelsius, Change, Event, EventKind, Goals, Level, Metric,
    Percent, Placed, Quality, Record, Seq, Steps, UnixMillis, UptimeMillis,
};

use crate::fixture::{JOURNAL, store};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

fn paris() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
}

fn at(text: &str) -> UnixMillis {
    UnixMillis(text.parse::<Timestamp>().unwrap().as_millisecond())
}

/// A wearer whose records follow one another.
struct Wearer<'a> {
    store: &'a Store,
    source: SourceId,
    seq: u32,
}

impl Wearer<'_> {
    /// Records each second from `from` for so many minutes, each changed by `change`.
    async fn live(&mut self, from: UnixMillis, minutes: u32, change: impl Fn(u32, &mut Record)) {
        let records = (0..minutes * 60).map(|second| {
            let seq = self.seq + second;
            let mut record = Record {
                seq: Seq(seq),
                uptime: UptimeMillis(u64::from(seq) * 1_000),
                heart_rate: Some(Bpm(62)),
                quality: Quality(90),
                worn: true,
                ..Record::default()
            };
            change(second, &mut record);
            (record, Placed { at: from.plus(i64::from(second) * 1_000), anchored: true })
        });
        let batch = Batch {
            source: self.source,
            journal: JOURNAL,
            boot: Boot(1),
            records: records.collect(),
            gaps: Vec::new(),
        };
        self.store.commit(&[batch]).await.unwrap();
        self.seq += minutes * 60;
    }
}

async fn chart(
    store: &Store,
    source: SourceId,
    query: &ChartQuery,
    now: UnixMillis,
    zone: &TimeZone,
) -> Result<Chart, StoreError> {
    let known = KnownDays::default();
    let decided =
        InForce { thresholds: store.thresholds().await?, goals: store.goals().await?, age_years: None };
    companion::chart::chart(store, source, query, Viewer { now, zone, decided: &decided, known: &known })
        .await
}

fn query(metric: Metric, span: Span) -> ChartQuery {
    ChartQuery {
        metric,
        span,
        end: None,
        width: 800,
        height: 320,
        language: "en".to_owned(),
        temperature: bridge::Temperature::Celsius,
        axis: None,
        lane: true,
    }
}

#[tokio::test]
async fn only_still_worn_good_minutes_are_resting_ones() {
    let (_folder, store, source) = store().await;
    let mut wearer = Wearer { store: &store, source, seq: 0 };
    let from = at("2026-11-20T08:00:00Z");
    wearer.live(from, 2, |_, record| record.heart_rate = Some(Bpm(70))).await;
    wearer.live(from.plus(2 * MINUTE), 1, |_, record| record.heart_rate = Some(Bpm(64))).await;
    // Each of these would be lower, and none counts.
    wearer
        .live(from.plus(3 * MINUTE), 1, |second, record| {
            record.heart_rate = Some(Bpm(50));
            record.activity = if second == 30 { Activity::Moving } else { Activity::Still };
        })
        .await;
    wearer
        .live(from.plus(4 * MINUTE), 1, |_, record| {
            record.heart_rate = Some(Bpm(45));
            record.activity = Activity::Asleep;
        })
        .await;
    wearer
        .live(from.plus(5 * MINUTE), 1, |second, record| {
            record.heart_rate = Some(Bpm(40));
            record.worn = second != 59;
        })
        .await;
    wearer
        .live(from.plus(6 * MINUTE), 1, |second, record| {
            record.heart_rate = Some(Bpm(41));
            record.quality = Quality(if second < 16 { 10 } else { 90 });
        })
        .await;
    let minutes = store.still_minutes(source, from, from.plus(HOUR), 60).await.unwrap();
    assert_eq!(minutes, [64.0, 70.0, 70.0]);
    assert_eq!(store.still_minutes(source, from, from.plus(HOUR), 1).await.unwrap(), [64.0]);
    assert_eq!(store.still_minutes(source, from.plus(HOUR), from.plus(2 * HOUR), 9).await.unwrap(), [0.0; 0]);
}

#[tokio::test]
async fn cover_counts_seconds_and_leaves_out_what_was_not_recorded() {
    let (_folder, store, source) = store().await;
    let mut wearer = Wearer { store: &store, source, seq: 0 };
    let from = at("2026-11-20T08:00:00Z");
    wearer
        .live(from, 10, |second, record| {
            record.worn = second < 300;
            record.activity = if second < 120 { Activity::Asleep } else { Activity::Moving };
        })
        .await;
    wearer.live(from.plus(HOUR), 1, |_, _| {}).await;
    let quarters = store.cover(source, from, from.plus(2 * HOUR), Grain::Quarter).await.unwrap();
    let told: Vec<_> =
        quarters.iter().map(|c| (c.at.since(from) / MINUTE, c.records, c.worn, c.asleep, c.moving)).collect();
    assert_eq!(told, [(0, 600, 300, 120, 480), (60, 60, 60, 0, 0)]);
    let minutes = store.cover(source, from, from.plus(5 * MINUTE), Grain::Minute).await.unwrap();
    assert_eq!(minutes.len(), 5);
    assert_eq!(store.first_minute(source).await.unwrap(), Some(from));
}

#[tokio::test]
async fn a_day_tells_gaps_apart_and_compares_only_what_is_covered() {
    let (_folder, store, source) = store().await;
    let mut wearer = Wearer { store: &store, source, seq: 0 };
    let now = at("2026-11-20T14:20:00Z");
    // The day before: nine hours at 66; today: worn, off, too weak, and the rest nothing.
    wearer.live(now.plus(-40 * HOUR), 9 * 60, |_, record| record.heart_rate = Some(Bpm(66))).await;
    let today = at("2026-11-20T02:00:00Z");
    wearer.live(today, 9 * 60, |_, _| {}).await;
    wearer
        .live(today.plus(9 * HOUR), 30, |_, record| {
            record.worn = false;
            record.heart_rate = None;
            record.quality = Quality(0);
        })
        .await;
    wearer.live(today.plus(9 * HOUR + 30 * MINUTE), 30, |_, record| record.quality = Quality(10)).await;
    let drawn = chart(&store, source, &query(Metric::HeartRate, Span::Day), now, &paris()).await.unwrap();
    assert_eq!((drawn.from, drawn.to), (at("2026-11-19T15:00:00Z"), at("2026-11-20T15:00:00Z")));
    let missing = |text: &str| {
        let moment = at(text);
        drawn.bins.iter().find(|bin| bin.from <= moment && moment < bin.to).unwrap().missing
    };
    assert_eq!(missing("2026-11-20T05:00:00Z"), None);
    assert_eq!(missing("2026-11-20T11:12:00Z"), Some(Missing::NotWorn));
    assert_eq!(missing("2026-11-20T11:42:00Z"), Some(Missing::PoorSignal));
    assert_eq!(missing("2026-11-20T13:00:00Z"), Some(Missing::NoData));
    assert!(drawn.bins.last().unwrap().from <= now, "what has not begun is no bin");
    for hatching in ["ink-not-worn\"", "ink-poor-signal\"", "ink-no-data\""] {
        assert!(drawn.svg.contains(hatching), "{hatching}");
    }
    let trend = drawn.trend.unwrap();
    assert_eq!((trend.value, trend.change), (Some(62.0), Change::Lower(4.0)));
    assert_eq!(drawn.earlier, Some(drawn.from));
    assert_eq!(drawn.later, None);

    let full = drawn.bins.iter().find(|bin| bin.from == at("2026-11-20T05:00:00Z")).unwrap();
    assert_eq!((full.value, full.count, full.coverage), (Some(62.0), 300, 1.0));

    // The same again is the same: nothing to paint.
    assert_eq!(
        drawn,
        chart(&store, source, &query(Metric::HeartRate, Span::Day), now, &paris()).await.unwrap()
    );

    // Seven hours of yesterday are too few.
    let past = ChartQuery { end: drawn.earlier, ..query(Metric::HeartRate, Span::Day) };
    let past = chart(&store, source, &past, now, &paris()).await.unwrap();
    assert_eq!(past.trend.unwrap().change, Change::NotEnough);
    assert_eq!((past.earlier, past.later), (None, Some(at("2026-11-20T15:00:00Z"))));

    let text = csv(&drawn, &paris());
    assert!(
        text.contains(
            "\r\n2026-11-20T06:00:00+01:00,2026-11-20T06:05:00+01:00,62,62,62,62,62,,300,1.000,\r\n"
        )
    );
    assert_eq!(text.lines().count(), drawn.bins.len() + 1);
}

#[tokio::test]
async fn a_days_steps_are_those_of_its_local_day_when_clocks_change() {
    let (_folder, store, source) = store().await;
    let mut wearer = Wearer { store: &store, source, seq: 0 };
    // The 25th of October 2026 has 25 hours in Paris: from 22:00 UTC to 23:00 UTC.
    let step = |_: u32, record: &mut Record| record.steps = Steps(1);
    wearer.live(at("2026-10-24T21:59:00Z"), 2, step).await;
    wearer.live(at("2026-10-25T22:59:00Z"), 2, step).await;
    let now = at("2026-10-26T10:00:00Z");
    store.set_goals(at("2026-10-25T00:00:00Z"), Goals { steps: 100, ..Goals::default() }).await.unwrap();
    let drawn = chart(&store, source, &query(Metric::Steps, Span::Week), now, &paris()).await.unwrap();
    let days: Vec<_> = drawn.bins.iter().map(|bin| (bin.to.since(bin.from) / HOUR, bin.value)).collect();
    assert_eq!(
        days,
        [
            (24, None),
            (24, None),
            (24, None),
            (24, None),
            (24, Some(60.0)),
            (25, Some(120.0)),
            (24, Some(60.0))
        ]
    );
    assert_eq!(drawn.svg.matches("class=\"ink-reached\"").count(), 1);
}

#[tokio::test]
async fn nights_belong_to_the_day_they_end_on_and_four_are_no_baseline() {
    let (_folder, store, source) = store().await;
    let mut wearer = Wearer { store: &store, source, seq: 0 };
    let midnight = at("2026-11-20T23:00:00Z");
    for night in (0..7_i32).rev() {
        // An hour from half past eleven in the evening, each night a tenth warmer.
        let warm = 3_300 + i16::try_from((6 - night) * 10).unwrap();
        let from = midnight.plus(-i64::from(night) * 24 * HOUR - 24 * HOUR - 30 * MINUTE);
        wearer
            .live(from, 60, |second, record| {
                record.activity = Activity::Asleep;
                record.skin_temperature = second.is_multiple_of(30).then_some(CentiCelsius(warm));
                record.spo2 =
                    second.is_multiple_of(10).then_some(Percent(if second == 10 { 91 } else { 97 }));
            })
            .await;
    }
    let now = midnight.plus(-HOUR);
    let of = |metric| {
        let store = store.clone();
        async move { chart(&store, source, &query(metric, Span::Week), now, &paris()).await.unwrap() }
    };
    let oxygen = of(Metric::Spo2).await;
    assert!(oxygen.bins.iter().all(|bin| bin.value == Some(97.0) && bin.extremes == Some((91.0, 97.0))));
    let sleep = of(Metric::Sleep).await;
    assert!(sleep.bins.iter().all(|bin| bin.value == Some(1.0)));
    let skin = of(Metric::SkinTemperature).await;
    let values: Vec<_> = skin.bins.iter().map(|bin| bin.value.map(|v| (v * 100.0).round() / 100.0)).collect();
    // Five nights before: the median of them is two tenths below the next one's neighbour.
    assert_eq!(values, [None, None, None, None, None, Some(0.3), Some(0.35)]);
    assert_eq!(skin.nights, None);
    let earlier =
        ChartQuery { end: Some(midnight.plus(-4 * 24 * HOUR)), ..query(Metric::SkinTemperature, Span::Week) };
    let earlier = chart(&store, source, &earlier, now, &paris()).await.unwrap();
    assert_eq!(earlier.nights, Some(3), "and the chart says how many there are");
}

#[tokio::test]
async fn falls_and_the_alerts_of_the_metric_lie_beneath() {
    let (_folder, store, source) = store().await;
    let mut wearer = Wearer { store: &store, source, seq: 0 };
    let now = at("2026-11-20T14:20:00Z");
    wearer
        .live(now.plus(-HOUR), 10, |second, record| {
            record.event = match second {
                60 => Some(Event { kind: EventKind::Fall, detail: 0 }),
                90 => Some(Event { kind: EventKind::Button, detail: 1 }),
                _ => None,
            };
        })
        .await;
    for (rule, since, closed) in [
        (AlertRule::HeartRateHigh, now.plus(-50 * HOUR), Some(now.plus(-23 * HOUR))),
        (AlertRule::HeartRateLow, now.plus(-40 * HOUR), Some(now.plus(-39 * HOUR))),
        (AlertRule::HeartRateHigh, now.plus(-HOUR), None),
        (AlertRule::Spo2Low, now.plus(-HOUR), None),
    ] {
        let alert = Alert { rule, level: Level::Attention, since, raised: since, peak: 0, limit: 0, closed };
        store
            .set_alert(source, &StoredAlert { id: Uuid::new_v4(), alert, activity: None }, since)
            .await
            .unwrap();
    }
    let drawn = chart(&store, source, &query(Metric::HeartRate, Span::Day), now, &paris()).await.unwrap();
    assert_eq!(drawn.lane.falls, [now.plus(-HOUR + 60_000)]);
    let alerts: Vec<_> =
        drawn.lane.alerts.iter().map(|alert| (alert.stretch.from, alert.stretch.to)).collect();
    assert_eq!(alerts, [(drawn.from, now.plus(-23 * HOUR)), (now.plus(-HOUR), now)]);
}

#[tokio::test]
async fn senseless_charts_are_refused_and_none_of_nothing_fails() {
    let (_folder, store, source) = store().await;
    let now = at("2026-11-20T14:20:00Z");
    for strange in [
        query(Metric::Battery, Span::Day),
        ChartQuery { width: 100_000, ..query(Metric::HeartRate, Span::Day) },
        ChartQuery { height: 0, ..query(Metric::HeartRate, Span::Day) },
    ] {
        let refused = chart(&store, source, &strange, now, &paris()).await;
        assert!(matches!(refused, Err(StoreError::Invalid(_))));
    }
    for metric in [Metric::HeartRate, Metric::Spo2, Metric::SkinTemperature, Metric::Steps, Metric::Sleep] {
        for span in Span::ALL {
            let drawn = chart(&store, source, &query(metric, span), now, &paris()).await.unwrap();
            assert!(drawn.bins.iter().all(|bin| bin.value.is_none()), "{metric:?} {span:?}");
            assert_eq!(drawn.trend.is_some(), span.period().is_some());
            assert!(drawn.trend.is_none_or(|trend| trend.change == Change::NotEnough));
        }
    }
    let far = ChartQuery { end: Some(UnixMillis(i64::MIN)), ..query(Metric::HeartRate, Span::Month) };
    let _ = chart(&store, source, &far, now, &paris()).await;
}

#[tokio::test]
async fn what_was_worked_out_before_is_worked_out_anew_when_more_is_recorded() {
    let (_folder, store, source) = store().await;
    let mut wearer = Wearer { store: &store, source, seq: 0 };
    let now = at("2026-11-20T14:20:00Z");
    let (known, zone, decided) = (KnownDays::default(), paris(), InForce::defaults());
    wearer.live(now.plus(-10 * HOUR), 90, |_, _| {}).await;
    let asked = query(Metric::HeartRate, Span::Month);
    let viewer = Viewer { now, zone: &zone, decided: &decided, known: &known };
    let resting = async || {
        let drawn = companion::chart::chart(&store, source, &asked, viewer).await.unwrap();
        drawn.bins.last().unwrap().resting
    };
    assert_eq!(resting().await, Some(62.0));
    assert_eq!(resting().await, Some(62.0));
    wearer.live(now.plus(-5 * HOUR), 30, |_, record| record.heart_rate = Some(Bpm(50))).await;
    assert_eq!(resting().await, Some(50.0), "late readings of a day count");
}
