//! How what is kept is protected: a passphrase set, changed or taken away.
//!
//! Tests find: `protection`, `by-passphrase`, `by-keyring`, `passphrase-now`, `protection-yes`, and the fields of
//! `components::secret`.

use crate::prelude::*;
use bridge::{Code, Error, Protection, Start};

use super::backup;
use crate::api::Command;
use crate::components::choice::choice;
use crate::components::dialog::{Dialog, ends};
use crate::components::field::form;
use crate::components::icon::{Icon, WARNING};
use crate::components::secret::{NewPassphrase, Secret};
use crate::components::work::{self, Order};
use crate::follow::{Follow, Kept, follow, when};
use crate::model::Model;
use crate::words::{Locale, lang, t};

/// How it is protected now.
pub fn now(model: Model) -> Option<Protection> {
    model.start.with_untracked(|start| match start {
        Start::Ready { protection, .. } => Some(*protection),
        _ => None,
    })
}

/// The dialog.
pub fn protection() -> AnyView {
    let lang = lang();
    let model = Model::here();
    let had = now(model) == Some(Protection::Passphrase);
    let wanted = Kept::new(Protection::Passphrase);
    let present = Kept::new(String::new());
    let new = NewPassphrase::new();
    let ready = follow(move || {
        let known = !had || !present.with(String::is_empty);
        known && (wanted.get() == Protection::Keyring || new.good.get())
    });
    let begin = move || {
        if !ready.get_untracked() {
            return;
        }
        let choice = wanted.get_untracked();
        let command = Command::new("change_protection")
            .with("choice", &choice)
            .with("present", &had.then(|| present.get_untracked()))
            .with("passphrase", &(choice == Protection::Passphrase).then(|| new.get()));
        let told = Box::new(move |lang: Locale, _: &str| match choice {
            Protection::Passphrase => t!(lang, protection.now_passphrase),
            _ => t!(lang, protection.now_keyring),
        });
        work::begin(model, Order { command, told });
    };
    // Who has no keyring's key has both ways; who has it needs only the other one.
    let both = now(model) != Some(Protection::Keyring);
    let body = move || {
        let ways = vec![
            ("by-passphrase", t!(lang, protection.passphrase), Protection::Passphrase),
            ("by-keyring", t!(lang, protection.keyring), Protection::Keyring),
        ];
        view! {
            <p>{t!(lang, protection.text)}</p>
            {both.then(|| choice("by", t!(lang, protection.by), ways, wanted, move |way| wanted.set(way)))}
            {form(begin, view! {
                {had.then(|| {
                    view! {
                        <Secret
                            id="passphrase-now"
                            label=t!(lang, protection.present)
                            value=present
                            note=Follow::always(String::new())
                            complete="current-password"
                        />
                    }
                })}
                {when(move || wanted.get() == Protection::Passphrase, move || {
                    view! {
                        {new.fields()}
                        <p class="hint"><Icon svg=WARNING /><span>{t!(lang, protection.at_start)}</span></p>
                    }
                    .into_any()
                })}
                {ends(view! {
                    <button
                        class="button button-primary"
                        type="submit"
                        data-testid="protection-yes"
                        disabled=follow(move || !ready.get())
                    >
                        {t!(lang, protection.change)}
                    </button>
                })}
            })}
        }
        .into_any()
    };
    view! {
        <Dialog title=t!(lang, protection.title)>
            <div class="choices" data-testid="protection">{work::shown(t!(lang, protection.changing), refused, body)}</div>
        </Dialog>
    }
    .into_any()
}

fn refused(lang: Locale, error: &Error) -> String {
    match error.code {
        Code::WrongPassphrase => t!(lang, protection.wrong),
        _ => backup::refused(lang, error),
    }
}
