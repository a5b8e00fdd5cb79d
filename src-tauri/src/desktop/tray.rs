//! The tray: the heart rate and its state in a line, and the ways back to the window and out.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bridge::{Connection, Event, Home, SourceKind};
use companion::Engine;
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry, async_runtime};
use tokio::sync::broadcast::error::RecvError;
use vitals::{Freshness, Status};

use super::open;
use crate::words::Words;

/// Shows the tray and keeps it true.
///
/// # Errors
///
/// There is nothing on this system to show one with. Whoever starts the app again then gets its window.
pub fn start(app: &AppHandle, engine: &Engine) -> tauri::Result<()> {
    let words = Words::of(engine);
    let told = now(engine, &words);
    let tray = Tray {
        line: MenuItem::with_id(app, "line", &told.line, false, None::<&str>)?,
        open: MenuItem::with_id(app, "open", words.get("tray.open"), true, None::<&str>)?,
        quit: MenuItem::with_id(app, "quit", words.get("tray.quit"), true, None::<&str>)?,
    };
    let separator = PredefinedMenuItem::separator(app)?;
    let menu = Menu::with_items(app, &[&tray.line, &separator, &tray.open, &tray.quit])?;
    let mut builder = TrayIconBuilder::with_id("main")
        .menu(&menu)
        .title(&told.title)
        .tooltip(&told.line)
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| match event.id().as_ref() {
            "open" => open(app),
            "quit" => app.exit(0),
            _ => {}
        })
        .on_tray_icon_event(|tray, event| {
            let TrayIconEvent::Click { button, button_state, .. } = event else { return };
            if (button, button_state) == (MouseButton::Left, MouseButtonState::Up) {
                open(tray.app_handle());
            }
        });
    if let Some(icon) = app.default_window_icon() {
        builder = builder.icon(icon.clone());
    }
    // On Linux the library that shows trays is looked for only now, and its binding panics where there is none.
    let icon = catch_unwind(AssertUnwindSafe(|| builder.build(app)))
        .unwrap_or_else(|_| Err(tauri::Error::from(std::io::Error::other("no library for trays"))))?;
    async_runtime::spawn(tray.follow(icon, engine.clone()));
    Ok(())
}

/// What changes in it.
struct Tray {
    line: MenuItem<Wry>,
    open: MenuItem<Wry>,
    quit: MenuItem<Wry>,
}

impl Tray {
    async fn follow(self, icon: TrayIcon, engine: Engine) {
        let mut events = engine.events();
        let mut words = Words::of(&engine);
        let mut shown = None;
        loop {
            let now = now(&engine, &words);
            if shown.as_ref() != Some(&now) {
                let done = self.show(&icon, &now, &words);
                if let Err(error) = done {
                    tracing::warn!(%error, "the tray could not be changed");
                }
                shown = Some(now);
            }
            loop {
                match events.recv().await {
                    Ok(Event::Start(_)) => {
                        words = Words::of(&engine);
                        shown = None;
                        break;
                    }
                    Ok(Event::Home(_)) | Err(RecvError::Lagged(_)) => break,
                    Ok(_) => {}
                    Err(RecvError::Closed) => return,
                }
            }
        }
    }

    fn show(&self, icon: &TrayIcon, told: &Told, words: &Words) -> tauri::Result<()> {
        icon.set_title(Some(&told.title))?;
        icon.set_tooltip(Some(&told.line))?;
        self.line.set_text(&told.line)?;
        self.open.set_text(words.get("tray.open"))?;
        self.quit.set_text(words.get("tray.quit"))
    }
}

/// What the tray says.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    /// Beside the icon, where the system has room for it: the heart rate, or a dash.
    title: String,
    /// The heart rate and its state, or how the bracelet is reached.
    line: String,
}

fn now(engine: &Engine, words: &Words) -> Told {
    if engine.is_locked() {
        return Told { title: String::new(), line: words.get("lock.tray").to_owned() };
    }
    told(&engine.home(), words)
}

fn told(home: &Home, words: &Words) -> Told {
    let state = match home.connection {
        Connection::None => "connection.none",
        Connection::Connecting { .. } => "connection.connecting",
        Connection::Lost { .. } => "connection.lost",
        Connection::Disconnected { .. } => "connection.disconnected",
        Connection::Connected { .. } => status(home.heart.status),
    };
    let connected = matches!(home.connection, Connection::Connected { .. });
    let fresh = home.heart.bpm.filter(|_| connected && home.heart.freshness == Freshness::Fresh);
    let title = fresh.map_or_else(|| "—".to_owned(), |bpm| bpm.0.to_string());
    let demo = home.source.as_ref().is_some_and(|source| source.kind == SourceKind::Demo);
    let rate = connected.then(|| format!("{title} {}", words.get("unit.bpm")));
    let parts = demo.then(|| words.get("demo.name").to_owned()).into_iter().chain(rate);
    let line = parts.chain([words.get(state).to_owned()]).collect::<Vec<_>>().join(" · ");
    Told { title, line }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Unknown => "status.unknown",
        Status::Active => "status.active",
        Status::Ok => "status.ok",
        Status::Attention => "status.attention",
        Status::Alert => "status.alert",
    }
}
