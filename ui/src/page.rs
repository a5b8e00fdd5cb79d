//! The page that the window shows: its clock, its languages, whether anybody sees it. The only place that asks `window`.

use bridge::Theme;
use leptos::prelude::window;
use vitals::UnixMillis;
use wasm_bindgen::{JsCast, JsValue};

use crate::route::Route;

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

/// A time where the person is, as the language writes it: of day, with the date unless it is today's, and with the year
/// unless it is this one.
pub fn clock(at: UnixMillis, lang: &str) -> String {
    let time = time(at, lang);
    if is_today(at) { time } else { format!("{}, {time}", day_of(at, lang, "short")) }
}

/// Whether it is of the present day where the person is.
pub fn is_today(at: UnixMillis) -> bool {
    date(at).to_date_string() == js_sys::Date::new_0().to_date_string()
}

fn day_of(at: UnixMillis, lang: &str, month: &str) -> String {
    let date = date(at);
    let this_year = date.get_full_year() == js_sys::Date::new_0().get_full_year();
    let options = js_sys::Object::new();
    let parts = [("day", "numeric"), ("month", month), ("year", "numeric")];
    for (name, value) in parts.iter().take(if this_year { 2 } else { 3 }) {
        // Setting a field of a fresh object cannot fail.
        let _ = js_sys::Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    date.to_locale_date_string(&variety(lang), &options).into()
}

/// Where the address says that the person is.
pub fn route() -> Route {
    Route::parse(&window().location().hash().unwrap_or_default())
}

/// Goes there, as a link would.
pub fn go(to: Route) {
    // A hash of our own making is never refused.
    let _ = window().location().set_hash(&to.hash());
}

/// Names the page for the window's title bar, the history and screen readers.
pub fn set_title(name: &str) {
    if let Some(document) = window().document() {
        document.set_title(&format!("{name} · Bracelet Connecté"));
    }
}

/// The page's top, as after following a link: seen, and read from there.
pub fn to_top() {
    window().scroll_to_with_x_and_y(0.0, 0.0);
    let main = window().document().and_then(|document| document.query_selector("main").ok().flatten());
    if let Some(main) = main.and_then(|main| main.dyn_into::<web_sys::HtmlElement>().ok()) {
        // What cannot take the focus leaves it where it is.
        let _ = main.focus();
    }
}

/// Scrolls a row of choices, and nothing around it, so that the chosen one stands in its middle.
pub fn centre_chosen(row: &web_sys::Element) {
    let Ok(Some(chosen)) = row.query_selector("label:has(:checked)") else { return };
    let (within, chosen) = (row.get_bounding_client_rect(), chosen.get_bounding_client_rect());
    let aside = chosen.x() + chosen.width() / 2.0 - within.x() - within.width() / 2.0;
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a page")]
    row.set_scroll_left(row.scroll_left() + aside as i32);
}

/// The person's own variety of a language: "en" alone is American to every browser.
fn variety(lang: &str) -> String {
    languages().into_iter().find(|tag| tag.starts_with(lang)).unwrap_or_else(|| lang.to_owned())
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit")]
fn date(at: UnixMillis) -> js_sys::Date {
    js_sys::Date::new(&JsValue::from_f64(at.0 as f64))
}

/// The day where the person is, as the language writes it: "Thursday, 3 May", with the year unless it is this one.
pub fn day(at: UnixMillis, lang: &str) -> String {
    day_of(at, lang, "long")
}

/// A time as a form's field of date and time takes it, where the person is.
pub fn field_of(at: UnixMillis) -> String {
    let date = date(at);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}",
        date.get_full_year(),
        date.get_month() + 1,
        date.get_date(),
        date.get_hours(),
        date.get_minutes()
    )
}

/// The time that a form's field tells; none while it is not whole.
#[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are whole and fit")]
pub fn of_field(text: &str) -> Option<UnixMillis> {
    let ms = js_sys::Date::parse(text);
    (!text.is_empty() && ms.is_finite()).then_some(UnixMillis(ms as i64))
}

/// The calendar's year where the person is.
pub fn this_year() -> i32 {
    i32::try_from(js_sys::Date::new_0().get_full_year()).unwrap_or(i32::MAX)
}

/// The size of all text, in percent of the usual one.
pub fn set_text_size(percent: u16) {
    if let Some(root) = window().document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute("style", &format!("font-size:{percent}%"));
    }
}

/// A time of day where the person is, as the language writes it.
pub fn time(at: UnixMillis, lang: &str) -> String {
    let options = js_sys::Object::new();
    // Setting a field of a fresh object cannot fail.
    let _ = js_sys::Reflect::set(&options, &"timeStyle".into(), &"short".into());
    date(at).to_locale_string(&variety(lang), &options).into()
}

/// Today's minute of that number since midnight, where the person is.
#[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are whole and fit")]
pub fn at_minute(minute: u16) -> UnixMillis {
    let date = js_sys::Date::new_0();
    date.set_hours(u32::from(minute / 60));
    date.set_minutes(u32::from(minute % 60));
    UnixMillis(date.get_time() as i64)
}

/// Whether a language has its singular for that count: French has it for none too. The window's own tables know it (CLDR's
/// plural rules); ours would be a tenth of the wasm.
pub fn is_one(lang: &str, count: f64) -> bool {
    let locale = js_sys::Array::of1(&lang.into());
    let rules = js_sys::Intl::PluralRules::new(&locale, &js_sys::Object::new());
    rules.select(count) == "one"
}
