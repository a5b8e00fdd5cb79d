//! The profile's fields while they are typed: texts, in the person's units.

use crate::follow::Kept;
use leptos_i18n::td_string;
use vitals::{Field, FieldError, Goals, Profile, Sex};

use crate::measure::{Signs, number};
use crate::typed;
use crate::units::{self, GRAMS_PER_POUND};
use crate::words::lang;

/// The fields.
#[derive(Clone, Copy)]
pub struct Draft {
    /// The name to show.
    pub name: Kept<String>,
    /// The year of birth.
    pub birth_year: Kept<String>,
    /// The sex.
    pub sex: Kept<Option<Sex>>,
    /// The height in whole feet; not in metric units.
    pub feet: Kept<String>,
    /// The height in cm, or what it has in inches beyond the feet.
    pub height: Kept<String>,
    /// The weight, in kg or pounds.
    pub weight: Kept<String>,
    /// Trains for endurance.
    pub athlete: Kept<bool>,
    /// Takes beta-blockers.
    pub beta_blocker: Kept<bool>,
    /// Steps a day.
    pub steps: Kept<String>,
    /// Hours of sleep.
    pub sleep: Kept<String>,
    /// The language's decimal sign.
    decimal: &'static str,
}

impl Draft {
    /// The fields of a profile.
    pub fn of(profile: &Profile, goals: &Goals, imperial: bool) -> Self {
        let text = || Kept::new(String::new());
        let draft = Self {
            name: text(),
            birth_year: text(),
            sex: Kept::new(None),
            feet: text(),
            height: text(),
            weight: text(),
            athlete: Kept::new(false),
            beta_blocker: Kept::new(false),
            steps: text(),
            sleep: text(),
            decimal: td_string!(lang(), number.decimal),
        };
        draft.fill(profile, goals, imperial);
        draft
    }

    /// Writes a profile into the fields.
    pub fn fill(self, profile: &Profile, goals: &Goals, imperial: bool) {
        let pound = if imperial { GRAMS_PER_POUND } else { 1_000.0 };
        self.name.set(profile.name.clone().unwrap_or_default());
        self.birth_year.set(profile.birth_year.map(|year| year.to_string()).unwrap_or_default());
        self.sex.set(profile.sex);
        let height = profile.height_cm.map(|cm| if imperial { units::feet_and_inches(cm) } else { (0, cm) });
        let (feet, height) =
            height.map(|(feet, rest)| (feet.to_string(), rest.to_string())).unwrap_or_default();
        self.feet.set(feet);
        self.height.set(height);
        self.weight
            .set(profile.weight_g.map(|grams| self.plain(f64::from(grams) / pound)).unwrap_or_default());
        self.athlete.set(profile.athlete == Some(true));
        self.beta_blocker.set(profile.beta_blocker == Some(true));
        self.steps.set(goals.steps.to_string());
        self.sleep.set(self.plain(f64::from(goals.sleep_minutes) / 60.0));
    }

    /// What stands in the fields, over what was there before; and those that cannot be read. What was not touched stays
    /// exactly as it was, whatever its units round to.
    pub fn read(
        self,
        before: &(Profile, Goals),
        imperial: bool,
    ) -> (Profile, Goals, Vec<(Field, FieldError)>) {
        let pound = if imperial { GRAMS_PER_POUND } else { 1_000.0 };
        let (old, goals) = before;
        let (mut wrong, mut malformed) = (Vec::new(), Vec::new());
        let mut whole = |field, text: String, unit: f64, before: Option<i32>| match typed::number(&text) {
            Ok(None) => None,
            Ok(Some(_)) if before.is_some_and(|before| self.plain(f64::from(before) / unit) == text) => {
                before
            }
            Ok(Some(value)) => Some(typed::whole(value * unit)),
            Err(_) => {
                wrong.push((field, FieldError::Malformed));
                before
            }
        };
        let birth_year = whole(Field::BirthYear, self.birth_year.get(), 1.0, old.birth_year);
        let height_cm = if imperial {
            units::height(&self.feet.get(), &self.height.get(), old.height_cm).unwrap_or_else(|_| {
                malformed.push((Field::Height, FieldError::Malformed));
                old.height_cm
            })
        } else {
            whole(Field::Height, self.height.get(), 1.0, old.height_cm)
        };
        let weight_g = whole(Field::Weight, self.weight.get(), pound, old.weight_g);
        let steps = whole(Field::GoalSteps, self.steps.get(), 1.0, i32::try_from(goals.steps).ok());
        let minutes = i32::try_from(goals.sleep_minutes).ok();
        let sleep = whole(Field::GoalSleep, self.sleep.get(), 60.0, minutes);
        wrong.append(&mut malformed);
        let name = self.name.get().trim().to_owned();
        let asked = |before: Option<bool>, now: bool| if before.is_none() && !now { None } else { Some(now) };
        let profile = Profile {
            name: (!name.is_empty()).then_some(name),
            birth_year,
            sex: self.sex.get(),
            height_cm,
            weight_g,
            athlete: asked(old.athlete, self.athlete.get()),
            beta_blocker: asked(old.beta_blocker, self.beta_blocker.get()),
            ..old.clone()
        };
        // An empty goal is zero, which no goal can be: the check says so beside the field.
        let count = |value: Option<i32>| value.and_then(|value| u32::try_from(value).ok()).unwrap_or(0);
        (profile, Goals { steps: count(steps), sleep_minutes: count(sleep) }, wrong)
    }

    /// A number as a field shows it: with at most one decimal, without grouping.
    fn plain(self, value: f64) -> String {
        let decimals = usize::from((value * 10.0).round() % 10.0 != 0.0);
        number(value, decimals, Signs { decimal: self.decimal, group: "" })
    }
}
