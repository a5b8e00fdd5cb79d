//! What the engine told last, as signals: every part of the page follows only the value that it shows.

use bridge::{
    Beat, Card, Code, Connection, Error, Event, Heart, Home, Preferences, Rhythm, Start, StepsCard, Storage,
    Theme, Why,
};
use leptos::prelude::*;
use leptos::task::spawn_local;
use vitals::{Freshness, Metric, Status, UnixMillis};

use crate::api::{self, Command};
use crate::beats::Strip;
use crate::page;
use crate::words::{self, Locale};

/// What lies above the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// How to connect a bracelet.
    Connect,
    /// The bracelet's details.
    Bracelet,
    /// Whether to remove the demo.
    RemoveDemo,
    /// Language, theme, about.
    Settings,
}

/// All that the page shows.
#[derive(Clone, Copy)]
pub struct Model {
    /// Whether the engine is ready.
    pub start: RwSignal<Start>,
    /// Home as it was told last.
    pub home: RwSignal<Home>,
    /// Whether Home was told at all.
    pub told: RwSignal<bool>,
    /// Beats that wait for the heart to take them.
    pub beats: RwSignal<Vec<Beat>>,
    /// The beats of the last minute, for the strip.
    pub minute: StoredValue<Strip>,
    /// The number of the pulse that was shown last.
    pub pulse: RwSignal<u32>,
    /// The newest stored range: charts that show it may ask again.
    pub stored: RwSignal<Option<(UnixMillis, UnixMillis)>>,
    /// Trouble to tell, until it is dismissed.
    pub trouble: RwSignal<Option<Error>>,
    /// What lies above the page.
    pub over: RwSignal<Option<Over>>,
    /// The computer's clock, once a second while the page is seen.
    pub clock: RwSignal<i64>,
    /// The person's choices.
    pub preferences: RwSignal<Preferences>,
    /// A command is on its way: its buttons wait.
    pub busy: RwSignal<bool>,
}

impl Model {
    /// Before anything was told.
    pub fn new() -> Self {
        Self {
            start: RwSignal::new(Start::Opening),
            home: RwSignal::new(nothing()),
            told: RwSignal::new(false),
            beats: RwSignal::new(Vec::new()),
            minute: StoredValue::new(Strip::default()),
            pulse: RwSignal::new(0),
            stored: RwSignal::new(None),
            trouble: RwSignal::new(None),
            over: RwSignal::new(None),
            clock: RwSignal::new(page::now()),
            preferences: RwSignal::new(Preferences::default()),
            busy: RwSignal::new(false),
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
            // Shown by the screens of alerts, settings and messages, which ask when they are opened.
            Event::Alert(_) | Event::Notify(_) | Event::Changed(_) => {}
        }
    }

    /// A part of Home: who reads it is told only when it changed.
    pub fn part<T: PartialEq + Send + Sync + 'static>(
        self,
        part: impl Fn(&Home) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        Memo::new(move |_| self.home.with(&part))
    }

    /// Asks the engine; a refusal is told as trouble.
    pub fn ask(self, command: Command) {
        self.busy.set(true);
        spawn_local(async move {
            let answer = api::ask(command).await;
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
        self.ask(Command::SetPreferences(self.preferences.get_untracked()));
    }

    /// The language: the person's choice, else the system's.
    pub fn lang(self) -> Memo<Locale> {
        Memo::new(move |_| match self.preferences.with(|preferences| preferences.language.clone()) {
            Some(tag) => words::best([tag]),
            None => words::best(page::languages()),
        })
    }

    /// The theme.
    pub fn theme(self) -> Memo<Theme> {
        Memo::new(move |_| self.preferences.with(|preferences| preferences.theme))
    }
}

fn set_if_other<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
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
