//! Profile: the person, goals, limits, devices, and what helpers should know.
//!
//! Tests find: `profile`, fields `name`, `birth-year`, `height` (with `height-feet` in feet and inches), `weight`, `goal-steps`, `goal-sleep`, ways `limits-…` (with the
//! name of what is judged), `devices`, `emergency`, `contacts`, and the bar's `save` and `discard`.

mod draft;
mod emergency;

use crate::prelude::*;
use bridge::{Changed, Preferences, Settings, Units};
use vitals::{Field as Place, FieldError, Goals, Judged, Profile, Sex};

use crate::api::Command;
use crate::components::choice::{Switch, choice};
use crate::components::field::{Field, Kind};
use crate::components::icon::{CARD, LIMITS, MESSAGE, TIMER, USERS, WATCH};
use crate::components::rows::{Group, Way};
use crate::components::savebar::SaveBar;
use crate::components::shell::PageHead;
use crate::follow::{Kept, effect, follow, part};
use crate::load::{Loaded, load};
use crate::model::{Model, Over};
use crate::page;
use crate::route::Route;
use crate::screens::limits::in_words;
use crate::words::{self, lang, t};

pub use draft::Draft;
pub use emergency::{card, contacts};

/// The page.
#[component]
pub fn ProfileScreen() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let profile = load::<Profile>(move || {
        model.version(Changed::Profile).track();
        Command::new("profile")
    });
    let settings = load::<Settings>(move || {
        model.version(Changed::Settings).track();
        Command::new("settings")
    });
    // The fields are built once: what is typed is not overtaken by a later answer.
    let there = follow(move || profile.get().is_some() && settings.get().is_some());
    let page = move || match there.get() {
        true => view! { <Page profile=profile settings=settings /> }.into_any(),
        false => profile.view(move |_| settings.view(|_| ().into_any())),
    };
    view! {
        <PageHead title=t!(lang, nav.profile) />
        <div class="profile" data-testid="profile">{part(page)}</div>
    }
}

/// Keeps a profile and goals, and says so, with the way back.
pub fn keep(model: Model, before: (Profile, Goals), after: (Profile, Goals)) {
    let lang = model.lang().get_untracked();
    store(model, &before, &after);
    let undo = Callback::new(move |()| store(model, &after, &before));
    model.say(t!(lang, profile.updated), Some(undo));
}

fn store(model: Model, from: &(Profile, Goals), to: &(Profile, Goals)) {
    if from.0 != to.0 {
        model.ask(Command::new("set_profile").with("profile", &to.0));
    }
    if from.1 != to.1 {
        model.ask(Command::new("set_goals").with("goals", &to.1));
    }
}

#[component]
fn Page(profile: Loaded<Profile>, settings: Loaded<Settings>) -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let imperial = model.preferences.with_untracked(|it: &Preferences| it.units == Units::Imperial);
    let kept = move || Some((profile.get()?, settings.get()?.goals));
    let before = Kept::new(untrack(kept).unwrap_or_default());
    let draft = before.with_untracked(|(profile, goals)| Draft::of(profile, goals, imperial));
    let read = follow(move || before.with(|before| draft.read(before, imperial)));
    let changed = follow(move || {
        let (profile, goals, unread) = read.get();
        !unread.is_empty() || before.with(|before| before.0 != profile || before.1 != goals)
    });
    effect(move || {
        if let Some(now) = kept()
            && before.with_untracked(|before| *before != now)
        {
            let untouched = !changed.get_untracked();
            before.set(now.clone());
            if untouched {
                draft.fill(&now.0, &now.1, imperial);
            }
        }
    });
    let wrong = follow(move || {
        let (profile, goals, mut wrong) = read.get();
        wrong.extend(profile.check(page::this_year()));
        wrong.extend(goals.check());
        wrong
    });
    let error = move |place: Place| {
        follow(move || {
            let found: Option<FieldError> =
                wrong.with(|wrong| wrong.iter().find(|wrong| wrong.0 == place).map(|wrong| wrong.1));
            found.map(|error| words::field_error(lang, error))
        })
    };
    let save = Callback::new(move |()| {
        let (profile, goals, _) = read.get_untracked();
        keep(model, before.get_untracked(), (profile, goals));
    });
    let discard = Callback::new(move |()| {
        before.with_untracked(|before| draft.fill(&before.0, &before.1, imperial));
    });
    let sexes = vec![
        ("sex-none", t!(lang, profile.sex_none), None),
        ("sex-female", t!(lang, profile.female), Some(Sex::Female)),
        ("sex-male", t!(lang, profile.male), Some(Sex::Male)),
        ("sex-other", t!(lang, profile.other), Some(Sex::Other)),
    ];
    let weight_unit = if imperial { t!(lang, unit.pounds) } else { "kg".to_owned() };
    let height = |label: String, unit: String| {
        view! {
            <Field
                id="height"
                label=label
                value=draft.height
                kind=Kind::Number
                unit=unit
                error=error(Place::Height)
                longest=6
            />
        }
        .into_any()
    };
    let height = if imperial {
        view! {
            <div class="pair">
                <Field
                    id="height-feet"
                    label=t!(lang, profile.height)
                    value=draft.feet
                    kind=Kind::Number
                    unit=t!(lang, unit.foot)
                    longest=2
                />
                {height(t!(lang, profile.height_inches), t!(lang, unit.inch))}
            </div>
        }
        .into_any()
    } else {
        height(t!(lang, profile.height), "cm".to_owned())
    };
    let limits = Judged::ALL.map(|judged| {
        let now = follow(move || {
            let limits = settings.get().map(|it| it.thresholds.in_force(judged, it.age_years));
            limits.map_or_else(String::new, |limits| in_words(lang, judged, &limits))
        });
        let open = Callback::new(move |()| model.over.set(Some(Over::Limits(judged))));
        view! { <Way id=id(judged) icon=LIMITS name=words::judged(lang, judged) now=now open=open /> }
    });
    let over = move |over: fn() -> Over| Callback::new(move |()| model.over.set(Some(over())));
    let go = |to: Route| Callback::new(move |()| page::go(to));
    let device = model.part(|home| home.source.as_ref().map(|source| source.name.clone()));
    let device = follow(move || match device.get() {
        Some(name) => words::source(lang, &name),
        None => t!(lang, connection.none),
    });
    let open_device = Callback::new(move |()| {
        let known = model.home.with_untracked(|home| home.source.is_some());
        model.over.set(Some(if known { Over::Bracelet } else { Over::Connect }));
    });
    let (athlete, beta_blocker) = (draft.athlete, draft.beta_blocker);
    let goals_sent = follow(move || {
        settings.get().and_then(|settings| words::sent(lang, settings.goals_sent)).unwrap_or_default()
    });
    view! {
        <div class="groups">
            <Group title=t!(lang, profile.you)>
                <div class="block">
                    <Field id="name" label=t!(lang, profile.name) value=draft.name error=error(Place::Name) longest=80 />
                    <div class="fields">
                        <Field
                            id="birth-year"
                            label=t!(lang, profile.birth_year)
                            value=draft.birth_year
                            kind=Kind::Number
                            hint=t!(lang, profile.birth_year_why)
                            error=error(Place::BirthYear)
                            longest=4
                        />
                        {height}
                        <Field
                            id="weight"
                            label=t!(lang, profile.weight)
                            value=draft.weight
                            kind=Kind::Number
                            unit=weight_unit
                            error=error(Place::Weight)
                            longest=6
                        />
                    </div>
                    {choice("sex", t!(lang, profile.sex), sexes, draft.sex, move |sex| draft.sex.set(sex))}
                    <p class="muted">{t!(lang, profile.sex_why)}</p>
                </div>
                <Switch id="athlete" label=t!(lang, welcome.athlete) on=athlete turn=Callback::new(move |on| athlete.set(on)) />
                <Switch
                    id="beta-blocker"
                    label=t!(lang, welcome.beta_blocker)
                    on=beta_blocker
                    turn=Callback::new(move |on| beta_blocker.set(on))
                />
            </Group>
            <Group title=t!(lang, profile.limits)>{limits.collect_view()}</Group>
            <Group title=t!(lang, profile.goals)>
                <div class="block">
                    <div class="fields">
                        <Field
                            id="goal-steps"
                            label=t!(lang, profile.goal_steps)
                            value=draft.steps
                            kind=Kind::Number
                            unit=t!(lang, profile.a_day)
                            error=error(Place::GoalSteps)
                            longest=6
                        />
                        <Field
                            id="goal-sleep"
                            label=t!(lang, profile.goal_sleep)
                            value=draft.sleep
                            kind=Kind::Number
                            unit=t!(lang, profile.hours)
                            error=error(Place::GoalSleep)
                            longest=5
                        />
                    </div>
                    <p class="muted" role="status">{goals_sent}</p>
                </div>
            </Group>
            <Group title=t!(lang, profile.more)>
                <Way id="devices" icon=WATCH name=t!(lang, profile.devices) now=device open=open_device />
                <Way id="emergency" icon=CARD name=t!(lang, profile.emergency) open=over(|| Over::Emergency) />
                <Way id="contacts" icon=USERS name=t!(lang, profile.contacts) open=over(|| Over::Contacts) />
                <Way id="to-sessions" icon=TIMER name=t!(lang, nav.sessions) open=go(Route::Sessions) />
                <Way id="to-messages" icon=MESSAGE name=t!(lang, nav.messages) open=go(Route::Messages) />
            </Group>
        </div>
        <SaveBar changed=changed wrong=follow(move || !wrong.with(Vec::is_empty)) save=save discard=discard />
    }
}

fn id(judged: Judged) -> &'static str {
    match judged {
        Judged::HeartRate => "limits-heart_rate",
        Judged::HeartRateAsleep => "limits-heart_rate_asleep",
        Judged::HeartRateMoving => "limits-heart_rate_moving",
        Judged::Spo2 => "limits-spo2",
        Judged::SkinTemperature => "limits-skin_temperature",
    }
}
