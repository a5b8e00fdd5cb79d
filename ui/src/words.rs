//! What the window says, in the person's language. The words stand in `locales/*.json`: another language is another file.

use bridge::{Code, Heart, Protection, Why};
use leptos::prelude::expect_context;
use leptos_i18n::td_string;
use vitals::{Metric, Status};

use crate::measure::{Age, Signs, Span, number};

#[expect(
    dead_code,
    unused_imports,
    unused_qualifications,
    clippy::expect_used,
    reason = "generated from the locale files by leptos_i18n"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/i18n.rs"));
}

use generated::i18n;
pub use i18n::Locale;

/// The language in which this part of the page was built. A change of language builds the page anew.
pub fn lang() -> Locale {
    expect_context::<Locale>()
}

/// The first of the wanted languages that there is a file for: `fr-CA` is content with `fr`.
pub fn best(wanted: impl IntoIterator<Item = String>) -> Locale {
    wanted
        .into_iter()
        .find_map(|tag| match tag.split(['-', '_']).next() {
            Some("fr") => Some(Locale::fr),
            Some("en") => Some(Locale::en),
            _ => None,
        })
        .unwrap_or(Locale::en)
}

/// A number as the language writes it.
pub fn num(lang: Locale, value: f64, decimals: usize) -> String {
    let decimal = td_string!(lang, number.decimal);
    let group = td_string!(lang, number.group);
    number(value, decimals, Signs { decimal, group })
}

/// A count.
#[expect(clippy::cast_precision_loss, reason = "counts of readings and steps")]
pub fn count(lang: Locale, value: u64) -> String {
    num(lang, value as f64, 0)
}

/// A span of time.
pub fn span(lang: Locale, span: Span) -> String {
    match span {
        Span::Seconds(n) => td_string!(lang, time.seconds, n = n).to_string(),
        Span::Minutes(n) => td_string!(lang, time.minutes, n = n).to_string(),
        Span::Hours(n) => td_string!(lang, time.hours, n = n).to_string(),
        Span::HoursMinutes(h, m) => td_string!(lang, time.hours_minutes, h = h, m = m).to_string(),
        Span::Days(n) => td_string!(lang, time.days, count = n).to_string(),
    }
}

/// An age.
pub fn age(lang: Locale, age: Age) -> String {
    match age {
        Age::Now => td_string!(lang, time.now).to_string(),
        Age::Ago(ago) => td_string!(lang, time.ago, span = span(lang, ago)).to_string(),
    }
}

/// A metric's value: the number, and the unit to set beside it in small (empty where the number says it all).
pub fn value(lang: Locale, metric: Metric, value: f64) -> (String, String) {
    match metric {
        Metric::Spo2 | Metric::Battery => (num(lang, value, 0), td_string!(lang, unit.percent).to_string()),
        Metric::SkinTemperature | Metric::AmbientTemperature => {
            (num(lang, value, 1), td_string!(lang, unit.celsius).to_string())
        }
        Metric::HeartRate => (num(lang, value, 0), td_string!(lang, unit.bpm).to_string()),
        #[expect(clippy::cast_possible_truncation, reason = "hours of one night")]
        Metric::Sleep => (span(lang, Span::of_ms((value * 3_600_000.0) as i64)), String::new()),
        Metric::Steps | Metric::Activity => (num(lang, value, 0), String::new()),
    }
}

/// A metric's value with its unit, in one line of text.
pub fn value_text(lang: Locale, metric: Metric, amount: f64) -> String {
    let (n, unit) = value(lang, metric, amount);
    match metric {
        Metric::Spo2 | Metric::Battery => td_string!(lang, unit.percent_value, n = n).to_string(),
        Metric::SkinTemperature | Metric::AmbientTemperature => {
            td_string!(lang, unit.celsius_value, n = n).to_string()
        }
        _ if unit.is_empty() => n,
        _ => format!("{n}\u{a0}{unit}"),
    }
}

/// The word of a status.
pub fn status(lang: Locale, status: Status) -> String {
    match status {
        Status::Unknown => td_string!(lang, status.unknown).to_string(),
        Status::Active => td_string!(lang, status.active).to_string(),
        Status::Ok => td_string!(lang, status.ok).to_string(),
        Status::Attention => td_string!(lang, status.attention).to_string(),
        Status::Alert => td_string!(lang, status.alert).to_string(),
    }
}

/// The word of a status where there is little room.
pub fn status_short(lang: Locale, status: Status) -> String {
    match status {
        Status::Ok => td_string!(lang, status.ok_short).to_string(),
        other => self::status(lang, other),
    }
}

/// How good a signal is, of four bars.
pub fn signal(lang: Locale, bars: usize) -> String {
    match bars {
        0 => td_string!(lang, signal.none).to_string(),
        1 => td_string!(lang, signal.weak).to_string(),
        2 => td_string!(lang, signal.fair).to_string(),
        3 => td_string!(lang, signal.good).to_string(),
        _ => td_string!(lang, signal.strong).to_string(),
    }
}

/// A metric's name.
pub fn metric(lang: Locale, metric: Metric) -> String {
    match metric {
        Metric::HeartRate | Metric::Activity => td_string!(lang, metric.heart_rate).to_string(),
        Metric::Spo2 => td_string!(lang, metric.spo2).to_string(),
        Metric::SkinTemperature | Metric::AmbientTemperature => {
            td_string!(lang, metric.skin_temperature).to_string()
        }
        Metric::Steps => td_string!(lang, metric.steps).to_string(),
        Metric::Sleep => td_string!(lang, metric.sleep).to_string(),
        Metric::Battery => td_string!(lang, metric.battery).to_string(),
    }
}

/// The one-line reason beneath the heart; empty where there is nothing to say. `age`: the age of the rate, in words.
pub fn why(lang: Locale, heart: &Heart, age: &str) -> String {
    let bpm = heart.bpm.map_or(0, |bpm| bpm.0);
    let ms = |ms: i64| span(lang, Span::of_ms(ms));
    match &heart.why {
        Why::Nothing => td_string!(lang, why.waiting).to_string(),
        Why::InRange => td_string!(lang, why.in_range).to_string(),
        Why::Above { limit, for_ms } => {
            td_string!(lang, why.above, bpm = bpm, limit = limit.0, span = ms(*for_ms)).to_string()
        }
        Why::Below { limit, for_ms } => {
            td_string!(lang, why.below, bpm = bpm, limit = limit.0, span = ms(*for_ms)).to_string()
        }
        Why::Active => td_string!(lang, why.active).to_string(),
        Why::WeakSignal => td_string!(lang, why.weak_signal).to_string(),
        Why::NotWorn => td_string!(lang, why.not_worn).to_string(),
        Why::Stale if heart.bpm.is_some() => age.to_owned(),
        Why::Stale => td_string!(lang, why.waiting).to_string(),
    }
}

/// How the database is protected.
pub fn protection(lang: Locale, protection: Protection) -> String {
    match protection {
        Protection::Keyring => td_string!(lang, settings.protection_keyring).to_string(),
        Protection::Passphrase => td_string!(lang, settings.protection_passphrase).to_string(),
        Protection::None => td_string!(lang, settings.protection_none).to_string(),
        Protection::Ephemeral => td_string!(lang, settings.protection_ephemeral).to_string(),
    }
}

/// What happened and what is safe, in one line.
pub fn trouble(lang: Locale, code: Code) -> String {
    match code {
        Code::BraceletSilent => td_string!(lang, error.bracelet_silent).to_string(),
        Code::ProtocolVersion => td_string!(lang, error.protocol_version).to_string(),
        Code::NotNow => td_string!(lang, error.not_now).to_string(),
        Code::Invalid => td_string!(lang, error.invalid).to_string(),
        Code::WrongPassphrase => td_string!(lang, start.wrong).to_string(),
        Code::DiskFull => td_string!(lang, error.disk_full).to_string(),
        Code::FolderNotWritable => td_string!(lang, error.folder).to_string(),
        Code::KeyringMissing | Code::KeyringLocked => td_string!(lang, error.keyring).to_string(),
        Code::KeyMissing => td_string!(lang, error.key_missing).to_string(),
        Code::ClockWrong => td_string!(lang, error.clock).to_string(),
        Code::DatabaseNewer => td_string!(lang, error.newer).to_string(),
        Code::DatabaseDamaged => td_string!(lang, error.damaged).to_string(),
        Code::AlreadyRunning => td_string!(lang, error.running).to_string(),
        Code::Internal => td_string!(lang, error.internal).to_string(),
    }
}
