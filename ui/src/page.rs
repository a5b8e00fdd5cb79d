//! The page that the window shows: its clock, its languages, whether anybody sees it. The only place that asks `window`.

use bridge::Theme;
use leptos::prelude::window;
use vitals::UnixMillis;
use wasm_bindgen::JsValue;

/// The computer's clock, in milliseconds.
#[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are whole and fit")]
pub fn now() -> i64 {
    js_sys::Date::now() as i64
}

/// Whether nobody can see the page.
pub fn hidden() -> bool {
    window().document().is_some_and(|document| document.hidden())
}

/// Whether the person asked the system for less motion.
pub fn less_motion() -> bool {
    window()
        .match_media("(prefers-reduced-motion: reduce)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}

/// The system's languages, the most wanted first.
pub fn languages() -> Vec<String> {
    window().navigator().languages().iter().filter_map(|tag| tag.as_string()).collect()
}

/// Tells the style sheet the theme, and readers the language.
pub fn set_root(theme: Theme, lang: &str) {
    let Some(root) = window().document().and_then(|document| document.document_element()) else { return };
    let name = match theme {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    // A document that takes no attributes shows nothing either.
    let _ = root.set_attribute("data-theme", name);
    let _ = root.set_attribute("lang", lang);
}

/// A time where the person is, as the language writes it: of day, and with the date unless it is today's.
pub fn clock(at: UnixMillis, lang: &str) -> String {
    // "en" alone is American to every browser: the person's own variety is asked first.
    let wanted = languages().into_iter().find(|tag| tag.starts_with(lang)).unwrap_or_else(|| lang.to_owned());
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit")]
    let date = js_sys::Date::new(&JsValue::from_f64(at.0 as f64));
    let today = date.to_date_string() == js_sys::Date::new_0().to_date_string();
    let options = js_sys::Object::new();
    let styles = [("timeStyle", "short"), ("dateStyle", "medium")];
    for (name, value) in styles.iter().take(if today { 1 } else { 2 }) {
        // Setting a field of a fresh object cannot fail.
        let _ = js_sys::Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    date.to_locale_string(&wanted, &options).into()
}
