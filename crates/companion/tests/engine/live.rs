//! What is shown now: the rate and the beats of the recording, as an ECG saw them.

use std::time::{Duration, Instant};

use bridge::{Event, Rhythm};
use firmware::sim::{Faults, reference};
use tokio::sync::broadcast::error::RecvError;

use crate::{engine, until};

#[tokio::test(flavor = "multi_thread")]
async fn the_rate_is_within_3_bpm_of_the_ecg_and_each_beat_is_told_once() {
    let data = tempfile::tempdir().unwrap();
    let engine = engine(data.path(), 0, Faults::default()).await;
    let mut events = engine.events();
    engine.connect_demo().await.unwrap();
    // The recording plays from the bracelet's start, which was just now.
    let start = Instant::now();
    until(&engine, |home| home.heart.bpm.is_some()).await;
    while start.elapsed() < Duration::from_secs(15) {
        let _ = tokio::time::timeout(Duration::from_millis(50), events.recv()).await;
    }
    let from = start.elapsed().as_secs_f64();
    let mut beats = Vec::new();
    let mut homes = 0;
    while start.elapsed() < Duration::from_secs(45) {
        match tokio::time::timeout(Duration::from_secs(3), events.recv()).await.expect("Home each second") {
            Ok(Event::Beats(new)) => beats.extend(new),
            Ok(Event::Home(home)) => {
                homes += 1;
                let at = start.elapsed().as_secs_f64();
                let ecg = reference().heart_rate_at(at - 4.0);
                let bpm = f64::from(home.heart.bpm.expect("a steady pulse").0);
                assert!((bpm - ecg).abs() <= 3.0, "{bpm} bpm after {at:.0} s, the ECG says {ecg:.1}");
                assert_eq!(home.heart.rhythm, Rhythm::Measured);
            }
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => panic!("the engine ended"),
        }
    }
    let until = start.elapsed().as_secs_f64();
    assert!(homes >= 28, "Home was told {homes} times in 30 s");
    assert!(beats.windows(2).all(|pair| pair[0].at < pair[1].at), "in order, none twice");
    // A beat is told up to a second and a half after it was: at either end of the stretch one or two may differ.
    let expected = reference().beats_between(from - 1.0, until - 1.0);
    assert!(beats.len().abs_diff(expected) <= 3, "{} beats, the ECG has {expected}", beats.len());
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bracelet_taken_off_shows_no_heart() {
    let data = tempfile::tempdir().unwrap();
    let engine = engine(data.path(), 0, Faults::default()).await;
    engine.connect_demo().await.unwrap();
    until(&engine, |home| home.heart.bpm.is_some()).await;
    engine.demo_bracelet().await.unwrap().wear(false);
    let home = until(&engine, |home| home.worn == Some(false)).await;
    assert_eq!((home.heart.bpm, home.spo2.value), (None, None));
    assert_eq!(home.heart.why, bridge::Why::NotWorn);
    engine.stop().await;
}
