//! What Home opens above itself.

use bridge::Connection;
use leptos::prelude::*;
use leptos_i18n::{Locale as _, td_string};

use crate::api::Command;
use crate::components::dialog::Dialog;
use crate::model::{Model, Over};
use crate::page;
use crate::screens::settings::Settings;
use crate::words::{self, lang};

/// The dialog that is open, if one is.
#[component]
pub fn Dialogs() -> impl IntoView {
    let model = Model::here();
    move || {
        model.over.get().map(|over| match over {
            Over::Connect => view! { <Connect /> }.into_any(),
            Over::Bracelet => view! { <Bracelet /> }.into_any(),
            Over::RemoveDemo => view! { <RemoveDemo /> }.into_any(),
            Over::Settings => view! { <Settings /> }.into_any(),
        })
    }
}

/// Says truly what can be connected today.
#[component]
fn Connect() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    view! {
        <Dialog title=td_string!(lang, first.connect_title).to_string()>
            <p>{td_string!(lang, first.connect_text).to_string()}</p>
            <div class="actions">
                <button class="button" on:click=move |_| model.over.set(None)>
                    {td_string!(lang, common.close).to_string()}
                </button>
                <button
                    class="button button-primary"
                    data-testid="connect-demo"
                    on:click=move |_| {
                        model.over.set(None);
                        model.ask(Command::ConnectDemo);
                    }
                >
                    {td_string!(lang, first.demo).to_string()}
                </button>
            </div>
        </Dialog>
    }
}

/// Which bracelet, since when, how much of it is kept.
#[component]
fn Bracelet() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let source = model.part(|home| home.source.clone());
    let records = model.part(|home| home.storage.records);
    let since = model.part(|home| match home.connection {
        Connection::Connected { since }
        | Connection::Lost { since, .. }
        | Connection::Disconnected { since } => Some(since),
        Connection::None | Connection::Connecting { .. } => None,
    });
    let state = model.part(|home| match home.connection {
        Connection::None => 0,
        Connection::Connecting { .. } => 1,
        Connection::Connected { .. } => 2,
        Connection::Lost { .. } => 3,
        Connection::Disconnected { .. } => 4,
    });
    let word = move || match state.get() {
        1 => td_string!(lang, connection.connecting).to_string(),
        2 => td_string!(lang, connection.connected).to_string(),
        3 => td_string!(lang, connection.lost).to_string(),
        4 => td_string!(lang, connection.disconnected).to_string(),
        _ => td_string!(lang, connection.none).to_string(),
    };
    let reachable = move || matches!(state.get(), 1..=3);
    let name = move || source.get().map(|source| source.name).unwrap_or_default();
    let fact = |label: String, value: Signal<String>| {
        view! {
            <Show when=move || !value.get().is_empty()>
                <dt>{label.clone()}</dt>
                <dd>{move || value.get()}</dd>
            </Show>
        }
    };
    view! {
        <Dialog title=td_string!(lang, connection.bracelet).to_string()>
            <dl class="facts">
                {fact(td_string!(lang, connection.name).to_string(), Signal::derive(name))}
                {fact(td_string!(lang, connection.label).to_string(), Signal::derive(word))}
                {fact(
                    td_string!(lang, connection.since).to_string(),
                    Signal::derive(move || {
                        since.get().map(|since| page::clock(since, lang.as_str())).unwrap_or_default()
                    }),
                )}
                {fact(
                    td_string!(lang, connection.serial).to_string(),
                    Signal::derive(move || source.get().map(|source| source.serial).unwrap_or_default()),
                )}
                {fact(
                    td_string!(lang, connection.firmware).to_string(),
                    Signal::derive(move || source.get().and_then(|source| source.firmware).unwrap_or_default()),
                )}
                {fact(
                    td_string!(lang, connection.records).to_string(),
                    Signal::derive(move || words::count(lang, records.get())),
                )}
            </dl>
            <div class="actions">
                <Show
                    when=reachable
                    fallback=move || {
                        view! {
                            <button
                                class="button button-primary"
                                on:click=move |_| {
                                    model.over.set(None);
                                    model.ask(Command::ConnectDemo);
                                }
                            >
                                {td_string!(lang, connection.reconnect).to_string()}
                            </button>
                        }
                    }
                >
                    <button
                        class="button"
                        data-testid="disconnect"
                        on:click=move |_| {
                            model.over.set(None);
                            model.ask(Command::Disconnect);
                        }
                    >
                        {td_string!(lang, connection.disconnect).to_string()}
                    </button>
                </Show>
            </div>
        </Dialog>
    }
}

/// Asks once before the demo's readings are deleted.
#[component]
fn RemoveDemo() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    view! {
        <Dialog title=td_string!(lang, demo.remove_title).to_string()>
            <p>{td_string!(lang, demo.remove_text).to_string()}</p>
            <div class="actions">
                <button class="button" on:click=move |_| model.over.set(None)>
                    {td_string!(lang, demo.keep).to_string()}
                </button>
                <button
                    class="button button-danger"
                    data-testid="remove-demo-yes"
                    on:click=move |_| {
                        model.over.set(None);
                        model.ask(Command::RemoveDemo);
                    }
                >
                    {td_string!(lang, demo.remove).to_string()}
                </button>
            </div>
        </Dialog>
    }
}
