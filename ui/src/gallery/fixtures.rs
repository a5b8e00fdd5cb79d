//! The gallery's states. Made-up readings.

use bridge::{
    Card, CatchUp, Code, Connection, Error, Home, Preferences, Protection, Rhythm, Session, Source,
    SourceKind, Start, Step, StepsCard, Why,
};
use vitals::{Activity, Bpm, Freshness, Judged, Metric, Status, UnixMillis};

use crate::components::work::Work;
use crate::model::{Over, nothing};
use crate::page;
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
    home("alert-banner", live),
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
    place("session-edit", Route::Sessions).over(|| Some(Over::Session(Box::new(session())))),
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
    home("estimated", |now| {
        let mut home = live(now);
        home.heart.rhythm = Rhythm::Estimated;
        home
    }),
    home("attention", |now| {
        let mut home = live(now);
        home.heart.bpm = Some(Bpm(104));
        home.heart.status = Status::Attention;
        home.heart.why = Why::Above { limit: Bpm(100), for_ms: 185_000 };
        home.overall = Status::Attention;
        home
    }),
    home("alert", |now| {
        let mut home = live(now);
        home.heart.bpm = Some(Bpm(47));
        home.heart.status = Status::Alert;
        home.heart.why = Why::Below { limit: Bpm(50), for_ms: 125_000 };
        home.spo2 = Card { value: Some(92.0), status: Status::Attention, ..home.spo2 };
        home.overall = Status::Alert;
        home
    }),
    home("active", |now| {
        let mut home = live(now);
        home.heart.bpm = Some(Bpm(128));
        home.heart.status = Status::Active;
        home.heart.why = Why::Active;
        home.activity = Some(Activity::Moving);
        home.overall = Status::Active;
        home
    }),
    home("catching-up", |now| {
        let mut home = live(now);
        home.catching_up = Some(CatchUp { span_ms: 18 * 3_600_000, done: 41_472, total: 64_800 });
        home.storage.to_send = Some(312);
        home
    }),
    home("reconnecting", |now| Home {
        connection: Connection::Connecting { step: Step::Secured },
        ..old(now, 21)
    }),
    home("stale", |now| {
        let mut home = old(now, 12);
        home.heart.freshness = Freshness::Stale;
        home.heart.why = Why::Stale;
        home
    }),
    home("weak-signal", |now| {
        let mut home = live(now);
        home.heart.bpm = None;
        home.heart.freshness = Freshness::Gone;
        home.heart.status = Status::Unknown;
        home.heart.why = Why::WeakSignal;
        home.heart.rhythm = Rhythm::Still;
        home.spo2 = Card {
            value: Some(97.0),
            status: Status::Unknown,
            freshness: Freshness::Stale,
            quality: Some(18),
            age_ms: Some(74_000),
            ..home.spo2
        };
        home.overall = Status::Unknown;
        home
    }),
    home("not-worn", |now| {
        let mut home = old(now, 900);
        home.worn = Some(false);
        home.heart.why = Why::NotWorn;
        home.steps = live(now).steps;
        home
    }),
    home("lost", |now| Home {
        connection: Connection::Lost { since: UnixMillis(now - 47_000), next_try: UnixMillis(now + 13_000) },
        ..old(now, 47)
    }),
    home("disconnected", |now| Home {
        connection: Connection::Disconnected { since: UnixMillis(now - 2_400_000) },
        ..old(now, 2_400)
    }),
    home("disk-full", |now| not_saving(now, Code::DiskFull)),
    home("not-saving", |now| not_saving(now, Code::Internal)),
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
    chart("analytics-heart_rate-day-no_source", Metric::HeartRate),
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

fn session() -> Session {
    Session {
        id: Some(2),
        name: "Course au parc".to_owned(),
        start: UnixMillis(page::now() - 7_200_000),
        end: Some(UnixMillis(page::now() - 4_080_000)),
        note: "8,4 km, vent de face".to_owned(),
    }
}

/// Home while nothing can be kept.
pub fn not_saving(now: i64, why: Code) -> Home {
    let mut home = live(now);
    home.storage.set_trouble(Some(why));
    home
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

/// Home while all is well.
pub fn live(now: i64) -> Home {
    let at = Some(UnixMillis(now));
    let mut home = nothing();
    home.source = Some(Source {
        id: 1,
        name: "Demo bracelet".to_owned(),
        kind: SourceKind::Demo,
        serial: "DEMO-4F2A".to_owned(),
        firmware: Some("0.1.0".to_owned()),
    });
    home.connection = Connection::Connected { since: UnixMillis(now - 1_260_000) };
    home.heart.bpm = Some(Bpm(72));
    home.heart.at = at;
    home.heart.age_ms = Some(600);
    home.heart.freshness = Freshness::Fresh;
    home.heart.status = Status::Ok;
    home.heart.why = Why::InRange;
    home.heart.quality = 92;
    home.heart.rhythm = Rhythm::Measured;
    let card = |card: Card, value, age_ms, quality, sparkline| Card {
        value: Some(value),
        at,
        age_ms: Some(age_ms),
        freshness: Freshness::Fresh,
        status: Status::Ok,
        quality,
        sparkline,
        ..card
    };
    home.spo2 = card(home.spo2, 97.0, 1_000, Some(88), day(97.2, 0.8, 2.0));
    home.skin_temperature = card(home.skin_temperature, 33.4, 24_000, None, day(33.6, 0.9, 0.4));
    home.sleep = card(home.sleep, 7.2, 9_000_000, None, Vec::new());
    home.battery =
        card(home.battery, 84.0, 130_000, None, (0..96).map(|n| Some(99.0 - f64::from(n) * 0.16)).collect());
    home.battery.sparkline[30..44].fill(None);
    home.steps = StepsCard {
        today: Some(6_432),
        goal: 8_000,
        at,
        age_ms: Some(31_000),
        freshness: Freshness::Fresh,
        sparkline: hours(),
    };
    home.overall = Status::Ok;
    home.storage.records = 2_592_417;
    home.worn = Some(true);
    home.activity = Some(Activity::Still);
    home
}

/// Home after the readings ended that many seconds ago.
fn old(now: i64, seconds: i64) -> Home {
    let age_ms = seconds * 1000;
    let mut home = live(now);
    let freshness = |metric| Freshness::of(metric, age_ms);
    home.heart.age_ms = Some(age_ms);
    home.heart.freshness = freshness(Metric::HeartRate);
    home.heart.status = Status::Unknown;
    home.heart.why = Why::Stale;
    home.heart.rhythm = Rhythm::Still;
    for card in [&mut home.spo2, &mut home.skin_temperature, &mut home.battery] {
        card.age_ms = Some(age_ms);
        card.freshness = Freshness::of(card.metric, age_ms);
        if card.freshness != Freshness::Fresh {
            card.status = Status::Unknown;
        }
    }
    home.steps.age_ms = Some(age_ms);
    home.steps.freshness = freshness(Metric::Steps);
    home.overall = Status::Unknown;
    home
}

/// A day in quarter hours, with two hours missing.
fn day(middle: f64, swing: f64, noise: f64) -> Vec<Option<f64>> {
    (0..96)
        .map(|n| {
            let n = f64::from(n);
            let value =
                middle + swing * (n / 15.0).sin() + noise * 0.3 * ((n * 1.7).sin() + (n * 0.9).cos() * 0.6);
            (!(50.0..58.0).contains(&n)).then_some(value)
        })
        .collect()
}

fn hours() -> Vec<Option<f64>> {
    let counted = [
        Some(210.0),
        Some(80.0),
        Some(0.0),
        Some(0.0),
        Some(0.0),
        Some(0.0),
        None,
        None,
        None,
        Some(0.0),
        Some(0.0),
        Some(40.0),
        Some(620.0),
        Some(940.0),
        Some(310.0),
        Some(120.0),
        Some(1_480.0),
        Some(760.0),
        Some(90.0),
        Some(430.0),
        Some(1_120.0),
        Some(240.0),
        Some(360.0),
        Some(180.0),
    ];
    counted.to_vec()
}
