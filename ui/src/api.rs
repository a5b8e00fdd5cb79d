//! The engine as the window reaches it: Tauri's commands, and one channel of events.

use bridge::{Code, Error, Event, Preferences, Protection, Series, SeriesQuery};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["window", "__TAURI__", "core"], catch)]
    async fn invoke(command: &str, arguments: JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["window", "__TAURI__", "core"])]
    type Channel;
    #[wasm_bindgen(constructor, js_namespace = ["window", "__TAURI__", "core"], catch)]
    fn new() -> Result<Channel, JsValue>;
    #[wasm_bindgen(method, setter)]
    fn set_onmessage(this: &Channel, handler: &Closure<dyn FnMut(JsValue)>);
}

/// What the person can ask of the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Open the database with this passphrase.
    Unlock(String),
    /// Protect a new database so.
    Protect(Protection, Option<String>),
    /// Try again what failed at the start.
    Retry,
    /// Begin with an empty database after a damaged one was kept aside.
    StartAfresh,
    /// Connect the built-in bracelet.
    ConnectDemo,
    /// Let go of the bracelet, or of the attempt.
    Disconnect,
    /// Delete the demo and its readings.
    RemoveDemo,
    /// Keep the person's choices.
    SetPreferences(Preferences),
}

impl Command {
    fn name(&self) -> &'static str {
        match self {
            Self::Unlock(_) => "unlock",
            Self::Protect(..) => "protect",
            Self::Retry => "retry",
            Self::StartAfresh => "start_afresh",
            Self::ConnectDemo => "connect_demo",
            Self::Disconnect => "disconnect",
            Self::RemoveDemo => "remove_demo",
            Self::SetPreferences(_) => "set_preferences",
        }
    }

    fn arguments(&self) -> Result<JsValue, Error> {
        match self {
            Self::Unlock(passphrase) => object(&[("passphrase", to_js(passphrase)?)]),
            Self::Protect(choice, passphrase) => {
                object(&[("choice", to_js(choice)?), ("passphrase", to_js(passphrase)?)])
            }
            Self::SetPreferences(preferences) => object(&[("preferences", to_js(preferences)?)]),
            Self::Retry | Self::StartAfresh | Self::ConnectDemo | Self::Disconnect | Self::RemoveDemo => {
                object(&[])
            }
        }
    }
}

/// Whether the page stands in the app's window, where the engine is.
#[cfg(feature = "gallery")]
pub fn in_app() -> bool {
    js_sys::Reflect::get(&js_sys::global(), &"__TAURI__".into()).is_ok_and(|tauri| !tauri.is_undefined())
}

/// Hears the engine from now on, beginning with where it stands.
///
/// # Errors
///
/// The engine does not answer.
pub async fn subscribe(mut handler: impl FnMut(Event) + 'static) -> Result<(), Error> {
    let closure = Closure::<dyn FnMut(JsValue)>::new(move |message| match from_js(&message) {
        Ok(event) => handler(event),
        Err(error) => leptos::logging::error!("an event that this window does not know: {}", error.detail),
    });
    let channel = Channel::new().map_err(internal)?;
    channel.set_onmessage(&closure);
    // The window hears the engine as long as it lives.
    closure.forget();
    invoke("subscribe", object(&[("channel", channel.into())])?).await.map_err(refused)?;
    Ok(())
}

/// Asks the engine for something.
///
/// # Errors
///
/// What the engine says.
pub async fn ask(command: Command) -> Result<(), Error> {
    #[cfg(feature = "gallery")]
    if !in_app() {
        return crate::gallery::answer(&command);
    }
    invoke(command.name(), command.arguments()?).await.map_err(refused)?;
    Ok(())
}

/// Asks the engine for a metric over time.
///
/// # Errors
///
/// What the engine says.
pub async fn series(query: SeriesQuery) -> Result<Series, Error> {
    #[cfg(feature = "gallery")]
    if !in_app() {
        return Ok(crate::gallery::series(query));
    }
    let answer = invoke("series", object(&[("query", to_js(&query)?)])?).await.map_err(refused)?;
    from_js(&answer)
}

fn object(fields: &[(&str, JsValue)]) -> Result<JsValue, Error> {
    let object = js_sys::Object::new();
    for (name, value) in fields {
        js_sys::Reflect::set(&object, &(*name).into(), value).map_err(internal)?;
    }
    Ok(object.into())
}

fn to_js(value: &impl Serialize) -> Result<JsValue, Error> {
    let text = serde_json::to_string(value).map_err(|error| detail(error.to_string()))?;
    js_sys::JSON::parse(&text).map_err(internal)
}

fn from_js<T: DeserializeOwned>(value: &JsValue) -> Result<T, Error> {
    let text = js_sys::JSON::stringify(value).map_err(internal)?;
    serde_json::from_str(&String::from(text)).map_err(|error| detail(error.to_string()))
}

/// A refusal: the engine's own error, or else a fault.
fn refused(value: JsValue) -> Error {
    from_js(&value).unwrap_or_else(|_: Error| internal(value))
}

fn internal(value: JsValue) -> Error {
    detail(format!("{value:?}"))
}

fn detail(detail: String) -> Error {
    Error { code: Code::Internal, detail }
}
