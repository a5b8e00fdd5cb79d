//! The wasm module that `index.html` loads.

fn main() {
    #[cfg(target_arch = "wasm32")]
    ui::start();
}
