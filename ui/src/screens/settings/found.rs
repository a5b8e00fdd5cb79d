//! What was found of the system and of what is kept, each with its state, a word, and how it is mended.

use crate::prelude::*;
use bridge::{Bluetooth, Code, Notifier, Protection, SelfTest, Setting, System};
use vitals::Status;

use crate::api::Command;
use crate::components::status::Shape;
use crate::follow::{Follow, press};
use crate::model::Model;
use crate::words::{self, Locale, lang, t};

/// What was found of one thing.
#[derive(Clone, PartialEq)]
pub struct Found {
    status: Status,
    what: String,
    text: String,
    /// Where the system lets it be mended.
    setting: Option<Setting>,
}

impl Found {
    /// All is well.
    pub fn good(what: String, text: String) -> Self {
        Self { status: Status::Ok, what, text, setting: None }
    }

    /// Something is in the way.
    pub fn bad(what: String, text: String) -> Self {
        Self { status: Status::Attention, what, text, setting: None }
    }

    /// With the way to the system's setting that mends it.
    fn at(self, setting: Setting) -> Self {
        Self { setting: Some(setting), ..self }
    }

    /// Nothing certain is known, or nothing is needed.
    pub fn open(what: String, text: String) -> Self {
        Self { status: Status::Unknown, what, text, setting: None }
    }
}

/// A button that opens the system's own settings there: nothing of the system's is switched from here.
pub fn to_setting(setting: Setting) -> AnyView {
    let model = Model::here();
    let open = press(move || model.ask(Command::new("open_setting").with("setting", &setting)));
    view! {
        <button class="button" data-testid="open-setting" on:click=open>{t!(lang(), allowed.open)}</button>
    }
    .into_any()
}

/// A list of them.
pub fn list(found: Vec<Found>) -> AnyView {
    let row = |found: Found| {
        view! {
            <li>
                <Shape status=Follow::always(found.status) />
                <b>{found.what}</b>
                <span>{found.text}</span>
                {found.setting.map(to_setting)}
            </li>
        }
        .into_any()
    };
    view! { <ul class="tested">{found.into_iter().map(row).collect::<Vec<_>>()}</ul> }.into_any()
}

/// What the system has and allows.
pub fn of_system(lang: Locale, system: System) -> Vec<Found> {
    let (radio, notices, keyring) = (t!(lang, help.radio), t!(lang, notify.title), t!(lang, allowed.keyring));
    let radio = match system.bluetooth {
        None | Some(Bluetooth::NotBuilt) => {
            Found::open(radio, t!(lang, allowed.not_asked)).at(Setting::Bluetooth)
        }
        // This version looks for no bracelet over the air: a radio that is ready is not yet a bracelet that is found.
        Some(Bluetooth::Ready | Bluetooth::Scanning) => Found::open(radio, t!(lang, allowed.radio_on)),
        Some(Bluetooth::NoService) => Found::bad(radio, t!(lang, allowed.radio_silent)),
        Some(Bluetooth::NoAdapter) => Found::open(radio, t!(lang, allowed.radio_none)),
        Some(Bluetooth::Off) => Found::bad(radio, t!(lang, allowed.radio_off)).at(Setting::Bluetooth),
        Some(Bluetooth::Denied) => Found::bad(radio, t!(lang, connect.denied_text)).at(Setting::Bluetooth),
        Some(Bluetooth::LocationOff) => Found::bad(radio, t!(lang, connect.location_text)),
    };
    let notices = match system.notifications {
        Notifier::Here { name } => Found::good(notices, t!(lang, allowed.shown_by, name = name)),
        Notifier::Missing => Found::bad(notices, t!(lang, allowed.not_shown)),
        Notifier::Unknown => Found::open(notices, t!(lang, allowed.not_asked)).at(Setting::Notifications),
    };
    let keyring = match system.keyring {
        None => Found::good(keyring, t!(lang, allowed.keyring_open)),
        Some(Code::KeyringLocked) => Found::bad(keyring, t!(lang, allowed.keyring_locked)),
        Some(_) => Found::open(keyring, t!(lang, allowed.keyring_none)),
    };
    vec![radio, notices, keyring]
}

/// What was found when everything was tried.
pub fn of_test(lang: Locale, test: SelfTest) -> Vec<Found> {
    let (storage, key) = (t!(lang, help.storage), t!(lang, help.key));
    let storage = match test.storage {
        None => Found::good(storage, t!(lang, help.storage_ok)),
        Some(code) => Found::bad(storage, words::trouble(lang, code)),
    };
    let key = match (test.key, test.protection) {
        (Some(code), _) => Found::bad(key, words::trouble(lang, code)),
        (None, Protection::Keyring | Protection::Passphrase) => Found::good(key, t!(lang, help.key_ok)),
        (None, other) => Found::bad(key, words::protection(lang, other)),
    };
    let mut all = vec![storage, key];
    all.extend(of_system(lang, test.system));
    all
}
