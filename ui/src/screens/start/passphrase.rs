//! A passphrase: choosing one, giving it, or doing without, knowingly.

use bridge::{Code, Error, MIN_PASSPHRASE, Protection};
use leptos::prelude::*;
use leptos_i18n::td_string;

use crate::api::Command;
use crate::components::icon::{EYE, EYE_OFF, Icon, LOCK, SHIELD, WARNING};
use crate::components::notice::Details;
use crate::follow::{Follow, Kept, follow, hear, part, press, when};
use crate::model::Model;
use crate::words::{lang, plural, t};

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
    let first = Kept::new(String::new());
    let again = Kept::new(String::new());
    let length = move || first.with(|text| text.chars().count());
    let good = follow(move || length() >= MIN_PASSPHRASE && first.get() == again.get());
    let length_note = move || match length() {
        0 => t!(lang, start.too_short, n = MIN_PASSPHRASE),
        length if length < MIN_PASSPHRASE => format!(
            "{} · {}",
            plural!(lang, length, start.length),
            td_string!(lang, start.too_short, n = MIN_PASSPHRASE)
        ),
        length => plural!(lang, length, start.length),
    };
    let again_note = move || match (again.with(String::is_empty), first.get() == again.get()) {
        (true, _) => String::new(),
        (false, true) => t!(lang, start.match_),
        (false, false) => t!(lang, start.differ),
    };
    let text = if locked { t!(lang, start.protect_text_locked) } else { t!(lang, start.protect_text) };
    view! {
        <span class="start-icon"><Icon svg=SHIELD /></span>
        <h1>{t!(lang, start.protect_title)}</h1>
        <p>{text}</p>
        <form on:submit=hear(move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            if good.get_untracked() {
                model.ask(protect(Protection::Passphrase, Some(first.get_untracked())));
            }
        })>
            <Field
                id="passphrase"
                label=t!(lang, start.passphrase)
                value=first
                note=follow(length_note)
                complete="new-password"
            />
            <Field
                id="passphrase-again"
                label=t!(lang, start.again)
                value=again
                note=follow(again_note)
                bad=follow(move || again.with(|again| !again.is_empty() && !first.get().starts_with(again)))
                complete="new-password"
            />
            <p class="hint">
                <Icon svg=WARNING />
                <span>{t!(lang, start.no_recovery)}</span>
            </p>
            <button
                class="button button-primary"
                type="submit"
                data-testid="protect"
                disabled=follow(move || !good.get() || model.busy.get())
            >
                {t!(lang, start.protect)}
            </button>
        </form>
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
    let note = follow(move || if wrong && empty.get() { t!(lang, start.wrong) } else { String::new() });
    view! {
        <span class="start-icon"><Icon svg=LOCK /></span>
        <h1>{t!(lang, start.ask_title)}</h1>
        <p>{t!(lang, start.ask_text)}</p>
        <form on:submit=hear(move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            if !empty.get_untracked() {
                model.ask(Command::new("unlock").with("passphrase", &passphrase.get_untracked()));
            }
        })>
            <Field
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
        </form>
        {why.map(|why| view! { <Details error=why /> })}
    }
}

/// A field for a secret, with an eye to reveal it and a note beneath.
#[component]
fn Field(
    id: &'static str,
    label: String,
    value: Kept<String>,
    note: Follow<String>,
    /// Whether the note tells of something wrong.
    #[prop(default = Follow::always(false))]
    bad: Follow<bool>,
    complete: &'static str,
) -> impl IntoView {
    let lang = lang();
    let seen = Kept::new(false);
    let reveal = follow(move || if seen.get() { t!(lang, start.hide) } else { t!(lang, start.show) });
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <div class="field-box">
                <input
                    id=id
                    data-testid=id
                    type=follow(move || if seen.get() { "text" } else { "password" })
                    autocomplete=complete
                    autocapitalize="off"
                    spellcheck="false"
                    aria-describedby=format!("{id}-note")
                    prop:value=follow(move || value.get())
                    on:input=hear(move |event| value.set(event_target_value(&event)))
                />
                <button type="button" class="button-icon" aria-label=reveal on:click=press(move || seen.update(|seen| *seen = !*seen))>
                    {part(move || view! { <Icon svg=if seen.get() { EYE_OFF } else { EYE } /> }.into_any())}
                </button>
            </div>
            <p id=format!("{id}-note") class="note" class:bad=follow(move || bad.get()) aria-live="polite">
                {when(move || bad.get(), || view! { <Icon svg=WARNING /> }.into_any())}
                {follow(move || note.get())}
            </p>
        </div>
    }
}
