//! The limits of one metric: a number line and fields, with what they would have done.
//!
//! Tests find: `limits`, handles (see `components::limits`), fields `limit-low-alert`, `limit-low-attention`,
//! `limit-high-attention`, `limit-high-alert`, `would-alert`, `defaults`, `suggestion`, `keep`, `sent`.

use std::time::Duration;

use crate::prelude::*;
use bridge::{Distribution, NotifyLevel, Sent, Settings, WouldAlert};
use vitals::{Judged, Level, Limits, LimitsError, Metric, Status, Thresholds, WARMER_BY};

use crate::api::Command;
use crate::components::choice::choice;
use crate::components::dialog::{Dialog, ends};
use crate::components::field::{Field, Kind};
use crate::components::limits::{NumberLine, name, written};
use crate::components::status::Shape;
use crate::follow::{Follow, Kept, Then, effect, follow, later, press, when};
use crate::limits::{Handle, Scale, hill};
use crate::load::load;
use crate::measure::Span;
use crate::model::Model;
use crate::units;
use crate::words::{self, Locale, lang, plural, t};

/// Bars of the hill behind the number line.
const HILL: usize = 60;

/// The engine is asked what limits would have done when they have stood for so long.
const PAUSE: Duration = Duration::from_millis(350);

/// Limits in a few words: "60–100 bpm".
pub fn in_words(lang: Locale, judged: Judged, limits: &Limits) -> String {
    let metric = judged.metric();
    let low = limits.low_attention.or(limits.low_alert);
    let high = limits.high_attention.or(limits.high_alert);
    let bare = |value: i32| words::value(lang, metric, f64::from(value) / 100.0).0;
    match (low, high) {
        (Some(low), Some(high)) => format!("{}–{}", bare(low), written(lang, metric, high)),
        (Some(low), None) => t!(lang, limits.from, value = written(lang, metric, low)),
        (None, Some(high)) => t!(lang, limits.up_to, value = written(lang, metric, high)),
        (None, None) => t!(lang, limits.none),
    }
}

/// The dialog.
pub fn limits(judged: Judged) -> AnyView {
    let lang = lang();
    let settings = load::<Settings>(|| Command::new("settings"));
    view! {
        <Dialog title=words::judged(lang, judged)>
            <div class="limits" data-testid="limits">{settings.view(move |settings| edit(judged, settings))}</div>
        </Dialog>
    }
    .into_any()
}

fn error(lang: Locale, error: LimitsError) -> String {
    match error {
        LimitsError::LowAlertInside => t!(lang, limits.low_inside),
        LimitsError::HighAlertInside => t!(lang, limits.high_inside),
        LimitsError::Crossed => t!(lang, limits.crossed),
        LimitsError::OutOfRange | LimitsError::NotJudged => t!(lang, limits.out_of_range),
    }
}

/// Beside which field an error stands.
fn beside(error: LimitsError, handle: Handle) -> bool {
    match error {
        LimitsError::LowAlertInside => handle == Handle::LowAlert,
        LimitsError::HighAlertInside => handle == Handle::HighAlert,
        LimitsError::Crossed => matches!(handle, Handle::LowAttention | Handle::HighAttention),
        LimitsError::OutOfRange | LimitsError::NotJudged => true,
    }
}

fn edit(judged: Judged, settings: Settings) -> AnyView {
    let lang = lang();
    let model = Model::here();
    let metric = judged.metric();
    let scale = Scale::of(metric);
    let kept = settings.thresholds.in_force(judged, settings.age_years);
    let limits = Kept::new(kept);
    // A field that cannot be read; the number line keeps the last value that could.
    let unread = Kept::new(None::<Handle>);
    let wrong = follow(move || limits.get().check(metric).err());
    let distribution = load::<Distribution>(move || Command::new("distribution").with("judged", &judged));
    let behind = follow(move || match distribution.get() {
        Some(distribution) => hill(&distribution.values, scale, HILL),
        None => Vec::new(),
    });
    let fields =
        Handle::of(judged).iter().map(|&handle| field(judged, handle, limits, unread, wrong)).collect_view();
    let defaults = press(move || {
        unread.set(None);
        limits.set(Thresholds::default().in_force(judged, settings.age_years));
    });
    let suggestion = settings.suggestions.iter().find(|it| it.judged == judged).copied().map(|suggestion| {
        let low = words::value_text(lang, metric, suggestion.usual_low);
        let take = press(move || limits.set(suggestion.limits));
        view! {
            <div class="suggestion" data-testid="suggestion">
                <p>{t!(lang, limits.suggestion, value = low, days = suggestion.days)}</p>
                <button class="button" on:click=take>{t!(lang, limits.use_suggestion)}</button>
            </div>
        }
    });
    // Of those that are kept: what is being changed is nowhere yet.
    let sent = when(move || limits.get() == kept, move || sent(settings.thresholds_sent));
    let before = settings.thresholds;
    let own = before.limits(judged);
    let keep = press(move || {
        let lang = model.lang().get_untracked();
        let chosen = limits.get_untracked();
        let store = move |limits: Limits| {
            model.ask(Command::new("set_limits").with("judged", &judged).with("limits", &limits));
        };
        // The age's own limit stays the age's own.
        store(if chosen == kept { own } else { chosen });
        model.over.set(None);
        model.say(t!(lang, limits.kept), Some(Callback::new(move |()| store(own))));
    });
    let bad = follow(move || wrong.get().is_some() || unread.get().is_some());
    let hold = |level| words::span(lang, Span::of_ms(judged.hold_ms(level)));
    let (orange, red) = (hold(Level::Attention), hold(Level::Alert));
    let hold = match judged {
        // Who moves is told of red alone.
        Judged::HeartRateMoving => t!(lang, limits.hold_one, span = red),
        _ if orange == red => t!(lang, limits.hold_one, span = red),
        _ => t!(lang, limits.hold, orange = orange, red = red),
    };
    let usual = (judged == Judged::SkinTemperature).then(|| {
        let by = words::degrees(lang, f64::from(WARMER_BY) / 100.0);
        match settings.skin_usual {
            Some(usual) => {
                t!(lang, limits.usual, by = by, value = words::value_text(lang, metric, usual)) + " "
            }
            None => t!(lang, limits.usual_unknown, by = by) + " ",
        }
    });
    view! {
        <NumberLine judged=judged limits=limits behind=behind />
        <p class="would" role="status" data-testid="would-alert">{would(judged, limits, wrong)}</p>
        {sent}
        <div class="fields">{fields}</div>
        <button class="button-text" data-testid="defaults" on:click=defaults>{t!(lang, limits.defaults)}</button>
        {suggestion}
        <p class="muted">{hold} " " {usual} {t!(lang, limits.not_diagnoses)}</p>
        <Notify judged=judged />
        {ends(view! {
            <button class="button button-primary" data-testid="keep" disabled=bad on:click=keep>{t!(lang, save.save)}</button>
        })}
    }
    .into_any()
}

/// How far these limits have come to the bracelet.
fn sent(sent: Sent) -> AnyView {
    let lang = lang();
    let (said, shape) = match sent {
        Sent::Unneeded => return ().into_any(),
        Sent::Waiting { .. } => (t!(lang, limits.waiting), None),
        Sent::OnBracelet { .. } => (t!(lang, limits.there), None),
        Sent::Failed { .. } => (t!(lang, limits.refused), Some(Status::Attention)),
    };
    let shape = shape.map(|status| view! { <Shape status=Follow::always(status) /> });
    view! { <p class="muted limits-sent" data-testid="sent">{shape} <span>{said}</span></p> }.into_any()
}

/// A typed limit: it moves the handle, and the handle writes it.
fn field(
    judged: Judged,
    handle: Handle,
    limits: Kept<Limits>,
    unread: Kept<Option<Handle>>,
    wrong: Follow<Option<LimitsError>>,
) -> AnyView {
    let lang = lang();
    let metric = judged.metric();
    let decimal = leptos_i18n::td_string!(lang, number.decimal);
    let text = Kept::new(String::new());
    let temperature = words::temperature();
    let read = move |text: &str, now: Option<i32>| units::limit(text, now, metric, temperature, decimal);
    effect(move || {
        let value = handle.get(&limits.get());
        if text.with_untracked(|text| read(text, value)) != Ok(value)
            || value.is_some() == text.with_untracked(String::is_empty)
        {
            let shown = value.map(|value| units::limit_text(value, metric, temperature, decimal));
            text.set(shown.unwrap_or_default());
        }
    });
    effect(move || {
        let now = handle.get(&limits.get_untracked());
        let typed = text.with(|text| read(text, now));
        match typed {
            Ok(value) => {
                if unread.get_untracked() == Some(handle) {
                    unread.set(None);
                }
                if now != value {
                    limits.update(|limits| handle.set(limits, value));
                }
            }
            Err(_) => unread.set(Some(handle)),
        }
    });
    let error = follow(move || match (unread.get(), wrong.get()) {
        (Some(unread), _) if unread == handle => Some(t!(lang, field.malformed)),
        (_, Some(wrong)) if beside(wrong, handle) => Some(error(lang, wrong)),
        _ => None,
    });
    let id = match handle {
        Handle::LowAlert => "limit-low-alert",
        Handle::LowAttention => "limit-low-attention",
        Handle::HighAttention => "limit-high-attention",
        Handle::HighAlert => "limit-high-alert",
    };
    let unit = match metric {
        Metric::Spo2 => t!(lang, unit.percent),
        Metric::SkinTemperature => temperature.sign().to_owned(),
        _ => t!(lang, unit.bpm),
    };
    view! { <Field id=id label=name(lang, handle) value=text kind=Kind::Number unit=unit error=error longest=6 /> }.into_any()
}

/// What these limits would have done, asked when they have stood still for a moment.
fn would(judged: Judged, limits: Kept<Limits>, wrong: Follow<Option<LimitsError>>) -> Follow<String> {
    let lang = lang();
    let asked = Kept::new(limits.get_untracked());
    later(PAUSE, move || {
        let now = limits.get();
        wrong.get().is_none().then(|| -> Then { Box::new(move || asked.try_set(now)) })
    });
    let answer = load::<WouldAlert>(move || {
        Command::new("would_alert").with("judged", &judged).with("limits", &asked.get())
    });
    follow(move || match answer.get() {
        None => t!(lang, limits.counting),
        Some(WouldAlert { hours: 0, .. }) => t!(lang, limits.no_hours),
        Some(would) => {
            let times = |count: u32| plural!(lang, count, limits.times);
            t!(
                lang,
                limits.would,
                week = times(would.attention_7d + would.alert_7d),
                month = times(would.attention_30d + would.alert_30d),
                red = would.alert_30d
            )
        }
    })
}

/// Which alerts of this metric ring.
#[component]
fn Notify(judged: Judged) -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let options = vec![
        ("notify-all", t!(lang, notify.all), NotifyLevel::All),
        ("notify-red", t!(lang, notify.red), NotifyLevel::RedOnly),
        ("notify-off", t!(lang, notify.off), NotifyLevel::Off),
    ];
    let chosen = follow(move || model.preferences.with(|it| it.notifications.level(judged)));
    let choose = move |level: NotifyLevel| {
        model.prefer(|preferences| {
            let notifications = &mut preferences.notifications;
            match judged.metric() {
                Metric::Spo2 => notifications.spo2 = level,
                Metric::SkinTemperature => notifications.skin_temperature = level,
                _ => notifications.heart_rate = level,
            }
        });
    };
    view! { {choice("notify", t!(lang, notify.legend), options, chosen, choose)} }
}
