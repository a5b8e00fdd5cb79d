//! Runs the bracelet's signal chain over a recording and prints what it would have said, so that anyone can score it.
//!
//! `cargo run --release -p signal --example estimate -- heart-rate SIGNAL.csv[.gz]`

mod run;
mod table;

use run::Quantity;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "usage: estimate heart-rate|spo2|steps|falls SIGNAL.csv[.gz]
  --channel NAME     optical column (default: the first of ir, ppg, ppg1, green that is there)
  --invert           systole goes up in the file
  --acc-zero Z       accelerometer counts at 0 g (default 0)
  --acc-scale N      accelerometer counts per g (default 1)
  --group-by COLUMN  each group of rows is a recording of its own; the column is printed first
  --out FILE         write there instead of to the terminal";

struct Arguments {
    what: String,
    signal: PathBuf,
    columns: table::Columns,
    out: Option<PathBuf>,
}

fn arguments(mut given: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let mut columns =
        table::Columns { channel: None, invert: false, acc_zero: 0.0, acc_scale: 1.0, group_by: None };
    let (mut plain, mut out) = (Vec::new(), None);
    while let Some(word) = given.next() {
        let mut value = || given.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--channel" => columns.channel = Some(value()?),
            "--invert" => columns.invert = true,
            "--acc-zero" => columns.acc_zero = number(&value()?)?,
            "--acc-scale" => columns.acc_scale = number(&value()?)?,
            "--group-by" => columns.group_by = Some(value()?),
            "--out" => out = Some(PathBuf::from(value()?)),
            _ if word.starts_with("--") => return Err(format!("unknown option {word}\n{USAGE}")),
            _ => plain.push(word),
        }
    }
    if columns.acc_scale == 0.0 {
        return Err("--acc-scale must not be 0".to_owned());
    }
    match <[String; 2]>::try_from(plain) {
        Ok([what, signal]) => Ok(Arguments { what, signal: signal.into(), columns, out }),
        Err(_) => Err(USAGE.to_owned()),
    }
}

fn number(text: &str) -> Result<f32, String> {
    text.parse().ok().filter(|x: &f32| x.is_finite()).ok_or(format!("not a number: {text}"))
}

fn answer(arguments: &Arguments) -> Result<String, String> {
    let recordings = table::read(&arguments.signal, &arguments.columns)?;
    let group_by = arguments.columns.group_by.as_deref();
    let key = group_by.map_or(String::new(), |g| format!("{g},"));
    let mut text = match arguments.what.as_str() {
        "heart-rate" => format!("{key}window_start_s,hr_bpm,confidence\n"),
        "spo2" => format!("{key}window_start_s,spo2,confidence\n"),
        "falls" => format!("{key}time_s,kind\n"),
        "steps" if group_by.is_some() => format!("{key}steps\n"),
        "steps" => String::new(),
        other => return Err(format!("unknown quantity {other}\n{USAGE}")),
    };
    for recording in &recordings {
        let first = group_by.map_or(String::new(), |_| format!("{},", recording.group));
        let quantity = match arguments.what.as_str() {
            "heart-rate" if recording.light.is_empty() => {
                return Err("no optical column; see --channel".to_owned());
            }
            "heart-rate" => Quantity::HeartRate,
            "spo2" if recording.light.is_empty() || recording.red.is_empty() => {
                return Err("SpO2 needs an infrared and a red column".to_owned());
            }
            "spo2" => Quantity::Spo2,
            _ if recording.acc_g.is_empty() => return Err("no columns acc_x, acc_y, acc_z".to_owned()),
            "steps" => {
                let _ = writeln!(text, "{first}{}", run::steps(recording));
                continue;
            }
            _ => {
                for time_s in run::falls(recording) {
                    let _ = writeln!(text, "{first}{time_s:.2},fall");
                }
                continue;
            }
        };
        for (start, estimate) in run::windows(recording, quantity, group_by.is_some()) {
            let _ = match estimate {
                Some(e) => writeln!(text, "{first}{start:.2},{:.2},{:.3}", e.value, e.confidence),
                None => writeln!(text, "{first}{start:.2},,"),
            };
        }
    }
    Ok(text)
}

fn main() -> ExitCode {
    let done = arguments(std::env::args().skip(1)).and_then(|arguments| {
        let text = answer(&arguments)?;
        match &arguments.out {
            Some(path) => std::fs::write(path, text).map_err(|e| format!("{}: {e}", path.display())),
            None => std::io::stdout().write_all(text.as_bytes()).map_err(|e| e.to_string()),
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
