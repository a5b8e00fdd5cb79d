//! What a page asks of the engine: on its way, there, or refused.

use std::marker::PhantomData;

use crate::prelude::*;
use bridge::Error;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;

use crate::api::{self, Command};
use crate::components::icon::{Icon, WARNING};
use crate::components::notice::Details;
use crate::follow::{Does, Kept, effect, part, press};
use crate::words::{self, lang, t};

/// An answer, as the engine wrote it: so it is of one type for all that is asked, until it is shown.
#[derive(Clone, PartialEq)]
enum Load {
    /// On its way.
    Waiting,
    /// Refused.
    Refused(Error),
    /// There.
    There(String),
}

/// What was asked, and how it is asked again.
pub struct Loaded<T> {
    now: Kept<Load>,
    /// Counts the tries.
    again: Kept<u32>,
    what: PhantomData<fn() -> T>,
}

impl<T> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Loaded<T> {}

/// Asks now, and again whenever what `command` reads changes. What is shown stays until the new answer is there, and only a
/// different answer is told on.
pub fn load<T>(command: impl Fn() -> Command + 'static) -> Loaded<T> {
    let (now, again) = (Kept::new(Load::Waiting), Kept::new(0));
    ask(Box::new(move |()| command()), now, again);
    Loaded { now, again, what: PhantomData }
}

fn ask(command: Box<dyn Does<(), Command>>, now: Kept<Load>, again: Kept<u32>) {
    effect(move || {
        again.track();
        let command = command.does(());
        spawn_local(async move {
            let answer = match api::answer(command).await {
                Ok(answer) => Load::There(answer),
                Err(error) => Load::Refused(error),
            };
            // The page may have gone meanwhile.
            if now.try_get_untracked().is_some_and(|now| now != answer) {
                now.set(answer);
            }
        });
    });
}

impl<T: DeserializeOwned + 'static> Loaded<T> {
    /// The answer, once it is there.
    pub fn get(self) -> Option<T> {
        self.now.with(|now| match now {
            Load::There(answer) => api::parse(answer).ok(),
            Load::Waiting | Load::Refused(_) => None,
        })
    }

    /// The answer, without following it.
    pub fn get_untracked(self) -> Option<T> {
        untrack(move || self.get())
    }

    /// Shows the answer; until then an outline, and a refusal with a way to try again.
    pub fn view(self, show: impl Fn(T) -> AnyView + Send + 'static) -> AnyView {
        view(self.now, self.again, Box::new(move |answer: String| api::parse(&answer).map(&show)))
    }
}

/// Shows an answer, or says why `show` cannot.
fn view(
    now: Kept<Load>,
    again: Kept<u32>,
    show: Box<dyn Does<String, Result<AnyView, Error>> + Send>,
) -> AnyView {
    part(move || match now.get() {
        Load::There(answer) => show.does(answer).unwrap_or_else(|error| refused(error, again)),
        Load::Waiting => outline(),
        Load::Refused(error) => refused(error, again),
    })
}

/// Boxes where the answer will stand; they appear after 150 ms, so that a quick answer shows no flicker.
fn outline() -> AnyView {
    view! {
        <div class="outline" data-testid="waiting">
            <p class="unseen" role="status">{t!(lang(), common.loading)}</p>
            <i></i>
            <i></i>
            <i></i>
        </div>
    }
    .into_any()
}

fn refused(error: Error, again: Kept<u32>) -> AnyView {
    let lang = lang();
    view! {
        <div class="banner" role="alert" data-status="attention" data-testid="refused">
            <Icon svg=WARNING />
            <div>
                <b>{words::trouble(lang, error.code)}</b>
                <Details error=error />
            </div>
            <button class="button" data-testid="retry" on:click=press(move || again.update(|tries| *tries += 1))>
                {t!(lang, common.retry)}
            </button>
        </div>
    }
    .into_any()
}
