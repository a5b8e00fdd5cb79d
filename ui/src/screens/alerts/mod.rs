//! Alerts: open ones first, then those that are over. `data-testid`: `alerts`, a row `alert` with its `data-id`, `older`.

mod detail;

use crate::prelude::*;
use bridge::{Alert, Alerts, Origin};
use leptos::task::spawn_local;
use leptos_i18n::Locale as _;
use vitals::{Level, Status, UnixMillis};

use crate::api::{self, Command};
use crate::components::empty::Empty;
use crate::components::icon::{CHEVRON, Icon, SHIELD};
use crate::components::rows::Group;
use crate::components::shell::PageHead;
use crate::components::sos::Sos;
use crate::components::status::{Shape, name};
use crate::follow::{Follow, Kept, effect, follow, part, press, when};
use crate::load::load;
use crate::measure::Span;
use crate::model::{Model, Over};
use crate::page;
use crate::screens::connect::with_bracelet;
use crate::words::{self, Locale, lang, plural, t};

pub use detail::detail;

fn list(before: Option<UnixMillis>) -> Command {
    Command::new("alerts").with("before", &before)
}

/// The page.
#[component]
pub fn AlertsScreen() -> impl IntoView {
    let model = Model::here();
    let alerts = load::<Alerts>(move || {
        model.alerts.track();
        list(None)
    });
    effect(move || {
        if let Some(alerts) = alerts.get() {
            model.take_alerts(&alerts);
        }
    });
    view! {
        <PageHead title=t!(lang(), nav.alerts) />
        <div class="narrow-page" data-testid="alerts"><Sos />{with_bracelet(move || alerts.view(listed))}</div>
    }
}

fn listed(alerts: Alerts) -> AnyView {
    let lang = lang();
    if alerts.open.is_empty() && alerts.history.is_empty() {
        return nothing(&alerts);
    }
    let calm = alerts.nothing_since.map(|since| {
        view! {
            <p class="calm" data-status="ok">
                <Shape status=Follow::always(Status::Ok) />
                <span>{calm_since(lang, since)} ". " {monitored(lang, alerts.monitored_ms)}</span>
            </p>
        }
    });
    let open = (!alerts.open.is_empty()).then(|| {
        let rows = alerts.open.iter().map(|alert| row(alert.clone())).collect_view();
        view! { <Group title=t!(lang, alerts.open)>{rows}</Group> }
    });
    let past = (!alerts.history.is_empty()).then(|| {
        let rows = alerts.history.iter().map(|alert| row(alert.clone())).collect_view();
        view! { <Group title=t!(lang, alerts.history)>{rows} <Older after=alerts.clone() /></Group> }
    });
    view! { {open} {calm} {past} }.into_any()
}

fn nothing(alerts: &Alerts) -> AnyView {
    let lang = lang();
    let (title, text) = match alerts.nothing_since {
        Some(since) => (calm_since(lang, since), monitored(lang, alerts.monitored_ms)),
        None => (t!(lang, alerts.none), t!(lang, alerts.none_text)),
    };
    view! { <Empty icon=SHIELD title=title text=text /> }.into_any()
}

fn calm_since(lang: Locale, since: UnixMillis) -> String {
    match page::is_today(since) {
        true => t!(lang, alerts.nothing_since_time, time = page::time(since, lang.as_str())),
        false => t!(lang, alerts.nothing_since, day = page::day(since, lang.as_str())),
    }
}

fn monitored(lang: Locale, ms: i64) -> String {
    let hours = u64::try_from(ms / 3_600_000).unwrap_or(0);
    plural!(lang, hours, alerts.monitored)
}

/// Pages of what is older than what is listed.
#[component]
fn Older(after: Alerts) -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let last = Kept::new(after.history.last().map(|alert| alert.since));
    let more = Kept::new(after.more);
    let older = Kept::new(Vec::<Alert>::new());
    let fetch = move || {
        let before = last.get_untracked();
        spawn_local(async move {
            match api::ask::<Alerts>(list(before)).await {
                Ok(answer) => {
                    more.set(answer.more);
                    last.set(answer.history.last().map(|alert| alert.since).or(before));
                    older.update(|older| older.extend(answer.history));
                }
                Err(error) => model.trouble.set(Some(error)),
            }
        });
    };
    let rows = part(move || older.get().into_iter().map(row).collect_view().into_any());
    let button = when(
        move || more.get(),
        move || {
            view! { <button class="row row-more" data-testid="older" on:click=press(fetch)>{t!(lang, alerts.older)}</button> }
            .into_any()
        },
    );
    view! { {rows} {button} }
}

/// How bad it is. A test never is.
fn status(alert: &Alert) -> Status {
    match (alert.level, alert.origin) {
        (Level::Attention, _) | (_, Origin::Test) => Status::Attention,
        (Level::Alert, Origin::Bracelet | Origin::App) => Status::Alert,
    }
}

/// How long it lasted, or lasts.
pub fn lasted(lang: Locale, alert: &Alert, now: i64) -> String {
    let end = alert.closed.map_or(now, |closed| closed.0);
    words::span(lang, Span::of_ms(end - alert.since.0))
}

/// The farthest value, and the limit.
fn beyond(lang: Locale, alert: &Alert) -> String {
    match (alert.rule.metric(), alert.peak, alert.limit) {
        (Some(metric), Some(peak), Some(limit)) => {
            let (peak, limit) =
                (words::value_text(lang, metric, peak), words::value_text(lang, metric, limit));
            t!(lang, alerts.beyond, peak = peak, limit = limit)
        }
        _ => String::new(),
    }
}

/// What measured it, or who raised it.
fn measured_by(lang: Locale, alert: &Alert) -> String {
    match alert.origin {
        Origin::Bracelet => words::source(lang, &alert.source),
        Origin::App => t!(lang, alerts.by_app),
        Origin::Test => t!(lang, emergency.test),
    }
}

fn row(alert: Alert) -> AnyView {
    let lang = lang();
    let model = Model::here();
    let id = alert.id.clone();
    let open = alert.closed.is_none();
    let shown = alert.clone();
    let when_and_how = follow(move || {
        // Only an open one grows older.
        let now = if open { model.clock.get() } else { 0 };
        let begun = page::clock(shown.since, lang.as_str());
        let mut parts = vec![begun, lasted(lang, &shown, now)];
        parts.extend(shown.activity.map(|activity| words::activity(lang, activity)));
        parts.push(measured_by(lang, &shown));
        parts.join(" · ")
    });
    let status = status(&alert);
    let beyond = beyond(lang, &alert);
    view! {
        <button
            class="row alert-row"
            class:alert-open=open
            data-testid="alert"
            data-id=alert.id.clone()
            data-status=name(status)
            on:click=press(move || model.over.set(Some(Over::Alert(id.clone()))))
        >
            <Shape status=Follow::always(status) />
            <span class="row-name">
                <b>{words::rule(lang, alert.rule)} <span class="unseen">{words::status(lang, status)}</span></b>
                <small>{when_and_how}</small>
                {alert.away.then(|| view! { <small class="away-note">{t!(lang, alerts.away)}</small> })}
            </span>
            <span class="row-now">{beyond}</span>
            <Icon svg=CHEVRON />
        </button>
    }
    .into_any()
}
