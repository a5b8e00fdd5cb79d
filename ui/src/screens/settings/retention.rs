//! How long single seconds are kept.
//!
//! Tests find: `retention`, `keep-all`, `keep-12`, `keep-6`, `keep-3`, `retention-yes`.

use crate::prelude::*;

use super::backup::refused;
use crate::api::{self, Command};
use crate::components::choice::choice;
use crate::components::dialog::{Dialog, ends};
use crate::components::icon::{Icon, WARNING};
use crate::components::work::{self, Order};
use crate::follow::{Kept, follow, press, when};
use crate::load::load;
use crate::model::Model;
use crate::words::{self, Locale, lang, plural, t};

/// How long, in words.
pub fn in_words(lang: Locale, months: Option<u16>) -> String {
    match months {
        None => t!(lang, retention.all),
        Some(months) => plural!(lang, months, retention.months),
    }
}

/// The dialog.
pub fn retention() -> AnyView {
    let lang = lang();
    let model = Model::here();
    let kept = model.preferences.with_untracked(|preferences| preferences.keep_months);
    let months = Kept::new(kept);
    let count = load::<u64>(move || match months.get() {
        Some(months) => Command::new("would_forget").with("months", &months),
        // What is kept for ever is not counted: any question answers.
        None => Command::new("would_forget").with("months", &120),
    });
    let some = follow(move || months.get().is_some());
    let body = move || {
        let ways = [("keep-all", None), ("keep-12", Some(12)), ("keep-6", Some(6)), ("keep-3", Some(3))];
        let ways = ways.map(|(id, months)| (id, in_words(lang, months), months)).to_vec();
        view! {
            {choice("keep", t!(lang, retention.keep), ways, months, move |way| months.set(way))}
            <p class="muted">{t!(lang, retention.text)}</p>
            {when(move || some.get() && months.get() != kept, move || {
                let gone = follow(move || count.get().map(|gone| t!(lang, retention.would, n = words::count(lang, gone))));
                view! {
                    <p role="status">{gone}</p>
                    <p class="hint"><Icon svg=WARNING /><span>{t!(lang, retention.only_copy)}</span></p>
                }
                .into_any()
            })}
            {ends(view! {
                <button
                    class=follow(move || if some.get() { "button button-danger" } else { "button button-primary" })
                    data-testid="retention-yes"
                    disabled=follow(move || months.get() == kept)
                    on:click=keep(model, months)
                >
                    {follow(move || if some.get() { t!(lang, retention.forget) } else { t!(lang, save.save) })}
                </button>
            })}
        }
        .into_any()
    };
    view! {
        <Dialog title=t!(lang, retention.title)>
            <div class="choices" data-testid="retention">{work::shown(t!(lang, retention.forgetting), refused, body)}</div>
        </Dialog>
    }
    .into_any()
}

fn keep(model: Model, months: Kept<Option<u16>>) -> impl FnMut(leptos::ev::MouseEvent) + Send + 'static {
    press(move || {
        let command = Command::new("keep_months").with("months", &months.get_untracked());
        let told = Box::new(move |lang: Locale, answer: &str| {
            let gone = api::parse::<u64>(answer).unwrap_or_default();
            t!(lang, retention.forgotten, n = words::count(lang, gone))
        });
        work::begin(model, Order { command, told });
    })
}
