//! `cargo xtask test`: every check there is. Continuous integration runs nothing else.

use std::process::Command;

use anyhow::Result;

use crate::e2e::EVERYTHING;
use crate::{e2e, place, setup, step, ui};

/// What the chip runs: checked for it, without an operating system's help.
const FOR_THE_CHIP: &str =
    "check --locked -p firmware -p signal-cost --no-default-features --target riscv32imc-unknown-none-elf";

/// Runs every check.
pub fn run(all: bool) -> Result<()> {
    setup::run(setup::For::Everything)?;

    step::say("Format");
    step::run(&mut step::cargo("fmt --all --check")?)?;

    step::say("Licences, sources and bans of what the project is built from");
    let deny = setup::cargo_deny()?;
    step::run(Command::new(deny).args(["check", "bans", "licenses", "sources"]).current_dir(place::root()?))?;

    step::say("The bracelet's code for its chip (about 1 min the first time)");
    step::run(&mut step::cargo(FOR_THE_CHIP)?)?;

    ui::build(ui::Build::Release, all)?;

    step::say("Lints, warnings denied (about 8 min the first time)");
    let pages = "clippy --locked -p ui --target wasm32-unknown-unknown -- -D warnings";
    step::run(&mut step::cargo(pages)?)?;
    step::run(&mut step::cargo(&format!("clippy {EVERYTHING} --all-targets -- -D warnings"))?)?;

    step::say("Tests (about 12 min the first time)");
    step::run(&mut step::cargo(&format!("test {EVERYTHING}"))?)?;

    e2e::tests(all)
}
