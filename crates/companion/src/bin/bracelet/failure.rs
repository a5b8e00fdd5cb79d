//! Why the command did not do what was asked: its words and its exit code.

use std::process::ExitCode;

use bridge::{Code, Error};

use crate::args::Lang;

/// Why the command did not do what was asked.
#[derive(Debug)]
pub enum Failure {
    /// The engine said no.
    Engine(Error),
    /// What was typed makes no sense.
    Usage(String),
    /// A file or standard output could not be written.
    Output(std::io::Error),
    /// The database and the bracelet differ; what and how much was printed.
    Differs,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Engine(error)
    }
}

impl From<companion::store::StoreError> for Failure {
    fn from(error: companion::store::StoreError) -> Self {
        Self::Engine(error.into())
    }
}

impl Failure {
    /// The exit code, as `--help` lists them.
    pub fn exit_code(&self) -> ExitCode {
        let code = match self {
            Self::Usage(_) => 2,
            Self::Differs => 8,
            Self::Output(why) if why.kind() == std::io::ErrorKind::StorageFull => 6,
            Self::Output(_) => 1,
            Self::Engine(error) => match error.code {
                Code::AlreadyRunning => 3,
                Code::KeyringMissing | Code::KeyringLocked | Code::KeyMissing | Code::WrongPassphrase => 4,
                Code::DatabaseNewer | Code::DatabaseDamaged => 5,
                Code::DiskFull | Code::FolderNotWritable => 6,
                Code::BraceletSilent | Code::ProtocolVersion => 7,
                Code::Invalid | Code::NotABackup => 2,
                Code::ClockWrong | Code::NoProgram | Code::NotNow | Code::Internal => 1,
            },
        };
        ExitCode::from(code)
    }

    /// Says it on standard error: what happened, what is safe, what to do.
    pub fn tell(&self, lang: Lang) {
        match self {
            Self::Engine(error) => {
                let [what, safe, todo] = lang.trouble(error.code);
                eprintln!("bracelet: {what} {safe} {todo}");
                if !error.detail.is_empty() {
                    eprintln!("          ({})", error.detail);
                }
            }
            Self::Usage(what) => eprintln!("bracelet: {what}"),
            Self::Output(why) => {
                let what = lang.pick(
                    "Could not write the output. The readings themselves are safe.",
                    "Impossible d'écrire le résultat. Les mesures elles-mêmes sont en sécurité.",
                );
                eprintln!("bracelet: {what} ({why})");
            }
            Self::Differs => {}
        }
    }
}
