//! What becomes of the app when its window closes.

use bridge::{Connection, Preferences, Start};

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
    /// What becomes of the app now that its window is being closed. That the person is told is remembered with their
    /// choices.
    pub async fn window_closed(&self) -> Windowless {
        match self.home().connection {
            Connection::None | Connection::Disconnected { .. } => Windowless::Ends,
            Connection::Connecting { .. } | Connection::Connected { .. } | Connection::Lost { .. } => {
                let Start::Ready { preferences, .. } = self.start_state() else { return Windowless::Ends };
                let tell = !preferences.told_background;
                if tell {
                    let preferences = Preferences { told_background: true, ..preferences };
                    if let Err(error) = self.set_preferences(preferences).await {
                        tracing::warn!(code = ?error.code, "it could not be remembered that the person was told");
                    }
                }
                Windowless::GoesOn { tell }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Options;
    use super::*;
    use crate::vault::KeySource;

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

        let engine = Engine::start(options()).await;
        // Waits until going on is over.
        engine.stores().await.unwrap();
        assert_eq!(engine.window_closed().await, Windowless::GoesOn { tell: false });
        engine.disconnect().await.unwrap();
        assert_eq!(engine.window_closed().await, Windowless::Ends);
        engine.stop().await;
    }
}
