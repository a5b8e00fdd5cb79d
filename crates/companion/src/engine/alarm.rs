//! An alert as far as it is known now: of live lines, of the journal, or the person's own.

use bridge::{Answered, Origin};
use uuid::Uuid;
use vitals::{Activity, Alert, AlertRule, UnixMillis};

use crate::alerts::{answer_by, rings};
use crate::store::{KeptAlert, StoredAlert};

/// An open alert, as far as it is known now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// Its lasting name; none until the journal has confirmed it.
    pub id: Option<Uuid>,
    /// The episode.
    pub alert: Alert,
    /// What the wearer did when it was raised.
    pub activity: Option<Activity>,
    /// When this app first heard of it.
    pub arrived: UnixMillis,
    /// It was history when it arrived: listed, never rung.
    pub away: bool,
    /// What the person said since it last got worse.
    pub answer: Option<Answered>,
    /// Silent until then.
    pub snoozed_until: Option<UnixMillis>,
    /// Who raised it.
    pub origin: Origin,
}

impl Alarm {
    /// One of a bracelet that is heard of for the first time.
    pub(super) fn heard(
        id: Option<Uuid>,
        alert: Alert,
        activity: Option<Activity>,
        arrived: UnixMillis,
        away: bool,
    ) -> Self {
        let origin = Origin::Bracelet;
        Self { id, alert, activity, arrived, away, answer: None, snoozed_until: None, origin }
    }

    /// As it is kept.
    #[must_use]
    pub fn of(kept: &KeptAlert) -> Self {
        let KeptAlert { stored, arrived, answer, snoozed_until } = *kept;
        let arrived = arrived.unwrap_or(stored.alert.raised);
        Self {
            id: Some(stored.id),
            alert: stored.alert,
            activity: stored.activity,
            arrived,
            away: !rings(stored.alert.raised, arrived),
            answer,
            snoozed_until,
            origin: Origin::Bracelet,
        }
    }

    /// One that the person raised in the app.
    #[must_use]
    pub fn own(kept: &KeptAlert, test: bool) -> Self {
        Self { origin: if test { Origin::Test } else { Origin::App }, ..Self::of(kept) }
    }

    /// Until when it is a question.
    #[must_use]
    pub fn answer_by(&self) -> Option<UnixMillis> {
        answer_by(self.alert.rule, self.arrived, self.away)
    }

    /// The episode under its lasting name, if it has one.
    #[must_use]
    pub fn stored(&self) -> Option<StoredAlert> {
        Some(StoredAlert { id: self.id?, alert: self.alert, activity: self.activity })
    }

    /// The name by which it is answered.
    #[must_use]
    pub fn name(&self) -> String {
        self.id.map_or_else(|| format!("live:{}", self.alert.rule.name()), |id| id.to_string())
    }

    /// The name under which it is told through the system: one notice a rule, but each fall and SOS its own.
    #[must_use]
    pub fn notice(&self) -> String {
        match self.alert.rule.metric() {
            Some(_) => self.alert.rule.name().to_owned(),
            None => self.name(),
        }
    }

    /// In the window's terms.
    #[must_use]
    pub fn told(&self, source: &str) -> bridge::Alert {
        let Alert { rule, level, since, raised, peak, limit, closed } = self.alert;
        let value = |hundredths: i32| rule.metric().map(|_| f64::from(hundredths) / 100.0);
        bridge::Alert {
            id: self.name(),
            rule,
            level,
            since,
            raised,
            closed,
            peak: value(peak),
            limit: value(limit),
            activity: self.activity,
            answer: self.answer,
            snoozed_until: self.snoozed_until,
            away: self.away,
            source: if self.origin == Origin::Bracelet { source.to_owned() } else { String::new() },
            origin: self.origin,
            answer_by: self.answer_by(),
        }
    }

    /// Whether a telling is of this one: by its name, and an episode beyond a limit by its rule, of which one is open.
    pub(super) fn is(&self, id: Option<Uuid>, rule: AlertRule) -> bool {
        let same_name = id.is_some() && self.id == id;
        same_name || (rule.metric().is_some() && self.alert.rule == rule)
    }
}

/// The count for the bell: those without an answer.
#[must_use]
pub fn badge(alarms: &[Alarm]) -> u32 {
    u32::try_from(alarms.iter().filter(|alarm| alarm.answer.is_none()).count()).unwrap_or(u32::MAX)
}
