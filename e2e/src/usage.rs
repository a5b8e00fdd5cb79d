//! What processes cost, as Linux counts it.

use std::fs;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use crate::process::children;

/// Linux counts processor time for user space in hundredths of a second, whatever the kernel's own clock.
const TICKS_PER_S: f64 = 100.0;

/// What the app has used so far.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Processor time of the main process.
    pub main: Duration,
    /// Processor time of the main process and of all that descend from it.
    pub all: Duration,
    /// Memory of the main process in RAM, bytes: of what several processes share, its part of it (proc(5), `Pss`).
    pub main_bytes: u64,
    /// The same of all of them: what they share is counted once.
    pub all_bytes: u64,
    /// Memory of the main process in RAM, bytes, with all of what it shares: the system's libraries above all.
    pub resident_bytes: u64,
}

/// What a process and its descendants have used so far.
pub fn usage(process: u32) -> Result<Usage> {
    let main = processor_time(process)?;
    let (mut all, mut all_kb) = (Duration::ZERO, 0);
    let mut waiting = vec![process];
    while let Some(next) = waiting.pop() {
        all += processor_time(next)?;
        all_kb += share_kb(next)?;
        waiting.extend(children(next));
    }
    let resident_bytes = kilobytes(process, "status", "VmRSS:")? * 1024;
    Ok(Usage { main, all, main_bytes: share_kb(process)? * 1024, all_bytes: all_kb * 1024, resident_bytes })
}

/// What a process holds in RAM, and its part of what it shares.
fn share_kb(process: u32) -> Result<u64> {
    kilobytes(process, "smaps_rollup", "Pss:")
}

/// A line of one of proc(5)'s files.
fn kilobytes(process: u32, file: &str, name: &str) -> Result<u64> {
    let lines = fs::read_to_string(format!("/proc/{process}/{file}"))?;
    let line = lines.lines().find_map(|line| line.strip_prefix(name));
    let value = line.with_context(|| format!("no {name} in {file}"))?.trim();
    value.trim_end_matches(" kB").parse().with_context(|| format!("{name} {value}"))
}

/// When a process was started, in seconds since 1970.
pub fn started(process: u32) -> Result<f64> {
    let ago: f64 = fs::read_to_string("/proc/uptime")?.split(' ').next().context("no uptime")?.parse()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64();
    // Field 22 of proc(5)'s stat.
    Ok(now - ago + field(process, 22)? / TICKS_PER_S)
}

fn processor_time(process: u32) -> Result<Duration> {
    Ok(Duration::from_secs_f64((field(process, 14)? + field(process, 15)?) / TICKS_PER_S))
}

/// A number of proc(5)'s stat, counted from 1 as there.
fn field(process: u32, number: usize) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The second field is a name in brackets and may hold anything: count from behind it.
    let (_, rest) = stat.rsplit_once(") ").context("a strange stat")?;
    rest.split(' ').nth(number - 3).context("a short stat")?.parse().context("not a number")
}
