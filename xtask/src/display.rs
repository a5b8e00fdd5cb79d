//! Whether a window could be shown here.

/// A desktop of another system always has a screen.
#[cfg(not(target_os = "linux"))]
pub fn is_there() -> bool {
    true
}

#[cfg(target_os = "linux")]
pub use linux::is_there;

#[cfg(target_os = "linux")]
mod linux {
    use std::env;
    use std::net::TcpStream;
    use std::os::unix::net::UnixStream;
    use std::path::Path;

    /// Whether a screen answers. A variable that names one is not enough: it may be left of a connection that has ended.
    pub fn is_there() -> bool {
        let wayland = env::var_os("WAYLAND_DISPLAY").is_some_and(|name| {
            let folder = env::var_os("XDG_RUNTIME_DIR").unwrap_or_default();
            UnixStream::connect(Path::new(&folder).join(name)).is_ok()
        });
        wayland || env::var("DISPLAY").is_ok_and(|name| answers(&name))
    }

    /// Whether an X server answers under a name such as `:0` or `localhost:10.0`.
    fn answers(display: &str) -> bool {
        let Some((host, screen)) = display.rsplit_once(':') else { return false };
        let Some(number) = screen.split('.').next().and_then(|number| number.parse::<u16>().ok()) else {
            return false;
        };
        match host {
            "" | "unix" => UnixStream::connect(format!("/tmp/.X11-unix/X{number}")).is_ok(),
            host => number.checked_add(6000).is_some_and(|port| TcpStream::connect((host, port)).is_ok()),
        }
    }
}
