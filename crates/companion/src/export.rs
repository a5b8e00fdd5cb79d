//! Readings for a spreadsheet or a script: every record of a source as CSV or JSON, missing as missing.

use std::io::Write;

use bridge::Source;
use serde::Serialize;
use vitals::{Activity, UnixMillis};

use crate::store::{Recorded, Store, StoreError};

/// How an export is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180, UTF-8, a header line; an empty field where nothing was measured.
    Csv,
    /// One array of objects, one a line; `null` where nothing was measured.
    Json,
}

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

    /// The same fields, parted by commas: made from the JSON, so that both formats always agree.
    fn csv(&self) -> Result<String, serde_json::Error> {
        let value = serde_json::to_value(self)?;
        let fields = HEADER.split(',').map(|column| match value.get(column) {
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

/// Writes the records of a source from `from` up to and without `to`, the oldest first, and tells how many.
///
/// # Errors
///
/// The store's, or that of writing.
pub async fn export(
    store: &Store,
    source: &Source,
    (from, to): (UnixMillis, UnixMillis),
    format: Format,
    out: &mut impl Write,
) -> Result<u64, ExportError> {
    let mut records = store.records(crate::store::SourceId(source.id), from, to);
    let mut count = 0;
    match format {
        Format::Csv => write!(out, "{HEADER}\r\n")?,
        Format::Json => write!(out, "[")?,
    }
    while let Some(recorded) = records.next().await? {
        let line = Line::of(&recorded, source);
        match format {
            Format::Csv => write!(out, "{}\r\n", line.csv()?)?,
            Format::Json => {
                out.write_all(if count == 0 { b"\n" } else { b",\n" })?;
                serde_json::to_writer(&mut *out, &line)?;
            }
        }
        count += 1;
    }
    if format == Format::Json {
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
