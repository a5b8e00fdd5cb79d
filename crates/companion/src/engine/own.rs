//! An SOS that is called for in the app, and tests of the alarm: the person's own, of no bracelet.

use bridge::{AlertChange, AlertTold, Event, Origin};
use vitals::{Alert, AlertRule, Level};

use super::alarm::{Alarm, badge};
use super::view::View;
use super::{Answer, Engine};
use crate::alerts::own_id;
use crate::store::{KeptAlert, Result, Store, StoredAlert};

impl Engine {
    /// Calls for help: what is told then is until [`bridge::Alert::answer_by`] a question, which "I'm fine" takes back. A
    /// `test` goes the same way and is marked so everywhere. Nobody is called by it: the window shows whom to call.
    ///
    /// # Errors
    ///
    /// The store's; it is told all the same.
    pub async fn sos(&self, test: bool) -> Answer<bridge::Alert> {
        let now = self.0.view.clock.now();
        let alert = Alert {
            rule: AlertRule::Sos,
            level: Level::Alert,
            since: now,
            raised: now,
            peak: 0,
            limit: 0,
            closed: None,
        };
        let stored = StoredAlert { id: own_id(now), alert, activity: None };
        let kept = KeptAlert { stored, arrived: Some(now), answer: None, snoozed_until: None };
        let alarm = Alarm::own(&kept, test);
        tracing::info!(test, "an SOS was called for in the app");
        // First told, then kept: a disk that is full keeps nobody from getting help.
        let badge = {
            let mut known = self.0.view.known();
            known.alarms.push(alarm);
            badge(&known.alarms)
        };
        let told = alarm.told("");
        let change = AlertChange::Raised;
        let event = AlertTold { change, alert: told.clone(), badge, notice: alarm.notice() };
        self.0.view.tell(Event::Alert(Box::new(event)));
        self.keep_own(&alarm).await?;
        Ok(told)
    }

    /// Keeps one of the person's own alerts as it is now.
    pub(super) async fn keep_own(&self, alarm: &Alarm) -> Answer {
        let (Some(stored), Some(store)) = (alarm.stored(), self.own_store()) else { return Ok(()) };
        let Alarm { answer, snoozed_until, arrived, .. } = *alarm;
        let kept = KeptAlert { stored, arrived: Some(arrived), answer, snoozed_until };
        Ok(store.set_own_alert(&kept, alarm.origin == Origin::Test).await?)
    }

    /// The database in which they are.
    pub(super) fn own_store(&self) -> Option<Store> {
        self.0.view.known().own.clone()
    }
}

/// Reads those that are open, and what of them was told.
pub async fn load(view: &View, store: &Store) -> Result<()> {
    let open = store.open_own_alerts().await?;
    let told = store.told_since(view.clock.now().plus(-super::alarms::DAY_MS)).await?;
    let mut known = view.known();
    known.alarms.retain(|alarm| alarm.origin == Origin::Bracelet);
    known.alarms.extend(open.iter().map(|(kept, test)| Alarm::own(kept, *test)));
    known.ledger.learn(told);
    known.own = Some(store.clone());
    Ok(())
}
