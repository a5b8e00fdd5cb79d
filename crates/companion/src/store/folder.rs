//! The data folder: held by one process at a time, and where damaged databases are kept aside.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::{Result, StoreError};

/// A data folder that this process holds. Dropping it, or being killed, lets it go.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes the folder if need be and takes hold of it.
    ///
    /// The operating system's lock on the file `lock` counts, not the file: one left behind by a killed process blocks
    /// nobody.
    ///
    /// # Errors
    ///
    /// [`StoreError::AlreadyRunning`] when another process holds it, [`StoreError::NotWritable`] when it cannot be made or
    /// written, [`StoreError::DiskFull`].
    pub fn hold(path: &Path) -> Result<Self> {
        make_private(path).map_err(|why| StoreError::io(path, why))?;
        let lock_path = path.join("lock");
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(|why| StoreError::io(&lock_path, why))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(StoreError::AlreadyRunning),
            Err(TryLockError::Error(why)) => Err(StoreError::io(&lock_path, why)),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Makes a folder that only its owner can look into.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// The files that belong to a database beside it: SQLite's journal, its log and the log's index, and what states the
/// protection.
pub(crate) fn companions(database: &Path) -> [(PathBuf, &'static str); 4] {
    ["-journal", "-wal", "-shm", ".key.json"].map(|suffix| (with_suffix(database, suffix), suffix))
}

/// `person.db` and `-wal` make `person.db-wal`.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// A name beside a database that says why it no longer has its own, and that no file has.
pub(crate) fn free_name(database: &Path, why: &str, now: jiff::Timestamp) -> Result<PathBuf> {
    let stem = database.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let stamp = now.strftime("%Y%m%dT%H%M%SZ");
    (0..u32::MAX)
        .map(|n| match n {
            0 => database.with_file_name(format!("{stem}.{why}-{stamp}.db")),
            n => database.with_file_name(format!("{stem}.{why}-{stamp}-{n}.db")),
        })
        .find(|path| !path.exists())
        .ok_or(StoreError::Internal("no free name".to_owned()))
}

/// Gives a damaged database, its log and its key's statement a new name (`person.damaged-20261120T101530Z.db`). Deletes
/// nothing. The companions go first: whatever is interrupted, a database never stands beside another one's log.
pub(crate) fn keep_aside(database: &Path, now: jiff::Timestamp) -> Result<PathBuf> {
    let aside = free_name(database, "damaged", now)?;
    for (path, suffix) in companions(database) {
        if path.exists() {
            std::fs::rename(&path, with_suffix(&aside, suffix)).map_err(|why| StoreError::io(&path, why))?;
        }
    }
    std::fs::rename(database, &aside).map_err(|why| StoreError::io(database, why))?;
    Ok(aside)
}
