//! What the terminal shows, as text.

use bridge::{Card, CatchUp, Connection, Heart, Rhythm, Source, SourceKind, StepsCard, Storage, Why};
use vitals::{AlertRule, Bpm, Metric};

use super::*;

const NOW: UnixMillis = UnixMillis(1_780_000_000_000);

fn card(metric: Metric, value: Option<f64>) -> Card {
    Card {
        metric,
        value,
        at: value.map(|_| NOW),
        age_ms: value.map(|_| 0),
        freshness: if value.is_some() { Freshness::Fresh } else { Freshness::Gone },
        status: Status::Ok,
        quality: None,
        sparkline: Vec::new(),
    }
}

fn home() -> Home {
    Home {
        at: NOW,
        source: Some(Source {
            id: 1,
            name: "Demo bracelet".into(),
            kind: SourceKind::Demo,
            serial: "DEMO-1".into(),
            firmware: None,
        }),
        connection: Connection::Connected { since: NOW },
        heart: Heart {
            bpm: Some(Bpm(72)),
            at: Some(NOW),
            age_ms: Some(0),
            freshness: Freshness::Fresh,
            status: Status::Ok,
            why: Why::InRange,
            quality: 90,
            rhythm: Rhythm::Measured,
        },
        spo2: card(Metric::Spo2, Some(98.0)),
        skin_temperature: card(Metric::SkinTemperature, Some(33.51)),
        steps: StepsCard {
            today: Some(1_234),
            goal: 8_000,
            at: Some(NOW),
            age_ms: Some(0),
            freshness: Freshness::Fresh,
            sparkline: Vec::new(),
        },
        sleep: card(Metric::Sleep, None),
        battery: card(Metric::Battery, Some(86.0)),
        overall: Status::Ok,
        catching_up: None,
        storage: Storage { records: 42, saving: true, ..Storage::default() },
        worn: Some(true),
        activity: None,
    }
}

fn drawn(home: &Home, beats: &[Beat], width: usize, lang: Lang) -> String {
    draw(&Shown { home, beats, alarms: &[], trouble: None }, NOW, Look { width, colour: false, lang })
        .join("\n")
}

#[test]
fn a_narrow_terminal_gets_no_line_that_wraps() {
    let mut home = home();
    home.catching_up = Some(CatchUp { span_ms: 64_800_000, done: 64, total: 100 });
    home.heart.why = Why::WeakSignal;
    let alarm = Alert {
        rule: AlertRule::HeartRateHigh,
        level: Level::Alert,
        since: NOW.plus(-180_000),
        raised: NOW,
        peak: 13_100,
        limit: 12_000,
        closed: None,
    };
    for width in [24, 40, 80, 200] {
        for lang in [Lang::En, Lang::Fr] {
            let shown =
                Shown { home: &home, beats: &[], alarms: &[alarm], trouble: Some(Code::KeyringMissing) };
            for line in draw(&shown, NOW, Look { width, colour: true, lang }) {
                assert!(columns(&line) <= width, "{} > {width}: {line}", columns(&line));
            }
        }
    }
}

#[test]
fn the_heart_is_large_just_after_a_measured_beat_and_small_between() {
    let beat = |ago: i64| [Beat { at: NOW.plus(-REPLAY_MS - ago), rr: None }];
    assert!(drawn(&home(), &beat(100), 80, Lang::En).contains("(♥)"));
    assert!(!drawn(&home(), &beat(500), 80, Lang::En).contains("(♥)"));
    assert!(!drawn(&home(), &[], 80, Lang::En).contains("(♥)"), "no beat, no pulse");
}

#[test]
fn what_is_not_known_is_a_dash_and_never_a_zero() {
    let mut home = home();
    home.heart.bpm = None;
    home.heart.freshness = Freshness::Gone;
    home.spo2 = card(Metric::Spo2, None);
    home.steps.today = None;
    home.overall = Status::Unknown;
    let text = drawn(&home, &[], 80, Lang::En);
    assert!(text.contains("— bpm") && text.contains("Oxygen —") && text.contains("Steps —"), "{text}");
    assert!(text.contains("? Unknown"), "{text}");
}

#[test]
fn what_is_old_says_how_old() {
    let mut home = home();
    home.heart.freshness = Freshness::Stale;
    home.heart.age_ms = Some(12_000);
    assert!(drawn(&home, &[], 80, Lang::En).contains("12 s ago"));
    assert!(drawn(&home, &[], 80, Lang::Fr).contains("il y a 12 s"));
}

#[test]
fn catching_up_and_a_full_disk_are_said() {
    let mut home = home();
    home.catching_up = Some(CatchUp { span_ms: 64_800_000, done: 64, total: 100 });
    assert!(drawn(&home, &[], 80, Lang::En).contains("Fetching 18 h · 64%"));
    home.catching_up = None;
    home.storage.saving = false;
    assert!(drawn(&home, &[], 80, Lang::En).contains("Not saving"));
}

#[test]
fn french_numbers_and_words_are_french() {
    let text = drawn(&home(), &[], 80, Lang::Fr);
    assert!(
        text.contains("33,5 °C") && text.contains("Tout va bien") && text.contains("98\u{202f}%"),
        "{text}"
    );
    assert!(drawn(&home(), &[], 80, Lang::En).contains("98%"));
}

#[test]
fn without_colour_there_is_no_escape() {
    assert!(!drawn(&home(), &[], 80, Lang::En).contains('\x1b'));
}
