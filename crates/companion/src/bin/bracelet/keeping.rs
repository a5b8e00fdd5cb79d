//! `bracelet back-up` and `bracelet bring-back`.

use std::path::PathBuf;

use companion::Engine;

use crate::args::{Cli, File, Lang};
use crate::failure::Failure;
use crate::key;

/// Writes a backup under a passphrase of its own.
///
/// # Errors
///
/// What keeps it from being written.
pub async fn back_up(engine: &Engine, cli: &Cli, asked: &File, lang: Lang) -> Result<(), Failure> {
    say(lang.pick("The backup gets a passphrase of its own.", "La sauvegarde a sa propre phrase secrète."));
    let bytes = engine.back_up(whole(&asked.file)?, key::ask_new(cli, lang)?).await?;
    println!("{} ({bytes} {})", asked.file.display(), lang.pick("bytes", "octets"));
    Ok(())
}

/// Puts a backup in the place of what is there, which is kept aside.
///
/// # Errors
///
/// What keeps it from being read, or from taking that place.
pub async fn bring_back(engine: &Engine, cli: &Cli, asked: &File, lang: Lang) -> Result<(), Failure> {
    say(lang.pick("The backup's own passphrase opens it.", "La phrase secrète de la sauvegarde l'ouvre."));
    let aside = engine.bring_back(whole(&asked.file)?, key::ask(cli, lang)?).await?;
    println!(
        "{} {aside}",
        lang.pick("What was here before is kept as", "Ce qui était ici avant est gardé sous")
    );
    Ok(())
}

fn say(words: &str) {
    eprintln!("{words}");
}

/// The file's path from the root: what is told of it holds wherever it is read.
fn whole(file: &std::path::Path) -> Result<PathBuf, Failure> {
    std::path::absolute(file).map_err(Failure::Output)
}
