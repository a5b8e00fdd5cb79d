//! What becomes of the app when its window closes.

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use bridge::{Connection, Start};

use super::Engine;

/// What becomes of the app when its window closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Windowless {
    /// Nothing is monitored: it ends with its window.
    Ends,
    /// It goes on monitoring.
    GoesOn {
        /// Whether the person is to be told so: the first time only.
        tell: bool,
    },
}

impl Engine {
    /// What becomes of the app now that its window is being closed. That the person was told is remembered in the data folder
    /// and not with their choices, which a backup or a database begun afresh brings back as they were.
    pub async fn window_closed(&self) -> Windowless {
        match self.0.view.home().connection {
            Connection::None | Connection::Disconnected { .. } => Windowless::Ends,
            _ if !matches!(self.start_state(), Start::Ready { .. }) => Windowless::Ends,
            Connection::Connecting { .. } | Connection::Connected { .. } | Connection::Lost { .. } => {
                let mark = self.told_background();
                // Whatever becomes of the file, not twice in one run, and not by two windows at once.
                let tell = !self.0.told_background.swap(true, Ordering::Relaxed) && !mark.exists();
                if tell && let Err(error) = tokio::fs::write(&mark, []).await {
                    tracing::warn!(%error, "it could not be remembered that the person was told");
                }
                Windowless::GoesOn { tell }
            }
        }
    }

    fn told_background(&self) -> PathBuf {
        self.0.options.data.join("told-background")
    }
}

#[cfg(test)]
mod tests {
    use super::super::Options;
    use super::*;
    use crate::vault::KeySource;

    async fn closed_once_more(options: Options) -> Windowless {
        let engine = Engine::start(options).await;
        // Waits until going on is over.
        engine.stores().await.unwrap();
        let closed = engine.window_closed().await;
        engine.stop().await;
        closed
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn with_a_bracelet_monitoring_goes_on_and_the_person_is_told_once() {
        let data = tempfile::tempdir().unwrap();
        let options = || {
            let mut options = Options::new(data.path().to_owned(), KeySource::None);
            options.demo.history_days = 0;
            options
        };
        let engine = Engine::start(options()).await;
        engine.settled().await;
        assert_eq!(engine.window_closed().await, Windowless::Ends);
        engine.connect_demo().await.unwrap();
        assert_eq!(engine.window_closed().await, Windowless::GoesOn { tell: true });
        assert_eq!(engine.window_closed().await, Windowless::GoesOn { tell: false });
        engine.stop().await;

        assert_eq!(closed_once_more(options()).await, Windowless::GoesOn { tell: false });
        // An older backup, or a new database: the person is the same, and so is the app.
        for database in ["person.db", "person.db-wal", "person.db-shm"] {
            let _ = std::fs::remove_file(data.path().join(database));
        }
        assert_eq!(closed_once_more(options()).await, Windowless::GoesOn { tell: false });

        let engine = Engine::start(options()).await;
        engine.stores().await.unwrap();
        engine.disconnect().await.unwrap();
        assert_eq!(engine.window_closed().await, Windowless::Ends);
        engine.stop().await;
    }
}
