//! The `estimate` example as those who score it run it: a process, files in, lines out.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests")]

mod synth;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output};

use flate2::Compression;
use flate2::write::GzEncoder;
use signal::Sample;
use synth::{Scene, play, steady};
use tempfile::TempDir;

/// `cargo test` builds examples beside the tests.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(|deps| deps.parent()).unwrap();
    let program = folder.join("examples").join(format!("estimate{}", std::env::consts::EXE_SUFFIX));
    assert!(program.exists(), "build it first: cargo build -p signal --examples");
    program
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// Writes a file, gzipped if its name says so.
    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        if name.ends_with(".gz") {
            let mut packed = GzEncoder::new(fs::File::create(path).unwrap(), Compression::fast());
            packed.write_all(text.as_bytes()).unwrap();
            packed.finish().unwrap();
        } else {
            fs::write(path, text).unwrap();
        }
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    fn run(&self, arguments: &str) -> Output {
        let words = arguments.split_whitespace();
        Command::new(program()).args(words).current_dir(self.0.path()).output().expect("could not start it")
    }

    fn told(&self, arguments: &str) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn refused(&self, arguments: &str) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{arguments} was accepted");
        assert!(output.stdout.is_empty(), "{arguments}: lines beside an error");
        String::from_utf8(output.stderr).unwrap()
    }
}

const RATE_HZ: f64 = 25.0;

fn pulse(bpm: f64) -> Vec<Sample> {
    let scene = Scene { rate_hz: RATE_HZ, seconds: 20.0, ratio: 0.7, noise: 0.005, ..Scene::default() };
    play(scene, &steady(bpm, scene.seconds))
}

/// Rows of `time_s` and these columns.
fn table<Row: AsRef<[f32]>>(columns: &str, rows: impl IntoIterator<Item = Row>) -> String {
    let mut text = format!("time_s,{columns}\n");
    for (i, row) in rows.into_iter().enumerate() {
        let _ = write!(text, "{:.3}", i as f64 / RATE_HZ);
        for cell in row.as_ref() {
            let _ = write!(text, ",{cell}");
        }
        text.push('\n');
    }
    text
}

/// The lines below the header, cell by cell.
fn cells<'a>(told: &'a str, header: &str) -> Vec<Vec<&'a str>> {
    let mut lines = told.lines();
    assert_eq!(lines.next(), Some(header));
    lines.map(|line| line.split(',').collect()).collect()
}

fn close(cell: &str, truth: f64, off: f64) {
    let value: f64 = cell.parse().unwrap();
    assert!((value - truth).abs() <= off, "{value} for {truth}");
}

const RATES: &str = "window_start_s,hr_bpm,confidence";

#[test]
fn heart_rate_is_told_every_two_seconds_for_whole_windows_only() {
    let folder = Folder::new();
    let text = table("ir", pulse(84.0).iter().map(|s| [s.ir]));
    folder.write("a.csv", &text);
    folder.write("a.csv.gz", &text);
    let told = folder.told("heart-rate a.csv");
    let lines = cells(&told, RATES);
    let starts: Vec<_> = lines.iter().map(|line| line[0]).collect();
    assert_eq!(starts, ["0.00", "2.00", "4.00", "6.00", "8.00", "10.00", "12.00"]);
    for line in &lines {
        close(line[1], 84.0, 3.0);
        assert!((0.0..=1.0).contains(&line[2].parse::<f64>().unwrap()));
    }
    assert_eq!(told, folder.told("heart-rate a.csv.gz"), "gzipped");
    assert_eq!(folder.told("heart-rate a.csv --out b.csv"), "");
    assert_eq!(told, folder.read("b.csv"));
}

#[test]
fn a_window_uses_nothing_later_than_its_end() {
    let folder = Folder::new();
    let text = table("ir", pulse(84.0).iter().map(|s| [s.ir]));
    folder.write("whole.csv", &text);
    // The header and the rows up to 12 s.
    let begun: String = text.lines().take(302).flat_map(|line| [line, "\n"]).collect();
    folder.write("begun.csv", &begun);
    let (whole, begun) = (folder.told("heart-rate whole.csv"), folder.told("heart-rate begun.csv"));
    assert_eq!(begun.lines().count(), 4);
    assert!(whole.starts_with(&begun), "{whole}\n{begun}");
}

#[test]
fn the_channel_is_the_one_asked_for_or_the_first_known() {
    let folder = Folder::new();
    let (slow, fast) = (pulse(62.0), pulse(118.0));
    // Systole goes up in `ppg`.
    folder.write("a.csv", &table("green,ppg", fast.iter().zip(&slow).map(|(f, s)| [f.ir, -s.ir])));
    let last = |arguments: &str| {
        let told = folder.told(arguments);
        cells(&told, RATES).last().unwrap()[1].to_owned()
    };
    close(&last("heart-rate a.csv --invert"), 62.0, 3.0);
    close(&last("heart-rate a.csv --channel green"), 118.0, 4.0);
}

#[test]
fn saturation_needs_both_lights() {
    let folder = Folder::new();
    folder.write("a.csv", &table("red,ir", pulse(70.0).iter().map(|s| [s.red.unwrap(), s.ir])));
    folder.write("ir.csv", &table("ir", pulse(70.0).iter().map(|s| [s.ir])));
    let told = folder.told("spo2 a.csv");
    let lines = cells(&told, "window_start_s,spo2,confidence");
    close(lines.last().unwrap()[1], f64::from(signal::saturation(0.7)), 2.0);
    assert!(folder.refused("spo2 ir.csv").contains("red"));
}

/// A minute's walk of 108 steps, g.
fn walk() -> Vec<[f32; 3]> {
    let stride = |i: u32| (std::f64::consts::TAU * 1.8 * f64::from(i) / RATE_HZ).sin();
    (0..1500).map(|i| [0.1 * stride(i) as f32, 0.0, 1.0 + 0.3 * stride(i) as f32]).collect()
}

#[test]
fn steps_are_one_total_whatever_the_counts_of_the_accelerometer() {
    let folder = Folder::new();
    folder.write("g.csv", &table("acc_x_g,acc_y_g,acc_z_g", walk()));
    let counts = walk().into_iter().map(|row| row.map(|a| (32768.0 + 4096.0 * a).round()));
    folder.write("counts.csv.gz", &table("acc_x,acc_y,acc_z", counts));
    let told = folder.told("steps g.csv");
    assert_eq!(told.lines().count(), 1);
    close(told.trim(), 108.0, 4.0);
    assert_eq!(told, folder.told("steps counts.csv.gz --acc-zero 32768 --acc-scale 4096"));
    let by_second = folder.told("steps g.csv --confidence");
    let lines = cells(&by_second, "time_s,steps,confidence");
    let total: u32 = lines.iter().map(|line| line[1].parse::<u32>().unwrap()).sum();
    assert_eq!(told.trim(), total.to_string());
    assert!(lines.iter().all(|line| (0.9..=1.0).contains(&line[2].parse().unwrap())), "{by_second}");
}

#[test]
fn a_fall_is_told_after_its_blow_and_quiet_gives_only_the_header() {
    let folder = Folder::new();
    let fall = (0..500u16).map(|i| match f32::from(i) / 25.0 {
        t if t < 8.0 => [0.1 * (t * 9.0).sin(), 0.1 * (t * 5.0).cos(), 1.0],
        t if t < 8.4 => [0.2, 0.1, 0.3],
        t if t < 8.5 => [3.0, 2.5, 2.0],
        t if t < 9.2 => [1.2, 0.4, -0.3 * (t * 30.0).sin()],
        _ => [0.99, 0.05, 0.1],
    });
    folder.write("fall.csv", &table("acc_x,acc_y,acc_z", fall));
    folder.write("quiet.csv", &table("acc_x,acc_y,acc_z", [[0.0, 0.0, 1.0]; 500]));
    let told = folder.told("falls fall.csv");
    let lines = cells(&told, "time_s,kind");
    assert_eq!(lines.len(), 1, "{told}");
    close(lines[0][0], 12.0, 1.0);
    assert_eq!(lines[0][1], "fall");
    assert_eq!(folder.told("falls quiet.csv"), "time_s,kind\n");
    let sure = folder.told("falls fall.csv --confidence");
    close(cells(&sure, "time_s,kind,confidence")[0][2], 0.9, 0.1);
}

#[test]
fn each_group_is_a_recording_of_its_own_and_answers_even_when_short() {
    let folder = Folder::new();
    let mut text = "who,time_s,ir\n".to_owned();
    for (who, bpm, seconds) in [("ann", 60.0, 20.0), ("bob", 110.0, 20.0), ("cy", 80.0, 6.0)] {
        for (i, sample) in pulse(bpm).iter().enumerate().take((seconds * RATE_HZ) as usize) {
            let _ = writeln!(text, "{who},{:.3},{}", i as f64 / RATE_HZ, sample.ir);
        }
    }
    folder.write("a.csv", &text);
    let told = folder.told("heart-rate a.csv --group-by who");
    let lines = cells(&told, &format!("who,{RATES}"));
    for (who, bpm, windows) in [("ann", 60.0, 7), ("bob", 110.0, 7), ("cy", 80.0, 1)] {
        let of: Vec<_> = lines.iter().filter(|line| line[0] == who).collect();
        assert_eq!(of.len(), windows, "{who}");
        close(of.last().unwrap()[2], bpm, 5.0);
    }
}

#[test]
fn rows_that_the_sensor_lost_do_not_stretch_the_time_of_the_rest() {
    let folder = Folder::new();
    let text = table("ir", pulse(84.0).iter().map(|s| [s.ir]));
    // Without the rows from 9 s to 12 s.
    let lines = text.lines().enumerate().filter(|(i, _)| !(225..300).contains(i));
    folder.write("gap.csv", &lines.flat_map(|(_, line)| [line, "\n"]).collect::<String>());
    // Without every seventh row.
    let lines = text.lines().enumerate().filter(|(i, _)| i % 7 != 6);
    folder.write("sparse.csv", &lines.flat_map(|(_, line)| [line, "\n"]).collect::<String>());
    for file in ["gap.csv", "sparse.csv"] {
        let told = folder.told(&format!("heart-rate {file}"));
        let lines = cells(&told, RATES);
        assert_eq!(lines.last().unwrap()[0], "12.00", "{file}");
        for line in lines {
            close(line[1], 84.0, 3.0);
        }
    }
}

#[test]
fn rows_that_come_in_bursts_have_lost_nothing() {
    let folder = Folder::new();
    let mut text = "time_s,ir\n".to_owned();
    for (i, sample) in pulse(84.0).iter().enumerate() {
        // Twenty at once, every 0.8 s.
        let _ =
            writeln!(text, "{:.3},{}", (i / 20 * 20) as f64 / RATE_HZ + 0.002 * (i % 20) as f64, sample.ir);
    }
    folder.write("bursts.csv", &text);
    let told = folder.told("heart-rate bursts.csv");
    let lines = cells(&told, RATES);
    assert!((6..=7).contains(&lines.len()), "{told}");
    for line in lines {
        close(line[1], 84.0, 5.0);
    }
}

#[test]
fn one_broken_group_does_not_withhold_the_others() {
    let folder = Folder::new();
    let mut text = "who,time_s,ir\n".to_owned();
    for (i, sample) in pulse(84.0).iter().enumerate() {
        let _ = writeln!(text, "ann,1.5,{0}\nbob,{1:.3},{0}", sample.ir, i as f64 / RATE_HZ);
    }
    folder.write("a.csv", &text);
    let output = folder.run("heart-rate a.csv --group-by who");
    let (told, said) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    let lines = cells(&told, &format!("who,{RATES}"));
    assert!(output.status.success() && said.contains("ann") && said.contains("time_s"), "{said}");
    assert!(lines.len() == 7 && lines.iter().all(|line| line[0] == "bob"), "{told}");
}

#[test]
fn spreadsheets_quotes_marks_and_line_ends_are_understood() {
    let folder = Folder::new();
    let text = table("ir", pulse(84.0).iter().map(|s| [s.ir]));
    folder.write("plain.csv", &text);
    let quoted = text.lines().map(|line| format!("\"{}\"\r\n", line.replace(',', "\",\"")));
    folder.write("quoted.csv", &format!("\u{feff}{}", quoted.collect::<String>()));
    assert_eq!(folder.told("heart-rate plain.csv"), folder.told("heart-rate quoted.csv"));
    assert!(folder.told("--help").starts_with("usage"));
}

#[test]
fn bad_input_is_refused_in_words() {
    let folder = Folder::new();
    folder.write("dark.csv", &table("red,ir", [[f32::NAN; 2]; 50]));
    folder.write("one.csv", "time_s,ir\n0.0,5\n");
    folder.write("milliseconds.csv", "time_s,ir\n0,5\n40,6\n80,7\n120,6\n");
    folder.write("backwards.csv", "time_s,ir\n3.00,5\n2.96,6\n2.92,7\n2.88,6\n");
    folder.write("two.csv", "time_s,ir\n0.00,5\n0.04,6\n99999,7\n99999.04,6\n");
    folder.write("semicolons.csv", "time_s;ir\n0.0;5\n");
    folder.write("a.csv", &table("ir", pulse(70.0).iter().map(|s| [s.ir])));
    folder.write("acc.csv", &table("acc_x,acc_y,acc_z", [[0.0, 0.0, 1.0]; 50]));
    folder.write("timeless.csv", "ir\n1\n2\n");
    folder.write("empty.csv", "");
    folder.write("rowless.csv", "time_s,ir\n");
    // Says it is gzipped, and is cut short.
    fs::write(folder.0.path().join("cut.csv.gz"), [0x1f, 0x8b, 8, 0, 0]).unwrap();
    for (arguments, word) in [
        ("", "usage"),
        ("heart-rate", "usage"),
        ("pulse a.csv", "unknown quantity"),
        ("heart-rate a.csv --fast", "unknown option"),
        ("heart-rate a.csv --channel", "needs a value"),
        ("heart-rate a.csv --channel blue", "no column blue"),
        ("heart-rate a.csv --group-by who", "no column who"),
        ("heart-rate acc.csv", "no optical column"),
        ("steps a.csv", "acc_x"),
        ("falls a.csv", "acc_x"),
        ("steps acc.csv --acc-scale many", "not a number"),
        ("steps acc.csv --acc-scale 0", "--acc-scale"),
        ("heart-rate missing.csv", "missing.csv"),
        ("heart-rate timeless.csv", "time_s"),
        ("heart-rate empty.csv", "time_s"),
        ("heart-rate rowless.csv", "no rows"),
        ("heart-rate dark.csv", "no numbers"),
        ("spo2 dark.csv", "with numbers"),
        ("heart-rate one.csv", "in seconds"),
        ("heart-rate milliseconds.csv", "in seconds"),
        ("heart-rate backwards.csv", "must rise"),
        ("heart-rate two.csv", "goes from 0.04 to 99999"),
        ("heart-rate semicolons.csv", "time_s;ir"),
        ("heart-rate cut.csv.gz", "cut.csv.gz"),
        ("heart-rate a.csv --out no/such/folder.csv", "no/such/folder.csv"),
    ] {
        let said = folder.refused(arguments);
        assert!(said.contains(word) && !said.contains("panicked"), "{arguments}: {said}");
    }
}
