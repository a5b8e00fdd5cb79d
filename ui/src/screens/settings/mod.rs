//! Settings: how things look, what rings, what is kept and how, help, about.
//!
//! Tests find: `settings`, `language-fr`, `language-en`, `language-system`, `theme-light`, `theme-dark`, `theme-system`,
//! `text-100`, `text-125`, `text-150`, `text-200`, `units-metric`, `units-imperial`, `quiet`, `quiet-from`, `quiet-until`,
//! `lock-screen`, `start-with-system`, `self-test`, `licences`.

mod data;
mod help;
mod notify;

use bridge::{Start, Theme, Units};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, Command};
use crate::components::choice::{Switch, choice};
use crate::components::rows::{Fact, Group};
use crate::components::shell::PageHead;
use crate::follow::{Follow, Kept, follow, when};
use crate::load::load;
use crate::model::Model;
use crate::words::{self, lang, t};

/// The page.
#[component]
pub fn SettingsScreen() -> impl IntoView {
    let lang = lang();
    view! {
        <PageHead title=t!(lang, settings.title) />
        <div class="groups" data-testid="settings">
            <Display />
            {notify::notify()}
            <Computer />
            <Privacy />
            {data::data()}
            {help::help()}
            <About />
        </div>
    }
}

#[component]
fn Display() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let languages = vec![
        ("language-system", t!(lang, settings.system), None),
        ("language-fr", "Français".to_owned(), Some("fr".to_owned())),
        ("language-en", "English".to_owned(), Some("en".to_owned())),
    ];
    let language = follow(move || model.preferences.with(|preferences| preferences.language.clone()));
    let speak = move |tag: Option<String>| model.prefer(|preferences| preferences.language = tag);
    let themes = vec![
        ("theme-system", t!(lang, settings.system), Theme::System),
        ("theme-light", t!(lang, settings.light), Theme::Light),
        ("theme-dark", t!(lang, settings.dark), Theme::Dark),
    ];
    let paint = move |theme: Theme| model.prefer(|preferences| preferences.theme = theme);
    let percent = |percent: u16| words::value_text(lang, vitals::Metric::Battery, f64::from(percent));
    let sizes = vec![
        ("text-100", percent(100), 100),
        ("text-125", percent(125), 125),
        ("text-150", percent(150), 150),
        ("text-200", percent(200), 200),
    ];
    let size = follow(move || model.preferences.with(|preferences| preferences.text_percent));
    let write = move |size: u16| model.prefer(|preferences| preferences.text_percent = size);
    let units = vec![
        ("units-metric", t!(lang, settings.metric), Units::Metric),
        ("units-imperial", t!(lang, settings.imperial), Units::Imperial),
    ];
    let unit = follow(move || model.preferences.with(|preferences| preferences.units));
    let measure = move |units: Units| model.prefer(|preferences| preferences.units = units);
    view! {
        <Group title=t!(lang, settings.display)>
            <div class="block">
                {choice("language", t!(lang, settings.language), languages, language, speak)}
                {choice("theme", t!(lang, settings.theme), themes, model.theme(), paint)}
                {choice("text", t!(lang, settings.text_size), sizes, size, write)}
                {choice("units", t!(lang, settings.units), units, unit, measure)}
            </div>
        </Group>
    }
}

/// What only a desktop has; a phone refuses to answer, and nothing stands here.
#[component]
fn Computer() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let asked = Kept::new(0_u32);
    let starts = load::<bool>(move || {
        asked.track();
        Command::new("starts_with_system")
    });
    let on = follow(move || starts.get() == Some(true));
    let there = follow(move || starts.get().is_some());
    let turn = Callback::new(move |wanted: bool| {
        spawn_local(async move {
            let command = Command::new("start_with_system").with("wanted", &wanted);
            if let Err(error) = api::answer(command).await {
                model.trouble.set(Some(error));
            }
            // The switch shows what the system says, not what was wished. The page may have gone meanwhile.
            if let Some(times) = asked.try_get_untracked() {
                asked.set(times + 1);
            }
        });
    });
    when(
        move || there.get(),
        move || {
            view! {
            <Group title=t!(lang, settings.computer)>
                <Switch id="start-with-system" label=t!(lang, settings.starts) hint=t!(lang, settings.starts_text) on=on turn=turn />
            </Group>
        }
        .into_any()
        },
    )
}

#[component]
fn Privacy() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let protection = follow(move || match model.start.get() {
        Start::Ready { protection, .. } => words::protection(lang, protection),
        _ => String::new(),
    });
    view! {
        <Group title=t!(lang, settings.privacy)>
            <div class="block">
                <p>{protection}</p>
                <p class="muted">{t!(lang, settings.local)}</p>
            </div>
        </Group>
    }
}

#[component]
fn About() -> impl IntoView {
    let lang = lang();
    view! {
        <Group title=t!(lang, settings.about)>
            <Fact
                name=t!(lang, app)
                now=Follow::always(t!(lang, settings.version, version = env!("CARGO_PKG_VERSION")))
            />
            <div class="block">
                <p>{t!(lang, medical)}</p>
                <p class="muted" data-testid="licences">{t!(lang, settings.licence)}</p>
            </div>
        </Group>
    }
}
