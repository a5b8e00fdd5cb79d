//! `bracelet export`.

use std::io::{BufWriter, Write};
use std::path::Path;

use companion::Engine;
use companion::export::{self, ExportError};
use vitals::UnixMillis;

use crate::args::{Export, Format, Lang, moment};
use crate::failure::Failure;

/// Writes the readings of each bracelet in turn.
///
/// # Errors
///
/// The store's, or that of writing; a moment that makes no sense; nothing to export.
pub async fn run(engine: &Engine, asked: &Export, lang: Lang) -> Result<(), Failure> {
    let at = |typed: &Option<String>, otherwise| match typed {
        Some(typed) => moment(typed).map_err(|why| Failure::Usage(format!("{typed}: {why}"))),
        None => Ok(UnixMillis(otherwise)),
    };
    let range = (at(&asked.from, i64::MIN)?, at(&asked.to, i64::MAX)?);
    let stores = engine.stores().await?;
    let store = if asked.demo { stores.demo } else { stores.person };
    let nothing = || {
        Failure::Usage(
            lang.pick(
                "there are no readings to export (those of the demo are exported with --demo)",
                "aucune mesure à exporter (celles de la démo s'exportent avec --demo)",
            )
            .to_owned(),
        )
    };
    let store = store.ok_or_else(nothing)?;
    // One file, one source: two sources of one person would need a choice, which has no switch before there are two.
    let source = store.sources().await?.into_iter().next().ok_or_else(nothing)?;
    let format = match asked.format {
        Format::Csv => export::Format::Csv,
        Format::Json => export::Format::Json,
    };
    let count = match &asked.output {
        Some(path) => {
            let file = create_private(path).map_err(Failure::Output)?;
            let mut out = BufWriter::new(file);
            let count = export::export(&store, &source, range, format, &mut out).await;
            let written = out.flush();
            written.map_err(Failure::Output)?;
            count
        }
        None => export::export(&store, &source, range, format, &mut BufWriter::new(std::io::stdout())).await,
    };
    match count {
        Ok(count) => {
            eprintln!("{count} {}", lang.pick("records exported.", "relevés exportés."));
            Ok(())
        }
        Err(ExportError::Write(why)) if why.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(ExportError::Write(why)) => Err(Failure::Output(why)),
        Err(ExportError::Store(error)) => Err(error.into()),
    }
}

/// Makes or empties a file that only its owner can read: an export is health data in clear text. Of a file that was there
/// already the permissions stay as its owner set them.
fn create_private(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
