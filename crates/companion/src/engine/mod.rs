//! The engine: one handle for all that the window, the `bracelet` command and the tests can do.

mod alarm;
mod alarms;
mod alerts;
mod beats;
mod chart;
mod clock;
mod control;
mod data;
mod demo;
mod device;
mod facts;
mod home;
#[cfg(test)]
mod home_tests;
mod keep;
#[cfg(test)]
mod keep_tests;
mod live;
mod lock;
mod newest;
mod notes;
mod open;
mod options;
mod orders;
mod outbox;
mod own;
mod person;
mod retention;
mod ring;
mod sent;
mod view;
mod windowless;

pub use clock::{Clock, is_plausible};
pub use options::{DemoOptions, Options};
pub use outbox::ToSend;
pub use windowless::Windowless;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use bridge::{Code, Error, Event, Home, Protection, Start};
use demo::{Demo, Files};
use firmware::sim::Bracelet;
use open::Opened;
use tokio::sync::{Mutex, MutexGuard, broadcast};
use tokio::task::JoinSet;
use tokio::time::timeout;
use view::View;
use zeroize::Zeroizing;

use crate::check::{self, Comparison};
use crate::store::{Folder, SourceId, Store, StoreError};
use crate::vault::{self, KeySource};

/// The engine. A cheap handle: clones share it.
#[derive(Clone, Debug)]
pub struct Engine(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: Options,
    files: Files,
    view: Arc<View>,
    /// What was worked out for charts before.
    charts: crate::chart::KnownDays,
    /// One order at a time.
    control: Mutex<Control>,
    /// One decision about limits or goals at a time: each builds on the one before.
    deciding: Mutex<()>,
    /// The person was told that it goes on without a window.
    told_background: AtomicBool,
    /// What limits were tried on last, a metric each.
    months: Mutex<Vec<Arc<person::Month>>>,
}

/// What is held and open.
#[derive(Debug, Default)]
struct Control {
    folder: Option<Folder>,
    person: Option<Opened>,
    /// The demo's database, opened to be read while no demo runs.
    demo_store: Option<Store>,
    /// Reads that one's facts while they are shown.
    following: JoinSet<()>,
    demo: Option<Demo>,
}

/// The databases that are there.
#[derive(Clone, Debug, Default)]
pub struct Stores {
    /// The person's own.
    pub person: Option<Store>,
    /// The demo's.
    pub demo: Option<Store>,
}

/// How long closing waits for an order under way.
const CLOSING: Duration = Duration::from_secs(5);

type Answer<T = ()> = Result<T, Error>;

impl Engine {
    /// Begins to open what there is and returns at once; [`Self::settled`] waits for it. Never fails: the state says what is
    /// wrong.
    #[expect(clippy::unused_async, reason = "being awaited, it is called within a runtime, which it needs")]
    pub async fn start(options: Options) -> Self {
        let engine = Self(Arc::new(Inner {
            files: Files::of(&options.data),
            view: Arc::new(View::new(options.clock.clone())),
            options,
            charts: crate::chart::KnownDays::default(),
            control: Mutex::default(),
            deciding: Mutex::default(),
            told_background: AtomicBool::default(),
            months: Mutex::default(),
        }));
        tokio::spawn(ring::each_second(Arc::downgrade(&engine.0.view)));
        tokio::spawn(control::watch_for_damage(Arc::downgrade(&engine.0), Arc::clone(&engine.0.view)));
        let opening = engine.clone();
        tokio::spawn(async move {
            let mut control = opening.0.control.lock().await;
            opening.open(&mut control, opening.0.options.key.clone()).await;
            opening.resume(&mut control).await;
            drop(control);
            tokio::spawn(retention::follow(Arc::downgrade(&opening.0)));
        });
        engine
    }

    /// What happens from now on.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.0.view.events()
    }

    /// Whether the engine is ready, or what it waits for.
    #[must_use]
    pub fn start_state(&self) -> Start {
        self.0.view.start().borrow().clone()
    }

    /// The same, once opening is over: the keyring's own dialog may take its time.
    pub async fn settled(&self) -> Start {
        let mut start = self.0.view.start();
        match start.wait_for(|start| *start != Start::Opening).await {
            Ok(start) => start.clone(),
            Err(_) => self.start_state(),
        }
    }

    /// The last thing that went wrong and is not known to be over: for those who did not listen when it was told.
    #[must_use]
    pub fn trouble(&self) -> Option<Error> {
        self.0.view.present_trouble()
    }

    /// Home as of now; behind the lock, nothing.
    #[must_use]
    pub fn home(&self) -> Home {
        self.0.view.home_told()
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &std::path::Path {
        &self.0.options.data
    }

    /// The clock that Home's times are of.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.view.clock
    }

    /// Opens a database that is protected by a passphrase, or the lock ([`Self::lock`]).
    ///
    /// # Errors
    ///
    /// [`Code::WrongPassphrase`], or [`Code::NotNow`] when none is asked for.
    pub async fn unlock(&self, passphrase: String) -> Answer {
        let passphrase = Zeroizing::new(passphrase);
        if self.is_locked() {
            return self.open_lock(&passphrase).await;
        }
        let mut control = self.settled_control().await;
        if !matches!(self.start_state(), Start::AskPassphrase { .. }) {
            return Err(not_now("no passphrase is asked for"));
        }
        self.open(&mut control, KeySource::Passphrase(passphrase)).await;
        self.resume(&mut control).await;
        self.outcome()
    }

    /// Makes the new database, protected as the person chose.
    ///
    /// # Errors
    ///
    /// [`Code::NotNow`] when no choice is asked for, [`Code::Invalid`] for a passphrase that is missing or too short.
    pub async fn protect(&self, choice: Protection, passphrase: Option<String>) -> Answer {
        let mut control = self.settled_control().await;
        if !matches!(self.start_state(), Start::ChooseProtection { .. }) {
            return Err(not_now("no choice is asked for"));
        }
        let key = match (choice, passphrase) {
            (Protection::Keyring, _) => KeySource::Keyring,
            (Protection::None, _) => KeySource::None,
            (Protection::Ephemeral, _) => KeySource::Ephemeral,
            (Protection::Passphrase, Some(passphrase)) => KeySource::Passphrase(passphrase.into()),
            (Protection::Passphrase, None) => {
                return Err(Error { code: Code::Invalid, detail: "no passphrase was given".to_owned() });
            }
        };
        self.open(&mut control, key).await;
        self.resume(&mut control).await;
        self.outcome()
    }

    /// Tries again to open: after the keyring was unlocked, the disk freed, the other process closed.
    ///
    /// # Errors
    ///
    /// What still stands in the way.
    pub async fn retry(&self) -> Answer {
        let mut control = self.settled_control().await;
        if matches!(self.start_state(), Start::Ready { .. }) {
            return Ok(());
        }
        self.0.view.resolved(|_| true);
        self.open(&mut control, self.0.options.key.clone()).await;
        self.resume(&mut control).await;
        self.outcome()
    }

    /// Begins a new database after a damaged one was kept aside. One that was protected otherwise than a new one would be
    /// asks for that choice first.
    ///
    /// # Errors
    ///
    /// [`Code::NotNow`] unless one was.
    pub async fn start_afresh(&self) -> Answer {
        let Start::Blocked { why, kept_aside } = self.settled().await else {
            return Err(not_now("no database is damaged"));
        };
        if why.code != Code::DatabaseDamaged {
            return Err(not_now("no database is damaged"));
        }
        let was = kept_aside.and_then(|path| vault::protection(path.as_ref()).ok()?);
        let is_new = matches!(vault::protection(&self.person_path()), Ok(None));
        if is_new && was.is_some_and(|was| was != self.0.options.key.protection()) {
            // How the damaged one was protected was the person's choice: no other is made for them.
            self.0.view.set_start(Start::ChooseProtection { why });
            return Ok(());
        }
        self.retry().await
    }

    /// Connects the built-in bracelet; makes it, with its past, if there is none. Returns once it runs and a link is sought;
    /// Home tells the rest.
    ///
    /// # Errors
    ///
    /// [`Code::NotNow`] before the engine is ready, and what the store or the flash say.
    pub async fn connect_demo(&self) -> Answer {
        let mut control = self.settled_control().await;
        let done = self.connect(&mut control).await;
        if let Err(error) = &done {
            tracing::warn!(code = ?error.code, error.detail, "the demo could not be connected");
        }
        done
    }

    /// Disconnects. The bracelet goes on measuring; what it keeps meanwhile is fetched when it is connected again.
    ///
    /// # Errors
    ///
    /// [`Code::NotNow`] when nothing is connected.
    pub async fn disconnect(&self) -> Answer {
        let mut control = self.settled_control().await;
        let Some(demo) = control.demo.as_mut().filter(|demo| demo.is_connected()) else {
            return Err(not_now("nothing is connected"));
        };
        demo.disconnect(&self.0.view).await;
        Ok(self.0.files.remember_connected(false)?)
    }

    /// Stops the demo and deletes everything of it. Real readings are not touched.
    ///
    /// # Errors
    ///
    /// When its files cannot be deleted, or the data folder is another process's.
    pub async fn remove_demo(&self) -> Answer {
        let mut control = self.settled_control().await;
        if control.folder.is_none() {
            return Err(StoreError::AlreadyRunning.into());
        }
        if let Some(demo) = control.demo.take() {
            demo.stop(&self.0.view).await;
        }
        control.following.shutdown().await;
        if let Some(store) = control.demo_store.take() {
            store.close().await;
        }
        self.0.view.known().forget_source();
        self.0.view.tell_home();
        Ok(self.0.files.delete().await?)
    }

    /// The databases that are there, to be read: exports, status, checks. Opens the demo's if no demo runs.
    ///
    /// # Errors
    ///
    /// What keeps the demo's database shut.
    pub async fn stores(&self) -> Answer<Stores> {
        let mut control = self.settled_control().await;
        let demo = self.demo_store(&mut control).await?;
        let kept = control.person.as_ref().filter(|_| !self.is_ephemeral());
        Ok(Stores { person: kept.map(|person| person.store.clone()), demo })
    }

    /// Compares the demo's database with its bracelet's flash. Exact while the demo is not connected.
    ///
    /// # Errors
    ///
    /// [`Code::NotNow`] when there is no demo; what the database or the flash say.
    pub async fn check_demo(&self) -> Answer<Comparison> {
        let store = self.stores().await?.demo.ok_or_else(|| not_now("there is no demo"))?;
        let source =
            store.sources().await?.into_iter().next().ok_or_else(|| not_now("the demo never connected"))?;
        check::compare(&self.0.files.flash(), &store, &source).await
    }

    /// The built-in bracelet while it runs: to take it off, to cut its power.
    pub async fn demo_bracelet(&self) -> Option<Bracelet> {
        self.control().await.demo.as_ref().map(|demo| demo.bracelet().clone())
    }

    /// Ends in good order: bracelet, databases, folder. What was not acknowledged comes again. An order under way that does
    /// not end (the keyring's own question may stand open for minutes) is left: its process ends with it.
    pub async fn stop(&self) {
        let Ok(mut control) = timeout(CLOSING, self.control()).await else {
            tracing::warn!("closing did not wait for an order under way");
            return;
        };
        self.close(&mut control).await;
        if control.folder.is_some() {
            self.throw_away();
        }
        control.folder = None;
    }

    /// The person's own database.
    fn person_path(&self) -> PathBuf {
        self.0.options.data.join("person.db")
    }

    /// What stands for it when all ends with the process.
    fn throwaway_path(&self) -> PathBuf {
        self.0.options.data.join("throwaway.db")
    }

    /// The person's database, once it is open.
    async fn person(&self) -> Answer<Store> {
        let control = self.settled_control().await;
        control.person.as_ref().map(|person| person.store.clone()).ok_or_else(|| not_now("not ready"))
    }

    /// The database of the source that is shown, and the source.
    fn shown(&self) -> Answer<(Store, SourceId)> {
        let known = self.0.view.known();
        let source = known.source.as_ref().map(|source| SourceId(source.id));
        known.store.clone().zip(source).ok_or_else(|| not_now("there is no source"))
    }

    async fn control(&self) -> MutexGuard<'_, Control> {
        self.0.control.lock().await
    }

    async fn settled_control(&self) -> MutexGuard<'_, Control> {
        self.settled().await;
        self.control().await
    }

    /// Whether all that is kept ends with this process.
    fn is_ephemeral(&self) -> bool {
        matches!(self.start_state(), Start::Ready { protection: Protection::Ephemeral, .. })
    }

    /// The error that the present state means, if it is one.
    fn outcome(&self) -> Answer {
        match self.start_state() {
            Start::Ready { .. } => Ok(()),
            Start::AskPassphrase { why: Some(why) }
            | Start::ChooseProtection { why }
            | Start::KeyUnavailable { why }
            | Start::Blocked { why, .. } => Err(why),
            Start::AskPassphrase { why: None } | Start::Opening => Err(not_now("not ready")),
        }
    }
}

fn invalid(what: impl std::fmt::Display) -> Error {
    Error { code: Code::Invalid, detail: what.to_string() }
}

fn not_now(what: &str) -> Error {
    Error { code: Code::NotNow, detail: what.to_owned() }
}
