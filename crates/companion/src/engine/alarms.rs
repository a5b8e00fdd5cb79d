//! Alarms that are told when they happen: raised by live lines without waiting for the journal, which then confirms them.

use vitals::{Alert, AlertChange};

use super::view::View;
use crate::alerts::rings;

/// How much of the journal is heard again after a pause: the longest hold (ten minutes), its warm-up, and some more.
pub const RECALL_MS: i64 = 15 * 60_000;

/// What a live line changed.
pub fn of_live(view: &View, changes: impl IntoIterator<Item = AlertChange>) {
    for change in changes {
        let (AlertChange::Raised(alert) | AlertChange::Escalated(alert) | AlertChange::Closed(alert)) =
            change;
        tell(view, &alert);
    }
}

/// What the journal says: it confirms what live lines raised, and raises what they missed unless that is history already.
pub fn of_journal(view: &View, alert: &Alert) {
    if alert.closed.is_some() || rings(alert.raised, view.clock.now()) {
        tell(view, alert);
    }
}

/// One alarm a rule: the same episode from two ways is one.
fn tell(view: &View, alert: &Alert) {
    let alarms = &mut view.known().alarms;
    let open = alarms.iter_mut().find(|open| open.rule == alert.rule);
    match (open, alert.closed) {
        (Some(open), None) => {
            open.level = open.level.max(alert.level);
            open.since = open.since.min(alert.since);
        }
        (None, None) => {
            // Which one is the person's own affair: logs hold no vitals.
            tracing::info!("an alarm was raised");
            alarms.push(*alert);
        }
        // An episode of the past that ended does not end the present one.
        (Some(open), Some(closed)) if closed < open.since => {}
        (_, Some(_)) => alarms.retain(|open| open.rule != alert.rule),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::clock::Clock;
    use vitals::{AlertRule, Level, UnixMillis};

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

    #[test]
    fn the_journal_confirms_a_live_alarm_and_makes_no_second_one() {
        let view = View::new(Clock::default());
        let now = view.clock.now();
        let alert = episode(now.plus(-130_000), None);
        of_live(&view, [AlertChange::Raised(alert)]);
        of_journal(&view, &Alert { since: alert.since.plus(1_000), ..alert });
        assert_eq!(view.known().alarms.len(), 1);
        of_journal(&view, &Alert { closed: Some(now), ..alert });
        assert_eq!(view.known().alarms, []);
    }

    #[test]
    fn what_is_older_than_five_minutes_when_it_arrives_is_never_told_aloud() {
        let view = View::new(Clock::default());
        let now = view.clock.now();
        of_journal(&view, &episode(now.plus(-10 * 60_000), None));
        assert_eq!(view.known().alarms, []);
        of_journal(&view, &episode(now.plus(-6 * 60_000), None));
        assert_eq!(view.known().alarms.len(), 1, "raised four minutes ago");
    }

    #[test]
    fn the_end_of_an_old_episode_does_not_end_the_present_one() {
        let view = View::new(Clock::default());
        let now = view.clock.now();
        of_live(&view, [AlertChange::Raised(episode(now.plus(-130_000), None))]);
        let old = now.plus(-86_400_000);
        of_journal(&view, &episode(old, Some(old.plus(600_000))));
        assert_eq!(view.known().alarms.len(), 1);
    }
}
