//! The journal comes over the link whole, whatever the link does to it, and the live line with it.

use std::time::Duration;

use firmware::sim::{Bracelet, Faults, LinkOptions, Options};
use tokio::time::Instant;

use crate::app::NOW;
use crate::phone::{Phone, after};

async fn with_days(history_days: u32) -> Bracelet {
    let options = Options { flash: None, history_days, seed: 5, now: NOW };
    let mut shares = vec![0.0];
    let bracelet = Bracelet::start(options, |share| shares.push(share)).await.expect("it starts");
    assert!(shares.is_sorted() && shares.iter().all(|share| (0.0..=1.0).contains(share)));
    bracelet
}

#[tokio::test(start_paused = true)]
async fn month_drains_whole() {
    let bracelet = with_days(30).await;
    let mut phone = Phone::new();
    phone.talk(&bracelet, LinkOptions::default(), after(600), |phone| phone.caught_up).await;
    assert!(phone.caught_up);
    assert_eq!(phone.gaps, 0);
    phone.assert_whole();
    assert!((2_590_000..2_593_000).contains(&phone.store.len()), "{} records", phone.store.len());
    assert!(phone.store.values().all(|(_, placed)| placed.anchored));
}

#[tokio::test(start_paused = true)]
async fn lossy_link_at_the_smallest_mtu_loses_and_repeats_nothing() {
    let bracelet = with_days(1).await;
    let mut phone = Phone::new();
    let mut links = 0;
    while !phone.caught_up {
        links += 1;
        assert!(links < 200, "it never comes to an end");
        let faults = Faults {
            drop: 0.001,
            duplicate: 0.001,
            cut: 0.001,
            stall: Some((5_000, Duration::from_secs(3))),
            disconnect_after: Some(2_000 + 500 * links),
            rate: None,
            seed: links,
            out_of_reach: None,
        };
        phone.talk(&bracelet, LinkOptions { mtu: 23, faults }, after(600), |phone| phone.caught_up).await;
    }
    assert!(links > 3);
    phone.assert_whole();
    assert!((86_000..87_500).contains(&phone.store.len()), "{} records", phone.store.len());
}

#[tokio::test(start_paused = true)]
async fn live_line_comes_each_second_while_a_slow_link_drains() {
    let bracelet = with_days(1).await;
    let mut phone = Phone::new();
    // One notification of 20 bytes in each connection interval of 15 ms.
    let faults = Faults { rate: Some(1.0 / 0.015), ..Faults::default() };
    let start = Instant::now();
    phone.talk(&bracelet, LinkOptions { mtu: 23, faults }, after(120), |_| false).await;
    assert!(!phone.caught_up && phone.store.len() > 10_000, "it drains all the while: {}", phone.store.len());
    assert!(phone.live.len() >= 117, "{} live lines in 120 s", phone.live.len());
    let first = phone.live[0];
    for (index, at) in phone.live.iter().enumerate() {
        let due = first + Duration::from_secs(index as u64);
        let late = at.saturating_duration_since(due).max(due.saturating_duration_since(*at));
        assert!(late <= Duration::from_secs(1), "{late:?} off at {:?}", *at - start);
    }
}
