//! Alerts as they are listed and answered, and what rings.

use serde::{Deserialize, Serialize};
use vitals::{Activity, AlertRule, Level, Limits, UnixMillis};

/// One episode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// To answer it by. An alert that a live line has just raised gets another id when the journal confirms it; the old
    /// one is understood as long as it is open.
    pub id: String,
    /// What about.
    pub rule: AlertRule,
    /// The worst level reached.
    pub level: Level,
    /// Since when values were beyond the limit; for a fall or an SOS, when it was.
    pub since: UnixMillis,
    /// When it had held long enough to be told.
    pub raised: UnixMillis,
    /// When values were back inside, or an SOS or a fall was answered; none while open. Never closed by a timer.
    pub closed: Option<UnixMillis>,
    /// The value farthest beyond the limit, in the metric's unit; none for a fall or an SOS.
    pub peak: Option<f64>,
    /// The limit in force when it was raised, in the metric's unit; none for a fall or an SOS.
    pub limit: Option<f64>,
    /// What the wearer did when it was raised; none where it is not known.
    pub activity: Option<Activity>,
    /// What the person said to it last.
    pub answer: Option<Answered>,
    /// Rings no more until then.
    pub snoozed_until: Option<UnixMillis>,
    /// It was fetched later than five minutes after it was raised: it never rang. "While you were away".
    pub away: bool,
    /// The name of the source that measured it; empty for the app's own.
    pub source: String,
    /// Who raised it.
    pub origin: Origin,
    /// Of a fall or an SOS that was heard as it happened: until then it is a question ("Did you fall?", "Cancel the SOS?"),
    /// from then on an emergency. None for all others.
    pub answer_by: Option<UnixMillis>,
}

/// Whole seconds that are left to answer; 0: it is an emergency. A clock that was set back leaves no more than the longest
/// question has, a fall's 30.
#[must_use]
pub fn seconds_left(answer_by: UnixMillis, now: UnixMillis) -> i64 {
    ((answer_by.since(now) + 999) / 1_000).clamp(0, 30)
}

/// Who raised an alert.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A bracelet: what it measured, or its wearer by its button.
    #[default]
    Bracelet,
    /// The person, in this app.
    App,
    /// The person, to see what an alarm is like.
    Test,
}

/// What the person says to an alert. It goes on being watched: only recovery closes it (a fall and an SOS, which do not
/// recover, are closed by `Fine`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// I'm fine: no more ringing for this episode unless it gets worse.
    Fine,
    /// Silent for an hour.
    Snooze,
    /// I was exercising: no more ringing for this episode, and it is marked so.
    Exercising,
}

/// An answer with its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// What.
    pub answer: Answer,
    /// When.
    pub at: UnixMillis,
}

/// The list of alerts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Alerts {
    /// Those that are open, the worst and then the newest first.
    pub open: Vec<Alert>,
    /// Those that are over, the newest first.
    pub history: Vec<Alert>,
    /// Whether there are older ones: ask again with the last one's `since`.
    pub more: bool,
    /// The count for the bell: open ones without an answer.
    pub badge: u32,
    /// "Nothing above your limits since": the end of the last episode, or the first record if there was none. None while
    /// one is open, and before anything was recorded.
    pub nothing_since: Option<UnixMillis>,
    /// The time since then that was worn with a good signal, in milliseconds: the hours monitored.
    pub monitored_ms: i64,
}

/// One alert with what its page shows beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertDetail {
    /// The alert.
    pub alert: Alert,
    /// What its chart shows: half an hour before it began,
    pub from: UnixMillis,
    /// to half an hour after its end (or now).
    pub to: UnixMillis,
    /// The limits in force when it was raised; none for a fall or an SOS.
    pub limits: Option<Limits>,
}

/// What happened to an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertChange {
    /// It is new.
    Raised,
    /// It became red.
    Escalated,
    /// More is known of it: its lasting id, a farther peak.
    Updated,
    /// It is over.
    Closed,
    /// The person answered it.
    Answered,
}

/// A change of an alert, told when it happens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertTold {
    /// What happened.
    pub change: AlertChange,
    /// The alert as it is now.
    pub alert: Alert,
    /// The count for the bell.
    pub badge: u32,
    /// The [`Notice::key`] of what was told of it: to be taken down once it is answered or over.
    pub notice: String,
}

/// Something to tell the person through the system, whether the window is seen or not. When, how loud and how often is
/// decided; the words are ready, in the person's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What about: a new one replaces the shown one of the same key. [`AlertTold::notice`] tells when to take it down.
    pub key: String,
    /// What about, for an icon.
    pub about: About,
    /// The first line. Holds no values unless the person allows that on the lock screen.
    pub title: String,
    /// The rest. The same.
    pub body: String,
    /// With sound (and three short vibrations on a phone); else silent.
    pub sound: bool,
    /// The window comes before the others: a fall or an SOS waits for an answer.
    pub opens: bool,
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// An alert.
    Alert {
        /// What about.
        rule: AlertRule,
        /// How urgent.
        level: Level,
    },
    /// The bracelet has been out of reach for a quarter of an hour though it was worn.
    MonitoringLost,
    /// A message could not be shown on the bracelet's display within a day, and was dropped.
    MessageDropped,
    /// The answer to a message: help is needed.
    HelpWanted,
    /// What the person asked for, to see how it looks.
    Test,
}
