//! The words of a notice, in the person's language. Values only if they may stand on a lock screen.

use bridge::{About, Notice, Origin, Temperature, seconds_left};
use vitals::{Activity, Alert, AlertRule, Level, UnixMillis};

/// A language of notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// English.
    En,
    /// French.
    Fr,
}

impl Lang {
    /// The language of that tag (`fr`, `en`); none or another: what the environment asks for, English unless it says French.
    #[must_use]
    pub fn of(tag: Option<&str>) -> Self {
        match tag {
            Some("fr") => Self::Fr,
            Some("en") => Self::En,
            _ => Self::of_environment(),
        }
    }

    fn of_environment() -> Self {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(|name| std::env::var(name).ok())
            .find(|value| !value.is_empty());
        if set.is_some_and(|value| value.starts_with("fr")) { Self::Fr } else { Self::En }
    }

    fn pick(self, en: &'static str, fr: &'static str) -> &'static str {
        match self {
            Self::En => en,
            Self::Fr => fr,
        }
    }

    /// A whole number, or one decimal for a temperature, with its unit.
    fn value(self, rule: AlertRule, hundredths: i32, unit: Temperature) -> String {
        let whole = (hundredths + 50).div_euclid(100);
        match (rule, self) {
            (AlertRule::SkinTemperatureHigh, _) => {
                let text = format!("{:.1} {}", unit.shown(f64::from(hundredths) / 100.0), unit.sign());
                if self == Self::Fr { text.replace('.', ",") } else { text }
            }
            (AlertRule::Spo2Low, Self::En) => format!("{whole}%"),
            (AlertRule::Spo2Low, Self::Fr) => format!("{whole}\u{202f}%"),
            _ => format!("{whole} bpm"),
        }
    }

    /// A length of time in whole minutes, hours beyond 90 of them.
    fn span(ms: i64) -> String {
        match (ms + 30_000) / 60_000 {
            minutes @ ..=90 => format!("{} min", minutes.max(1)),
            minutes => format!("{} h", (minutes + 30) / 60),
        }
    }
}

/// What a notice is of.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The key under which it is shown.
    pub key: &'a str,
    /// The alert.
    pub alert: &'a Alert,
    /// What the wearer did when it was raised.
    pub activity: Option<Activity>,
    /// Who raised it.
    pub origin: Origin,
    /// Of a fall or an SOS: until when it is a question.
    pub answer_by: Option<UnixMillis>,
}

/// The notice of an open alert. Only with a unit of temperatures may values stand in it.
#[must_use]
pub fn notice(
    lang: Lang,
    subject: &Subject<'_>,
    now: UnixMillis,
    values: Option<Temperature>,
    sound: bool,
) -> Notice {
    let Subject { key, alert, activity, origin, answer_by } = *subject;
    let left = answer_by.map_or(0, |answer_by| seconds_left(answer_by, now));
    let title = match alert.rule {
        AlertRule::HeartRateHigh => lang.pick("Heart rate high", "Fréquence cardiaque élevée"),
        AlertRule::HeartRateLow => lang.pick("Heart rate low", "Fréquence cardiaque basse"),
        AlertRule::Spo2Low => lang.pick("Oxygen low", "Oxygène bas"),
        AlertRule::SkinTemperatureHigh => {
            lang.pick("Skin warmer than usual", "Peau plus chaude que d'habitude")
        }
        AlertRule::Fall if left > 0 => lang.pick("Did you fall?", "Avez-vous fait une chute\u{a0}?"),
        AlertRule::Fall => lang.pick("A fall, and no answer", "Une chute, sans réponse"),
        AlertRule::Sos => match origin {
            Origin::Bracelet => lang.pick("SOS from the bracelet", "SOS du bracelet"),
            Origin::App => lang.pick("SOS", "SOS"),
            Origin::Test => lang.pick("TEST: SOS", "ESSAI\u{a0}: SOS"),
        },
    };
    let (value, span) =
        (lang.value(alert.rule, alert.peak, values.unwrap_or_default()), Lang::span(now.since(alert.since)));
    let at_rest = activity == Some(Activity::Still);
    let measured = match (alert.rule, lang) {
        (AlertRule::HeartRateHigh, Lang::En) if at_rest => format!("Up to {value} at rest for {span}."),
        (AlertRule::HeartRateHigh, Lang::Fr) if at_rest => format!("Jusqu'à {value} au repos depuis {span}."),
        (AlertRule::HeartRateHigh, Lang::En) => format!("Up to {value} for {span}."),
        (AlertRule::HeartRateHigh, Lang::Fr) => format!("Jusqu'à {value} depuis {span}."),
        (AlertRule::HeartRateLow, Lang::En) => format!("Down to {value} for {span}."),
        (AlertRule::HeartRateLow, Lang::Fr) => format!("Jusqu'à {value} depuis {span}."),
        (AlertRule::Spo2Low, Lang::En) => format!("Down to {value}."),
        (AlertRule::Spo2Low, Lang::Fr) => format!("Jusqu'à {value}."),
        (AlertRule::SkinTemperatureHigh, Lang::En) => format!("{value} for {span}."),
        (AlertRule::SkinTemperatureHigh, Lang::Fr) => format!("{value} depuis {span}."),
        (AlertRule::Fall, Lang::En) if left > 0 => format!("Alerting in {left} s."),
        (AlertRule::Fall, Lang::Fr) if left > 0 => format!("Alerte dans {left} s."),
        (AlertRule::Fall | AlertRule::Sos, _) => String::new(),
    };
    let advice = match alert.rule {
        AlertRule::Spo2Low => {
            lang.pick("Keep still; measuring again.", "Restez immobile\u{a0}; nous mesurons encore.")
        }
        AlertRule::SkinTemperatureHigh => {
            lang.pick("Check with a thermometer.", "Vérifiez avec un thermomètre.")
        }
        AlertRule::Fall if left > 0 => {
            lang.pick("Open the app and answer.", "Ouvrez l'application et répondez.")
        }
        AlertRule::Sos if origin == Origin::Test => {
            lang.pick("Nobody needs help.", "Personne n'a besoin d'aide.")
        }
        AlertRule::Fall | AlertRule::Sos => lang.pick(
            "Open the app. Call for help if it is needed.",
            "Ouvrez l'application. Appelez les secours si nécessaire.",
        ),
        _ => lang.pick("Open the app to see more.", "Ouvrez l'application pour en savoir plus."),
    };
    // The name of what is wrong is a value of its own on a lock screen: there it only says that something is.
    let tells = values.is_some() || matches!(alert.rule, AlertRule::Fall | AlertRule::Sos);
    let (title, body) = if tells {
        (title.to_owned(), [measured.as_str(), advice].join(" ").trim().to_owned())
    } else {
        let title = match alert.level {
            Level::Alert => lang.pick("Health alert", "Alerte de santé"),
            Level::Attention => lang.pick("Something to look at", "Un point à regarder"),
        };
        (
            title.to_owned(),
            lang.pick("Open the app to see it.", "Ouvrez l'application pour le voir.").to_owned(),
        )
    };
    Notice {
        key: key.to_owned(),
        about: About::Alert { rule: alert.rule, level: alert.level },
        title,
        body,
        sound,
        opens: matches!(alert.rule, AlertRule::Fall | AlertRule::Sos),
    }
}

/// A notice that is about no alert.
#[must_use]
pub fn plain(lang: Lang, about: About) -> Notice {
    let (key, title, body) = match about {
        About::MonitoringLost | About::Alert { .. } => (
            "monitoring",
            lang.pick("Monitoring interrupted", "Surveillance interrompue"),
            lang.pick(
                "The bracelet has been out of reach for 15 minutes. What it measures is kept in it.",
                "Le bracelet est hors de portée depuis 15 minutes. Ses mesures y sont conservées.",
            ),
        ),
        About::MessageDropped => (
            "message",
            lang.pick("Message not shown", "Message non affiché"),
            lang.pick(
                "The bracelet was away for a day; the message was dropped.",
                "Le bracelet était absent depuis un jour\u{a0}; le message a été abandonné.",
            ),
        ),
        About::HelpWanted => (
            "help",
            lang.pick("The wearer answers: Help", "Le porteur répond\u{a0}: À l'aide"),
            lang.pick("Open the app.", "Ouvrez l'application."),
        ),
        About::Test => (
            "test",
            lang.pick("Test", "Essai"),
            lang.pick("This is how an alert sounds.", "Voilà comment sonne une alerte."),
        ),
    };
    let sound = matches!(about, About::HelpWanted | About::Test);
    Notice { key: key.to_owned(), about, title: title.to_owned(), body: body.to_owned(), sound, opens: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert(rule: AlertRule, peak: i32) -> Alert {
        Alert {
            rule,
            level: Level::Alert,
            since: UnixMillis(0),
            raised: UnixMillis(120_000),
            peak,
            limit: 0,
            closed: None,
        }
    }

    fn told(lang: Lang, alert: &Alert, answer_by: Option<UnixMillis>, values: Option<Temperature>) -> Notice {
        let activity = Some(Activity::Still);
        let subject = Subject { key: "x", alert, activity, origin: Origin::Bracelet, answer_by };
        notice(lang, &subject, UnixMillis(180_000), values, true)
    }

    #[test]
    fn a_lock_screen_tells_no_value_and_not_what_is_wrong_unless_it_may() {
        for rule in AlertRule::ALL {
            for lang in [Lang::En, Lang::Fr] {
                let told = told(lang, &alert(rule, 13_000), None, None);
                let text = format!("{} {}", told.title, told.body);
                assert!(!text.contains(|c: char| c.is_ascii_digit()), "{text}");
                assert!(!text.contains("ardi") && !text.contains("xyg") && !text.contains("kin"), "{text}");
            }
        }
    }

    #[test]
    fn values_are_told_in_the_persons_language_and_unit() {
        let body_in = |unit, lang, rule, peak| told(lang, &alert(rule, peak), None, Some(unit)).body;
        let body = |lang, rule, peak| body_in(Temperature::Celsius, lang, rule, peak);
        let warm = body_in(Temperature::Fahrenheit, Lang::En, AlertRule::SkinTemperatureHigh, 3_861);
        assert!(warm.starts_with("101.5 °F for 3 min."), "{warm}");
        assert!(
            body(Lang::En, AlertRule::HeartRateHigh, 13_000).starts_with("Up to 130 bpm at rest for 3 min.")
        );
        assert!(body(Lang::Fr, AlertRule::SkinTemperatureHigh, 3_861).starts_with("38,6 °C depuis 3 min."));
        assert!(body(Lang::Fr, AlertRule::Spo2Low, 8_900).starts_with("Jusqu'à 89\u{202f}%."));
    }

    #[test]
    fn a_fall_is_a_question_with_its_seconds_and_then_is_none_any_more() {
        let at = |answer_by| told(Lang::En, &alert(AlertRule::Fall, 0), Some(UnixMillis(answer_by)), None);
        let (asked, over) = (at(192_000), at(180_000));
        assert_eq!((asked.title.as_str(), over.title.as_str()), ("Did you fall?", "A fall, and no answer"));
        assert!(asked.body.starts_with("Alerting in 12 s."), "{}", asked.body);
        assert!(asked.opens && over.opens);
    }
}
