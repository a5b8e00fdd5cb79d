//! Alerts with their names: the domain's rules over live lines (at once) and over the journal (for the record).
//!
//! The journal is the truth: the same records give the same episodes under the same ids in every app. A live alarm is
//! raised without waiting for it, and the journal's episode then takes its place.

use std::collections::VecDeque;

use uuid::Uuid;
use vitals::{Alert, AlertChange, AlertRule, Monitor, Reading, Record, RecordName, Thresholds, UnixMillis};

use crate::store::StoredAlert;

/// The namespace of alert ids: made once, at random, for this product.
const NAMESPACE: Uuid = Uuid::from_u128(0x5d1c_43a4_5c0b_4b0e_9a5b_3f0e_8a71_c2d6);

/// What is older than this when it arrives is history: listed, never rung.
pub const HISTORY_AFTER_MS: i64 = 5 * 60_000;

/// How many records back an episode's first record can be named: longer than the longest hold (ten minutes).
const NAMED_RECORDS: usize = 1_200;

/// An alert's id: UUIDv5 of (serial, rule, first record's name), so that two phones make one.
#[must_use]
pub fn id(serial: &str, rule: AlertRule, first: RecordName) -> Uuid {
    let RecordName { journal, boot, seq } = first;
    Uuid::new_v5(&NAMESPACE, format!("{serial}/{}/{:016x}/{boot}/{seq}", rule.name(), journal.0).as_bytes())
}

/// Whether something of that time, arriving now, is told aloud.
#[must_use]
pub fn rings(at: UnixMillis, now: UnixMillis) -> bool {
    now.since(at) <= HISTORY_AFTER_MS
}

/// By so much may a record be dated before the one before it and still be one that was heard already.
const SET_BACK_MS: i64 = 60_000;

/// So many episodes are remembered: one open a rule, and some that are over.
const REMEMBERED: usize = 16;

/// Judges the records of one source in the order of their times, and names the alerts.
#[derive(Clone, Debug)]
pub struct Judge {
    serial: String,
    /// As it was before the first record.
    fresh: Monitor,
    monitor: Monitor,
    names: VecDeque<(UnixMillis, RecordName)>,
    episodes: VecDeque<StoredAlert>,
}

impl Judge {
    /// A judge that has heard nothing yet. `stored` are alerts told earlier, the oldest first: an episode that is heard
    /// again, if only in part, is the same one.
    #[must_use]
    pub fn new(
        serial: String,
        thresholds: Thresholds,
        age_years: Option<u8>,
        stored: Vec<StoredAlert>,
    ) -> Self {
        let fresh = Monitor::new(thresholds, age_years);
        Self {
            serial,
            monitor: fresh.clone(),
            fresh,
            names: VecDeque::with_capacity(NAMED_RECORDS),
            episodes: stored.into(),
        }
    }

    /// Takes a record: what it raised, made worse or ended. Records that were heard already say nothing new.
    ///
    /// Time that goes back by more than that comes from a clock that was set right: judging begins anew.
    pub fn push(&mut self, name: RecordName, record: &Record, at: UnixMillis) -> Vec<StoredAlert> {
        if self.names.back().is_some_and(|&(last, _)| last.since(at) > SET_BACK_MS) {
            self.monitor = self.fresh.clone();
            self.names.clear();
        }
        if self.names.back().is_some_and(|&(last, _)| at <= last) {
            return Vec::new();
        }
        if self.names.len() == NAMED_RECORDS {
            self.names.pop_front();
        }
        self.names.push_back((at, name));
        let changes = self.monitor.push(&Reading::of(record, at));
        changes.into_iter().map(|change| self.told(change, name)).collect()
    }

    fn told(&mut self, change: AlertChange, present: RecordName) -> StoredAlert {
        let (AlertChange::Raised(alert) | AlertChange::Escalated(alert) | AlertChange::Closed(alert)) =
            change;
        let same = self.episodes.iter_mut().rev().find(|known| is_same(&known.alert, &alert));
        if let Some(known) = same {
            known.alert = merged(&known.alert, &alert);
            return *known;
        }
        let first = self.names.partition_point(|&(at, _)| at < alert.since);
        let first = self.names.get(first).map_or(present, |&(_, name)| name);
        let told = StoredAlert { id: id(&self.serial, alert.rule, first), alert };
        if self.episodes.len() >= REMEMBERED {
            self.episodes.pop_front();
        }
        self.episodes.push_back(told);
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
    let is_low = matches!(alert.rule, AlertRule::HeartRateLow | AlertRule::Spo2Low);
    Alert {
        rule: alert.rule,
        level: known.level.max(alert.level),
        since: known.since.min(alert.since),
        raised: known.raised.min(alert.raised),
        peak: if is_low { known.peak.min(alert.peak) } else { known.peak.max(alert.peak) },
        limit: alert.limit,
        closed: alert.closed,
    }
}
