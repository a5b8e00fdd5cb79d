//! A fall or an SOS, above everything: first a question with its seconds, then whom to call, until somebody says that all is
//! well. How long it is a question, the engine says; what a notification tells is the same.
//!
//! Tests find: `emergency` (its `data-stage`: `question` or `open`), `emergency-fine`, `emergency-help`, `emergency-aside`,
//! `emergency-truth`, `call`, `add-contact`.

use crate::prelude::*;
use bridge::{Alert, Answer, Origin, seconds_left};
use leptos_i18n::Locale as _;
use vitals::{AlertRule, Contact, EmergencyCard, Profile, Status, UnixMillis};

use crate::api::Command;
use crate::components::dialog::modal;
use crate::components::icon::{Icon, PHONE};
use crate::components::status::{Shape, name};
use crate::follow::{Follow, Kept, follow, hear, part, press};
use crate::load::load;
use crate::measure::Span;
use crate::model::{Model, Over};
use crate::page;
use crate::words::{self, Locale, lang, t};

/// The emergency number of the European Union's countries, and of many others.
const EUROPE: &str = "112";

/// What is asked or told while a fall or an SOS is open and nobody has answered.
#[component]
pub fn Emergency() -> impl IntoView {
    let model = Model::here();
    let shown = follow(move || {
        let alert = model.alarm.get().filter(|alert| alert.rule.metric().is_none())?;
        (model.put_aside.get().as_ref() != Some(&alert.id)).then_some(alert)
    });
    part(move || shown.get().map_or_else(|| ().into_any(), above_all))
}

fn above_all(alert: Alert) -> AnyView {
    let lang = lang();
    let model = Model::here();
    let node = modal();
    let needs_help = Kept::new(false);
    let answer_by = alert.answer_by;
    let left = follow(move || match answer_by {
        Some(by) if !needs_help.get() => seconds_left(by, UnixMillis(model.clock.get())),
        _ => 0,
    });
    let asks = follow(move || left.get() > 0);
    let id = alert.id.clone();
    let aside = move || model.put_aside.set(Some(id.clone()));
    let closed = aside.clone();
    let stage = follow(move || if asks.get() { "question" } else { "open" });
    let test = alert.origin == Origin::Test;
    let status = status(&alert);
    let body =
        part(
            move || {
                if asks.get() { question(&alert, left, needs_help) } else { open(&alert, aside.clone()) }
            },
        );
    view! {
        <dialog
            class="emergency"
            node_ref=node
            role="alertdialog"
            aria-labelledby="emergency-title"
            data-testid="emergency"
            data-stage=stage
            data-status=name(status)
            on:cancel=hear(|event: leptos::ev::Event| event.prevent_default())
            on:close=press(closed)
        >
            {test.then(|| view! { <p class="emergency-test">{t!(lang, emergency.test)}</p> })}
            {body}
        </dialog>
    }
    .into_any()
}

/// A test is nothing to be frightened of: red is kept for what is meant.
fn status(alert: &Alert) -> Status {
    if alert.origin == Origin::Test { Status::Attention } else { Status::Alert }
}

/// It takes the focus, so that no key that was meant for something else answers.
fn title(text: String, shape: Option<Status>) -> AnyView {
    view! {
        <h2 id="emergency-title" tabindex="-1" autofocus>
            {shape.map(|status| view! { <Shape status=Follow::always(status) /> })}
            <span>{text}</span>
        </h2>
    }
    .into_any()
}

fn fine(alert: &Alert, words: String, class: &'static str) -> AnyView {
    let model = Model::here();
    let id = alert.id.clone();
    let answer = press(move || {
        model.ask(Command::new("answer_alert").with("id", &id).with("said", &Answer::Fine));
    });
    view! { <button class=class data-testid="emergency-fine" on:click=answer>{words}</button> }.into_any()
}

fn question(alert: &Alert, left: Follow<i64>, needs_help: Kept<bool>) -> AnyView {
    let lang = lang();
    let (asked, no, yes) = match alert.rule {
        AlertRule::Fall => {
            (t!(lang, emergency.did_you_fall), t!(lang, alerts.fine), t!(lang, emergency.need_help))
        }
        _ => (words::rule(lang, alert.rule), t!(lang, common.cancel), t!(lang, emergency.now)),
    };
    view! {
        {title(asked, None)}
        <p class="emergency-left" role="timer">{follow(move || t!(lang, emergency.alerting, n = left.get()))}</p>
        <p>{t!(lang, emergency.then)}</p>
        <div class="emergency-ways">
            {fine(alert, no, "button button-primary")}
            <button class="button" data-testid="emergency-help" on:click=press(move || needs_help.set(true))>{yes}</button>
        </div>
    }
    .into_any()
}

fn open(alert: &Alert, aside: impl Fn() + Clone + Send + 'static) -> AnyView {
    let lang = lang();
    let model = Model::here();
    let said = match alert.rule {
        AlertRule::Fall => t!(lang, emergency.fallen),
        _ => words::rule(lang, alert.rule),
    };
    let (since, source) = (alert.since, words::source(lang, &alert.source));
    let since = follow(move || {
        let span = words::span(lang, Span::of_ms(model.clock.get() - since.0));
        let mut told = vec![t!(lang, emergency.since, time = page::clock(since, lang.as_str()), span = span)];
        told.extend((!source.is_empty()).then(|| source.clone()));
        told.join(" · ")
    });
    let status = status(alert);
    let test = alert.origin == Origin::Test;
    let (done, class) = match test {
        true => (t!(lang, emergency.end_test), "button button-primary"),
        false => (t!(lang, alerts.fine), "button"),
    };
    let profile = load::<Profile>(|| Command::new("profile"));
    let aside_first = aside.clone();
    view! {
        {title(said, Some(status))}
        <p class="emergency-since">{since}</p>
        <p class="emergency-truth" data-testid="emergency-truth">
            <Shape status=Follow::always(status) />
            <span>{words::who_knows(lang, alert.origin)}</span>
        </p>
        {profile.view(move |profile| help(profile, test, aside_first.clone()))}
        <div class="emergency-ways">
            <button class="button" data-testid="emergency-aside" on:click=press(aside)>{t!(lang, emergency.aside)}</button>
            {fine(alert, done, class)}
        </div>
    }
    .into_any()
}

/// Whom to call, and what helpers should know.
fn help(profile: Profile, test: bool, aside: impl Fn() + Send + 'static) -> AnyView {
    let lang = lang();
    let model = Model::here();
    let calls: Vec<AnyView> = profile.contacts.iter().filter_map(contact).collect();
    let none = calls.is_empty().then(|| {
        // It answers nothing: the alert stays open, with its banner.
        let add = press(move || {
            aside();
            model.over.set(Some(Over::Contacts));
        });
        view! {
            <div class="emergency-alone">
                <p>{t!(lang, emergency.no_contacts)}</p>
                <button class="button" data-testid="add-contact" on:click=add>{t!(lang, profile.add_contact)}</button>
            </div>
        }
    });
    let services = match test {
        true => view! {
            <div class="call call-not">{who(t!(lang, emergency.services), t!(lang, emergency.services_test))}</div>
        }
        .into_any(),
        false => call(EUROPE, t!(lang, emergency.services), t!(lang, emergency.services_text)),
    };
    let facts = facts(lang, &profile.emergency);
    let card = (!facts.is_empty()).then(|| {
        view! {
            <section class="emergency-card">
                <h3>{t!(lang, profile.emergency)}</h3>
                <dl class="facts">{facts}</dl>
            </section>
        }
    });
    view! { <div class="calls">{calls} {services}</div> {none} {card} }.into_any()
}

fn contact(contact: &Contact) -> Option<AnyView> {
    let Contact { name, phone, relation, .. } = contact;
    let beneath = [relation.trim(), phone.trim()].into_iter().filter(|text| !text.is_empty());
    (!phone.trim().is_empty()).then(|| call(phone, name.clone(), beneath.collect::<Vec<_>>().join(" · ")))
}

/// A large button that dials nothing by itself: it hands the number to what makes calls here.
fn call(phone: &str, name: String, beneath: String) -> AnyView {
    let model = Model::here();
    let number: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let to = format!("tel:{number}");
    let dial = hear(move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        model.ask(Command::new("call").with("number", &number));
    });
    view! {
        <a class="call" data-testid="call" href=to on:click=dial>{who(name, beneath)}</a>
    }
    .into_any()
}

fn who(name: String, beneath: String) -> AnyView {
    view! {
        <Icon svg=PHONE />
        <span>
            <b>{name}</b>
            <small>{beneath}</small>
        </span>
    }
    .into_any()
}

fn facts(lang: Locale, card: &EmergencyCard) -> Vec<AnyView> {
    let blood = card
        .blood_type
        .and_then(|blood| vitals::BloodType::ALL.into_iter().find(|known| known.0 == blood))
        .map_or("", |known| known.1);
    [
        (t!(lang, profile.blood), blood),
        (t!(lang, profile.conditions), card.conditions.as_str()),
        (t!(lang, profile.allergies), card.allergies.as_str()),
        (t!(lang, profile.medication), card.medication.as_str()),
    ]
    .into_iter()
    .filter(|(_, text)| !text.trim().is_empty())
    .map(|(name, text)| view! { <dt>{name}</dt> <dd>{text.to_owned()}</dd> }.into_any())
    .collect()
}
