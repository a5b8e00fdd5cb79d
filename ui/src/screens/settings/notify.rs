//! What rings, and when.

use crate::prelude::*;
use bridge::{Notifications, NotifyLevel, QuietHours};
use leptos_i18n::Locale as _;
use vitals::{Judged, Metric};

use crate::api::Command;
use crate::components::choice::Switch;
use crate::components::icon::{DROPLET, HEART, THERMOMETER};
use crate::components::rows::{Group, Way};
use crate::follow::{Follow, follow, hear, press, when};
use crate::model::{Model, Over};
use crate::page;
use crate::words::{self, lang, t};

/// The group.
pub fn notify() -> AnyView {
    let lang = lang();
    let model = Model::here();
    let now = follow(move || model.preferences.with(|preferences| preferences.notifications));
    let change = move |set: Box<dyn Fn(&mut Notifications)>| {
        model.prefer(|preferences| set(&mut preferences.notifications))
    };
    let level = move |level| match level {
        NotifyLevel::All => t!(lang, notify.all),
        NotifyLevel::RedOnly => t!(lang, notify.red),
        NotifyLevel::Off => t!(lang, notify.off),
    };
    let way = move |id, icon, judged: Judged, metric: Metric| {
        let open = Callback::new(move |()| model.over.set(Some(Over::Limits(judged))));
        let shown = follow(move || level(now.get().level(judged)));
        view! { <Way id=id icon=icon name=words::metric(lang, metric) now=shown open=open /> }.into_any()
    };
    let is_quiet = follow(move || now.get().quiet.is_some());
    let turn = Callback::new(move |on: bool| {
        change(Box::new(move |it| it.quiet = on.then(QuietHours::default)));
    });
    let reveal = Callback::new(move |on: bool| change(Box::new(move |it| it.values_on_lock_screen = on)));
    let from = hour(
        "quiet-from",
        t!(lang, notify.from),
        follow(move || now.get().quiet.map_or(0, |quiet| quiet.from)),
        move |minute| {
            change(Box::new(move |it| it.quiet = it.quiet.map(|quiet| QuietHours { from: minute, ..quiet })));
        },
    );
    let until = hour(
        "quiet-until",
        t!(lang, notify.until),
        follow(move || now.get().quiet.map_or(0, |quiet| quiet.until)),
        move |minute| {
            change(Box::new(move |it| {
                it.quiet = it.quiet.map(|quiet| QuietHours { until: minute, ..quiet })
            }));
        },
    );
    let test = press(move || {
        model.ask(Command::new("test_notification"));
        model.say(t!(model.lang().get_untracked(), notify.tested), None);
    });
    let hours = StoredValue::new((from, until));
    view! {
        <Group title=t!(lang, notify.title)>
            {way("notify-heart", HEART, Judged::HeartRate, Metric::HeartRate)}
            {way("notify-spo2", DROPLET, Judged::Spo2, Metric::Spo2)}
            {way("notify-skin", THERMOMETER, Judged::SkinTemperature, Metric::SkinTemperature)}
            <Switch id="quiet" label=t!(lang, notify.quiet) hint=t!(lang, notify.quiet_text) on=is_quiet turn=turn />
            {when(move || is_quiet.get(), move || {
                hours.with_value(|(from, until)| view! { <div class="block"><div class="fields">{from()} {until()}</div></div> }.into_any())
            })}
            <Switch
                id="lock-screen"
                label=t!(lang, notify.lock_screen)
                hint=t!(lang, notify.lock_screen_text)
                on=follow(move || now.get().values_on_lock_screen)
                turn=reveal
            />
            <div class="block">
                <p class="muted">{t!(lang, notify.always)}</p>
                <button class="button" data-testid="test-notification" on:click=test>{t!(lang, notify.test)}</button>
            </div>
        </Group>
    }
    .into_any()
}

/// A choice among the half hours of a day, in minutes since midnight, each written as the language does; built anew each time
/// that it is shown.
fn hour(
    id: &'static str,
    label: String,
    minute: Follow<u16>,
    set: impl Fn(u16) + Clone + Send + Sync + 'static,
) -> Box<dyn Fn() -> AnyView + Send + Sync> {
    Box::new(move || {
        let lang = lang();
        let set = set.clone();
        let heard = hear(move |event| {
            if let Ok(minute) = event_target_value(&event).parse() {
                set(minute);
            }
        });
        let now = minute.get_untracked();
        // One that was set elsewhere stays among them.
        let mut minutes: Vec<u16> = (0..48).map(|half| half * 30).chain([now]).collect();
        minutes.sort_unstable();
        minutes.dedup();
        let option = |minute: u16| {
            let name = page::time(page::at_minute(minute), lang.as_str());
            view! { <option value=minute.to_string() selected=minute == now>{name}</option> }.into_any()
        };
        let options: Vec<AnyView> = minutes.into_iter().map(option).collect();
        view! {
            <div class="field">
                <label for=id>{label.clone()}</label>
                <div class="field-box"><select id=id data-testid=id on:change=heard>{options}</select></div>
            </div>
        }
        .into_any()
    })
}
