//! The built-in bracelet within the engine: its own folder, its own database, its own tasks, always called a demo.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use bridge::{Code, Connection, DEMO_NAME, Error, SourceKind, Step};
use firmware::sim::{self, Bracelet, LinkOptions};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use vitals::UnixMillis;
use wire::message::AppId;

use super::facts;
use super::keep::Keeper;
use super::live::Shower;
use super::options::DemoOptions;
use super::orders::Orders;
use super::view::View;
use crate::link::{Client, Ends, Link, LinkError, Transport};
use crate::store::{Store, StoreError};
use crate::vault;

/// How the app calls itself towards the demo. That bracelet never meets another app.
const APP: AppId = AppId(0x0b3a_ce1e_7c0f_4d3e_8000_0000_0000_0001);

/// How the demo was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// There is none.
    Nothing,
    /// Connected, or the app was killed meanwhile.
    Connected,
    /// Disconnected by the person, then.
    Disconnected(UnixMillis),
}

/// The files of the demo.
#[derive(Clone, Debug)]
pub struct Files {
    folder: PathBuf,
}

impl Files {
    /// In that data folder, apart from everything real.
    #[must_use]
    pub fn of(data: &Path) -> Self {
        Self { folder: data.join("demo") }
    }

    /// The database that is kept.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.folder.join("demo.db")
    }

    /// The database whose key ends with the process.
    #[must_use]
    pub fn throwaway(&self) -> PathBuf {
        self.folder.join("throwaway.db")
    }

    /// The bracelet's flash.
    #[must_use]
    pub fn flash(&self) -> PathBuf {
        self.folder.join("flash.bin")
    }

    /// Stands there while the person wants the demo disconnected.
    fn disconnected(&self) -> PathBuf {
        self.folder.join("disconnected")
    }

    /// Makes the folder.
    pub fn make(&self) -> Result<(), StoreError> {
        std::fs::create_dir_all(&self.folder).map_err(|why| StoreError::io(&self.folder, why))
    }

    /// How the demo was left when the app last ended, however it ended.
    #[must_use]
    pub fn left(&self) -> Left {
        if !self.flash().exists() {
            return Left::Nothing;
        }
        let mark = std::fs::metadata(self.disconnected()).and_then(|mark| mark.modified());
        match mark.ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()) {
            Some(at) => Left::Disconnected(UnixMillis(i64::try_from(at.as_millis()).unwrap_or(i64::MAX))),
            None => Left::Connected,
        }
    }

    /// Remembers whether the person wants the demo connected.
    pub fn remember_connected(&self, connected: bool) -> Result<(), StoreError> {
        let mark = self.disconnected();
        let done = if connected { std::fs::remove_file(&mark) } else { std::fs::write(&mark, []) };
        match done {
            Err(why) if why.kind() != std::io::ErrorKind::NotFound => Err(StoreError::io(&mark, why)),
            _ => Ok(()),
        }
    }

    /// Deletes everything of the demo, its key too.
    pub async fn delete(&self) -> Result<(), StoreError> {
        vault::forget(&self.database()).await;
        match std::fs::remove_dir_all(&self.folder) {
            Err(why) if why.kind() != std::io::ErrorKind::NotFound => Err(StoreError::io(&self.folder, why)),
            _ => Ok(()),
        }
    }
}

/// The demo while it runs. Disconnected it goes on measuring, as a bracelet does.
#[derive(Debug)]
pub struct Demo {
    /// Its database.
    pub store: Store,
    bracelet: Running,
    /// Reads the store's facts, connected or not: what is shown of today and of last night moves with the clock.
    following: JoinSet<()>,
    /// Told when there is something new to read.
    changed: Arc<Notify>,
    /// What shows, keeps and talks; empty while disconnected.
    tasks: JoinSet<()>,
    /// Ends the wait of a client whose link is lost.
    hurry: Arc<Notify>,
    /// Told when something is wanted of the bracelet.
    wanted: Arc<Notify>,
}

/// The running bracelet, which has no `Debug` of its own.
struct Running(Bracelet);

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Bracelet").field(self.0.info()).finish()
    }
}

impl Demo {
    /// Starts the bracelet; a new one first gets its past.
    ///
    /// # Errors
    ///
    /// When its flash cannot be made or read.
    pub async fn start(
        view: &Arc<View>,
        store: Store,
        flash: Option<PathBuf>,
        options: &DemoOptions,
    ) -> Result<Self, Error> {
        let options = sim::Options {
            flash,
            history_days: options.history_days,
            seed: options.seed,
            now: view.clock.now(),
        };
        view.connecting(Step::Searching);
        let bracelet = Bracelet::start(options, |_| {})
            .await
            .map_err(|error| Error { code: Code::BraceletSilent, detail: error.to_string() })?;
        let changed = Arc::new(Notify::new());
        let mut following = JoinSet::new();
        following.spawn(facts::follow(Arc::clone(view), store.clone(), Arc::clone(&changed)));
        Ok(Self {
            store,
            bracelet: Running(bracelet),
            following,
            changed,
            tasks: JoinSet::new(),
            hurry: Arc::default(),
            wanted: Arc::default(),
        })
    }

    /// Whether a link is wanted.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        !self.tasks.is_empty()
    }

    /// Something is wanted of the bracelet: it is looked at what.
    pub fn want(&self) {
        self.wanted.notify_one();
    }

    /// The built-in bracelet, for those who play with it: tests.
    #[must_use]
    pub fn bracelet(&self) -> &Bracelet {
        &self.bracelet.0
    }

    /// Connects, and goes on connecting; at once if it is waiting for its next try.
    pub fn connect(&mut self, view: &Arc<View>, link: LinkOptions) {
        if self.is_connected() {
            self.hurry.notify_waiters();
            return;
        }
        let (reports, reported) = mpsc::unbounded_channel();
        let (keep, to_keep) = mpsc::unbounded_channel();
        let (kept, told) = mpsc::unbounded_channel();
        let (heard, answers) = mpsc::unbounded_channel();
        let (order, ordered) = mpsc::unbounded_channel();
        let keeper = Keeper {
            view: Arc::clone(view),
            store: self.store.clone(),
            kind: SourceKind::Demo,
            name: DEMO_NAME.to_owned(),
            changed: Arc::clone(&self.changed),
            orders: Arc::clone(&self.wanted),
        };
        let shower = Shower::new(Arc::clone(view), Arc::clone(&self.changed), heard);
        let orders = Orders::new(Arc::clone(view), self.store.clone(), Arc::clone(&self.wanted), order);
        let air = Air { bracelet: self.bracelet.0.clone(), options: link };
        let ends = Ends { reports, keep, kept: told, orders: ordered };
        let client = Client::new(air, APP, view.clock.clone(), ends);
        self.hurry = client.hurry();
        self.tasks.spawn(orders.run(answers));
        self.tasks.spawn(shower.run(reported));
        self.tasks.spawn(keeper.run(to_keep, kept));
        self.tasks.spawn(client.run());
    }

    /// Disconnects. A commit under way is finished or has not happened: either way nothing is lost.
    pub async fn disconnect(&mut self, view: &View) {
        self.tasks.shutdown().await;
        {
            let mut known = view.known();
            known.catching_up = None;
            // What is open stays so until it is seen to end; what the journal has not confirmed will come again.
            known.alarms.retain(|alarm| alarm.id.is_some());
            // Nothing is to be kept any more, so nothing is failing to be.
            known.stored.storage.set_trouble(None);
        }
        view.set_connection(Connection::Disconnected { since: view.clock.now() });
    }

    /// Disconnects, switches the bracelet off in good order and closes its database.
    pub async fn stop(mut self, view: &View) {
        self.disconnect(view).await;
        self.following.shutdown().await;
        self.bracelet.0.stop().await;
        self.store.close().await;
    }
}

/// The built-in bracelet's radio.
#[derive(Clone)]
struct Air {
    bracelet: Bracelet,
    options: LinkOptions,
}

impl Transport for Air {
    async fn connect(&mut self) -> Result<Link, LinkError> {
        if self.options.faults.is_out_of_reach() {
            return Err(LinkError::Silent("out of reach".to_owned()));
        }
        let sim::Link { mtu, notifications, writes } = self.bracelet.connect(self.options.clone()).await;
        Ok(Link { mtu, notifications, writes })
    }
}
