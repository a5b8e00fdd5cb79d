//! Readings for a spreadsheet or a script: every record of a source as CSV or JSON, missing as missing.

use std::io::Write;
use std::path::Path;

use bridge::{ExportFormat, Source};
use serde::Serialize;
use vitals::{Activity, Metric, UnixMillis};

use crate::store::{Recorded, Store, StoreError};

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The store's.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is written to does not take more.
    #[error("cannot write: {0}")]
    Write(#[from] std::io::Error),
}

impl From<serde_json::Error> for ExportError {
    fn from(error: serde_json::Error) -> Self {
        Self::Write(error.into())
    }
}

/// One line. The order of the fields is the order of the columns.
#[derive(Serialize)]
struct Line<'a> {
    time: String,
    heart_rate: Option<u16>,
    spo2: Option<u8>,
    skin_temperature: Option<f64>,
    steps: u16,
    battery: Option<u8>,
    quality: u8,
    worn: bool,
    activity: Activity,
    rr: Vec<u16>,
    event: Option<&'static str>,
    anchored: bool,
    journal: String,
    boot: u32,
    seq: u32,
    source: bridge::SourceKind,
    serial: &'a str,
}

const HEADER: &str = "time,heart_rate,spo2,skin_temperature,steps,battery,quality,worn,activity,rr,event,anchored,journal,\
                      boot,seq,source,serial";

impl<'a> Line<'a> {
    fn of(recorded: &Recorded, source: &'a Source) -> Self {
        let Recorded { name, record, placed } = recorded;
        Self {
            time: time_text(placed.at),
            heart_rate: record.heart_rate.map(|v| v.0),
            spo2: record.spo2.map(|v| v.0),
            skin_temperature: record.skin_temperature.map(vitals::CentiCelsius::celsius),
            steps: record.steps.0,
            battery: record.battery.map(|v| v.0),
            quality: record.quality.0,
            worn: record.worn,
            activity: record.activity,
            rr: record.rr.iter().map(|rr| rr.0).collect(),
            event: record.event.map(|event| event.kind.name()),
            anchored: placed.anchored,
            journal: format!("{:016x}", name.journal.0),
            boot: name.boot.0,
            seq: name.seq.0,
            source: source.kind,
            serial: &source.serial,
        }
    }

    /// Whether a metric was measured in it, or steps made.
    fn has(&self, metric: Metric) -> bool {
        match metric {
            Metric::HeartRate => self.heart_rate.is_some(),
            Metric::Spo2 => self.spo2.is_some(),
            Metric::SkinTemperature => self.skin_temperature.is_some(),
            Metric::Battery => self.battery.is_some(),
            Metric::Steps => self.steps > 0,
            _ => false,
        }
    }

    /// Some of the fields, in the order of the columns.
    fn only(&self, columns: &[&str]) -> Result<serde_json::Value, serde_json::Error> {
        let serde_json::Value::Object(mut all) = serde_json::to_value(self)? else {
            return Ok(serde_json::Value::Null);
        };
        all.retain(|name, _| columns.contains(&name.as_str()));
        Ok(serde_json::Value::Object(all))
    }

    /// The same fields, parted by commas: made from the JSON, so that both formats always agree.
    fn csv(&self, columns: &[&str]) -> Result<String, serde_json::Error> {
        let value = serde_json::to_value(self)?;
        let fields = columns.iter().map(|&column| match value.get(column) {
            None | Some(serde_json::Value::Null) => String::new(),
            Some(serde_json::Value::String(text)) => quoted(text),
            Some(serde_json::Value::Array(items)) => {
                items.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
            }
            Some(other) => other.to_string(),
        });
        Ok(fields.collect::<Vec<_>>().join(","))
    }
}

/// What stands beside one metric's values: when, how sure, under which circumstances, and of which source.
const CONTEXT: [&str; 5] = ["time", "quality", "worn", "activity", "source"];

/// The columns to write: all, or one metric's with its context.
fn columns(metric: Option<Metric>) -> Vec<&'static str> {
    let wanted =
        |column: &&str| metric.is_none_or(|metric| *column == metric.name() || CONTEXT.contains(column));
    HEADER.split(',').filter(wanted).collect()
}

/// Whether records carry a metric by itself.
#[must_use]
pub fn is_recorded(metric: Metric) -> bool {
    HEADER.split(',').any(|column| column == metric.name() && !CONTEXT.contains(&column))
}

/// Makes or empties a file that only its owner can read: an export is health data in clear text. Of a file that was there
/// already the permissions stay as its owner set them.
///
/// # Errors
///
/// The system's.
pub fn create_private(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Writes the records of a source from `from` up to and without `to`, the oldest first, and tells how many. With a metric
/// only those in which it was measured (of steps: made), with what stands beside it. `read` hears how many records were read
/// so far.
///
/// # Errors
///
/// The store's, or that of writing.
pub async fn export(
    store: &Store,
    source: &Source,
    (from, to): (UnixMillis, UnixMillis),
    format: ExportFormat,
    metric: Option<Metric>,
    out: &mut impl Write,
    mut read: impl FnMut(u64),
) -> Result<u64, ExportError> {
    let mut records = store.records(crate::store::SourceId(source.id), from, to);
    let columns = columns(metric);
    let mut count = 0;
    match format {
        ExportFormat::Csv => write!(out, "{}\r\n", columns.join(","))?,
        ExportFormat::Json => write!(out, "[")?,
    }
    let mut seen = 0;
    while let Some(recorded) = records.next().await? {
        seen += 1;
        read(seen);
        let line = Line::of(&recorded, source);
        if metric.is_some_and(|metric| !line.has(metric)) {
            continue;
        }
        match format {
            ExportFormat::Csv => write!(out, "{}\r\n", line.csv(&columns)?)?,
            ExportFormat::Json => {
                out.write_all(if count == 0 { b"\n" } else { b",\n" })?;
                match metric {
                    None => serde_json::to_writer(&mut *out, &line)?,
                    Some(_) => serde_json::to_writer(&mut *out, &line.only(&columns)?)?,
                }
            }
        }
        count += 1;
    }
    if format == ExportFormat::Json {
        out.write_all(b"\n]\n")?;
    }
    out.flush()?;
    Ok(count)
}

/// RFC 3339 in UTC to the millisecond; a time that no calendar holds stays the number it is.
fn time_text(at: UnixMillis) -> String {
    jiff::Timestamp::from_millisecond(at.0)
        .map_or_else(|_| at.0.to_string(), |time| time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}

/// Text that a bracelet told, harmless in a spreadsheet: quoted where RFC 4180 wants it, and never a formula (OWASP, "CSV
/// injection").
fn quoted(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
