//! The server's program: reads its settings, listens, and ends in good order.

use std::{process::ExitCode, sync::Arc};

use clap::Parser;
use cloud::{
    Cloud, StartError,
    admin::Command,
    settings::{Settings, Source},
};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// The server that fulfils the cloud's contract. Settings come from the environment; see docs/cloud.md.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter).init();
    let command = Arguments::parse().command.unwrap_or(Command::Serve);
    match run(&command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: &Command) -> Result<(), Box<dyn std::error::Error>> {
    let settings = Settings::read(&Source::load()?)?;
    let bind = settings.bind;
    if matches!(command, Command::Healthy) {
        return Ok(cloud::admin::healthy(bind, settings.tls.is_some()).await?);
    }
    let password = settings.admin.as_ref().map(|(_, password)| password.clone());
    let password = password.or_else(|| std::env::var("ADMIN_PASSWORD").ok().map(Into::into));
    let cloud = Arc::new(Cloud::open(settings).await?);
    if !matches!(command, Command::Serve) {
        for line in cloud::admin::run(&cloud, command, password.as_ref().map(|p| p.reveal())).await? {
            println!("{line}");
        }
        cloud.store.close().await;
        return Ok(());
    }
    let listener = TcpListener::bind(bind).await.map_err(|error| StartError::Listen(bind, error))?;
    tracing::info!(address = %listener.local_addr()?, "listening");
    cloud::serve::serve(cloud, listener, asked_to_end()).await?;
    Ok(())
}

/// Until somebody asks the process to end. Without a signal's handler there is no good order to end in: the system ends it then.
async fn asked_to_end() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    };
    tokio::select! {
        () = interrupted => {}
        () = terminated() => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}
