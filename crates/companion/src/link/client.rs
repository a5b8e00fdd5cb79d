//! Keeps a link to one bracelet: connects, speaks the protocol, hands everything on, and never gives up.

use std::sync::Arc;
use std::time::Duration;

use bridge::Code;
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::time::{Instant, sleep_until, timeout};
use vitals::UnixMillis;
use wire::central::{Event, HelloInfo, Progress, Session};
use wire::journal::BootEntry;
use wire::message::{AppId, BootInfo};

use super::{Arrived, Backoff, Kept, Link, Met, Order, Report, ToKeep, Transport};
use crate::engine::{Clock, is_plausible};

/// How long one try to connect may take.
const CONNECTING: Duration = Duration::from_secs(20);
/// A live line comes every second: after so long without one sound line the link is as good as lost.
const SILENCE: Duration = Duration::from_secs(10);

/// The client of one bracelet. Dropping its future disconnects.
#[derive(Debug)]
pub struct Client<T> {
    transport: T,
    clock: Clock,
    session: Session,
    origin: Instant,
    meeting: u64,
    backoff: Backoff,
    hurry: Arc<Notify>,
    /// What the bracelet was told last that it is.
    told: UnixMillis,
    /// The bracelet was told no time that can be right, and waits for one.
    timeless: bool,
    reports: UnboundedSender<Report>,
    keep: UnboundedSender<ToKeep>,
    kept: UnboundedReceiver<Kept>,
    orders: UnboundedReceiver<Order>,
}

/// The ends of a client that are not its radio.
#[derive(Debug)]
pub struct Ends {
    /// Is told what is for the eye.
    pub reports: UnboundedSender<Report>,
    /// Is told what is for the record.
    pub keep: UnboundedSender<ToKeep>,
    /// Tells what is on the disk.
    pub kept: UnboundedReceiver<Kept>,
    /// Tells what to ask of the bracelet.
    pub orders: UnboundedReceiver<Order>,
}

/// Nobody listens any more.
struct Unheard;

impl<T: Transport> Client<T> {
    /// A client that calls itself `app`.
    #[must_use]
    pub fn new(transport: T, app: AppId, clock: Clock, ends: Ends) -> Self {
        let Ends { reports, keep, kept, orders } = ends;
        // Command ids must be above those of earlier runs: seconds are.
        let first_id = u32::try_from(clock.now().0 / 1_000).unwrap_or(1);
        Self {
            transport,
            clock,
            session: Session::new(app, first_id),
            origin: Instant::now(),
            meeting: 0,
            backoff: Backoff::default(),
            hurry: Arc::default(),
            told: UnixMillis(0),
            timeless: false,
            reports,
            keep,
            kept,
            orders,
        }
    }

    /// Wakes a client that waits for its next try, so that it tries at once (`notify_waiters`).
    #[must_use]
    pub fn hurry(&self) -> Arc<Notify> {
        Arc::clone(&self.hurry)
    }

    /// Connects, again and again, until nobody listens.
    pub async fn run(mut self) {
        // The engine has gone: nothing is left to do.
        let Err(Unheard) = self.keep_trying().await;
    }

    async fn keep_trying(&mut self) -> Result<std::convert::Infallible, Unheard> {
        loop {
            self.report(Report::Searching)?;
            match timeout(CONNECTING, self.transport.connect()).await {
                Ok(Ok(link)) => {
                    self.report(Report::Found)?;
                    self.talk(link).await?;
                    self.session.disconnected();
                }
                Ok(Err(error)) => tracing::info!(%error, "no link"),
                Err(_) => tracing::info!("connecting took too long"),
            }
            let next_try = Instant::now() + self.backoff.wait();
            // Made before the wait is told, so that whoever hears of it can end it.
            let hurry = Arc::clone(&self.hurry);
            let hurried = hurry.notified();
            self.report(Report::Lost { next_try })?;
            tokio::pin!(hurried);
            loop {
                tokio::select! {
                    () = sleep_until(next_try) => break,
                    () = &mut hurried => break,
                    order = self.orders.recv() => self.take_order(order)?,
                }
            }
        }
    }

    fn report(&self, report: Report) -> Result<(), Unheard> {
        self.reports.send(report).map_err(|_| Unheard)
    }

    fn take_order(&mut self, order: Option<Order>) -> Result<(), Unheard> {
        match order.ok_or(Unheard)? {
            // Who asked may have gone: the number is not used then.
            Order::Number(asked) => drop(asked.send(self.session.number())),
            Order::Say { id, command } => self.session.say(id, command),
        }
        Ok(())
    }

    fn now(&self) -> Duration {
        self.origin.elapsed()
    }

    /// Speaks over a link until it is lost or silent.
    async fn talk(&mut self, mut link: Link) -> Result<(), Unheard> {
        self.told = self.clock.now();
        // Found out anew on each link: what the last one was told no longer counts.
        self.timeless = false;
        self.session.connected(link.mtu, self.told, self.now());
        let mut heard = Instant::now();
        let mut write = None;
        loop {
            while let Some(event) = self.session.poll_event() {
                heard = Instant::now();
                self.hand_on(event)?;
            }
            // Only hello tells the time, so it is said again. Live lines come each second: this is looked at as often.
            if self.timeless && is_plausible(self.clock.now()) {
                tracing::info!("the clock is right now: the bracelet is met anew");
                return Ok(());
            }
            if write.is_none() {
                write = self.session.poll_write();
            }
            let due = self.session.deadline().map(|due| self.origin + due);
            tokio::select! {
                notified = link.notifications.recv() => match notified {
                    Some(bytes) => self.session.received(&bytes, self.now()),
                    None => {
                        tracing::info!("the link was lost");
                        return Ok(());
                    }
                },
                room = link.writes.reserve(), if write.is_some() => match (room, write.take()) {
                    (Ok(room), Some(bytes)) => room.send(bytes),
                    _ => return Ok(()),
                },
                kept = self.kept.recv() => match kept {
                    Some(Kept::Cursors { meeting, cursors }) if meeting == self.meeting => {
                        self.session.resume(&cursors);
                    }
                    // The answer to an earlier meeting.
                    Some(Kept::Cursors { .. }) => {}
                    Some(Kept::Committed { boot, seq }) => self.session.committed(boot, seq),
                    None => return Err(Unheard),
                },
                order = self.orders.recv() => self.take_order(order)?,
                () = sleep_until(due.unwrap_or(heard + SILENCE)), if due.is_some() => {
                    let now = self.now();
                    self.session.tick(now);
                }
                () = sleep_until(heard + SILENCE) => {
                    tracing::info!(drops = ?self.session.drops(), "the link is silent");
                    return Ok(());
                }
            }
        }
    }

    fn hand_on(&mut self, event: Event) -> Result<(), Unheard> {
        let arrived = |arrived| self.keep.send(ToKeep::Arrived(arrived)).map_err(|_| Unheard);
        match event {
            Event::Hello(info) => {
                self.backoff.reset();
                self.meeting += 1;
                self.report(Report::Met { serial: info.identity.serial.clone(), journal: info.journal })?;
                self.keep.send(ToKeep::Met(met(self.meeting, info))).map_err(|_| Unheard)
            }
            Event::Live(live) => self.report(Report::Live(live)),
            Event::Page { boot, records, .. } => arrived(Arrived::Page { boot, records }),
            Event::Gap { boot, from, to, why, .. } => arrived(Arrived::Missing { boot, from, to, why }),
            Event::Progress(Progress { done, total, span_ms }) => {
                let span_ms = i64::try_from(span_ms).unwrap_or(i64::MAX);
                self.report(Report::Progress { done, total, span_ms })
            }
            Event::CaughtUp => self.report(Report::CaughtUp),
            Event::Incompatible => {
                let detail = "no version of the protocol in common".to_owned();
                self.report(Report::Refused { code: Code::ProtocolVersion, detail })
            }
            Event::NoTime { boot } => {
                // Judged by what was told: the clock may have been set right since.
                self.timeless = !is_plausible(self.told);
                let detail =
                    format!("records from boot {boot} on stay on the bracelet until a clock is right");
                self.report(Report::Refused { code: Code::ClockWrong, detail })
            }
            Event::Happened { incident, at } => self.report(Report::Happened {
                kind: incident.kind,
                boot: incident.boot,
                seq: incident.seq,
                at: at.map(|placed| placed.at),
            }),
            Event::Answered { id, result } => self.report(Report::Answered { id, result }),
            Event::Message(notice) => self.report(Report::Message(notice)),
            // Told by what it changes: who may not acknowledge does not.
            Event::Role(_) => Ok(()),
        }
    }
}

fn met(meeting: u64, info: HelloInfo) -> Met {
    Met {
        meeting,
        serial: info.identity.serial,
        firmware: info.identity.firmware,
        journal: info.journal,
        boots: info.boots.into_iter().map(entry).collect(),
    }
}

fn entry(info: BootInfo) -> BootEntry {
    BootEntry {
        boot: info.boot,
        first: info.first,
        next: info.next(),
        end: info.end,
        // A stranger that tells more anchors than a journal can keep is not believed further.
        anchors: info.anchors.into_iter().take(wire::journal::MAX_ANCHORS).collect(),
    }
}
