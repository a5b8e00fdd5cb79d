//! What the window may call: the engine's methods by the same names, and nothing decided here.

use bridge::{Error, Event, Preferences, Protection, Series, SeriesQuery};
use companion::Engine;
use tauri::State;
use tauri::ipc::Channel;
use tokio::sync::broadcast::error::RecvError;

/// The engine as Tauri hands it to a command.
type TheEngine<'a> = State<'a, Engine>;

/// What a command answers.
type Answer<T = ()> = Result<T, Error>;

#[tauri::command]
pub async fn unlock(engine: TheEngine<'_>, passphrase: String) -> Answer {
    engine.unlock(passphrase).await
}

#[tauri::command]
pub async fn protect(engine: TheEngine<'_>, choice: Protection, passphrase: Option<String>) -> Answer {
    engine.protect(choice, passphrase).await
}

#[tauri::command]
pub async fn retry(engine: TheEngine<'_>) -> Answer {
    engine.retry().await
}

#[tauri::command]
pub async fn start_afresh(engine: TheEngine<'_>) -> Answer {
    engine.start_afresh().await
}

#[tauri::command]
pub async fn connect_demo(engine: TheEngine<'_>) -> Answer {
    engine.connect_demo().await
}

#[tauri::command]
pub async fn disconnect(engine: TheEngine<'_>) -> Answer {
    engine.disconnect().await
}

#[tauri::command]
pub async fn remove_demo(engine: TheEngine<'_>) -> Answer {
    engine.remove_demo().await
}

#[tauri::command]
pub async fn series(engine: TheEngine<'_>, query: SeriesQuery) -> Answer<Series> {
    engine.series(query).await
}

#[tauri::command]
pub async fn set_preferences(engine: TheEngine<'_>, preferences: Preferences) -> Answer {
    engine.set_preferences(preferences).await
}

/// Tells the window what is, then what happens, until the window has gone.
#[tauri::command]
pub fn subscribe(engine: TheEngine<'_>, channel: Channel<Event>) {
    let engine = engine.inner().clone();
    // Asked for first, so that nothing can happen unheard between the present and the events.
    let mut events = engine.events();
    tauri::async_runtime::spawn(async move {
        let mut next = now(&engine);
        loop {
            for event in next.drain(..) {
                if channel.send(event).is_err() {
                    return;
                }
            }
            match events.recv().await {
                Ok(event) => next.push(event),
                // The window was too slow to hear everything: it goes on from the present.
                Err(RecvError::Lagged(_)) => next = now(&engine),
                Err(RecvError::Closed) => return,
            }
        }
    });
}

fn now(engine: &Engine) -> Vec<Event> {
    let present = [Event::Start(engine.start_state()), Event::Home(Box::new(engine.home()))];
    present.into_iter().chain(engine.trouble().map(Event::Trouble)).collect()
}
