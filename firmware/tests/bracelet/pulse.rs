//! The pulse that the bracelet tells is the pulse of the recording.

use firmware::sim::{LinkOptions, reference};
use vitals::Quality;

use crate::app::{App, started};

#[tokio::test(start_paused = true)]
async fn heart_rate_agrees_with_the_ecg() {
    let (bracelet, start) = started(1).await;
    let mut app = App::connect(&bracelet, LinkOptions::default()).await;
    app.hello().await;
    // Twice through the recording, its seam included.
    for (at, live) in app.live(300).await.into_iter().skip(14) {
        let at_s = (at - start).as_secs_f64();
        // The bracelet looks back over some eight seconds; any window that ends within them is a fair judge.
        let ecg: Vec<f64> =
            (0..=4).map(|back| reference().heart_rate_at(at_s - 4.0 - f64::from(back))).collect();
        let told = f64::from(live.heart_rate.expect("a pulse").0);
        assert!(ecg.iter().any(|ecg| (told - ecg).abs() <= 3.0), "{told} at {at_s} s, the ECG says {ecg:?}");
        assert!(live.quality >= Quality::GOOD && live.worn);
        let spo2 = live.spo2.expect("a saturation").0;
        assert!((97..=100).contains(&spo2), "{spo2} %, the monitor said 98 to 99");
    }
}

#[tokio::test(start_paused = true)]
async fn every_beat_of_the_ecg_is_told_once() {
    let (bracelet, start) = started(2).await;
    let mut app = App::connect(&bracelet, LinkOptions::default()).await;
    app.hello().await;
    app.live(20).await;
    let from_s = start.elapsed().as_secs_f64();
    let lines = app.live(60).await;
    let told: usize = lines.iter().map(|(_, live)| live.rr.len()).sum();
    // A beat of the ECG comes to the finger half a second later, is found within another half, and told at the next line.
    let ecg = reference().beats_between(from_s - 1.2, from_s + 58.8);
    assert!(told.abs_diff(ecg) <= 1, "{told} beats told, the ECG has {ecg}");
    // Each line's intervals follow on those of the line before: nothing missing, nothing twice.
    let told_ms: u64 = lines.iter().flat_map(|(_, live)| &live.rr).map(|rr| u64::from(rr.0)).sum();
    assert!((59_000..=61_000).contains(&told_ms), "{told_ms} ms of intervals in a minute");
}

#[tokio::test(start_paused = true)]
async fn beat_age_puts_the_screen_in_phase_with_the_heart() {
    let (bracelet, start) = started(3).await;
    let mut app = App::connect(&bracelet, LinkOptions::default()).await;
    app.hello().await;
    app.live(20).await;
    // In the recording itself the pulse rises steepest 0.549 s after the R peak, with a deviation of 0.011 s.
    for (at, live) in app.live(60).await {
        let beat = (at - start).as_secs_f64() - f64::from(live.beat_age.expect("a beat")) / 1_000.0;
        let reference = reference();
        let rise = (beat - 0.549).rem_euclid(reference.length_s);
        let off = reference.beats_s.iter().map(|r| (r - rise).abs()).fold(f64::INFINITY, f64::min);
        assert!(off < 0.06, "told {off} s beside the beat");
    }
}
