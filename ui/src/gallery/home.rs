//! What Home tells in the gallery's states: the story's last values, and what is odd about each state.

use bridge::{Card, CatchUp, Code, Connection, Home, Rhythm, Source, SourceKind, Step, StepsCard, Why};
use vitals::{Activity, Bpm, Freshness, Goals, Metric, Status, UnixMillis};

use super::answers::RECORDS;
use super::story::{DAY, HOUR, MINUTE, Story};
use crate::model::nothing;

/// Home while all is well.
pub fn live(now: i64) -> Home {
    let story = Story::here();
    let at = Some(UnixMillis(now));
    let mut home = nothing();
    home.source = Some(Source {
        id: 1,
        name: "Demo bracelet".to_owned(),
        kind: SourceKind::Demo,
        serial: "DEMO-4F2A".to_owned(),
        firmware: Some("0.1.0".to_owned()),
    });
    home.connection = Connection::Connected { since: UnixMillis(now - 21 * MINUTE) };
    home.heart.bpm = Some(Bpm(story.heart_now().0));
    home.heart.at = at;
    home.heart.age_ms = Some(600);
    home.heart.freshness = Freshness::Fresh;
    home.heart.status = Status::Ok;
    home.heart.why = Why::InRange;
    home.heart.quality = 92;
    home.heart.rhythm = Rhythm::Measured;
    let present = story.moment(story.now);
    let card = |card: Card, value, age_ms, quality| Card {
        value: Some(value),
        at,
        age_ms: Some(age_ms),
        freshness: Freshness::Fresh,
        status: Status::Ok,
        quality,
        sparkline: quarters(&story, card.metric),
        ..card
    };
    home.spo2 = card(home.spo2, story.value(Metric::Spo2, present).round(), 1_000, Some(88));
    let skin = story.value(Metric::SkinTemperature, present);
    home.skin_temperature = card(home.skin_temperature, skin, 24_000, None);
    home.battery = card(home.battery, 84.0, 130_000, None);
    let (fell, woke) = story.night(0);
    #[expect(clippy::cast_precision_loss, reason = "minutes of a night")]
    let slept = story.minutes(fell, woke).filter(|m| story.asleep(*m)).count() as f64 / 60.0;
    home.sleep = Card { sparkline: Vec::new(), ..card(home.sleep, slept, story.now.since(woke), None) };
    let today = story.steps_between(story.at(0, 0), story.now);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a day's steps")]
    let today = Some(today as u32);
    home.steps = StepsCard {
        today,
        goal: Goals::default().steps,
        at,
        age_ms: Some(31_000),
        freshness: Freshness::Fresh,
        sparkline: hours(&story),
    };
    home.overall = Status::Ok;
    home.storage.records = RECORDS;
    home.worn = Some(true);
    home.activity = Some(Activity::Still);
    home
}

/// The last 24 hours in quarters of one; none where nothing was measured.
fn quarters(story: &Story, metric: Metric) -> Vec<Option<f64>> {
    let quarter = |n: i64| {
        let m = story.moment(story.now.plus(n * 15 * MINUTE - DAY + 8 * MINUTE));
        let dark = metric == Metric::Spo2 && story.poor(m);
        (story.missing(m).is_none() && !dark).then(|| story.value(metric, m))
    };
    (0..96).map(quarter).collect()
}

/// Steps by hours, the last one up to now.
fn hours(story: &Story) -> Vec<Option<f64>> {
    let hour = |n: i64| {
        let begun = story.now.0.div_euclid(HOUR) * HOUR - n * HOUR;
        let (from, to) = (UnixMillis(begun), UnixMillis(begun + HOUR));
        let known = story.minutes(from, to).any(|m| story.missing(m).is_none());
        known.then(|| story.steps_between(from, to))
    };
    (0..24).rev().map(hour).collect()
}

/// Two alerts are open.
pub fn alarmed(now: i64) -> Home {
    let mut home = live(now);
    home.heart.status = Status::Alert;
    home.heart.why = Why::Above { limit: Bpm(120), for_ms: 4 * MINUTE };
    home.skin_temperature.status = Status::Attention;
    home.overall = Status::Alert;
    home
}

pub fn estimated(now: i64) -> Home {
    let mut home = live(now);
    home.heart.rhythm = Rhythm::Estimated;
    home
}

pub fn attention(now: i64) -> Home {
    let mut home = live(now);
    home.heart.status = Status::Attention;
    home.heart.why = Why::Above { limit: Bpm(100), for_ms: Story::here().heart_now().1 };
    home.overall = Status::Attention;
    home
}

pub fn alert(now: i64) -> Home {
    let mut home = live(now);
    home.heart.status = Status::Alert;
    home.heart.why = Why::Below { limit: Bpm(50), for_ms: Story::here().heart_now().1 };
    home.spo2.status = Status::Attention;
    home.overall = Status::Alert;
    home
}

pub fn active(now: i64) -> Home {
    let mut home = live(now);
    home.heart.status = Status::Active;
    home.heart.why = Why::Active;
    home.activity = Some(Activity::Moving);
    home.overall = Status::Active;
    home
}

pub fn catching_up(now: i64) -> Home {
    let mut home = live(now);
    home.catching_up = Some(CatchUp { span_ms: 18 * HOUR, done: 41_472, total: 64_800 });
    home.storage.to_send = Some(312);
    home
}

pub fn reconnecting(now: i64) -> Home {
    Home { connection: Connection::Connecting { step: Step::Secured }, ..old(now, 21) }
}

pub fn stale(now: i64) -> Home {
    let mut home = old(now, 12);
    home.heart.freshness = Freshness::Stale;
    home.heart.why = Why::Stale;
    home
}

pub fn weak_signal(now: i64) -> Home {
    let mut home = live(now);
    home.heart.bpm = None;
    home.heart.freshness = Freshness::Gone;
    home.heart.status = Status::Unknown;
    home.heart.why = Why::WeakSignal;
    home.heart.rhythm = Rhythm::Still;
    home.spo2 = Card {
        status: Status::Unknown,
        freshness: Freshness::Stale,
        quality: Some(18),
        age_ms: Some(74_000),
        ..home.spo2
    };
    home.overall = Status::Unknown;
    home
}

pub fn not_worn(now: i64) -> Home {
    let mut home = old(now, 900);
    home.worn = Some(false);
    home.heart.why = Why::NotWorn;
    home.steps = live(now).steps;
    home
}

pub fn lost(now: i64) -> Home {
    let connection = Connection::Lost { since: UnixMillis(now - 47_000), next_try: UnixMillis(now + 13_000) };
    Home { connection, ..old(now, 47) }
}

pub fn disconnected(now: i64) -> Home {
    Home { connection: Connection::Disconnected { since: UnixMillis(now - 2_400_000) }, ..old(now, 2_400) }
}

pub fn disk_full(now: i64) -> Home {
    unsaved(now, Code::DiskFull)
}

pub fn not_saving(now: i64) -> Home {
    unsaved(now, Code::Internal)
}

/// Home while nothing can be kept.
fn unsaved(now: i64, why: Code) -> Home {
    let mut home = live(now);
    home.storage.set_trouble(Some(why));
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
