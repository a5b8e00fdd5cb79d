//! `cargo xtask run`: the app with its built-in bracelet and a cloud beside it; without a screen, the same live view in the terminal.

use anyhow::Result;

use crate::{cloud, display, setup, step, ui};

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
    let _cloud = cloud::start()?;
    step::say("The app, with its built-in bracelet (about 6 min the first time)");
    println!(
        "   to leave: Ctrl-C here, or Quit at its icon in the tray; without its window it goes on monitoring"
    );
    step::run(
        step::cargo("run --locked -p bracelet-connecte --features custom-protocol -- --demo")?
            .args(arguments),
    )
}
