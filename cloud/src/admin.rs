//! What an administrator does from the command line, on the machine itself.

use std::{
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use clap::Subcommand;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use uuid::Uuid;

use crate::{
    Cloud, answers,
    store::{issues, people::Person, points},
};

/// Points of one page of an export.
const PAGE: i64 = 10_000;
/// How long a server that is well may take to say so.
const PATIENCE: Duration = Duration::from_secs(5);

/// The commands.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Serve (the default).
    Serve,
    /// Make an administrator, or an account one; the password comes from ADMIN_PASSWORD.
    CreateAdmin {
        /// The address.
        email: String,
    },
    /// List the accounts.
    List,
    /// Disable an account: it is deleted, its data stays.
    Disable {
        /// The address.
        email: String,
    },
    /// Write all of a person's data to standard output, as JSON.
    Export {
        /// The address.
        email: String,
    },
    /// Remove a person and all data of the person, for good.
    Erase {
        /// The address.
        email: String,
    },
    /// Give every bracelet of a person a new key, and print them.
    RotateKeys {
        /// The address.
        email: String,
    },
    /// Ask the server that runs with these settings whether it is well; fails if not. For an engine that runs containers.
    Healthy,
    /// Copy a SQLite database into a file, while it is in use.
    Backup {
        /// The file, which must not be there yet.
        file: String,
    },
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The database.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// Nobody of that address.
    #[error("there is no account of that address")]
    Nobody,
    /// No password.
    #[error("ADMIN_PASSWORD is required: 8 to 72 bytes")]
    NoPassword,
    /// Not possible.
    #[error("the account cannot be made")]
    Refused,
    /// Not well, or not there.
    #[error("the server is not well: {0}")]
    Unwell(String),
}

/// Asks `/health` of the server that listens there. One that speaks TLS has its certificate for another name than the loopback
/// address: of it is only asked that it takes a connection.
///
/// # Errors
/// When it does not answer, or not that it is well.
pub async fn healthy(bind: SocketAddr, tls: bool) -> Result<(), CommandError> {
    let unwell = |error: std::io::Error| CommandError::Unwell(error.to_string());
    let ip = match bind.ip() {
        any if !any.is_unspecified() => any,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    let ask = async {
        let mut stream = TcpStream::connect((ip, bind.port())).await?;
        let mut answer = String::new();
        if !tls {
            stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
            stream.read_to_string(&mut answer).await?;
        }
        Ok(answer)
    };
    let answer = timeout(PATIENCE, ask).await.map_err(|_| unwell(ErrorKind::TimedOut.into()))?;
    let answer = answer.map_err(unwell)?;
    if tls || answer.starts_with("HTTP/1.1 200") {
        return Ok(());
    }
    Err(CommandError::Unwell(answer.lines().next().unwrap_or_default().to_owned()))
}

async fn person(cloud: &Cloud, email: &str) -> Result<Person, CommandError> {
    cloud.store.person_by_email(&email.to_lowercase()).await?.ok_or(CommandError::Nobody)
}

/// Carries a command out and gives what it tells.
///
/// # Errors
/// When it cannot be done.
pub async fn run(
    cloud: &Cloud,
    command: &Command,
    password: Option<&str>,
) -> Result<Vec<String>, CommandError> {
    match command {
        // These need no database: the program carries them out itself.
        Command::Serve | Command::Healthy => Ok(Vec::new()),
        Command::CreateAdmin { email } => {
            let password =
                password.filter(|p| (8..=72).contains(&p.len())).ok_or(CommandError::NoPassword)?;
            let made = cloud.make_admin(&email.to_lowercase(), password).await;
            made.map(|p| vec![p.id]).map_err(|_| CommandError::Refused)
        }
        Command::List => {
            let people = cloud.store.people(0, i64::from(i32::MAX)).await?;
            let line = |p: &Person| {
                format!("{}\t{}\t{}", p.id, p.email, if p.is_admin() { "administrator" } else { "" })
            };
            Ok(people.iter().map(line).collect())
        }
        Command::Disable { email } => end(cloud, email, false).await,
        Command::Erase { email } => end(cloud, email, true).await,
        Command::Export { email } => Ok(vec![export(cloud, &person(cloud, email).await?).await?.to_string()]),
        Command::RotateKeys { email } => {
            let person = person(cloud, email).await?;
            let mut told = Vec::new();
            for device in cloud.store.devices(person.no, 0, i64::from(i32::MAX)).await? {
                let key = crate::secrets::new_secret();
                let mut tx = cloud.store.begin().await?;
                tx.change_key(device.no, &crate::secrets::digest(&key)).await?;
                tx.commit().await?;
                told.push(format!("{}\t{key}", device.serial_number));
            }
            Ok(told)
        }
        Command::Backup { file } => {
            cloud.store.copy_to(file).await?;
            Ok(vec![file.clone()])
        }
    }
}

async fn end(cloud: &Cloud, email: &str, erase: bool) -> Result<Vec<String>, CommandError> {
    let person = person(cloud, email).await?;
    let ended = cloud.end_account(person.no, erase, erase).await?.ok_or(CommandError::Nobody)?;
    Ok(vec![ended.id])
}

/// All that is kept of a person.
async fn export(cloud: &Cloud, person: &Person) -> Result<Value, CommandError> {
    let store = &cloud.store;
    let devices = store.devices(person.no, 0, i64::from(i32::MAX)).await?;
    let mine = issues::Filter { user_no: Some(person.no), after: Some(0), ..issues::Filter::default() };
    let issues = store.issues(&mine, 0, i64::from(i32::MAX)).await?;
    let settings = store.settings(person.no).await?;
    let settings = settings.and_then(|(_, text, _)| serde_json::from_str::<Value>(&text).ok());
    let mut metrics = Vec::new();
    let mut filter = points::Filter { user_no: Some(person.no), after: Some(0), ..points::Filter::default() };
    loop {
        let page = store.points_stored(&filter, PAGE).await?;
        let Some(last) = page.last() else { break };
        filter.after = Some(last.seq);
        metrics.extend(page.iter().map(|row| json!(answers::metric(row))));
    }
    Ok(json!({
        "user": answers::user(person),
        "devices": devices.iter().map(answers::device).collect::<Vec<_>>(),
        "issues": issues.iter().map(answers::issue).collect::<Vec<_>>(),
        "settings": settings,
        "metrics": metrics,
        "export_id": Uuid::new_v4(),
    }))
}
