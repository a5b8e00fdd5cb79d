//! An in-memory link between the built-in bracelet and an app: notifications of bounded size through a bounded queue, as a
//! radio's, with its faults.

use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::uniform;
use crate::app::{Link as Radio, LinkEvent};

/// Notifications that wait in the radio before the bracelet has to.
const QUEUE: usize = 32;
/// What an ATT notification or write carries besides its payload.
const ATT_HEADER: usize = 3;
/// The smallest and the largest ATT MTU of Bluetooth LE as we use it.
pub const MTU: core::ops::RangeInclusive<usize> = 23..=512;

/// What goes wrong on the way from the bracelet to the app. Shares are of all notifications, 0 to 1.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Faults {
    /// Share that never arrives.
    pub drop: f64,
    /// Share that arrives twice.
    pub duplicate: f64,
    /// Share of which only a first part arrives.
    pub cut: f64,
    /// After so many notifications nothing moves for so long.
    pub stall: Option<(u64, Duration)>,
    /// After so many notifications the link is lost.
    pub disconnect_after: Option<u64>,
    /// While there is a file of this name, the bracelet is out of reach: the link is lost, and none comes about.
    pub out_of_reach: Option<PathBuf>,
    /// At most so many notifications a second; none: as fast as they are taken.
    pub rate: Option<f64>,
    /// Which notifications it hits.
    pub seed: u64,
}

impl Faults {
    /// Whether the bracelet is out of reach now.
    #[must_use]
    pub fn is_out_of_reach(&self) -> bool {
        self.out_of_reach.as_ref().is_some_and(|file| file.exists())
    }
}

/// How to connect.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkOptions {
    /// ATT MTU, 23–512; others are brought into that range.
    pub mtu: usize,
    /// What goes wrong.
    pub faults: Faults,
}

impl Default for LinkOptions {
    /// The MTU that our app asks for, and no faults.
    fn default() -> Self {
        Self { mtu: 512, faults: Faults::default() }
    }
}

/// The app's end. Dropping it disconnects; when `notifications` ends, the link is lost.
#[derive(Debug)]
pub struct Link {
    /// ATT MTU: at most three bytes less go in one write.
    pub mtu: usize,
    /// What the bracelet sends.
    pub notifications: mpsc::Receiver<Vec<u8>>,
    /// What is written to the bracelet.
    pub writes: mpsc::Sender<Vec<u8>>,
}

/// The bracelet's end of one connection.
pub(super) struct Peer {
    payload: usize,
    air: Air,
    writes: mpsc::Receiver<Vec<u8>>,
}

/// The way to the app.
struct Air {
    notify: mpsc::Sender<Vec<u8>>,
    faults: Faults,
    sent: u64,
    not_before: Option<Instant>,
}

/// Both ends of a new connection.
pub(super) fn pair(options: LinkOptions) -> (Link, Peer) {
    let mtu = options.mtu.clamp(*MTU.start(), *MTU.end());
    let (notify, notifications) = mpsc::channel(QUEUE);
    let (writes, written) = mpsc::channel(QUEUE);
    let air = Air { notify, faults: options.faults, sent: 0, not_before: None };
    let peer = Peer { payload: mtu - ATT_HEADER, air, writes: written };
    (Link { mtu, notifications, writes }, peer)
}

/// The bracelet's radio: takes what connects, one at a time.
pub(super) struct SimLink {
    arriving: mpsc::Receiver<Peer>,
    peer: Option<Peer>,
    /// A second app came: the first is told goodbye before the second is greeted.
    next: Option<Peer>,
}

impl SimLink {
    pub(super) fn new(arriving: mpsc::Receiver<Peer>) -> Self {
        Self { arriving, peer: None, next: None }
    }

    fn greet(&mut self, peer: Peer) -> LinkEvent {
        let payload = peer.payload;
        self.peer = Some(peer);
        LinkEvent::Connected { payload }
    }
}

impl Radio for SimLink {
    async fn next(&mut self, outgoing: Option<&[u8]>, incoming: &mut [u8]) -> LinkEvent {
        if let Some(peer) = self.next.take() {
            return self.greet(peer);
        }
        let Some(peer) = &mut self.peer else {
            return match self.arriving.recv().await {
                Some(peer) => self.greet(peer),
                None => core::future::pending().await,
            };
        };
        tokio::select! {
            biased;
            Some(next) = self.arriving.recv() => {
                self.next = Some(next);
            }
            written = peer.writes.recv() => if let Some(bytes) = written {
                // A write longer than the MTU allows does not exist on a radio: cut, and the line's CRC will tell.
                let length = bytes.len().min(peer.payload).min(incoming.len());
                if let (Some(to), Some(from)) = (incoming.get_mut(..length), bytes.get(..length)) {
                    to.copy_from_slice(from);
                }
                return LinkEvent::Received(length);
            },
            sent = peer.air.send(outgoing, peer.payload) => if sent {
                return LinkEvent::Sent;
            },
        }
        self.peer = None;
        LinkEvent::Disconnected
    }
}

impl Air {
    /// Sends one notification when there is room; false when the app is gone. Without `outgoing` it waits for that.
    async fn send(&mut self, outgoing: Option<&[u8]>, payload: usize) -> bool {
        let Some(bytes) = outgoing else {
            self.notify.closed().await;
            return false;
        };
        if let Some(then) = self.not_before {
            sleep_until(then).await;
            self.not_before = None;
        }
        let lost = self.faults.disconnect_after.is_some_and(|after| self.sent >= after);
        if lost || self.faults.is_out_of_reach() {
            return false;
        }
        let Ok(room) = self.notify.reserve().await else { return false };
        let bytes = bytes.get(..payload).unwrap_or(bytes);
        let chance = uniform(self.faults.seed, self.sent);
        let Faults { drop, duplicate, cut, stall, rate, .. } = self.faults;
        self.sent += 1;
        if chance < drop {
        } else if chance < drop + duplicate {
            room.send(bytes.to_vec());
            // Without room for the second one it comes once: a fault less.
            let _ = self.notify.try_send(bytes.to_vec());
        } else if chance < drop + duplicate + cut {
            room.send(bytes.get(..bytes.len() / 2).unwrap_or_default().to_vec());
        } else {
            room.send(bytes.to_vec());
        }
        if let Some((_, pause)) = stall.filter(|(after, _)| *after == self.sent) {
            self.not_before = Some(Instant::now() + pause);
        } else if let Some(rate) = rate {
            self.not_before = Some(Instant::now() + Duration::from_secs_f64(1.0 / rate.max(0.001)));
        }
        true
    }
}
