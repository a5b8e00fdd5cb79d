//! What the engine told last, as signals: every part of the page follows only the value that it shows.

use crate::prelude::*;
use bridge::{
    Alert, AlertTold, Alerts, Beat, Card, Changed, Code, Connection, Error, Event, Heart, Home, Preferences,
    Rhythm, Session, Span, Start, StepsCard, Storage, Theme, Why,
};
use leptos::task::spawn_local;
use vitals::{Freshness, Judged, Level, Metric, Status, UnixMillis};

use crate::api::{self, Command};
use crate::beats::Strip;
use crate::components::chart::View;
use crate::components::icon::{CHECK, TIMER};
use crate::components::toast::Done;
use crate::components::work::Work;
use crate::follow::{Follow, Kept, follow};
use crate::page;
use crate::route::Route;
use crate::words::{self, Locale};

/// What lies above the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Over {
    /// How to connect a bracelet.
    Connect,
    /// The bracelet's details.
    Bracelet,
    /// Whether to remove the demo.
    RemoveDemo,
    /// One alert.
    Alert(String),
    /// The limits of a metric.
    Limits(Judged),
    /// A session: to change, or a new one.
    Session(Box<Session>),
    /// Name, year of birth and what else a person may tell.
    Emergency,
    /// People to call.
    Contacts,
    /// Making a backup.
    BackUp,
    /// Bringing a backup back.
    BringBack,
    /// Readings as a file.
    Export,
    /// How long single seconds are kept.
    Retention,
    /// A passphrase set, changed or taken away.
    Protection,
    /// What others wrote.
    Licences,
    /// A source's name.
    Rename(String),
    /// Whether to forget a source and its readings.
    Forget(i64, String),
    /// A message that may still be changed.
    Message(i64, String),
}

/// All that the page shows.
#[derive(Clone, Copy)]
pub struct Model {
    /// Whether the engine is ready.
    pub start: Kept<Start>,
    /// Home as it was told last.
    pub home: Kept<Home>,
    /// Whether Home was told at all.
    pub told: Kept<bool>,
    /// Beats that wait for the heart to take them.
    pub beats: Kept<Vec<Beat>>,
    /// The beats of the last minute, for the strip.
    pub minute: StoredValue<Strip>,
    /// The number of the pulse that was shown last.
    pub pulse: Kept<u32>,
    /// The newest stored range: charts that show it may ask again.
    pub stored: Kept<Option<(UnixMillis, UnixMillis)>>,
    /// Trouble to tell, until it is dismissed.
    pub trouble: Kept<Option<Error>>,
    /// Open alerts without an answer.
    pub badge: Kept<u32>,
    /// The worst open alert that nobody has answered: above every page.
    pub alarm: Kept<Option<Alert>>,
    /// The fall or SOS that the person has put aside without an answer: its banner stays.
    pub put_aside: Kept<Option<String>>,
    /// Counts the changes of alerts.
    pub alerts: Kept<u32>,
    /// Counts the changes of each kind.
    versions: [Kept<u32>; 6],
    /// Where the person is.
    pub route: Kept<Route>,
    /// Which step of the first run; none at its ways in.
    pub step: Kept<Option<usize>>,
    /// What was done last, while it is said.
    pub done: Kept<Option<Done>>,
    /// What lies above the page.
    pub over: Kept<Option<Over>>,
    /// What the charts show: it stays while the person is elsewhere.
    pub view: View,
    /// The computer's clock, once a second while the page is seen.
    pub clock: Kept<i64>,
    /// The person's choices.
    pub preferences: Kept<Preferences>,
    /// What takes a while: how far it has come, whether its dialog is open or not.
    pub work: Kept<Work>,
    /// A command is on its way: its buttons wait.
    pub busy: Kept<bool>,
}

impl Model {
    /// Before anything was told.
    pub fn new() -> Self {
        Self {
            start: Kept::new(Start::Opening),
            home: Kept::new(nothing()),
            told: Kept::new(false),
            beats: Kept::new(Vec::new()),
            minute: StoredValue::new(Strip::default()),
            pulse: Kept::new(0),
            stored: Kept::new(None),
            trouble: Kept::new(None),
            badge: Kept::new(0),
            alarm: Kept::new(None),
            put_aside: Kept::new(None),
            alerts: Kept::new(0),
            versions: std::array::from_fn(|_| Kept::new(0)),
            route: Kept::new(page::route()),
            step: Kept::new(None),
            done: Kept::new(None),
            over: Kept::new(None),
            view: View::new(Span::Day),
            clock: Kept::new(page::now()),
            preferences: Kept::new(Preferences::default()),
            work: Kept::new(Work::Ready),
            busy: Kept::new(false),
        }
    }

    /// The model of this page.
    pub fn here() -> Self {
        expect_context()
    }

    /// Takes what the engine tells.
    pub fn take(self, event: Event) {
        match event {
            Event::Start(start) => {
                if let Start::Ready { preferences, .. } = &start {
                    set_if_other(self.preferences, preferences.clone());
                }
                set_if_other(self.start, start);
            }
            Event::Home(home) => {
                let source = |home: &Home| home.source.as_ref().map(|source| (source.kind, source.id));
                if self.home.with_untracked(source) != source(&home) {
                    // The beats of one source are not shown as those of another.
                    self.beats.update(Vec::clear);
                    self.minute.update_value(Strip::clear);
                }
                self.home.set(*home);
                set_if_other(self.told, true);
            }
            Event::Beats(beats) => self.beats.update(|waiting| waiting.extend(beats)),
            Event::Stored { from, to } => self.stored.set(Some((from, to))),
            Event::Trouble(error) => self.trouble.set(Some(error)),
            Event::TroubleOver(code) => {
                let told = self.trouble.with_untracked(|told| told.as_ref().map(|error| error.code));
                if told == Some(code) {
                    self.trouble.set(None);
                }
            }
            Event::Alert(told) => {
                set_if_other(self.badge, told.badge);
                set_if_other(self.alarm, self.alarm_after(&told));
                self.alerts.update(|version| *version += 1);
            }
            Event::Progress(percent) => self.work.update(|work| {
                if let Work::Doing(known) = work {
                    *known = percent;
                }
            }),
            // The shell around the window tells the system.
            Event::Notify(_) => {}
            Event::Changed(what) => self.version(what).update(|version| *version += 1),
        }
    }

    /// Whether there is a bracelet at all: what is asked of one has no answer without.
    pub fn has_source(self) -> Follow<bool> {
        self.part(|home| home.source.is_some())
    }

    /// A part of Home: who reads it is told only when it changed.
    pub fn part<T: Clone + PartialEq + Send + Sync + 'static>(
        self,
        part: impl Fn(&Home) -> T + Send + Sync + 'static,
    ) -> Follow<T> {
        follow(move || self.home.with(&part))
    }

    /// Counts the changes of that kind: what shows it asks again.
    pub fn version(self, what: Changed) -> Kept<u32> {
        let [profile, settings, sessions, messages, devices, data] = self.versions;
        match what {
            Changed::Profile => profile,
            Changed::Settings => settings,
            Changed::Sessions => sessions,
            Changed::Messages => messages,
            Changed::Devices => devices,
            Changed::Data => data,
        }
    }

    /// Takes the list of alerts: what is open and unanswered stands above every page.
    pub fn take_alerts(self, alerts: &Alerts) {
        set_if_other(self.badge, alerts.badge);
        // Of equals the first: it is the newest.
        let loud = alerts.open.iter().rev().filter(|alert| is_loud(alert));
        set_if_other(self.alarm, loud.max_by_key(|alert| urgency(alert)).cloned());
    }

    /// What stands above every page after that change.
    fn alarm_after(self, told: &AlertTold) -> Option<Alert> {
        let shown = self.alarm.get_untracked();
        match shown {
            Some(shown)
                if shown.id != told.alert.id
                    && (urgency(&shown) >= urgency(&told.alert) || !is_loud(&told.alert)) =>
            {
                Some(shown)
            }
            _ => is_loud(&told.alert).then(|| told.alert.clone()),
        }
    }

    /// The person has seen the first run, or does without.
    pub fn welcome_over(self) {
        self.step.set(None);
        self.prefer(|preferences| preferences.welcomed = true);
    }

    /// Says what was done, with the way to undo it.
    pub fn say(self, words: String, undo: Option<Callback<()>>) {
        self.done.set(Some(Done { words, icon: CHECK, undo }));
    }

    /// Says how something is done.
    pub fn hint(self, words: String) {
        self.done.set(Some(Done { words, icon: TIMER, undo: None }));
    }

    /// Asks the engine; a refusal is told as trouble.
    pub fn ask(self, command: Command) {
        self.busy.set(true);
        spawn_local(async move {
            let answer = api::answer(command).await;
            self.busy.set(false);
            if let Err(error) = answer {
                // A wrong passphrase is told beside its field, by the engine's next state.
                if error.code != Code::WrongPassphrase {
                    self.trouble.set(Some(error));
                }
            }
        });
    }

    /// Changes the person's choices, on the page at once.
    pub fn prefer(self, change: impl FnOnce(&mut Preferences)) {
        self.preferences.update(change);
        self.ask(Command::new("set_preferences").with("preferences", &self.preferences.get_untracked()));
    }

    /// The language: the person's choice, else the system's.
    pub fn lang(self) -> Follow<Locale> {
        follow(move || match self.preferences.with(|preferences| preferences.language.clone()) {
            Some(tag) => words::best([tag]),
            None => words::best(page::languages()),
        })
    }

    /// The theme.
    pub fn theme(self) -> Follow<Theme> {
        follow(move || self.preferences.with(|preferences| preferences.theme))
    }
}

/// Open, red and not answered yet: it stands above every page until it is.
fn is_loud(alert: &Alert) -> bool {
    alert.closed.is_none() && alert.answer.is_none() && alert.level == Level::Alert && !alert.away
}

/// Which of two loud ones is shown: somebody who may have fallen or who calls for help comes before a value.
fn urgency(alert: &Alert) -> (bool, Level) {
    (alert.rule.metric().is_none(), alert.level)
}

fn set_if_other<T: PartialEq + Send + Sync + 'static>(signal: Kept<T>, value: T) {
    if signal.with_untracked(|present| *present != value) {
        signal.set(value);
    }
}

/// Home of which nothing is known: all grey, no value anywhere.
pub fn nothing() -> Home {
    let card = |metric| Card {
        metric,
        value: None,
        at: None,
        age_ms: None,
        freshness: Freshness::Gone,
        status: Status::Unknown,
        quality: None,
        sparkline: Vec::new(),
    };
    Home {
        at: UnixMillis(0),
        source: None,
        connection: Connection::None,
        heart: Heart {
            bpm: None,
            at: None,
            age_ms: None,
            freshness: Freshness::Gone,
            status: Status::Unknown,
            why: Why::Nothing,
            quality: 0,
            rhythm: Rhythm::Still,
        },
        spo2: card(Metric::Spo2),
        skin_temperature: card(Metric::SkinTemperature),
        steps: StepsCard {
            today: None,
            goal: 0,
            at: None,
            age_ms: None,
            freshness: Freshness::Gone,
            sparkline: Vec::new(),
        },
        sleep: card(Metric::Sleep),
        battery: card(Metric::Battery),
        overall: Status::Unknown,
        catching_up: None,
        storage: Storage { saving: true, ..Storage::default() },
        worn: None,
        activity: None,
    }
}
