//! Plays the scenes to measure with the tests' synthesiser, into tables that a program without `std` can carry, and says how to
//! link for the emulated board.

#[path = "../tests/synth/mod.rs"]
mod synth;

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

use synth::{Scene, play, steady};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=memory.x");
    println!("cargo::rerun-if-changed=../tests/synth/mod.rs");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for rate_hz in [25.0, 50.0, 100.0] {
        for (name, swing) in [("rest", 0.0), ("motion", 1.0)] {
            let scene = Scene { rate_hz, seconds: 45.0, swing, ..Scene::default() };
            let mut bytes = Vec::new();
            for sample in play(scene, &steady(72.0, scene.seconds)) {
                let [x, y, z] = sample.acc_g.unwrap_or_default();
                for number in [sample.red.unwrap_or_default(), sample.ir, x, y, z] {
                    bytes.extend(number.to_le_bytes());
                }
            }
            fs::write(out.join(format!("{name}_{rate_hz}.f32")), bytes)?;
        }
    }
    if env::var("CARGO_CFG_TARGET_ARCH")? == "riscv32" {
        fs::copy("memory.x", out.join("memory.x"))?;
        println!("cargo::rustc-link-search={}", out.display());
        println!("cargo::rustc-link-arg-bins=-Tmemory.x");
        println!("cargo::rustc-link-arg-bins=-Tlink.x");
    }
    Ok(())
}
