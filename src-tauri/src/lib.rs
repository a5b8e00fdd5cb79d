//! The window's shell: it starts the engine, opens the window on it, and stops it in good order. It decides nothing.

mod commands;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use companion::{Engine, KeySource, Options};
use tauri::{AppHandle, Manager, RunEvent, async_runtime};
use tracing_subscriber::EnvFilter;

/// The companion of a health bracelet. Not a medical device, not an emergency service.
#[derive(Parser)]
#[command(name = "bracelet-connecte", version)]
struct Arguments {
    /// Where readings are kept, instead of this user's data folder
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Start with the built-in bracelet connected
    #[arg(long)]
    demo: bool,
    /// Let the built-in bracelet's readings go to the cloud too, to try out synchronisation
    #[arg(long)]
    sync_demo: bool,
}

/// Runs the app until its window is closed.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let log = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(log).with_writer(std::io::stderr).init();

    let app = tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![
            commands::unlock,
            commands::protect,
            commands::retry,
            commands::start_afresh,
            commands::connect_demo,
            commands::disconnect,
            commands::remove_demo,
            commands::series,
            commands::set_preferences,
            commands::bands,
            commands::lanes,
            commands::profile,
            commands::set_profile,
            commands::settings,
            commands::set_thresholds,
            commands::set_goals,
            commands::in_force,
            commands::would_alert,
            commands::distribution,
            commands::alerts,
            commands::alert,
            commands::answer_alert,
            commands::sessions,
            commands::keep_session,
            commands::delete_session,
            commands::messages,
            commands::send_message,
            commands::edit_message,
            commands::delete_message,
            commands::nearby,
            commands::connect_device,
            commands::device,
            commands::set_brightness,
            commands::find_bracelet,
            commands::rename_bracelet,
            commands::forget_bracelet,
            commands::data,
            commands::back_up,
            commands::bring_back,
            commands::export_to,
            commands::test_notification,
            commands::subscribe,
        ])
        .setup(move |app| {
            let data = arguments.data.unwrap_or_else(companion::default_data_folder);
            let mut options = Options::new(data, KeySource::Keyring);
            options.sync_demo = arguments.sync_demo;
            let engine = async_runtime::block_on(Engine::start(options));
            app.manage(engine.clone());
            if arguments.demo {
                async_runtime::spawn(async move { engine.connect_demo().await });
            }
            leave_on_interrupt(app.handle().clone());
            #[cfg(target_os = "linux")]
            for window in app.webview_windows().values() {
                paint_plainly(window)?;
            }
            Ok(())
        })
        .build(tauri::generate_context!());
    let app = match app {
        Ok(app) => app,
        Err(error) => {
            tracing::error!(%error, "the window could not be opened");
            return ExitCode::FAILURE;
        }
    };
    app.run(|app, event| {
        if let RunEvent::Exit = event {
            async_runtime::block_on(app.state::<Engine>().stop());
        }
    });
    ExitCode::SUCCESS
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

/// Ctrl-C in the terminal closes the app as its window's cross does.
fn leave_on_interrupt(app: AppHandle) {
    async_runtime::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            app.exit(0);
        }
    });
}
