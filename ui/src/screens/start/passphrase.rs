//! A passphrase: choosing one, giving it, or doing without, knowingly.

use bridge::{Code, Error, MIN_PASSPHRASE, Protection};
use leptos::prelude::*;
use leptos_i18n::td_string;

use crate::api::Command;
use crate::components::icon::{EYE, EYE_OFF, Icon, LOCK, SHIELD, WARNING};
use crate::components::notice::Details;
use crate::model::Model;
use crate::words::lang;

/// The keyring is locked or not there: try it again, a passphrase with its confirmation, or no encryption by explicit choice.
#[component]
pub fn Choose(why: Error) -> impl IntoView {
    let bare = RwSignal::new(false);
    let locked = why.code == Code::KeyringLocked;
    view! {
        <Show when=move || bare.get() fallback=move || view! { <New bare=bare locked=locked /> }>
            <Unprotected bare=bare />
        </Show>
        <Details error=why />
    }
}

#[component]
fn New(bare: RwSignal<bool>, locked: bool) -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let first = RwSignal::new(String::new());
    let again = RwSignal::new(String::new());
    let length = move || first.with(|text| text.chars().count());
    let good = Memo::new(move |_| length() >= MIN_PASSPHRASE && first.get() == again.get());
    let length_note = move || match length() {
        0 => td_string!(lang, start.too_short, n = MIN_PASSPHRASE).to_string(),
        length if length < MIN_PASSPHRASE => format!(
            "{} · {}",
            td_string!(lang, start.length, count = length),
            td_string!(lang, start.too_short, n = MIN_PASSPHRASE)
        ),
        length => td_string!(lang, start.length, count = length).to_string(),
    };
    let again_note = move || match (again.with(String::is_empty), first.get() == again.get()) {
        (true, _) => String::new(),
        (false, true) => td_string!(lang, start.match_).to_string(),
        (false, false) => td_string!(lang, start.differ).to_string(),
    };
    let text = if locked {
        td_string!(lang, start.protect_text_locked).to_string()
    } else {
        td_string!(lang, start.protect_text).to_string()
    };
    view! {
        <span class="start-icon"><Icon svg=SHIELD /></span>
        <h1>{td_string!(lang, start.protect_title).to_string()}</h1>
        <p>{text}</p>
        <form on:submit=move |event| {
            event.prevent_default();
            if good.get_untracked() {
                model.ask(Command::Protect(Protection::Passphrase, Some(first.get_untracked())));
            }
        }>
            <Field
                id="passphrase"
                label=td_string!(lang, start.passphrase).to_string()
                value=first
                note=Signal::derive(length_note)
                complete="new-password"
            />
            <Field
                id="passphrase-again"
                label=td_string!(lang, start.again).to_string()
                value=again
                note=Signal::derive(again_note)
                bad=Signal::derive(move || again.with(|again| !again.is_empty() && !first.get().starts_with(again)))
                complete="new-password"
            />
            <p class="hint">
                <Icon svg=WARNING />
                <span>{td_string!(lang, start.no_recovery).to_string()}</span>
            </p>
            <button
                class="button button-primary"
                type="submit"
                data-testid="protect"
                disabled=move || !good.get() || model.busy.get()
            >
                {td_string!(lang, start.protect).to_string()}
            </button>
        </form>
        <button
            class="button-text"
            data-testid="retry"
            disabled=move || model.busy.get()
            on:click=move |_| model.ask(Command::Retry)
        >
            {td_string!(lang, start.keyring_again).to_string()}
        </button>
        <button class="button-text" data-testid="unprotected" on:click=move |_| bare.set(true)>
            {td_string!(lang, start.unprotected).to_string()}
        </button>
    }
}

#[component]
fn Unprotected(bare: RwSignal<bool>) -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    view! {
        <span class="start-icon"><Icon svg=WARNING /></span>
        <h1>{td_string!(lang, start.unprotected_title).to_string()}</h1>
        <p role="alert">{td_string!(lang, start.unprotected_text).to_string()}</p>
        <div class="actions">
            <button class="button" on:click=move |_| bare.set(false)>
                {td_string!(lang, common.cancel).to_string()}
            </button>
            <button
                class="button button-danger"
                data-testid="unprotected-yes"
                disabled=move || model.busy.get()
                on:click=move |_| model.ask(Command::Protect(Protection::None, None))
            >
                {td_string!(lang, start.unprotected_yes).to_string()}
            </button>
        </div>
    }
}

/// The database waits for its passphrase.
#[component]
pub fn Ask(why: Option<Error>) -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let passphrase = RwSignal::new(String::new());
    let empty = Memo::new(move |_| passphrase.with(String::is_empty));
    let wrong = why.is_some();
    let note = Signal::derive(move || {
        if wrong && empty.get() { td_string!(lang, start.wrong).to_string() } else { String::new() }
    });
    view! {
        <span class="start-icon"><Icon svg=LOCK /></span>
        <h1>{td_string!(lang, start.ask_title).to_string()}</h1>
        <p>{td_string!(lang, start.ask_text).to_string()}</p>
        <form on:submit=move |event| {
            event.prevent_default();
            if !empty.get_untracked() {
                model.ask(Command::Unlock(passphrase.get_untracked()));
            }
        }>
            <Field
                id="passphrase"
                label=td_string!(lang, start.passphrase).to_string()
                value=passphrase
                note=note
                bad=Signal::derive(move || wrong && empty.get())
                complete="current-password"
            />
            <button
                class="button button-primary"
                type="submit"
                data-testid="unlock"
                disabled=move || empty.get() || model.busy.get()
            >
                {td_string!(lang, start.open).to_string()}
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
    value: RwSignal<String>,
    note: Signal<String>,
    /// Whether the note tells of something wrong.
    #[prop(default = Signal::stored(false))]
    bad: Signal<bool>,
    complete: &'static str,
) -> impl IntoView {
    let lang = lang();
    let seen = RwSignal::new(false);
    let reveal = move || {
        if seen.get() {
            td_string!(lang, start.hide).to_string()
        } else {
            td_string!(lang, start.show).to_string()
        }
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <div class="field-box">
                <input
                    id=id
                    data-testid=id
                    type=move || if seen.get() { "text" } else { "password" }
                    autocomplete=complete
                    autocapitalize="off"
                    spellcheck="false"
                    aria-describedby=format!("{id}-note")
                    prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event))
                />
                <button type="button" class="button-icon" aria-label=reveal on:click=move |_| seen.update(|seen| *seen = !*seen)>
                    {move || view! { <Icon svg=if seen.get() { EYE_OFF } else { EYE } /> }}
                </button>
            </div>
            <p id=format!("{id}-note") class="note" class:bad=move || bad.get() aria-live="polite">
                {move || bad.get().then(|| view! { <Icon svg=WARNING /> })}
                {move || note.get()}
            </p>
        </div>
    }
}
