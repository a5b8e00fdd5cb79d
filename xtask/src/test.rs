//! `cargo xtask test`: every check there is, the quickest first. Continuous integration runs nothing else.

use anyhow::Result;

use crate::{setup, step};

/// Runs every check.
pub fn run(_all: bool) -> Result<()> {
    setup::run(setup::For::Everything)?;

    step::say("Format");
    step::run(&mut step::cargo(&["fmt", "--all", "--check"])?)?;

    step::say("Licences, sources and bans of what the project is built from");
    let deny = setup::cargo_deny()?;
    step::run(
        std::process::Command::new(deny)
            .args(["check", "bans", "licenses", "sources"])
            .current_dir(crate::place::root()?),
    )?;

    step::say("Lints, warnings denied (about 5 min the first time)");
    step::run(&mut step::cargo(&["clippy", "--locked", "--all-targets", "--", "-D", "warnings"])?)?;

    step::say("Tests (about 8 min the first time)");
    step::run(&mut step::cargo(&["test", "--locked"])?)
}
