//! What is kept, where, and taking it out.

use std::future::Future;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::time::Duration;

use bridge::{
    Changed, Code, Data, Event, ExportFormat, MIN_PASSPHRASE, Protection, SelfTest, SourceData, Start, System,
};
use vitals::{Metric, UnixMillis};
use zeroize::Zeroizing;

use super::view::Known;
use super::{Answer, Engine, invalid, not_now};
use crate::export::{self, ExportError};
use crate::store::{SourceId, Store, StoreError, with_suffix};
use crate::system;
use crate::vault::{self, KeySource};

/// How often it is told how far something has come.
const TOLD_EVERY: Duration = Duration::from_millis(250);

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
        // The shown one is the demo's where all ends with the process: that has no other name.
        let shown = self.shown().ok().map(|(store, _)| store).filter(|_| protection == Protection::Ephemeral);
        for store in [stores.person, stores.demo, shown].into_iter().flatten() {
            sources.extend(self.sources_of(&store).await?);
        }
        let folder = self.folder().to_owned();
        let free = folder.clone();
        let look = move || (is_writable(&free), free_bytes(&free), sizes(&free));
        let (writable, free_bytes, (bytes, aside_bytes)) =
            tokio::task::spawn_blocking(look).await.unwrap_or_default();
        Ok(Data {
            folder: folder.display().to_string(),
            bytes,
            aside_bytes,
            free_bytes,
            protection,
            writable,
            records: sources.iter().map(|source| source.records).sum(),
            oldest: sources.iter().filter_map(|source| source.first).min(),
            sources,
            last_backup: self.person().await?.fact(LAST_BACKUP).await?.map(UnixMillis),
        })
    }

    /// What the system has and allows.
    pub async fn system(&self) -> System {
        system::system().await
    }

    /// Tries everything: writes a file, reads all that is kept, fetches the key again, asks the system.
    ///
    /// # Errors
    ///
    /// [`bridge::Code::NotNow`] before the engine is ready.
    pub async fn self_test(&self) -> Answer<SelfTest> {
        let Start::Ready { protection, .. } = self.settled().await else { return Err(not_now("not ready")) };
        let stores = self.stores().await?;
        let mut storage = (!is_writable(self.folder())).then_some(Code::FolderNotWritable);
        for store in [stores.person, stores.demo].into_iter().flatten() {
            storage = store.read_through().await.err().map(|error| error.code()).or(storage);
        }
        let key = self.control().await.person.as_ref().map(|person| person.key.clone());
        let key = match key {
            Some(key) if protection != Protection::Ephemeral => {
                vault::key(&self.person_path(), key).await.err().map(|error| error.code())
            }
            _ => None,
        };
        Ok(SelfTest { storage, key, protection, system: self.system().await })
    }

    /// Writes all that the person decided and measured into one file under a passphrase of its own, and tells how many bytes
    /// it has. A demo's readings are no part of it.
    ///
    /// # Errors
    ///
    /// [`bridge::Code::Invalid`] for a passphrase that is too short and for a file within the data folder,
    /// [`bridge::Code::DiskFull`], [`bridge::Code::FolderNotWritable`], [`bridge::Code::NotNow`] before the engine is ready.
    pub async fn back_up(&self, path: PathBuf, passphrase: String) -> Answer<u64> {
        let passphrase = Zeroizing::new(passphrase);
        if passphrase.chars().count() < MIN_PASSPHRASE {
            return Err(invalid("a passphrase of fewer than 8 characters"));
        }
        self.outside(&path)?;
        let store = self.person().await?;
        let made = with_suffix(&path, ".unfinished");
        let bytes = self.watched(&made, size(store.path()), store.back_up(&path, &passphrase)).await?;
        store.set_fact(LAST_BACKUP, self.0.view.clock.now().0).await?;
        self.0.view.changed(Changed::Data);
        Ok(bytes)
    }

    /// Puts a backup in the place of what is there now, which is kept aside under the name told.
    ///
    /// # Errors
    ///
    /// [`bridge::Code::NotABackup`], [`bridge::Code::WrongPassphrase`], [`bridge::Code::DatabaseNewer`], [`bridge::Code::DatabaseDamaged`] (the backup
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
            let back = Store::bring_back(&path, &passphrase, &here, &key, jiff::Timestamp::now());
            self.watched(&with_suffix(&here, ".unfinished"), size(&path), back).await
        };
        let done = done.await;
        self.open(&mut control, person.key.clone()).await;
        drop(control);
        self.outcome()?;
        self.0.view.changed(Changed::Profile);
        self.0.view.changed(Changed::Data);
        Ok(done?.display().to_string())
    }

    /// Protects what is kept in another way, or by another passphrase: set, changed, taken away. Everything is closed
    /// meanwhile, copied under the new key, and opened again; a bracelet that was connected is connected again.
    ///
    /// # Errors
    ///
    /// [`bridge::Code::WrongPassphrase`] if `present` is not the passphrase that protects it now, [`bridge::Code::Invalid`] for
    /// a new one that is missing or too short, [`bridge::Code::KeyringMissing`], [`bridge::Code::KeyringLocked`],
    /// [`bridge::Code::DiskFull`]: nothing was changed. [`bridge::Code::NotNow`] where nothing is kept.
    pub async fn change_protection(
        &self,
        choice: Protection,
        present: Option<String>,
        passphrase: Option<String>,
    ) -> Answer {
        let to = match (choice, passphrase.map(Zeroizing::new)) {
            (Protection::Keyring, _) => KeySource::Keyring,
            (Protection::Passphrase, Some(words)) if words.chars().count() >= MIN_PASSPHRASE => {
                KeySource::Passphrase(words)
            }
            _ => {
                return Err(invalid("a protection that is none, or a passphrase of fewer than 8 characters"));
            }
        };
        let mut control = self.settled_control().await;
        let Some(from) = control.person.as_ref().map(|person| person.key.clone()) else {
            return Err(not_now("not ready"));
        };
        if self.is_ephemeral() {
            return Err(not_now("nothing is kept here"));
        }
        let present = present.map(Zeroizing::new);
        if let KeySource::Passphrase(words) = &from
            && present.is_none_or(|present| present != *words)
        {
            return Err(StoreError::WrongPassphrase.into());
        }
        self.close(&mut control).await;
        *self.0.view.known() = Known::default();
        self.0.view.tell_home();
        let done = self.rekey(&from, &to).await;
        let key = if done.is_ok() { to } else { from };
        self.open(&mut control, key).await;
        self.resume(&mut control).await;
        drop(control);
        self.outcome()?;
        self.0.view.changed(Changed::Data);
        Ok(done?)
    }

    /// Puts every database under another key, the person's own last: it says what is asked for at the next start.
    async fn rekey(&self, from: &KeySource, to: &KeySource) -> Result<(), StoreError> {
        let demo = self.0.files.database();
        // One that has the key already was left so by a change that was interrupted.
        let with_demo = demo.exists() && vault::key(&demo, to.clone()).await.is_err();
        if with_demo {
            self.rekey_one(&demo, from, to).await?;
        }
        let done = self.rekey_one(&self.person_path(), from, to).await;
        if with_demo && done.is_err() {
            self.rekey_one(&demo, to, from).await?;
        }
        done
    }

    async fn rekey_one(&self, path: &Path, from: &KeySource, to: &KeySource) -> Result<(), StoreError> {
        let change = vault::change(path, from.clone(), to.clone());
        self.watched(&Store::unfinished(path), size(path), change).await
    }

    /// Does some work and tells, now and then, how far the file that it makes has come.
    async fn watched<T>(&self, file: &Path, bytes: u64, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            match tokio::time::timeout(TOLD_EVERY, &mut work).await {
                Ok(done) => return done,
                Err(_) => {
                    let there = std::fs::metadata(file).map_or(0, |metadata| metadata.len());
                    self.0.view.tell(Event::Progress(percent(there, bytes)));
                }
            }
        }
    }

    /// Whether a file that is to be written lies outside the data folder: what is kept there is not written over.
    fn outside(&self, file: &Path) -> Answer {
        let folder = file.parent().and_then(|folder| folder.canonicalize().ok());
        match (folder, self.folder().canonicalize()) {
            (Some(there), Ok(data)) if there.starts_with(&data) => {
                Err(invalid("a file within the data folder"))
            }
            _ => Ok(()),
        }
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
    /// [`bridge::Code::NotNow`] while there is no source, [`bridge::Code::Invalid`] for a file within the data folder,
    /// [`bridge::Code::DiskFull`], [`bridge::Code::FolderNotWritable`]; the store's.
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
        self.outside(&path)?;
        let total = store.seconds(SourceId(source.id), from, to).await?;
        let mut told = 0;
        let read = |done: u64| {
            let percent = percent(done, total);
            if percent > told {
                told = percent;
                self.0.view.tell(Event::Progress(percent));
            }
        };
        let unfinished = with_suffix(&path, ".unfinished");
        let failed = |why| StoreError::io(&path, why);
        let file = export::create_private(&unfinished).map_err(failed)?;
        let mut out = BufWriter::new(file);
        let done = export::export(&store, &source, (from, to), format, metric, &mut out, read).await;
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

/// A share in percent, 0 to 99: only the answer says that all is done.
pub(super) fn percent(done: u64, total: u64) -> u8 {
    let percent = done.saturating_mul(100).checked_div(total).unwrap_or_default();
    u8::try_from(percent.min(99)).unwrap_or(99)
}

/// Bytes of a database with its log.
fn size(path: &Path) -> u64 {
    let of = |path: &Path| std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    of(path) + of(&with_suffix(path, "-wal"))
}

/// Bytes of all files of the data folder, and of those that were kept aside.
fn sizes(folder: &Path) -> (u64, u64) {
    let (mut all, mut aside) = (0, 0);
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_dir() {
            let (bytes, kept) = sizes(&entry.path());
            (all, aside) = (all + bytes, aside + kept);
            continue;
        }
        let name = entry.file_name().to_string_lossy().into_owned();
        all += metadata.len();
        if name.contains(".damaged-") || name.contains(".replaced-") {
            aside += metadata.len();
        }
    }
    (all, aside)
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
