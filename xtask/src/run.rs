//! `cargo xtask run`: the app with its built-in bracelet and a cloud beside it; without a screen, the same live view in the terminal.

use std::process::Command;

use anyhow::Result;

use crate::e2e::EVERYTHING;
use crate::{cloud, display, place, setup, step, ui};

/// Builds and starts the app. `arguments` go to it.
pub fn run(arguments: &[String]) -> Result<()> {
    if !display::is_there() {
        setup::run(setup::For::Terminal)?;
        step::say(
            "There is no display: the built-in bracelet in the terminal instead (about 4 min the first time)",
        );
        println!("   to leave: Ctrl-C");
        return step::run(
            step::cargo("run --locked -p companion --bin bracelet -- watch --demo")?.args(arguments),
        );
    }
    setup::run(setup::For::Window)?;
    ui::build(ui::Build::Release, false)?;
    step::say("The app, and a cloud to run beside it (about 10 min the first time)");
    // As the tests build them: what one has compiled, the other need not.
    step::run(&mut step::cargo(&format!("build {EVERYTHING} --bin bracelet-connecte --bin cloud"))?)?;
    let _cloud = cloud::start()?;
    step::say("The app, with its built-in bracelet");
    println!(
        "   to leave: Ctrl-C here, or Quit at its icon in the tray; without its window it goes on monitoring"
    );
    step::run(Command::new(place::program("bracelet-connecte")?).arg("--demo").args(arguments))
}
