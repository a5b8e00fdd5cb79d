//! The open alerts: raised by live lines without waiting for the journal, which then confirms them under their lasting names.

use bridge::{AlertChange as Change, AlertTold, Event};
use uuid::Uuid;
use vitals::{Activity, Alert, AlertChange, AlertRule, UnixMillis};

use super::alarm::{Alarm, badge};
use super::view::{Known, View};
use crate::alerts::rings;
use crate::store::{Result, SourceId, Store, StoredAlert, Told};

/// How much of the journal is heard again after a pause: the longest hold (half an hour, of warm skin), its warm-up, and some more.
pub const RECALL_MS: i64 = 35 * 60_000;

/// What was told longer ago matters to no rule.
pub const DAY_MS: i64 = 24 * 3_600_000;

/// Reads the open alerts of a source, and what of them was told, into what is known. What only live lines have told stays.
pub async fn load(view: &View, store: &Store, source: SourceId) -> Result<()> {
    let open = store.open_alerts(source).await?;
    let day_ago = view.clock.now().plus(-DAY_MS);
    let mut told = store.told_since(day_ago).await?;
    for kept in &open {
        // What was told before the journal gave it its name was told of it all the same.
        let live = format!("live:{}", kept.stored.alert.rule.name());
        let of_it = |told: &&mut Told| told.alert == live && told.at.plus(60_000) >= kept.stored.alert.raised;
        told.iter_mut().filter(of_it).for_each(|told| told.alert = kept.stored.id.to_string());
    }
    let own = view.known().own.clone();
    if let Some(own) = own {
        told.extend(own.told_since(day_ago).await?);
    }
    let mut known = view.known();
    let kept = open.iter().map(Alarm::of).collect::<Vec<_>>();
    let stays = |alarm: &Alarm| match alarm.alert.rule.metric() {
        Some(_) => alarm.id.is_none() && kept.iter().all(|kept| kept.alert.rule != alarm.alert.rule),
        // A fall or an SOS that was heard a moment ago may not be kept yet; the person's own are kept elsewhere.
        None => kept.iter().all(|kept| kept.id != alarm.id),
    };
    known.alarms.retain(stays);
    known.alarms.extend(kept.iter().copied());
    known.ledger = crate::alerts::Ledger::new(told);
    Ok(())
}

/// What a live line changed.
pub fn of_live(view: &View, changes: impl IntoIterator<Item = AlertChange>, activity: Option<Activity>) {
    for change in changes {
        let (AlertChange::Raised(alert) | AlertChange::Escalated(alert) | AlertChange::Closed(alert)) =
            change;
        take(view, None, alert, activity, false);
    }
}

/// What the bracelet told of at once: a fall or an SOS under the name that its record will have.
pub fn happened(view: &View, told: &StoredAlert) {
    let away = !rings(told.alert.raised, view.clock.now());
    take(view, Some(told.id), told.alert, told.activity, away);
}

/// When this app first heard of what the journal tells: now, unless live lines were first.
#[must_use]
pub fn arrived(view: &View, told: &StoredAlert) -> UnixMillis {
    heard_live(view, told).unwrap_or_else(|| view.clock.now())
}

fn heard_live(view: &View, told: &StoredAlert) -> Option<UnixMillis> {
    let known = view.known();
    let live = known.alarms.iter().find(|alarm| alarm.is(Some(told.id), told.alert.rule) && !alarm.away)?;
    Some(live.arrived)
}

/// What the journal says: it confirms what live lines raised, and raises what they missed.
pub fn of_journal(view: &View, told: &StoredAlert) {
    let StoredAlert { id, alert, activity } = *told;
    // What live lines have seen end is not raised once more by a journal that is behind.
    let is_over = is_over(&view.known().ended, &alert);
    let away = heard_live(view, told).is_none() && (is_over || !rings(alert.raised, view.clock.now()));
    take(view, Some(id), alert, activity, away);
}

/// Whether live lines have seen this episode end.
fn is_over(ended: &[(AlertRule, UnixMillis)], alert: &Alert) -> bool {
    ended.iter().any(|&(rule, at)| rule == alert.rule && at >= alert.raised)
}

fn take(view: &View, id: Option<Uuid>, alert: Alert, activity: Option<Activity>, away: bool) {
    let told = {
        let mut known = view.known();
        let now = view.clock.now();
        let Known { alarms, ledger, ended, source, .. } = &mut *known;
        let place = alarms.iter().position(|alarm| alarm.is(id, alert.rule));
        let (change, alarm) = match (place.and_then(|place| alarms.get_mut(place)), alert.closed) {
            (Some(open), None) => match grow(open, id, &alert, away) {
                Some((change, was)) => {
                    ledger.rename(&was, &open.name());
                    (change, *open)
                }
                None => return,
            },
            (None, None) => {
                // Which one is the person's own affair: logs hold no vitals.
                tracing::info!("an alert was raised");
                let alarm = Alarm::heard(id, alert, activity, now, away);
                alarms.push(alarm);
                (Change::Raised, alarm)
            }
            // An episode of the past that ended does not end the present one.
            (Some(open), Some(closed)) if closed < open.alert.since => return,
            (Some(open), Some(closed)) => {
                let over = Alarm { alert: Alert { closed: Some(closed), ..open.alert }, ..*open };
                alarms.retain(|alarm| !alarm.is(id, alert.rule));
                ended.retain(|(rule, _)| *rule != alert.rule);
                ended.push((alert.rule, closed));
                (Change::Closed, over)
            }
            // Live lines have told its end already; now it is kept, and lists can be read again.
            (None, Some(_)) if id.is_some() && is_over(ended, &alert) => {
                (Change::Closed, Alarm::heard(id, alert, activity, now, away))
            }
            (None, Some(_)) => return,
        };
        let source = source.as_ref().map_or("", |source| source.name.as_str());
        AlertTold { change, alert: alarm.told(source), badge: badge(alarms), notice: alarm.notice() }
    };
    view.tell(Event::Alert(Box::new(told)));
}

/// Takes what another telling adds; what changed by it, and the name that it had.
fn grow(open: &mut Alarm, id: Option<Uuid>, alert: &Alert, away: bool) -> Option<(Change, String)> {
    let before = *open;
    let worse = alert.level > open.alert.level;
    let farther = if alert.rule.is_low() { i32::min } else { i32::max };
    open.alert = Alert {
        level: open.alert.level.max(alert.level),
        since: open.alert.since.min(alert.since),
        raised: open.alert.raised.min(alert.raised),
        peak: farther(open.alert.peak, alert.peak),
        limit: if worse { alert.limit } else { open.alert.limit },
        ..open.alert
    };
    open.id = open.id.or(id);
    // What goes on now is not only history.
    open.away &= away;
    if worse {
        (open.answer, open.snoozed_until) = (None, None);
    }
    let change = if worse { Change::Escalated } else { Change::Updated };
    (*open != before).then(|| (change, before.name()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::clock::Clock;
    use bridge::Answered;
    use vitals::{Level, UnixMillis};

    const ID: Uuid = Uuid::from_u128(7);

    fn episode(since: UnixMillis, closed: Option<UnixMillis>) -> Alert {
        Alert {
            rule: AlertRule::HeartRateHigh,
            level: Level::Alert,
            since,
            raised: since.plus(120_000),
            peak: 13_000,
            limit: 12_000,
            closed,
        }
    }

    fn stored(alert: Alert) -> StoredAlert {
        StoredAlert { id: ID, alert, activity: None }
    }

    #[test]
    fn the_journal_confirms_a_live_alert_and_makes_no_second_one() {
        let view = View::new(Clock::default());
        let mut events = view.events();
        let now = view.clock.now();
        let alert = episode(now.plus(-130_000), None);
        of_live(&view, [AlertChange::Raised(alert)], None);
        assert_eq!(view.known().alarms[0].name(), "live:heart_rate_high");
        of_journal(&view, &stored(Alert { since: alert.since.plus(1_000), ..alert }));
        assert_eq!(view.known().alarms.len(), 1);
        assert_eq!(view.known().alarms[0].name(), ID.to_string());
        of_journal(&view, &stored(Alert { closed: Some(now), ..alert }));
        assert_eq!(view.known().alarms, []);
        let told = std::iter::from_fn(|| events.try_recv().ok());
        let changes: Vec<_> = told
            .filter_map(
                |event| if let Event::Alert(told) = event { Some((told.change, told.badge)) } else { None },
            )
            .collect();
        assert_eq!(changes, [(Change::Raised, 1), (Change::Updated, 1), (Change::Closed, 0)]);
    }

    #[test]
    fn what_is_older_than_five_minutes_when_it_arrives_is_away() {
        let away = |ago_ms: i64| {
            let view = View::new(Clock::default());
            of_journal(&view, &stored(episode(view.clock.now().plus(-ago_ms), None)));
            view.known().alarms[0].away
        };
        assert!(away(10 * 60_000));
        assert!(!away(6 * 60_000), "raised four minutes ago");
    }

    #[test]
    fn what_goes_on_now_rings_though_it_began_while_nobody_listened() {
        let view = View::new(Clock::default());
        let now = view.clock.now();
        of_journal(&view, &stored(episode(now.plus(-3_600_000), None)));
        of_live(&view, [AlertChange::Raised(episode(now.plus(-130_000), None))], None);
        let known = view.known();
        assert_eq!((known.alarms.len(), known.alarms[0].away), (1, false));
    }

    #[test]
    fn what_live_lines_saw_end_is_not_raised_again_by_a_journal_that_is_behind() {
        let view = View::new(Clock::default());
        let now = view.clock.now();
        let alert = episode(now.plus(-200_000), None);
        of_live(&view, [AlertChange::Raised(alert)], None);
        of_live(&view, [AlertChange::Closed(Alert { closed: Some(now.plus(-10_000)), ..alert })], None);
        of_journal(&view, &stored(alert));
        assert!(view.known().alarms[0].away, "listed until the journal closes it, not rung");
    }

    #[test]
    fn an_end_is_told_again_when_it_is_kept_so_that_lists_show_it() {
        let view = View::new(Clock::default());
        let now = view.clock.now();
        let alert = episode(now.plus(-200_000), None);
        let over = Alert { closed: Some(now.plus(-10_000)), ..alert };
        of_live(&view, [AlertChange::Raised(alert)], None);
        of_live(&view, [AlertChange::Closed(over)], None);
        let mut events = view.events();
        of_journal(&view, &stored(over));
        let told = events.try_recv();
        assert!(matches!(&told, Ok(Event::Alert(told)) if told.change == Change::Closed), "{told:?}");
    }

    #[test]
    fn the_end_of_an_old_episode_does_not_end_the_present_one() {
        let view = View::new(Clock::default());
        let now = view.clock.now();
        of_live(&view, [AlertChange::Raised(episode(now.plus(-130_000), None))], None);
        let old = now.plus(-86_400_000);
        of_journal(&view, &stored(episode(old, Some(old.plus(600_000)))));
        assert_eq!(view.known().alarms.len(), 1);
    }

    #[test]
    fn an_answer_is_to_what_has_not_got_worse() {
        let view = View::new(Clock::default());
        let now = view.clock.now();
        let orange = Alert { level: Level::Attention, ..episode(now.plus(-130_000), None) };
        of_live(&view, [AlertChange::Raised(orange)], None);
        view.known().alarms[0].answer = Some(Answered { answer: bridge::Answer::Fine, at: now });
        of_live(&view, [AlertChange::Escalated(Alert { level: Level::Alert, ..orange })], None);
        assert_eq!(view.known().alarms[0].answer, None);
    }
}
