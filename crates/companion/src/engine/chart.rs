//! The engine's charts: of the source that Home shows, as of now, where this computer is.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use bridge::{Chart, ChartQuery, Code, Error};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::fs::OpenOptions;
use tokio::io::AsyncWriteExt;
use vitals::UnixMillis;

use super::{Answer, Engine};
use crate::chart::{self, Viewer};

impl Engine {
    /// A metric's chart.
    ///
    /// # Errors
    ///
    /// [`Code::NotNow`] while there is no source, [`Code::Invalid`] for a chart that makes no sense, and the store's.
    pub async fn chart(&self, query: ChartQuery) -> Answer<Chart> {
        let (store, source) = self.shown()?;
        let zone = TimeZone::system();
        let viewer = Viewer {
            now: self.clock().now(),
            zone: &zone,
            decided: &self.0.view.in_force(),
            known: &self.0.charts,
        };
        Ok(chart::chart(&store, source, &query, viewer).await?)
    }

    /// Writes a chart's bins as CSV into the person's downloads (where there are none, into the data folder), beside what is
    /// there, and tells the file's path.
    ///
    /// # Errors
    ///
    /// As [`Self::chart`]; [`Code::DiskFull`] or [`Code::FolderNotWritable`] when it cannot be written.
    pub async fn save_chart(&self, query: ChartQuery) -> Answer<PathBuf> {
        let chart = self.chart(query).await?;
        let zone = TimeZone::system();
        let folder = directories::UserDirs::new()
            .and_then(|user| user.download_dir().map(Path::to_owned))
            .filter(|folder| folder.is_dir())
            .unwrap_or_else(|| self.folder().to_owned());
        let date = |at: UnixMillis| {
            let at = Timestamp::from_millisecond(at.0).unwrap_or_default();
            at.to_zoned(zone.clone()).strftime("%Y-%m-%d").to_string()
        };
        let name = chart.metric.name().replace('_', "-");
        let name = format!("{name}-{}-{}", date(chart.from), date(chart.to.plus(-1)));
        write_beside(&folder, &name, &chart::csv(&chart, &zone)).await
    }
}

/// Writes a new CSV file of that name, or with a number behind it where there is one already: never over a file.
async fn write_beside(folder: &Path, name: &str, text: &str) -> Answer<PathBuf> {
    for number in 1..1_000 {
        let number = if number == 1 { String::new() } else { format!("-{number}") };
        let path = folder.join(format!("{name}{number}.csv"));
        let file = OpenOptions::new().write(true).create_new(true).open(&path).await;
        match file {
            Ok(mut file) => {
                let written = async {
                    file.write_all(text.as_bytes()).await?;
                    file.sync_all().await
                };
                return written.await.map(|()| path).map_err(|error| unwritable(&error));
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(unwritable(&error)),
        }
    }
    Err(Error { code: Code::FolderNotWritable, detail: "a thousand files of that name".to_owned() })
}

fn unwritable(error: &io::Error) -> Error {
    let code = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Code::DiskFull,
        _ => Code::FolderNotWritable,
    };
    Error { code, detail: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_is_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let first = write_beside(folder.path(), "steps", "one").await.unwrap();
        let second = write_beside(folder.path(), "steps", "two").await.unwrap();
        assert_eq!(second.file_name().unwrap(), "steps-2.csv");
        assert_eq!(std::fs::read_to_string(first).unwrap(), "one");
        assert_eq!(std::fs::read_to_string(second).unwrap(), "two");
        let missing = write_beside(&folder.path().join("gone"), "steps", "three").await;
        assert_eq!(missing.unwrap_err().code, Code::FolderNotWritable);
    }
}
