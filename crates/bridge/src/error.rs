//! An error the window can put into words: a stable code, never a text to match on.

use serde::{Deserialize, Serialize};

/// What went wrong. The window has words, a reassurance and one button for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// No keyring service answers.
    KeyringMissing,
    /// The keyring is there but locked, or the person declined to unlock it.
    KeyringLocked,
    /// The database is there but its key is not in the keyring: another account's keyring, or a new machine.
    KeyMissing,
    /// The passphrase does not open the database.
    WrongPassphrase,
    /// The database was written by a newer version of the app.
    DatabaseNewer,
    /// The database is damaged; it was kept aside under a new name.
    DatabaseDamaged,
    /// The disk is full.
    DiskFull,
    /// The data folder cannot be written.
    FolderNotWritable,
    /// Another process holds this data folder.
    AlreadyRunning,
    /// The computer's clock is plainly wrong.
    ClockWrong,
    /// The bracelet does not answer.
    BraceletSilent,
    /// The bracelet speaks a version of the protocol that this app does not know.
    ProtocolVersion,
    /// The file that was chosen is no backup of this app.
    NotABackup,
    /// No program of the system does what was asked: make a call, open a setting.
    NoProgram,
    /// What was asked for is not possible in the present state.
    NotNow,
    /// A value given is out of its range.
    Invalid,
    /// A fault of the app itself.
    Internal,
}

/// An error, with technical detail for a "Details" fold only. Never vitals, never a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    /// What went wrong.
    pub code: Code,
    /// Technical detail.
    pub detail: String,
}
