//! What is told through the system: asked each second, so that repeats and mornings come without anything arriving.

use bridge::{About, Connection, Event, Preferences, Start};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use vitals::UnixMillis;

use super::alarms::Alarm;
use super::view::{Known, View};
use crate::alerts::{Due, Episode, Lang, Rules, notice, plain};
use crate::store::Told;

/// Tells what is due, and keeps that it was told.
pub async fn ring(view: &View) {
    let preferences = match &*view.start().borrow() {
        Start::Ready { preferences, .. } => preferences.clone(),
        _ => return,
    };
    let now = view.clock.now();
    let rules = Rules { now, minute: minute_of_day(now), wanted: preferences.notifications };
    let (notices, told, store) = due(&mut view.known(), &rules, &preferences);
    for notice in notices {
        view.tell(Event::Notify(notice));
    }
    if let Some(store) = store {
        for told in told {
            if let Err(error) = store.note_told(&told).await {
                // It was told; after a restart it may be once more.
                tracing::warn!(%error, "what was told could not be kept");
            }
        }
    }
}

fn due(
    known: &mut Known,
    rules: &Rules,
    preferences: &Preferences,
) -> (Vec<bridge::Notice>, Vec<Told>, Option<crate::store::Store>) {
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
                let with_values = preferences.notifications.values_on_lock_screen;
                notices.push(notice(
                    lang,
                    &alarm.notice(),
                    &alarm.alert,
                    alarm.activity,
                    rules.now,
                    with_values,
                    sound,
                ));
                known.ledger.note(told.clone(), &episodes);
                all.push(told);
            }
            Due::MonitoringLost => {
                notices.push(plain(lang, About::MonitoringLost));
                known.ledger.note_lost(lost.unwrap_or(rules.now));
            }
        }
    }
    (notices, all, known.store.clone())
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

/// The minute of the day where this computer is.
fn minute_of_day(now: UnixMillis) -> u16 {
    let local = Timestamp::from_millisecond(now.0).map(|now| now.to_zoned(TimeZone::system()));
    local.map_or(0, |local| {
        u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or(0)
    })
}
