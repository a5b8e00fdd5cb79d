//! Help: what can be tested, tested when asked, each told truly.

use bridge::{Bluetooth, Connection, Data, Nearby, Protection};
use leptos::prelude::*;
use leptos::task::spawn_local;
use vitals::Status;

use crate::api::{self, Command};
use crate::components::rows::Group;
use crate::components::status::Shape;
use crate::follow::{Follow, Kept, part, press};
use crate::model::Model;
use crate::words::{self, lang, t};

/// What a test found.
#[derive(Clone, PartialEq)]
struct Found {
    status: Status,
    what: String,
    text: String,
}

/// The group.
pub fn help() -> AnyView {
    let lang = lang();
    let model = Model::here();
    let found = Kept::new(None::<Vec<Found>>);
    let test = press(move || {
        found.set(None);
        spawn_local(async move {
            let data = api::ask::<Data>(Command::new("data")).await;
            let nearby = api::ask::<Nearby>(Command::new("nearby")).await;
            let connection = model.home.with_untracked(|home| home.connection.clone());
            let one = |status, what: String, text: String| Found { status, what, text };
            let (ok, bad, unknown) = (Status::Ok, Status::Attention, Status::Unknown);
            let kept = match &data {
                Ok(data) if data.writable => one(ok, t!(lang, help.storage), t!(lang, help.storage_ok)),
                Ok(_) => one(bad, t!(lang, help.storage), t!(lang, error.folder)),
                Err(error) => one(bad, t!(lang, help.storage), words::trouble(lang, error.code)),
            };
            let key = match data.map(|data| data.protection) {
                Ok(Protection::Keyring | Protection::Passphrase) => {
                    one(ok, t!(lang, help.key), t!(lang, help.key_ok))
                }
                Ok(kind) => one(bad, t!(lang, help.key), words::protection(lang, kind)),
                Err(error) => one(bad, t!(lang, help.key), words::trouble(lang, error.code)),
            };
            let radio = match nearby.map(|nearby| nearby.bluetooth) {
                Ok(Bluetooth::Ready | Bluetooth::Scanning) => {
                    one(ok, t!(lang, help.radio), t!(lang, help.radio_ok))
                }
                Ok(Bluetooth::NotBuilt) => one(unknown, t!(lang, help.radio), t!(lang, connect.not_built)),
                Ok(Bluetooth::NoAdapter) => one(bad, t!(lang, help.radio), t!(lang, connect.no_adapter)),
                Ok(Bluetooth::Off) => one(bad, t!(lang, help.radio), t!(lang, connect.off)),
                Ok(Bluetooth::Denied) => one(bad, t!(lang, help.radio), t!(lang, connect.denied)),
                Ok(Bluetooth::LocationOff) => one(bad, t!(lang, help.radio), t!(lang, connect.location)),
                Err(error) => one(bad, t!(lang, help.radio), words::trouble(lang, error.code)),
            };
            let bracelet = match connection {
                Connection::Connected { .. } => {
                    one(ok, t!(lang, connection.bracelet), t!(lang, connection.connected))
                }
                Connection::None => one(unknown, t!(lang, connection.bracelet), t!(lang, connection.none)),
                Connection::Connecting { .. } => {
                    one(unknown, t!(lang, connection.bracelet), t!(lang, connection.connecting))
                }
                Connection::Lost { .. } => one(bad, t!(lang, connection.bracelet), t!(lang, connection.lost)),
                Connection::Disconnected { .. } => {
                    one(unknown, t!(lang, connection.bracelet), t!(lang, connection.disconnected))
                }
            };
            // The page may have gone meanwhile.
            found.try_set(Some(vec![kept, key, radio, bracelet]));
        });
    });
    let results = part(move || match found.get() {
        None => ().into_any(),
        Some(found) => found
            .into_iter()
            .map(|found| {
                view! {
                    <li>
                        <Shape status=Follow::always(found.status) />
                        <b>{found.what}</b>
                        <span>{found.text}</span>
                    </li>
                }
            })
            .collect_view()
            .into_any(),
    });
    view! {
        <Group title=t!(lang, help.title)>
            <div class="block">
                <p class="muted">{t!(lang, help.text)}</p>
                <ul class="tested" role="status">{results}</ul>
                <button class="button" data-testid="self-test" on:click=test>{t!(lang, help.test)}</button>
            </div>
        </Group>
    }
    .into_any()
}
