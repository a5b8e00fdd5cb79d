//! What is told through the system: asked each second, so that repeats and mornings come without anything arriving.

use std::sync::Weak;
use std::time::Duration;

use bridge::{About, Code, Connection, Event, Notice, Origin, Preferences, Start};
use tokio::time::{MissedTickBehavior, interval};
use vitals::UnixMillis;

use super::alarm::Alarm;
use super::clock::{is_plausible, minute_of_day};
use super::view::{Known, View};
use crate::alerts::{Due, Episode, Lang, Rules, Subject, notice, plain};
use crate::store::{Store, Told};

/// Tells each second Home, that a clock is right again, and what rings, until nobody has the view any more.
pub async fn each_second(view: Weak<View>) {
    let mut second = interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        second.tick().await;
        match view.upgrade() {
            Some(view) => {
                let clock_is_right = is_plausible(view.clock.now());
                view.resolved(|code| code == Code::ClockWrong && clock_is_right);
                view.tell_home_if_due();
                ring(&view).await;
            }
            None => return,
        }
    }
}

/// Tells what is due, and keeps that it was told.
async fn ring(view: &View) {
    let preferences = match &*view.start().borrow() {
        Start::Ready { preferences, .. } => preferences.clone(),
        _ => return,
    };
    let now = view.clock.now();
    let rules = Rules { now, minute: minute_of_day(now), wanted: preferences.notifications };
    let (notices, told) = due(&mut view.known(), &rules, &preferences);
    for notice in notices {
        view.tell(Event::Notify(notice));
    }
    for (told, store) in told {
        let Some(store) = store else { continue };
        if let Err(error) = store.note_told(&told).await {
            // It was told; after a restart it may be once more.
            tracing::warn!(%error, "what was told could not be kept");
        }
    }
}

/// What is told now, and in which database that is kept: that of the alert.
fn due(
    known: &mut Known,
    rules: &Rules,
    preferences: &Preferences,
) -> (Vec<Notice>, Vec<(Told, Option<Store>)>) {
    let lang = Lang::of(preferences.language.as_deref());
    let episodes: Vec<Episode> = known.alarms.iter().map(episode).collect();
    let lost = lost_since(known);
    let (mut notices, mut all) = (Vec::new(), Vec::new());
    for due in known.ledger.due(rules, &episodes, lost) {
        match due {
            Due::Alert(place, sound) => {
                let (Some(alarm), Some(episode)) = (known.alarms.get(place), episodes.get(place)) else {
                    continue;
                };
                let told = Told {
                    alert: episode.id.clone(),
                    rule: episode.rule,
                    level: episode.level,
                    at: rules.now,
                };
                let allowed = preferences.notifications.values_on_lock_screen;
                let subject = Subject {
                    key: &alarm.notice(),
                    alert: &alarm.alert,
                    activity: alarm.activity,
                    origin: alarm.origin,
                    answer_by: alarm.answer_by(),
                };
                let values = allowed.then_some(preferences.temperature);
                notices.push(notice(lang, &subject, rules.now, values, sound));
                known.ledger.note(told.clone(), &episodes);
                let store = if alarm.origin == Origin::Bracelet { &known.store } else { &known.own };
                all.push((told, store.clone()));
            }
            Due::MonitoringLost => {
                notices.push(plain(lang, About::MonitoringLost));
                known.ledger.note_lost(lost.unwrap_or(rules.now));
            }
        }
    }
    (notices, all)
}

fn episode(alarm: &Alarm) -> Episode {
    Episode {
        id: alarm.name(),
        rule: alarm.alert.rule,
        level: alarm.alert.level,
        away: alarm.away,
        answer: alarm.answer.map(|answered| answered.answer),
        snoozed_until: alarm.snoozed_until,
    }
}

/// Since when a bracelet that was worn is out of reach.
fn lost_since(known: &Known) -> Option<UnixMillis> {
    let was_worn = known.newest.worn.is_some_and(|worn| worn.value);
    match known.connection {
        Connection::Lost { since, .. } if was_worn => Some(since),
        _ => None,
    }
}
