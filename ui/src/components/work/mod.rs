//! Something that takes a while, in a dialog: how far it has come, how it ended, or what stood in its way.
//!
//! Tests find: `work-progress`, `work-done`, `work-refused`.

use crate::prelude::*;
use bridge::Error;
use leptos::task::spawn_local;
use leptos_i18n::td_string;

use crate::api::{self, Command};
use crate::components::icon::{CHECK, Icon, WARNING};
use crate::components::notice::Details;
use crate::follow::{follow, part, press, when};
use crate::model::{Model, Over};
use crate::words::{self, Locale, lang, t};

/// How far it has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Work {
    /// It waits for the person.
    #[default]
    Ready,
    /// Under way: so many percent.
    Doing(u8),
    /// Done: what came of it.
    Done(String),
    /// Refused.
    Refused(Error),
}

/// The words for what came of something, made of the engine's answer.
type Told = Box<dyn FnOnce(Locale, &str) -> String>;

/// What is to be done, and the words for what came of it, made of the engine's answer.
pub struct Order {
    /// What the engine is asked.
    pub command: Command,
    /// What is said of its answer.
    pub told: Told,
}

/// Opens a dialog in which something is done; what was done in the last one is over.
pub fn open(model: Model, over: Over) {
    if !matches!(model.work.get_untracked(), Work::Doing(_)) {
        model.work.set(Work::Ready);
    }
    model.over.set(Some(over));
}

/// Asks the person for a file, then has the engine do what `order` says with its path. Nothing happens if they choose none.
pub fn with_file(model: Model, choose: Command, order: impl FnOnce(String) -> Order + 'static) {
    let order: Box<dyn FnOnce(String) -> Order> = Box::new(order);
    spawn_local(async move {
        match api::ask::<Option<String>>(choose).await {
            Ok(Some(path)) => begin(model, order(path)),
            Ok(None) => {}
            Err(error) => model.work.set(Work::Refused(error)),
        }
    });
}

/// Has the engine do it.
pub fn begin(model: Model, order: Order) {
    if matches!(model.work.get_untracked(), Work::Doing(_)) {
        return;
    }
    model.work.set(Work::Doing(0));
    spawn_local(async move {
        let answer = api::answer(order.command).await;
        // Its dialog may have been closed, and the language may be another one now.
        let lang = model.lang().get_untracked();
        let seen = model.over.get_untracked().is_some();
        match answer {
            Ok(answer) => {
                let words = (order.told)(lang, &answer);
                if !seen {
                    model.say(words.clone(), None);
                }
                model.work.set(Work::Done(words));
            }
            Err(error) => {
                if !seen {
                    model.trouble.set(Some(error.clone()));
                }
                model.work.set(Work::Refused(error));
            }
        }
    });
}

/// What stands in the dialog: what the person has to say first, then how far it is, then what came of it. `refused`: the words
/// for what stood in the way.
pub fn shown(
    doing: String,
    refused: fn(Locale, &Error) -> String,
    form: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    let lang = lang();
    let model = Model::here();
    let stage = follow(move || match model.work.get() {
        Work::Ready | Work::Refused(_) => 0,
        Work::Doing(_) => 1,
        Work::Done(_) => 2,
    });
    part(move || match stage.get() {
        0 => (part(move || problem(lang, refused)), form()).into_any(),
        1 => progress(doing.clone()),
        _ => done(),
    })
}

fn problem(lang: Locale, refused: fn(Locale, &Error) -> String) -> AnyView {
    let Work::Refused(error) = Model::here().work.get() else { return ().into_any() };
    view! {
        <div class="banner" role="alert" data-status="attention" data-testid="work-refused">
            <Icon svg=WARNING />
            <div>
                <b>{refused(lang, &error)}</b>
                <Details error=error />
            </div>
        </div>
    }
    .into_any()
}

fn progress(doing: String) -> AnyView {
    let lang = lang();
    let model = Model::here();
    let percent = follow(move || match model.work.get() {
        Work::Doing(percent) => percent,
        _ => 100,
    });
    let value = follow(move || percent.get().to_string());
    let share = follow(move || words::percent(lang, f64::from(percent.get()) / 100.0));
    view! {
        <div class="work" data-testid="work-progress">
            <p role="status">{doing.clone()}</p>
            <div class="work-bar">
                <progress max="100" value=value aria-label=doing></progress>
                {when(move || percent.get() > 0, move || view! { <span aria-hidden="true">{share}</span> }.into_any())}
            </div>
            <p class="muted">{t!(lang, work.wait)}</p>
        </div>
    }
    .into_any()
}

fn done() -> AnyView {
    let lang = lang();
    let model = Model::here();
    let Work::Done(words) = model.work.get_untracked() else { return ().into_any() };
    view! {
        <p class="work-done" role="status" data-testid="work-done">
            <Icon svg=CHECK />
            <span>{words}</span>
        </p>
        <div class="actions">
            <button class="button button-primary" on:click=press(move || model.over.set(None))>
                {td_string!(lang, common.close)}
            </button>
        </div>
    }
    .into_any()
}
