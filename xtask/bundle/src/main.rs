//! `wasm-bundle <ui.wasm> <folder>`: writes `ui.js` and `ui_bg.wasm` into the folder. As a library call, so that Cargo.lock keeps
//! this end of wasm-bindgen at the version of the other one.

use std::env;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let mut arguments = env::args_os().skip(1);
    let wasm = arguments.next().context("usage: wasm-bundle <ui.wasm> <folder>")?;
    let folder = arguments.next().context("usage: wasm-bundle <ui.wasm> <folder>")?;
    Bindgen::new()
        .input_path(wasm)
        .out_name("ui")
        .web(true)?
        .typescript(false)
        // A quarter of the wasm would be the names of functions.
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)
}
