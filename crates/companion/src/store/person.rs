//! What the person decided: who they are, limits and goals with the time from which they hold, and their choices.

use bridge::{GoalsFrom, Preferences, ThresholdsFrom};
use serde_json::{Map, Value};
use sqlx::Row;
use vitals::{BloodType, Contact, EmergencyCard, Goals, Profile, Sex, Thresholds, UnixMillis};

use super::{Result, Store, StoreError};

/// The names of sexes in the database.
const SEXES: [(Sex, &str); 3] = [(Sex::Female, "female"), (Sex::Male, "male"), (Sex::Other, "other")];

/// The name of a value in a list of values and names.
fn name_of<T: PartialEq>(names: &[(T, &'static str)], value: &T) -> Option<&'static str> {
    names.iter().find(|known| known.0 == *value).map(|known| known.1)
}

/// The value of a name; none for a name that a newer version wrote.
fn of_name<T: Copy>(names: &[(T, &str)], name: &str) -> Option<T> {
    names.iter().find(|known| known.1 == name).map(|known| known.0)
}

impl Store {
    /// Who it is.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn profile(&self) -> Result<Profile> {
        let row = sqlx::query(
            "SELECT name, birth_year, sex, height_cm, weight_g, athlete, beta_blocker, blood_type, conditions, allergies,
                 medication FROM profile",
        )
        .fetch_optional(&self.read)
        .await?;
        let mut profile = Profile::default();
        if let Some(row) = row {
            let sex: Option<String> = row.try_get(2)?;
            let blood_type: Option<String> = row.try_get(7)?;
            profile = Profile {
                name: row.try_get(0)?,
                birth_year: row.try_get(1)?,
                sex: sex.and_then(|name| of_name(&SEXES, &name)),
                height_cm: row.try_get(3)?,
                weight_g: row.try_get(4)?,
                athlete: row.try_get(5)?,
                beta_blocker: row.try_get(6)?,
                emergency: EmergencyCard {
                    blood_type: blood_type.and_then(|name| of_name(&BloodType::ALL, &name)),
                    conditions: row.try_get(8)?,
                    allergies: row.try_get(9)?,
                    medication: row.try_get(10)?,
                },
                contacts: Vec::new(),
            };
        }
        let contacts: Vec<(String, String, String, String)> =
            sqlx::query_as("SELECT name, phone, email, relation FROM contact ORDER BY place")
                .fetch_all(&self.read)
                .await?;
        let contact = |(name, phone, email, relation)| Contact { name, phone, email, relation };
        profile.contacts = contacts.into_iter().map(contact).collect();
        Ok(profile)
    }

    /// Keeps who it is.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn set_profile(&self, profile: &Profile) -> Result<()> {
        let card = &profile.emergency;
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT OR REPLACE INTO profile (id, name, birth_year, sex, height_cm, weight_g, athlete, beta_blocker,
                 blood_type, conditions, allergies, medication)
             VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(profile.name.clone())
        .bind(profile.birth_year)
        .bind(profile.sex.and_then(|sex| name_of(&SEXES, &sex)))
        .bind(profile.height_cm)
        .bind(profile.weight_g)
        .bind(profile.athlete)
        .bind(profile.beta_blocker)
        .bind(card.blood_type.and_then(|blood| name_of(&BloodType::ALL, &blood)))
        .bind(card.conditions.clone())
        .bind(card.allergies.clone())
        .bind(card.medication.clone())
        .execute(&mut *tx)
        .await?;
        sqlx::query("DELETE FROM contact").execute(&mut *tx).await?;
        for (place, contact) in (0_i64..).zip(&profile.contacts) {
            sqlx::query("INSERT INTO contact (place, name, phone, email, relation) VALUES (?, ?, ?, ?, ?)")
                .bind(place)
                .bind(contact.name.clone())
                .bind(contact.phone.clone())
                .bind(contact.email.clone())
                .bind(contact.relation.clone())
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await
    }

    /// Every limit that ever held with its time, the oldest first: the product's defaults before the person's first own
    /// ones. Never empty.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn thresholds(&self) -> Result<Vec<ThresholdsFrom>> {
        let rows: Vec<(i64, String)> =
            sqlx::query_as("SELECT valid_from, limits FROM threshold ORDER BY valid_from")
                .fetch_all(&self.read)
                .await?;
        let mut all = vec![ThresholdsFrom { from: None, thresholds: Thresholds::default() }];
        for (from, limits) in rows {
            let thresholds = serde_json::from_str(&limits)
                .map_err(|error| StoreError::Internal(format!("stored limits: {error}")))?;
            all.push(ThresholdsFrom { from: Some(UnixMillis(from)), thresholds });
        }
        Ok(all)
    }

    /// New limits from a time on; what was in force before stays on record. Those of later times, set by a clock that was
    /// ahead, go: the last choice counts.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn set_thresholds(&self, from: UnixMillis, thresholds: &Thresholds) -> Result<()> {
        let limits =
            serde_json::to_string(thresholds).map_err(|error| StoreError::Internal(error.to_string()))?;
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM threshold WHERE valid_from >= ?").bind(from.0).execute(&mut *tx).await?;
        sqlx::query("INSERT INTO threshold (valid_from, limits) VALUES (?, ?)")
            .bind(from.0)
            .bind(limits)
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    /// Every goal that ever held with its time, as [`Self::thresholds`].
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn goals(&self) -> Result<Vec<GoalsFrom>> {
        let rows: Vec<(i64, u32, u32)> =
            sqlx::query_as("SELECT valid_from, steps, sleep_minutes FROM goal ORDER BY valid_from")
                .fetch_all(&self.read)
                .await?;
        let default = GoalsFrom { from: None, goals: Goals::default() };
        let own = rows.into_iter().map(|(from, steps, sleep_minutes)| GoalsFrom {
            from: Some(UnixMillis(from)),
            goals: Goals { steps, sleep_minutes },
        });
        Ok(std::iter::once(default).chain(own).collect())
    }

    /// New goals from a time on, as [`Self::set_thresholds`].
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn set_goals(&self, from: UnixMillis, goals: Goals) -> Result<()> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM goal WHERE valid_from >= ?").bind(from.0).execute(&mut *tx).await?;
        sqlx::query("INSERT INTO goal (valid_from, steps, sleep_minutes) VALUES (?, ?, ?)")
            .bind(from.0)
            .bind(goals.steps)
            .bind(goals.sleep_minutes)
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    /// The person's choices for the window. What a newer version wrote and this one does not understand is as by default.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn preferences(&self) -> Result<Preferences> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT name, value FROM preference").fetch_all(&self.read).await?;
        let mut known = Map::new();
        for (name, value) in rows {
            let Ok(value) = serde_json::from_str::<Value>(&value) else { continue };
            // Each for itself: one that is not understood spoils no other.
            let alone = Value::Object(Map::from_iter([(name.clone(), value.clone())]));
            if serde_json::from_value::<Preferences>(alone).is_ok() {
                known.insert(name, value);
            }
        }
        Ok(serde_json::from_value(Value::Object(known)).unwrap_or_default())
    }

    /// Keeps the person's choices for the window.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn set_preferences(&self, preferences: &Preferences) -> Result<()> {
        let internal = |error: serde_json::Error| StoreError::Internal(error.to_string());
        let Value::Object(all) = serde_json::to_value(preferences).map_err(internal)? else {
            return Err(StoreError::Internal("preferences are an object".to_owned()));
        };
        let mut tx = self.begin().await?;
        for (name, value) in all {
            sqlx::query("INSERT OR REPLACE INTO preference (name, value) VALUES (?, ?)")
                .bind(name)
                .bind(value.to_string())
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await
    }
}
