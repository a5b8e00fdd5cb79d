//! A field for a secret, with an eye to reveal it; and a new passphrase, typed twice.
//!
//! Tests find: `passphrase`, `passphrase-again`.

use crate::prelude::*;
use bridge::MIN_PASSPHRASE;
use leptos_i18n::td_string;

use crate::components::icon::{EYE, EYE_OFF, Icon, WARNING};
use crate::follow::{Follow, Kept, follow, hear, part, press, when};
use crate::words::{lang, plural, t};

/// A new passphrase while it is typed.
#[derive(Clone, Copy)]
pub struct NewPassphrase {
    first: Kept<String>,
    again: Kept<String>,
    /// Long enough, and twice the same.
    pub good: Follow<bool>,
}

impl NewPassphrase {
    /// Nothing typed yet.
    pub fn new() -> Self {
        let first = Kept::new(String::new());
        let again = Kept::new(String::new());
        let length = move || first.with(|text| text.chars().count());
        Self { first, again, good: follow(move || length() >= MIN_PASSPHRASE && first.get() == again.get()) }
    }

    /// What was typed.
    pub fn get(self) -> String {
        self.first.get_untracked()
    }

    /// Its two fields, with a warning that nobody can recover it.
    pub fn fields(self) -> AnyView {
        let lang = lang();
        let Self { first, again, .. } = self;
        let length_note = move || match first.with(|text| text.chars().count()) {
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
        view! {
            <Secret
                id="passphrase"
                label=t!(lang, start.passphrase)
                value=first
                note=follow(length_note)
                complete="new-password"
            />
            <Secret
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
        }
        .into_any()
    }
}

/// A field for a secret, with an eye to reveal it and a note beneath.
#[component]
pub fn Secret(
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
        <div class="field" class:field-bad=follow(move || bad.get())>
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
