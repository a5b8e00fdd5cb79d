//! The messages of the journal protocol, both ways: each JSON field stands once, here, for writing and for reading.
//!
//! Readers are lenient: unknown fields are skipped, unknown commands are told apart from broken ones so that they can be
//! answered. Writers are strict.

mod app_id;
mod live;
mod to_app;
mod to_bracelet;

pub use app_id::{AppId, AppIdError};
pub use live::Live;
pub use to_app::{
    BootInfo, End, Gap, HelloHead, HelloPart, Identity, Incident, MessageNotice, MessageState, Part, Refusal,
    Reply, Role, ToApp, Why,
};
pub use to_bracelet::{Ack, Command, Hello, MAX_MESSAGE_CHARS, Read, SosLevel, ToBracelet, Unusable};

/// The newest version of the protocol that this code speaks.
pub const VERSION: u8 = 1;
/// The most journal lines that may be ahead of the last acknowledgement.
pub const MAX_WINDOW: u8 = 64;

/// The version that both ends speak: the lower of the two. `None`: there is none (versions count from 1).
#[must_use]
pub fn negotiate(theirs: u8) -> Option<u8> {
    (theirs > 0).then(|| theirs.min(VERSION))
}

/// A message as a sealed line. Our messages have only text keys and finite numbers: writing them cannot fail; if it ever
/// did, an empty line would be said, which nobody hears.
fn sealed(message: &impl serde::Serialize) -> alloc::vec::Vec<u8> {
    let mut line = serde_json::to_vec(message).unwrap_or_default();
    if !line.is_empty() {
        crate::line::seal(&mut line);
    }
    line
}
