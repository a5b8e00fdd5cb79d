//! What the bracelet says to the app.

use super::Live;
use crate::journal::GapWhy;
use alloc::{borrow::Cow, string::String, vec::Vec};
use serde::{Deserialize, Serialize};
use vitals::{Anchor, Boot, EventKind, JournalId, Seq, UptimeMillis};

/// One line to the app.
#[derive(Clone, Debug, PartialEq)]
pub enum ToApp<'a> {
    /// A part of the answer to hello.
    Hello(HelloPart),
    /// What is measured now.
    Live(Live),
    /// A part of a page of the journal.
    Part(Part<'a>),
    /// Records that will never come.
    Gap(Gap),
    /// A read is over.
    End(End),
    /// Something happened just now. It comes again as a record.
    Event(Incident),
    /// A command was done.
    Ok(u32),
    /// A command was not done.
    Error(Refusal),
    /// What became of a message on the bracelet's display.
    Message(MessageNotice),
    /// A line of a newer bracelet.
    Unknown,
}

/// Who a bracelet is. Texts of at most 32 printable ASCII characters; what is more is cut off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The model: which kind of bracelet.
    pub id: String,
    /// The serial under which its readings are kept.
    pub serial: String,
    /// The firmware's version.
    pub firmware: String,
}

impl Identity {
    /// The identity cut to what fits in a hello.
    #[must_use]
    pub fn fitting(&self) -> Self {
        let fit = |text: &str| {
            text.chars().filter(|c| c.is_ascii_graphic() && !"\"\\".contains(*c)).take(32).collect()
        };
        Self { id: fit(&self.id), serial: fit(&self.serial), firmware: fit(&self.firmware) }
    }
}

/// Who holds the recorder's role, as the asking app needs to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Nobody: the first app that takes it has it.
    None,
    /// The asking app.
    You,
    /// Another app.
    #[serde(other)]
    Other,
}

/// A part of the answer to hello: the first tells who the bracelet is, each tells of some boots.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HelloPart {
    /// Which part, from 0.
    pub page: u16,
    /// Whether further parts follow.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub more: bool,
    /// Only in part 0: the bracelet.
    #[serde(flatten)]
    pub head: Option<HelloHead>,
    /// Boots, oldest first. One with many anchors goes on in further entries of the same number.
    #[serde(default)]
    pub boots: Vec<BootInfo>,
}

/// The head of the answer to hello.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HelloHead {
    /// The version that both speak.
    pub v: u8,
    /// Who the bracelet is.
    #[serde(flatten)]
    pub identity: Identity,
    /// Its journal.
    #[serde(with = "journal_id")]
    pub journal: JournalId,
    /// Its uptime when it heard the hello.
    pub uptime: UptimeMillis,
    /// The present boot.
    pub boot: Boot,
    /// Who may acknowledge.
    pub recorder: Role,
}

/// One boot of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BootInfo {
    /// Which start.
    pub boot: Boot,
    /// The first record that is still kept; where the next record goes, if there is none.
    pub first: Seq,
    /// The last record; none for a boot without records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Seq>,
    /// The last record that is known to be acknowledged, where the bracelet remembers that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acked: Option<Seq>,
    /// The uptime of the last record, so that a boot without anchors can be placed before the next one.
    pub end: UptimeMillis,
    /// Its anchors, `[uptime, Unix ms]`, in the order in which they were taken.
    #[serde(default, with = "anchors")]
    pub anchors: Vec<Anchor>,
}

impl BootInfo {
    /// The place after the last record.
    #[must_use]
    pub fn next(&self) -> Seq {
        self.last.map_or(self.first, Seq::next)
    }
}

/// A part of a page: short, because a month goes through it. On the wire `"p":[boot, first, offset, length, base64]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// The boot that is read.
    pub boot: Boot,
    /// The page's first record.
    pub first: Seq,
    /// Where in the page this part begins, in bytes.
    pub offset: u16,
    /// The whole page's length in bytes.
    pub length: u16,
    /// The part's bytes, base64 with padding.
    pub data: &'a str,
}

type PartFields<'a> = (Boot, Seq, u16, u16, &'a str);

/// Records that will never come, as a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Of which boot.
    pub boot: Boot,
    /// The first that is missing.
    pub from: Seq,
    /// The last that is missing.
    pub to: Seq,
    /// Why.
    pub why: GapWhy,
}

/// A read is over: all records before `seq` that the journal has were sent, or told as gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// The boot that was read.
    pub boot: Boot,
    /// The first place that was not sent.
    pub seq: Seq,
}

/// Something that happened, told at once; its record comes with the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// The record's boot.
    pub boot: Boot,
    /// The record's place.
    pub seq: Seq,
    /// When, on the bracelet's clock.
    pub uptime: UptimeMillis,
    /// What.
    pub kind: EventKind,
    /// More about it, by kind.
    #[serde(default)]
    pub detail: u8,
}

/// Why something was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The bracelet does not know this command.
    Unknown,
    /// The command lacks something or has a value out of range.
    Malformed,
    /// Only `hello` is understood before hello.
    HelloFirst,
    /// There is no version that both speak.
    Version,
    /// What was acknowledged was not sent on this connection.
    NotSent,
    /// Only the app with the recorder's role may do this.
    NotRecorder,
    /// The flash failed.
    Flash,
    /// Too much at once: later.
    Busy,
    /// The bracelet cannot do it.
    Refused,
    /// A reason of a newer bracelet.
    #[serde(other)]
    Other,
}

/// A command was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The command's id; 0 for one without.
    pub id: u32,
    /// The command's name, for those without an id.
    pub cmd: Option<String>,
    /// Why.
    pub why: Why,
}

/// What the person did with a message on the display.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// It is on the display.
    Shown,
    /// It was dismissed.
    Read,
    /// It was answered.
    Reply,
    /// A state of a newer bracelet.
    #[serde(other)]
    Other,
}

/// The answers a person can give with the bracelet's button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// All is well.
    Ok,
    /// Help is needed.
    Help,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MessageNotice {
    /// The id of the `message` command.
    pub id: u32,
    /// What became of it.
    pub state: MessageState,
    /// The answer, with [`MessageState::Reply`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Reply>,
}

/// Every field that a line to the app can have. Which one is there tells the kind.
#[derive(Default, Serialize, Deserialize)]
struct Fields<'a> {
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    p: Option<PartFields<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hello: Option<HelloPart>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gap: Option<Gap>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end: Option<End>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    event: Option<Incident>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ok: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<u32>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    cmd: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<Why>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<MessageNotice>,
    /// Every live line has it, and no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    worn: Option<bool>,
}

impl<'a> ToApp<'a> {
    /// Reads a line's object, as [`crate::line::LineReader`] gives it.
    ///
    /// # Errors
    ///
    /// When it is not JSON, or a known field has a wrong type.
    pub fn parse(json: &'a str) -> Result<Self, serde_json::Error> {
        let fields: Fields<'a> = serde_json::from_str(json)?;
        Ok(match fields {
            Fields { p: Some((boot, first, offset, length, data)), .. } => {
                Self::Part(Part { boot, first, offset, length, data })
            }
            Fields { worn: Some(_), .. } => Self::Live(serde_json::from_str(json)?),
            Fields { hello: Some(part), .. } => Self::Hello(part),
            Fields { gap: Some(gap), .. } => Self::Gap(gap),
            Fields { end: Some(end), .. } => Self::End(end),
            Fields { event: Some(incident), .. } => Self::Event(incident),
            Fields { ok: Some(id), .. } => Self::Ok(id),
            Fields { error: Some(id), cmd, why, .. } => {
                Self::Error(Refusal { id, cmd: cmd.map(Cow::into_owned), why: why.unwrap_or(Why::Other) })
            }
            Fields { message: Some(notice), .. } => Self::Message(notice),
            _ => Self::Unknown,
        })
    }

    /// The line, sealed. Empty for [`ToApp::Unknown`], which nobody says.
    #[must_use]
    pub fn line(&self) -> Vec<u8> {
        let none = Fields::default();
        super::sealed(&match self {
            Self::Live(live) => return super::sealed(live),
            Self::Unknown => return Vec::new(),
            Self::Part(part) => {
                Fields { p: Some((part.boot, part.first, part.offset, part.length, part.data)), ..none }
            }
            Self::Hello(part) => Fields { hello: Some(part.clone()), ..none },
            Self::Gap(gap) => Fields { gap: Some(*gap), ..none },
            Self::End(end) => Fields { end: Some(*end), ..none },
            Self::Event(incident) => Fields { event: Some(*incident), ..none },
            Self::Ok(id) => Fields { ok: Some(*id), ..none },
            Self::Error(refusal) => Fields {
                error: Some(refusal.id),
                cmd: refusal.cmd.as_deref().map(Cow::Borrowed),
                why: Some(refusal.why),
                ..none
            },
            Self::Message(notice) => Fields { message: Some(*notice), ..none },
        })
    }
}

/// A journal's id is 16 hexadecimal digits: JSON's numbers are too small for it.
mod journal_id {
    use alloc::borrow::Cow;
    use serde::{Deserialize, Deserializer, Serializer};
    use vitals::JournalId;

    pub fn serialize<S: Serializer>(id: &JournalId, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:016x}", id.0))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<JournalId, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        u64::from_str_radix(&text, 16).map(JournalId).map_err(serde::de::Error::custom)
    }
}

mod anchors {
    use alloc::vec::Vec;
    use serde::{Deserialize, Deserializer, Serializer};
    use vitals::{Anchor, UnixMillis, UptimeMillis};

    pub fn serialize<S: Serializer>(anchors: &[Anchor], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(anchors.iter().map(|anchor| (anchor.uptime, anchor.time)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Anchor>, D::Error> {
        let pairs = Vec::<(UptimeMillis, UnixMillis)>::deserialize(deserializer)?;
        Ok(pairs.into_iter().map(|(uptime, time)| Anchor { uptime, time }).collect())
    }
}
