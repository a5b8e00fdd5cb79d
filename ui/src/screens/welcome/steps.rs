//! The three steps: what the system will be asked for and why, what is usual for this heart, what the app is not.

use crate::prelude::*;
use bridge::Changed;
use vitals::Profile;

use crate::api::Command;
use crate::components::choice::Switch;
use crate::components::icon::{BELL, BLUETOOTH, HEART, Icon, SHIELD};
use crate::follow::{follow, press};
use crate::load::load;
use crate::model::Model;
use crate::words::{lang, t};

/// How many there are.
const STEPS: usize = 3;

/// One step, with its place among the others.
pub fn step(number: usize) -> AnyView {
    let lang = lang();
    let model = Model::here();
    let next = move || {
        if number + 1 < STEPS { model.step.set(Some(number + 1)) } else { model.welcome_over() }
    };
    let (icon, title, body, word) = match number {
        0 => (BELL, t!(lang, welcome.permissions), permissions(), t!(lang, common.next)),
        1 => (HEART, t!(lang, welcome.usual), usual(), t!(lang, common.next)),
        _ => (SHIELD, t!(lang, welcome.medical), medical(), t!(lang, welcome.understood)),
    };
    let dots = (0..STEPS).map(|dot| view! { <i class:on=dot == number></i> }).collect_view();
    view! {
        <section class="welcome-step" data-testid="welcome-step" data-step=number.to_string()>
            <p class="dots" role="img" aria-label=t!(lang, welcome.step, n = number + 1, of = STEPS)>{dots}</p>
            <span class="start-icon"><Icon svg=icon /></span>
            <h1 tabindex="-1">{title}</h1>
            {body}
            <div class="actions">
                <button class="button" data-testid="skip" on:click=press(next)>{t!(lang, welcome.skip)}</button>
                <button class="button button-primary" data-testid="next" on:click=press(next)>{word}</button>
            </div>
        </section>
    }
    .into_any()
}

/// Why before the system asks. Nothing is asked here: each is asked when it is first needed.
fn permissions() -> AnyView {
    let lang = lang();
    let reason = |icon, name: String, why: String| {
        view! {
            <li>
                <Icon svg=icon />
                <span><b>{name}</b> <small>{why}</small></span>
            </li>
        }
    };
    view! {
        <ul class="reasons">
            {reason(BLUETOOTH, t!(lang, welcome.bluetooth), t!(lang, welcome.bluetooth_why))}
            {reason(BELL, t!(lang, welcome.notifications), t!(lang, welcome.notifications_why))}
        </ul>
        <p class="muted">{t!(lang, welcome.permissions_text)}</p>
    }
    .into_any()
}

fn usual() -> AnyView {
    let lang = lang();
    let model = Model::here();
    let profile = load::<Profile>(move || {
        model.version(Changed::Profile).track();
        Command::new("profile")
    });
    let is = move |of: fn(&Profile) -> Option<bool>| {
        follow(move || profile.get().as_ref().and_then(of).unwrap_or(false))
    };
    let change = move |set: fn(&mut Profile, bool)| {
        Callback::new(move |on| {
            let Some(mut changed) = profile.get_untracked() else { return };
            set(&mut changed, on);
            model.ask(Command::new("set_profile").with("profile", &changed));
        })
    };
    view! {
        <p>{t!(lang, welcome.usual_text)}</p>
        <div class="rows">
            <Switch
                id="athlete"
                label=t!(lang, welcome.athlete)
                on=is(|profile| profile.athlete)
                turn=change(|profile, on| profile.athlete = Some(on))
            />
            <Switch
                id="beta-blocker"
                label=t!(lang, welcome.beta_blocker)
                on=is(|profile| profile.beta_blocker)
                turn=change(|profile, on| profile.beta_blocker = Some(on))
            />
        </div>
        <p class="muted">{t!(lang, welcome.usual_note)}</p>
    }
    .into_any()
}

fn medical() -> AnyView {
    let lang = lang();
    view! {
        <p>{t!(lang, medical)}</p>
        <p>{t!(lang, welcome.medical_text)}</p>
    }
    .into_any()
}
