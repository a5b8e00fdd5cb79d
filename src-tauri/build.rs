//! Tauri's own build step: it reads `tauri.conf.json` at the top level.

fn main() {
    // A first `cargo check` must not fail because nobody has built the pages yet.
    if let Err(error) = std::fs::create_dir_all("ui/dist") {
        println!("cargo::warning=ui/dist: {error}");
    }
    tauri_build::build();
}
