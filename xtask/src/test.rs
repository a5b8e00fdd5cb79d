//! `cargo xtask test`: every check there is. Continuous integration runs nothing else.

use std::process::Command;

use anyhow::Result;

use crate::e2e::EVERYTHING;
use crate::pictures::Look;
use crate::{e2e, pictures, place, setup, step, ui};

/// What the chip runs: checked for it, without an operating system's help.
const FOR_THE_CHIP: &str = "check --locked -p firmware -p signal-cost --no-default-features";

/// All that decides what the cloud answers.
const CLOUD: &[&str] =
    &["cloud", "api-client", "crates/vitals", "xtask/python.txt", "Cargo.lock", "rust-toolchain.toml"];

/// Runs every check.
pub fn run(all: bool) -> Result<()> {
    setup::run(setup::For::Everything)?;

    step::say("Format");
    step::run(&mut step::cargo("fmt --all --check")?)?;

    step::say("Licences, sources and bans of what the project is built from");
    let deny = setup::cargo_deny()?;
    step::run(Command::new(deny).args(["check", "bans", "licenses", "sources"]).current_dir(place::root()?))?;

    step::say("The bracelet's code for its chip (about 1 min the first time)");
    step::run(&mut step::cargo_for("riscv32imc-unknown-none-elf", FOR_THE_CHIP)?)?;

    ui::build(ui::Build::Release, all)?;
    ui::weigh()?;

    step::say("Lints, warnings denied (about 8 min the first time)");
    let pages = step::cargo_for("wasm32-unknown-unknown", "clippy --locked -p ui");
    step::run(pages?.args(["--", "-D", "warnings"]))?;
    step::run(&mut step::cargo(&format!("clippy {EVERYTHING} --all-targets -- -D warnings"))?)?;

    step::say("Tests (about 12 min the first time)");
    step::run(&mut step::cargo(&format!("test {EVERYTHING}"))?)?;

    step::say("The cloud asked everything its document allows (about 1 min)");
    step::unless_unchanged("schemathesis", CLOUD, all, || {
        let cloud = place::program("cloud")?;
        let script = place::root()?.join("cloud/tests/schemathesis.py");
        step::run(Command::new(setup::python()?).arg(script).arg(cloud))
    })?;

    e2e::tests(all)?;
    pictures::check(Look::Compare, all)
}
