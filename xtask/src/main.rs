//! `cargo xtask`: the project's commands. Each says what it is doing and about how long that takes, and skips what has not
//! changed since it last succeeded.

mod bench;
mod cloud;
mod cost;
mod display;
mod e2e;
mod licences;
mod pictures;
mod place;
mod run;
mod setup;
mod step;
mod test;
mod ui;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's commands.
#[derive(Parser)]
#[command(name = "cargo xtask", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Checks what this computer needs, and installs it where it can
    Setup,
    /// Starts the app with its built-in bracelet
    Run {
        /// Passed on to the app: `--data FOLDER`, say
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Builds the window's pages into `ui/dist`
    Ui {
        /// Small, as they ship
        #[arg(long)]
        release: bool,
    },
    /// Clicks and looks at the real window on a private screen
    E2e {
        /// Also when nothing has changed since it last passed
        #[arg(long)]
        all: bool,
    },
    /// Looks at every state of every screen in real browsers, and compares them with the pictures in e2e/pictures
    Pictures {
        /// Accept what they show now
        #[arg(long)]
        accept: bool,
        /// Only the states whose names begin so
        #[arg(long, value_name = "BEGINNING")]
        only: Option<String>,
        /// Also when nothing has changed since all was well
        #[arg(long)]
        all: bool,
    },
    /// Measures what the project promises, into docs/benchmarks.md
    Bench {
        /// Only this, onto the terminal
        only: Option<bench::Part>,
        /// For how many minutes the window's memory is watched
        #[arg(long, default_value_t = 10)]
        minutes: u64,
    },
    /// Runs every check: format, lints, licences, tests, the real window
    Test {
        /// Also what has not changed since it last passed
        #[arg(long)]
        all: bool,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Setup => setup::run(setup::For::Everything),
        Command::Run { arguments } => run::run(&arguments),
        Command::Ui { release: true } => ui::build(ui::Build::Release, false),
        Command::Ui { release: false } => ui::build(ui::Build::Quick, false),
        Command::E2e { all } => e2e::run(all),
        Command::Pictures { accept, only, all } => {
            let look = if accept { pictures::Look::Accept } else { pictures::Look::Compare };
            pictures::run(look, only.as_deref(), all)
        }
        Command::Bench { only: None, minutes } => bench::run(minutes),
        Command::Bench { only: Some(part), .. } => bench::only(part),
        Command::Test { all } => test::run(all),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
