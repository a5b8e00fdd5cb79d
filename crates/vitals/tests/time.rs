//! A record's time: one rule, the same in every app, immutable.

use proptest::prelude::*;
use vitals::{Anchor, BootTimes, UnixMillis, UptimeMillis, place, place_in};

fn anchor(uptime: u64, time: i64) -> Anchor {
    Anchor { uptime: UptimeMillis(uptime), time: UnixMillis(time) }
}

#[test]
fn a_boot_without_anchors_ends_where_the_next_begins() {
    let next = [anchor(10_000, 1_000_000)];
    let boots = [
        BootTimes { anchors: &[], end: UptimeMillis(5_000) },
        BootTimes { anchors: &[], end: UptimeMillis(7_000) },
        BootTimes { anchors: &next, end: UptimeMillis(50_000) },
    ];
    // The anchored boot began at 990 000.
    let last = place_in(&boots, 1, UptimeMillis(7_000)).unwrap();
    assert_eq!((last.at, last.anchored), (UnixMillis(990_000), false));
    let stacked = place_in(&boots, 0, UptimeMillis(5_000)).unwrap();
    assert_eq!(stacked.at, UnixMillis(983_000));
    assert!(place_in(&boots, 2, UptimeMillis(0)).unwrap().anchored);
}

#[test]
fn nothing_is_placed_while_no_boot_ever_heard_the_time() {
    let boots = [BootTimes { anchors: &[], end: UptimeMillis(5_000) }];
    assert_eq!(place_in(&boots, 0, UptimeMillis(0)), None);
    assert_eq!(place_in(&boots, 3, UptimeMillis(0)), None);
}

proptest! {
    /// A later anchor never moves what came before it.
    #[test]
    fn a_later_anchor_never_moves_the_past(
        first in 0u64..1_000_000,
        drift in -100_000i64..100_000,
        later in 1u64..1_000_000,
        uptime in 0u64..2_000_000,
    ) {
        let one = [anchor(first, 1_700_000_000_000)];
        let at_later = 1_700_000_000_000 + i64::try_from(later).unwrap() + drift;
        let two = [one[0], anchor(first + later, at_later)];
        let uptime_before = UptimeMillis(uptime.min(first + later - 1));
        prop_assert_eq!(place(&one, uptime_before), place(&two, uptime_before));
        prop_assert_eq!(place(&two, UptimeMillis(first + later)).unwrap().at, UnixMillis(at_later));
    }

    /// Any numbers at all: an answer, never a panic.
    #[test]
    fn extreme_clocks_do_not_overflow(uptime in any::<u64>(), at in any::<u64>(), time in any::<i64>()) {
        let anchors = [anchor(at, time)];
        prop_assert!(place(&anchors, UptimeMillis(uptime)).is_some());
        let boots = [
            BootTimes { anchors: &[], end: UptimeMillis(at) },
            BootTimes { anchors: &anchors, end: UptimeMillis(uptime) },
        ];
        prop_assert!(place_in(&boots, 0, UptimeMillis(uptime)).is_some());
    }
}
