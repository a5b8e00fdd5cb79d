//! What is for the eye, on its way to the screen: never waits for a disk.

use std::sync::Arc;

use bridge::{CatchUp, Connection, Event, Step};
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;
use vitals::{Monitor, UnixMillis};
use wire::message::Live;

use super::alarms;
use super::beats::BeatClock;
use super::newest::LiveLine;
use super::sent::SentAt;
use super::view::View;
use crate::link::Report;

/// How long a connection may wait for its first beat before it counts as live without one (not worn, weak signal).
const FIRST_BEAT_MS: i64 = 15_000;

/// Shows what one link reports.
#[derive(Debug)]
pub struct Shower {
    view: Arc<View>,
    changed: Arc<Notify>,
    sent: SentAt,
    beats: BeatClock,
    met: Option<UnixMillis>,
}

impl Shower {
    /// For a link that is about to be made. `monitor` judges its live lines.
    #[must_use]
    pub fn new(view: Arc<View>, changed: Arc<Notify>, monitor: Monitor) -> Self {
        {
            let mut known = view.known();
            known.monitor = monitor;
            known.alarms.clear();
        }
        Self { view, changed, sent: SentAt::default(), beats: BeatClock::default(), met: None }
    }

    /// Shows what comes until nothing more can.
    pub async fn run(mut self, mut reports: mpsc::UnboundedReceiver<Report>) {
        while let Some(report) = reports.recv().await {
            self.take(report);
        }
    }

    fn take(&mut self, report: Report) {
        let now = self.view.clock.now();
        match report {
            Report::Searching => self.view.connecting(Step::Searching),
            Report::Found => self.view.connecting(Step::Found),
            Report::Met => {
                self.met = Some(now);
                self.sent = SentAt::default();
                self.view.connecting(Step::WaitingForBeat);
            }
            Report::Lost { next_try } => {
                let ms = next_try.saturating_duration_since(Instant::now()).as_millis();
                let next_try = now.plus(i64::try_from(ms).unwrap_or(i64::MAX));
                let since = match self.view.known().connection {
                    Connection::Lost { since, .. } => since,
                    _ => now,
                };
                self.view.known().catching_up = None;
                self.view.set_connection(Connection::Lost { since, next_try });
            }
            Report::Live(live) => self.live(&live, now),
            Report::Progress { done, total, span_ms } => {
                self.view.known().catching_up = Some(CatchUp { span_ms, done, total });
            }
            Report::CaughtUp => {
                self.view.known().catching_up = None;
                self.changed.notify_one();
                self.view.tell_home();
            }
            Report::Refused { code, detail } => self.view.trouble(code, detail),
        }
    }

    fn live(&mut self, live: &Live, now: UnixMillis) {
        let at = self.sent.line(live.at, now);
        let line = line(live, at);
        let beats = self.beats.line(at, live.beat_age.map(i64::from), &live.rr);
        let changes = {
            let mut known = self.view.known();
            known.newest.take(&line);
            if let Some(beat) = beats.last() {
                known.newest.beat = Some(beat.at);
            }
            let waiting = matches!(known.connection, Connection::Connecting { .. });
            let since = self.met.unwrap_or(now);
            if waiting && (!beats.is_empty() || now.since(since) > FIRST_BEAT_MS || !live.worn) {
                known.connection = Connection::Connected { since };
            }
            known.monitor.push(&line.reading())
        };
        alarms::of_live(&self.view, changes);
        if !beats.is_empty() {
            self.view.tell(Event::Beats(beats));
        }
        self.view.tell_home();
    }
}

/// A live line in the engine's terms, without what cannot be.
fn line(live: &Live, at: UnixMillis) -> LiveLine {
    LiveLine {
        at,
        heart_rate: live.heart_rate.filter(|bpm| bpm.is_plausible()),
        spo2: live.spo2.filter(|percent| percent.is_plausible_spo2()),
        skin_temperature: live.skin_temperature.filter(|skin| skin.is_plausible_skin()),
        steps: live.steps_today,
        battery: live.battery.filter(|percent| percent.is_plausible_charge()),
        quality: live.quality,
        worn: Some(live.worn),
        activity: Some(live.activity),
    }
}
