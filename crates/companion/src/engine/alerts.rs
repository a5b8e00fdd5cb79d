//! The list of alerts, and what the person says to them.

use bridge::{About, AlertChange, AlertDetail, AlertTold, Alerts, Answer as Said, Answered, Event, Origin};
use uuid::Uuid;
use vitals::{Alert, AlertRule, Judged, UnixMillis};

use super::alarm::{Alarm, badge};
use super::orders::notify;
use super::{Answer, Engine, not_now};
use crate::store::StoredAlert;

/// How many alerts that are over are told at once.
const PAGE: u32 = 50;
/// How long a snoozed alert is silent.
const SNOOZE_MS: i64 = 3_600_000;
/// What is shown before and after an alert.
const AROUND_MS: i64 = 30 * 60_000;

impl Engine {
    /// The alerts that are open now.
    #[must_use]
    pub fn alarms(&self) -> Vec<Alert> {
        self.0.view.known().alarms.iter().filter(|alarm| !alarm.away).map(|alarm| alarm.alert).collect()
    }

    /// The count for the bell.
    #[must_use]
    pub fn badge(&self) -> u32 {
        badge(&self.0.view.known().alarms)
    }

    /// The list of alerts: those that are open, and those that are over and began before `before` (none: the newest).
    ///
    /// # Errors
    ///
    /// The store's. Without a source there are the person's own only.
    pub async fn alerts(&self, before: Option<UnixMillis>) -> Answer<Alerts> {
        let name = self.source_name();
        let now = self.0.view.clock.now();
        let before = before.unwrap_or(UnixMillis(i64::MAX));
        let mut open = self.0.view.known().alarms.clone();
        open.sort_by_key(|alarm| std::cmp::Reverse((alarm.alert.level, alarm.alert.since)));
        let mut past = Vec::new();
        if let Some(own) = self.own_store() {
            let own = own.past_own_alerts(before, PAGE + 1).await?;
            past.extend(own.iter().map(|(kept, test)| Alarm::own(kept, *test)));
        }
        let (mut nothing_since, mut monitored_ms) = (None, 0);
        if let Ok((store, source)) = self.shown() {
            past.extend(store.past_alerts(source, before, PAGE + 1).await?.iter().map(Alarm::of));
            nothing_since = match store.last_closed(source).await? {
                _ if !open.is_empty() => None,
                Some(closed) => Some(closed),
                None => store.extent(source).await?.map(|(first, _)| first),
            };
            if let Some(since) = nothing_since.filter(|since| *since < now) {
                monitored_ms = store.monitored_ms(source, since, now).await?;
            }
        }
        past.sort_by_key(|alarm| std::cmp::Reverse(alarm.alert.since));
        Ok(Alerts {
            badge: badge(&open),
            open: open.iter().map(|alarm| alarm.told(&name)).collect(),
            history: past.iter().take(PAGE as usize).map(|alarm| alarm.told(&name)).collect(),
            more: past.len() > PAGE as usize,
            nothing_since,
            monitored_ms,
        })
    }

    /// One alert with what its page shows beside it.
    ///
    /// # Errors
    ///
    /// [`bridge::Code::NotNow`] if there is none of that id; the store's.
    pub async fn alert(&self, id: String) -> Answer<AlertDetail> {
        let alarm = self.find_alarm(&id).await?;
        let alert = alarm.told(&self.source_name());
        let now = self.0.view.clock.now();
        let in_force = self.0.view.in_force();
        let judged = judged(&alarm);
        let limits =
            judged.map(|judged| in_force.thresholds_at(alert.raised).in_force(judged, in_force.age_years));
        let end = alert.closed.unwrap_or(now).plus(AROUND_MS);
        Ok(AlertDetail { from: alert.since.plus(-AROUND_MS), to: end, limits, alert })
    }

    /// What the person says to an alert. It is still watched: values that are back inside close it, nothing else. A fall or an
    /// SOS, which do not recover, are closed by [`Said::Fine`].
    ///
    /// # Errors
    ///
    /// As [`Self::alert`].
    pub async fn answer_alert(&self, id: String, said: Said) -> Answer<bridge::Alert> {
        let mut alarm = self.find_alarm(&id).await?;
        let now = self.0.view.clock.now();
        let is_event = alarm.alert.rule.metric().is_none();
        let closed = (is_event && said == Said::Fine).then_some(now);
        let answer = Answered { answer: said, at: now };
        alarm.answer = Some(answer);
        alarm.snoozed_until = (said == Said::Snooze).then(|| now.plus(SNOOZE_MS));
        alarm.alert.closed = alarm.alert.closed.or(closed);
        if alarm.origin != Origin::Bracelet {
            self.keep_own(&alarm).await?;
        } else if let Some(id) = alarm.id {
            let (store, source) = self.shown()?;
            if is_event {
                // Its record may not have come yet.
                let stored = StoredAlert { id, alert: alarm.alert, activity: alarm.activity };
                store.set_alert(source, &stored, alarm.arrived).await?;
            }
            store.set_answer(id, answer, alarm.snoozed_until, closed).await?;
        }
        let alert = alarm.told(&self.source_name());
        let (change, badge) = {
            let mut known = self.0.view.known();
            let name = alarm.name();
            if alarm.alert.closed.is_some() {
                known.alarms.retain(|known| known.name() != name);
            } else if let Some(known) = known.alarms.iter_mut().find(|known| known.name() == name) {
                *known = Alarm { alert: known.alert, away: known.away, ..alarm };
            }
            let change = if closed.is_some() { AlertChange::Closed } else { AlertChange::Answered };
            (change, badge(&known.alarms))
        };
        let told = AlertTold { change, alert: alert.clone(), badge, notice: alarm.notice() };
        self.0.view.tell(Event::Alert(Box::new(told)));
        Ok(alert)
    }

    /// Tells a notice through the system, to see how it looks and sounds.
    pub fn test_notification(&self) {
        notify(&self.0.view, About::Test);
    }

    /// The name of the source that Home shows.
    fn source_name(&self) -> String {
        self.0.view.known().source.as_ref().map_or_else(String::new, |source| source.name.clone())
    }

    async fn find_alarm(&self, id: &str) -> Answer<Alarm> {
        let none = || not_now("there is no such alert");
        {
            let known = self.0.view.known();
            let live = |alarm: &&Alarm| id == format!("live:{}", alarm.alert.rule.name());
            if let Some(alarm) = known
                .alarms
                .iter()
                .find(|alarm| alarm.name() == id)
                .or_else(|| known.alarms.iter().find(live))
            {
                return Ok(*alarm);
            }
        }
        let id: Uuid = id.parse().map_err(|_| none())?;
        if let Some(own) = self.own_store()
            && let Some((kept, test)) = own.own_alert(id).await?
        {
            return Ok(Alarm::own(&kept, test));
        }
        let (store, source) = self.shown()?;
        store.alert(source, id).await?.as_ref().map(Alarm::of).ok_or_else(none)
    }
}

/// By which limits an alert was judged.
fn judged(alarm: &Alarm) -> Option<Judged> {
    match alarm.alert.rule {
        AlertRule::HeartRateHigh | AlertRule::HeartRateLow => {
            Some(Judged::heart(alarm.activity.unwrap_or_default()))
        }
        AlertRule::Spo2Low => Some(Judged::Spo2),
        AlertRule::SkinTemperatureHigh => Some(Judged::SkinTemperature),
        AlertRule::Fall | AlertRule::Sos => None,
    }
}
