//! Sessions: named stretches of time over the charts. `data-testid`: `sessions`, a row `session`, `new-session`,
//! `start-session`, `stop-session`.

mod edit;

use crate::prelude::*;
use bridge::{Changed, Session};
use leptos_i18n::Locale as _;
use vitals::UnixMillis;

use crate::api::Command;
use crate::components::empty::Empty;
use crate::components::icon::{CHEVRON, Icon, PLUS, TIMER};
use crate::components::rows::Group;
use crate::components::shell::PageHead;
use crate::follow::{follow, press};
use crate::load::load;
use crate::measure::Span;
use crate::model::{Model, Over};
use crate::order::ordered;
use crate::page;
use crate::screens::connect::with_bracelet;
use crate::words::{self, lang, t};

pub use edit::edit;

/// The page.
#[component]
pub fn SessionsScreen() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let sessions = load::<Vec<Session>>(move || {
        model.version(Changed::Sessions).track();
        // Those that were begun by tomorrow: all of them.
        let to = UnixMillis(page::now()).plus(86_400_000);
        Command::new("sessions").with("from", &UnixMillis(0)).with("to", &to)
    });
    view! {
        <PageHead title=t!(lang, nav.sessions) />
        <div class="narrow-page" data-testid="sessions">{with_bracelet(move || sessions.view(listed))}</div>
    }
}

fn buttons() -> AnyView {
    let lang = lang();
    let model = Model::here();
    let begin = press(move || {
        let session = Session {
            name: t!(lang, sessions.unnamed),
            start: UnixMillis(page::now()),
            ..Session::default()
        };
        model.ask(Command::new("keep_session").with("session", &session));
    });
    let add = press(move || {
        let now = page::now();
        let session =
            Session { start: UnixMillis(now - 3_600_000), end: Some(UnixMillis(now)), ..Session::default() };
        model.over.set(Some(Over::Session(Box::new(session))));
    });
    view! {
        <div class="actions actions-left">
            <button class="button button-primary" data-testid="start-session" on:click=begin>
                <Icon svg=TIMER />
                {t!(lang, sessions.start_now)}
            </button>
            <button class="button" data-testid="new-session" on:click=add>
                <Icon svg=PLUS />
                {t!(lang, sessions.add)}
            </button>
        </div>
    }
    .into_any()
}

fn listed(sessions: Vec<Session>) -> AnyView {
    let lang = lang();
    if sessions.is_empty() {
        return view! {
            <Empty icon=TIMER title=t!(lang, sessions.none) text=t!(lang, sessions.none_text)>{buttons()}</Empty>
        }
        .into_any();
    }
    let sessions = ordered(sessions, |session| (session.end.is_some().into(), -session.start.0));
    let mut days: Vec<(String, Vec<AnyView>)> = Vec::new();
    for session in sessions {
        let day = match session.end {
            None => t!(lang, sessions.running),
            Some(_) => page::day(session.start, lang.as_str()),
        };
        let row = row(session);
        match days.last_mut() {
            Some((shown, rows)) if *shown == day => rows.push(row),
            _ => days.push((day, vec![row])),
        }
    }
    let days = days.into_iter().map(|(day, rows)| view! { <Group title=day>{rows}</Group> }).collect_view();
    view! { {buttons()} {days} }.into_any()
}

fn row(session: Session) -> AnyView {
    let lang = lang();
    let model = Model::here();
    let (start, end) = (session.start, session.end);
    let lasts = follow(move || {
        let now = if end.is_none() { model.clock.get() } else { 0 };
        words::span(lang, Span::of_ms(end.map_or(now, |end| end.0) - start.0))
    });
    let from = page::time(start, lang.as_str());
    let times = match end {
        Some(end) => format!("{from} – {}", page::time(end, lang.as_str())),
        None => t!(lang, sessions.since, time = from),
    };
    let note = (!session.note.is_empty()).then(|| view! { <small>{session.note.clone()}</small> });
    let stopped = session.clone();
    let stop = end.is_none().then(|| {
        let stop = press(move || {
            let session = Session { end: Some(UnixMillis(page::now())), ..stopped.clone() };
            model.ask(Command::new("keep_session").with("session", &session));
        });
        view! { <button class="button" data-testid="stop-session" on:click=stop>{t!(lang, sessions.stop)}</button> }
    });
    let open = session.clone();
    view! {
        <div class="session">
            <button
                class="row"
                data-testid="session"
                on:click=press(move || model.over.set(Some(Over::Session(Box::new(open.clone())))))
            >
                <span class="row-name">
                    <b>{session.name}</b>
                    <small>{times}</small>
                    {note}
                </span>
                <span class="row-now">{lasts}</span>
                <Icon svg=CHEVRON />
            </button>
            {stop}
        </div>
    }
    .into_any()
}
