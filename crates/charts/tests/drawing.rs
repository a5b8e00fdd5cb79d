//! What a drawing must and must not show, read from its SVG.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

use bridge::{AlertStretch, ChartBin, Lane, Missing, SessionStretch, Span, Stretch, Temperature};
use charts::{Data, Drawing, GoalStretch, Language, LimitStretch, Look, Window, draw, window};
use jiff::tz::TimeZone;
use vitals::{Level, Limits, Metric, UnixMillis};

/// 2026-11-20T14:23:00Z, a Friday.
const NOW: UnixMillis = UnixMillis(1_795_184_580_000);
const METRICS: [Metric; 5] =
    [Metric::HeartRate, Metric::Spo2, Metric::SkinTemperature, Metric::Steps, Metric::Sleep];

fn zone() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
}

fn live(metric: Metric, span: Span) -> Window {
    window(metric, span, None, NOW, &zone())
}

/// Bins with something of everything; those that `gap` names are empty.
fn bins(window: &Window, gap: impl Fn(usize) -> Option<Missing>) -> Vec<ChartBin> {
    let bin = |(n, (from, to)): (usize, (UnixMillis, UnixMillis))| {
        let missing = gap(n);
        let value = 70.0 + (n % 7) as f64;
        let some = |reach| missing.is_none().then_some((value - reach, value + reach));
        ChartBin {
            from,
            to,
            value: missing.is_none().then_some(value),
            band: some(5.0),
            half: some(3.0),
            extremes: some(9.0),
            resting: missing.is_none().then_some(60.0),
            count: 300,
            coverage: 1.0,
            missing,
        }
    };
    window.bins().enumerate().map(bin).collect()
}

fn drawn(window: &Window, bins: &[ChartBin], limits: &[LimitStretch], lane: &Lane) -> Drawing {
    let data = Data { window, bins, limits, goals: &[], lane };
    draw(&data, &look(&zone())).unwrap()
}

fn look(zone: &TimeZone) -> Look<'_> {
    Look {
        size: (900, 360),
        language: Language::English,
        temperature: Temperature::Celsius,
        zone,
        kept: None,
        lane: true,
    }
}

fn count(drawing: &Drawing, class: &str) -> usize {
    drawing.svg.matches(&format!("class=\"ink-{class}\"")).count()
}

#[test]
fn no_drawing_has_a_colour_or_a_style_of_its_own() {
    for span in Span::ALL {
        for metric in METRICS {
            let window = live(metric, span);
            let svg = drawn(&window, &bins(&window, |_| None), &[], &Lane::default()).svg;
            assert!(svg.ends_with("</svg>") && svg.matches("<svg").count() == 1);
            for of_its_own in ["stroke=", "style=", "fill=\"#", "rgb(", "NaN", "inf"] {
                assert!(!svg.contains(of_its_own), "{metric:?} {span:?}: {of_its_own}");
            }
        }
    }
}

#[test]
fn a_long_gap_breaks_line_and_band_and_is_hatched_with_its_reason() {
    let window = live(Metric::HeartRate, Span::Day);
    let gap = |n| match n {
        20..22 => Some(Missing::NoData),
        40..60 => Some(Missing::NotWorn),
        60..70 => Some(Missing::PoorSignal),
        150..170 => Some(Missing::NoData),
        _ => None,
    };
    let drawing = drawn(&window, &bins(&window, gap), &[], &Lane::default());
    assert_eq!(count(&drawing, "line"), 3, "two missing bins are joined, more are not");
    assert_eq!(count(&drawing, "band"), 3);
    assert_eq!(
        (count(&drawing, "not-worn"), count(&drawing, "poor-signal"), count(&drawing, "no-data")),
        (1, 1, 1)
    );
}

#[test]
fn nothing_measured_is_an_empty_frame_with_its_times() {
    for span in Span::ALL {
        for metric in METRICS {
            let drawing = drawn(&live(metric, span), &[], &[], &Lane::default());
            assert_eq!(count(&drawing, "line") + count(&drawing, "bar") + count(&drawing, "dot"), 0);
            assert!(count(&drawing, "label") > 3, "{metric:?} {span:?}");
        }
    }
}

#[test]
fn a_limit_is_drawn_at_the_value_in_force_then() {
    let window = live(Metric::HeartRate, Span::Day);
    let middle = window.from().plus(12 * 3_600_000);
    let limits = |high| Limits { high_attention: Some(high), ..Limits::default() };
    let stretches = [
        LimitStretch { from: UnixMillis(0), to: middle, limits: limits(10_000) },
        LimitStretch { from: middle, to: window.to(), limits: limits(11_000) },
    ];
    let drawing = drawn(&window, &bins(&window, |_| None), &stretches, &Lane::default());
    let lines: Vec<&str> = drawing
        .svg
        .split("<path class=\"ink-attention\" d=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let plot = drawing.plot;
    let y = |value: f64| f64::from(plot.top) + f64::from(plot.height) * (120.0 - value) / 80.0;
    let x = f64::from(plot.left) + f64::from(plot.width) / 2.0;
    let ends = |line: &str| -> Vec<f64> {
        line.split(['M', 'L', ' ']).filter_map(|number| number.parse().ok()).collect()
    };
    assert_eq!(lines.len(), 2);
    for (line, expected) in lines.iter().zip([
        [f64::from(plot.left), y(100.0), x, y(100.0)],
        [x, y(110.0), f64::from(plot.left + plot.width), y(110.0)],
    ]) {
        for (found, expected) in ends(line).iter().zip(expected) {
            assert!((found - expected).abs() < 0.11, "{line} is not {expected:?}");
        }
    }
    assert!(drawing.svg.contains(">110</text>"), "the limit in force now is named");
}

#[test]
fn a_limit_on_the_axis_edge_is_drawn_and_named() {
    let window = live(Metric::HeartRate, Span::Day);
    let (fell, woke) = (window.from().plus(8 * 3_600_000), window.from().plus(16 * 3_600_000));
    let limits = vitals::Thresholds::default();
    let stretches = [
        LimitStretch { from: UnixMillis(0), to: fell, limits: limits.heart_rate },
        LimitStretch { from: fell, to: woke, limits: limits.heart_rate_asleep },
        LimitStretch { from: woke, to: window.to(), limits: limits.heart_rate },
    ];
    let drawing = drawn(&window, &bins(&window, |_| None), &stretches, &Lane::default());
    assert_eq!(drawing.axis, (40.0, 120.0));
    let lines = |ink| drawing.svg.matches(&format!("<path class=\"ink-{ink}\"")).count();
    assert_eq!((lines("attention"), lines("alert")), (6, 6), "120 above and 40 below, on the edges");
    for value in ["40", "45", "50", "60", "100", "120"] {
        let texts = drawing.svg.split("<text class=\"ink-a").skip(1);
        let named = texts.filter(|text| text.contains(&format!(">{value}</text>"))).count();
        assert_eq!(named, 1, "{value} is named once");
    }
}

#[test]
fn the_axis_reaches_to_every_limit_in_force_and_stays_there() {
    let skin = vitals::Thresholds::default().skin_temperature;
    for (metric, span, limits, axis) in [
        (Metric::SkinTemperature, Span::Day, skin, (30.0, 40.0)),
        (
            Metric::HeartRate,
            Span::Hour,
            Limits { low_alert: Some(3_500), high_alert: Some(13_000), ..Limits::default() },
            (20.0, 140.0),
        ),
    ] {
        let window = live(metric, span);
        let stretch = [LimitStretch { from: UnixMillis(0), to: window.to(), limits }];
        let drawing = |kept| {
            let data =
                Data { window: &window, bins: &[], limits: &stretch, goals: &[], lane: &Lane::default() };
            draw(&data, &Look { kept, ..look(&zone()) }).unwrap()
        };
        let first = drawing(None);
        assert_eq!(first.axis, axis, "{metric:?}");
        assert_eq!(count(&first, "alert"), 2 * limits.low_alert.iter().count() + 2);
        assert_eq!(drawing(Some(first.axis)), first, "a refresh moves nothing");
    }
}

#[test]
fn a_day_that_reached_its_own_goal_is_told_apart_by_the_goal_of_that_day() {
    let window = live(Metric::Steps, Span::Week);
    let bins = bins(&window, |_| None);
    let change = window.edges[4];
    let goals = [
        GoalStretch { from: UnixMillis(0), to: change, value: 60.0 },
        GoalStretch { from: change, to: window.to(), value: 1_000.0 },
    ];
    let data = Data { window: &window, bins: &bins, limits: &[], goals: &goals, lane: &Lane::default() };
    let drawing = draw(&data, &look(&zone())).unwrap();
    assert_eq!((count(&drawing, "reached"), count(&drawing, "bar")), (4, 3));
    assert_eq!(count(&drawing, "tick"), 4, "not by a shade alone");
}

#[test]
fn a_missing_day_is_hatched_and_a_counted_zero_is_a_bar() {
    let window = live(Metric::Steps, Span::Month);
    let mut bins = bins(&window, |n| (n == 3).then_some(Missing::NotWorn));
    bins[5].value = Some(0.0);
    let drawing = drawn(&window, &bins, &[], &Lane::default());
    assert_eq!((count(&drawing, "bar"), count(&drawing, "not-worn")), (29, 1));
}

#[test]
fn a_sessions_name_cannot_leave_its_text() {
    let window = live(Metric::HeartRate, Span::Day);
    let stretch = Stretch { from: window.from(), to: window.from().plus(20 * 3_600_000) };
    let lane = Lane {
        sessions: vec![SessionStretch { stretch, name: "<script>&\u{1}\"run\"".to_owned() }],
        alerts: vec![AlertStretch { stretch, level: Level::Alert }],
        falls: vec![window.from()],
        worn: vec![stretch],
        moving: vec![],
    };
    let drawing = drawn(&window, &[], &[], &lane);
    assert!(drawing.svg.contains("&lt;script&gt;&amp;\"run\""));
    for class in ["session", "fall", "worn"] {
        assert_eq!(count(&drawing, class), 1, "{class}");
    }
}

#[test]
fn a_sheet_without_room_is_no_panic() {
    let window = live(Metric::HeartRate, Span::Month);
    let bins = bins(&window, |_| None);
    let data = Data { window: &window, bins: &bins, limits: &[], goals: &[], lane: &Lane::default() };
    for size in [(1, 1), (80, 40), (4_000, 10)] {
        let _ = draw(&data, &Look { size, ..look(&zone()) });
    }
}

#[test]
fn the_same_readings_are_the_same_drawing() {
    let window = live(Metric::HeartRate, Span::Day);
    let bins = bins(&window, |_| None);
    let drawing = || drawn(&window, &bins, &[], &Lane::default());
    assert_eq!(drawing(), drawing(), "or the window would paint for nothing");
}

#[test]
fn french_dates_and_numbers_in_french() {
    let window = live(Metric::SkinTemperature, Span::Week);
    let data = Data { window: &window, bins: &[], limits: &[], goals: &[], lane: &Lane::default() };
    let svg = draw(&data, &Look { language: Language::French, ..look(&zone()) }).unwrap().svg;
    assert!(svg.contains("ven.\u{a0}20") && svg.contains("−0,5") && svg.contains("+0,5"));
    assert!(!svg.contains("Fri") && !svg.contains("0.5<"));
}
