//! What the person decides: who they are, limits, goals, preferences. In force at once, and from their time on.

use std::sync::Arc;
use std::time::Duration;

use bridge::{
    Changed, Code, Distribution, Error, InForce, Preferences, Sent, Settings, Start, Suggestion, WouldAlert,
};
use jiff::tz::TimeZone;
use tokio::time::sleep;
use vitals::{CentiCelsius, Goals, Judged, Limits, Metric, Profile, Thresholds, UnixMillis};

use super::clock::{is_plausible, this_year};
use super::orders::body;
use super::{Answer, Engine, invalid, not_now};
use crate::alerts::{distribution, suggestion, would_alert};
use crate::chart::Usual;
use crate::store::{MinuteValues, Result, SourceId, Store, Way, What};

/// How far back distributions, trials and suggestions look.
const MONTH_MS: i64 = 30 * 24 * 3_600_000;

/// For how long a month's minutes are good enough: they change by one in 43,200 a minute.
const MONTH_KEPT: Duration = Duration::from_secs(60);

/// A month's minutes as they were read last.
#[derive(Debug)]
pub struct Month {
    source: SourceId,
    metric: Metric,
    at: UnixMillis,
    minutes: Vec<MinuteValues>,
    /// Of skin, what was usual.
    usual: Usual,
}

impl Month {
    fn is_good(&self, now: UnixMillis) -> bool {
        u128::try_from(now.since(self.at)).is_ok_and(|age| age < MONTH_KEPT.as_millis())
    }
}

impl Engine {
    /// Who it is.
    ///
    /// # Errors
    ///
    /// [`Code::NotNow`] before the engine is ready; the store's.
    pub async fn profile(&self) -> Answer<Profile> {
        Ok(self.person().await?.profile().await?)
    }

    /// Keeps who it is. [`Profile::check`] says beforehand what is wrong with which field.
    ///
    /// # Errors
    ///
    /// [`Code::Invalid`] if a field is wrong; as [`Self::profile`].
    pub async fn set_profile(&self, profile: Profile) -> Answer {
        let now = self.0.view.clock.now();
        if let Some((field, error)) = profile.check(this_year(now)).first() {
            return Err(invalid(format_args!("{field:?}: {error:?}")));
        }
        let store = self.person().await?;
        store.set_profile(&profile).await?;
        self.0.view.set_in_force(self.decided(&store).await?);
        self.0.view.changed(Changed::Profile);
        Ok(())
    }

    /// All that the screen of thresholds and goals shows but the distributions.
    ///
    /// # Errors
    ///
    /// As [`Self::profile`].
    pub async fn settings(&self) -> Answer<Settings> {
        let profile = self.profile().await?;
        let in_force = self.0.view.in_force();
        let now = self.0.view.clock.now();
        let thresholds = in_force.thresholds_at(now);
        let goals = in_force.goals_at(now);
        let since = in_force.thresholds.last().and_then(|last| last.from);
        let goals_since = in_force.goals.last().and_then(|last| last.from);
        let skin_usual = self.0.view.known().stored.skin_usual;
        Ok(Settings {
            thresholds,
            goals,
            age_years: in_force.age_years,
            skin_usual: skin_usual.map(CentiCelsius::celsius),
            thresholds_sent: self.sent(What::Thresholds, &body(&thresholds), since).await?,
            goals_sent: self.sent(What::Goals, &body(&goals), goals_since).await?,
            suggestions: self.suggestions(&profile, &thresholds).await?,
        })
    }

    /// How far the person's own limits or goals have come; `since` they hold.
    async fn sent(&self, what: What, body: &str, since: Option<UnixMillis>) -> Answer<Sent> {
        let (Some(since), Ok((store, source))) = (since, self.shown()) else { return Ok(Sent::Unneeded) };
        let sending = store.sending(source).await?;
        let row = sending.into_iter().find(|sending| sending.what == what && sending.body == body);
        Ok(row.map_or(Sent::Waiting { since }, |row| match row.way {
            Way::Waiting => Sent::Waiting { since: row.at },
            Way::Done => Sent::OnBracelet { since: row.at },
            Way::Failed => Sent::Failed { at: row.at },
        }))
    }

    async fn suggestions(&self, profile: &Profile, thresholds: &Thresholds) -> Answer<Vec<Suggestion>> {
        let Ok(month) = self.month_of(Judged::HeartRate).await else { return Ok(Vec::new()) };
        let suggest = |judged: Judged| {
            suggestion(judged, &thresholds.limits(judged), profile.has_slow_heart(), &month.minutes)
        };
        Ok([Judged::HeartRate, Judged::HeartRateAsleep].into_iter().filter_map(suggest).collect())
    }

    /// New limits, in force from now on; what was in force before stays on record. They go to the bracelet by themselves.
    /// Restoring the defaults is setting [`Thresholds::default`].
    ///
    /// # Errors
    ///
    /// [`Code::Invalid`] if a red limit lies inside its orange one, or as [`Thresholds::check`] says; [`Code::ClockWrong`];
    /// as [`Self::profile`].
    pub async fn set_thresholds(&self, thresholds: Thresholds) -> Answer {
        if let Some((judged, error)) = thresholds.check().first() {
            return Err(invalid(format_args!("{}: {error:?}", judged.name())));
        }
        let store = self.person().await?;
        let _alone = self.0.deciding.lock().await;
        store.set_thresholds(self.decided_at()?, &thresholds).await?;
        self.decide(&store).await
    }

    /// Other limits of one metric beside those of the others as they are kept, whoever changed them a moment ago. Else as
    /// [`Self::set_thresholds`].
    ///
    /// # Errors
    ///
    /// As [`Self::set_thresholds`].
    pub async fn set_limits(&self, judged: Judged, limits: Limits) -> Answer {
        let store = self.person().await?;
        let _alone = self.0.deciding.lock().await;
        let now = self.decided_at()?;
        let mut thresholds = self.decided(&store).await?.thresholds_at(now);
        thresholds.set(judged, limits);
        if let Some((judged, error)) = thresholds.check().first() {
            return Err(invalid(format_args!("{}: {error:?}", judged.name())));
        }
        store.set_thresholds(now, &thresholds).await?;
        self.decide(&store).await
    }

    /// New goals, in force from now on.
    ///
    /// # Errors
    ///
    /// [`Code::Invalid`] as [`Goals::check`] says; [`Code::ClockWrong`]; as [`Self::profile`].
    pub async fn set_goals(&self, goals: Goals) -> Answer {
        if let Some((field, error)) = goals.check().first() {
            return Err(invalid(format_args!("{field:?}: {error:?}")));
        }
        let store = self.person().await?;
        let _alone = self.0.deciding.lock().await;
        store.set_goals(self.decided_at()?, goals).await?;
        self.decide(&store).await
    }

    /// What limits would have done in the last 7 and 30 days, by minutes ([`crate::alerts::would_alert`] says how exactly).
    ///
    /// # Errors
    ///
    /// [`Code::NotNow`] while there is no source; the store's.
    pub async fn would_alert(&self, judged: Judged, limits: Limits) -> Answer<WouldAlert> {
        let mut thresholds = Thresholds::default();
        thresholds.set(judged, limits);
        let limits = thresholds.in_force(judged, self.0.view.in_force().age_years);
        let month = self.month_of(judged).await?;
        Ok(would_alert(judged, &limits, &month.minutes, &month.usual, self.0.view.clock.now()))
    }

    /// How often each value occurred in the last 30 days.
    ///
    /// # Errors
    ///
    /// As [`Self::would_alert`].
    pub async fn distribution(&self, judged: Judged) -> Answer<Distribution> {
        Ok(distribution(judged, &self.month_of(judged).await?.minutes))
    }

    /// A month's minutes of a metric. Read at most once a minute: a handle that is dragged asks many times a second.
    async fn month_of(&self, judged: Judged) -> Answer<Arc<Month>> {
        let (store, source) = self.shown()?;
        let now = self.0.view.clock.now();
        let metric = judged.metric();
        let mut months = self.0.months.lock().await;
        months.retain(|month| month.is_good(now));
        if let Some(month) = months.iter().find(|it| (it.source, it.metric) == (source, metric)) {
            return Ok(Arc::clone(month));
        }
        let from = now.plus(-MONTH_MS);
        let minutes = store.minute_values(source, metric, from, now).await?;
        let usual = match metric {
            Metric::SkinTemperature => Usual::read(&store, source, (from, now), &TimeZone::system()).await?,
            _ => Usual::default(),
        };
        let month = Arc::new(Month { source, metric, at: now, minutes, usual });
        months.push(Arc::clone(&month));
        // Some megabytes: not for longer than somebody looks at limits.
        let inner = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            sleep(MONTH_KEPT).await;
            if let Some(inner) = inner.upgrade() {
                let now = inner.view.clock.now();
                inner.months.lock().await.retain(|month| month.is_good(now));
            }
        });
        Ok(month)
    }

    /// Keeps the person's choices for this app.
    ///
    /// # Errors
    ///
    /// [`Code::Invalid`] for a text size or quiet hours that cannot be; [`Code::NotNow`] before the engine is
    /// ready; the store's.
    pub async fn set_preferences(&self, preferences: Preferences) -> Answer {
        if !(100..=200).contains(&preferences.text_percent) {
            return Err(invalid("text_percent"));
        }
        let minutes = preferences.notifications.quiet.map(|quiet| [quiet.from, quiet.until]);
        if minutes.into_iter().flatten().any(|minute| minute >= 24 * 60) {
            return Err(invalid("quiet hours"));
        }
        let store = self.person().await?;
        let Start::Ready { protection, .. } = self.start_state() else { return Err(not_now("not ready")) };
        store.set_preferences(&preferences).await?;
        self.0.view.set_start(Start::Ready { protection, preferences });
        Ok(())
    }

    /// Now, from when on a decision holds: by a clock that can be right, since the time stays on record.
    fn decided_at(&self) -> Answer<UnixMillis> {
        let now = self.0.view.clock.now();
        if is_plausible(now) {
            return Ok(now);
        }
        Err(Error {
            code: Code::ClockWrong,
            detail: format!("the computer's clock says {now} ms since 1970"),
        })
    }

    /// Takes what the person has decided into force, and sends it on its way.
    async fn decide(&self, store: &Store) -> Answer {
        self.0.view.set_in_force(self.decided(store).await?);
        if let Some(demo) = &self.control().await.demo {
            demo.want();
        }
        Ok(())
    }

    /// What the person has decided.
    pub(super) async fn decided(&self, store: &Store) -> Result<InForce> {
        let this_year = this_year(self.0.view.clock.now());
        Ok(InForce {
            thresholds: store.thresholds().await?,
            goals: store.goals().await?,
            age_years: store.profile().await?.age_years(this_year),
        })
    }
}
