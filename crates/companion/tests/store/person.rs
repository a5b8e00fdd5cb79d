//! What the person decided: kept, and with the time from which it holds.

use bridge::{GoalsFrom, Preferences, Theme, ThresholdsFrom};
use companion::store::StoredAlert;
use uuid::Uuid;
use vitals::{
    Alert, AlertRule, BloodType, Contact, EmergencyCard, Goals, Level, Profile, Sex, Thresholds, UnixMillis,
};

use crate::fixture::store;

#[tokio::test]
async fn limits_and_goals_are_those_in_force_then() {
    let (_folder, store, _) = store().await;
    let default = ThresholdsFrom { from: None, thresholds: Thresholds::default() };
    assert_eq!(store.thresholds().await.unwrap(), [default]);
    let mut own = Thresholds::default();
    own.heart_rate.low_attention = Some(5_000);
    let from = |at, thresholds| ThresholdsFrom { from: Some(UnixMillis(at)), thresholds };
    store.set_thresholds(UnixMillis(1_000), &own).await.unwrap();
    store.set_thresholds(UnixMillis(5_000), &Thresholds::default()).await.unwrap();
    let all = [default, from(1_000, own), from(5_000, Thresholds::default())];
    assert_eq!(store.thresholds().await.unwrap(), all);
    // Set by a clock that was ahead: the last choice counts from now on.
    store.set_thresholds(UnixMillis(2_000), &own).await.unwrap();
    assert_eq!(store.thresholds().await.unwrap(), [default, from(1_000, own), from(2_000, own)]);
    let goals = Goals { steps: 12_000, sleep_minutes: 450 };
    store.set_goals(UnixMillis(1_000), goals).await.unwrap();
    let own = GoalsFrom { from: Some(UnixMillis(1_000)), goals };
    assert_eq!(store.goals().await.unwrap(), [GoalsFrom { from: None, goals: Goals::default() }, own]);
}

#[tokio::test]
async fn profile_and_preferences_are_kept_and_can_be_taken_back() {
    let (_folder, store, _) = store().await;
    assert_eq!(store.profile().await.unwrap(), Profile::default());
    let profile = Profile {
        name: Some("Noé".into()),
        birth_year: Some(1980),
        sex: Some(Sex::Other),
        beta_blocker: Some(false),
        emergency: EmergencyCard {
            blood_type: Some(BloodType::AbNegative),
            allergies: "pénicilline".into(),
            ..EmergencyCard::default()
        },
        contacts: ["Zoé", "Ann"]
            .map(|name| Contact { name: name.into(), phone: "+33 1 23".into(), ..Contact::default() })
            .into(),
        ..Profile::default()
    };
    store.set_profile(&profile).await.unwrap();
    assert_eq!(store.profile().await.unwrap(), profile);
    assert_eq!(store.preferences().await.unwrap(), Preferences::default());
    let french = Preferences { language: Some("fr".into()), theme: Theme::Dark, ..Preferences::default() };
    store.set_preferences(&french).await.unwrap();
    assert_eq!(store.preferences().await.unwrap(), french);
    store.set_preferences(&Preferences::default()).await.unwrap();
    assert_eq!(store.preferences().await.unwrap(), Preferences::default());
}

#[tokio::test]
async fn an_alert_that_escalates_and_closes_stays_one() {
    let (_folder, store, source) = store().await;
    let alert = Alert {
        rule: AlertRule::Spo2Low,
        level: Level::Attention,
        since: UnixMillis(10),
        raised: UnixMillis(20),
        peak: 8_900,
        limit: 9_000,
        closed: None,
    };
    let mut stored = StoredAlert { id: Uuid::from_u128(7), alert, activity: None };
    store.set_alert(source, &stored, UnixMillis(30)).await.unwrap();
    stored.alert = Alert { level: Level::Alert, peak: 8_500, closed: Some(UnixMillis(90)), ..alert };
    store.set_alert(source, &stored, UnixMillis(30)).await.unwrap();
    assert_eq!(store.alerts(source, UnixMillis(0), UnixMillis(11)).await.unwrap(), [stored]);
    assert!(store.alerts(source, UnixMillis(11), UnixMillis(99)).await.unwrap().is_empty());
}
