//! Turns `locales/*.json` into code: a key that is missing in a language, or a value that is not given, does not compile.

use std::error::Error;
use std::path::PathBuf;

use leptos_i18n_parser::parse_locales::options::{Config, ParseOptions};
use leptos_i18n_parser::parse_locales::parse_locales;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    let options = ParseOptions::new().interpolate_display(true);
    let config = Config::new("en")?.add_locale("fr")?.parse_options(options);
    let locales = parse_locales(None, config)?;
    let mut problems: Vec<String> = locales.diag.warnings().iter().map(ToString::to_string).collect();
    problems.extend(locales.diag.errors().iter().map(ToString::to_string));
    if !problems.is_empty() {
        return Err(problems.join("\n").into());
    }
    let code = leptos_i18n_codegen::gen_code(&locales, None, false, None, false)?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo names OUT_DIR")?);
    std::fs::write(out.join("i18n.rs"), code.to_string())?;
    Ok(())
}
