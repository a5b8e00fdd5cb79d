//! What the engine knows now and tells: behind one lock that is never held while waiting, so that nothing on the disk can
//! hold up what is shown.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bridge::{
    CatchUp, Changed, Code, Connection, Error, Event, Home, InForce, Origin, Source, Start, Step, Storage,
};
use tokio::sync::{Notify, broadcast, watch};
use vitals::{AlertRule, Monitor, Thresholds, UnixMillis};

use super::alarm::Alarm;
use super::clock::{Clock, local_midnight};
use super::home::{Facts, Stored, compose};
use super::newest::Newest;
use crate::alerts::Ledger;
use crate::store::Store;

/// Events that a slow listener may be behind before it misses some: a minute of a busy drain.
const BEHIND: usize = 256;

/// What is known of the one source that Home shows.
#[derive(Debug)]
pub struct Known {
    /// The source.
    pub source: Option<Source>,
    /// How it is reached.
    pub connection: Connection,
    /// The newest values.
    pub newest: Newest,
    /// What judges them.
    pub monitor: Monitor,
    /// What the store knows.
    pub stored: Stored,
    /// How far the history has been fetched.
    pub catching_up: Option<CatchUp>,
    /// The alerts that are open.
    pub alarms: Vec<Alarm>,
    /// When live lines or the journal last saw an alert of a rule end.
    pub ended: Vec<(AlertRule, UnixMillis)>,
    /// What of them was told through the system.
    pub ledger: Ledger,
    /// The database of the source that is shown.
    pub store: Option<Store>,
    /// The person's, with what they raised themselves.
    pub own: Option<Store>,
    /// The last trouble told, until it is over.
    trouble: Option<Error>,
    /// When Home was last told.
    told: Option<UnixMillis>,
}

impl Default for Known {
    fn default() -> Self {
        Self {
            source: None,
            connection: Connection::None,
            newest: Newest::default(),
            monitor: Monitor::new(Thresholds::default(), None),
            // Nothing is to be kept yet, so nothing is failing to be.
            stored: Stored { storage: Storage { saving: true, ..Storage::default() }, ..Stored::default() },
            catching_up: None,
            alarms: Vec::new(),
            ended: Vec::new(),
            ledger: Ledger::default(),
            store: None,
            own: None,
            trouble: None,
            told: None,
        }
    }
}

impl Known {
    /// Forgets the source; what the person raised themselves stays.
    pub fn forget_source(&mut self) {
        let mut before = std::mem::take(self);
        before.alarms.retain(|alarm| alarm.origin != Origin::Bracelet);
        *self = Self { alarms: before.alarms, ledger: before.ledger, own: before.own, ..Self::default() };
    }
}

/// The engine's outside: what it knows, and whom it tells.
#[derive(Debug)]
pub struct View {
    /// The computer's clock.
    pub clock: Clock,
    /// Told when a database says in the middle of its work that it is damaged.
    pub damaged: Notify,
    /// What is known is told to nobody until the passphrase is given again.
    pub locked: AtomicBool,
    known: Mutex<Known>,
    in_force: Mutex<Arc<InForce>>,
    start: watch::Sender<Start>,
    events: broadcast::Sender<Event>,
}

impl View {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            damaged: Notify::new(),
            locked: AtomicBool::default(),
            known: Mutex::default(),
            in_force: Mutex::new(Arc::new(InForce::defaults())),
            start: watch::Sender::new(Start::Opening),
            events: broadcast::Sender::new(BEHIND),
        }
    }

    /// Listens from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Whether the engine is ready, to look at or to wait for.
    pub fn start(&self) -> watch::Receiver<Start> {
        self.start.subscribe()
    }

    /// Whether what is known is told to nobody.
    pub fn is_locked(&self) -> bool {
        self.locked.load(Ordering::Relaxed)
    }

    /// Changes whether the engine is ready, and tells. What is no longer ready has nothing left to hide.
    pub fn set_start(&self, start: Start) {
        if !matches!(start, Start::Ready { .. }) {
            self.locked.store(false, Ordering::Relaxed);
        }
        self.start.send_replace(start.clone());
        self.tell(Event::Start(start));
    }

    /// What is known, to look at or to change. Not across an await.
    pub fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The person's limits, goals and age.
    pub fn in_force(&self) -> Arc<InForce> {
        Arc::clone(&self.in_force.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the person's limits, goals and age: what is shown is judged anew at once.
    pub fn set_in_force(&self, in_force: InForce) {
        let now = self.clock.now();
        {
            let mut known = self.known();
            known.monitor.set_thresholds(in_force.thresholds_at(now));
            known.monitor.set_age(in_force.age_years);
            known.stored.steps_goal = in_force.goals_at(now).steps;
        }
        *self.in_force.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(in_force);
        self.tell_home();
        self.changed(Changed::Settings);
    }

    /// A monitor that has heard nothing yet, by the limits in force now and what is usual.
    pub fn fresh_monitor(&self) -> Monitor {
        let in_force = self.in_force();
        let mut monitor = Monitor::new(in_force.thresholds_at(self.clock.now()), in_force.age_years);
        monitor.set_skin_usual(self.known().stored.skin_usual);
        monitor
    }

    /// Tells that something has changed that is asked for when it is shown.
    pub fn changed(&self, what: Changed) {
        self.tell(Event::Changed(what));
    }

    /// Home as of now.
    pub fn home(&self) -> Home {
        self.home_of(&self.known())
    }

    /// Home as it is told: behind the lock, nothing.
    pub fn home_told(&self) -> Home {
        if self.is_locked() { self.home_of(&Known::default()) } else { self.home() }
    }

    fn home_of(&self, known: &Known) -> Home {
        let now = self.clock.now();
        let midnight = local_midnight(now);
        compose(&Facts {
            now,
            midnight,
            source: known.source.as_ref(),
            connection: &known.connection,
            newest: &known.newest,
            monitor: &known.monitor,
            stored: &known.stored,
            catching_up: known.catching_up,
        })
    }

    /// Tells Home as of now.
    pub fn tell_home(&self) {
        let home = self.home_told();
        self.known().told = Some(home.at);
        self.tell(Event::Home(Box::new(home)));
    }

    /// Tells Home if it has not been told for a second: values age even when nothing comes.
    pub fn tell_home_if_due(&self) {
        let now = self.clock.now();
        let due = {
            let known = self.known();
            known.source.is_some() && known.told.is_none_or(|told| now.since(told).abs() >= 1_000)
        };
        if due {
            self.tell_home();
        }
    }

    /// Tells an event. Nobody listening is no fault. Measured beats are told to nobody behind the lock.
    pub fn tell(&self, event: Event) {
        if self.is_locked() && matches!(event, Event::Beats(_)) {
            return;
        }
        let _ = self.events.send(event);
    }

    /// Tells that something went wrong.
    pub fn trouble(&self, code: Code, detail: impl Into<String>) {
        let detail = detail.into();
        tracing::warn!(?code, detail, "trouble");
        let error = Error { code, detail };
        self.known().trouble = Some(error.clone());
        self.tell(Event::Trouble(error));
    }

    /// The last trouble that is not known to be over.
    pub fn present_trouble(&self) -> Option<Error> {
        self.known().trouble.clone()
    }

    /// Forgets the last trouble if it is of a kind that is over, and tells.
    pub fn resolved(&self, is_over: impl Fn(Code) -> bool) {
        let over = self.known().trouble.take_if(|error| is_over(error.code));
        if let Some(over) = over {
            self.tell(Event::TroubleOver(over.code));
        }
    }

    /// Changes how the bracelet is reached, and tells Home.
    pub fn set_connection(&self, connection: Connection) {
        self.known().connection = connection;
        self.tell_home();
    }

    /// A step of connecting.
    pub fn connecting(&self, step: Step) {
        self.set_connection(Connection::Connecting { step });
    }
}
