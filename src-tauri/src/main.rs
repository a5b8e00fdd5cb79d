//! The desktop's program: starts the window.

// No console window beside the app on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    bracelet_connecte_lib::run()
}
