//! How an engine begins.

use std::path::PathBuf;

use firmware::sim::{Faults, LinkOptions};

use super::clock::Clock;
use crate::vault::KeySource;

/// How an engine begins.
#[derive(Clone, Debug)]
pub struct Options {
    /// The data folder; made if it is not there.
    pub data: PathBuf,
    /// Where the key of a *new* database goes. An existing one is opened the way it was made, but with
    /// [`KeySource::Ephemeral`] no kept database is touched at all.
    pub key: KeySource,
    /// Whether the demo, if it was connected when the app last ended, is connected again.
    pub resume: bool,
    /// The built-in bracelet.
    pub demo: DemoOptions,
    /// Whether the demo's readings may go to the cloud: only to try out synchronisation.
    pub sync_demo: bool,
    /// The clock; another than the computer's only in tests.
    pub clock: Clock,
}

impl Options {
    /// What the app uses: the demo comes back by itself, with its month.
    #[must_use]
    pub fn new(data: PathBuf, key: KeySource) -> Self {
        // Nobody will look at a past that ends with the process.
        let history_days =
            if matches!(key, KeySource::Ephemeral) { 0 } else { DemoOptions::default().history_days };
        Self {
            data,
            key,
            resume: true,
            demo: DemoOptions { history_days, ..DemoOptions::default() },
            sync_demo: false,
            clock: Clock::default(),
        }
    }
}

/// How the built-in bracelet begins.
#[derive(Clone, Debug)]
pub struct DemoOptions {
    /// Days of past in a new flash.
    pub history_days: u32,
    /// Which bracelet: its serial and its past.
    pub seed: u64,
    /// The link's MTU and what goes wrong on it.
    pub link: LinkOptions,
}

impl Default for DemoOptions {
    fn default() -> Self {
        let link = LinkOptions { mtu: 512, faults: Faults::default() };
        Self { history_days: 30, seed: 1, link }
    }
}
