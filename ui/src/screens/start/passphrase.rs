//! A passphrase: choosing one, giving it, or doing without, knowingly.

use crate::prelude::*;
use bridge::{Code, Error, Protection};

use crate::api::Command;
use crate::components::field::form;
use crate::components::icon::{Icon, LOCK, SHIELD, WARNING};
use crate::components::notice::Details;
use crate::components::secret::{NewPassphrase, Secret};
use crate::follow::{Kept, follow, part, press};
use crate::model::Model;
use crate::words::{lang, t};

fn protect(choice: Protection, passphrase: Option<String>) -> Command {
    Command::new("protect").with("choice", &choice).with("passphrase", &passphrase)
}

/// The keyring is locked or not there: try it again, a passphrase with its confirmation, or no encryption by explicit choice.
#[component]
pub fn Choose(why: Error) -> impl IntoView {
    let bare = Kept::new(false);
    let locked = why.code == Code::KeyringLocked;
    let ways = part(move || match bare.get() {
        true => view! { <Unprotected bare=bare /> }.into_any(),
        false => view! { <New bare=bare locked=locked /> }.into_any(),
    });
    (ways, view! { <Details error=why /> })
}

#[component]
fn New(bare: Kept<bool>, locked: bool) -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let new = NewPassphrase::new();
    let send = move || {
        if new.good.get_untracked() {
            model.ask(protect(Protection::Passphrase, Some(new.get())));
        }
    };
    let text = if locked { t!(lang, start.protect_text_locked) } else { t!(lang, start.protect_text) };
    view! {
        <span class="start-icon"><Icon svg=SHIELD /></span>
        <h1>{t!(lang, start.protect_title)}</h1>
        <p>{text}</p>
        {form(send, view! {
            {new.fields()}
            <button
                class="button button-primary"
                type="submit"
                data-testid="protect"
                disabled=follow(move || !new.good.get() || model.busy.get())
            >
                {t!(lang, start.protect)}
            </button>
        })}
        <button
            class="button-text"
            data-testid="retry"
            disabled=follow(move || model.busy.get())
            on:click=press(move || model.ask(Command::new("retry")))
        >
            {t!(lang, start.keyring_again)}
        </button>
        <button class="button-text" data-testid="unprotected" on:click=press(move || bare.set(true))>
            {t!(lang, start.unprotected)}
        </button>
    }
}

#[component]
fn Unprotected(bare: Kept<bool>) -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    view! {
        <span class="start-icon"><Icon svg=WARNING /></span>
        <h1>{t!(lang, start.unprotected_title)}</h1>
        <p role="alert">{t!(lang, start.unprotected_text)}</p>
        <div class="actions">
            <button class="button" on:click=press(move || bare.set(false))>
                {t!(lang, common.cancel)}
            </button>
            <button
                class="button button-danger"
                data-testid="unprotected-yes"
                disabled=follow(move || model.busy.get())
                on:click=press(move || model.ask(protect(Protection::None, None)))
            >
                {t!(lang, start.unprotected_yes)}
            </button>
        </div>
    }
}

/// The database waits for its passphrase.
#[component]
pub fn Ask(why: Option<Error>) -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let passphrase = Kept::new(String::new());
    let empty = follow(move || passphrase.with(String::is_empty));
    let wrong = why.is_some();
    let send = move || {
        if !empty.get_untracked() {
            model.ask(Command::new("unlock").with("passphrase", &passphrase.get_untracked()));
        }
    };
    let note = follow(move || if wrong && empty.get() { t!(lang, start.wrong) } else { String::new() });
    view! {
        <span class="start-icon"><Icon svg=LOCK /></span>
        <h1>{t!(lang, start.ask_title)}</h1>
        <p>{t!(lang, start.ask_text)}</p>
        {form(send, view! {
            <Secret
                id="passphrase"
                label=t!(lang, start.passphrase)
                value=passphrase
                note=note
                bad=follow(move || wrong && empty.get())
                complete="current-password"
            />
            <button
                class="button button-primary"
                type="submit"
                data-testid="unlock"
                disabled=follow(move || empty.get() || model.busy.get())
            >
                {t!(lang, start.open)}
            </button>
        })}
        {why.map(|why| view! { <Details error=why /> })}
    }
}
