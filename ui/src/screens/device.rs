//! The bracelet: what the app knows of it, and what can be asked of it.
//!
//! Tests find: `bracelet`, `disconnect`, `reconnect`, `find`, `brightness`, `rename`, `forget`, `forget-yes`, `remove-demo-yes`.

use crate::prelude::*;
use bridge::{Changed, Connection, Data, Device, SourceKind};
use leptos_i18n::Locale as _;
use vitals::Metric;

use crate::api::Command;
use crate::components::dialog::{Dialog, ends};
use crate::components::field::Field;
use crate::components::rows::Group;
use crate::follow::{Follow, Kept, follow, hear, part, press, when};
use crate::load::load;
use crate::model::{Model, Over};
use crate::page;
use crate::words::{self, lang, t};

/// The dialog of the present bracelet.
pub fn bracelet() -> AnyView {
    let lang = lang();
    let model = Model::here();
    let source = model.part(|home| home.source.clone());
    let records = model.part(|home| home.storage.records);
    let battery = model.part(|home| home.battery.value);
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
    let word = follow(move || match state.get() {
        1 => t!(lang, connection.connecting),
        2 => t!(lang, connection.connected),
        3 => t!(lang, connection.lost),
        4 => t!(lang, connection.disconnected),
        _ => t!(lang, connection.none),
    });
    let fact = |label: String, value: Follow<String>| {
        when(
            move || !value.with(String::is_empty),
            move || {
                view! {
                    <dt>{label.clone()}</dt>
                    <dd>{value}</dd>
                }
                .into_any()
            },
        )
    };
    let act = part(move || {
        let (class, id, word, command) = match state.get() {
            1..=3 => ("button", "disconnect", t!(lang, connection.disconnect), "disconnect"),
            _ => ("button button-primary", "reconnect", t!(lang, connection.reconnect), "connect_demo"),
        };
        let act = press(move || {
            model.over.set(None);
            model.ask(Command::new(command));
        });
        view! { <button class=class data-testid=id on:click=act>{word}</button> }.into_any()
    });
    let known = move || source.get_untracked().map(|source| (source.id, source.name));
    let rename = press(move || model.over.set(known().map(|(_, name)| Over::Rename(name))));
    let demo = source.with_untracked(|source| source.as_ref().is_some_and(|it| it.kind == SourceKind::Demo));
    let forget = press(move || {
        let over =
            if demo { Some(Over::RemoveDemo) } else { known().map(|(id, name)| Over::Forget(id, name)) };
        model.over.set(over);
    });
    let name =
        source.with_untracked(|source| source.as_ref().map(|source| words::source(lang, &source.name)));
    view! {
        <Dialog title=name.unwrap_or_else(|| t!(lang, connection.bracelet))>
            <dl class="facts" data-testid="bracelet">
                {fact(t!(lang, connection.label), word)}
                {fact(
                    t!(lang, connection.since),
                    follow(move || since.get().map(|since| page::clock(since, lang.as_str())).unwrap_or_default()),
                )}
                {fact(
                    t!(lang, metric.battery),
                    follow(move || {
                        battery.get().map(|value| words::value_text(lang, Metric::Battery, value)).unwrap_or_default()
                    }),
                )}
                {fact(
                    t!(lang, connection.serial),
                    follow(move || source.get().map(|source| source.serial).unwrap_or_default()),
                )}
                {fact(
                    t!(lang, connection.firmware),
                    follow(move || source.get().and_then(|source| source.firmware).unwrap_or_default()),
                )}
                {fact(t!(lang, connection.records), follow(move || words::count(lang, records.get())))}
                {fact(t!(lang, connection.measures), Follow::always(measures(lang)))}
            </dl>
            {when(move || state.get() == 2, orders)}
            <div class="actions">
                <button class="button button-danger apart" data-testid="forget" on:click=forget>
                    {t!(lang, connection.forget)}
                </button>
                <button class="button" data-testid="rename" on:click=rename>{t!(lang, connection.rename)}</button>
                {act}
            </div>
        </Dialog>
    }
    .into_any()
}

/// What a bracelet with a journal feeds: everything that is shown.
fn measures(lang: words::Locale) -> String {
    [Metric::HeartRate, Metric::Spo2, Metric::SkinTemperature, Metric::Steps, Metric::Sleep]
        .map(|metric| words::metric(lang, metric))
        .join(", ")
}

/// What can be asked of a connected bracelet: that it makes itself found, and how bright its light is.
fn orders() -> AnyView {
    let lang = lang();
    let model = Model::here();
    let device = load::<Device>(move || {
        model.version(Changed::Devices).track();
        Command::new("device")
    });
    device.view(move |device| {
        let sent = move |sent: Option<bridge::Sent>| sent.and_then(|sent| words::sent(lang, sent)).unwrap_or_default();
        let finding = device.finding;
        let find = press(move || model.ask(Command::new("find_bracelet").with("on", &!finding)));
        let word = if finding { t!(lang, connection.stop_finding) } else { t!(lang, connection.find) };
        let brightness = device.brightness.unwrap_or(50);
        let dim = hear(move |event| {
            if let Ok(percent) = event_target_value(&event).parse::<u8>() {
                model.ask(Command::new("set_brightness").with("percent", &percent));
            }
        });
        let find_sent = device.finding_sent.filter(|_| finding);
        view! {
            <Group>
                <div class="row">
                    <span class="row-name">{t!(lang, connection.find_text)} <small role="status">{sent(find_sent)}</small></span>
                    <button class="button" data-testid="find" aria-pressed=finding.to_string() on:click=find>{word}</button>
                </div>
                <label class="row">
                    <span class="row-name">{t!(lang, connection.light)} <small role="status">{sent(device.brightness_sent)}</small></span>
                    <input
                        class="range"
                        type="range"
                        min="0"
                        max="100"
                        step="5"
                        data-testid="brightness"
                        aria-valuetext=words::value_text(lang, Metric::Battery, f64::from(brightness))
                        prop:value=brightness.to_string()
                        on:change=dim
                    />
                </label>
            </Group>
        }
        .into_any()
    })
}

/// The dialog in which a source gets another name.
pub fn rename(name: String) -> AnyView {
    let lang = lang();
    let model = Model::here();
    let before = words::source(lang, &name);
    let name = Kept::new(before.clone());
    let wrong = follow(move || name.with(|name| name.trim().is_empty()));
    let keep = press(move || {
        let name = name.get_untracked();
        // The product's own name is in the person's language: kept as it is, it stays the product's.
        if name != before {
            model.ask(Command::new("rename_bracelet").with("name", &name.trim()));
        }
        model.over.set(None);
    });
    view! {
        <Dialog title=t!(lang, connection.rename)>
            <Field id="source-name" label=t!(lang, connection.name) value=name longest=80 />
            {ends(view! {
                <button class="button button-primary" data-testid="keep" disabled=wrong on:click=keep>{t!(lang, save.save)}</button>
            })}
        </Dialog>
    }
    .into_any()
}

/// Asks once before a source's readings are deleted, and says how many they are.
pub fn forget(id: i64, name: String) -> AnyView {
    let lang = lang();
    let data = load::<Data>(|| Command::new("data"));
    let text = follow(move || {
        let records = data
            .get()
            .and_then(|data| data.sources.iter().find(|it| it.source.id == id).map(|it| it.records));
        records.map_or_else(String::new, |records| {
            t!(lang, connection.forget_text, count = words::count(lang, records))
        })
    });
    ask_once(
        t!(lang, connection.forget_title, name = words::source(lang, &name)),
        text,
        (t!(lang, connection.keep), t!(lang, connection.forget)),
        ("forget-yes", Command::new("forget_bracelet")),
    )
}

/// Asks once before the demo's readings are deleted.
pub fn remove_demo() -> AnyView {
    let lang = lang();
    let text = Follow::always(t!(lang, demo.remove_text));
    ask_once(
        t!(lang, demo.remove_title),
        text,
        (t!(lang, demo.keep), t!(lang, demo.remove)),
        ("remove-demo-yes", Command::new("remove_demo")),
    )
}

/// A question before something is deleted for good.
fn ask_once(
    title: String,
    text: Follow<String>,
    (no, yes): (String, String),
    (id, command): (&'static str, Command),
) -> AnyView {
    let model = Model::here();
    let act = press(move || {
        model.over.set(None);
        model.ask(command.clone());
    });
    view! {
        <Dialog title=title>
            <p>{text}</p>
            <div class="actions">
                <button class="button" on:click=press(move || model.over.set(None))>{no}</button>
                <button class="button button-danger" data-testid=id on:click=act>{yes}</button>
            </div>
        </Dialog>
    }
    .into_any()
}
