//! `cargo xtask test`: every check there is. Continuous integration runs nothing else.

use std::process::Command;

use anyhow::Result;

use crate::e2e::EVERYTHING;
use crate::{e2e, place, setup, step, ui};

/// What the chip runs: checked for it, without an allocator's or an operating system's help.
const FOR_THE_CHIP: &[&str] = &[
    "check",
    "--locked",
    "-p",
    "firmware",
    "--no-default-features",
    "--target",
    "riscv32imc-unknown-none-elf",
];

/// Runs every check.
pub fn run(all: bool) -> Result<()> {
    setup::run(setup::For::Everything)?;

    step::say("Format");
    step::run(&mut step::cargo(&["fmt", "--all", "--check"])?)?;

    step::say("Licences, sources and bans of what the project is built from");
    let deny = setup::cargo_deny()?;
    step::run(Command::new(deny).args(["check", "bans", "licenses", "sources"]).current_dir(place::root()?))?;

    step::say("The bracelet's code for its chip (about 1 min the first time)");
    step::run(&mut step::cargo(FOR_THE_CHIP)?)?;

    ui::build(ui::Build::Release, all)?;

    step::say("Lints, warnings denied (about 8 min the first time)");
    let pages = ["clippy", "--locked", "-p", "ui", "--target", "wasm32-unknown-unknown"];
    step::run(step::cargo(&pages)?.args(["--", "-D", "warnings"]))?;
    step::run(step::cargo(&["clippy"])?.args(EVERYTHING).args(["--all-targets", "--", "-D", "warnings"]))?;

    step::say("Tests (about 12 min the first time)");
    step::run(step::cargo(&["test"])?.args(EVERYTHING))?;

    e2e::tests(all)
}
