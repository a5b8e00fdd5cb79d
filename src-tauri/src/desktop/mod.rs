//! At home on a desktop: one window that is remembered, a tray, and monitoring that outlives the window.

pub mod file;
mod tray;

use bridge::{Code, Error};
use companion::Engine;
use companion::engine::Windowless;
use tauri::{AppHandle, Builder, ExitRequestApi, Manager, WebviewWindowBuilder, Wry, async_runtime};
use tauri_plugin_autostart::ManagerExt as _;
use tauri_plugin_notification::NotificationExt as _;
use tauri_plugin_window_state::StateFlags;

use crate::Arguments;
use crate::words::Words;

/// With this, the app starts without showing its window: as the system starts it.
const BACKGROUND: &str = "--background";

/// What Tauri's own plugins do for a desktop.
pub fn plugins(builder: Builder<Wry>, arguments: &Arguments) -> Builder<Wry> {
    let builder = match arguments.data {
        // Started again, the app that runs already shows itself. Has to be the first plugin.
        None => builder.plugin(tauri_plugin_single_instance::init(|app, _, _| open(app))),
        // A folder of one's own may have an app of its own; the engine sees to it that it is only one.
        Some(_) => builder,
    };
    let remembered = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED | StateFlags::FULLSCREEN;
    builder
        .plugin(tauri_plugin_window_state::Builder::new().with_state_flags(remembered).build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_autostart::Builder::new().arg(BACKGROUND).build())
}

/// Shows the window, unless it was not asked for, and what belongs to the app outside of it.
pub fn start(app: &AppHandle, engine: &Engine, arguments: &Arguments) {
    if !arguments.background {
        open(app);
    }
    if let Err(error) = tray::start(app, engine) {
        tracing::warn!(%error, "there is no tray");
    }
}

/// Shows the window: makes it, or brings it to the front.
pub fn open(app: &AppHandle) {
    let told = |done: tauri::Result<()>| {
        if let Err(error) = done {
            tracing::warn!(%error, "the window could not be shown");
        }
    };
    let later = app.clone();
    // In one go on the system's own thread, or a web view may begin to paint before it knows how.
    #[cfg(target_os = "linux")]
    told(app.run_on_main_thread(move || told(show(&later))));
    // Not on that thread, which may wait for this one.
    #[cfg(not(target_os = "linux"))]
    async_runtime::spawn(async move { told(show(&later)) });
}

fn show(app: &AppHandle) -> tauri::Result<()> {
    if let Some(window) = app.get_webview_window("main") {
        window.unminimize()?;
        return window.set_focus();
    }
    let Some(config) = app.config().app.windows.first() else { return Ok(()) };
    let window = WebviewWindowBuilder::from_config(app, config)?.build()?;
    #[cfg(target_os = "linux")]
    paint_plainly(&window)?;
    Ok(())
}

/// Paints only what changes. Where there is no graphics card, composing the whole window for each frame of the heart's beat
/// took 45 % of a core; painting the heart takes 6 %.
#[cfg(target_os = "linux")]
fn paint_plainly(window: &tauri::WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};
    window.with_webview(|webview| {
        if let Some(settings) = WebViewExt::settings(&webview.inner()) {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// The last window was closed: the app ends with it, or goes on without one, as the engine says.
pub fn closed(app: &AppHandle, exit: &ExitRequestApi) {
    let engine = app.state::<Engine>();
    let Windowless::GoesOn { tell } = async_runtime::block_on(engine.window_closed()) else { return };
    exit.prevent_exit();
    if tell {
        let words = Words::of(&engine);
        let notice = app.notification().builder();
        let shown = notice.title(words.get("goes_on.title")).body(words.get("goes_on.text")).show();
        if let Err(error) = shown {
            tracing::warn!(%error, "a notification could not be shown");
        }
    }
}

/// Whether the system starts the app when the person logs in.
#[tauri::command]
pub fn starts_with_system(app: AppHandle) -> Result<bool, Error> {
    app.autolaunch().is_enabled().map_err(refused)
}

/// Has the system start the app when the person logs in, or no longer.
#[tauri::command]
pub fn start_with_system(app: AppHandle, wanted: bool) -> Result<(), Error> {
    let launch = app.autolaunch();
    if wanted { launch.enable() } else { launch.disable() }.map_err(refused)
}

fn refused(error: tauri_plugin_autostart::Error) -> Error {
    Error { code: Code::Internal, detail: error.to_string() }
}
