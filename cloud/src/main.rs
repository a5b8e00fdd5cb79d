//! The server's program: reads its settings, listens, and ends in good order.

use std::{net::SocketAddr, process::ExitCode};

use clap::Parser;
use tokio::net::TcpListener;

/// The server that fulfils the cloud's contract.
#[derive(Parser)]
#[command(version)]
struct Settings {
    /// The address to listen on.
    #[arg(long, env = "BIND", default_value = "127.0.0.1:8000")]
    bind: SocketAddr,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let settings = Settings::parse();
    match serve(settings.bind).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, bind = %settings.bind, "cannot serve");
            ExitCode::FAILURE
        }
    }
}

async fn serve(bind: SocketAddr) -> std::io::Result<()> {
    let listener = TcpListener::bind(bind).await?;
    tracing::info!(address = %listener.local_addr()?, "listening");
    axum::serve(listener, cloud::router())
        .with_graceful_shutdown(async {
            // Without the signal's handler there is no good order to end in; the system ends the process then.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
        .await
}
