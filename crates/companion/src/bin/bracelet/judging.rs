//! `bracelet alerts` and `bracelet limits`.

use bridge::SourceKind;
use companion::Engine;
use companion::store::SourceId;
use serde_json::json;
use vitals::{Judged, Metric, Thresholds, UnixMillis};

use crate::args::{Lang, Limits, OfSource};
use crate::failure::Failure;
use crate::watch::timestamp;

/// The newest alerts that are over, as many as are listed.
const MOST: u32 = 100;

/// Lists alerts.
///
/// # Errors
///
/// The store's.
pub async fn alerts(engine: &Engine, asked: &OfSource, lang: Lang) -> Result<(), Failure> {
    let stores = engine.stores().await?;
    let store = if asked.demo { stores.demo } else { stores.person };
    let mut lines = Vec::new();
    let mut all = Vec::new();
    let now = engine.clock().now();
    if let Some(store) = store {
        for source in store.sources().await? {
            let id = SourceId(source.id);
            let open = store.open_alerts(id).await?;
            let past = store.past_alerts(id, UnixMillis(i64::MAX), MOST).await?;
            for kept in open.into_iter().chain(past) {
                let alert = kept.stored.alert;
                let end = alert.closed.map_or_else(|| lang.pick("open", "ouverte").to_owned(), timestamp);
                let until = alert.closed.unwrap_or(now);
                lines.push(format!("{}  {}  {end}", timestamp(alert.since), lang.alarm(&alert, until)));
                let value = |hundredths: i32| alert.rule.metric().map(|_| f64::from(hundredths) / 100.0);
                all.push(json!({
                    "id": kept.stored.id, "rule": alert.rule, "level": alert.level,
                    "since": timestamp(alert.since), "raised": timestamp(alert.raised),
                    "closed": alert.closed.map(timestamp), "peak": value(alert.peak),
                    "limit": value(alert.limit), "activity": kept.stored.activity,
                    "answer": kept.answer.map(|answered| answered.answer),
                    "demo": source.kind == SourceKind::Demo, "serial": source.serial,
                }));
            }
        }
    }
    if asked.json {
        println!("{}", json!(all));
    } else if lines.is_empty() {
        println!("{}", lang.pick("No alert.", "Aucune alerte."));
    } else {
        println!("{}", lines.join("\n"));
    }
    Ok(())
}

/// Shows the limits, or restores the product's own.
///
/// # Errors
///
/// The store's.
pub async fn limits(engine: &Engine, asked: &Limits, lang: Lang) -> Result<(), Failure> {
    if asked.restore_defaults {
        engine.set_thresholds(Thresholds::default()).await?;
    }
    let settings = engine.settings().await?;
    if asked.json {
        println!("{}", json!(settings.thresholds));
        return Ok(());
    }
    for judged in Judged::ALL {
        let limits = settings.thresholds.in_force(judged, settings.age_years);
        let words = |limit: Option<i32>| {
            let value = |limit: i32| f64::from(limit) / 100.0;
            limit.map_or_else(
                || "–".to_owned(),
                |limit| match judged.metric() {
                    Metric::SkinTemperature => lang.decimal(value(limit)),
                    _ => format!("{:.0}", value(limit)),
                },
            )
        };
        let what = lang.metric(judged.metric());
        let when = match judged {
            Judged::HeartRateAsleep => lang.pick(", asleep", ", en dormant"),
            Judged::HeartRateMoving => lang.pick(", moving", ", en mouvement"),
            _ => "",
        };
        println!(
            "{what}{when} ({}): {} {}–{}, {} {}–{}",
            judged.metric().unit(),
            lang.pick("orange outside", "orange hors de"),
            words(limits.low_attention),
            words(limits.high_attention),
            lang.pick("red outside", "rouge hors de"),
            words(limits.low_alert),
            words(limits.high_alert),
        );
    }
    Ok(())
}
