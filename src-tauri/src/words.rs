//! What the app says outside its window: the window's own texts, so that each stands once.

use bridge::Start;
use companion::Engine;
use serde_json::Value;

/// The languages, English first: it stands in for all others.
const LANGUAGES: &[(&str, &str)] =
    &[("en", include_str!("../../ui/locales/en.json")), ("fr", include_str!("../../ui/locales/fr.json"))];

/// The texts of a language.
#[derive(Clone, Debug, PartialEq)]
pub struct Words(Value);

impl Words {
    /// Those that the person chose, or else the system's.
    pub fn of(engine: &Engine) -> Self {
        let chosen = match engine.start_state() {
            Start::Ready { preferences, .. } => preferences.language,
            _ => None,
        };
        Self::in_language(&chosen.or_else(sys_locale::get_locale).unwrap_or_default())
    }

    /// Those of a language tag such as `fr-CA`.
    pub fn in_language(tag: &str) -> Self {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        let texts = LANGUAGES.iter().find(|(name, _)| *name == language).or(LANGUAGES.first());
        Self(texts.and_then(|(_, texts)| serde_json::from_str(texts).ok()).unwrap_or_default())
    }

    /// A text by its name, `tray.open`, say; the name itself if there is none.
    pub fn get<'a>(&'a self, name: &'a str) -> &'a str {
        let found = name.split('.').try_fold(&self.0, |texts, part| texts.get(part));
        found.and_then(Value::as_str).unwrap_or(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_persons_whatever_the_country_and_english_for_those_not_there() {
        assert_eq!(Words::in_language("fr-CA").get("nav.home"), "Accueil");
        assert_eq!(Words::in_language("fr_BE.UTF-8"), Words::in_language("fr"));
        assert_eq!(Words::in_language("de"), Words::in_language("en"));
        assert_eq!(Words::in_language("en").get("nav.home"), "Home");
    }
}
