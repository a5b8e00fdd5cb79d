//! The engine as the window reaches it: Tauri's commands, and one channel of events.

use bridge::{Chart, ChartQuery, Code, Error, Event};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use crate::reading;

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

/// What the engine is asked: a command by its name, its arguments as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    name: &'static str,
    arguments: Vec<(&'static str, String)>,
}

impl Command {
    /// A command without arguments.
    pub const fn new(name: &'static str) -> Self {
        Self { name, arguments: Vec::new() }
    }

    /// With one argument more.
    pub fn with(mut self, name: &'static str, value: &impl Serialize) -> Self {
        // What the engine's own types cannot write, the engine refuses as null.
        self.arguments.push((name, serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())));
        self
    }

    /// Its name.
    #[cfg(feature = "gallery")]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// An argument's JSON.
    #[cfg(feature = "gallery")]
    pub fn argument(&self, name: &str) -> Option<&str> {
        self.arguments.iter().find(|argument| argument.0 == name).map(|argument| argument.1.as_str())
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
    let closure = Closure::<dyn FnMut(JsValue)>::new(move |message| match from_js::<Event>(message) {
        Ok(event) => handler(event),
        Err(error) => leptos::logging::error!("an event that this window does not know: {}", error.detail),
    });
    let channel = Channel::new().map_err(internal)?;
    channel.set_onmessage(&closure);
    // The window hears the engine as long as it lives.
    closure.forget();
    let arguments = js_sys::Object::new();
    js_sys::Reflect::set(&arguments, &"channel".into(), &channel.into()).map_err(internal)?;
    invoke("subscribe", arguments.into()).await.map_err(refused)?;
    Ok(())
}

/// Asks the engine for something and for what it answers.
///
/// # Errors
///
/// What the engine says.
pub async fn ask<T: DeserializeOwned>(command: Command) -> Result<T, Error> {
    parse(&answer(command).await?)
}

/// Reads an answer.
///
/// # Errors
///
/// It is not what was asked for.
pub fn parse<T: DeserializeOwned>(answer: &str) -> Result<T, Error> {
    from_js(js_sys::JSON::parse(answer).map_err(internal)?)
}

/// The engine's answer as JSON: of one type for all commands.
///
/// # Errors
///
/// What the engine says.
pub async fn answer(command: Command) -> Result<String, Error> {
    #[cfg(feature = "gallery")]
    if !in_app() {
        return crate::gallery::answer(&command).await;
    }
    let arguments = js_sys::Object::new();
    for (name, json) in &command.arguments {
        let value = js_sys::JSON::parse(json).map_err(internal)?;
        js_sys::Reflect::set(&arguments, &(*name).into(), &value).map_err(internal)?;
    }
    let answer = invoke(command.name, arguments.into()).await.map_err(refused)?;
    // A command that answers nothing answers `undefined`, which JSON does not know.
    Ok(js_sys::JSON::stringify(&answer)
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_else(|| "null".to_owned()))
}

/// A chart.
///
/// # Errors
///
/// What the engine says.
pub async fn chart(query: &ChartQuery) -> Result<Chart, Error> {
    ask(Command::new("chart").with("query", query)).await
}

/// Has the engine write a chart's bins as CSV, and tells where.
///
/// # Errors
///
/// What the engine says.
pub async fn save_chart(query: &ChartQuery) -> Result<String, Error> {
    ask(Command::new("save_chart").with("query", query)).await
}

fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, Error> {
    reading::read(value).map_err(|odd| detail(odd.0))
}

/// A refusal: the engine's own error, or else a fault.
fn refused(value: JsValue) -> Error {
    from_js(value.clone()).unwrap_or_else(|_: Error| internal(value))
}

fn internal(value: JsValue) -> Error {
    detail(format!("{value:?}"))
}

fn detail(detail: String) -> Error {
    Error { code: Code::Internal, detail }
}
