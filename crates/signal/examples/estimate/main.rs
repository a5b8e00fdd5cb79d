//! Runs the bracelet's signal chain over a recording and prints what it would have said, so that anyone can score it.
//!
//! `cargo run --release -p signal --example estimate -- heart-rate SIGNAL.csv[.gz]`

mod pace;
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
  --confidence       falls with theirs; steps second by second, with theirs, instead of one total
  --group-by COLUMN  each group of rows is a recording of its own; the column is printed first
  --out FILE         write there instead of to the terminal";

struct Arguments {
    quantity: Quantity,
    signal: PathBuf,
    columns: table::Columns,
    confidence: bool,
    out: Option<PathBuf>,
}

fn arguments(mut given: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let mut columns =
        table::Columns { channel: None, invert: false, acc_zero: 0.0, acc_scale: 1.0, group_by: None };
    let (mut plain, mut confidence, mut out) = (Vec::new(), false, None);
    while let Some(word) = given.next() {
        let mut value = || given.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--channel" => columns.channel = Some(value()?),
            "--confidence" => confidence = true,
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
    let Ok([what, signal]) = <[String; 2]>::try_from(plain) else { return Err(USAGE.to_owned()) };
    let quantity = match what.as_str() {
        "heart-rate" => Quantity::HeartRate,
        "spo2" => Quantity::Spo2,
        "steps" => Quantity::Steps,
        "falls" => Quantity::Falls,
        other => return Err(format!("unknown quantity {other}\n{USAGE}")),
    };
    Ok(Arguments { quantity, signal: signal.into(), columns, confidence, out })
}

fn number(text: &str) -> Result<f32, String> {
    text.parse().ok().filter(|x: &f32| x.is_finite()).ok_or(format!("not a number: {text}"))
}

fn answer(arguments: &Arguments) -> Result<String, String> {
    let mut recordings = table::read(&arguments.signal, &arguments.columns)?;
    let group_by = arguments.columns.group_by.as_deref();
    let key = group_by.map_or(String::new(), |g| format!("{g},"));
    let quantity = arguments.quantity;
    let mut text = match quantity {
        Quantity::HeartRate => format!("{key}window_start_s,hr_bpm,confidence\n"),
        Quantity::Spo2 => format!("{key}window_start_s,spo2,confidence\n"),
        Quantity::Falls if arguments.confidence => format!("{key}time_s,kind,confidence\n"),
        Quantity::Falls => format!("{key}time_s,kind\n"),
        Quantity::Steps if arguments.confidence => format!("{key}time_s,steps,confidence\n"),
        Quantity::Steps if group_by.is_some() => format!("{key}steps\n"),
        Quantity::Steps => String::new(),
    };
    let lacks: Option<Vec<_>> = recordings.iter().map(|recording| quantity.lacks(recording)).collect();
    if let Some([lack, ..]) = lacks.as_deref() {
        return Err((*lack).to_owned());
    }
    for recording in &mut recordings {
        let first = group_by.map_or(String::new(), |_| format!("{},", recording.group));
        let rate_hz = match pace::even_out(recording) {
            Ok(rate_hz) => rate_hz,
            Err(why) if group_by.is_none() => return Err(why),
            Err(why) => {
                // One broken recording does not withhold what the others say.
                eprintln!("{first} left out: {why}");
                continue;
            }
        };
        match quantity {
            Quantity::Steps => {
                let seconds = run::steps(recording, rate_hz);
                if arguments.confidence {
                    for (time_s, steps) in seconds {
                        let _ = writeln!(text, "{first}{time_s:.2},{},{:.3}", steps.value, steps.confidence);
                    }
                } else {
                    let total: u32 = seconds.iter().map(|(_, steps)| steps.value).sum();
                    let _ = writeln!(text, "{first}{total}");
                }
            }
            Quantity::Falls => {
                for (time_s, fall) in run::falls(recording, rate_hz) {
                    let _ = match arguments.confidence {
                        true => writeln!(text, "{first}{time_s:.2},fall,{:.3}", fall.confidence),
                        false => writeln!(text, "{first}{time_s:.2},fall"),
                    };
                }
            }
            Quantity::HeartRate | Quantity::Spo2 => {
                for (start, estimate) in run::windows(recording, rate_hz, quantity, group_by.is_some()) {
                    let _ = match estimate {
                        Some(e) => writeln!(text, "{first}{start:.2},{:.2},{:.3}", e.value, e.confidence),
                        None => writeln!(text, "{first}{start:.2},,"),
                    };
                }
            }
        }
    }
    Ok(text)
}

fn main() -> ExitCode {
    if std::env::args().skip(1).any(|word| word == "--help" || word == "-h") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
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
