//! Before Home: what the engine waits for. Each state says what happened, what is safe, and offers one button.

mod passphrase;

use crate::prelude::*;
use bridge::{Code, Error, Start};

use crate::api::Command;
use crate::components::icon::{DISK, FILE_WARNING, FOLDER, Icon, KEY, REFRESH, SHIELD, WARNING, WINDOW};
use crate::components::notice::{Details, Troubles};
use crate::follow::{follow, part, press};
use crate::model::Model;
use crate::words::{Locale, lang, t};

/// What the engine waits for. `data-testid="start"`, the state in `data-state`.
#[component]
pub fn StartScreen() -> impl IntoView {
    let model = Model::here();
    let state = follow(move || {
        model.start.with(|start| match start {
            Start::Opening => "opening",
            Start::ChooseProtection { .. } => "choose_protection",
            Start::AskPassphrase { .. } => "ask_passphrase",
            Start::KeyUnavailable { .. } => "key_unavailable",
            Start::Blocked { .. } => "blocked",
            Start::Ready { .. } => "ready",
        })
    });
    view! {
        <main class="start" data-testid="start" data-state=state>
            <div class="start-box">
                <Troubles />
                {part(move || match model.start.get() {
                    Start::ChooseProtection { why } => view! { <passphrase::Choose why=why /> }.into_any(),
                    Start::AskPassphrase { why } => view! { <passphrase::Ask why=why /> }.into_any(),
                    Start::KeyUnavailable { why } => {
                        let text = key(lang(), why.code);
                        view! { <Stopped icon=KEY text=text why=why button=Retry::Again /> }.into_any()
                    }
                    Start::Blocked { why, kept_aside } => {
                        let (icon, text, button) = blocked(lang(), why.code, kept_aside);
                        view! { <Stopped icon=icon text=text why=why button=button /> }.into_any()
                    }
                    Start::Opening | Start::Ready { .. } => ().into_any(),
                })}
            </div>
        </main>
    }
}

/// What happened, what to do, what is safe.
struct Told {
    title: String,
    text: String,
    safe: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Retry {
    Again,
    Afresh,
}

fn key(lang: Locale, code: Code) -> Told {
    let safe = t!(lang, start.key_safe);
    match code {
        Code::KeyMissing => {
            Told { title: t!(lang, start.key_missing_title), text: t!(lang, start.key_missing_text), safe }
        }
        Code::KeyringMissing => Told {
            title: t!(lang, start.keyring_missing_title),
            text: t!(lang, start.keyring_missing_text),
            safe,
        },
        _ => Told { title: t!(lang, start.key_title), text: t!(lang, start.key_text), safe },
    }
}

fn blocked(lang: Locale, code: Code, kept_aside: Option<String>) -> (&'static str, Told, Retry) {
    macro_rules! told {
        ($title:ident, $text:ident, $safe:ident) => {
            Told { title: t!(lang, start.$title), text: t!(lang, start.$text), safe: t!(lang, start.$safe) }
        };
    }
    match code {
        Code::DatabaseNewer => (REFRESH, told!(newer_title, newer_text, newer_safe), Retry::Again),
        // Only a database that was kept aside leaves room for an empty one.
        Code::DatabaseDamaged => match kept_aside {
            Some(path) => {
                let told = Told {
                    title: t!(lang, start.damaged_title),
                    text: t!(lang, start.damaged_text),
                    safe: t!(lang, start.damaged_safe, path = path),
                };
                (FILE_WARNING, told, Retry::Afresh)
            }
            None => (FILE_WARNING, told!(damaged_title, damaged_here_text, damaged_here_safe), Retry::Again),
        },
        Code::AlreadyRunning => (WINDOW, told!(running_title, running_text, running_safe), Retry::Again),
        Code::DiskFull => (DISK, told!(disk_title, disk_text, disk_safe), Retry::Again),
        Code::FolderNotWritable => (FOLDER, told!(folder_title, folder_text, folder_safe), Retry::Again),
        _ => (WARNING, told!(internal_title, internal_text, internal_safe), Retry::Again),
    }
}

/// A start that cannot go on by itself.
#[component]
fn Stopped(icon: &'static str, text: Told, why: Error, button: Retry) -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let (word, command) = match button {
        Retry::Again => (t!(lang, common.retry), Command::new("retry")),
        Retry::Afresh => (t!(lang, start.afresh), Command::new("start_afresh")),
    };
    view! {
        <span class="start-icon"><Icon svg=icon /></span>
        <h1>{text.title}</h1>
        <p role="alert">{text.text}</p>
        <p class="safe">
            <Icon svg=SHIELD />
            <span>{text.safe}</span>
        </p>
        <button
            class="button button-primary"
            data-testid="retry"
            disabled=follow(move || model.busy.get())
            on:click=press(move || model.ask(command.clone()))
        >
            {word}
        </button>
        <Details error=why />
    }
}
