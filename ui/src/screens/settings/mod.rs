//! Settings: how things look, what rings, what the system allows, what is kept and how, help, about.
//!
//! Tests find: `settings`, `language-fr`, `language-en`, `language-system`, `theme-light`, `theme-dark`, `theme-system`,
//! `text-100`, `text-125`, `text-150`, `text-200`, `units-metric`, `units-imperial`, `celsius`, `fahrenheit`, `quiet`, `quiet-from`, `quiet-until`,
//! `lock-screen`, `start-with-system`, `system`, `open-setting`, `to-protection`, `lock`, `to-retention`, `self-test`, `licences`.

mod backup;
mod data;
mod export;
mod file;
mod found;
mod help;
mod licences;
mod notify;
mod protection;
mod retention;

pub use backup::{back_up, bring_back};
pub use export::export;
pub use found::to_setting;
pub use licences::licences;
pub use protection::protection;
pub use retention::retention;

use crate::prelude::*;
use bridge::{Protection, Start, System, Temperature, Theme, Units};
use leptos::task::spawn_local;

use crate::api::{self, Command};
use crate::components::choice::{Switch, choice};
use crate::components::icon::{CLOCK, KEY, LIST, LOCK};
use crate::components::rows::{Fact, Group, Way};
use crate::components::shell::PageHead;
use crate::components::work;
use crate::follow::{Follow, Kept, follow, when};
use crate::load::load;
use crate::model::{Model, Over};
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
    let degrees = [("celsius", Temperature::Celsius), ("fahrenheit", Temperature::Fahrenheit)];
    let degrees = degrees.map(|(id, unit)| (id, unit.sign().to_owned(), unit)).to_vec();
    let degree = follow(move || model.preferences.with(|preferences| preferences.temperature));
    let warm = move |unit: Temperature| model.prefer(|preferences| preferences.temperature = unit);
    view! {
        <Group title=t!(lang, settings.display)>
            <div class="block">
                {choice("language", t!(lang, settings.language), languages, language, speak)}
                {choice("theme", t!(lang, settings.theme), themes, model.theme(), paint)}
                {choice("text", t!(lang, settings.text_size), sizes, size, write)}
                {choice("units", t!(lang, settings.units), units, unit, measure)}
                {choice("temperature", t!(lang, settings.temperature), degrees, degree, warm)}
            </div>
        </Group>
    }
}

/// What the system has and allows, as it says itself. Starting with it only a desktop knows: a phone refuses to answer, and no
/// switch stands here.
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
    let switch = when(
        move || there.get(),
        move || {
            view! {
                <Switch id="start-with-system" label=t!(lang, settings.starts) hint=t!(lang, settings.starts_text) on=on turn=turn />
            }
            .into_any()
        },
    );
    let system = load::<System>(|| Command::new("system"));
    let allowed = move |system| found::list(found::of_system(lang, system));
    view! {
        <Group title=t!(lang, settings.computer)>
            {switch}
            <div class="block" data-testid="system">{system.view(allowed)}</div>
        </Group>
    }
}

#[component]
fn Privacy() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let protection = follow(move || match model.start.get() {
        Start::Ready { protection, .. } => words::protection(lang, protection),
        _ => String::new(),
    });
    let kept = protection::now(model).is_some_and(|protection| protection != Protection::Ephemeral);
    let open = Callback::new(move |()| work::open(model, Over::Protection));
    let months = follow(move || model.preferences.with(|preferences| preferences.keep_months));
    let months = follow(move || retention::in_words(lang, months.get()));
    let keep = Callback::new(move |()| work::open(model, Over::Retention));
    // Only a passphrase opens a lock.
    let lock = (protection::now(model) == Some(Protection::Passphrase)).then(|| {
        let open = Callback::new(move |()| model.ask(Command::new("lock")));
        view! { <Way id="lock" icon=LOCK name=t!(lang, lock.now) open=open /> }
    });
    let word = match protection::now(model) {
        Some(Protection::Passphrase) => t!(lang, protection.change_it),
        _ => t!(lang, protection.set_it),
    };
    view! {
        <Group title=t!(lang, settings.privacy)>
            <div class="block">
                <p>{protection}</p>
                <p class="muted">{t!(lang, settings.local)}</p>
            </div>
            <Way id="to-retention" icon=CLOCK name=t!(lang, retention.title) now=months open=keep />
            {kept.then(|| view! { <Way id="to-protection" icon=KEY name=word open=open /> })}
            {lock}
        </Group>
    }
}

#[component]
fn About() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let open = Callback::new(move |()| model.over.set(Some(Over::Licences)));
    view! {
        <Group title=t!(lang, settings.about)>
            <Fact
                name=t!(lang, app)
                now=Follow::always(t!(lang, settings.version, version = env!("CARGO_PKG_VERSION")))
            />
            <div class="block">
                <p>{t!(lang, medical)}</p>
                <p class="muted">{t!(lang, settings.licence)}</p>
            </div>
            <Way id="licences" icon=LIST name=t!(lang, settings.licences) open=open />
        </Group>
    }
}
