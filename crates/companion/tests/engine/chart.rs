//! Charts of the built-in bracelet's own readings, through the engine as the window asks.

use bridge::{ChartQuery, Code, Span};
use firmware::sim::Faults;
use vitals::Metric;

use crate::{caught_up, engine, until};

fn query(metric: Metric, span: Span) -> ChartQuery {
    ChartQuery {
        metric,
        span,
        end: None,
        width: 900,
        height: 360,
        language: "fr".to_owned(),
        temperature: bridge::Temperature::Celsius,
        axis: None,
        lane: true,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_is_of_what_the_bracelet_measured_and_none_is_made_up_before() {
    let data = tempfile::tempdir().unwrap();
    let engine = engine(data.path(), 1, Faults::default()).await;
    let refused = engine.chart(query(Metric::HeartRate, Span::Day)).await.unwrap_err();
    assert_eq!(refused.code, Code::NotNow);
    engine.connect_demo().await.unwrap();
    until(&engine, caught_up).await;
    for metric in [Metric::HeartRate, Metric::Spo2, Metric::SkinTemperature, Metric::Steps, Metric::Sleep] {
        let day = engine.chart(query(metric, Span::Day)).await.unwrap();
        let measured = day.bins.iter().filter(|bin| bin.value.is_some()).count();
        assert!(measured * 2 > day.bins.len(), "{metric:?}: {measured} of {}", day.bins.len());
        assert!(day.bins.iter().all(|bin| bin.value.is_none() || bin.coverage > 0.0), "{metric:?}");
        let before =
            engine.chart(ChartQuery { end: Some(day.from), ..query(metric, Span::Week) }).await.unwrap();
        assert!(before.to >= day.from && before.later.is_some(), "{metric:?}");
    }
    let day = engine.chart(query(Metric::HeartRate, Span::Day)).await.unwrap();
    assert!(day.trend.unwrap().value.is_some_and(|bpm| (40.0..90.0).contains(&bpm)), "{:?}", day.trend);
    assert!(!day.lane.worn.is_empty());
    // One day is nothing to compare with.
    assert_eq!(day.trend.unwrap().change, vitals::Change::NotEnough);
    let invalid = engine.chart(ChartQuery { width: 1, ..query(Metric::Steps, Span::Day) }).await.unwrap_err();
    assert_eq!(invalid.code, Code::Invalid);
    engine.stop().await;
}
