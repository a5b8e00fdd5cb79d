//! A small app: says hello, keeps what it hears with the time at which it heard it.

use std::time::Duration;

use firmware::sim::{Bracelet, Link, LinkOptions, Options};
use tokio::time::{Instant, timeout};
use vitals::UnixMillis;
use wire::line::{LineReader, MAX_TO_APP};
use wire::message::{AppId, Hello, Live, ToApp, ToBracelet};

/// When the tests take place.
pub const NOW: UnixMillis = UnixMillis(1_800_000_000_000);

/// A bracelet without a past, its flash in memory, and when it was started.
pub async fn started(seed: u64) -> (Bracelet, Instant) {
    let options = Options { flash: None, history_days: 0, seed, now: NOW };
    let bracelet = Bracelet::start(options, |_| {}).await.expect("it starts");
    (bracelet, Instant::now())
}

/// An app that is connected.
pub struct App {
    pub link: Link,
    reader: LineReader,
}

impl App {
    pub async fn connect(bracelet: &Bracelet, options: LinkOptions) -> Self {
        Self { link: bracelet.connect(options).await, reader: LineReader::new(MAX_TO_APP) }
    }

    pub async fn say(&self, message: &ToBracelet) {
        for piece in message.line().chunks(self.link.mtu - 3) {
            self.link.writes.send(piece.to_vec()).await.expect("the bracelet listens");
        }
    }

    pub async fn hello(&self) {
        self.say(&ToBracelet::Hello(Hello { v: 1, app: AppId(7), time: NOW })).await;
    }

    /// Hands each message to `heard` until `until` or until the link is lost; false for lost.
    pub async fn listen(&mut self, until: Instant, mut heard: impl FnMut(Instant, ToApp<'_>)) -> bool {
        while let Ok(received) =
            timeout(until.saturating_duration_since(Instant::now()), self.link.notifications.recv()).await
        {
            let Some(bytes) = received else { return false };
            assert!(bytes.len() <= self.link.mtu - 3, "a notification longer than the MTU allows");
            let mut bytes = &bytes[..];
            while let Some(json) = self.reader.read(&mut bytes) {
                heard(Instant::now(), ToApp::parse(json).expect("a message"));
            }
        }
        true
    }

    /// The live lines of so many seconds.
    pub async fn live(&mut self, seconds: u64) -> Vec<(Instant, Live)> {
        let mut lines = Vec::new();
        self.listen(Instant::now() + Duration::from_secs(seconds), |at, message| {
            if let ToApp::Live(live) = message {
                lines.push((at, live));
            }
        })
        .await;
        lines
    }
}
