//! The bracelet's one loop: samples, records, keeps, and talks, for ever. What runs on the chip runs on the host.
//!
//! Everything it stands on comes in behind a trait: the bus, the clock, the battery, the flash (inside the journal), the link.
//! Nothing runs beside it, so nothing is locked: a slow radio or a long read of the journal cannot reach in between a sample
//! and its record.

use core::future::Future;

use embassy_futures::select::{Either, select};
use embedded_hal_async::i2c::I2c;
use embedded_storage::nor_flash::NorFlash;
use signal::Config;
use vitals::{Percent, UptimeMillis};
use wire::journal::Journal as _;
use wire::message::{Identity, Incident, Live};
use wire::peripheral::{Action, Session};

use crate::journal::Journal;
use crate::panel::{Front, Notice, Panel};
use crate::recorder::{Now, Recorder, SECOND_MS};
use crate::sampling::{POLL_MS, Sampling};
use crate::sensors::max30102;

/// The bracelet's own clock.
pub trait Clock {
    /// Time since the start.
    fn now(&self) -> UptimeMillis;
    /// Waits until then; at once if that is past.
    fn until(&mut self, then: UptimeMillis) -> impl Future<Output = ()>;
}

/// The battery's gauge.
pub trait Battery {
    /// The charge now.
    fn charge(&mut self) -> Percent;
}

/// What the link has to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkEvent {
    /// An app connected; so many bytes fit in one notification or write.
    Connected {
        /// ATT MTU less 3.
        payload: usize,
    },
    /// The app is gone. What was not sent never will be.
    Disconnected,
    /// The app wrote this many bytes; they are in the buffer.
    Received(usize),
    /// The notification is on its way: the next one may come.
    Sent,
}

/// The radio, or what stands for it: one app at a time, as Bluetooth's peripheral sees it.
pub trait Link {
    /// Waits for what happens next. With `outgoing`, sends it as one notification as soon as there is room.
    ///
    /// Dropping the future must lose nothing: neither bytes that were received nor half of what is sent.
    fn next(&mut self, outgoing: Option<&[u8]>, incoming: &mut [u8]) -> impl Future<Output = LinkEvent>;
}

/// What the loop runs on.
pub struct Board<I, C, B, F, L, P> {
    /// The bus with the three sensors.
    pub bus: I,
    /// The clock.
    pub clock: C,
    /// The battery's gauge.
    pub battery: B,
    /// The journal, mounted: this boot is begun.
    pub journal: Journal<F>,
    /// The link.
    pub link: L,
    /// Display, light, sounder and button.
    pub panel: P,
}

/// The largest notification and write: an ATT MTU of 512 less its header.
const MAX_PAYLOAD: usize = 509;
/// What an ATT notification or write carries besides its payload.
const ATT_HEADER: usize = 3;
/// A value that is older is not "now" any more.
const SPO2_FRESH_MS: u64 = 60_000;
const SKIN_FRESH_MS: u64 = 120_000;

/// Runs the bracelet until it loses its power.
pub async fn run<I, C, B, F, L, P>(board: Board<I, C, B, F, L, P>, identity: &Identity) -> !
where
    I: I2c,
    C: Clock,
    B: Battery,
    F: NorFlash,
    L: Link,
    P: Panel,
{
    let Board { mut bus, mut clock, mut battery, journal, mut link, panel } = board;
    let mut sampling = Sampling::default();
    let mut bracelet = Bracelet {
        session: Session::new(identity, journal.recorder()),
        recorder: Recorder::new(Config::new(max30102::SAMPLE_RATE_HZ)),
        journal,
        front: Front::new(panel),
    };
    let mut turn = clock.now();
    let mut second = UptimeMillis(turn.0 + SECOND_MS);
    let (mut outgoing, mut incoming) = ([0; MAX_PAYLOAD], [0; MAX_PAYLOAD]);
    let mut waiting = None;
    loop {
        if waiting.is_none() {
            waiting = bracelet.outgoing(clock.now(), &mut outgoing);
        }
        let notification = waiting.and_then(|length| outgoing.get(..length));
        match select(clock.until(turn), link.next(notification, &mut incoming)).await {
            Either::First(()) => {
                let now = clock.now();
                sampling.poll(&mut bus, now, &mut bracelet.recorder).await;
                bracelet.look_at_button(now);
                if now >= second {
                    bracelet.recorder.battery(battery.charge());
                    second = after(second, SECOND_MS, now);
                    bracelet.close_second(UptimeMillis(second.0 - SECOND_MS), now);
                }
                turn = after(turn, POLL_MS, now);
            }
            Either::Second(LinkEvent::Sent) => waiting = None,
            Either::Second(LinkEvent::Received(length)) => {
                bracelet.received(incoming.get(..length).unwrap_or_default(), clock.now());
            }
            Either::Second(LinkEvent::Connected { payload }) => {
                waiting = None;
                bracelet.session.connected(payload + ATT_HEADER);
            }
            Either::Second(LinkEvent::Disconnected) => {
                waiting = None;
                bracelet.session.disconnected();
            }
        }
    }
}

/// The next beat of a rhythm after `now`; what was slept through is not made up for.
fn after(last: UptimeMillis, every_ms: u64, now: UptimeMillis) -> UptimeMillis {
    UptimeMillis(last.0 + (now.0.saturating_sub(last.0) / every_ms + 1) * every_ms)
}

/// What the loop turns: no waiting in here.
struct Bracelet<F, P> {
    session: Session,
    recorder: Recorder,
    journal: Journal<F>,
    front: Front<P>,
}

impl<F: NorFlash, P: Panel> Bracelet<F, P> {
    /// Records the second that is over, then tells of it: nothing is said that is not in flash.
    fn close_second(&mut self, end: UptimeMillis, now: UptimeMillis) {
        for record in self.recorder.close(end) {
            let event = record.event;
            // A record that the flash refused is lost; the live line below still goes.
            let Ok(seq) = self.journal.append(&record) else { continue };
            if let Some(event) = event {
                let (boot, kind, detail) = (self.journal.boot(), event.kind, event.detail);
                self.session.event(Incident { boot, seq, uptime: end, kind, detail });
            }
        }
        self.session.recorded();
        self.session.live(now, live(self.recorder.now(), now));
        if self.journal.fold_due() {
            // Now, with a second's time until the next record and an empty FIFO. What fails is tried again.
            let _ = self.journal.fold();
        }
    }

    fn received(&mut self, bytes: &[u8], now: UptimeMillis) {
        self.session.received(bytes, now, &mut self.journal);
        while let Some(action) = self.session.poll_action() {
            match action {
                Action::Recorder(app) => {
                    // A flash that fails forgets the role at the next start, and the app takes it again.
                    let _ = self.journal.set_recorder(app);
                }
                Action::Command { key, command } => {
                    let done = self.front.command(key, command);
                    self.session.answer(key, done.map(|_| ()));
                    self.tell(done.ok().flatten());
                }
            }
        }
    }

    fn tell(&mut self, notice: Option<Notice>) {
        if let Some((key, state, reply)) = notice {
            self.session.message_state(key, state, reply);
        }
    }

    fn look_at_button(&mut self, now: UptimeMillis) {
        let (notices, event) = self.front.poll(now);
        for notice in notices {
            self.tell(notice);
        }
        if let Some(event) = event {
            self.recorder.event(event);
        }
    }

    fn outgoing(&mut self, now: UptimeMillis, buffer: &mut [u8]) -> Option<usize> {
        self.session.poll(now, &mut self.journal, buffer)
    }
}

/// The live line of this moment.
fn live(now: &Now, at: UptimeMillis) -> Live {
    let fresh = |when: UptimeMillis, for_ms: u64| at.0.saturating_sub(when.0) <= for_ms;
    Live {
        heart_rate: now.heart_rate,
        spo2: now.spo2.filter(|(_, when)| fresh(*when, SPO2_FRESH_MS)).map(|(percent, _)| percent),
        skin_temperature: now
            .skin_temperature
            .filter(|(_, when)| fresh(*when, SKIN_FRESH_MS))
            .map(|(skin, _)| skin),
        // The bracelet does not know when its wearer's day began: the app counts by the records.
        steps_today: None,
        at: None,
        battery: now.battery,
        quality: now.quality,
        worn: now.worn,
        activity: now.activity,
        rr: now.rr.clone(),
        beat_age: now.last_beat.and_then(|beat| u32::try_from(at.0.saturating_sub(beat.0)).ok()),
    }
}
