//! What the window says, in the person's language. The words stand in `locales/*.json`: another language is another file.

use std::sync::atomic::{AtomicBool, Ordering};

use bridge::{Code, DEMO_NAME, Heart, Origin, Protection, Sent, Temperature, Why};
use leptos::prelude::expect_context;
use leptos_i18n::Locale as _;
use vitals::{Activity, AlertRule, FieldError, Judged, Metric, Status};

use crate::measure::{Age, Signs, Span, number};
use crate::page;

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

/// A text of the locale files in that language.
macro_rules! t {
    ($lang:expr, $($rest:tt)*) => {
        $crate::words::own(leptos_i18n::td_string!($lang, $($rest)*))
    };
}
pub(crate) use t;

/// A text that counts: its `one` or its `other`, as the language has it for that count.
macro_rules! plural {
    ($lang:expr, $count:expr, $group:ident . $key:ident) => {
        match $crate::words::is_one($lang, $count as f64) {
            true => t!($lang, $group.$key.one, count = $count),
            false => t!($lang, $group.$key.other, count = $count),
        }
    };
}
pub(crate) use plural;

/// Whether the language has its singular for that count.
pub fn is_one(lang: Locale, count: f64) -> bool {
    page::is_one(lang.as_str(), count)
}

/// A text of one's own. Not inlined: it stands where every text of the page is.
#[inline(never)]
pub fn own(text: impl std::fmt::Display) -> String {
    text.to_string()
}

/// The language in which this part of the page was built. A change of language builds the page anew.
pub fn lang() -> Locale {
    expect_context::<Locale>()
}

/// Whether this page is built with °F.
static FAHRENHEIT: AtomicBool = AtomicBool::new(false);

/// The unit of temperatures with which this page is built. Another one builds the page anew, as another language does.
pub fn temperature() -> Temperature {
    if FAHRENHEIT.load(Ordering::Relaxed) { Temperature::Fahrenheit } else { Temperature::Celsius }
}

/// Temperatures are written in this unit from now on.
pub fn set_temperature(unit: Temperature) {
    FAHRENHEIT.store(unit == Temperature::Fahrenheit, Ordering::Relaxed);
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
    let decimal = t!(lang, number.decimal);
    let group = t!(lang, number.group);
    number(value, decimals, Signs { decimal: &decimal, group: &group })
}

/// A count.
#[expect(clippy::cast_precision_loss, reason = "counts of readings and steps")]
pub fn count(lang: Locale, value: u64) -> String {
    num(lang, value as f64, 0)
}

/// A share, 0 to 1, in percent.
pub fn percent(lang: Locale, share: f64) -> String {
    t!(lang, unit.percent_value, n = num(lang, share * 100.0, 0))
}

/// A span of time.
pub fn span(lang: Locale, span: Span) -> String {
    match span {
        Span::Seconds(n) => t!(lang, time.seconds, n = n),
        Span::Minutes(n) => t!(lang, time.minutes, n = n),
        Span::Hours(n) => t!(lang, time.hours, n = n),
        Span::HoursMinutes(h, m) => t!(lang, time.hours_minutes, h = h, m = m),
        Span::Days(n) => plural!(lang, n, time.days),
    }
}

/// An age.
pub fn age(lang: Locale, age: Age) -> String {
    match age {
        Age::Now => t!(lang, time.now),
        Age::Ago(ago) => t!(lang, time.ago, span = span(lang, ago)),
    }
}

/// A metric's value: the number, and the unit to set beside it in small (empty where the number says it all).
pub fn value(lang: Locale, metric: Metric, value: f64) -> (String, String) {
    match metric {
        Metric::Spo2 | Metric::Battery => (num(lang, value, 0), t!(lang, unit.percent)),
        Metric::SkinTemperature | Metric::AmbientTemperature => {
            let unit = temperature();
            (num(lang, unit.shown(value), 1), unit.sign().to_owned())
        }
        Metric::HeartRate => (num(lang, value, 0), t!(lang, unit.bpm)),
        #[expect(clippy::cast_possible_truncation, reason = "hours of one night")]
        Metric::Sleep => {
            let slept = match Span::of_ms((value * 3_600_000.0).round() as i64) {
                // Nobody counts the seconds of a night.
                Span::Seconds(_) => Span::Minutes(0),
                longer => longer,
            };
            (span(lang, slept), String::new())
        }
        Metric::Steps | Metric::Activity => (num(lang, value, 0), String::new()),
    }
}

/// A metric's value with its unit, in one line of text.
pub fn value_text(lang: Locale, metric: Metric, amount: f64) -> String {
    let (n, unit) = value(lang, metric, amount);
    match metric {
        Metric::Spo2 | Metric::Battery => t!(lang, unit.percent_value, n = n),
        _ if unit.is_empty() => n,
        _ => format!("{n}\u{a0}{unit}"),
    }
}

/// How far one temperature is from another.
pub fn degrees(lang: Locale, celsius: f64) -> String {
    let unit = temperature();
    format!("{}\u{a0}{}", num(lang, unit.difference(celsius), 1), unit.sign())
}

/// The word of a status.
pub fn status(lang: Locale, status: Status) -> String {
    match status {
        Status::Unknown => t!(lang, status.unknown),
        Status::Active => t!(lang, status.active),
        Status::Ok => t!(lang, status.ok),
        Status::Attention => t!(lang, status.attention),
        Status::Alert => t!(lang, status.alert),
    }
}

/// The word of a status where there is little room.
pub fn status_short(lang: Locale, status: Status) -> String {
    match status {
        Status::Ok => t!(lang, status.ok_short),
        other => self::status(lang, other),
    }
}

/// How good a signal is, of four bars.
pub fn signal(lang: Locale, bars: usize) -> String {
    match bars {
        0 => t!(lang, signal.none),
        1 => t!(lang, signal.weak),
        2 => t!(lang, signal.fair),
        3 => t!(lang, signal.good),
        _ => t!(lang, signal.strong),
    }
}

/// A metric's name.
pub fn metric(lang: Locale, metric: Metric) -> String {
    match metric {
        Metric::HeartRate | Metric::Activity => t!(lang, metric.heart_rate),
        Metric::Spo2 => t!(lang, metric.spo2),
        Metric::SkinTemperature | Metric::AmbientTemperature => {
            t!(lang, metric.skin_temperature)
        }
        Metric::Steps => t!(lang, metric.steps),
        Metric::Sleep => t!(lang, metric.sleep),
        Metric::Battery => t!(lang, metric.battery),
    }
}

/// The one-line reason beneath the heart; empty where there is nothing to say. `age`: the age of the rate, in words.
pub fn why(lang: Locale, heart: &Heart, age: &str) -> String {
    let bpm = heart.bpm.map_or(0, |bpm| bpm.0);
    let ms = |ms: i64| span(lang, Span::of_ms(ms));
    match &heart.why {
        Why::Nothing => t!(lang, why.waiting),
        Why::InRange => t!(lang, why.in_range),
        Why::Above { limit, for_ms } => {
            t!(lang, why.above, bpm = bpm, limit = limit.0, span = ms(*for_ms))
        }
        Why::Below { limit, for_ms } => {
            t!(lang, why.below, bpm = bpm, limit = limit.0, span = ms(*for_ms))
        }
        Why::Active => t!(lang, why.active),
        Why::WeakSignal => t!(lang, why.weak_signal),
        Why::NotWorn => t!(lang, why.not_worn),
        Why::Stale if heart.bpm.is_some() => age.to_owned(),
        Why::Stale => t!(lang, why.waiting),
    }
}

/// How the database is protected.
pub fn protection(lang: Locale, protection: Protection) -> String {
    match protection {
        Protection::Keyring => t!(lang, settings.protection_keyring),
        Protection::Passphrase => t!(lang, settings.protection_passphrase),
        Protection::None => t!(lang, settings.protection_none),
        Protection::Ephemeral => t!(lang, settings.protection_ephemeral),
    }
}

/// What an alert is about.
pub fn rule(lang: Locale, rule: AlertRule) -> String {
    match rule {
        AlertRule::HeartRateHigh => t!(lang, rule.heart_rate_high),
        AlertRule::HeartRateLow => t!(lang, rule.heart_rate_low),
        AlertRule::Spo2Low => t!(lang, rule.spo2_low),
        AlertRule::SkinTemperatureHigh => t!(lang, rule.skin_temperature_high),
        AlertRule::Fall => t!(lang, rule.fall),
        AlertRule::Sos => t!(lang, rule.sos),
    }
}

/// What a source is called: the demo's own name is the product's, and stands in the person's language.
pub fn source(lang: Locale, name: &str) -> String {
    if name == DEMO_NAME { t!(lang, demo.bracelet) } else { name.to_owned() }
}

/// How far an SOS or a fall has come: where it is known, and that nobody else was told.
pub fn who_knows(lang: Locale, origin: Origin) -> String {
    let here = match origin {
        Origin::Bracelet => t!(lang, emergency.received),
        Origin::App => t!(lang, emergency.kept),
        Origin::Test => return t!(lang, emergency.nobody_knows),
    };
    format!("{here} {}", t!(lang, emergency.nobody_told))
}

/// What is judged by limits of its own.
pub fn judged(lang: Locale, judged: Judged) -> String {
    match judged {
        Judged::HeartRate => t!(lang, judged.heart_rate),
        Judged::HeartRateAsleep => t!(lang, judged.heart_rate_asleep),
        Judged::HeartRateMoving => t!(lang, judged.heart_rate_moving),
        Judged::Spo2 => t!(lang, metric.spo2),
        Judged::SkinTemperature => t!(lang, metric.skin_temperature),
    }
}

/// What the wearer did.
pub fn activity(lang: Locale, activity: Activity) -> String {
    match activity {
        Activity::Still => t!(lang, activity.still),
        Activity::Moving => t!(lang, activity.moving),
        Activity::Asleep => t!(lang, activity.asleep),
    }
}

/// How far something has come to the bracelet; nothing where there is nothing to say.
pub fn sent(lang: Locale, sent: Sent) -> Option<String> {
    match sent {
        Sent::Unneeded => None,
        Sent::Waiting { .. } => Some(t!(lang, sent.waiting)),
        Sent::OnBracelet { .. } => Some(t!(lang, sent.there)),
        Sent::Failed { .. } => Some(t!(lang, sent.failed)),
    }
}

/// What is wrong with a field of the profile.
pub fn field_error(lang: Locale, error: FieldError) -> String {
    match error {
        FieldError::Missing => t!(lang, field.missing),
        FieldError::TooLong => t!(lang, field.too_long),
        FieldError::TooSmall => t!(lang, field.too_small),
        FieldError::TooLarge => t!(lang, field.too_large),
        FieldError::Malformed => t!(lang, field.malformed),
    }
}

/// What happened and what is safe, in one line.
pub fn trouble(lang: Locale, code: Code) -> String {
    match code {
        Code::BraceletSilent => t!(lang, error.bracelet_silent),
        Code::ProtocolVersion => t!(lang, error.protocol_version),
        Code::NotNow => t!(lang, error.not_now),
        Code::NoProgram => t!(lang, error.no_program),
        Code::Invalid => t!(lang, error.invalid),
        Code::WrongPassphrase => t!(lang, start.wrong),
        Code::DiskFull => t!(lang, error.disk_full),
        Code::FolderNotWritable => t!(lang, error.folder),
        Code::KeyringMissing | Code::KeyringLocked => t!(lang, error.keyring),
        Code::KeyMissing => t!(lang, error.key_missing),
        Code::ClockWrong => t!(lang, error.clock),
        Code::DatabaseNewer => t!(lang, error.newer),
        Code::DatabaseDamaged => t!(lang, error.damaged),
        Code::AlreadyRunning => t!(lang, error.running),
        Code::NotABackup => t!(lang, error.not_a_backup),
        Code::Internal => t!(lang, error.internal),
    }
}
