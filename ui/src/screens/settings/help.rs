//! Help: what can be tested, tested when asked, each told truly.

use crate::prelude::*;
use bridge::{Connection, SelfTest};
use leptos::task::spawn_local;

use super::found::{self, Found};
use crate::api::{self, Command};
use crate::components::rows::Group;
use crate::follow::{Kept, follow, part, press};
use crate::model::Model;
use crate::words::{self, lang, t};

/// The group.
pub fn help() -> AnyView {
    let lang = lang();
    let model = Model::here();
    let found = Kept::new(None::<Vec<Found>>);
    let testing = Kept::new(false);
    let test = press(move || {
        found.set(None);
        testing.set(true);
        spawn_local(async move {
            let test = api::ask::<SelfTest>(Command::new("self_test")).await;
            let mut all = match test {
                Ok(test) => found::of_test(lang, test),
                Err(error) => vec![Found::bad(t!(lang, help.storage), words::trouble(lang, error.code))],
            };
            all.push(bracelet(model));
            // The page may have gone meanwhile.
            found.try_set(Some(all));
            testing.try_set(false);
        });
    });
    let word = follow(move || if testing.get() { t!(lang, help.testing) } else { t!(lang, help.test) });
    let results = part(move || found.get().map_or_else(|| ().into_any(), found::list));
    view! {
        <Group title=t!(lang, help.title)>
            <div class="block">
                <p class="muted">{t!(lang, help.text)}</p>
                <div role="status">{results}</div>
                <button class="button" data-testid="self-test" disabled=follow(move || testing.get()) on:click=test>{word}</button>
            </div>
        </Group>
    }
    .into_any()
}

fn bracelet(model: Model) -> Found {
    let lang = model.lang().get_untracked();
    let what = t!(lang, connection.bracelet);
    model.home.with_untracked(|home| match home.connection {
        Connection::Connected { .. } => Found::good(what, t!(lang, connection.connected)),
        Connection::None => Found::open(what, t!(lang, connection.none)),
        Connection::Connecting { .. } => Found::open(what, t!(lang, connection.connecting)),
        Connection::Lost { .. } => Found::bad(what, t!(lang, connection.lost)),
        Connection::Disconnected { .. } => Found::open(what, t!(lang, connection.disconnected)),
    })
}
