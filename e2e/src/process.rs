//! A process that ends with its owner, and no other process with it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// A child process, ended when dropped.
pub struct Process(Child);

impl Process {
    /// Starts it.
    pub fn start(command: &mut Command) -> Result<Process> {
        let name = command.get_program().to_string_lossy().into_owned();
        Ok(Process(command.stdin(Stdio::null()).spawn().with_context(|| format!("could not start {name}"))?))
    }

    /// Starts one whose first line of output says something: where it listens, or that it is at work.
    pub fn start_and_read_line(command: &mut Command) -> Result<(Process, String)> {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("could not start {name}"))?;
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().context("its output is piped")?);
        output.read_line(&mut line)?;
        // Kept open: who goes on writing must not find that nobody listens.
        child.stdout = Some(output.into_inner());
        let process = Process(child);
        match line.trim() {
            "" => bail!("{name} did not start"),
            line => Ok((process, line.to_owned())),
        }
    }

    /// Takes over a child that was started elsewhere.
    pub fn of(child: Child) -> Process {
        Process(child)
    }

    /// Its id.
    pub fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Already ended is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port of this machine that nobody listens on.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// The children of a process, as the kernel knows them.
pub fn children(parent: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{parent}/task"));
    let tasks = tasks.into_iter().flatten().flatten();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists
        .flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>())
        .collect()
}

/// Whether a process is there and not only waiting to be buried.
pub fn lives(id: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
}

/// Asks again and again until the answer is yes. The patience is a bound, not a measurement.
pub fn wait_until(what: &str, patience: Duration, mut done: impl FnMut() -> bool) -> Result<()> {
    let began = Instant::now();
    while !done() {
        if began.elapsed() > patience {
            bail!("waited {} s in vain for {what}", patience.as_secs());
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}
