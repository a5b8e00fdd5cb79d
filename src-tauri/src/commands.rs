//! What the window may call: the engine's methods by the same names, and nothing decided here.

use std::path::PathBuf;

use bridge::{
    Alert, AlertDetail, Alerts, Answer as Said, Chart, ChartQuery, Code, Data, Device, Distribution, Error,
    Event, ExportFormat, Message, Nearby, Preferences, Protection, SelfTest, Session, Settings, System,
    WouldAlert,
};
use companion::Engine;
use tauri::ipc::Channel;
use tauri::{AppHandle, State};
use tauri_plugin_opener::OpenerExt as _;
use tokio::sync::broadcast::error::RecvError;
use vitals::{Goals, Judged, Limits, Metric, Profile, UnixMillis};

/// The engine as Tauri hands it to a command.
type TheEngine<'a> = State<'a, Engine>;

/// What a command answers.
type Answer<T = ()> = Result<T, Error>;

#[tauri::command]
pub async fn unlock(engine: TheEngine<'_>, passphrase: String) -> Answer {
    engine.unlock(passphrase).await
}

#[tauri::command]
pub fn lock(engine: TheEngine<'_>) -> Answer {
    engine.lock()
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
pub async fn chart(engine: TheEngine<'_>, query: ChartQuery) -> Answer<Chart> {
    engine.chart(query).await
}

#[tauri::command]
pub async fn save_chart(engine: TheEngine<'_>, query: ChartQuery) -> Answer<String> {
    Ok(engine.save_chart(query).await?.display().to_string())
}

#[tauri::command]
pub async fn set_preferences(engine: TheEngine<'_>, preferences: Preferences) -> Answer {
    engine.set_preferences(preferences).await
}

#[tauri::command]
pub async fn profile(engine: TheEngine<'_>) -> Answer<Profile> {
    engine.profile().await
}

#[tauri::command]
pub async fn set_profile(engine: TheEngine<'_>, profile: Profile) -> Answer {
    engine.set_profile(profile).await
}

#[tauri::command]
pub async fn settings(engine: TheEngine<'_>) -> Answer<Settings> {
    engine.settings().await
}

#[tauri::command]
pub async fn set_limits(engine: TheEngine<'_>, judged: Judged, limits: Limits) -> Answer {
    engine.set_limits(judged, limits).await
}

#[tauri::command]
pub async fn set_goals(engine: TheEngine<'_>, goals: Goals) -> Answer {
    engine.set_goals(goals).await
}

#[tauri::command]
pub async fn would_alert(engine: TheEngine<'_>, judged: Judged, limits: Limits) -> Answer<WouldAlert> {
    engine.would_alert(judged, limits).await
}

#[tauri::command]
pub async fn distribution(engine: TheEngine<'_>, judged: Judged) -> Answer<Distribution> {
    engine.distribution(judged).await
}

#[tauri::command]
pub async fn alerts(engine: TheEngine<'_>, before: Option<UnixMillis>) -> Answer<Alerts> {
    engine.alerts(before).await
}

#[tauri::command]
pub async fn alert(engine: TheEngine<'_>, id: String) -> Answer<AlertDetail> {
    engine.alert(id).await
}

#[tauri::command]
pub async fn answer_alert(engine: TheEngine<'_>, id: String, said: Said) -> Answer<Alert> {
    engine.answer_alert(id, said).await
}

#[tauri::command]
pub async fn sos(engine: TheEngine<'_>, test: bool) -> Answer<Alert> {
    engine.sos(test).await
}

/// Hands a number to what makes calls here, which asks before it dials.
#[tauri::command]
pub fn call(app: AppHandle, number: String) -> Answer {
    let digits: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let done = app.opener().open_url(format!("tel:{digits}"), None::<&str>);
    done.map_err(|error| Error { code: Code::NoProgram, detail: error.to_string() })
}

#[tauri::command]
pub async fn sessions(engine: TheEngine<'_>, from: UnixMillis, to: UnixMillis) -> Answer<Vec<Session>> {
    engine.sessions(from, to).await
}

#[tauri::command]
pub async fn keep_session(engine: TheEngine<'_>, session: Session) -> Answer<Session> {
    engine.keep_session(session).await
}

#[tauri::command]
pub async fn delete_session(engine: TheEngine<'_>, id: i64) -> Answer<Session> {
    engine.delete_session(id).await
}

#[tauri::command]
pub async fn messages(engine: TheEngine<'_>) -> Answer<Vec<Message>> {
    engine.messages().await
}

#[tauri::command]
pub async fn send_message(engine: TheEngine<'_>, text: String) -> Answer<Message> {
    engine.send_message(text).await
}

#[tauri::command]
pub async fn edit_message(engine: TheEngine<'_>, id: i64, text: String) -> Answer {
    engine.edit_message(id, text).await
}

#[tauri::command]
pub async fn delete_message(engine: TheEngine<'_>, id: i64) -> Answer {
    engine.delete_message(id).await
}

#[tauri::command]
pub async fn nearby(engine: TheEngine<'_>) -> Answer<Nearby> {
    engine.nearby().await
}

#[tauri::command]
pub async fn connect_device(engine: TheEngine<'_>, id: String) -> Answer {
    engine.connect_device(id).await
}

#[tauri::command]
pub async fn device(engine: TheEngine<'_>) -> Answer<Device> {
    engine.device().await
}

#[tauri::command]
pub async fn set_brightness(engine: TheEngine<'_>, percent: u8) -> Answer {
    engine.set_brightness(percent).await
}

#[tauri::command]
pub async fn find_bracelet(engine: TheEngine<'_>, on: bool) -> Answer {
    engine.find_bracelet(on).await
}

#[tauri::command]
pub async fn rename_bracelet(engine: TheEngine<'_>, name: String) -> Answer {
    engine.rename_bracelet(name).await
}

#[tauri::command]
pub async fn forget_bracelet(engine: TheEngine<'_>) -> Answer {
    engine.forget_bracelet().await
}

#[tauri::command]
pub async fn data(engine: TheEngine<'_>) -> Answer<Data> {
    engine.data().await
}

#[tauri::command]
pub async fn system(engine: TheEngine<'_>) -> Answer<System> {
    Ok(engine.system().await)
}

#[tauri::command]
pub async fn self_test(engine: TheEngine<'_>) -> Answer<SelfTest> {
    engine.self_test().await
}

#[tauri::command]
pub async fn back_up(engine: TheEngine<'_>, path: PathBuf, passphrase: String) -> Answer<u64> {
    engine.back_up(path, passphrase).await
}

#[tauri::command]
pub async fn bring_back(engine: TheEngine<'_>, path: PathBuf, passphrase: String) -> Answer<String> {
    engine.bring_back(path, passphrase).await
}

#[tauri::command]
pub async fn would_forget(engine: TheEngine<'_>, months: u16) -> Answer<u64> {
    engine.would_forget(months).await
}

#[tauri::command]
pub async fn keep_months(engine: TheEngine<'_>, months: Option<u16>) -> Answer<u64> {
    engine.keep_months(months).await
}

#[tauri::command]
pub async fn change_protection(
    engine: TheEngine<'_>,
    choice: Protection,
    present: Option<String>,
    passphrase: Option<String>,
) -> Answer {
    engine.change_protection(choice, present, passphrase).await
}

#[tauri::command]
pub async fn export_to(
    engine: TheEngine<'_>,
    path: PathBuf,
    format: ExportFormat,
    metric: Option<Metric>,
    from: UnixMillis,
    to: UnixMillis,
) -> Answer<u64> {
    engine.export_to(path, format, metric, from, to).await
}

#[tauri::command]
pub fn test_notification(engine: TheEngine<'_>) {
    engine.test_notification();
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
    let present = [Event::Start(engine.start_told()), Event::Home(Box::new(engine.home()))];
    present.into_iter().chain(engine.trouble().map(Event::Trouble)).collect()
}
