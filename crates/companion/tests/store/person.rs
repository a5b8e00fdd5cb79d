//! What the person decided: kept, and with the time from which it holds.

use bridge::{Preferences, Theme};
use companion::store::{Goal, Profile, Sex, StoredAlert};
use uuid::Uuid;
use vitals::{Alert, AlertRule, Level, Thresholds, UnixMillis};

use crate::fixture::store;

#[tokio::test]
async fn limits_and_goals_are_those_in_force_then() {
    let (_folder, store, _) = store().await;
    assert_eq!(store.thresholds(UnixMillis(0)).await.unwrap(), Thresholds::default());
    let own = Thresholds { heart_rate_moving_alert: Some(17_000), ..Thresholds::default() };
    store.set_thresholds(UnixMillis(1_000), &own).await.unwrap();
    store.set_goal(UnixMillis(1_000), Goal { steps: 12_000 }).await.unwrap();
    assert_eq!(store.thresholds(UnixMillis(999)).await.unwrap(), Thresholds::default());
    assert_eq!(store.thresholds(UnixMillis(1_000)).await.unwrap(), own);
    assert_eq!(store.goal(UnixMillis(999)).await.unwrap(), Goal::default());
    assert_eq!(store.goal(UnixMillis(5_000)).await.unwrap(), Goal { steps: 12_000 });
}

#[tokio::test]
async fn profile_and_preferences_are_kept_and_can_be_taken_back() {
    let (_folder, store, _) = store().await;
    assert_eq!(store.profile().await.unwrap(), Profile::default());
    let profile = Profile {
        name: Some("Noé".into()),
        birth_year: Some(1980),
        sex: Some(Sex::Other),
        ..Profile::default()
    };
    store.set_profile(&profile).await.unwrap();
    assert_eq!(store.profile().await.unwrap(), profile);
    assert_eq!(store.preferences().await.unwrap(), Preferences::default());
    let french = Preferences { language: Some("fr".into()), theme: Theme::Dark };
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
    let mut stored = StoredAlert { id: Uuid::from_u128(7), alert };
    store.set_alert(source, &stored).await.unwrap();
    stored.alert = Alert { level: Level::Alert, peak: 8_500, closed: Some(UnixMillis(90)), ..alert };
    store.set_alert(source, &stored).await.unwrap();
    assert_eq!(store.alerts(source, UnixMillis(0), UnixMillis(11)).await.unwrap(), [stored]);
    assert!(store.alerts(source, UnixMillis(11), UnixMillis(99)).await.unwrap().is_empty());
}
