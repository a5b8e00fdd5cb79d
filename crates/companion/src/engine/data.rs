//! What is kept, where, and taking it out.

use std::io::BufWriter;
use std::path::{Path, PathBuf};

use bridge::{Changed, Data, ExportFormat, MIN_PASSPHRASE, Protection, SourceData, Start};
use vitals::{Metric, UnixMillis};
use zeroize::Zeroizing;

use super::{Answer, Engine, invalid, not_now};
use crate::export::{self, ExportError};
use crate::store::{SourceId, Store, StoreError, with_suffix};
use crate::vault;

/// The fact that a backup was made.
const LAST_BACKUP: &str = "last_backup";

impl Engine {
    /// What is kept, and where.
    ///
    /// # Errors
    ///
    /// [`bridge::Code::NotNow`] before the engine is ready; the store's.
    pub async fn data(&self) -> Answer<Data> {
        let stores = self.stores().await?;
        let Start::Ready { protection, .. } = self.start_state() else { return Err(not_now("not ready")) };
        let mut sources = Vec::new();
        let mut bytes = 0;
        // The shown one is the demo's where all ends with the process: that has no other name.
        let shown = self.shown().ok().map(|(store, _)| store).filter(|_| protection == Protection::Ephemeral);
        for store in [stores.person, stores.demo, shown].into_iter().flatten() {
            bytes += size(store.path());
            sources.extend(self.sources_of(&store).await?);
        }
        let folder = self.folder().to_owned();
        let free = folder.clone();
        let (writable, free_bytes) =
            tokio::task::spawn_blocking(move || (is_writable(&free), free_bytes(&free)))
                .await
                .unwrap_or((false, None));
        Ok(Data {
            folder: folder.display().to_string(),
            bytes,
            free_bytes,
            protection,
            writable,
            records: sources.iter().map(|source| source.records).sum(),
            oldest: sources.iter().filter_map(|source| source.first).min(),
            sources,
            last_backup: self.person().await?.fact(LAST_BACKUP).await?.map(UnixMillis),
        })
    }

    /// Writes all that the person decided and measured into one file under a passphrase of its own, and tells how many bytes
    /// it has. A demo's readings are no part of it.
    ///
    /// # Errors
    ///
    /// [`bridge::Code::Invalid`] for a passphrase that is too short, [`bridge::Code::DiskFull`],
    /// [`bridge::Code::FolderNotWritable`], [`bridge::Code::NotNow`] before the engine is ready.
    pub async fn back_up(&self, path: PathBuf, passphrase: String) -> Answer<u64> {
        let passphrase = Zeroizing::new(passphrase);
        if passphrase.chars().count() < MIN_PASSPHRASE {
            return Err(invalid("a passphrase of fewer than 8 characters"));
        }
        let store = self.person().await?;
        let bytes = store.back_up(&path, &passphrase).await?;
        store.set_fact(LAST_BACKUP, self.0.view.clock.now().0).await?;
        self.0.view.changed(Changed::Data);
        Ok(bytes)
    }

    /// Puts a backup in the place of what is there now, which is kept aside under the name told.
    ///
    /// # Errors
    ///
    /// [`bridge::Code::WrongPassphrase`], [`bridge::Code::DatabaseNewer`], [`bridge::Code::DatabaseDamaged`] (the backup
    /// is), [`bridge::Code::DiskFull`]: nothing was replaced. [`bridge::Code::NotNow`] where nothing is kept.
    pub async fn bring_back(&self, path: PathBuf, passphrase: String) -> Answer<String> {
        let passphrase = Zeroizing::new(passphrase);
        let mut control = self.settled_control().await;
        if self.is_ephemeral() {
            return Err(not_now("nothing is kept here"));
        }
        let person = control.person.take().ok_or_else(|| not_now("not ready"))?;
        // Closed first: its log is folded into its file, and nobody writes to what is replaced.
        person.store.close().await;
        let here = self.person_path();
        let done = async {
            let key = vault::key(&here, person.key.clone()).await?;
            Store::bring_back(&path, &passphrase, &here, &key, jiff::Timestamp::now()).await
        };
        let done = done.await;
        self.open(&mut control, person.key.clone()).await;
        drop(control);
        self.outcome()?;
        self.0.view.changed(Changed::Profile);
        self.0.view.changed(Changed::Data);
        Ok(done?.display().to_string())
    }

    async fn sources_of(&self, store: &Store) -> Answer<Vec<SourceData>> {
        let mut all = Vec::new();
        for source in store.sources().await? {
            let id = SourceId(source.id);
            let extent = store.extent(id).await?;
            all.push(SourceData {
                records: store.count(id).await?,
                first: extent.map(|(first, _)| first),
                last: extent.map(|(_, last)| last),
                source,
            });
        }
        Ok(all)
    }

    /// Writes the readings of the shown source to a file that only its owner can read: all of it, or one metric's; returns
    /// how many lines. An existing file is replaced once the new one is whole.
    ///
    /// # Errors
    ///
    /// [`bridge::Code::NotNow`] while there is no source, [`bridge::Code::DiskFull`], [`bridge::Code::FolderNotWritable`];
    /// the store's.
    pub async fn export_to(
        &self,
        path: PathBuf,
        format: ExportFormat,
        metric: Option<Metric>,
        from: UnixMillis,
        to: UnixMillis,
    ) -> Answer<u64> {
        let (store, _) = self.shown()?;
        let source = self.0.view.known().source.clone().ok_or_else(|| not_now("there is no source"))?;
        let unfinished = with_suffix(&path, ".unfinished");
        let failed = |why| StoreError::io(&path, why);
        let file = export::create_private(&unfinished).map_err(failed)?;
        let mut out = BufWriter::new(file);
        let done = export::export(&store, &source, (from, to), format, metric, &mut out).await;
        drop(out);
        match done {
            Ok(count) => {
                std::fs::rename(&unfinished, &path).map_err(failed)?;
                Ok(count)
            }
            Err(error) => {
                // What is half is no export.
                let _ = std::fs::remove_file(&unfinished);
                Err(match error {
                    ExportError::Store(error) => error.into(),
                    ExportError::Write(why) => failed(why).into(),
                })
            }
        }
    }
}

/// Bytes of a database with its log.
fn size(path: &Path) -> u64 {
    let of = |path: &Path| std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    of(path) + of(&with_suffix(path, "-wal"))
}

/// Whether a file can be made there now: tried, not guessed from permissions.
fn is_writable(folder: &Path) -> bool {
    let probe = folder.join(".probe");
    let done = std::fs::write(&probe, b"probe").is_ok();
    done && std::fs::remove_file(&probe).is_ok()
}

/// Bytes that are free for this person on that disk.
#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    disk.f_bavail.checked_mul(disk.f_frsize)
}

/// The standard library does not ask here.
#[cfg(not(unix))]
fn free_bytes(_folder: &Path) -> Option<u64> {
    None
}
