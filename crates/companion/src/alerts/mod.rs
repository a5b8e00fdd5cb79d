//! Alerts with their names: the domain's rules over live lines (at once) and over the journal (for the record).
//!
//! The journal is the truth: the same records give the same episodes under the same ids in every app. A live alarm is
//! raised without waiting for it, and the journal's episode then takes its place.

use std::collections::VecDeque;

use uuid::Uuid;
use vitals::{Alert, AlertChange, AlertRule, Monitor, Reading, RecordName, Thresholds, UnixMillis};

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

/// An alert that was raised, became worse or ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its id.
    pub id: Uuid,
    /// The first record of the episode.
    pub first: RecordName,
    /// The alert as it is now.
    pub alert: Alert,
}

/// Judges the readings of one source in the order of their times, and names the alerts.
#[derive(Clone, Debug)]
pub struct Judge {
    serial: String,
    monitor: Monitor,
    names: VecDeque<(UnixMillis, RecordName)>,
    open: Vec<(AlertRule, RecordName)>,
}

impl Judge {
    /// A judge that knows nothing yet.
    #[must_use]
    pub fn new(serial: String, thresholds: Thresholds, age_years: Option<u8>) -> Self {
        Self {
            serial,
            monitor: Monitor::new(thresholds, age_years),
            names: VecDeque::with_capacity(NAMED_RECORDS),
            open: Vec::new(),
        }
    }

    /// What it thinks of the present.
    #[must_use]
    pub fn monitor(&self) -> &Monitor {
        &self.monitor
    }

    /// Takes a reading under its record's name.
    pub fn push(&mut self, name: RecordName, reading: &Reading) -> Vec<Told> {
        if self.names.len() == NAMED_RECORDS {
            self.names.pop_front();
        }
        self.names.push_back((reading.at, name));
        self.monitor.push(reading).into_iter().map(|change| self.name(change)).collect()
    }

    fn name(&mut self, change: AlertChange) -> Told {
        let (alert, ended) = match change {
            AlertChange::Raised(alert) | AlertChange::Escalated(alert) => (alert, false),
            AlertChange::Closed(alert) => (alert, true),
        };
        let known = self.open.iter().position(|&(rule, _)| rule == alert.rule);
        let first = match known {
            Some(index) if ended => self.open.swap_remove(index).1,
            Some(index) => self.open.get(index).map_or_else(|| self.first(alert.since), |&(_, first)| first),
            None => self.first(alert.since),
        };
        if known.is_none() && !ended {
            self.open.push((alert.rule, first));
        }
        Told { id: id(&self.serial, alert.rule, first), first, alert }
    }

    /// The name of the first record at or after that time.
    fn first(&self, since: UnixMillis) -> RecordName {
        let index = self.names.partition_point(|&(at, _)| at < since);
        // A record was just pushed, so there is at least one; the default is never reached.
        self.names.get(index).or(self.names.back()).map_or(
            RecordName { journal: vitals::JournalId(0), boot: vitals::Boot(0), seq: vitals::Seq(0) },
            |&(_, name)| name,
        )
    }
}
