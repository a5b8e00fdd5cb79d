//! The desktop's program: starts the window.

// No console window beside the app on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    share_one_heap();
    bracelet_connecte_lib::run()
}

/// Has all threads share one heap. By itself the C library gives each of them one of its own, and what a month's drain has
/// freed in one is of no use to the others: 15 MB more stay taken.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "nothing safe says this to the C library")]
fn share_one_heap() {
    // SAFETY: it only sets a parameter of malloc(3), before there is a second thread. Refused, all stays as it is.
    unsafe { libc::mallopt(libc::M_ARENA_MAX, 1) };
}
