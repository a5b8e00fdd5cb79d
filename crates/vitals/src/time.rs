//! Time by anchors: one rule from what the bracelet itself keeps, the same in every app.

use crate::{UnixMillis, UptimeMillis};

/// At this uptime of a boot it was this time, as an app told the bracelet. Kept in the bracelet's flash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Anchor {
    /// When, on the bracelet's own clock.
    pub uptime: UptimeMillis,
    /// When, for the world.
    pub time: UnixMillis,
}

/// A record's time, and whether an anchor of its own boot vouches for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The record's time. Immutable once computed.
    pub at: UnixMillis,
    /// False for a boot that never heard the time: placed by rule, and marked.
    pub anchored: bool,
}

/// Places an uptime by the newest anchor at or before it, else by the boot's first; `None` for a boot without anchors.
///
/// `anchors` stand in the order in which the bracelet took them (rising uptime). A later anchor holds from its uptime on
/// and never moves what came before it, so a record's time does not depend on when an app asks.
///
/// ```
/// # use vitals::{place, Anchor, UnixMillis, UptimeMillis};
/// let anchors = [
///     Anchor { uptime: UptimeMillis(5_000), time: UnixMillis(1_000_000) },
///     Anchor { uptime: UptimeMillis(90_000), time: UnixMillis(1_088_000) },
/// ];
/// // Before the first anchor: counted back from it.
/// assert_eq!(place(&anchors, UptimeMillis(4_000)).unwrap().at, UnixMillis(999_000));
/// // Between the two: by the first.
/// assert_eq!(place(&anchors, UptimeMillis(89_999)).unwrap().at, UnixMillis(1_084_999));
/// // From the second on: by the second.
/// assert_eq!(place(&anchors, UptimeMillis(90_000)).unwrap().at, UnixMillis(1_088_000));
/// ```
#[must_use]
pub fn place(anchors: &[Anchor], uptime: UptimeMillis) -> Option<Placed> {
    let anchor = anchors.iter().rev().find(|anchor| anchor.uptime <= uptime).or_else(|| anchors.first())?;
    let offset = i128::from(uptime.0) - i128::from(anchor.uptime.0);
    let at = i128::from(anchor.time.0).saturating_add(offset);
    let at = i64::try_from(at).unwrap_or(if at < 0 { i64::MIN } else { i64::MAX });
    Some(Placed { at: UnixMillis(at), anchored: true })
}

/// What placing needs to know of one boot.
#[derive(Clone, Copy, Debug)]
pub struct BootTimes<'a> {
    /// The boot's anchors in the order in which they were taken.
    pub anchors: &'a [Anchor],
    /// The uptime of the boot's last record.
    pub end: UptimeMillis,
}

/// Places an uptime of `boots[index]`, where `boots` are consecutive starts of one journal, oldest first.
///
/// A boot that never heard the time ended before the next one began: it is placed so that it ends exactly where the next
/// boot begins (several in a row are stacked), and marked as not anchored. By the time an app reads such a boot, its own
/// hello has anchored a later one, and a boot that is over gets no more anchors: the answer never changes. `None` only
/// while no later boot is anchored either.
#[must_use]
pub fn place_in(boots: &[BootTimes<'_>], index: usize, uptime: UptimeMillis) -> Option<Placed> {
    let this = boots.get(index)?;
    if let Some(placed) = place(this.anchors, uptime) {
        return Some(placed);
    }
    let mut silent_ms: i128 = 0;
    for later in boots.get(index + 1..)? {
        if let Some(start) = place(later.anchors, UptimeMillis(0)) {
            let end = i128::from(start.at.0) - silent_ms;
            let at = end - i128::from(this.end.0) + i128::from(uptime.0);
            let at = i64::try_from(at).unwrap_or(i64::MIN);
            return Some(Placed { at: UnixMillis(at), anchored: false });
        }
        silent_ms += i128::from(later.end.0);
    }
    None
}
