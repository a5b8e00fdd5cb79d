//! The domain of a health bracelet: what is measured, in which unit, when, under which name, and what it means.
//!
//! Everything here is a value or a function of values. No clock, no randomness, no I/O: time is passed in.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod alert;
mod metric;
pub mod person;
mod points;
mod reading;
mod record;
mod status;
mod thresholds;
mod time;
mod trend;
mod units;
mod warmth;

pub use alert::{Alert, AlertChange, AlertRule, Level, Monitor};
pub use metric::Metric;
pub use person::{BloodType, Contact, EmergencyCard, Field, FieldError, Goals, Profile, Sex};
pub use points::{Point, points, points_of, steps_point};
pub use reading::Reading;
pub use record::{Activity, Event, EventKind, MAX_RR, Quality, Record, RecordName};
pub use status::{Freshness, Status, StatusTracker};
pub use thresholds::{Judged, Limits, LimitsError, Thresholds};
pub use time::{Anchor, BootTimes, Placed, place, place_in};
pub use trend::{
    BASELINE_NEEDS, BASELINE_NIGHTS, Change, Day, Period, RESTING_MINUTES, RESTING_NEEDS, Trend, Verdict,
    baseline, resting_heart_rate,
};
pub use units::{
    Boot, Bpm, CentiCelsius, JournalId, Percent, RrMillis, Seq, Steps, UnixMillis, UptimeMillis,
};
pub use warmth::{WARM_HOLD_MS, WARMER_BY};
