//! `bracelet`: the app's engine in a terminal, for people and for programs.

mod args;
mod check;
mod exporting;
mod failure;
mod frame;
mod french;
mod judging;
mod keeping;
mod key;
mod signal;
mod told;
mod watch;
mod words;

use std::process::ExitCode;

use args::{Cli, Command, Lang};
use bridge::Event;
use clap::{CommandFactory, FromArgMatches};
use companion::{Engine, KeySource, Options};
use failure::Failure;
use tokio::sync::broadcast::Receiver;
use tracing_subscriber::EnvFilter;
use watch::Voice;

fn main() -> ExitCode {
    let matches = words::localised(Cli::command(), words::of_arguments(std::env::args_os())).get_matches();
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let lang = cli.lang.unwrap_or_else(words::of_environment);
    let log = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("error"));
    tracing_subscriber::fmt().with_env_filter(log).with_writer(std::io::stderr).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(why) => {
            eprintln!("bracelet: {why}");
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(run(&cli, lang));
    // A write that nobody reads, or a keyring's dialog that nobody answers, must not hold up the end.
    runtime.shutdown_background();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.tell(lang);
            failure.exit_code()
        }
    }
}

async fn run(cli: &Cli, lang: Lang) -> Result<(), Failure> {
    let data = cli.data.clone().unwrap_or_else(companion::default_data_folder);
    match &cli.command {
        Command::Watch(watch) => {
            let voice = Voice::of(watch);
            // Programs and pipes have nobody to ask for a key: their demo is thrown away.
            let key = match (watch.demo && voice != Voice::View, cli.protection) {
                (true, None) => KeySource::Ephemeral,
                _ => key::source(cli, lang)?,
            };
            let mut options = Options::new(data, key);
            if let Some(days) = watch.history {
                options.demo.history_days = days;
            }
            opened(cli, lang, options, async |engine, events| {
                let connecting = async { if watch.demo { engine.connect_demo().await } else { Ok(()) } };
                let showing = watch::run(engine, events, watch, voice, lang);
                let (connected, shown) = watch::beside(connecting, showing).await;
                connected?;
                shown
            })
            .await
        }
        Command::Status(answer) => {
            reading(cli, lang, data, async |engine| told::status(engine, answer.json, lang).await).await
        }
        Command::Devices(answer) => {
            reading(cli, lang, data, async |engine| told::devices(engine, answer.json, lang).await).await
        }
        Command::Export(export) => {
            reading(cli, lang, data, async |engine| exporting::run(engine, export, lang).await).await
        }
        Command::BackUp(file) => {
            reading(cli, lang, data, async |engine| keeping::back_up(engine, cli, file, lang).await).await
        }
        Command::BringBack(file) => {
            reading(cli, lang, data, async |engine| keeping::bring_back(engine, cli, file, lang).await).await
        }
        Command::Alerts(asked) => {
            reading(cli, lang, data, async |engine| judging::alerts(engine, asked, lang).await).await
        }
        Command::Limits(asked) => {
            reading(cli, lang, data, async |engine| judging::limits(engine, asked, lang).await).await
        }
        Command::Check(check) => {
            reading(cli, lang, data, async |engine| check::run(engine, check.json, lang).await).await
        }
        Command::ForgetDemo => {
            let mut options = Options::new(data, KeySource::Ephemeral);
            options.resume = false;
            opened(cli, lang, options, async |engine, _| {
                engine.remove_demo().await?;
                println!("{}", lang.pick("The demo is gone.", "La démo est supprimée."));
                Ok(())
            })
            .await
        }
    }
}

/// Opens what is there without connecting anything.
async fn reading(
    cli: &Cli,
    lang: Lang,
    data: std::path::PathBuf,
    work: impl AsyncFnOnce(&Engine) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut options = Options::new(data, key::source(cli, lang)?);
    options.resume = false;
    opened(cli, lang, options, async |engine, _| work(engine).await).await
}

/// Opens the engine, asks for what it asks, works, and ends in good order whatever came of it.
async fn opened(
    cli: &Cli,
    lang: Lang,
    mut options: Options,
    work: impl AsyncFnOnce(&Engine, Receiver<Event>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    options.sync_demo = cli.sync_demo;
    let engine = Engine::start(options).await;
    // Before anything can go wrong, so that nothing goes wrong unheard.
    let events = engine.events();
    let done = match key::settle(&engine, cli, lang).await {
        Ok(()) => work(&engine, events).await,
        Err(failure) => Err(failure),
    };
    engine.stop().await;
    done
}
