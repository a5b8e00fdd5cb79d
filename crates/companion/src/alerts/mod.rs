//! Alerts with their names: the domain's rules over live lines (at once) and over the journal (for the record).
//!
//! The journal is the truth: the same records give the same episodes under the same ids in every app. A live alarm is
//! raised without waiting for it, and the journal's episode then takes its place.

mod etiquette;
mod judge;
mod question;
mod trial;
mod words;

pub use etiquette::{Due, Episode, Ledger, Rules};
pub use judge::Judge;
pub use question::answer_by;
pub use trial::{distribution, suggestion, would_alert};
pub use words::{Lang, Subject, notice, plain};

use uuid::Uuid;
use vitals::{AlertRule, RecordName, UnixMillis};

/// The namespace of alert ids: made once, at random, for this product.
const NAMESPACE: Uuid = Uuid::from_u128(0x5d1c_43a4_5c0b_4b0e_9a5b_3f0e_8a71_c2d6);

/// What is older than this when it arrives is history: listed, never rung.
pub const HISTORY_AFTER_MS: i64 = 5 * 60_000;

/// An alert's id: UUIDv5 of (serial, rule, first record's name), so that two phones make one.
#[must_use]
pub fn id(serial: &str, rule: AlertRule, first: RecordName) -> Uuid {
    let RecordName { journal, boot, seq } = first;
    Uuid::new_v5(&NAMESPACE, format!("{serial}/{}/{:016x}/{boot}/{seq}", rule.name(), journal.0).as_bytes())
}

/// The id of an SOS that was called for in the app at that time.
#[must_use]
pub fn own_id(at: UnixMillis) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("app/{}/{at}", AlertRule::Sos.name()).as_bytes())
}

/// Whether something of that time, arriving now, is told aloud.
#[must_use]
pub fn rings(at: UnixMillis, now: UnixMillis) -> bool {
    now.since(at) <= HISTORY_AFTER_MS
}
