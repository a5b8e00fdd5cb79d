//! What the engine wants said through the system: shown as it is, and taken down when it is over.

use std::hash::{DefaultHasher, Hash, Hasher};

use bridge::{AlertChange, Event, Notice};
use companion::Engine;
use tauri::{AppHandle, async_runtime};
use tauri_plugin_notification::NotificationExt as _;
use tokio::sync::broadcast::error::RecvError;

/// Shows notices until the app ends. A click on one leads to the window.
pub fn start(app: &AppHandle, engine: &Engine) {
    #[cfg(desktop)]
    {
        let clicked = app.clone();
        let heard = app.notification().on_action(move |_| crate::desktop::open(&clicked));
        if let Err(error) = heard {
            tracing::warn!(%error, "clicks on notifications are not heard");
        }
    }
    let app = app.clone();
    let mut events = engine.events();
    async_runtime::spawn(async move {
        loop {
            match events.recv().await {
                Ok(Event::Notify(notice)) => {
                    #[cfg(desktop)]
                    if notice.opens {
                        crate::desktop::open(&app);
                    }
                    show(&app, notice).await;
                }
                Ok(Event::Alert(told))
                    if matches!(told.change, AlertChange::Closed | AlertChange::Answered) =>
                {
                    take_down(&app, &told.notice).await;
                }
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    });
}

/// Shows a notice in the place of the one of the same key.
async fn show(app: &AppHandle, notice: Notice) {
    take_down(app, &notice.key).await;
    let mut builder =
        app.notification().builder().id(id(&notice.key)).title(&notice.title).body(&notice.body);
    if notice.sound {
        builder = builder.sound(SOUND);
    }
    if let Err(error) = builder.show() {
        tracing::warn!(%error, "a notification could not be shown");
    }
    #[cfg(mobile)]
    if notice.sound {
        vibrate(app).await;
    }
}

/// On a thread that may wait: the plugin asks the system and waits for its answer, which a task must not.
async fn take_down(app: &AppHandle, key: &str) {
    let (app, id) = (app.clone(), id(key));
    match async_runtime::spawn_blocking(move || app.notification().remove_active(vec![id])).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "a notification could not be taken down"),
        Err(error) => tracing::warn!(%error, "a notification was not taken down"),
    }
}

/// The number under which the system knows a notice of that key, as long as the app runs.
fn id(key: &str) -> i32 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    (hasher.finish() >> 33) as i32
}

/// The sound of an alert, as each system names it.
const SOUND: &str = match () {
    () if cfg!(target_os = "macos") => "Sosumi",
    () if cfg!(windows) => "Reminder",
    // The Sound Naming Specification's.
    () => "dialog-warning",
};

/// Three short vibrations.
#[cfg(mobile)]
async fn vibrate(app: &AppHandle) {
    use std::time::Duration;
    use tauri_plugin_haptics::HapticsExt as _;
    for _ in 0..3 {
        if let Err(error) = app.haptics().vibrate(200) {
            tracing::warn!(%error, "the phone does not vibrate");
        }
        tokio::time::sleep(Duration::from_millis(350)).await;
    }
}
