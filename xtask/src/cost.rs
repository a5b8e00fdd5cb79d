//! What the signal chain costs: instructions of the chip, counted in an emulator, beside nanoseconds on this computer.

use std::fmt::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::{place, setup, step};

const CHIP: &str = "riscv32imc-unknown-none-elf";
/// One hart without atomics and floating point, as in the ESP32-C3; one instruction a tick, so that counts repeat exactly.
const EMULATOR: &str = "-M virt -cpu rv32,a=off,f=off,d=off -bios none -nographic \
                        -semihosting-config enable=on,target=native -icount shift=0 -kernel";
const CLOCK_HZ: f64 = 160e6;
/// The most it may take of the chip's core at 100 Hz, percent.
const MOST_PERCENT: f64 = 5.0;

#[derive(Deserialize)]
struct OnChip {
    hz: u32,
    moving: bool,
    a_sample: u64,
    a_second: u64,
    worst_sample: u64,
    stack: usize,
    memory: usize,
}

#[derive(Deserialize)]
struct OnHost {
    hz: u32,
    moving: bool,
    nanoseconds: u64,
}

/// Measures, and answers with a section in Markdown.
pub fn measure() -> Result<String> {
    step::say("The signal chain for the bracelet's chip, and what it costs there and here (about 1 min)");
    setup::emulator()?;
    step::run(&mut step::cargo(&format!("build --locked -p signal-cost --profile chip --target {CHIP}"))?)?;
    let mut emulator = Command::new("qemu-system-riscv32");
    emulator.args(EMULATOR.split_whitespace());
    emulator.arg(place::target()?.join(CHIP).join("chip").join("signal-cost"));
    let chip: Vec<OnChip> = lines(&mut emulator)?;
    let host: Vec<OnHost> = lines(&mut step::cargo("run --locked --release -p signal-cost")?)?;
    section(&chip, &host)
}

/// A program's lines of JSON.
fn lines<Line: DeserializeOwned>(program: &mut Command) -> Result<Vec<Line>> {
    let answer = program
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("could not start {}", program.get_program().display()))?;
    let text = String::from_utf8(answer.stdout)?;
    if !answer.status.success() {
        bail!("failed ({}): {}\n{text}", answer.status, program.get_program().display());
    }
    text.lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("not a figure: {line}")))
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn section(chip: &[OnChip], host: &[OnHost]) -> Result<String> {
    let mut text = String::from(
        "\n## The signal chain\n\n`cargo xtask bench signal`\n\n\
         | | instructions a sample | a second | share of 160 MHz | at most in one sample | here, a sample |\n\
         |---|---|---|---|---|---|\n",
    );
    for OnChip { hz, moving, a_sample, a_second, worst_sample, .. } in chip {
        let here = host.iter().find(|here| (here.hz, here.moving) == (*hz, *moving));
        let nanoseconds = here.context("the two programs measured different scenes")?.nanoseconds;
        let percent = *a_second as f64 / CLOCK_HZ * 100.0;
        let missed = if percent > MOST_PERCENT { ", **promised ≤ 5 %**" } else { "" };
        let scene = if *moving { "in motion" } else { "at rest" };
        writeln!(
            text,
            "| {hz} Hz, {scene} | {a_sample} | {:.2} million | {percent:.1} %{missed} | {:.2} million | {nanoseconds} ns |",
            *a_second as f64 / 1e6,
            *worst_sample as f64 / 1e6,
        )?;
    }
    let most = |of: fn(&OnChip) -> usize| chip.iter().map(of).max().unwrap_or_default();
    writeln!(
        text,
        "\nOn the chip the chain takes {} bytes of static memory and uses at most {} bytes of stack. Instructions of RV32IMC are counted in\n\
         `qemu-system-riscv32 -icount`, not the chip's cycles: flash cache and wait states come on top. The chain is built with\n\
         opt-level 3 and linked as one program (profile `chip`); at most {MOST_PERCENT} % is promised at 100 Hz.",
        most(|scene| scene.memory),
        most(|scene| scene.stack),
    )?;
    Ok(text)
}
