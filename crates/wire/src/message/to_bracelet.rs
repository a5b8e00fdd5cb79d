//! What the app says to the bracelet.

use super::AppId;
use alloc::{borrow::Cow, string::String, vec::Vec};
use serde::{Deserialize, Serialize};
use vitals::{Boot, Limits, Metric, Seq, Thresholds, UnixMillis};

/// The longest text of a message, in characters.
pub const MAX_MESSAGE_CHARS: usize = 120;

/// One line to the bracelet.
#[derive(Clone, Debug, PartialEq)]
pub enum ToBracelet {
    /// The first line of a conversation.
    Hello(Hello),
    /// Asks for records.
    Read(Read),
    /// Records are safe.
    Ack(Ack),
    /// The app wants to be the recorder.
    Take {
        /// The command's id.
        id: u32,
    },
    /// Something the application does.
    Command {
        /// The command's id.
        id: u32,
        /// What to do.
        command: Command,
    },
}

/// Who speaks, and what time it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hello {
    /// The newest version that the app speaks.
    pub v: u8,
    /// The app.
    pub app: AppId,
    /// Its clock.
    pub time: UnixMillis,
}

/// Asks for the records of one boot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// Of which boot.
    pub boot: Boot,
    /// From this place on.
    pub from: Seq,
    /// Up to and with this place; none: as far as there are.
    pub to: Option<Seq>,
    /// How many lines may be ahead of the last acknowledgement, 1–64.
    pub window: u8,
    /// Go on with new records as they come.
    pub follow: bool,
}

/// All records of `boot` up to and with `seq` are committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ack {
    /// Of which boot.
    pub boot: Boot,
    /// The last of them.
    pub seq: Seq,
}

/// How far an SOS has come: the display says exactly that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SosLevel {
    /// The phone has it.
    Phone,
    /// The cloud has it.
    Cloud,
    /// A person has it: only now "delivered".
    Contact,
}

/// Something the bracelet's application does.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Shows a text of 1–[`MAX_MESSAGE_CHARS`] characters until it is dismissed.
    Message(String),
    /// Makes itself found (vibrates, blinks), or stops that.
    Find {
        /// Begin or stop.
        on: bool,
    },
    /// Sets the brightness of the display's light, 0–100 %.
    Led {
        /// Percent.
        brightness: u8,
    },
    /// The wearer's limits.
    Thresholds(Thresholds),
    /// The wearer's goals.
    Goals {
        /// Steps a day, 1–200,000.
        steps: u32,
    },
    /// How often the heart rate is measured.
    Interval {
        /// Seconds between measurements, 1–3,600; 1 is continuous.
        seconds: u16,
    },
    /// Measures nothing for a while.
    Pause {
        /// For so many minutes, 1–1,440; 0 goes on at once.
        minutes: u16,
    },
    /// Forgets this app: its bond, and its role.
    Forget,
    /// Formats the journal. What was not fetched is lost. Only for the recorder.
    Wipe,
    /// How far the SOS has come.
    SosAck {
        /// Up to whom.
        level: SosLevel,
    },
}

/// A line that is JSON but cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// A command that this version does not know.
    Unknown {
        /// Its id; 0 if it has none.
        id: u32,
        /// Its name.
        cmd: String,
    },
    /// Not our JSON, a field missing or out of range.
    Malformed {
        /// Its id; 0 if it has none.
        id: u32,
        /// Its name; none if even that is missing.
        cmd: Option<String>,
    },
}

/// Every field that a line to the bracelet can have.
#[derive(Default, Serialize, Deserialize)]
struct Fields<'a> {
    #[serde(borrow)]
    cmd: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    v: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    app: Option<AppId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time: Option<UnixMillis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    boot: Option<Boot>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<Seq>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<Seq>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    window: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    follow: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seq: Option<Seq>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    text: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    brightness: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    limits: Option<Thresholds>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    steps: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seconds: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    minutes: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    level: Option<SosLevel>,
}

impl ToBracelet {
    /// Reads a line's object, as [`crate::line::LineReader`] gives it.
    ///
    /// # Errors
    ///
    /// What to answer when it cannot be followed.
    pub fn parse(json: &str) -> Result<Self, Unusable> {
        let fields: Fields<'_> = serde_json::from_str(json).map_err(|_| salvage(json))?;
        let id = fields.id.unwrap_or(0);
        if !KNOWN.contains(&fields.cmd.as_ref()) {
            return Err(Unusable::Unknown { id, cmd: short(&fields.cmd) });
        }
        understand(&fields).ok_or_else(|| Unusable::Malformed { id, cmd: Some(short(&fields.cmd)) })
    }

    /// The line, sealed.
    #[must_use]
    pub fn line(&self) -> Vec<u8> {
        let none = Fields::default();
        super::sealed(&match self {
            Self::Hello(Hello { v, app, time }) => {
                Fields { cmd: "hello".into(), v: Some(*v), app: Some(*app), time: Some(*time), ..none }
            }
            Self::Read(Read { boot, from, to, window, follow }) => Fields {
                cmd: "read".into(),
                boot: Some(*boot),
                from: Some(*from),
                to: *to,
                window: Some(*window),
                follow: Some(*follow),
                ..none
            },
            Self::Ack(Ack { boot, seq }) => {
                Fields { cmd: "ack".into(), boot: Some(*boot), seq: Some(*seq), ..none }
            }
            Self::Take { id } => Fields { cmd: "take".into(), id: Some(*id), ..none },
            Self::Command { id, command } => {
                let mut fields = command.fields();
                fields.id = Some(*id);
                fields
            }
        })
    }
}

impl Command {
    fn fields(&self) -> Fields<'_> {
        let none = Fields::default();
        match self {
            Self::Message(text) => Fields { cmd: "message".into(), text: Some(text.into()), ..none },
            Self::Find { on } => Fields { cmd: "find".into(), on: Some(*on), ..none },
            Self::Led { brightness } => Fields { cmd: "led".into(), brightness: Some(*brightness), ..none },
            Self::Thresholds(limits) => Fields { cmd: "thresholds".into(), limits: Some(*limits), ..none },
            Self::Goals { steps } => Fields { cmd: "goals".into(), steps: Some(*steps), ..none },
            Self::Interval { seconds } => Fields { cmd: "interval".into(), seconds: Some(*seconds), ..none },
            Self::Pause { minutes } => Fields { cmd: "pause".into(), minutes: Some(*minutes), ..none },
            Self::Forget => Fields { cmd: "forget".into(), ..none },
            Self::Wipe => Fields { cmd: "wipe".into(), ..none },
            Self::SosAck { level } => Fields { cmd: "sos_ack".into(), level: Some(*level), ..none },
        }
    }
}

const KNOWN: [&str; 14] = [
    "hello",
    "read",
    "ack",
    "take",
    "message",
    "find",
    "led",
    "thresholds",
    "goals",
    "interval",
    "pause",
    "forget",
    "wipe",
    "sos_ack",
];

/// The message of known name, if all it needs is there and in range.
fn understand(fields: &Fields<'_>) -> Option<ToBracelet> {
    // Ids count from 1: 0 stands for "none" in answers.
    let id = fields.id.filter(|id| *id > 0);
    let command = match fields.cmd.as_ref() {
        "hello" => {
            return Some(ToBracelet::Hello(Hello { v: fields.v?, app: fields.app?, time: fields.time? }));
        }
        "read" => {
            return Some(ToBracelet::Read(Read {
                boot: fields.boot?,
                from: fields.from?,
                to: fields.to,
                window: fields.window.unwrap_or(super::MAX_WINDOW).clamp(1, super::MAX_WINDOW),
                follow: fields.follow.unwrap_or(false),
            }));
        }
        "ack" => return Some(ToBracelet::Ack(Ack { boot: fields.boot?, seq: fields.seq? })),
        "take" => return Some(ToBracelet::Take { id: id? }),
        "message" => {
            let text = fields
                .text
                .as_deref()
                .filter(|text| (1..=MAX_MESSAGE_CHARS).contains(&text.chars().count()))?;
            Command::Message(text.into())
        }
        "find" => Command::Find { on: fields.on.unwrap_or(true) },
        "led" => Command::Led { brightness: fields.brightness.filter(|percent| *percent <= 100)? },
        "thresholds" => Command::Thresholds(fields.limits.filter(in_order)?),
        "goals" => Command::Goals { steps: fields.steps.filter(|steps| (1..=200_000).contains(steps))? },
        "interval" => Command::Interval { seconds: fields.seconds.filter(|s| (1..=3_600).contains(s))? },
        "pause" => Command::Pause { minutes: fields.minutes.filter(|minutes| *minutes <= 1_440)? },
        "forget" => Command::Forget,
        "wipe" => Command::Wipe,
        "sos_ack" => Command::SosAck { level: fields.level? },
        _ => return None,
    };
    Some(ToBracelet::Command { id: id?, command })
}

fn in_order(limits: &Thresholds) -> bool {
    let ok = |limits: &Limits, metric| limits.check(metric).is_ok();
    ok(&limits.heart_rate, Metric::HeartRate)
        && ok(&limits.heart_rate_asleep, Metric::HeartRate)
        && ok(&limits.spo2, Metric::Spo2)
        && ok(&limits.skin_temperature, Metric::SkinTemperature)
}

/// What can still be said about a line with a field of a wrong type: enough to answer it.
fn salvage(json: &str) -> Unusable {
    #[derive(Deserialize)]
    struct Loose<'a> {
        #[serde(borrow)]
        cmd: Cow<'a, str>,
        #[serde(default)]
        id: serde_json::Value,
    }
    match serde_json::from_str::<Loose<'_>>(json) {
        Ok(loose) => {
            let id = loose.id.as_u64().and_then(|id| u32::try_from(id).ok()).unwrap_or(0);
            if KNOWN.contains(&loose.cmd.as_ref()) {
                Unusable::Malformed { id, cmd: Some(short(&loose.cmd)) }
            } else {
                Unusable::Unknown { id, cmd: short(&loose.cmd) }
            }
        }
        Err(_) => Unusable::Malformed { id: 0, cmd: None },
    }
}

/// A name as it is told back: bounded, so that the answer is.
fn short(cmd: &str) -> String {
    cmd.chars().take(16).collect()
}
