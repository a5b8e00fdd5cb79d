//! What is for the eye, on its way to the screen: never waits for a disk.

use std::sync::Arc;

use bridge::{CatchUp, Connection, Event, Step};
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;
use vitals::{Boot, EventKind, JournalId, RecordName, Seq, UnixMillis};
use wire::message::Live;

use super::alarm::Alarm;
use super::alarms;
use super::beats::BeatClock;
use super::newest::{LiveLine, Newest};
use super::orders::Heard;
use super::sent::SentAt;
use super::view::View;
use crate::alerts::Judge;
use crate::link::Report;
use crate::store::{SourceId, StoredAlert};

/// How long a connection may wait for its first beat before it counts as live without one (not worn, weak signal).
const FIRST_BEAT_MS: i64 = 15_000;

/// A clock that says so much less than the last line's time was set back.
const SET_BACK_MS: i64 = 2_000;

/// Shows what one link reports.
#[derive(Debug)]
pub struct Shower {
    view: Arc<View>,
    changed: Arc<Notify>,
    /// Who the bracelet said it is: what names its events.
    serial: Option<(String, JournalId)>,
    /// Told what the bracelet answers.
    orders: mpsc::UnboundedSender<Heard>,
    sent: SentAt,
    beats: BeatClock,
    met: Option<UnixMillis>,
    /// When the link was lost that has not been made again.
    lost: Option<UnixMillis>,
}

impl Shower {
    /// For a link that is about to be made. What only live lines of an earlier one have told is told anew, or over.
    #[must_use]
    pub fn new(view: Arc<View>, changed: Arc<Notify>, orders: mpsc::UnboundedSender<Heard>) -> Self {
        let monitor = view.fresh_monitor();
        {
            let mut known = view.known();
            known.monitor = monitor;
            known.alarms.retain(|alarm| alarm.id.is_some());
        }
        Self {
            view,
            changed,
            serial: None,
            orders,
            sent: SentAt::default(),
            beats: BeatClock::default(),
            met: None,
            lost: None,
        }
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
            Report::Met { serial, journal } => {
                self.serial = Some((serial, journal));
                self.heard(Heard::Met);
                self.met = Some(now);
                self.lost = None;
                self.sent = SentAt::default();
                self.view.connecting(Step::WaitingForBeat);
            }
            Report::Lost { next_try } => {
                let ms = next_try.saturating_duration_since(Instant::now()).as_millis();
                let next_try = now.plus(i64::try_from(ms).unwrap_or(i64::MAX));
                let since = *self.lost.get_or_insert(now);
                self.heard(Heard::Lost);
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
            Report::Happened { kind, boot, seq, at } => self.happened(kind, boot, seq, at.unwrap_or(now)),
            Report::Answered { id, result } => self.heard(Heard::Answered { id, result }),
            Report::Message(notice) => self.heard(Heard::Message(notice)),
        }
    }

    fn heard(&self, heard: Heard) {
        // Nobody takes it when the link ends.
        let _ = self.orders.send(heard);
    }

    /// A fall or an SOS: told at once, under the name that its record will have.
    fn happened(&self, kind: EventKind, boot: Boot, seq: Seq, at: UnixMillis) {
        let Some((serial, journal)) = &self.serial else { return };
        let name = RecordName { journal: *journal, boot, seq };
        let open: Vec<_> = self.view.known().alarms.iter().filter_map(Alarm::stored).collect();
        let mut judge = Judge::new(serial.clone(), self.view.in_force(), open);
        for told in judge.happened(kind, name, at, None) {
            alarms::happened(&self.view, &told);
            self.keep(told);
        }
    }

    /// Keeps an event at once, with when it was heard: an app that is killed now does not ask anew when the journal brings it.
    fn keep(&self, told: StoredAlert) {
        let arrived = alarms::arrived(&self.view, &told);
        let known = self.view.known();
        let source = known.source.as_ref().map(|source| SourceId(source.id));
        let Some((store, source)) = known.store.clone().zip(source) else { return };
        tokio::spawn(async move {
            if let Err(error) = store.set_alert(source, &told, arrived).await {
                tracing::warn!(%error, "a fall or an SOS is kept when the journal brings it");
            }
        });
    }

    /// The computer's clock was set back: what is dated later than now would look current until then.
    fn begin_anew(&mut self) {
        self.sent = SentAt::default();
        self.beats = BeatClock::default();
        let monitor = self.view.fresh_monitor();
        let mut known = self.view.known();
        known.newest = Newest::default();
        known.monitor = monitor;
    }

    fn live(&mut self, live: &Live, now: UnixMillis) {
        if self.view.known().newest.line.is_some_and(|last| last.since(now) > SET_BACK_MS) {
            self.begin_anew();
        }
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
        alarms::of_live(&self.view, changes, Some(live.activity));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Clock;
    use bridge::Rhythm;
    use vitals::{Bpm, Freshness, Quality, RrMillis, Status};

    fn met() -> Report {
        Report::Met { serial: "S-1".to_owned(), journal: JournalId(1) }
    }

    fn shower() -> (Arc<View>, Shower) {
        let view = Arc::new(View::new(Clock::default()));
        let (orders, _nobody) = mpsc::unbounded_channel();
        let mut shower = Shower::new(Arc::clone(&view), Arc::new(Notify::new()), orders);
        shower.take(met());
        (view, shower)
    }

    /// A second passes, and a line comes.
    fn line(view: &View, shower: &mut Shower) {
        view.clock.shift(1_000);
        let mut live = Live {
            heart_rate: Some(Bpm(60)),
            at: Some(view.clock.now()),
            quality: Quality(90),
            worn: true,
            beat_age: Some(300),
            ..Live::default()
        };
        let _ = live.rr.push(RrMillis(1_000));
        shower.take(Report::Live(live));
    }

    #[test]
    fn a_clock_that_is_set_back_leaves_nothing_that_looks_current_and_no_silence() {
        let (view, mut shower) = shower();
        for _ in 0..20 {
            line(&view, &mut shower);
        }
        view.clock.shift(-3_600_000);
        let home = view.home();
        assert_ne!(home.heart.freshness, Freshness::Fresh, "it is dated an hour later than now");
        let mut events = view.events();
        for _ in 0..4 {
            line(&view, &mut shower);
        }
        let home = view.home();
        assert_eq!((home.heart.bpm, home.heart.freshness), (Some(Bpm(60)), Freshness::Fresh));
        assert_eq!((home.heart.status, home.heart.rhythm), (Status::Ok, Rhythm::Measured));
        let told = std::iter::from_fn(|| events.try_recv().ok());
        let beats: usize =
            told.map(|event| if let Event::Beats(beats) = event { beats.len() } else { 0 }).sum();
        assert!(beats >= 4, "{beats} beats in four seconds");
    }

    #[test]
    fn the_first_beat_makes_a_connection_live() {
        let (view, mut shower) = shower();
        assert_eq!(view.home().connection, Connection::Connecting { step: Step::WaitingForBeat });
        line(&view, &mut shower);
        assert!(matches!(view.home().connection, Connection::Connected { .. }));
    }

    #[test]
    fn a_loss_is_dated_by_its_beginning_however_many_tries_fail() {
        let (view, mut shower) = shower();
        let first = view.clock.now();
        for _ in 0..3 {
            shower.take(Report::Lost { next_try: Instant::now() });
            let Connection::Lost { since, .. } = view.home().connection else { panic!("it is lost") };
            assert!(since.since(first) < 30_000, "{since}");
            view.clock.shift(30_000);
            shower.take(Report::Searching);
        }
        shower.take(met());
        shower.take(Report::Lost { next_try: Instant::now() });
        let Connection::Lost { since, .. } = view.home().connection else { panic!("it is lost") };
        assert!(since.since(first) >= 90_000, "another loss, {since}");
    }
}
