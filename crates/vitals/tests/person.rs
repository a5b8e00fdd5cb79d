//! What is typed about a person: every wrong field is named, and only those.

use vitals::{
    Contact, EmergencyCard, Field, FieldError, Goals, Judged, Limits, LimitsError, Profile, Thresholds,
};

const YEAR: i32 = 2026;

#[test]
fn an_empty_profile_is_well_and_so_is_one_with_everything() {
    assert_eq!(Profile::default().check(YEAR), []);
    let full = Profile {
        name: Some("Zoé".into()),
        birth_year: Some(1980),
        height_cm: Some(172),
        weight_g: Some(64_500),
        emergency: EmergencyCard { allergies: "pénicilline".into(), ..EmergencyCard::default() },
        contacts: vec![
            Contact { name: "Ann".into(), phone: "+33 (0)1 23-45.67/8".into(), ..Contact::default() },
            Contact { name: "Bob".into(), email: "bob@example.org".into(), ..Contact::default() },
        ],
        ..Profile::default()
    };
    assert_eq!(full.check(YEAR), []);
}

#[test]
fn each_wrong_field_has_its_own_error() {
    use FieldError::{Malformed, Missing, TooLarge, TooLong, TooSmall};
    let with = |contact: Contact| Profile { contacts: vec![contact], ..Profile::default() };
    let ann = || Contact { name: "Ann".into(), phone: "112".into(), ..Contact::default() };
    let long = || "x".repeat(1_001);
    let table = [
        (Profile { name: Some("é".repeat(81)), ..Profile::default() }, Field::Name, TooLong),
        (Profile { birth_year: Some(YEAR), ..Profile::default() }, Field::BirthYear, TooLarge),
        (Profile { birth_year: Some(YEAR - 121), ..Profile::default() }, Field::BirthYear, TooSmall),
        (Profile { height_cm: Some(261), ..Profile::default() }, Field::Height, TooLarge),
        (Profile { weight_g: Some(1_999), ..Profile::default() }, Field::Weight, TooSmall),
        (
            Profile {
                emergency: EmergencyCard { medication: long(), ..EmergencyCard::default() },
                ..Profile::default()
            },
            Field::Medication,
            TooLong,
        ),
        (Profile { contacts: vec![ann(); 11], ..Profile::default() }, Field::Contacts, TooLarge),
        (with(Contact { name: " ".into(), ..ann() }), Field::ContactName(0), Missing),
        (with(Contact { phone: String::new(), ..ann() }), Field::ContactPhone(0), Missing),
        (with(Contact { phone: "call me".into(), ..ann() }), Field::ContactPhone(0), Malformed),
        (with(Contact { phone: "12".into(), ..ann() }), Field::ContactPhone(0), Malformed),
        (with(Contact { email: "ann".into(), ..ann() }), Field::ContactEmail(0), Malformed),
        (with(Contact { email: "a@b@c".into(), ..ann() }), Field::ContactEmail(0), Malformed),
        (with(Contact { email: "a b@c".into(), ..ann() }), Field::ContactEmail(0), Malformed),
    ];
    for (profile, field, error) in table {
        assert_eq!(profile.check(YEAR), [(field, error)]);
    }
}

#[test]
fn goals_stay_within_what_a_day_can_hold() {
    assert_eq!(Goals::default().check(), []);
    let none = Goals { steps: 0, sleep_minutes: 1_000 };
    let wrong = [(Field::GoalSteps, FieldError::TooSmall), (Field::GoalSleep, FieldError::TooLarge)];
    assert_eq!(none.check(), wrong);
}

#[test]
fn a_red_limit_never_lies_inside_its_orange_one_and_unjudged_sides_take_none() {
    assert_eq!(Thresholds::default().check(), []);
    let with = |judged: Judged, limits: Limits| {
        let mut thresholds = Thresholds::default();
        thresholds.set(judged, limits);
        assert_eq!(thresholds.limits(judged), limits);
        thresholds.check()
    };
    let heart = Thresholds::default().heart_rate;
    let spo2 = Thresholds::default().spo2;
    let table = [
        (Judged::HeartRate, Limits { high_alert: Some(9_900), ..heart }, LimitsError::HighAlertInside),
        (Judged::HeartRateAsleep, Limits { low_alert: Some(6_100), ..heart }, LimitsError::LowAlertInside),
        (
            Judged::HeartRate,
            Limits { low_attention: Some(11_000), low_alert: None, ..heart },
            LimitsError::Crossed,
        ),
        (Judged::Spo2, Limits { high_attention: Some(9_900), ..spo2 }, LimitsError::NotJudged),
        (
            Judged::SkinTemperature,
            Limits { low_alert: Some(3_000), ..Limits::default() },
            LimitsError::NotJudged,
        ),
        (
            Judged::HeartRateMoving,
            Limits { high_alert: Some(100), ..Limits::default() },
            LimitsError::OutOfRange,
        ),
    ];
    for (judged, limits, error) in table {
        assert_eq!(with(judged, limits), [(judged, error)]);
    }
}

#[test]
fn the_moving_limit_comes_from_the_age_unless_it_is_set() {
    let mut thresholds = Thresholds::default();
    let moving = |thresholds: &Thresholds, age| thresholds.in_force(Judged::HeartRateMoving, age).high_alert;
    assert_eq!(moving(&thresholds, Some(60)), Some(16_600));
    assert_eq!(moving(&thresholds, None), moving(&thresholds, Some(40)));
    thresholds.heart_rate_moving_alert = Some(15_000);
    assert_eq!(moving(&thresholds, Some(60)), Some(15_000));
}
