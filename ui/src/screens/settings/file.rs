//! The system's own way to choose a file.

use vitals::UnixMillis;

use crate::api::Command;
use crate::page;
use crate::words::{Locale, t};

/// What a file is chosen for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// To be written.
    Save,
    /// To be read.
    Open,
}

/// Asks the person for a file of that ending; a new one is proposed under that name with today's date. Answers its path, or
/// nothing if none was chosen.
pub fn choose(lang: Locale, kind: Kind, proposed: &str, ending: &str) -> Command {
    let today: String = page::field_of(UnixMillis(page::now())).chars().take(10).collect();
    Command::new("choose_file")
        .with("save", &(kind == Kind::Save))
        .with("name", &format!("{proposed} {today}.{ending}"))
        .with("ending", &ending)
        .with("kind", &if ending == "backup" { t!(lang, data.backups) } else { format!(".{ending}") })
}

/// A path's last part.
pub fn name(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned()
}
