//! `cargo xtask bench`: measures what the project promises and writes `docs/benchmarks.md`.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::{cost, place, setup, step, ui};

/// What can be measured by itself.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Part {
    /// What the signal chain costs the chip, and this computer.
    Signal,
    /// What the cloud takes in, with how much memory.
    Cloud,
}

/// What is measured: a heading, and the program that prints one [`Figure`] a line.
const MEASURED: &[(&str, &str)] = &[
    ("The store", "-p companion --example store_bench"),
    ("A month drained from the built-in bracelet", "-p companion --example drain"),
    ("The window", WINDOW),
    ("The page's own thread, in the window's engine", PAGES),
    ("The cloud", CLOUD),
];

const WINDOW: &str = "-p e2e --bin figures";
const PAGES: &str = "-p e2e --bin pages";
const CLOUD: &str = "-p cloud --example load";

/// What the project promises: no more than this.
const PROMISED: &[(&str, f64)] = &[
    ("the past drained", 20.0),
    ("a day by minutes", 10.0),
    ("30 days by hours", 50.0),
    ("chart of heart_rate, 30 d of 30 days, first time", 100.0),
    ("a chart of 30 days of the month, from click to paint, the first time", 100.0),
    ("a chart of 30 days of the month, from click to paint, median of 5", 100.0),
    ("a state change's script, style and layout, at 10 updates a second, median", 16.0),
    ("a state change's script, style and layout, at 10 updates a second, 95 of 100 below", 16.0),
    ("a state change's script, style and layout, at 10 updates a second, the longest", 16.0),
    ("from start to first paint, median of 5", 1.5),
    ("main process, live, visible", 5.0),
    ("main process, live, hidden", 5.0),
    ("all processes, live, visible", 30.0),
    ("all processes, live, hidden", 5.0),
    ("main process's memory, visible", 120.0),
    ("main process's memory, hidden", 120.0),
    ("main process's memory grows by", 5.0),
    ("all processes' memory grows by", 10.0),
    ("the pages' wasm, gzipped", ui::MOST as f64 / 1000.0),
];

/// A figure beside another of the same run.
struct Ratio {
    name: &'static str,
    of: &'static str,
    to: &'static str,
}

const RATIOS: &[Ratio] = &[
    Ratio {
        name: "records drained a second, to rows a second of bare encrypted SQLite",
        of: "records drained a second",
        to: "bare encrypted SQLite, six columns",
    },
    Ratio {
        name: "records stored a second, to rows a second of bare encrypted SQLite",
        of: "store, records with roll-ups",
        to: "bare encrypted SQLite, six columns",
    },
];

impl Ratio {
    fn of(&self, figures: &[Figure]) -> Option<Figure> {
        let value = |name| figures.iter().find(|figure| figure.figure == name).map(|figure| figure.value);
        let ratio = (value(self.of)? / value(self.to)? * 1000.0).round() / 1000.0;
        Some(Figure { figure: self.name.to_owned(), value: ratio, unit: String::new() })
    }
}

#[derive(Deserialize)]
struct Figure {
    figure: String,
    value: f64,
    unit: String,
}

/// Measures only this, onto the terminal.
pub fn only(part: Part) -> Result<()> {
    let page = match part {
        Part::Signal => cost::measure()?,
        Part::Cloud => {
            step::say("Measuring: The cloud (about 1 min; to compile, about 10 min the first time)");
            let mut page = String::new();
            table(&mut page, "The cloud", &format!("cargo run --release {CLOUD}"), &measure(CLOUD)?)?;
            page
        }
    };
    println!("{page}");
    Ok(())
}

/// Measures and writes. The window's memory is watched for so many minutes.
pub fn run(minutes: u64) -> Result<()> {
    setup::run(setup::For::Everything)?;
    ui::build(ui::Build::Release, false)?;
    step::say("The app as it ships (about 12 min the first time)");
    step::run(&mut step::cargo("build --locked --release -p bracelet-connecte --features custom-protocol")?)?;

    let mut page = heading()?;
    let mut all = Vec::new();
    for (title, program) in MEASURED {
        let (arguments, more) = match *program {
            WINDOW => (format!(" -- {minutes}"), minutes),
            _ => (String::new(), 0),
        };
        step::say(&format!("Measuring: {title} (about {} min)", 3 + more));
        let program = format!("{program}{arguments}");
        let figures = measure(&program)?;
        table(&mut page, title, &format!("cargo run --release {program}"), &figures)?;
        all.extend(figures);
    }
    let ratios: Vec<_> = RATIOS.iter().filter_map(|ratio| ratio.of(&all)).collect();
    table(&mut page, "Ratios", "cargo xtask bench", &ratios)?;
    table(&mut page, "The pages", "cargo xtask ui --release", &[wasm()?])?;
    page.push_str(&cost::measure()?);
    let file = place::root()?.join("docs/benchmarks.md");
    fs::write(&file, page)?;
    println!("   written: {}", file.display());
    Ok(())
}

fn measure(program: &str) -> Result<Vec<Figure>> {
    let app = place::target()?.join("release").join("bracelet-connecte");
    let mut command = step::cargo(&format!("run --locked --release {program}"))?;
    command.env("E2E_APP", app).stderr(Stdio::inherit());
    if program == PAGES {
        command.env("E2E_GALLERY", ui::bundle(ui::Build::Gallery, false)?);
    }
    let answer = command.output().context("could not start cargo")?;
    if !answer.status.success() {
        bail!("failed ({}): cargo run --release {}", answer.status, program);
    }
    let lines = String::from_utf8(answer.stdout)?;
    let figures = lines.lines().filter(|line| line.starts_with('{'));
    figures.map(|line| serde_json::from_str(line).with_context(|| format!("not a figure: {line}"))).collect()
}

fn wasm() -> Result<Figure> {
    #[expect(clippy::cast_precision_loss, reason = "a size")]
    let value = ui::gzipped()? as f64 / 1000.0;
    Ok(Figure { figure: "the pages' wasm, gzipped".to_owned(), value, unit: "kB".to_owned() })
}

fn heading() -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        processors.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("an unknown processor");
    Ok(format!(
        "# How fast it is\n\n\
         Measured by `cargo xtask bench`, which writes this page, on {cores} cores of {} ({}). Absolute numbers tell of this\n\
         machine; the ratios, both sides measured in the same run, of the program. A process's memory is what it holds alone and its\n\
         part of what it shares with others (`Pss` of Linux): of the system's libraries above all, 110 MB here. The cloud beside a\n\
         FastAPI server: [benchmarks-cloud.md](benchmarks-cloud.md).\n",
        model.trim_start_matches([' ', '\t', ':']),
        env::consts::OS,
    ))
}

fn table(page: &mut String, title: &str, command: &str, figures: &[Figure]) -> Result<()> {
    write!(page, "\n## {title}\n\n`{command}`\n\n| what | measured | promised |\n|---|---|---|\n")?;
    for Figure { figure, value, unit } in figures {
        let promised = PROMISED.iter().find(|(name, _)| name == figure).map(|(_, most)| *most);
        let promised = match promised {
            Some(most) if *value > most => format!("≤ {most} {unit}: **missed**"),
            Some(most) => format!("≤ {most} {unit}"),
            None => String::new(),
        };
        writeln!(page, "| {figure} | {} {unit} | {promised} |", shown(*value))?;
    }
    Ok(())
}

/// A figure with as many digits as it deserves.
fn shown(value: f64) -> String {
    let decimals = match value.abs() {
        100.0.. => 0,
        10.0.. => 1,
        _ => 2,
    };
    let text = format!("{value:.decimals$}");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if rest.is_empty() { grouped } else { format!("{grouped}.{rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_has_as_many_digits_as_it_deserves() {
        let table = [
            (2_102_874.547, "2,102,875"),
            (943.0, "943"),
            (1_000.0, "1,000"),
            (38.184, "38.2"),
            (0.421, "0.42"),
            (-1_234.5, "-1,234"),
            (0.0, "0.00"),
        ];
        for (value, text) in table {
            assert_eq!(shown(value), text);
        }
    }
}
