//! The built-in bracelet as the app's engine sees it: it is started, connected to, and its power can be cut.

use std::future::pending;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinError, spawn_blocking};
use tokio::time::{Instant, sleep_until};
use vitals::{Percent, UnixMillis, UptimeMillis};
use wire::message::Identity;

use super::bus::Bus;
use super::flash::{FlashError, Power, SimFlash};
use super::ledger::Ledger;
use super::link::{Link, LinkOptions, Peer, SimLink, pair};
use super::month;
use super::world::{Trouble, World};
use crate::app::{self, Battery, Board, Clock};
use crate::sensors::Sensor;

/// How the built-in bracelet begins.
#[derive(Clone, Debug)]
pub struct Options {
    /// The file that is its flash, made if it is not there; none: in memory.
    pub flash: Option<PathBuf>,
    /// How many days of past a new flash gets; 0 for none.
    pub history_days: u32,
    /// Which bracelet: its serial and its past.
    pub seed: u64,
    /// The time at which its past ends.
    pub now: UnixMillis,
}

/// Why the built-in bracelet does not run.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// Its flash could not be opened or written.
    #[error(transparent)]
    Flash(#[from] FlashError),
    /// Its past could not be made: the maker was stopped.
    #[error("the demo's past could not be made: {0}")]
    Stopped(#[from] JoinError),
}

/// Who the built-in bracelet is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// Its name, which says that it is a demo.
    pub name: &'static str,
    /// Its serial, which says so too.
    pub serial: String,
    /// Where its pulse comes from, as its licence asks us to say.
    pub attribution: &'static str,
}

const NAME: &str = "Demo bracelet";
const ATTRIBUTION: &str = "Pulse: record p50 of the BIDMC PPG and Respiration Dataset (PhysioNet; Pimentel et al., IEEE TBME 64(8), \
2016), ODC-By 1.0, cut and scaled; red light derived from the monitor's SpO2. The past is a model.";

/// A running built-in bracelet; clones are handles to the same one, and the last one dropped takes its power.
#[derive(Clone)]
pub struct Bracelet(Arc<Inner>);

struct Inner {
    info: Info,
    world: Arc<World>,
    power: Arc<Power>,
    arriving: mpsc::Sender<Peer>,
    running: AbortHandle,
    over: Mutex<Option<tokio::task::JoinHandle<()>>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl Bracelet {
    /// Starts the bracelet; a new flash first gets its past, of which `progress` tells (0 to 1).
    ///
    /// # Errors
    ///
    /// When the flash cannot be opened, made or recovered.
    pub async fn start(options: Options, mut progress: impl FnMut(f32)) -> Result<Self, SimError> {
        let (told, mut telling) = mpsc::channel(1);
        let seed = options.seed;
        let opening = spawn_blocking(move || open(&options, &told));
        while let Some(share) = telling.recv().await {
            progress(share);
        }
        let (journal, power) = opening.await??;

        let serial = format!("DEMO-{:04}", seed % 10_000);
        let identity = Identity {
            id: "demo".into(),
            serial: serial.clone(),
            firmware: env!("CARGO_PKG_VERSION").into(),
        };
        let world = Arc::new(World::new(seed));
        let (arriving, arrivals) = mpsc::channel(1);
        let board = Board {
            bus: Bus::new(Arc::clone(&world)),
            clock: SimClock(world.started()),
            battery: SimBattery(Arc::clone(&world)),
            journal,
            link: SimLink::new(arrivals),
        };
        let over = tokio::spawn(async move { app::run(board, &identity).await });
        Ok(Self(Arc::new(Inner {
            info: Info { name: NAME, serial, attribution: ATTRIBUTION },
            world,
            power,
            arriving,
            running: over.abort_handle(),
            over: Mutex::new(Some(over)),
        })))
    }

    /// Connects. Whoever was connected is dropped, as by a radio that serves one; a bracelet without power gives a link that
    /// is lost at once.
    pub async fn connect(&self, options: LinkOptions) -> Link {
        let (link, peer) = pair(options);
        // Without power the peer comes back in the error and is dropped: the link is lost.
        let _ = self.0.arriving.send(peer).await;
        link
    }

    /// Who it is.
    #[must_use]
    pub fn info(&self) -> &Info {
        &self.0.info
    }

    /// Puts it on or takes it off.
    pub fn wear(&self, worn: bool) {
        self.0.world.wear(worn);
    }

    /// Breaks a sensor, or mends it.
    pub fn trouble(&self, sensor: Sensor, trouble: Option<Trouble>) {
        self.0.world.set_trouble(sensor, trouble);
    }

    /// Switches it off between two operations of its flash, and waits until it is.
    pub async fn stop(self) {
        self.0.running.abort();
        self.ended().await;
    }

    /// Takes its power at once, in the middle of whatever its flash does, and waits until it is dead.
    pub async fn power_cut(&self) {
        self.power_cut_after(0).await;
    }

    /// Takes its power after so many more pieces of 64 bytes have been written to its flash, and waits until it is dead.
    pub async fn power_cut_after(&self, pieces: u64) {
        self.0.power.cut_after(pieces);
        while !self.0.power.is_cut() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.0.running.abort();
        self.ended().await;
    }

    async fn ended(&self) {
        let over = self.0.over.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(over) = over {
            // It ends by being aborted: that is no error here.
            let _ = over.await;
        }
    }
}

type SimJournal = Ledger;

fn open(options: &Options, told: &mpsc::Sender<f32>) -> Result<(SimJournal, Arc<Power>), SimError> {
    use crate::app::Memory;
    use wire::journal::Journal;
    let mut journal = Ledger::new(options.seed);
    let starts = month::starts(options.seed, options.now, options.history_days);
    let mut life = month::Life::new(options.seed, options.now, options.history_days);
    for (index, start) in starts.iter().enumerate() {
        journal.begin_boot();
        for anchor in &start.anchors {
            let Ok(()) = journal.add_anchor(*anchor);
        }
        for record in life.records(start) {
            let Ok(_) = journal.append(record);
        }
        let _ = told.blocking_send((index + 1) as f32 / starts.len() as f32);
    }
    journal.begin_boot();
    Ok((journal, Arc::default()))
}

struct SimClock(Instant);

impl Clock for SimClock {
    fn now(&self) -> UptimeMillis {
        UptimeMillis(u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    async fn until(&mut self, then: UptimeMillis) {
        match self.0.checked_add(Duration::from_millis(then.0)) {
            Some(then) => sleep_until(then).await,
            None => pending().await,
        }
    }
}

struct SimBattery(Arc<World>);

impl Battery for SimBattery {
    fn charge(&mut self) -> Percent {
        Percent(self.0.charge())
    }
}
