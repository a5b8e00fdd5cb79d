//! Charts for the gallery: made-up readings, drawn by what draws the engine's.
//!
//! `#/gallery/analytics-<metric>-<span>`, with `-empty`, `-sparse`, `-refused`, `-no_source`, `-waiting`, `-few_nights` or `-past`
//! behind it.

use bridge::{
    AlertStretch, Chart, ChartBin, ChartQuery, Code, Error, Form, Lane, Missing, SessionStretch, Span,
    Stretch,
};
use charts::{Data, GoalStretch, Language, LimitStretch, Look, Window, draw, form, window};
use jiff::tz::TimeZone;
use vitals::{Change, Level, Metric, Thresholds, Trend, UnixMillis, Verdict};

/// 2026-11-20T14:23:00Z, a Friday: screenshots stay alike.
pub const NOW: UnixMillis = UnixMillis(1_795_184_580_000);
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// The span that a state's name tells, and the end of what it shows.
pub fn view(state: &str) -> Option<(Span, Option<UnixMillis>)> {
    let span = match state.strip_prefix("analytics-")?.split('-').nth(1)? {
        "hour" => Span::Hour,
        "three_hours" => Span::ThreeHours,
        "week" => Span::Week,
        "month" => Span::Month,
        _ => Span::Day,
    };
    Some((span, state.ends_with("-past").then(|| NOW.plus(-30 * DAY))))
}

/// The chart that a state shows.
///
/// # Errors
///
/// In the state that shows how a refusal looks.
pub fn chart(query: &ChartQuery, state: &str) -> Result<Chart, Error> {
    if state.ends_with("-refused") {
        return Err(Error {
            code: Code::DatabaseDamaged,
            detail: "database disk image is malformed".to_owned(),
        });
    }
    if state.ends_with("-no_source") {
        return Err(Error { code: Code::NotNow, detail: "there is no source".to_owned() });
    }
    let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap_or(TimeZone::UTC);
    let window = window(query.metric, query.span, query.end, NOW, &zone);
    let few_nights = state.ends_with("-few_nights");
    let bins: Vec<ChartBin> = window
        .bins()
        .map(|(from, to)| {
            let missing =
                if state.ends_with("-empty") { Some(Missing::NoData) } else { gap(&window, from, state) };
            let missing = missing.or(few_nights.then_some(Missing::NoData));
            bin(&window, from, to, missing)
        })
        .collect();
    let lane = if query.lane { lane(&window, state) } else { Lane::default() };
    let limits = limits(&window);
    let goals = goals(&window);
    let data = Data { window: &window, bins: &bins, limits: &limits, goals: &goals, lane: &lane };
    let look = Look {
        size: (query.width, query.height),
        language: Language::of(&query.language),
        temperature: query.temperature,
        zone: &zone,
        kept: query.axis,
        lane: query.lane,
    };
    let drawing =
        draw(&data, &look).map_err(|error| Error { code: Code::Internal, detail: error.to_string() })?;
    Ok(Chart {
        metric: query.metric,
        span: query.span,
        from: window.from(),
        to: window.to(),
        earlier: (NOW.since(window.from()) < 90 * DAY).then_some(window.from()),
        later: window.later(&zone),
        svg: drawing.svg,
        plot: drawing.plot,
        axis: drawing.axis,
        form: form(query.metric, query.span),
        trend: trend(query, state),
        nights: (few_nights && form(query.metric, query.span) == Form::Deviations).then_some(3),
        bins,
        lane,
    })
}

fn trend(query: &ChartQuery, state: &str) -> Option<Trend> {
    let period = query.span.period()?;
    let (value, change, good, verdict) = match query.metric {
        Metric::HeartRate => (62.4, Change::Lower(3.2), Some(0.94), None),
        Metric::Spo2 => (96.6, Change::Same, Some(0.99), Some(Verdict::Better)),
        Metric::SkinTemperature => (33.6, Change::Higher(0.4), None, None),
        Metric::Steps => (7_412.0, Change::Higher(910.0), Some(0.88), Some(Verdict::Better)),
        _ => (7.2, Change::Lower(0.6), None, None),
    };
    let thin = state.ends_with("-sparse") || state.ends_with("-few_nights");
    Some(Trend {
        period,
        value: (!state.ends_with("-empty")).then_some(value),
        change: if thin || state.ends_with("-empty") { Change::NotEnough } else { change },
        good: good.filter(|_| !state.ends_with("-empty")),
        verdict: verdict.filter(|_| !thin),
    })
}

/// Why there is nothing at that time: a shower, a weak hour, an afternoon off; a weekend without the bracelet.
fn gap(window: &Window, at: UnixMillis, state: &str) -> Option<Missing> {
    let ago = NOW.since(at);
    let by_days = matches!(window.span, Span::Week | Span::Month);
    if state.ends_with("-sparse") && !(at.0 / HOUR).rem_euclid(5).eq(&0) && !(by_days && ago < 2 * DAY) {
        return Some(if (at.0 / DAY) % 2 == 0 { Missing::NotWorn } else { Missing::NoData });
    }
    let local = (at.0 + HOUR).rem_euclid(DAY);
    match window.span {
        Span::Hour | Span::ThreeHours if (35..47).contains(&(ago / 60_000)) => Some(Missing::PoorSignal),
        Span::Hour | Span::ThreeHours => None,
        Span::Day => match local / (HOUR / 6) {
            43..48 => Some(Missing::NotWorn),
            111..114 if matches!(window.metric, Metric::HeartRate | Metric::Spo2) => {
                Some(Missing::PoorSignal)
            }
            120..129 => Some(Missing::NoData),
            _ => None,
        },
        _ if (9 * DAY..11 * DAY).contains(&ago) => Some(Missing::NotWorn),
        _ if (17 * DAY..18 * DAY).contains(&ago) => Some(Missing::NoData),
        _ if form(window.metric, window.span) == Form::Band
            && (2 * DAY + 3 * HOUR..2 * DAY + 12 * HOUR).contains(&ago) =>
        {
            Some(Missing::NotWorn)
        }
        _ => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "readings that are made up")]
fn bin(window: &Window, from: UnixMillis, to: UnixMillis, missing: Option<Missing>) -> ChartBin {
    let bin = ChartBin { from, to, missing, ..ChartBin::default() };
    if missing.is_some() {
        return bin;
    }
    let n = from.0 / 300_000;
    let noise = |seed: i64| {
        ((n.wrapping_mul(7_919).wrapping_add(seed * 104_729)).rem_euclid(1_009)) as f64 / 504.5 - 1.0
    };
    let hour = ((from.0 + HOUR).rem_euclid(DAY)) as f64 / HOUR as f64;
    let day = (from.0 / DAY) as f64;
    let asleep = !(7.0..23.3).contains(&hour);
    let by_days = to.since(from) > 20 * HOUR;
    let run = if (17.8..18.8).contains(&hour) { 52.0 * ((hour - 17.8) * 3.1).sin().max(0.0) } else { 0.0 };
    let slow = (from.0 as f64 / 4.1e6).sin() * 3.0 + (from.0 as f64 / 1.3e6).sin() * 2.0;
    let with = |value: f64, low: f64, high: f64| ChartBin {
        value: Some(value),
        extremes: Some((value - low * 1.7, value + high * 1.9)),
        count: 284,
        coverage: 0.95 + noise(3) * 0.04,
        ..bin
    };
    match window.metric {
        Metric::HeartRate => {
            let base = if by_days {
                69.0 + (day * 1.3).sin() * 2.5
            } else if asleep {
                54.0
            } else {
                71.0 + run
            };
            let value = (base + slow * if asleep { 0.5 } else { 1.2 } + noise(1) * 1.4).round();
            let (low, high) =
                if by_days { (14.0 + noise(5), 34.0 + noise(6) * 8.0) } else { (4.0, 6.0 + run / 12.0) };
            let noon = from.0 + HOUR <= (from.0 + HOUR) / DAY * DAY + DAY / 2
                && to.0 + HOUR > (from.0 + HOUR) / DAY * DAY + DAY / 2;
            let rests = (by_days || window.span == Span::Week) && noon;
            ChartBin {
                band: Some((value - low, value + high)),
                half: Some((value - 8.0, value + 9.0 + noise(4) * 2.0)),
                resting: rests.then(|| 62.0 + (day * 0.9).sin() * 2.2),
                ..with(value, low, high)
            }
        }
        Metric::Spo2 => {
            let value = (97.0 + noise(1) * 1.2 - if asleep { 0.8 } else { 0.0 }).round().min(100.0);
            ChartBin {
                extremes: Some((value - 3.0 - noise(2).abs() * 3.0, 100.0)),
                count: 28,
                ..with(value, 1.0, 1.0)
            }
        }
        Metric::SkinTemperature if by_days => {
            let value =
                0.25 * (day * 0.8).sin() + noise(1) * 0.12 + if NOW.since(from) < DAY { 0.9 } else { 0.0 };
            ChartBin { value: Some(value), count: 860, coverage: 0.91, ..bin }
        }
        Metric::SkinTemperature => {
            with(33.2 + if asleep { 1.1 } else { 0.0 } + slow * 0.08 + noise(1) * 0.06, 0.1, 0.1)
        }
        Metric::Steps => {
            let value = match (by_days, window.span) {
                (true, _) => 7_400.0 + 2_600.0 * (day * 1.9).sin() + noise(1) * 900.0,
                (_, Span::Day) if asleep => 0.0,
                (_, Span::Day) => (640.0 + noise(1) * 560.0 + run * 40.0).max(0.0),
                _ => (noise(1) * 130.0).max(0.0),
            };
            ChartBin { value: Some(value.round()), count: 3_400, coverage: 0.96, ..bin }
        }
        _ => {
            let value = match (by_days, asleep) {
                (true, _) => 7.1 + (day * 1.1).sin() * 0.8 + noise(1) * 0.3,
                (_, true) => (to.since(from) as f64 / HOUR as f64) * (0.93 + noise(1) * 0.07),
                _ => 0.0,
            };
            ChartBin { value: Some(value), count: 3_400, coverage: 0.97, ..bin }
        }
    }
}

fn limits(window: &Window) -> Vec<LimitStretch> {
    let thresholds = Thresholds::default();
    let (from, to) = (window.from(), window.to());
    if form(window.metric, window.span) == Form::Deviations {
        let limits = vitals::Limits { high_attention: Some(100), ..vitals::Limits::default() };
        return vec![LimitStretch { from, to, limits }];
    }
    let limits = match window.metric {
        Metric::HeartRate => thresholds.heart_rate,
        Metric::Spo2 => thresholds.spo2,
        Metric::SkinTemperature => thresholds.skin_temperature,
        _ => return Vec::new(),
    };
    // Asleep other limits hold; and the person raised one some days ago.
    let night = (UnixMillis(1_795_128_600_000), UnixMillis(1_795_156_200_000));
    let (fell, woke) = (night.0.max(from), night.1.min(to));
    let changed = NOW.plus(-3 * DAY).max(from);
    match (window.metric, window.span) {
        (Metric::HeartRate, Span::Day) if fell < woke => vec![
            LimitStretch { from, to: fell, limits },
            LimitStretch { from: fell, to: woke, limits: thresholds.heart_rate_asleep },
            LimitStretch { from: woke, to, limits },
        ],
        (Metric::HeartRate, Span::Week | Span::Month) => vec![
            LimitStretch { from, to: changed, limits },
            LimitStretch {
                from: changed,
                to,
                limits: vitals::Limits { high_attention: Some(11_000), ..limits },
            },
        ],
        _ => vec![LimitStretch { from, to, limits }],
    }
}

fn goals(window: &Window) -> Vec<GoalStretch> {
    if window.metric != Metric::Steps || !matches!(window.span, Span::Week | Span::Month) {
        return Vec::new();
    }
    let (from, to) = (window.from(), window.to());
    let change = NOW.plus(-5 * DAY - 14 * HOUR);
    vec![GoalStretch { from, to: change, value: 7_000.0 }, GoalStretch { from: change, to, value: 8_000.0 }]
}

fn lane(window: &Window, state: &str) -> Lane {
    if state.ends_with("-empty") {
        return Lane::default();
    }
    let (from, to) = (window.from(), window.to());
    let whole = to.since(from);
    let part = |a: i64, b: i64| Stretch {
        from: from.plus(whole * a / 100),
        to: from.plus(whole * b / 100).min(NOW),
    };
    Lane {
        worn: vec![part(0, 26), part(28, 61), part(64, 100)],
        moving: vec![part(13, 17), part(32, 34), part(51, 53), part(72, 73), part(88, 92)],
        alerts: if matches!(window.metric, Metric::Steps | Metric::Sleep) {
            Vec::new()
        } else {
            vec![
                AlertStretch { stretch: part(14, 16), level: Level::Attention },
                AlertStretch { stretch: part(52, 53), level: Level::Alert },
            ]
        },
        falls: vec![from.plus(whole * 73 / 100)],
        sessions: vec![SessionStretch { stretch: part(13, 30), name: "Evening run, slow".to_owned() }],
    }
}
