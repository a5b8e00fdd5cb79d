//! The window's shell: it starts the engine, opens the window on it, and stops it in good order. It decides nothing.

mod commands;
#[cfg(desktop)]
mod desktop;
mod door;
mod notices;
mod setting;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;

use bridge::{Code, Error};
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
    /// While there is a file of this name, the built-in bracelet is out of reach: to try out what happens then
    #[arg(long, value_name = "FILE")]
    demo_out_of_reach: Option<PathBuf>,
    /// Start without showing the window
    #[arg(long)]
    background: bool,
}

/// Runs the app until the person ends it.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let log = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(log).with_writer(std::io::stderr).init();

    let builder = tauri::Builder::default();
    #[cfg(desktop)]
    let builder = desktop::plugins(builder, &arguments);
    #[cfg(mobile)]
    let builder = builder.plugin(tauri_plugin_haptics::init());
    let app = builder
        .plugin(tauri_plugin_notification::init())
        // Only what a command hands over: links of the page are the page's own.
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .invoke_handler(door::guard(tauri::generate_handler![
            commands::unlock,
            commands::lock,
            commands::protect,
            commands::retry,
            commands::start_afresh,
            commands::connect_demo,
            commands::disconnect,
            commands::remove_demo,
            commands::chart,
            commands::save_chart,
            commands::set_preferences,
            commands::profile,
            commands::set_profile,
            commands::settings,
            commands::set_limits,
            commands::set_goals,
            commands::would_alert,
            commands::distribution,
            commands::alerts,
            commands::alert,
            commands::answer_alert,
            commands::sos,
            commands::call,
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
            commands::system,
            commands::self_test,
            commands::back_up,
            commands::bring_back,
            commands::would_forget,
            commands::keep_months,
            commands::change_protection,
            commands::export_to,
            commands::test_notification,
            commands::subscribe,
            licences,
            setting::open_setting,
            #[cfg(desktop)]
            desktop::starts_with_system,
            #[cfg(desktop)]
            desktop::start_with_system,
            #[cfg(desktop)]
            desktop::file::choose_file,
        ]))
        .setup(move |app| {
            let data = arguments.data.clone().unwrap_or_else(companion::default_data_folder);
            let mut options = Options::new(data, KeySource::Keyring);
            options.sync_demo = arguments.sync_demo;
            options.demo.link.faults.out_of_reach = arguments.demo_out_of_reach.clone();
            let engine = async_runtime::block_on(Engine::start(options));
            app.manage(engine.clone());
            notices::start(app.handle(), &engine);
            #[cfg(desktop)]
            desktop::start(app.handle(), &engine, &arguments);
            if arguments.demo {
                async_runtime::spawn(async move { engine.connect_demo().await });
            }
            leave_when_told(app.handle().clone());
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
    app.run(|app, event| match event {
        // The last window was closed, and not the app.
        #[cfg(desktop)]
        RunEvent::ExitRequested { code: None, api, .. } => desktop::closed(app, &api),
        RunEvent::Exit => async_runtime::block_on(app.state::<Engine>().stop()),
        // The dock's icon, while no window is shown.
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => desktop::open(app),
        _ => {}
    });
    ExitCode::SUCCESS
}

/// What others wrote that is in this app, with their licences: made with the pages, and bundled with them.
#[tauri::command]
fn licences(app: AppHandle) -> Result<String, Error> {
    let text = app.asset_resolver().get("assets/licences.txt".to_owned());
    let text = text.and_then(|asset| String::from_utf8(asset.bytes).ok());
    text.ok_or_else(|| Error { code: Code::Internal, detail: "no list was bundled".to_owned() })
}

/// Ctrl-C in the terminal, and the end of the person's session, end the app in good order.
fn leave_when_told(app: AppHandle) {
    async_runtime::spawn(async move {
        #[cfg(unix)]
        let ended = async {
            use tokio::signal::unix::{SignalKind, signal};
            match signal(SignalKind::terminate()) {
                Ok(mut ended) => ended.recv().await,
                Err(_) => std::future::pending().await,
            }
        };
        #[cfg(not(unix))]
        let ended = std::future::pending::<Option<()>>();
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => if interrupted.is_err() { return },
            _ = ended => {}
        }
        app.exit(0);
    });
}
