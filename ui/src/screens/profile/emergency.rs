//! What helpers should know, and whom to call. Both stay on this computer.
//!
//! Tests find: `blood-…`, `conditions`, `allergies`, `medication`; `contact-name-0`, `contact-phone-0`, `contact-email-0`,
//! `contact-relation-0`, `contact-add`, `contact-remove`; `keep`.

use crate::prelude::*;
use vitals::person::MAX_CONTACTS;
use vitals::{BloodType, Contact, EmergencyCard, Field as Place, FieldError, Profile};

use crate::api::Command;
use crate::components::dialog::{Dialog, ends};
use crate::components::field::{Field, Kind};
use crate::components::icon::{Icon, PLUS, TRASH};
use crate::follow::{Kept, follow, hear, part, press};
use crate::load::load;
use crate::model::Model;
use crate::page;
use crate::words::{self, lang, t};

fn keep(model: Model, before: Profile, after: Profile) {
    let lang = model.lang().get_untracked();
    let store = move |profile: &Profile| model.ask(Command::new("set_profile").with("profile", profile));
    store(&after);
    model.over.set(None);
    model.say(t!(lang, profile.updated), Some(Callback::new(move |()| store(&before))));
}

fn ways(act: impl Fn() + Send + 'static) -> AnyView {
    ends(view! {
        <button class="button button-primary" data-testid="keep" on:click=press(act)>{t!(lang(), save.save)}</button>
    })
}

/// The dialog of the emergency card.
pub fn card() -> AnyView {
    let lang = lang();
    let profile = load::<Profile>(|| Command::new("profile"));
    view! {
        <Dialog title=t!(lang, profile.emergency)>
            <p class="muted">{t!(lang, profile.emergency_text)}</p>
            {profile.view(card_of)}
        </Dialog>
    }
    .into_any()
}

fn card_of(profile: Profile) -> AnyView {
    let lang = lang();
    let model = Model::here();
    let emergency = profile.emergency.clone();
    let blood = Kept::new(emergency.blood_type);
    let conditions = Kept::new(emergency.conditions);
    let allergies = Kept::new(emergency.allergies);
    let medication = Kept::new(emergency.medication);
    let options = BloodType::ALL.map(|(kind, name)| {
        view! { <option value=name selected=blood.get_untracked() == Some(kind)>{name}</option> }
    });
    let choose = hear(move |event| {
        let name = event_target_value(&event);
        blood.set(BloodType::ALL.iter().find(|kind| kind.1 == name).map(|kind| kind.0));
    });
    let text = |id, label: String, value: Kept<String>, hint: String| {
        view! { <Field id=id label=label value=value kind=Kind::Lines hint=hint longest=1000 /> }.into_any()
    };
    let save = move || {
        let read = |text: Kept<String>| text.get_untracked().trim().to_owned();
        let emergency = EmergencyCard {
            blood_type: blood.get_untracked(),
            conditions: read(conditions),
            allergies: read(allergies),
            medication: read(medication),
        };
        keep(model, profile.clone(), Profile { emergency, ..profile.clone() });
    };
    view! {
        <div class="field">
            <label for="blood">{t!(lang, profile.blood)}</label>
            <div class="field-box">
                <select id="blood" data-testid="blood" on:change=choose>
                    <option value="">{t!(lang, profile.unknown)}</option>
                    {options.collect_view()}
                </select>
            </div>
        </div>
        {text("conditions", t!(lang, profile.conditions), conditions, t!(lang, profile.conditions_hint))}
        {text("allergies", t!(lang, profile.allergies), allergies, String::new())}
        {text("medication", t!(lang, profile.medication), medication, String::new())}
        {ways(save)}
    }
    .into_any()
}

/// The dialog of the contacts.
pub fn contacts() -> AnyView {
    let lang = lang();
    let profile = load::<Profile>(|| Command::new("profile"));
    view! {
        <Dialog title=t!(lang, profile.contacts)>
            <p class="muted">{t!(lang, profile.contacts_text)}</p>
            {profile.view(contacts_of)}
        </Dialog>
    }
    .into_any()
}

/// A contact while it is typed.
#[derive(Clone, Copy)]
struct Typed {
    name: Kept<String>,
    phone: Kept<String>,
    email: Kept<String>,
    relation: Kept<String>,
}

impl Typed {
    fn of(contact: &Contact) -> Self {
        Self {
            name: Kept::new(contact.name.clone()),
            phone: Kept::new(contact.phone.clone()),
            email: Kept::new(contact.email.clone()),
            relation: Kept::new(contact.relation.clone()),
        }
    }

    fn read(self) -> Contact {
        let text = |text: Kept<String>| text.get().trim().to_owned();
        Contact {
            name: text(self.name),
            phone: text(self.phone),
            email: text(self.email),
            relation: text(self.relation),
        }
    }
}

fn contacts_of(profile: Profile) -> AnyView {
    let lang = lang();
    let model = Model::here();
    let rows = Kept::new(profile.contacts.iter().map(Typed::of).collect::<Vec<_>>());
    let before = StoredValue::new(profile);
    let read = follow(move || {
        let contacts = rows.get().into_iter().map(Typed::read).collect();
        before.with_value(|before| Profile { contacts, ..before.clone() })
    });
    let wrong = follow(move || read.with(|profile| profile.check(page::this_year())));
    // Nothing is called wrong before it was tried to be kept.
    let tried = Kept::new(false);
    let error = move |place: Place| {
        follow(move || {
            let found: Option<FieldError> = wrong
                .with(|wrong| wrong.iter().find(|wrong| wrong.0 == place).map(|wrong| wrong.1))
                .filter(|_| tried.get());
            found.map(|error| words::field_error(lang, error))
        })
    };
    let one = move |(place, contact): (usize, Typed)| {
        let remove = press(move || {
            rows.update(|rows| {
                rows.remove(place);
            });
        });
        view! {
            <fieldset class="contact">
                <legend class="unseen">{t!(lang, profile.contact, n = place + 1)}</legend>
                <div class="fields">
                    <Field id=format!("contact-name-{place}") label=t!(lang, profile.name) value=contact.name error=error(Place::ContactName(place)) longest=80 />
                    <Field id=format!("contact-relation-{place}") label=t!(lang, profile.relation) value=contact.relation error=error(Place::ContactRelation(place)) longest=80 />
                    <Field
                        id=format!("contact-phone-{place}")
                        label=t!(lang, profile.phone)
                        value=contact.phone
                        kind=Kind::Phone
                        error=error(Place::ContactPhone(place))
                        longest=40
                    />
                    <Field id=format!("contact-email-{place}") label=t!(lang, profile.email) value=contact.email error=error(Place::ContactEmail(place)) longest=254 />
                </div>
                <button class="button-text" data-testid="contact-remove" on:click=remove>
                    <Icon svg=TRASH />
                    {t!(lang, profile.remove_contact)}
                </button>
            </fieldset>
        }
        .into_any()
    };
    let add = press(move || rows.update(|rows| rows.push(Typed::of(&Contact::default()))));
    let full = follow(move || rows.with(Vec::len) >= MAX_CONTACTS);
    let save = move || {
        tried.set(true);
        if wrong.with_untracked(Vec::is_empty) {
            keep(model, before.get_value(), read.get_untracked());
        }
    };
    view! {
        {part(move || rows.get().into_iter().enumerate().map(one).collect_view().into_any())}
        <button class="button" data-testid="contact-add" disabled=full on:click=add>
            <Icon svg=PLUS />
            {t!(lang, profile.add_contact)}
        </button>
        {ways(save)}
    }
    .into_any()
}
