//! The client against links that fail in the ways radios do.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;
use wire::message::AppId;

use super::{Client, Ends, Kept, Link, LinkError, Report, ToKeep, Transport};
use crate::engine::Clock;

/// The bracelet's end of a link.
type End = (mpsc::Sender<Vec<u8>>, mpsc::Receiver<Vec<u8>>);

/// A radio that finds nothing twice, and then a bracelet that says nothing, or nonsense.
struct Deaf {
    tries: usize,
    nonsense: bool,
    /// The bracelet's ends, kept so that the links stay up.
    ends: Vec<End>,
}

impl Transport for Deaf {
    async fn connect(&mut self) -> Result<Link, LinkError> {
        self.tries += 1;
        if self.tries <= 2 {
            return Err(LinkError::Silent("not found".to_owned()));
        }
        let (notify, notifications) = mpsc::channel(8);
        let (writes, written) = mpsc::channel(8);
        if self.nonsense {
            let notify = notify.clone();
            tokio::spawn(async move {
                while notify.send(b"{\"heartRate\":72,\"crc\":\"00000000\"}\n".to_vec()).await.is_ok() {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            });
        }
        self.ends.push((notify, written));
        Ok(Link { mtu: 23, notifications, writes })
    }
}

/// When each report of a client came, in seconds, and what it was called.
async fn reports(nonsense: bool, count: usize) -> Vec<(u64, &'static str)> {
    let (report, mut reports) = mpsc::unbounded_channel();
    let (keep, _keep) = mpsc::unbounded_channel::<ToKeep>();
    let (_kept, kept) = mpsc::unbounded_channel::<Kept>();
    let radio = Deaf { tries: 0, nonsense, ends: Vec::new() };
    let (_no_order, orders) = mpsc::unbounded_channel();
    let client = Client::new(radio, AppId(1), Clock::default(), Ends { reports: report, keep, kept, orders });
    tokio::spawn(client.run());
    let start = Instant::now();
    let mut told = Vec::new();
    while told.len() < count {
        let name = match reports.recv().await.expect("the client never gives up") {
            Report::Searching => "searching",
            Report::Found => "found",
            Report::Lost { .. } => "lost",
            _ => "something else",
        };
        told.push((start.elapsed().as_secs(), name));
    }
    told
}

const STORY: [(u64, &str); 10] = [
    (0, "searching"),
    (0, "lost"),
    (1, "searching"),
    (1, "lost"),
    (3, "searching"),
    (3, "found"),
    // Ten seconds without a sound line; then five until the next try.
    (13, "lost"),
    (18, "searching"),
    (18, "found"),
    (28, "lost"),
];

#[tokio::test(start_paused = true)]
async fn a_bracelet_that_says_nothing_is_tried_again_and_never_given_up() {
    assert_eq!(reports(false, STORY.len()).await, STORY);
}

#[tokio::test(start_paused = true)]
async fn a_bracelet_that_says_nonsense_is_as_silent_as_one_that_says_nothing() {
    assert_eq!(reports(true, STORY.len()).await, STORY);
}

#[tokio::test(start_paused = true)]
async fn whoever_asks_to_connect_now_need_not_wait_for_the_next_try() {
    let (report, mut reports) = mpsc::unbounded_channel();
    let (keep, _keep) = mpsc::unbounded_channel::<ToKeep>();
    let (_kept, kept) = mpsc::unbounded_channel::<Kept>();
    let radio = Deaf { tries: 0, nonsense: false, ends: Vec::new() };
    let (_no_order, orders) = mpsc::unbounded_channel();
    let client = Client::new(radio, AppId(1), Clock::default(), Ends { reports: report, keep, kept, orders });
    let hurry = client.hurry();
    tokio::spawn(client.run());
    assert_eq!(reports.recv().await, Some(Report::Searching));
    let Some(Report::Lost { next_try }) = reports.recv().await else { panic!("nothing is found at first") };
    hurry.notify_waiters();
    assert_eq!(reports.recv().await, Some(Report::Searching));
    assert!(Instant::now() < next_try);
}
