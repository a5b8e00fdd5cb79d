//! What the signal chain costs: built for the chip's instruction set it counts instructions in an emulator, built for this
//! computer it takes the time, over the same samples. `cargo xtask bench signal` runs both and sets them side by side.
#![cfg_attr(target_arch = "riscv32", no_std, no_main)]

#[cfg(target_arch = "riscv32")]
mod chip;
#[cfg(not(target_arch = "riscv32"))]
mod host;
mod scene;

#[cfg(not(target_arch = "riscv32"))]
fn main() {
    host::run();
}
