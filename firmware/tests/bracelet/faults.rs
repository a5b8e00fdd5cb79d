//! What happens when a sensor fails: it is told once, nothing is made up meanwhile, and it comes back by itself.

use std::time::Duration;

use firmware::sensors::Sensor;
use firmware::sim::{LinkOptions, Trouble};
use tokio::time::{Instant, advance};
use vitals::{Activity, Event, EventKind};
use wire::message::{Live, ToApp};

use crate::app::{App, started};

/// The live lines and events of so many seconds.
async fn hear(app: &mut App, seconds: u64) -> (Vec<Live>, Vec<Event>) {
    let (mut lines, mut events) = (Vec::new(), Vec::new());
    app.listen(Instant::now() + Duration::from_secs(seconds), |_, message| match message {
        ToApp::Live(live) => lines.push(live),
        ToApp::Event(incident) => events.push(Event { kind: incident.kind, detail: incident.detail }),
        _ => {}
    })
    .await;
    (lines, events)
}

fn fault(detail: u8) -> Event {
    Event { kind: EventKind::SensorFault, detail }
}

#[tokio::test(start_paused = true)]
async fn silent_light_sensor_is_told_once_shows_no_pulse_and_comes_back() {
    let (bracelet, _) = started(1).await;
    let mut app = App::connect(&bracelet, LinkOptions::default()).await;
    app.hello().await;
    hear(&mut app, 20).await;
    bracelet.trouble(Sensor::Optical, Some(Trouble::Silent));
    let (lines, events) = hear(&mut app, 30).await;
    assert_eq!(events, [fault(0x11)]);
    assert_eq!(lines.len(), 30, "the live line goes on");
    assert!(lines[2..].iter().all(|live| live.heart_rate.is_none() && live.rr.is_empty()));
    let claimed = |live: &&Live| live.worn || live.activity != Activity::Still;
    assert_eq!(lines[2..].iter().find(claimed), None, "nothing is claimed that no sensor saw");
    bracelet.trouble(Sensor::Optical, None);
    let (lines, events) = hear(&mut app, 15).await;
    assert_eq!(events, []);
    assert!(lines[14].heart_rate.is_some_and(|bpm| (70..83).contains(&bpm.0)));
    let longest = lines.iter().flat_map(|live| &live.rr).map(|rr| rr.0).max();
    assert!(longest.is_some_and(|rr| rr < 900), "no interval reaches across the hole: {longest:?}");
}

#[tokio::test(start_paused = true)]
async fn silent_motion_sensor_does_not_look_like_sleep() {
    let (bracelet, _) = started(1).await;
    let mut app = App::connect(&bracelet, LinkOptions::default()).await;
    app.hello().await;
    hear(&mut app, 20).await;
    bracelet.trouble(Sensor::Motion, Some(Trouble::Silent));
    // Longer than the stillness that sleep takes.
    let (lines, events) = hear(&mut app, 20 * 60).await;
    assert_eq!(events, [fault(0x13)]);
    assert!(lines.iter().all(|live| live.activity != Activity::Asleep));
    assert!(lines.last().is_some_and(|live| live.worn && live.heart_rate.is_some()), "the light goes on");
}

#[tokio::test(start_paused = true)]
async fn another_part_at_the_sensors_address_is_not_believed() {
    let (bracelet, _) = started(1).await;
    bracelet.trouble(Sensor::Optical, Some(Trouble::Garbled));
    let mut app = App::connect(&bracelet, LinkOptions::default()).await;
    app.hello().await;
    let (lines, events) = hear(&mut app, 20).await;
    assert_eq!(events, [fault(0x21)]);
    assert!(lines.iter().all(|live| live.heart_rate.is_none() && !live.worn));
}

#[tokio::test(start_paused = true)]
async fn temperature_with_a_wrong_checksum_is_not_shown() {
    let (bracelet, _) = started(1).await;
    bracelet.trouble(Sensor::Thermometer, Some(Trouble::Garbled));
    let mut app = App::connect(&bracelet, LinkOptions::default()).await;
    app.hello().await;
    let (lines, events) = hear(&mut app, 40).await;
    assert_eq!(events, [Event { kind: EventKind::Worn, detail: 0 }, fault(0x32)]);
    assert!(lines.iter().all(|live| live.skin_temperature.is_none()));
    assert!(lines.last().is_some_and(|live| live.heart_rate.is_some()), "the other sensors do not mind");
    bracelet.trouble(Sensor::Thermometer, None);
    let (lines, _) = hear(&mut app, 5).await;
    assert!(lines[4].skin_temperature.is_some_and(|skin| (3_300..3_400).contains(&skin.0)));
}

#[tokio::test(start_paused = true)]
async fn light_that_was_not_read_in_time_is_a_marked_loss() {
    let (bracelet, _) = started(1).await;
    let mut app = App::connect(&bracelet, LinkOptions::default()).await;
    app.hello().await;
    hear(&mut app, 20).await;
    // Nothing runs for so long; the FIFO of the light holds 640 ms, that of the motion 3.4 s.
    for (stall_ms, faults) in [(700, &[0x51][..]), (900, &[0x51]), (1_500, &[0x51]), (5_000, &[0x53, 0x51])] {
        advance(Duration::from_millis(stall_ms)).await;
        let (lines, events) = hear(&mut app, 20).await;
        let faults: Vec<_> = faults.iter().map(|detail| fault(*detail)).collect();
        assert_eq!(events, faults, "after {stall_ms} ms");
        for live in &lines {
            assert!(live.rr.iter().all(|rr| (650..950).contains(&rr.0)), "{:?} after {stall_ms} ms", live.rr);
        }
        assert!(lines[3..].iter().all(|live| live.worn));
        assert!(lines[19].heart_rate.is_some_and(|bpm| (70..83).contains(&bpm.0)));
    }
}

#[tokio::test(start_paused = true)]
async fn bracelet_on_the_table_shows_no_pulse() {
    let (bracelet, _) = started(1).await;
    let mut app = App::connect(&bracelet, LinkOptions::default()).await;
    app.hello().await;
    hear(&mut app, 20).await;
    bracelet.wear(false);
    let (lines, events) = hear(&mut app, 20).await;
    assert_eq!(events, [Event { kind: EventKind::Removed, detail: 0 }]);
    for live in &lines[10..] {
        assert!(!live.worn && live.heart_rate.is_none() && live.rr.is_empty(), "{live:?}");
    }
    bracelet.wear(true);
    let (lines, events) = hear(&mut app, 20).await;
    assert_eq!(events, [Event { kind: EventKind::Worn, detail: 0 }]);
    assert!(lines[19].heart_rate.is_some_and(|bpm| (70..83).contains(&bpm.0)));
}
