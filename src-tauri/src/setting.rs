//! The system's own settings, opened where something is switched on or allowed: this app switches nothing of the system's.

use bridge::{Code, Error, Setting};
use tauri::AppHandle;

/// Opens the system's settings at that place.
#[tauri::command]
pub fn open_setting(app: AppHandle, setting: Setting) -> Result<(), Error> {
    here::open(&app, setting).map_err(|detail| Error { code: Code::NoProgram, detail })
}

#[cfg(target_os = "linux")]
mod here {
    use std::env;
    use std::process::{Command, Stdio};

    use bridge::Setting;
    use tauri::{AppHandle, async_runtime};

    /// What opens each setting: a desktop's own programs, its settings before a tool of its own.
    const PROGRAMS: &[(Setting, &str, &[&str])] = &[
        (Setting::Bluetooth, "gnome-control-center", &["bluetooth"]),
        (Setting::Bluetooth, "systemsettings", &["kcm_bluetooth"]),
        (Setting::Bluetooth, "cinnamon-settings", &["blueman"]),
        (Setting::Bluetooth, "blueman-manager", &[]),
        (Setting::Bluetooth, "blueberry", &[]),
        (Setting::Notifications, "gnome-control-center", &["notifications"]),
        (Setting::Notifications, "systemsettings", &["kcm_notifications"]),
        (Setting::Notifications, "cinnamon-settings", &["notifications"]),
        (Setting::Notifications, "xfce4-notifyd-config", &[]),
    ];

    pub fn open(_: &AppHandle, setting: Setting) -> Result<(), String> {
        let path = env::var_os("PATH").unwrap_or_default();
        let is_there = |program: &str| env::split_paths(&path).any(|folder| folder.join(program).is_file());
        let (program, arguments) =
            program(setting, is_there).ok_or("none of the known desktops' settings is installed")?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|why| format!("{program}: {why}"))?;
        // Whoever starts a program waits for its end, or it stays as a defunct process.
        async_runtime::spawn_blocking(move || child.wait());
        Ok(())
    }

    fn program(
        wanted: Setting,
        is_there: impl Fn(&str) -> bool,
    ) -> Option<(&'static str, &'static [&'static str])> {
        let mut fitting =
            PROGRAMS.iter().filter(|(setting, program, _)| *setting == wanted && is_there(program));
        fitting.next().map(|(_, program, arguments)| (*program, *arguments))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_setting_is_opened_by_what_is_there_and_by_nothing_else() {
            let kde = |program: &str| program == "systemsettings";
            assert_eq!(
                program(Setting::Bluetooth, kde),
                Some(("systemsettings", ["kcm_bluetooth"].as_slice()))
            );
            assert_eq!(
                program(Setting::Notifications, kde),
                Some(("systemsettings", ["kcm_notifications"].as_slice()))
            );
            let small = |program: &str| program == "blueman-manager";
            assert_eq!(program(Setting::Bluetooth, small), Some(("blueman-manager", [].as_slice())));
            assert_eq!(program(Setting::Notifications, small), None);
        }
    }
}

#[cfg(any(target_os = "macos", windows))]
mod here {
    use bridge::Setting;
    use tauri::AppHandle;
    use tauri_plugin_opener::OpenerExt as _;

    pub fn open(app: &AppHandle, setting: Setting) -> Result<(), String> {
        app.opener().open_url(address(setting), None::<&str>).map_err(|why| why.to_string())
    }

    /// Microsoft, "Launch the Windows Settings app"; Apple names the panes of macOS 13 and later so.
    fn address(setting: Setting) -> &'static str {
        match (setting, cfg!(windows)) {
            (Setting::Bluetooth, true) => "ms-settings:bluetooth",
            (Setting::Notifications, true) => "ms-settings:notifications",
            (Setting::Bluetooth, false) => "x-apple.systempreferences:com.apple.BluetoothSettings",
            (Setting::Notifications, false) => {
                "x-apple.systempreferences:com.apple.Notifications-Settings.extension"
            }
        }
    }
}

#[cfg(mobile)]
mod here {
    use bridge::Setting;
    use tauri::AppHandle;

    pub fn open(_: &AppHandle, _: Setting) -> Result<(), String> {
        Err("not opened from here on this system".to_owned())
    }
}
