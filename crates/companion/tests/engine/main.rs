//! The engine as the window and the command use it: the real built-in bracelet, the real wire, the real database.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on shall stop")]

mod chart;
mod data;
mod decisions;
mod drain;
mod emergency;
mod live;
mod notes;
mod start;

use std::path::Path;
use std::time::Duration;

use bridge::{Connection, Home, Start};
use companion::{Engine, KeySource, Options};
use firmware::sim::Faults;

/// An engine on that folder whose database is not encrypted, with so many days of past in a new demo.
async fn engine(data: &Path, history_days: u32, faults: Faults) -> Engine {
    let mut options = Options::new(data.to_owned(), KeySource::None);
    options.demo.history_days = history_days;
    options.demo.link.faults = faults;
    options.resume = false;
    let engine = Engine::start(options).await;
    assert!(matches!(engine.settled().await, Start::Ready { .. }));
    engine
}

/// Looks at Home until it is as wanted. The test runner's own limit is the only one.
async fn until(engine: &Engine, mut wanted: impl FnMut(&Home) -> bool) -> Home {
    loop {
        let home = engine.home();
        if wanted(&home) {
            return home;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Everything that there was is stored.
fn caught_up(home: &Home) -> bool {
    matches!(home.connection, Connection::Connected { .. })
        && home.catching_up.is_none()
        && home.storage.records > 0
}
