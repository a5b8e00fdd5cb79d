//! A phone: the app's end of the protocol on the link, with a map for a store.

use std::collections::BTreeMap;
use std::time::Duration;

use firmware::sim::{Bracelet, Link, LinkOptions};
use tokio::time::{Instant, sleep_until};
use vitals::{Boot, Placed, Record, Seq};
use wire::central::{Cursor, Event, HelloInfo, Session};
use wire::message::{AppId, BootInfo};

use crate::app::NOW;

/// What was committed: by boot and place.
pub type Store = BTreeMap<(Boot, Seq), (Record, Placed)>;

pub struct Phone {
    session: Session,
    started: Instant,
    /// Commits what it is given (and so lets the bracelet free it), or only keeps it.
    pub commits: bool,
    /// Leaves the boots before the present one alone.
    pub newest_only: bool,
    pub store: Store,
    pub gaps: u64,
    pub caught_up: bool,
    pub hello: Option<HelloInfo>,
    /// When live lines came.
    pub live: Vec<Instant>,
}

impl Phone {
    pub fn new() -> Self {
        Self {
            session: Session::new(AppId(7), 1),
            started: Instant::now(),
            commits: true,
            newest_only: false,
            store: Store::new(),
            gaps: 0,
            caught_up: false,
            hello: None,
            live: Vec::new(),
        }
    }

    /// Connects and listens until the link is lost, `until`, or `enough`; false if the link was lost.
    pub async fn talk(
        &mut self,
        bracelet: &Bracelet,
        options: LinkOptions,
        until: Instant,
        enough: impl Fn(&Self) -> bool,
    ) -> bool {
        let Link { mtu, mut notifications, writes } = bracelet.connect(options).await;
        self.caught_up = false;
        self.session.connected(mtu, NOW, self.started.elapsed());
        loop {
            while let Some(event) = self.session.poll_event() {
                self.heard(event);
            }
            if enough(self) {
                return true;
            }
            if let Some(bytes) = self.session.poll_write() {
                if writes.send(bytes).await.is_err() {
                    break;
                }
                continue;
            }
            let tick = self.session.deadline().map_or(until, |deadline| until.min(self.started + deadline));
            tokio::select! {
                received = notifications.recv() => match received {
                    Some(bytes) => self.session.received(&bytes, self.started.elapsed()),
                    None => break,
                },
                () = sleep_until(tick) => {
                    if Instant::now() >= until {
                        self.session.disconnected();
                        return true;
                    }
                    self.session.tick(self.started.elapsed());
                }
            }
        }
        self.session.disconnected();
        false
    }

    fn heard(&mut self, event: Event) {
        match event {
            Event::Hello(hello) => {
                let had = |info: &BootInfo| match self.last(info.boot) {
                    _ if self.newest_only && info.boot != hello.boot => Some(info.next()),
                    last => last.map(Seq::next),
                };
                let cursor = |info| had(info).map(|next| Cursor { boot: info.boot, next });
                let cursors: Vec<_> = hello.boots.iter().filter_map(cursor).collect();
                self.hello = Some(hello);
                self.session.resume(&cursors);
            }
            Event::Page { boot, records, .. } => {
                let upto = records.last().expect("never empty").0.seq;
                for (record, placed) in records {
                    let twice = self.store.insert((boot, record.seq), (record, placed));
                    assert!(twice.is_none(), "given twice: {twice:?}");
                }
                if self.commits {
                    self.session.committed(boot, upto);
                }
            }
            Event::Gap { boot, from, to, .. } => {
                self.gaps += u64::from(to.0 - from.0) + 1;
                self.session.committed(boot, to);
            }
            Event::CaughtUp => self.caught_up = true,
            Event::Live(_) => self.live.push(Instant::now()),
            _ => {}
        }
    }

    pub fn last(&self, boot: Boot) -> Option<Seq> {
        self.store.range((boot, Seq(0))..=(boot, Seq(u32::MAX))).next_back().map(|((_, seq), _)| *seq)
    }

    /// Asserts that each boot's records are all there: no place is missing between the first and the last.
    pub fn assert_whole(&self) {
        let mut expected: BTreeMap<Boot, Seq> = BTreeMap::new();
        for (boot, seq) in self.store.keys() {
            let next = expected.entry(*boot).or_default();
            assert_eq!(seq, next, "a hole in boot {boot}");
            *next = next.next();
        }
    }
}

/// In so many seconds.
pub fn after(seconds: u64) -> Instant {
    Instant::now() + Duration::from_secs(seconds)
}
