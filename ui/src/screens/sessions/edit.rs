//! One session: its name, its times, its note; deleted with a way back.
//!
//! Tests find: `session-name`, `session-start`, `session-end`, `session-note`, `session-save`, `session-delete`.

use crate::prelude::*;
use bridge::Session;
use vitals::UnixMillis;

use crate::api::Command;
use crate::components::dialog::Dialog;
use crate::components::field::{Field, Kind};
use crate::components::icon::{Icon, TRASH};
use crate::follow::{Kept, follow, press};
use crate::model::Model;
use crate::page;
use crate::words::{lang, t};

fn save(session: &Session) -> Command {
    Command::new("keep_session").with("session", session)
}

/// The dialog.
pub fn edit(session: Session) -> AnyView {
    let lang = lang();
    let model = Model::here();
    let name = Kept::new(session.name.clone());
    let note = Kept::new(session.note.clone());
    let start = Kept::new(page::field_of(session.start));
    let end = Kept::new(session.end.map(page::field_of).unwrap_or_default());
    // A field tells minutes; what was not touched keeps its seconds.
    let unless_touched = |text: String, before: Option<UnixMillis>| match before {
        Some(before) if page::field_of(before) == text => Some(before),
        _ => page::of_field(&text),
    };
    let (id, began, ended) = (session.id, session.start, session.end);
    let written = move || {
        Some(Session {
            id,
            name: name.get().trim().to_owned(),
            start: unless_touched(start.get(), Some(began))?,
            end: match end.get() {
                text if text.is_empty() => None,
                text => Some(unless_touched(text, ended)?),
            },
            note: note.get().trim().to_owned(),
        })
    };
    let unnamed = follow(move || name.with(|name| name.trim().is_empty()));
    let backwards =
        follow(move || written().is_some_and(|session| session.end.is_some_and(|end| end <= session.start)));
    let wrong = follow(move || unnamed.get() || backwards.get() || written().is_none());
    let end_error = follow(move || backwards.get().then(|| t!(lang, sessions.backwards)));
    let keep = press(move || {
        if let Some(session) = written() {
            model.ask(save(&session));
            model.over.set(None);
        }
    });
    let delete = id.map(|id| {
        let kept = session.clone();
        let delete = press(move || {
            let back = kept.clone();
            model.over.set(None);
            model.ask(Command::new("delete_session").with("id", &id));
            model.say(t!(lang, sessions.deleted), Some(Callback::new(move |()| model.ask(save(&back)))));
        });
        view! {
            <button class="button button-danger apart" data-testid="session-delete" on:click=delete>
                <Icon svg=TRASH />
                {t!(lang, common.delete)}
            </button>
        }
    });
    let title = if id.is_some() { t!(lang, sessions.edit) } else { t!(lang, sessions.add) };
    view! {
        <Dialog title=title>
            <Field id="session-name" label=t!(lang, sessions.name) value=name longest=80 />
            <div class="fields">
                <Field id="session-start" label=t!(lang, sessions.start) value=start kind=Kind::Time />
                <Field
                    id="session-end"
                    label=t!(lang, sessions.end)
                    value=end
                    kind=Kind::Time
                    hint=t!(lang, sessions.end_hint)
                    error=end_error
                />
            </div>
            <Field id="session-note" label=t!(lang, sessions.note) value=note kind=Kind::Lines longest=1000 />
            <div class="actions">
                {delete}
                <button class="button" on:click=press(move || model.over.set(None))>{t!(lang, common.cancel)}</button>
                <button class="button button-primary" data-testid="session-save" disabled=wrong on:click=keep>
                    {t!(lang, save.save)}
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}
