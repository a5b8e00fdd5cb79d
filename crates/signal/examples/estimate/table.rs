//! Reads a recording: a CSV file, plain or gzipped, with a header line and one row a sample.

use std::io::Read;
use std::path::Path;

/// One recording's columns, in the file's order.
pub struct Recording {
    /// The group column's value; empty without `--group-by`.
    pub group: String,
    /// Seconds of each row, as the file gives them.
    pub time_s: Vec<f64>,
    /// Light for the heart rate, systole down; empty without an optical channel.
    pub light: Vec<f32>,
    /// Red light, systole down; empty without such a column.
    pub red: Vec<f32>,
    /// Acceleration, g; empty without such columns.
    pub acc_g: Vec<[f32; 3]>,
}

impl Recording {
    fn new(group: &str) -> Self {
        let (time_s, light, red, acc_g) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { group: group.to_owned(), time_s, light, red, acc_g }
    }
}

/// How to read the columns.
pub struct Columns {
    /// The optical channel; `None`: the first of ir, ppg, ppg1, green that is there.
    pub channel: Option<String>,
    /// Systole goes up in the file.
    pub invert: bool,
    /// Counts at 0 g, and counts per g.
    pub acc_zero: f32,
    /// Counts per g.
    pub acc_scale: f32,
    /// Rows with the same value here are a recording of their own.
    pub group_by: Option<String>,
}

/// Reads the file and splits it into recordings.
pub fn read(path: &Path, columns: &Columns) -> Result<Vec<Recording>, String> {
    let bytes = std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut text = String::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        flate2::read::MultiGzDecoder::new(bytes.as_slice())
            .read_to_string(&mut text)
            .map_err(|e| format!("{}: {e}", path.display()))?;
    } else {
        text = String::from_utf8(bytes).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    parse(&text, columns)
}

fn parse(text: &str, columns: &Columns) -> Result<Vec<Recording>, String> {
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let header = cells(lines.next().unwrap_or(""));
    let find = |name: &str| header.iter().position(|h| h.eq_ignore_ascii_case(name));
    let missing = |name: &str| format!("no column {name} among: {}", header.join(", "));
    let time = find("time_s").ok_or_else(|| missing("time_s"))?;
    let light = match &columns.channel {
        Some(name) => Some(find(name).ok_or_else(|| missing(name))?),
        None => ["ir", "ppg", "ppg1", "green"].iter().find_map(|n| find(n)),
    };
    let axes = ["x", "y", "z"].map(|a| find(&format!("acc_{a}")).or_else(|| find(&format!("acc_{a}_g"))));
    let red = find("red");
    let group = columns.group_by.as_deref().map(|g| find(g).ok_or_else(|| missing(g))).transpose()?;
    let mut all: Vec<Recording> = Vec::new();
    for line in lines.filter(|l| !l.trim().is_empty()) {
        let cells = cells(line);
        let number = |i: usize| cells.get(i).and_then(|c| c.parse::<f64>().ok()).unwrap_or(f64::NAN);
        let name = group.map_or("", |g| cells.get(g).copied().unwrap_or(""));
        let place = all.iter().rposition(|r| r.group == name).unwrap_or_else(|| {
            all.push(Recording::new(name));
            all.len() - 1
        });
        let Some(recording) = all.get_mut(place) else { continue };
        let t = number(time);
        if !t.is_finite() {
            continue;
        }
        recording.time_s.push(t);
        let sign = if columns.invert { -1.0 } else { 1.0 };
        if let Some(i) = light {
            recording.light.push(sign * number(i) as f32);
        }
        if let Some(i) = red {
            recording.red.push(sign * number(i) as f32);
        }
        if let [Some(x), Some(y), Some(z)] = axes {
            recording
                .acc_g
                .push([x, y, z].map(|i| (number(i) as f32 - columns.acc_zero) / columns.acc_scale));
        }
    }
    all.retain(|recording| !recording.time_s.is_empty());
    if all.is_empty() { Err("no rows with a time".to_owned()) } else { Ok(all) }
}

/// A line's cells; no field of a recording needs a comma inside quotes.
fn cells(line: &str) -> Vec<&str> {
    line.split(',').map(|cell| cell.trim().trim_matches('"')).collect()
}
