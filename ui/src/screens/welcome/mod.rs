//! The first run: a picture, a sentence, two equal ways in; then three steps that can be skipped.
//!
//! Tests find: `home` (its `data-face` is `first`), `use-local`, `try-demo`, `welcome-step` (its `data-step`), `skip`, `next`.

mod steps;

use crate::prelude::*;

use crate::api::Command;
use crate::components::heart::Outline;
use crate::components::icon::{DEMO, Icon, SHIELD};
use crate::components::notice::Troubles;
use crate::follow::{follow, part, press};
use crate::model::Model;
use crate::words::{self, lang, t};

/// The first page that a person sees.
#[component]
pub fn WelcomeScreen() -> impl IntoView {
    let model = Model::here();
    view! {
        <main class="welcome" data-testid="home" data-face="first">
            <Troubles />
            {part(move || match model.step.get() {
                None => view! { <Ways /> }.into_any(),
                Some(step) => steps::step(step),
            })}
        </main>
    }
}

#[component]
fn Ways() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let here = lang;
    let languages = [("fr", "Français"), ("en", "English")].map(|(tag, name)| {
        let chosen = words::best([tag.to_owned()]) == here;
        view! {
            <button
                class="button-text"
                lang=tag
                data-testid=format!("language-{tag}")
                aria-pressed=chosen.to_string()
                on:click=press(move || model.prefer(|preferences| preferences.language = Some(tag.to_owned())))
            >
                {name}
            </button>
        }
    });
    view! {
        <div class="welcome-languages" role="group" aria-label=t!(lang, settings.language)>{languages.collect_view()}</div>
        <div class="welcome-picture"><Outline /></div>
        <h1>{t!(lang, first.title)}</h1>
        <div class="welcome-ways">
            <button
                class="way"
                data-testid="use-local"
                on:click=press(move || model.step.set(Some(0)))
            >
                <Icon svg=SHIELD />
                <b>{t!(lang, welcome.local)}</b>
                <small>{t!(lang, welcome.local_text)}</small>
            </button>
            <button
                class="way"
                data-testid="try-demo"
                disabled=follow(move || model.busy.get())
                on:click=press(move || {
                    model.welcome_over();
                    model.ask(Command::new("connect_demo"));
                })
            >
                <Icon svg=DEMO />
                <b>{t!(lang, first.demo)}</b>
                <small>{t!(lang, welcome.demo_text)}</small>
            </button>
        </div>
        <p class="welcome-note">{t!(lang, first.not_medical)}</p>
    }
}
