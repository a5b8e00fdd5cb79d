//! `bracelet export`.

use std::io::{BufWriter, Write};

use bridge::ExportFormat;
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
        Format::Csv => ExportFormat::Csv,
        Format::Json => ExportFormat::Json,
    };
    let metric = asked.metric.map(Into::into);
    let count = match &asked.output {
        Some(path) => {
            let file = export::create_private(path).map_err(Failure::Output)?;
            let mut out = BufWriter::new(file);
            let count = export::export(&store, &source, range, format, metric, &mut out, |_| ()).await;
            let written = out.flush();
            written.map_err(Failure::Output)?;
            count
        }
        None => {
            export::export(
                &store,
                &source,
                range,
                format,
                metric,
                &mut BufWriter::new(std::io::stdout()),
                |_| (),
            )
            .await
        }
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
