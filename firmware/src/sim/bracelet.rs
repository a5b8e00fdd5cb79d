//! The built-in bracelet as the app's engine sees it: it is started, connected to, and its power can be cut.

use std::future::pending;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinError, spawn_blocking};
use tokio::time::{Instant, sleep_until};
use vitals::{JournalId, Percent, UnixMillis, UptimeMillis};
use wire::journal::Journal as _;
use wire::message::Identity;

use super::bus::Bus;
use super::flash::{FlashError, Power, SimFlash};
use super::link::{Link, LinkOptions, Peer, SimLink, pair};
use super::month;
use super::world::{Face, Trouble, World};
use crate::app::{self, Battery, Board, Clock};
use crate::journal::{self, Journal};
use crate::panel::{Panel, Press, Wishes};
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
    /// Its journal could not be recovered or written.
    #[error("the demo's journal failed: {0}")]
    Journal(#[from] journal::Error<FlashError>),
    /// The system gave no random number to name the journal by.
    #[error("no random number to be had: {0}")]
    Random(#[from] getrandom::Error),
    /// Its past could not be made: the maker was stopped.
    #[error("the demo's past could not be made: {0}")]
    Stopped(#[from] JoinError),
}

/// Who the built-in bracelet is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// Its serial, which says that it is a demo.
    pub serial: String,
    /// Where its pulse comes from, as its licence asks us to say.
    pub attribution: &'static str,
}

/// Records between two words about progress.
const PROGRESS_EVERY: u32 = 20_000;
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
            panel: SimPanel(Arc::clone(&world)),
        };
        let over = tokio::spawn(async move { app::run(board, &identity).await });
        Ok(Self(Arc::new(Inner {
            info: Info { serial, attribution: ATTRIBUTION },
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

    /// What its wearer sees.
    #[must_use]
    pub fn face(&self) -> Face {
        self.0.world.face().clone()
    }

    /// Does something with its button.
    pub fn press(&self, press: Press) {
        self.0.world.press(press);
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

    /// Takes its power at once, whatever its flash does, and waits until it is dead.
    pub async fn power_cut(&self) {
        self.power_cut_after(0).await;
    }

    /// Takes its power after so many more pieces of 16 bytes have been written to its flash or erased from it, which is in the
    /// middle of a record or a page, and waits until it is dead.
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

/// Opens the flash, and makes its past if it is new.
fn open(options: &Options, told: &mpsc::Sender<f32>) -> Result<(Journal<SimFlash>, Arc<Power>), SimError> {
    let flash = match &options.flash {
        None => made(SimFlash::in_memory(), options, told)?,
        Some(path) if path.exists() => SimFlash::open(path)?,
        Some(path) => {
            // Under another name until it is whole: who is stopped in between begins again.
            let unfinished = unfinished(path);
            if unfinished.exists() {
                std::fs::remove_file(&unfinished).map_err(FlashError::File)?;
            }
            let flash = made(SimFlash::open(&unfinished)?, options, told)?;
            std::fs::rename(&unfinished, path).map_err(FlashError::File)?;
            flash
        }
    };
    let power = flash.power();
    Ok((Journal::mount(flash)?, power))
}

fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".unfinished");
    name.into()
}

/// A new flash with its past.
fn made(mut flash: SimFlash, options: &Options, told: &mpsc::Sender<f32>) -> Result<SimFlash, SimError> {
    Journal::format(&mut flash, JournalId(getrandom::u64()?))?;
    let &Options { seed, now, history_days: days, .. } = options;
    let starts = month::starts(seed, now, days);
    let all: u32 = starts.iter().map(|start| start.seconds).sum();
    let mut life = month::Life::new(seed, now, days);
    let mut done = 0;
    for start in &starts {
        let mut journal = Journal::mount(flash)?;
        for anchor in &start.anchors {
            journal.add_anchor(*anchor)?;
        }
        journal.extend(life.records(start).inspect(|_| {
            done += 1;
            if done % PROGRESS_EVERY == 0 {
                // Who looks away misses a step.
                let _ = told.try_send(done as f32 / all as f32);
            }
        }))?;
        flash = journal.into_flash();
    }
    Ok(flash)
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

struct SimPanel(Arc<World>);

impl Panel for SimPanel {
    fn show(&mut self, text: Option<&str>) {
        let mut face = self.0.face();
        face.text = text.map(str::to_owned);
        face.screen = text.map(lcd::Screen::message);
    }

    fn light(&mut self, percent: u8) {
        self.0.face().brightness = Some(percent);
    }

    fn find(&mut self, on: bool) {
        self.0.face().finding = on;
    }

    fn wishes(&mut self, wishes: &Wishes) {
        self.0.face().wishes = *wishes;
    }

    fn pressed(&mut self) -> Option<Press> {
        self.0.pressed()
    }
}
