//! The gallery's alerts. What happened stands in [`HISTORY`] and [`OPEN`]; the charts show the same.

use bridge::{Alert, AlertDetail, Alerts, Answer, Answered, Origin};
use vitals::{Activity, AlertRule, Level, Thresholds, UnixMillis};

use super::story::{DAY, HOUR, MINUTE, Story};
use crate::page;

/// Something beyond a limit, or a fall.
pub struct Episode {
    pub id: &'static str,
    pub rule: AlertRule,
    pub level: Level,
    /// How long ago it began, in milliseconds.
    pub begun: i64,
    /// How long it lasted; none: it goes on.
    pub lasted: Option<i64>,
}

const fn episode(id: &'static str, rule: AlertRule, level: Level, begun: i64, lasted: i64) -> Episode {
    Episode { id, rule, level, begun, lasted: Some(lasted) }
}

/// What is over, the newest first.
pub const HISTORY: [Episode; 5] = [
    episode("b", AlertRule::HeartRateHigh, Level::Attention, 5 * HOUR + 20 * MINUTE, 14 * MINUTE),
    episode("c", AlertRule::Spo2Low, Level::Attention, 11 * HOUR, 7 * MINUTE),
    episode("g", AlertRule::Fall, Level::Alert, 22 * HOUR + 40 * MINUTE, 25_000),
    episode("d", AlertRule::HeartRateLow, Level::Alert, 3 * DAY, 4 * MINUTE),
    episode("e", AlertRule::SkinTemperatureHigh, Level::Attention, 9 * DAY, 48 * MINUTE),
];

/// What goes on in the states that show it.
pub const OPEN: [Episode; 2] = [
    Episode { id: "a", rule: AlertRule::HeartRateHigh, level: Level::Alert, begun: 4 * MINUTE, lasted: None },
    Episode {
        id: "f",
        rule: AlertRule::SkinTemperatureHigh,
        level: Level::Attention,
        begun: 26 * MINUTE,
        lasted: None,
    },
];

fn ago(ms: i64) -> UnixMillis {
    UnixMillis(page::now() - ms)
}

/// The farthest value of such an alert.
pub fn peak(rule: AlertRule, level: Level) -> Option<f64> {
    match (rule, level) {
        (AlertRule::HeartRateHigh, Level::Alert) => Some(128.0),
        (AlertRule::HeartRateHigh, Level::Attention) => Some(112.0),
        (AlertRule::HeartRateLow, _) => Some(46.0),
        (AlertRule::Spo2Low, _) => Some(91.0),
        (AlertRule::SkinTemperatureHigh, _) => Some(37.9),
        (AlertRule::Fall | AlertRule::Sos, _) => None,
    }
}

/// The limit of such an alert.
pub fn limit(rule: AlertRule, level: Level) -> Option<f64> {
    match (rule, level) {
        (AlertRule::HeartRateHigh, Level::Alert) => Some(120.0),
        (AlertRule::HeartRateHigh, Level::Attention) => Some(100.0),
        (AlertRule::HeartRateLow, _) => Some(50.0),
        (AlertRule::Spo2Low, _) => Some(95.0),
        (AlertRule::SkinTemperatureHigh, _) => Some(37.5),
        (AlertRule::Fall | AlertRule::Sos, _) => None,
    }
}

/// An alert, as begun and as long as that ago.
pub fn alert(id: &str, rule: AlertRule, level: Level, begun: i64, lasted: Option<i64>) -> Alert {
    let peak = peak(rule, level);
    Alert {
        id: id.to_owned(),
        rule,
        level,
        since: ago(begun),
        raised: ago(begun - 2 * MINUTE),
        closed: lasted.map(|lasted| ago(begun - lasted)),
        peak,
        limit: limit(rule, level),
        activity: peak.map(|_| Activity::Still),
        answer: None,
        snoozed_until: None,
        away: false,
        source: "Demo bracelet".to_owned(),
        origin: Origin::Bracelet,
        answer_by: None,
    }
}

/// An episode as the engine tells it.
fn told(episode: &Episode) -> Alert {
    let answer = match episode.id {
        "b" => Some(Answered { answer: Answer::Exercising, at: ago(5 * HOUR) }),
        "g" => Some(Answered { answer: Answer::Fine, at: ago(episode.begun - 25_000) }),
        _ => None,
    };
    let Episode { id, rule, level, begun, lasted } = *episode;
    Alert { answer, away: id == "c", ..alert(id, rule, level, begun, lasted) }
}

/// One alone: a fall or an SOS that nobody has answered.
fn emergency(rule: AlertRule, origin: Origin, begun: i64, left: Option<i64>) -> Alerts {
    let source = if origin == Origin::Bracelet { "Demo bracelet" } else { "" };
    let alert = Alert {
        origin,
        source: source.to_owned(),
        answer_by: Some(ago(-left.unwrap_or(-begun))),
        ..alert("s", rule, Level::Alert, begun, None)
    };
    Alerts { open: vec![alert], badge: 1, ..Alerts::default() }
}

pub fn alerts(state: &str) -> Alerts {
    let mut history: Vec<Alert> = HISTORY.iter().map(told).collect();
    match state {
        _ if Story::of(state).alarmed() => Alerts {
            open: OPEN.iter().map(told).collect(),
            history,
            more: true,
            badge: 2,
            ..Alerts::default()
        },
        "sos-banner" | "emergency-sos" => emergency(AlertRule::Sos, Origin::Bracelet, MINUTE, None),
        "emergency-cancel" => emergency(AlertRule::Sos, Origin::App, 1_000, Some(4_000)),
        "emergency-own-empty" => emergency(AlertRule::Sos, Origin::App, MINUTE, None),
        "emergency-test" => emergency(AlertRule::Sos, Origin::Test, MINUTE, None),
        "emergency-fall" => emergency(AlertRule::Fall, Origin::Bracelet, 8_000, Some(22_000)),
        "emergency-fallen" => emergency(AlertRule::Fall, Origin::Bracelet, 3 * MINUTE, None),
        "alerts-calm" => {
            history.truncate(3);
            Alerts {
                history,
                nothing_since: Some(ago(5 * HOUR)),
                monitored_ms: 4 * HOUR,
                ..Alerts::default()
            }
        }
        "alerts-empty" => {
            Alerts { nothing_since: Some(ago(17 * DAY)), monitored_ms: 371 * HOUR, ..Alerts::default() }
        }
        _ => Alerts::default(),
    }
}

pub fn detail(state: &str) -> AlertDetail {
    let [open, _] = &OPEN;
    let [over, ..] = &HISTORY;
    let alert = told(if state == "alert-open" { open } else { over });
    let end = alert.closed.unwrap_or(ago(0));
    AlertDetail {
        from: alert.since.plus(-30 * MINUTE),
        to: end.plus(30 * MINUTE),
        limits: Some(Thresholds::default().heart_rate),
        alert,
    }
}
