//! Who wears the bracelet and what they want to reach, with the rules that what is typed must keep.

use alloc::string::String;
use alloc::vec::Vec;

/// Who it is. Everything may be left out; nothing of it is needed to measure.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Profile {
    /// The name to show; at most [`MAX_LINE`] characters.
    pub name: Option<String>,
    /// The year of birth: sets the limit of the heart rate while moving.
    pub birth_year: Option<i32>,
    /// The sex.
    pub sex: Option<Sex>,
    /// Height in centimetres, 50–260.
    pub height_cm: Option<i32>,
    /// Weight in grams, 2,000–400,000.
    pub weight_g: Option<i32>,
    /// Whether they train for endurance: a resting heart below 60 is usual then. None: not asked yet.
    pub athlete: Option<bool>,
    /// Whether they take beta-blockers, which slow the heart. None: not asked yet.
    pub beta_blocker: Option<bool>,
    /// What helpers should know. Kept on this device.
    pub emergency: EmergencyCard,
    /// Whom to call, the first one first; at most [`MAX_CONTACTS`].
    pub contacts: Vec<Contact>,
}

/// A sex, as the person says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Neither.
    Other,
}

/// What helpers should know in an emergency. Free texts of at most [`MAX_TEXT`] characters, in the person's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct EmergencyCard {
    /// The blood type (ABO and RhD).
    pub blood_type: Option<BloodType>,
    /// Conditions.
    pub conditions: String,
    /// Allergies.
    pub allergies: String,
    /// Medication.
    pub medication: String,
}

/// A blood type of the ABO and RhD systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum BloodType {
    /// A, RhD positive.
    #[cfg_attr(feature = "serde", serde(rename = "A+"))]
    APositive,
    /// A, RhD negative.
    #[cfg_attr(feature = "serde", serde(rename = "A-"))]
    ANegative,
    /// B, RhD positive.
    #[cfg_attr(feature = "serde", serde(rename = "B+"))]
    BPositive,
    /// B, RhD negative.
    #[cfg_attr(feature = "serde", serde(rename = "B-"))]
    BNegative,
    /// AB, RhD positive.
    #[cfg_attr(feature = "serde", serde(rename = "AB+"))]
    AbPositive,
    /// AB, RhD negative.
    #[cfg_attr(feature = "serde", serde(rename = "AB-"))]
    AbNegative,
    /// O, RhD positive.
    #[cfg_attr(feature = "serde", serde(rename = "O+"))]
    OPositive,
    /// O, RhD negative.
    #[cfg_attr(feature = "serde", serde(rename = "O-"))]
    ONegative,
}

impl BloodType {
    /// Every type with the name by which it is written, in files and on screens alike.
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::APositive, "A+"),
        (Self::ANegative, "A-"),
        (Self::BPositive, "B+"),
        (Self::BNegative, "B-"),
        (Self::AbPositive, "AB+"),
        (Self::AbNegative, "AB-"),
        (Self::OPositive, "O+"),
        (Self::ONegative, "O-"),
    ];
}

/// Somebody to call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Contact {
    /// Their name; needed, at most [`MAX_LINE`] characters.
    pub name: String,
    /// Their telephone number, as it is dialled: digits, spaces and `+().-/`, with 3–20 digits. It or the e-mail is needed.
    pub phone: String,
    /// Their e-mail address.
    pub email: String,
    /// What they are to the person, in the person's own words.
    pub relation: String,
}

/// What to reach in a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Goals {
    /// Steps, 1–200,000.
    pub steps: u32,
    /// Sleep in minutes, 60–960.
    pub sleep_minutes: u32,
}

impl Default for Goals {
    /// 8,000 steps: mortality falls with more steps and levels off at 8,000–10,000 a day below the age of 60, earlier above
    /// (Paluch et al., Lancet Public Health 2022). 8 hours of sleep: adults are recommended 7–9 (National Sleep Foundation;
    /// Hirshkowitz et al., Sleep Health 2015).
    fn default() -> Self {
        Self { steps: 8_000, sleep_minutes: 480 }
    }
}

/// The most characters of a name or another single line.
pub const MAX_LINE: usize = 80;
/// The most characters of a free text.
pub const MAX_TEXT: usize = 1_000;
/// The most contacts.
pub const MAX_CONTACTS: usize = 10;

/// A field of the profile or the goals, to put an error beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Field {
    /// [`Profile::name`].
    Name,
    /// [`Profile::birth_year`].
    BirthYear,
    /// [`Profile::height_cm`].
    Height,
    /// [`Profile::weight_g`].
    Weight,
    /// [`EmergencyCard::conditions`].
    Conditions,
    /// [`EmergencyCard::allergies`].
    Allergies,
    /// [`EmergencyCard::medication`].
    Medication,
    /// [`Profile::contacts`] as a whole.
    Contacts,
    /// The name of the contact at this place.
    ContactName(usize),
    /// The telephone number of the contact at this place.
    ContactPhone(usize),
    /// The e-mail address of the contact at this place.
    ContactEmail(usize),
    /// What the contact at this place is to the person.
    ContactRelation(usize),
    /// [`Goals::steps`].
    GoalSteps,
    /// [`Goals::sleep_minutes`].
    GoalSleep,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum FieldError {
    /// It is needed.
    Missing,
    /// It has more characters than fit.
    TooLong,
    /// It is below what it can be.
    TooSmall,
    /// It is above what it can be.
    TooLarge,
    /// It does not look like what it should be.
    Malformed,
}

/// Years of age that a person can have.
pub const AGES: core::ops::RangeInclusive<i32> = 1..=120;
/// Heights in centimetres.
pub const HEIGHTS_CM: core::ops::RangeInclusive<i32> = 50..=260;
/// Weights in grams.
pub const WEIGHTS_G: core::ops::RangeInclusive<i32> = 2_000..=400_000;
/// Goals of steps a day.
pub const GOAL_STEPS: core::ops::RangeInclusive<u32> = 1..=200_000;
/// Goals of sleep, minutes a night.
pub const GOAL_SLEEP_MINUTES: core::ops::RangeInclusive<u32> = 60..=960;

impl Profile {
    /// Every field that is wrong, in the order of the fields; empty when all is well. `this_year` is the calendar's.
    #[must_use]
    pub fn check(&self, this_year: i32) -> Vec<(Field, FieldError)> {
        let mut wrong = Vec::new();
        let mut look = |field, error: Option<FieldError>| wrong.extend(error.map(|error| (field, error)));
        look(Field::Name, self.name.as_deref().and_then(|name| too_long(name, MAX_LINE)));
        // The year turns the range around: the older, the smaller.
        let years = this_year - AGES.end()..=this_year - AGES.start();
        look(Field::BirthYear, self.birth_year.and_then(|year| outside(&year, &years)));
        look(Field::Height, self.height_cm.and_then(|height| outside(&height, &HEIGHTS_CM)));
        look(Field::Weight, self.weight_g.and_then(|weight| outside(&weight, &WEIGHTS_G)));
        look(Field::Conditions, too_long(&self.emergency.conditions, MAX_TEXT));
        look(Field::Allergies, too_long(&self.emergency.allergies, MAX_TEXT));
        look(Field::Medication, too_long(&self.emergency.medication, MAX_TEXT));
        look(Field::Contacts, (self.contacts.len() > MAX_CONTACTS).then_some(FieldError::TooLarge));
        for (place, contact) in self.contacts.iter().enumerate() {
            let name = if contact.name.trim().is_empty() {
                Some(FieldError::Missing)
            } else {
                too_long(&contact.name, MAX_LINE)
            };
            look(Field::ContactName(place), name);
            look(Field::ContactPhone(place), contact.phone_error());
            look(Field::ContactEmail(place), email_error(&contact.email));
            look(Field::ContactRelation(place), too_long(&contact.relation, MAX_LINE));
        }
        wrong
    }

    /// The age in years at the end of that year; none without a year of birth.
    #[must_use]
    pub fn age_years(&self, this_year: i32) -> Option<u8> {
        u8::try_from(this_year - self.birth_year?).ok()
    }

    /// Whether a slow heart is usual for them.
    #[must_use]
    pub fn has_slow_heart(&self) -> bool {
        self.athlete == Some(true) || self.beta_blocker == Some(true)
    }
}

impl Contact {
    fn phone_error(&self) -> Option<FieldError> {
        let phone = self.phone.trim();
        if phone.is_empty() {
            // One way to reach them is needed.
            return self.email.trim().is_empty().then_some(FieldError::Missing);
        }
        let digits = phone.chars().filter(char::is_ascii_digit).count();
        let strange = |c: char| !c.is_ascii_digit() && !" +().-/".contains(c);
        (phone.contains(strange) || !(3..=20).contains(&digits)).then_some(FieldError::Malformed)
    }
}

impl Goals {
    /// Every goal that cannot be, in their order.
    #[must_use]
    pub fn check(&self) -> Vec<(Field, FieldError)> {
        let steps = outside(&self.steps, &GOAL_STEPS).map(|error| (Field::GoalSteps, error));
        let sleep = outside(&self.sleep_minutes, &GOAL_SLEEP_MINUTES).map(|error| (Field::GoalSleep, error));
        steps.into_iter().chain(sleep).collect()
    }
}

fn too_long(text: &str, most: usize) -> Option<FieldError> {
    (text.chars().count() > most).then_some(FieldError::TooLong)
}

fn outside<T: PartialOrd>(value: &T, range: &core::ops::RangeInclusive<T>) -> Option<FieldError> {
    if value < range.start() {
        Some(FieldError::TooSmall)
    } else if value > range.end() {
        Some(FieldError::TooLarge)
    } else {
        None
    }
}

/// Only what can be no address at all: whether it is one, a message to it tells.
fn email_error(email: &str) -> Option<FieldError> {
    let email = email.trim();
    let is_one = || {
        email.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && !domain.contains('@') && domain.split('.').all(|label| !label.is_empty())
        })
    };
    if email.is_empty() {
        None
    } else if email.chars().count() > 254 {
        Some(FieldError::TooLong)
    } else {
        (email.contains(char::is_whitespace) || !is_one()).then_some(FieldError::Malformed)
    }
}
