//! The desktop's program: starts the window.

// No console window beside the app on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    heap::keep_small();
    bracelet_connecte_lib::run()
}

/// The C library's heap, which would keep what a month's drain has freed: 28 MB.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "nothing safe says this to the C library")]
mod heap {
    use std::thread;
    use std::time::Duration;

    /// How often what is free is given back.
    const EVERY: Duration = Duration::from_secs(60);

    /// Has all threads share one heap (what is free in one's own is of no use to the others), and gives back now and then what
    /// is free in it.
    pub fn keep_small() {
        // SAFETY: it only sets a parameter of malloc(3), before there is a second thread. Refused, all stays as it is.
        unsafe { libc::mallopt(libc::M_ARENA_MAX, 1) };
        let trim = || loop {
            thread::sleep(EVERY);
            // SAFETY: malloc_trim(3) may be called by any thread at any time.
            unsafe { libc::malloc_trim(0) };
        };
        // Without it, the heap is only larger.
        let _ = thread::Builder::new().name("heap".to_owned()).spawn(trim);
    }
}
