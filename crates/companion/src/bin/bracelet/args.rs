//! What may be typed: the command line, and its exit codes.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// What the exit codes mean, told at the end of `--help`.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  a fault of the program, or of what it talks to
  2  the command line makes no sense
  3  another process uses this data folder
  4  the database's key is not available (keyring, passphrase)
  5  the database cannot be used (damaged, or of a newer version)
  6  the disk is full, or the data folder cannot be written
  7  the bracelet does not answer
  8  check: the database and the bracelet differ

Not a medical device, not an emergency service.";

/// What the counts of `check` mean, told at the end of its help.
pub const CHECKED: &str = "\
Counts of records; what --json calls them:
  in_flash, in_store  in the bracelet, in the database
  same                in both and the same
  waiting             in the bracelet, newer than all that was fetched: no difference
  older               in the database, overwritten in the bracelet since: no difference
  other_journal       in the database, of an earlier flash: no difference, unless there is nothing of this one
  different, missing, extra, twice  a difference if not 0
  rolled_up           a difference if not in_store";

/// Shows, keeps and exports what a health bracelet measures.
#[derive(Debug, Parser)]
#[command(name = "bracelet", version, after_help = EXIT_CODES, arg_required_else_help = true)]
pub struct Cli {
    /// The data folder (default: the user's own)
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// How a new database's key is kept (default: in the system's keyring)
    #[arg(long, global = true, value_enum)]
    pub protection: Option<ProtectionArg>,
    /// Read the passphrase from the first line of standard input instead of asking
    #[arg(long, global = true)]
    pub passphrase_stdin: bool,
    /// Let the demo's readings go to the cloud too, to try out synchronisation
    #[arg(long, global = true)]
    pub sync_demo: bool,
    /// Language of the messages (default: as LC_ALL, LC_MESSAGES or LANG say)
    #[arg(long, global = true, value_enum)]
    pub lang: Option<Lang>,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// How a new database's key is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProtectionArg {
    /// In the system's keyring
    Keyring,
    /// Derived from a passphrase
    Passphrase,
    /// Not encrypted: whoever has the file reads it
    None,
    /// A key that ends with the process (demo only)
    Ephemeral,
}

/// A language of the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English
    En,
    /// Français
    Fr,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show what is measured now, in the terminal
    Watch(Watch),
    /// Tell what the data folder holds
    Status(Answer),
    /// List the bracelets whose readings are kept
    Devices(Answer),
    /// Write readings to a file or to standard output
    Export(Export),
    /// Write all that was measured, decided and written into one file, under a passphrase of its own
    BackUp(File),
    /// Put a backup in the place of what is there, which is kept aside
    BringBack(File),
    /// List the alerts of a bracelet: those that are open, then those that are over
    Alerts(OfSource),
    /// Show the limits that are in force, or restore the product's own
    Limits(Limits),
    /// Delete the demo and all of its readings; real readings are not touched
    ForgetDemo,
    /// Compare the demo's database with its bracelet's flash, record by record
    #[command(after_help = CHECKED)]
    Check(Check),
}

/// `watch`.
#[derive(Debug, Args)]
pub struct Watch {
    /// Connect the built-in demo bracelet
    #[arg(long)]
    pub demo: bool,
    /// End after so many seconds
    #[arg(long, value_name = "N")]
    pub seconds: Option<u64>,
    /// One JSON object a line, once a second
    #[arg(long)]
    pub json: bool,
    /// Days of recorded history in a new demo bracelet (default: 30; 0 with a throw-away key)
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(0..=30))]
    pub history: Option<u32>,
}

/// `status` and `devices`.
#[derive(Debug, Args)]
pub struct Answer {
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// `back-up` and `bring-back`.
#[derive(Debug, Args)]
pub struct File {
    /// The backup
    pub file: PathBuf,
}

/// `alerts`.
#[derive(Debug, Args)]
pub struct OfSource {
    /// The demo's instead of one's own
    #[arg(long)]
    pub demo: bool,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// `limits`.
#[derive(Debug, Args)]
pub struct Limits {
    /// Restore the product's own limits, from now on
    #[arg(long)]
    pub restore_defaults: bool,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// `export`.
#[derive(Debug, Args)]
pub struct Export {
    /// The format
    #[arg(long, value_enum)]
    pub format: Format,
    /// Only this metric, with what stands beside it
    #[arg(long, value_enum)]
    pub metric: Option<Metric>,
    /// The demo's readings instead of one's own
    #[arg(long)]
    pub demo: bool,
    /// From when on: a date, or a date and time (RFC 3339; local where no zone is given)
    #[arg(long, value_name = "WHEN")]
    pub from: Option<String>,
    /// Until before when
    #[arg(long, value_name = "WHEN")]
    pub to: Option<String>,
    /// The file to write (default: standard output)
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// An export's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One row a record
    Csv,
    /// One object a record
    Json,
}

/// A metric that records carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Metric {
    /// Beats per minute
    HeartRate,
    /// Percent
    Spo2,
    /// Degrees Celsius
    SkinTemperature,
    /// Steps since the record before
    Steps,
    /// Percent
    Battery,
}

impl From<Metric> for vitals::Metric {
    fn from(metric: Metric) -> Self {
        match metric {
            Metric::HeartRate => Self::HeartRate,
            Metric::Spo2 => Self::Spo2,
            Metric::SkinTemperature => Self::SkinTemperature,
            Metric::Steps => Self::Steps,
            Metric::Battery => Self::Battery,
        }
    }
}

/// `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// The demo (there is nothing else whose flash can be read here)
    #[arg(long, required = true)]
    pub demo: bool,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// A moment as it may be typed, in Unix milliseconds.
///
/// # Errors
///
/// What is wrong with it, for the person who typed it.
pub fn moment(typed: &str) -> Result<vitals::UnixMillis, jiff::Error> {
    if let Ok(timestamp) = typed.parse::<jiff::Timestamp>() {
        return Ok(vitals::UnixMillis(timestamp.as_millisecond()));
    }
    let local = typed.parse::<jiff::civil::DateTime>()?.to_zoned(jiff::tz::TimeZone::system())?;
    Ok(vitals::UnixMillis(local.timestamp().as_millisecond()))
}
