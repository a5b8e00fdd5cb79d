//! Settings, as far as there is something to set: language and theme; then how readings are kept, and about.

use bridge::{Start, Theme};
use leptos::prelude::*;
use leptos_i18n::td_string;

use crate::components::dialog::Dialog;
use crate::model::Model;
use crate::words::{self, lang};

/// The dialog. Its choices: `data-testid="language-fr"`, `language-en`, `language-system`, `theme-light`, `theme-dark`,
/// `theme-system`.
#[component]
pub fn Settings() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let language = Memo::new(move |_| model.preferences.with(|preferences| preferences.language.clone()));
    let theme = model.theme();
    let protection = move || match model.start.get() {
        Start::Ready { protection, .. } => words::protection(lang, protection),
        _ => String::new(),
    };
    let languages = [
        ("language-system", None, td_string!(lang, settings.system).to_string()),
        ("language-fr", Some("fr"), "Français".to_owned()),
        ("language-en", Some("en"), "English".to_owned()),
    ];
    let themes = [
        ("theme-system", Theme::System, td_string!(lang, settings.system).to_string()),
        ("theme-light", Theme::Light, td_string!(lang, settings.light).to_string()),
        ("theme-dark", Theme::Dark, td_string!(lang, settings.dark).to_string()),
    ];
    view! {
        <Dialog title=td_string!(lang, settings.title).to_string()>
            <fieldset class="choice">
                <legend>{td_string!(lang, settings.language).to_string()}</legend>
                {languages
                    .into_iter()
                    .map(|(id, tag, name)| {
                        view! {
                            <Choice
                                group="language"
                                id=id
                                name=name
                                chosen=Signal::derive(move || language.get().as_deref() == tag)
                                choose=Callback::new(move |()| {
                                    model.prefer(|preferences| preferences.language = tag.map(str::to_owned));
                                })
                            />
                        }
                    })
                    .collect_view()}
            </fieldset>
            <fieldset class="choice">
                <legend>{td_string!(lang, settings.theme).to_string()}</legend>
                {themes
                    .into_iter()
                    .map(|(id, value, name)| {
                        view! {
                            <Choice
                                group="theme"
                                id=id
                                name=name
                                chosen=Signal::derive(move || theme.get() == value)
                                choose=Callback::new(move |()| {
                                    model.prefer(|preferences| preferences.theme = value);
                                })
                            />
                        }
                    })
                    .collect_view()}
            </fieldset>
            <h3>{td_string!(lang, settings.privacy).to_string()}</h3>
            <p>{protection}</p>
            <h3>{td_string!(lang, settings.about).to_string()}</h3>
            <p>
                {td_string!(lang, app).to_string()} " · "
                {td_string!(lang, settings.version, version = env!("CARGO_PKG_VERSION")).to_string()}
            </p>
            <p>{td_string!(lang, medical).to_string()}</p>
            <p class="small">{td_string!(lang, settings.licence).to_string()}</p>
        </Dialog>
    }
}

#[component]
fn Choice(
    group: &'static str,
    id: &'static str,
    name: String,
    chosen: Signal<bool>,
    choose: Callback<()>,
) -> impl IntoView {
    view! {
        <label>
            <input
                type="radio"
                name=group
                data-testid=id
                prop:checked=move || chosen.get()
                on:change=move |_| choose.run(())
            />
            <span>{name}</span>
        </label>
    }
}
