//! What waits for the cloud, and whose readings may go there at all.

use bridge::{Source, SourceKind};

use super::{Answer, Engine};
use crate::store::{SourceId, Stretch};

/// One source's readings that have not gone to the cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToSend {
    /// Whose.
    pub source: Source,
    /// Which, in the order of boots and places.
    pub stretches: Vec<Stretch>,
}

impl ToSend {
    /// How many records these are, known gaps among them included.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.stretches.iter().map(|stretch| u64::from(stretch.last.0 - stretch.first.0) + 1).sum()
    }
}

impl Engine {
    /// What has not gone to the cloud, one entry for each source whose readings may go there. A demo's may not, unless
    /// [`Options::sync_demo`](super::Options::sync_demo) allows it.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn outbox(&self) -> Answer<Vec<ToSend>> {
        let stores = self.stores().await?;
        let mut outbox = Vec::new();
        for store in [stores.person, stores.demo].into_iter().flatten() {
            for source in store.sources().await? {
                if source.kind == SourceKind::Demo && !self.0.options.sync_demo {
                    continue;
                }
                let stretches = store.unsent(SourceId(source.id)).await?;
                outbox.push(ToSend { source, stretches });
            }
        }
        Ok(outbox)
    }
}
