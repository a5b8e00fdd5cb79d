//! The gallery's states. What Home tells in them stands in `home.rs`.

use bridge::{Code, Connection, Error, Home, Preferences, Protection, Start, Step};
use vitals::{Judged, Metric};

use super::home::live;
use super::{answers, home};
use crate::components::work::Work;
use crate::model::{Over, nothing};
use crate::route::Route;

/// One state of a screen.
pub struct State {
    /// Its name in the address.
    pub name: &'static str,
    /// What the engine says of its start.
    pub start: fn(Preferences) -> Start,
    /// What it says of Home, if it does, at a time.
    pub home: Option<fn(i64) -> Home>,
    /// Trouble told with it.
    pub trouble: fn() -> Option<Error>,
    /// Where the person is.
    pub route: Route,
    /// What lies above the page.
    pub over: fn() -> Option<Over>,
    /// The step of the first run.
    pub step: Option<usize>,
    /// Whether the first run is over.
    pub welcomed: bool,
    /// How far what takes a while has come.
    pub work: fn() -> Work,
    /// The person's units are those of the United States.
    pub american: bool,
}

impl State {
    const fn over(mut self, over: fn() -> Option<Over>) -> Self {
        self.over = over;
        self
    }

    const fn work(mut self, work: fn() -> Work) -> Self {
        self.work = work;
        self
    }

    const fn american(mut self) -> Self {
        self.american = true;
        self
    }

    const fn welcome(mut self, step: Option<usize>) -> Self {
        self.step = step;
        self.welcomed = false;
        self
    }
}

const fn home(name: &'static str, home: fn(i64) -> Home) -> State {
    State {
        name,
        start: ready,
        home: Some(home),
        trouble: || None,
        route: Route::Home,
        over: || None,
        step: None,
        welcomed: true,
        work: || Work::Ready,
        american: false,
    }
}

const fn start(name: &'static str, start: fn(Preferences) -> Start) -> State {
    State { start, home: None, ..home(name, live) }
}

/// A page while all is well on Home.
const fn place(name: &'static str, route: Route) -> State {
    State { route, ..home(name, live) }
}

/// A metric over time: its span and what is odd about it stand in the name (see `charts.rs`).
const fn chart(name: &'static str, metric: Metric) -> State {
    place(name, Route::Analytics(metric))
}

/// All of them.
pub const STATES: &[State] = &[
    start("opening", |_| Start::Opening),
    start("choose-protection", |_| Start::ChooseProtection { why: error(Code::KeyringMissing) }),
    start("ask-passphrase", |_| Start::AskPassphrase { why: None }),
    start("wrong-passphrase", |_| Start::AskPassphrase { why: Some(error(Code::WrongPassphrase)) }),
    start("keyring-locked", |_| Start::KeyUnavailable { why: error(Code::KeyringLocked) }),
    start("keyring-missing", |_| Start::KeyUnavailable { why: error(Code::KeyringMissing) }),
    start("key-missing", |_| Start::KeyUnavailable { why: error(Code::KeyMissing) }),
    start("newer", |_| blocked(Code::DatabaseNewer)),
    start("damaged", |_| Start::Blocked {
        why: error(Code::DatabaseDamaged),
        kept_aside: Some("person.db.damaged-2026-11-20T09-41-00".to_owned()),
    }),
    start("damaged-here", |_| blocked(Code::DatabaseDamaged)),
    start("running", |_| blocked(Code::AlreadyRunning)),
    start("disk", |_| blocked(Code::DiskFull)),
    start("folder", |_| blocked(Code::FolderNotWritable)),
    start("internal", |_| blocked(Code::Internal)),
    home("welcome", |_| nothing()).welcome(None),
    home("welcome-permissions", |_| nothing()).welcome(Some(0)),
    home("welcome-usual", |_| nothing()).welcome(Some(1)),
    home("welcome-medical", |_| nothing()).welcome(Some(2)),
    home("first", |_| nothing()),
    home("connect", |_| nothing()).over(|| Some(Over::Connect)),
    home("connect-no-adapter", |_| nothing()).over(|| Some(Over::Connect)),
    home("connect-off", |_| nothing()).over(|| Some(Over::Connect)),
    home("connect-denied", |_| nothing()).over(|| Some(Over::Connect)),
    home("connect-location", |_| nothing()).over(|| Some(Over::Connect)),
    home("connect-searching", |_| nothing()).over(|| Some(Over::Connect)),
    home("connect-new", |_| nothing()).over(|| Some(Over::Connect)),
    home("connect-found", |_| nothing()).over(|| Some(Over::Connect)),
    home("searching", |_| Home { connection: Connection::Connecting { step: Step::Searching }, ..nothing() }),
    home("waiting", |_| Home {
        connection: Connection::Connecting { step: Step::WaitingForBeat },
        ..nothing()
    }),
    home("live", live),
    home("bracelet", live).over(|| Some(Over::Bracelet)),
    home("remove-demo", live).over(|| Some(Over::RemoveDemo)),
    home("bracelet-finding", live).over(|| Some(Over::Bracelet)),
    home("rename", live).over(|| Some(Over::Rename("Demo bracelet".to_owned()))),
    home("forget", live).over(|| Some(Over::Forget(1, "Bracelet 4F2A".to_owned()))),
    home("alert-banner", home::alarmed),
    home("sos-banner", live),
    home("emergency-sos", live),
    home("emergency-cancel", live),
    home("emergency-own-empty", live),
    home("emergency-test", live),
    home("emergency-fall", live),
    home("emergency-fallen", live),
    place("alerts", Route::Alerts),
    place("alerts-calm", Route::Alerts),
    place("alerts-empty", Route::Alerts),
    place("alerts-refused", Route::Alerts),
    place("alert-open", Route::Alerts).over(|| Some(Over::Alert("a".to_owned()))),
    place("alert-over", Route::Alerts).over(|| Some(Over::Alert("b".to_owned()))),
    place("sessions", Route::Sessions),
    place("sessions-empty", Route::Sessions),
    place("session-edit", Route::Sessions).over(|| Some(Over::Session(Box::new(answers::run())))),
    place("messages", Route::Messages),
    place("messages-empty", Route::Messages),
    place("message-edit", Route::Messages)
        .over(|| Some(Over::Message(6, "Je suis là dans dix minutes.".to_owned()))),
    place("profile", Route::Profile),
    place("profile-empty", Route::Profile),
    place("profile-refused", Route::Profile),
    place("emergency", Route::Profile).over(|| Some(Over::Emergency)),
    place("contacts", Route::Profile).over(|| Some(Over::Contacts)),
    place("limits", Route::Profile).over(|| Some(Over::Limits(Judged::HeartRate))),
    place("limits-suggestion", Route::Profile).over(|| Some(Over::Limits(Judged::HeartRate))),
    place("limits-unsent", Route::Profile).over(|| Some(Over::Limits(Judged::HeartRateMoving))),
    place("limits-failed", Route::Profile).over(|| Some(Over::Limits(Judged::Spo2))),
    place("limits-empty", Route::Profile).over(|| Some(Over::Limits(Judged::SkinTemperature))),
    place("profile-american", Route::Profile).american(),
    place("limits-american", Route::Profile).over(|| Some(Over::Limits(Judged::SkinTemperature))).american(),
    place("settings", Route::Settings),
    State { start: passphrase, ..place("settings-bare", Route::Settings).american() },
    place("backup", Route::Settings).over(|| Some(Over::BackUp)),
    place("backup-working", Route::Settings).over(|| Some(Over::BackUp)).work(|| Work::Doing(42)),
    place("backup-done", Route::Settings).over(|| Some(Over::BackUp)).work(|| Work::Done(SAVED.to_owned())),
    place("backup-disk-full", Route::Settings)
        .over(|| Some(Over::BackUp))
        .work(|| Work::Refused(error(Code::DiskFull))),
    place("restore", Route::Settings).over(|| Some(Over::BringBack)),
    place("restore-wrong", Route::Settings)
        .over(|| Some(Over::BringBack))
        .work(|| Work::Refused(error(Code::WrongPassphrase))),
    place("export", Route::Settings).over(|| Some(Over::Export)),
    place("protection", Route::Settings).over(|| Some(Over::Protection)),
    State {
        start: passphrase,
        ..place("protection-change", Route::Settings).over(|| Some(Over::Protection))
    },
    place("retention", Route::Settings).over(|| Some(Over::Retention)),
    State { start: a_year, ..place("retention-year", Route::Settings).over(|| Some(Over::Retention)) },
    place("licences", Route::Settings).over(|| Some(Over::Licences)),
    home("estimated", home::estimated),
    home("attention", home::attention),
    home("alert", home::alert),
    home("active", home::active),
    home("catching-up", home::catching_up),
    home("reconnecting", home::reconnecting),
    home("stale", home::stale),
    home("weak-signal", home::weak_signal),
    home("not-worn", home::not_worn),
    home("lost", home::lost),
    home("disconnected", home::disconnected),
    home("disk-full", home::disk_full),
    home("not-saving", home::not_saving),
    State { trouble: || Some(error(Code::BraceletSilent)), ..home("trouble", live) },
    chart("analytics-heart_rate-hour", Metric::HeartRate),
    chart("analytics-heart_rate-three_hours", Metric::HeartRate),
    chart("analytics-heart_rate-day", Metric::HeartRate),
    chart("analytics-heart_rate-week", Metric::HeartRate),
    chart("analytics-heart_rate-month", Metric::HeartRate),
    chart("analytics-spo2-hour", Metric::Spo2),
    chart("analytics-spo2-three_hours", Metric::Spo2),
    chart("analytics-spo2-day", Metric::Spo2),
    chart("analytics-spo2-week", Metric::Spo2),
    chart("analytics-spo2-month", Metric::Spo2),
    chart("analytics-skin_temperature-hour", Metric::SkinTemperature),
    chart("analytics-skin_temperature-three_hours", Metric::SkinTemperature),
    chart("analytics-skin_temperature-day", Metric::SkinTemperature),
    chart("analytics-skin_temperature-week", Metric::SkinTemperature),
    chart("analytics-skin_temperature-month", Metric::SkinTemperature),
    chart("analytics-steps-hour", Metric::Steps),
    chart("analytics-steps-three_hours", Metric::Steps),
    chart("analytics-steps-day", Metric::Steps),
    chart("analytics-steps-week", Metric::Steps),
    chart("analytics-steps-month", Metric::Steps),
    chart("analytics-sleep-hour", Metric::Sleep),
    chart("analytics-sleep-three_hours", Metric::Sleep),
    chart("analytics-sleep-day", Metric::Sleep),
    chart("analytics-sleep-week", Metric::Sleep),
    chart("analytics-sleep-month", Metric::Sleep),
    chart("analytics-skin_temperature-day-american", Metric::SkinTemperature).american(),
    chart("analytics-skin_temperature-week-american", Metric::SkinTemperature).american(),
    chart("analytics-heart_rate-day-empty", Metric::HeartRate),
    chart("analytics-heart_rate-day-sparse", Metric::HeartRate),
    chart("analytics-heart_rate-month-sparse", Metric::HeartRate),
    chart("analytics-steps-month-sparse", Metric::Steps),
    chart("analytics-heart_rate-day-refused", Metric::HeartRate),
    State { home: Some(|_| nothing()), ..chart("analytics-heart_rate-day-no_source", Metric::HeartRate) },
    chart("analytics-heart_rate-day-waiting", Metric::HeartRate),
    chart("analytics-skin_temperature-week-few_nights", Metric::SkinTemperature),
    chart("analytics-heart_rate-day-past", Metric::HeartRate),
    chart("analytics-heart_rate-month-past", Metric::HeartRate),
];

/// A path as long as they come.
const SAVED: &str = "/home/camille/Documents/Sauvegardes/Bracelet Connecté 2026-11-20.backup (148,2 Mo)";

fn a_year(preferences: Preferences) -> Start {
    ready(Preferences { keep_months: Some(12), ..preferences })
}

fn passphrase(preferences: Preferences) -> Start {
    Start::Ready { protection: Protection::Passphrase, preferences }
}

fn error(code: Code) -> Error {
    Error { code, detail: "org.freedesktop.Secret.Error.IsLocked".to_owned() }
}

fn blocked(code: Code) -> Start {
    Start::Blocked { why: error(code), kept_aside: None }
}

fn ready(preferences: Preferences) -> Start {
    Start::Ready { protection: Protection::Keyring, preferences }
}
