//! What the person decided, and the alerts: limits and goals keep the time from which they hold.

use bridge::{Preferences, Theme};
use sqlx::Row;
use uuid::Uuid;
use vitals::{Alert, AlertRule, Level, Thresholds, UnixMillis};

use super::{Result, SourceId, Store, StoreError};

/// Who it is; everything may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The name to show.
    pub name: Option<String>,
    /// The year of birth: sets the limit of the heart rate while moving.
    pub birth_year: Option<i32>,
    /// The sex.
    pub sex: Option<Sex>,
    /// Height in centimetres.
    pub height_cm: Option<i32>,
    /// Weight in grams.
    pub weight_g: Option<i32>,
}

/// A sex, as the person says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Neither.
    Other,
}

impl Sex {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Female, "female"), (Self::Male, "male"), (Self::Other, "other")];
}

/// What to reach in a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goal {
    /// Steps.
    pub steps: u32,
}

impl Default for Goal {
    /// 8,000 steps: mortality falls with more steps and levels off at 8,000–10,000 a day below the age of 60, earlier above
    /// (Paluch et al., Lancet Public Health 2022).
    fn default() -> Self {
        Self { steps: 8_000 }
    }
}

/// An alert as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredAlert {
    /// The same in every app: made of the serial, the rule and the first record's name.
    pub id: Uuid,
    /// What happened.
    pub alert: Alert,
}

impl Store {
    /// Who it is.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn profile(&self) -> Result<Profile> {
        let row = sqlx::query("SELECT name, birth_year, sex, height_cm, weight_g FROM profile")
            .fetch_optional(&self.read)
            .await?;
        let Some(row) = row else { return Ok(Profile::default()) };
        let sex: Option<String> = row.try_get(2)?;
        Ok(Profile {
            name: row.try_get(0)?,
            birth_year: row.try_get(1)?,
            sex: sex.and_then(|name| Sex::ALL.into_iter().find(|known| known.1 == name)).map(|known| known.0),
            height_cm: row.try_get(3)?,
            weight_g: row.try_get(4)?,
        })
    }

    /// Keeps who it is.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn set_profile(&self, profile: &Profile) -> Result<()> {
        let sex = profile
            .sex
            .and_then(|sex| Sex::ALL.into_iter().find(|known| known.0 == sex))
            .map(|known| known.1);
        sqlx::query(
            "INSERT OR REPLACE INTO profile (id, name, birth_year, sex, height_cm, weight_g) VALUES (1, ?, ?, ?, ?, ?)",
        )
        .bind(profile.name.clone())
        .bind(profile.birth_year)
        .bind(sex)
        .bind(profile.height_cm)
        .bind(profile.weight_g)
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// The limits that were in force at a time; the product's defaults before the person's first own ones.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn thresholds(&self, at: UnixMillis) -> Result<Thresholds> {
        let limits: Option<String> = sqlx::query_scalar(
            "SELECT limits FROM threshold WHERE valid_from <= ? ORDER BY valid_from DESC LIMIT 1",
        )
        .bind(at.0)
        .fetch_optional(&self.read)
        .await?;
        match limits {
            Some(limits) => serde_json::from_str(&limits)
                .map_err(|error| StoreError::Internal(format!("stored limits: {error}"))),
            None => Ok(Thresholds::default()),
        }
    }

    /// New limits from a time on; what was in force before stays on record.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn set_thresholds(&self, from: UnixMillis, thresholds: &Thresholds) -> Result<()> {
        let limits =
            serde_json::to_string(thresholds).map_err(|error| StoreError::Internal(error.to_string()))?;
        sqlx::query("INSERT OR REPLACE INTO threshold (valid_from, limits) VALUES (?, ?)")
            .bind(from.0)
            .bind(limits)
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// The goal that was in force at a time.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn goal(&self, at: UnixMillis) -> Result<Goal> {
        let steps: Option<u32> = sqlx::query_scalar(
            "SELECT steps FROM goal WHERE valid_from <= ? ORDER BY valid_from DESC LIMIT 1",
        )
        .bind(at.0)
        .fetch_optional(&self.read)
        .await?;
        Ok(steps.map_or_else(Goal::default, |steps| Goal { steps }))
    }

    /// A new goal from a time on.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn set_goal(&self, from: UnixMillis, goal: Goal) -> Result<()> {
        sqlx::query("INSERT OR REPLACE INTO goal (valid_from, steps) VALUES (?, ?)")
            .bind(from.0)
            .bind(i64::from(goal.steps))
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// The person's choices for the window.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn preferences(&self) -> Result<Preferences> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT name, value FROM preference").fetch_all(&self.read).await?;
        let mut preferences = Preferences::default();
        for (name, value) in rows {
            match name.as_str() {
                "language" => preferences.language = Some(value),
                "theme" => {
                    preferences.theme = THEMES
                        .into_iter()
                        .find(|known| known.1 == value)
                        .map_or_else(Theme::default, |known| known.0);
                }
                _ => {}
            }
        }
        Ok(preferences)
    }

    /// Keeps the person's choices for the window.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn set_preferences(&self, preferences: &Preferences) -> Result<()> {
        let theme =
            THEMES.into_iter().find(|known| known.0 == preferences.theme).map(|known| known.1.to_owned());
        let mut tx = self.begin().await?;
        for (name, value) in [("language", preferences.language.clone()), ("theme", theme)] {
            let query = match value {
                Some(value) => sqlx::query("INSERT OR REPLACE INTO preference (name, value) VALUES (?, ?)")
                    .bind(name)
                    .bind(value),
                None => sqlx::query("DELETE FROM preference WHERE name = ?").bind(name),
            };
            query.execute(&mut *tx).await?;
        }
        tx.commit().await
    }

    /// Keeps an alert: new, or the same one escalated or closed.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn set_alert(&self, source: SourceId, stored: &StoredAlert) -> Result<()> {
        let StoredAlert { id, alert } = stored;
        sqlx::query(
            "INSERT OR REPLACE INTO alert (id, source, rule, level, since, raised, peak, limit_then, closed)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(id.to_string())
        .bind(source.0)
        .bind(alert.rule.name())
        .bind(level_name(alert.level))
        .bind(alert.since.0)
        .bind(alert.raised.0)
        .bind(alert.peak)
        .bind(alert.limit)
        .bind(alert.closed.map(|at| at.0))
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// The alerts of a source that began from `from` up to and without `to`, the oldest first.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn alerts(
        &self,
        source: SourceId,
        from: UnixMillis,
        to: UnixMillis,
    ) -> Result<Vec<StoredAlert>> {
        let rows = sqlx::query(
            "SELECT id, rule, level, since, raised, peak, limit_then, closed FROM alert
             WHERE source = ? AND since >= ? AND since < ? ORDER BY since, id",
        )
        .bind(source.0)
        .bind(from.0)
        .bind(to.0)
        .fetch_all(&self.read)
        .await?;
        rows.iter()
            .map(|row| {
                let id: &str = row.try_get(0)?;
                let rule: &str = row.try_get(1)?;
                let level: &str = row.try_get(2)?;
                let strange = || StoreError::Internal("an alert of an unknown kind".to_owned());
                Ok(StoredAlert {
                    id: id.parse().map_err(|_| strange())?,
                    alert: Alert {
                        rule: RULES.into_iter().find(|known| known.name() == rule).ok_or_else(strange)?,
                        level: LEVELS
                            .into_iter()
                            .find(|&known| level_name(known) == level)
                            .ok_or_else(strange)?,
                        since: UnixMillis(row.try_get(3)?),
                        raised: UnixMillis(row.try_get(4)?),
                        peak: row.try_get(5)?,
                        limit: row.try_get(6)?,
                        closed: row.try_get::<Option<i64>, _>(7)?.map(UnixMillis),
                    },
                })
            })
            .collect()
    }
}

const THEMES: [(Theme, &str); 3] =
    [(Theme::System, "system"), (Theme::Light, "light"), (Theme::Dark, "dark")];
const LEVELS: [Level; 2] = [Level::Attention, Level::Alert];
const RULES: [AlertRule; 4] =
    [AlertRule::HeartRateHigh, AlertRule::HeartRateLow, AlertRule::Spo2Low, AlertRule::SkinTemperatureHigh];

fn level_name(level: Level) -> &'static str {
    match level {
        Level::Attention => "attention",
        Level::Alert => "alert",
    }
}
