//! What the engine answers in the gallery. Made up.

use bridge::{
    Bluetooth, Code, Data, Device, Distribution, Error, Message, MessageState, Nearby, NearbyDevice,
    Notifier, Protection, SelfTest, Sent, Session, Settings, Source, SourceData, SourceKind, Suggestion,
    System, WouldAlert,
};
use serde::Serialize;
use vitals::{BloodType, Contact, EmergencyCard, Goals, Judged, Limits, Profile, Thresholds, UnixMillis};

use super::story::{DAY, FIRST_DAY, HOUR, MINUTE, Story};
use super::{alerts, charts};
use crate::api::Command;
use crate::page;

/// How many seconds are kept.
pub const RECORDS: u64 = 7_411_904;

fn ago(ms: i64) -> UnixMillis {
    UnixMillis(page::now() - ms)
}

/// The answer to a command in a state.
pub fn answer(state: &str, command: &Command) -> Result<String, Error> {
    if state.ends_with("-refused") && matches!(command.name(), "alerts" | "profile" | "sessions" | "messages")
    {
        return Err(Error { code: Code::Internal, detail: "database is locked (5)".to_owned() });
    }
    match command.name() {
        "chart" => {
            let query = argument(command, "query").ok_or_else(|| unknown("chart"))?;
            json(&charts::chart(&query, state)?)
        }
        "save_chart" => json(&"/home/ada/Downloads/heart-rate-2026-11-19-2026-11-20.csv"),
        "alerts" => json(&alerts::alerts(state)),
        "alert" => json(&alerts::detail(state)),
        "profile" => json(&profile(state)),
        "settings" => json(&settings(state)),
        "distribution" => json(&distribution(argument(command, "judged").unwrap_or(Judged::HeartRate))),
        "would_alert" => json(&would(state)),
        "sessions" => json(&sessions(state)),
        "messages" => json(&messages(state)),
        "device" => json(&device(state)),
        "data" => json(&data(state)),
        "starts_with_system" => json(&true),
        "system" => json(&system(state)),
        "self_test" => json(&SelfTest {
            storage: None,
            key: None,
            protection: Protection::Keyring,
            system: system(state),
        }),
        "would_forget" => json(&4_730_112),
        "licences" => json(
            &"serde 1.0.0 — MIT OR Apache-2.0\nleptos 0.8.0 — MIT\n\n────────\nleptos 0.8.0\n────────\n\nMIT License",
        ),
        "choose_file" => json(&"/home/camille/Documents/Bracelet Connecté 2026-11-20.backup"),
        "nearby" => json(&nearby(state)),
        _ => Ok("null".to_owned()),
    }
}

fn argument<T: serde::de::DeserializeOwned>(command: &Command, name: &str) -> Option<T> {
    command.argument(name).and_then(|json| serde_json::from_str(json).ok())
}

fn json(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| unknown(&error.to_string()))
}

fn unknown(detail: &str) -> Error {
    Error { code: Code::Internal, detail: detail.to_owned() }
}

fn profile(state: &str) -> Profile {
    if state.ends_with("-empty") || state.starts_with("welcome") {
        return Profile::default();
    }
    Profile {
        name: Some("Camille".to_owned()),
        birth_year: Some(1984),
        sex: None,
        height_cm: Some(172),
        weight_g: Some(64_500),
        athlete: Some(true),
        beta_blocker: Some(false),
        emergency: EmergencyCard {
            blood_type: Some(BloodType::OPositive),
            conditions: "Asthme".to_owned(),
            allergies: "Pénicilline".to_owned(),
            medication: String::new(),
        },
        contacts: vec![Contact {
            name: "Dominique".to_owned(),
            phone: "+33 6 12 34 56 78".to_owned(),
            email: String::new(),
            relation: "Conjoint".to_owned(),
        }],
    }
}

fn settings(state: &str) -> Settings {
    let suggestion = Suggestion {
        judged: Judged::HeartRate,
        limits: Limits {
            low_attention: Some(5_200),
            low_alert: Some(4_500),
            ..Thresholds::default().heart_rate
        },
        usual_low: 52.0,
        slow_heart: true,
        days: 9,
    };
    Settings {
        thresholds: Thresholds::default(),
        goals: Goals::default(),
        age_years: Some(42),
        skin_usual: (state != "limits-empty").then_some(34.2),
        thresholds_sent: match state {
            "limits-failed" => Sent::Failed { at: ago(MINUTE) },
            "limits-unsent" => Sent::Waiting { since: ago(MINUTE) },
            _ => Sent::OnBracelet { since: ago(DAY) },
        },
        goals_sent: Sent::Unneeded,
        suggestions: if state == "limits-suggestion" { vec![suggestion] } else { Vec::new() },
    }
}

fn distribution(judged: Judged) -> Distribution {
    let (low, step, count, middle, width) = match judged {
        Judged::Spo2 => (88.0, 1.0, 13, 97.0, 1.4),
        Judged::SkinTemperature => (31.0, 0.1, 80, 34.2, 1.1),
        Judged::HeartRateAsleep => (42.0, 1.0, 60, 57.0, 6.0),
        Judged::HeartRateMoving => (80.0, 1.0, 90, 118.0, 16.0),
        Judged::HeartRate => (48.0, 1.0, 80, 71.0, 10.0),
    };
    let hill = |n: i32| {
        let value = low + step * f64::from(n);
        let far: f64 = (value - middle) / width;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 4 000")]
        let seconds = (4_000.0 * (-far * far / 2.0).exp()) as u32;
        (value, seconds)
    };
    Distribution { judged, values: (0..count).map(hill).collect() }
}

fn would(state: &str) -> WouldAlert {
    match state {
        "limits-empty" => WouldAlert::default(),
        _ => WouldAlert { attention_7d: 2, alert_7d: 0, attention_30d: 5, alert_30d: 1, hours: 611 },
    }
}

/// The person's sessions, the newest first.
pub fn sessions(state: &str) -> Vec<Session> {
    if state.ends_with("-empty") {
        return Vec::new();
    }
    let one = |id, name: &str, begun: i64, lasted: Option<i64>, note: &str| Session {
        id: Some(id),
        name: name.to_owned(),
        start: ago(begun),
        end: lasted.map(|lasted| ago(begun - lasted)),
        note: note.to_owned(),
    };
    vec![
        one(4, "Lecture", 15 * MINUTE, None, ""),
        one(3, "Méditation", 4 * HOUR, Some(38 * MINUTE), ""),
        run(),
        one(1, "Réunion", DAY + 5 * HOUR, Some(HOUR), ""),
    ]
}

/// Yesterday's run, as the person named it.
pub fn run() -> Session {
    let (start, end) = Story::here().run();
    Session {
        id: Some(2),
        name: "Course au parc".to_owned(),
        start,
        end: Some(end),
        note: "8,4 km, vent de face".to_owned(),
    }
}

fn messages(state: &str) -> Vec<Message> {
    if state == "messages-empty" {
        return Vec::new();
    }
    let one = |id, text: &str, written: i64, state, at: i64| Message {
        id,
        text: text.to_owned(),
        written: ago(written),
        state,
        at: ago(at),
    };
    vec![
        one(1, "Bonjour ! Tout va bien ?", 5 * HOUR, MessageState::RepliedOk, 5 * HOUR - 2 * MINUTE),
        one(2, "N'oublie pas ton rendez-vous à 15 h.", 3 * HOUR, MessageState::Read, 3 * HOUR - MINUTE),
        one(3, "Je passe te prendre ?", 2 * HOUR, MessageState::RepliedHelp, 2 * HOUR - MINUTE),
        one(4, "J'arrive.", HOUR, MessageState::Shown, HOUR - MINUTE),
        one(5, "Pense à l'eau.", 26 * HOUR, MessageState::Dropped, 2 * HOUR),
        one(6, "Je suis là dans dix minutes.", MINUTE, MessageState::Waiting, MINUTE),
    ]
}

fn device(state: &str) -> Device {
    let finding = state == "bracelet-finding";
    Device {
        brightness: Some(60),
        brightness_sent: Some(Sent::OnBracelet { since: ago(HOUR) }),
        finding,
        finding_sent: finding.then_some(Sent::Waiting { since: ago(2_000) }),
    }
}

fn source() -> Source {
    Source {
        id: 1,
        name: "Demo bracelet".to_owned(),
        kind: SourceKind::Demo,
        serial: "DEMO-4F2A".to_owned(),
        firmware: Some("0.1.0".to_owned()),
    }
}

fn system(state: &str) -> System {
    match state {
        "settings-bare" => System {
            bluetooth: Some(Bluetooth::NoService),
            notifications: Notifier::Missing,
            keyring: Some(Code::KeyringMissing),
        },
        _ => System {
            bluetooth: Some(Bluetooth::Ready),
            notifications: Notifier::Here { name: "gnome-shell".to_owned() },
            keyring: None,
        },
    }
}

fn data(state: &str) -> Data {
    Data {
        folder: "/home/camille/.local/share/bracelet-connecte".to_owned(),
        bytes: 438_230_144,
        aside_bytes: if state == "settings-bare" { 214_110_976 } else { 0 },
        free_bytes: Some(37_000_000_000),
        protection: Protection::Keyring,
        writable: true,
        records: RECORDS,
        oldest: Some(ago(FIRST_DAY * DAY)),
        sources: vec![SourceData {
            source: source(),
            records: RECORDS,
            first: Some(ago(FIRST_DAY * DAY)),
            last: Some(ago(1_000)),
        }],
        last_backup: None,
    }
}

fn nearby(state: &str) -> Nearby {
    let one = |id: &str, name: &str, kind, rssi_dbm, known, here| NearbyDevice {
        id: id.to_owned(),
        name: name.to_owned(),
        kind,
        rssi_dbm,
        known,
        here,
    };
    let mut devices = vec![one("demo", bridge::DEMO_NAME, SourceKind::Demo, None, None, true)];
    if matches!(state, "connect-found" | "connect-new") {
        devices.push(one("b1", "Bracelet 4F2A", SourceKind::Journal, Some(-58), None, true));
        devices.push(one("b2", "HRM-Pro", SourceKind::Standard, Some(-77), None, true));
        devices.push(one("b3", "Bracelet 11C0", SourceKind::Classic, Some(-91), None, false));
    }
    if state == "connect-found" {
        devices.push(one("b0", "Bracelet de Camille", SourceKind::Journal, Some(-66), Some(1), true));
    }
    let bluetooth = match state {
        "connect-no-adapter" => Bluetooth::NoAdapter,
        "connect-off" => Bluetooth::Off,
        "connect-denied" => Bluetooth::Denied,
        "connect-location" => Bluetooth::LocationOff,
        "connect-searching" | "connect-found" | "connect-new" => Bluetooth::Scanning,
        _ => Bluetooth::NotBuilt,
    };
    Nearby { bluetooth, devices }
}
