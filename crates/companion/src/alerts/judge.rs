//! Judges the records of one source by the limits that were in force when each was measured, and names the alerts.

use std::collections::VecDeque;
use std::sync::Arc;

use bridge::InForce;
use vitals::{
    Activity, Alert, AlertChange, AlertRule, EventKind, Level, Monitor, Reading, Record, RecordName,
    Thresholds, UnixMillis,
};

use super::id;
use crate::chart::Usual;
use crate::store::StoredAlert;

/// How many records back an episode's first record can be named: longer than the longest hold (half an hour).
const NAMED_RECORDS: usize = 2_400;

/// By so much may a record be dated before the one before it and still be one that was heard already.
const SET_BACK_MS: i64 = 60_000;

/// So many episodes are remembered: one open a rule, and some that are over.
const REMEMBERED: usize = 16;

/// Judges the records of one source in the order of their times, and names the alerts.
#[derive(Clone, Debug)]
pub struct Judge {
    serial: String,
    in_force: Arc<InForce>,
    /// The limits that the monitor judges by now.
    thresholds: Thresholds,
    /// What the wearer's skin usually is, by the nights before each record.
    usual: Usual,
    monitor: Monitor,
    names: VecDeque<(UnixMillis, RecordName)>,
    episodes: VecDeque<StoredAlert>,
}

impl Judge {
    /// A judge that has heard nothing yet. `stored` are alerts told earlier, the oldest first: an episode that is heard
    /// again, if only in part, is the same one.
    #[must_use]
    pub fn new(serial: String, in_force: Arc<InForce>, stored: Vec<StoredAlert>) -> Self {
        let thresholds = Thresholds::default();
        Self {
            serial,
            thresholds,
            usual: Usual::default(),
            monitor: Monitor::new(thresholds, in_force.age_years),
            in_force,
            names: VecDeque::with_capacity(NAMED_RECORDS),
            episodes: stored.into(),
        }
    }

    /// Other limits, or another age. They hold for records from their time on; an age at once.
    pub fn set_in_force(&mut self, in_force: &Arc<InForce>) {
        if !Arc::ptr_eq(&self.in_force, in_force) {
            self.in_force = Arc::clone(in_force);
            self.monitor.set_age(in_force.age_years);
        }
    }

    /// What the wearer's skin usually is at the times of the records to come.
    pub fn set_usual(&mut self, usual: Usual) {
        self.usual = usual;
    }

    /// Whether it knows that for records between those times.
    #[must_use]
    pub fn knows_usual(&self, from: UnixMillis, to: UnixMillis) -> bool {
        self.usual.covers(from, to)
    }

    /// Takes a record: what it raised, made worse or ended. Records that were heard already say nothing new.
    ///
    /// Time that goes back by more than that comes from a clock that was set right: judging begins anew.
    pub fn push(&mut self, name: RecordName, record: &Record, at: UnixMillis) -> Vec<StoredAlert> {
        if let Some(event) = record.event {
            // A record of its own, which measures nothing.
            return self.happened(event.kind, name, at, None);
        }
        if self.names.back().is_some_and(|&(last, _)| last.since(at) > SET_BACK_MS) {
            self.monitor = Monitor::new(self.thresholds, self.in_force.age_years);
            self.names.clear();
        }
        if self.names.back().is_some_and(|&(last, _)| at <= last) {
            return Vec::new();
        }
        if self.names.len() == NAMED_RECORDS {
            self.names.pop_front();
        }
        self.names.push_back((at, name));
        let thresholds = self.in_force.thresholds_at(at);
        if thresholds != self.thresholds {
            self.thresholds = thresholds;
            self.monitor.set_thresholds(thresholds);
        }
        self.monitor.set_skin_usual(self.usual.at(at));
        let changes = self.monitor.push(&Reading::of(record, at));
        changes.into_iter().map(|change| self.told(change, name, record.activity)).collect()
    }

    /// What an event of the bracelet's own means: a fall or an SOS is an alert at once; an SOS that was taken back within its
    /// countdown is over. Heard again, it is the same one.
    pub fn happened(
        &mut self,
        kind: EventKind,
        name: RecordName,
        at: UnixMillis,
        activity: Option<Activity>,
    ) -> Vec<StoredAlert> {
        let rule = match kind {
            EventKind::Fall => AlertRule::Fall,
            EventKind::Sos => AlertRule::Sos,
            EventKind::SosCancelled => return self.taken_back(at),
            _ => return Vec::new(),
        };
        let id = id(&self.serial, rule, name);
        if let Some(known) = self.episodes.iter().find(|known| known.id == id) {
            return vec![*known];
        }
        let (level, peak, limit) = (Level::Alert, 0, 0);
        let alert = Alert { rule, level, since: at, raised: at, peak, limit, closed: None };
        let told = StoredAlert { id, alert, activity };
        self.remember(told);
        vec![told]
    }

    fn taken_back(&mut self, at: UnixMillis) -> Vec<StoredAlert> {
        let open = |known: &&mut StoredAlert| {
            known.alert.rule == AlertRule::Sos && known.alert.closed.is_none() && known.alert.since <= at
        };
        let close = |known: &mut StoredAlert| {
            known.alert.closed = Some(at);
            *known
        };
        self.episodes.iter_mut().filter(open).map(close).collect()
    }

    fn remember(&mut self, told: StoredAlert) {
        if self.episodes.len() >= REMEMBERED {
            self.episodes.pop_front();
        }
        self.episodes.push_back(told);
    }

    fn told(&mut self, change: AlertChange, present: RecordName, activity: Activity) -> StoredAlert {
        let (AlertChange::Raised(alert) | AlertChange::Escalated(alert) | AlertChange::Closed(alert)) =
            change;
        let same = self.episodes.iter_mut().rev().find(|known| is_same(&known.alert, &alert));
        if let Some(known) = same {
            known.alert = merged(&known.alert, &alert);
            return *known;
        }
        let first = self.names.partition_point(|&(at, _)| at < alert.since);
        let first = self.names.get(first).map_or(present, |&(_, name)| name);
        let told = StoredAlert { id: id(&self.serial, alert.rule, first), alert, activity: Some(activity) };
        self.remember(told);
        told
    }
}

/// Whether two tellings are of one episode: the same rule at the same time.
fn is_same(known: &Alert, alert: &Alert) -> bool {
    let before = |end: Option<UnixMillis>, since: UnixMillis| end.is_some_and(|end| end <= since);
    known.rule == alert.rule && !before(known.closed, alert.since) && !before(alert.closed, known.since)
}

/// One episode of two tellings: as long, as high and as bad as either; ended when the later one says so.
fn merged(known: &Alert, alert: &Alert) -> Alert {
    Alert {
        rule: alert.rule,
        level: known.level.max(alert.level),
        since: known.since.min(alert.since),
        raised: known.raised.min(alert.raised),
        peak: if alert.rule.is_low() { known.peak.min(alert.peak) } else { known.peak.max(alert.peak) },
        limit: alert.limit,
        closed: alert.closed,
    }
}
