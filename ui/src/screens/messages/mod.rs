//! The conversation with the bracelet's display. `data-testid`: `messages`, a message `message` with its `data-state`,
//! `message-text`, `message-send`, `message-change`, `message-counter`.

use crate::prelude::*;
use bridge::{Changed, MAX_MESSAGE_CHARS, Message, MessageState};
use leptos_i18n::Locale as _;
use vitals::Status;

use crate::api::Command;
use crate::components::dialog::Dialog;
use crate::components::display::Display;
use crate::components::empty::Empty;
use crate::components::field::{Field, Kind};
use crate::components::icon::{CHECK, CLOCK, Icon, MESSAGE, SEND, WARNING, WATCH};
use crate::components::shell::PageHead;
use crate::components::status::Shape;
use crate::follow::{Follow, Kept, follow, press};
use crate::load::load;
use crate::model::{Model, Over};
use crate::order::ordered;
use crate::page;
use crate::screens::connect::with_bracelet;
use crate::words::{Locale, lang, t};

/// The page.
#[component]
pub fn MessagesScreen() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let messages = load::<Vec<Message>>(move || {
        model.version(Changed::Messages).track();
        Command::new("messages")
    });
    let page = move || {
        view! {
            <div class="messages" data-testid="messages">
                <div class="conversation" role="log" tabindex="0" aria-label=t!(lang, messages.conversation)>
                    {messages.view(conversation)}
                </div>
                <Composer />
            </div>
        }
        .into_any()
    };
    view! { <PageHead title=t!(lang, nav.messages) /> {with_bracelet(page)} }
}

fn conversation(messages: Vec<Message>) -> AnyView {
    let lang = lang();
    if messages.is_empty() {
        return view! { <Empty icon=MESSAGE title=t!(lang, messages.none) text=t!(lang, messages.none_text) /> }.into_any();
    }
    let messages = ordered(messages, |message| (message.written.0, message.id));
    messages.into_iter().map(bubble).collect_view().into_any()
}

fn state(lang: Locale, state: MessageState) -> (&'static str, &'static str, String) {
    match state {
        MessageState::Waiting => ("waiting", CLOCK, t!(lang, messages.waiting)),
        MessageState::Shown => ("shown", WATCH, t!(lang, messages.shown)),
        MessageState::Read | MessageState::RepliedOk | MessageState::RepliedHelp => {
            ("read", CHECK, t!(lang, messages.read))
        }
        MessageState::Failed => ("failed", WARNING, t!(lang, messages.failed)),
        MessageState::Dropped => ("dropped", WARNING, t!(lang, messages.dropped)),
    }
}

fn bubble(message: Message) -> AnyView {
    let lang = lang();
    let model = Model::here();
    let (name, icon, word) = state(lang, message.state);
    let reply = match message.state {
        MessageState::RepliedOk => Some(("ok", t!(lang, messages.reply_ok))),
        MessageState::RepliedHelp => Some(("alert", t!(lang, messages.reply_help))),
        _ => None,
    };
    let reply = reply.map(|(status, word)| {
        let needs_help =
            (status == "alert").then(|| view! { <Shape status=Follow::always(Status::Alert) /> });
        view! {
            <div class="bubble bubble-reply" data-status=status>
                <p>{needs_help} {word}</p>
                <small>{page::clock(message.at, lang.as_str())}</small>
            </div>
        }
    });
    let again = matches!(message.state, MessageState::Failed | MessageState::Dropped).then(|| {
        let text = message.text.clone();
        let send = press(move || model.ask(Command::new("send_message").with("text", &text)));
        view! { <button class="button-text" on:click=send>{t!(lang, messages.again)}</button> }
    });
    let change = (message.state == MessageState::Waiting).then(|| {
        let (id, text) = (message.id, message.text.clone());
        let change = press(move || model.over.set(Some(Over::Message(id, text.clone()))));
        view! { <button class="button-text" on:click=change>{t!(lang, common.change)}</button> }
    });
    view! {
        <div class="bubble" data-testid="message" data-state=name>
            <p>{message.text}</p>
            <small>
                <Icon svg=icon />
                {word} " · " {page::clock(message.written, lang.as_str())}
                {change} {again}
            </small>
        </div>
        {reply}
    }
    .into_any()
}

/// A text with what is left of its length, and whether it can be sent.
fn counted(text: Kept<String>) -> (Follow<String>, Follow<bool>) {
    let lang = lang();
    let length = follow(move || text.with(|text| text.trim().chars().count()));
    let counter = follow(move || t!(lang, messages.counter, n = length.get(), most = MAX_MESSAGE_CHARS));
    (counter, follow(move || !(1..=MAX_MESSAGE_CHARS).contains(&length.get())))
}

#[component]
fn Composer() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let text = Kept::new(String::new());
    let (counter, wrong) = counted(text);
    let send = press(move || {
        model.ask(Command::new("send_message").with("text", &text.get_untracked().trim()));
        text.set(String::new());
    });
    view! {
        <div class="composer">
            <Display text=text />
            <div class="composer-text">
                <Field id="message-text" label=t!(lang, messages.write) value=text kind=Kind::Lines longest=120 />
                <p class="composer-send">
                    <span class="muted" data-testid="message-counter">{counter}</span>
                    <button class="button button-primary" data-testid="message-send" disabled=wrong on:click=send>
                        <Icon svg=SEND />
                        {t!(lang, messages.send)}
                    </button>
                </p>
            </div>
        </div>
    }
}

/// The dialog in which a message that still waits is changed or taken back.
pub fn change(id: i64, text: String) -> AnyView {
    let lang = lang();
    let model = Model::here();
    let text = Kept::new(text);
    let (counter, wrong) = counted(text);
    let keep = press(move || {
        let text = text.get_untracked();
        model.ask(Command::new("edit_message").with("id", &id).with("text", &text.trim()));
        model.over.set(None);
    });
    let take_back = press(move || {
        let text = text.get_untracked();
        model.over.set(None);
        model.ask(Command::new("delete_message").with("id", &id));
        let back = move |()| model.ask(Command::new("send_message").with("text", &text));
        model.say(t!(lang, messages.taken_back), Some(Callback::new(back)));
    });
    view! {
        <Dialog title=t!(lang, messages.change)>
            <Display text=text />
            <Field id="message-change" label=t!(lang, messages.write) value=text kind=Kind::Lines longest=120 />
            <p class="muted">{counter}</p>
            <div class="actions">
                <button class="button button-danger apart" on:click=take_back>{t!(lang, messages.take_back)}</button>
                <button class="button button-primary" disabled=wrong on:click=keep>{t!(lang, save.save)}</button>
            </div>
        </Dialog>
    }
    .into_any()
}
