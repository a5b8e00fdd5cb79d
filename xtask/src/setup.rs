//! `cargo xtask setup`: what this computer needs beyond Rust, checked, and installed where that can be done safely.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{place, step};

/// What is going to be done, each with what those before it need: who only runs the app need not install what tests use.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
pub enum For {
    /// `cargo xtask run` without a screen.
    Terminal,
    /// `cargo xtask run`.
    Window,
    /// `cargo xtask test`, `e2e` and `bench`.
    Everything,
}

/// Debian's and Ubuntu's packages, and why each is needed.
const PACKAGES: &[(For, &str, &str)] = &[
    (For::Terminal, "build-essential", "a C compiler, for the encrypted database"),
    (For::Window, "pkg-config", "finds the libraries below"),
    (For::Window, "libwebkit2gtk-4.1-dev", "the web view that draws the window"),
    (For::Window, "libayatana-appindicator3-dev", "the icon in the tray"),
    (For::Everything, "webkit2gtk-driver", "lets a test click in the real window"),
    (For::Everything, "xvfb", "a screen for tests on a computer without one"),
    (For::Everything, "dbus-daemon", "a private session for the test's keyring"),
    (For::Everything, "gnome-keyring", "a real keyring for the test"),
    (For::Everything, "xdotool", "types into the system's own dialogs in a test"),
    (For::Everything, "python3-venv", "runs what some tests speak with"),
    (For::Everything, "postgresql", "the cloud's other database, run by its tests"),
    (For::Everything, "chromium", "looks at every state of every screen"),
    (For::Everything, "chromium-driver", "drives it"),
    (For::Everything, "npm", "brings the accessibility checker"),
    (For::Everything, "libfaketime", "a wrong clock for one process"),
    (For::Everything, "fonts-dejavu-core", "letters for a computer that has none"),
];

/// What runs the chip's instructions on this computer. Large, and only `cargo xtask bench` counts instructions.
const EMULATOR: (For, &str, &str) =
    (For::Everything, "qemu-system-misc", "counts the instructions that the bracelet's chip would run");

/// Compilation targets, and why each is needed.
const TARGETS: &[(For, &str, &str)] = &[
    (For::Window, "wasm32-unknown-unknown", "the window's pages"),
    (For::Everything, "riscv32imc-unknown-none-elf", "the bracelet's chip"),
];

/// The licence checker, at the version the project is checked with.
const CARGO_DENY: &str = "0.20.2";

/// Checks and installs.
pub fn run(purpose: For) -> Result<()> {
    step::say("Checking what this computer needs");
    system_packages(purpose)?;
    rust_targets(purpose)
}

/// Checks and installs what counting the chip's instructions needs.
pub fn emulator() -> Result<()> {
    if finds("qemu-system-riscv32") {
        println!("   qemu-system-riscv32: there");
    } else if finds("dpkg-query") && finds("apt-get") {
        debian(&[&EMULATOR])?;
    } else {
        bail!("install QEMU, with qemu-system-riscv32, then start again");
    }
    rust_targets(For::Everything)
}

fn system_packages(purpose: For) -> Result<()> {
    let wanted: Vec<_> = PACKAGES.iter().filter(|(needed, ..)| *needed <= purpose).collect();
    match env::consts::OS {
        "linux" if finds("dpkg-query") && finds("apt-get") => debian(&wanted),
        "linux" => {
            println!("   This is not Debian or Ubuntu. If the build fails, install:");
            println!("   Fedora: sudo dnf install @development-tools webkit2gtk4.1-devel");
            println!("   Arch:   sudo pacman -S base-devel webkit2gtk-4.1");
            Ok(())
        }
        "macos" => {
            println!("   macOS brings the web view. If there is no compiler yet: xcode-select --install");
            Ok(())
        }
        "windows" => {
            println!(
                "   Windows 10 and 11 bring the web view (WebView2). If there is no compiler yet, install the"
            );
            println!(
                "   \"Build Tools for Visual Studio\" with \"Desktop development with C++\", and Strawberry Perl."
            );
            Ok(())
        }
        other => {
            println!("   {other} has not been tried: a C compiler and WebKitGTK 4.1 are needed");
            Ok(())
        }
    }
}

fn debian(wanted: &[&(For, &str, &str)]) -> Result<()> {
    let names: Vec<_> = wanted.iter().map(|(_, name, _)| *name).collect();
    let answer = Command::new("dpkg-query")
        .args(["-W", "-f=${Package} ${db:Status-Status}\n"])
        .args(&names)
        .stderr(Stdio::null())
        .output()
        .context("could not start dpkg-query")?;
    let answer = String::from_utf8_lossy(&answer.stdout).into_owned();
    let installed: BTreeSet<_> = answer.lines().filter_map(|line| line.strip_suffix(" installed")).collect();
    // npm is often there from elsewhere, and Debian's would not go beside it.
    let there = |name: &str| installed.contains(name) || (name == "npm" && finds("npm"));
    let missing: Vec<_> = wanted.iter().filter(|(_, name, _)| !there(name)).collect();
    if missing.is_empty() {
        println!("   system packages: all there");
        return Ok(());
    }

    println!("   missing, to be installed with apt-get (about 2 min):");
    for (_, name, why) in &missing {
        println!("     {name}: {why}");
    }
    let missing: Vec<_> = missing.iter().map(|(_, name, _)| *name).collect();
    let install = || -> Result<()> {
        step::run(apt()?.args(["update", "-q"]))?;
        step::run(apt()?.args(["install", "-q", "-y", "--no-install-recommends"]).args(&missing))
    };
    install().with_context(|| format!("install these yourself, then start again: {}", missing.join(" ")))
}

/// `apt-get`, through `sudo` for a person who is not root.
fn apt() -> Result<Command> {
    let mut command = if is_root() {
        Command::new("apt-get")
    } else if finds("sudo") {
        let mut sudo = Command::new("sudo");
        sudo.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo
    } else {
        bail!("installing needs root, and there is no sudo");
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    Ok(command)
}

fn is_root() -> bool {
    let answer = Command::new("id").arg("-u").output();
    answer.is_ok_and(|answer| answer.stdout.trim_ascii() == b"0")
}

fn rust_targets(purpose: For) -> Result<()> {
    for (needed, target, why) in TARGETS {
        if *needed > purpose || has_target(target)? {
            continue;
        }
        println!("   adding the Rust target {target}: {why} (some seconds)");
        let rustup = ["target", "add", target];
        let added = step::run(Command::new("rustup").args(rustup).current_dir(place::root()?));
        if let Err(error) = added {
            println!("   {error:#}");
            debians_toolchain().with_context(|| format!("{target} could not be added"))?;
        }
    }
    println!("   Rust targets: all there");
    Ok(())
}

/// Where rustup cannot fetch a target: Debian's own toolchain, which brings the standard library's sources, so that every
/// target can be built from them. [`step::cargo_for`] then uses it.
const DEBIANS: &[(For, &str, &str)] = &[
    (For::Window, "rustc-web", "Debian's Rust compiler"),
    (For::Window, "cargo-web", "its cargo"),
    (For::Window, "rust-web-clippy", "its lints"),
    (For::Window, "rust-web-src", "the standard library, to be built for what rustup did not bring"),
    (For::Window, "lld-22", "links for every target"),
];

fn debians_toolchain() -> Result<()> {
    if !finds("apt-get") {
        bail!(
            "rustup could not fetch it, and this is not Debian: see https://rustup.rs about proxies and mirrors"
        );
    }
    println!("   building for it with Debian's toolchain instead (some minutes more, once)");
    debian(&DEBIANS.iter().collect::<Vec<_>>())
}

/// A Python with what stands at the other end of some tests, in the cache folder.
pub fn python() -> Result<PathBuf> {
    let folder = place::tools()?.join("python");
    let (system, python) =
        if cfg!(windows) { ("python", "Scripts/python.exe") } else { ("python3", "bin/python") };
    let python = folder.join(python);
    let wanted = include_str!("../python.txt");
    let stamp = folder.join("installed.txt");
    if !fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        println!("   a Python environment for tests, in {} (about 1 min, once)", folder.display());
        step::run(Command::new(system).args(["-m", "venv", "--clear"]).arg(&folder))?;
        let list = place::root()?.join("xtask/python.txt");
        step::run(Command::new(&python).args(["-m", "pip", "install", "-q", "-r"]).arg(list))?;
        fs::write(&stamp, wanted)?;
    }
    Ok(python)
}

/// The accessibility checker's script, in the cache folder, at the version of `xtask/npm/package-lock.json`.
pub fn axe() -> Result<PathBuf> {
    let folder = place::tools()?.join("npm");
    let list = place::root()?.join("xtask/npm");
    let stamp = folder.join("installed.json");
    let wanted = include_str!("../npm/package-lock.json");
    if !fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        println!("   the accessibility checker, in {} (some seconds, once)", folder.display());
        fs::create_dir_all(&folder)?;
        for file in ["package.json", "package-lock.json"] {
            fs::copy(list.join(file), folder.join(file)).with_context(|| format!("xtask/npm/{file}"))?;
        }
        let quietly = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        step::run(Command::new("npm").args(quietly).current_dir(&folder))?;
        fs::write(&stamp, wanted)?;
    }
    Ok(folder.join("node_modules/axe-core/axe.min.js"))
}

/// Whether the toolchain that builds the project has this target's standard library.
pub fn has_target(target: &str) -> Result<bool> {
    let answer = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", target])
        .current_dir(place::root()?)
        .output()
        .context("could not start rustc: install Rust from https://rustup.rs")?;
    let folder = PathBuf::from(String::from_utf8_lossy(&answer.stdout).trim());
    Ok(fs::read_dir(folder).is_ok_and(|mut files| files.next().is_some()))
}

/// The licence checker, built at first use.
pub fn cargo_deny() -> Result<PathBuf> {
    let tools = place::tools()?;
    let program = tools.join("bin").join(format!("cargo-deny{}", env::consts::EXE_SUFFIX));
    let version = Command::new(&program).arg("--version").output();
    let right = version.is_ok_and(|answer| answer.stdout.trim_ascii().ends_with(CARGO_DENY.as_bytes()));
    if !right {
        println!("   building cargo-deny {CARGO_DENY} first (about 5 min, once)");
        let mut install = step::cargo(&format!("install cargo-deny --locked --version {CARGO_DENY} --root"))?;
        // Its own build folder, or the project's would keep a second copy of everything it is made of.
        step::run(install.arg(&tools).env_remove("CARGO_TARGET_DIR"))?;
    }
    Ok(program)
}

fn finds(program: &str) -> bool {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}
