//! When the person is told through the system, how loud and how often: a pure function of what is open, what was told, and
//! the time.
//!
//! - Red: with sound, again 5 minutes later, then every 30 while it is open; at most 4 times an episode. Quiet hours do not
//!   hold it back.
//! - Orange: silent, once an episode; at most one an hour and four a day for each rule. Quiet hours hold it back till the
//!   morning.
//! - A fall and an SOS: as red, whatever the levels are; a fall also when its question was not answered.
//! - What was history when it arrived never rings.
//! - An answer ends it, until the episode gets worse; "snooze" for an hour.
//! - A bracelet that was worn and has been out of reach for a quarter of an hour: once, silent.

use bridge::{Answer, Notifications, NotifyLevel};
use vitals::{AlertRule, Level, UnixMillis};

use crate::store::Told;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Orange is counted over so long.
const DAY_MS: i64 = 24 * HOUR_MS;
/// Between the first and the second time of red, and between the later ones.
const RED_AGAIN_MS: [i64; 3] = [5 * MINUTE_MS, 30 * MINUTE_MS, 30 * MINUTE_MS];
/// The same of a fall: the second time is when its question was not answered.
const FALL_AGAIN_MS: [i64; 3] = [30_000, 5 * MINUTE_MS, 30 * MINUTE_MS];
/// The most orange notices a day for one rule.
const MOST_ORANGE: usize = 4;
/// So long a worn bracelet may be out of reach before it is told.
const LOST_MS: i64 = 15 * MINUTE_MS;

/// An open alert, as far as this depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Episode {
    /// Its id.
    pub id: String,
    /// What about.
    pub rule: AlertRule,
    /// The worst level reached.
    pub level: Level,
    /// It was history when it arrived.
    pub away: bool,
    /// What the person said since it last got worse.
    pub answer: Option<Answer>,
    /// Silent until then.
    pub snoozed_until: Option<UnixMillis>,
}

/// What the person wants, and what time of day it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Now.
    pub now: UnixMillis,
    /// The minute of the day where this computer is, 0–1439.
    pub minute: u16,
    /// Levels and quiet hours.
    pub wanted: Notifications,
}

/// Something to tell now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// Of an open alert: the place in the list given, and whether with sound.
    Alert(usize, bool),
    /// The bracelet is out of reach though it was worn.
    MonitoringLost,
}

/// What was told, so that it is not told again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    told: Vec<Told>,
    /// The loss that was told.
    lost: Option<UnixMillis>,
}

impl Ledger {
    /// With what was told before this app started.
    #[must_use]
    pub fn new(told: Vec<Told>) -> Self {
        Self { told, lost: None }
    }

    /// Takes what was told and kept elsewhere; what it knows already it does not count twice.
    pub fn learn(&mut self, told: Vec<Told>) {
        self.told.retain(|known| !told.contains(known));
        self.told.extend(told);
    }

    /// What is due of the open alerts, and of a bracelet that is out of reach since `lost` though it was worn then.
    #[must_use]
    pub fn due(&self, rules: &Rules, open: &[Episode], lost: Option<UnixMillis>) -> Vec<Due> {
        let mut due = Vec::new();
        // Of one rule no second orange in the same breath.
        let mut orange: Vec<AlertRule> = Vec::new();
        for (place, episode) in open.iter().enumerate() {
            if self.is_silent(rules, episode) {
                continue;
            }
            match episode.level {
                Level::Alert if self.red_is_due(rules.now, episode) => due.push(Due::Alert(place, true)),
                Level::Attention if !orange.contains(&episode.rule) && self.orange_is_due(rules, episode) => {
                    orange.push(episode.rule);
                    due.push(Due::Alert(place, false));
                }
                _ => {}
            }
        }
        let is_lost = lost.filter(|&since| rules.now.since(since) >= LOST_MS && self.lost != lost);
        due.extend(is_lost.map(|_| Due::MonitoringLost));
        due
    }

    fn is_silent(&self, rules: &Rules, episode: &Episode) -> bool {
        let snoozed = episode.snoozed_until.is_some_and(|until| rules.now < until);
        let answered = matches!(episode.answer, Some(Answer::Fine | Answer::Exercising));
        let wanted = match level_of(&rules.wanted, episode.rule) {
            NotifyLevel::All => true,
            NotifyLevel::RedOnly => episode.level == Level::Alert,
            NotifyLevel::Off => false,
        };
        episode.away || snoozed || answered || !wanted
    }

    fn red_is_due(&self, now: UnixMillis, episode: &Episode) -> bool {
        let mut told = self.of(episode).filter(|told| told.level == Level::Alert);
        match told.by_ref().last().map(|last| last.at) {
            None => true,
            Some(last) => {
                let times = self.of(episode).filter(|told| told.level == Level::Alert).count();
                let again = if episode.rule == AlertRule::Fall { FALL_AGAIN_MS } else { RED_AGAIN_MS };
                again.get(times - 1).is_some_and(|&wait| now.since(last) >= wait)
            }
        }
    }

    fn orange_is_due(&self, rules: &Rules, episode: &Episode) -> bool {
        let quiet = rules.wanted.quiet.is_some_and(|quiet| quiet.holds(rules.minute));
        if quiet || self.of(episode).next().is_some() {
            return false;
        }
        let of_rule = self.told.iter().filter(|told| {
            told.rule == episode.rule && told.level == Level::Attention && rules.now.since(told.at) < DAY_MS
        });
        let (count, last) =
            of_rule.fold((0, None), |(count, last), told| (count + 1, last.max(Some(told.at))));
        count < MOST_ORANGE && last.is_none_or(|last| rules.now.since(last) >= HOUR_MS)
    }

    fn of<'a>(&'a self, episode: &'a Episode) -> impl Iterator<Item = &'a Told> {
        self.told.iter().filter(|told| told.alert == episode.id)
    }

    /// Something was told. What no rule depends on any more is forgotten.
    pub fn note(&mut self, told: Told, open: &[Episode]) {
        let now = told.at;
        self.told.push(told);
        self.told.retain(|told| {
            now.since(told.at) < DAY_MS || open.iter().any(|episode| episode.id == told.alert)
        });
    }

    /// A loss was told.
    pub fn note_lost(&mut self, since: UnixMillis) {
        self.lost = Some(since);
    }

    /// An alert has got its lasting name.
    pub fn rename(&mut self, from: &str, to: &str) {
        for told in self.told.iter_mut().filter(|told| told.alert == from) {
            to.clone_into(&mut told.alert);
        }
    }
}

fn level_of(wanted: &Notifications, rule: AlertRule) -> NotifyLevel {
    match rule {
        AlertRule::HeartRateHigh | AlertRule::HeartRateLow => wanted.heart_rate,
        AlertRule::Spo2Low => wanted.spo2,
        AlertRule::SkinTemperatureHigh => wanted.skin_temperature,
        AlertRule::Fall | AlertRule::Sos => NotifyLevel::All,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: UnixMillis = UnixMillis(1_760_000_000_000);
    const NOON: u16 = 12 * 60;

    fn episode(rule: AlertRule, level: Level) -> Episode {
        Episode { id: format!("{rule:?}"), rule, level, away: false, answer: None, snoozed_until: None }
    }

    /// Minutes after the start at which the open alerts ring, over so many minutes; `change` alters them on the way.
    fn rung(
        minutes: i64,
        wanted: Notifications,
        first_minute: u16,
        mut open: Vec<Episode>,
        mut change: impl FnMut(i64, &mut Vec<Episode>),
    ) -> Vec<(i64, String, bool)> {
        let mut ledger = Ledger::default();
        let mut rung = Vec::new();
        for minute in 0..minutes {
            change(minute, &mut open);
            let now = START.plus(minute * MINUTE_MS);
            let of_day = u16::try_from((i64::from(first_minute) + minute) % 1_440).unwrap();
            for due in ledger.due(&Rules { now, minute: of_day, wanted }, &open, None) {
                let Due::Alert(place, sound) = due else { panic!("{due:?}") };
                let Episode { id, rule, level, .. } = open[place].clone();
                rung.push((minute, id.clone(), sound));
                ledger.note(Told { alert: id, rule, level, at: now }, &open);
            }
        }
        rung
    }

    fn minutes(rung: &[(i64, String, bool)]) -> Vec<i64> {
        rung.iter().map(|rung| rung.0).collect()
    }

    #[test]
    fn red_rings_at_once_after_5_minutes_then_each_30_and_four_times_in_all_by_night_too() {
        for first_minute in [NOON, 23 * 60] {
            for rule in [AlertRule::HeartRateHigh, AlertRule::Sos] {
                let open = vec![episode(rule, Level::Alert)];
                let rung = rung(300, Notifications::default(), first_minute, open, |_, _| {});
                assert_eq!(minutes(&rung), [0, 5, 35, 65]);
                assert!(rung.iter().all(|rung| rung.2), "with sound");
            }
        }
    }

    #[test]
    fn a_fall_rings_when_it_is_asked_about_and_when_nobody_answers() {
        let open = vec![episode(AlertRule::Fall, Level::Alert)];
        let mut ledger = Ledger::default();
        let mut rung = Vec::new();
        for second in 0..7_200 {
            let now = START.plus(second * 1_000);
            let rules = Rules { now, minute: NOON, wanted: Notifications::default() };
            for _ in ledger.due(&rules, &open, None) {
                rung.push(second);
                let Episode { id, rule, level, .. } = open[0].clone();
                ledger.note(Told { alert: id, rule, level, at: now }, &open);
            }
        }
        assert_eq!(rung, [0, 30, 330, 2_130]);
    }

    #[test]
    fn orange_is_silent_and_once_an_episode() {
        let open = vec![episode(AlertRule::Spo2Low, Level::Attention)];
        let rung = rung(2_000, Notifications::default(), NOON, open, |_, _| {});
        assert_eq!(rung, [(0, "Spo2Low".to_owned(), false)]);
    }

    #[test]
    fn orange_of_one_rule_is_told_once_an_hour_and_four_times_a_day() {
        // A new episode each 20 minutes.
        let rung = rung(
            1_500,
            Notifications { quiet: None, ..Notifications::default() },
            0,
            Vec::new(),
            |m, open| {
                if m % 20 == 0 {
                    let id = format!("{m}");
                    *open = vec![Episode { id, ..episode(AlertRule::HeartRateLow, Level::Attention) }];
                }
            },
        );
        assert_eq!(minutes(&rung), [0, 60, 120, 180, 1_440]);
    }

    #[test]
    fn orange_waits_for_the_morning_and_red_does_not() {
        let open = vec![
            episode(AlertRule::HeartRateLow, Level::Attention),
            episode(AlertRule::Spo2Low, Level::Alert),
        ];
        let rung = rung(10 * 60, Notifications::default(), 22 * 60, open, |_, _| {});
        let of = |id: &str| -> Vec<i64> { rung.iter().filter(|r| r.1 == id).map(|r| r.0).collect() };
        assert_eq!(of("HeartRateLow"), [9 * 60], "at seven");
        assert_eq!(of("Spo2Low"), [0, 5, 35, 65]);
    }

    #[test]
    fn an_episode_that_gets_worse_rings_anew() {
        let open = vec![episode(AlertRule::HeartRateHigh, Level::Attention)];
        let rung = rung(60, Notifications::default(), NOON, open, |minute, open| {
            if minute == 20 {
                open[0].level = Level::Alert;
            }
        });
        assert_eq!(minutes(&rung), [0, 20, 25, 55]);
    }

    #[test]
    fn history_never_rings() {
        let away = |rule| Episode { away: true, ..episode(rule, Level::Alert) };
        let open = vec![away(AlertRule::HeartRateHigh), away(AlertRule::Fall), away(AlertRule::Sos)];
        assert_eq!(rung(60, Notifications::default(), NOON, open, |_, _| {}), []);
        assert!(super::super::rings(START, START.plus(5 * MINUTE_MS)));
        assert!(!super::super::rings(START, START.plus(5 * MINUTE_MS + 1)));
    }

    #[test]
    fn an_answer_silences_and_a_snooze_does_for_an_hour() {
        let answer = |answer| {
            let open = vec![episode(AlertRule::HeartRateHigh, Level::Alert)];
            let rung = rung(120, Notifications::default(), NOON, open, move |minute, open| {
                if minute == 2 {
                    open[0].answer = Some(answer);
                    open[0].snoozed_until = (answer == Answer::Snooze).then(|| START.plus(62 * MINUTE_MS));
                }
            });
            minutes(&rung)
        };
        assert_eq!(answer(Answer::Fine), [0]);
        assert_eq!(answer(Answer::Exercising), [0]);
        assert_eq!(answer(Answer::Snooze), [0, 62, 92]);
    }

    #[test]
    fn levels_are_heeded_and_never_silence_a_fall_or_an_sos() {
        let wanted = |heart_rate| Notifications {
            heart_rate,
            spo2: heart_rate,
            skin_temperature: heart_rate,
            ..Notifications::default()
        };
        let all = || {
            vec![
                episode(AlertRule::HeartRateHigh, Level::Alert),
                episode(AlertRule::Spo2Low, Level::Attention),
                episode(AlertRule::Fall, Level::Alert),
                episode(AlertRule::Sos, Level::Alert),
            ]
        };
        let ids = |level| -> Vec<String> {
            rung(1, wanted(level), NOON, all(), |_, _| {}).into_iter().map(|rung| rung.1).collect()
        };
        assert_eq!(ids(NotifyLevel::All), ["HeartRateHigh", "Spo2Low", "Fall", "Sos"]);
        assert_eq!(ids(NotifyLevel::RedOnly), ["HeartRateHigh", "Fall", "Sos"]);
        assert_eq!(ids(NotifyLevel::Off), ["Fall", "Sos"]);
    }

    #[test]
    fn monitoring_that_is_lost_is_told_once_after_a_quarter_of_an_hour() {
        let mut ledger = Ledger::default();
        let wanted = Notifications::default();
        let lost = Some(START);
        let mut told = Vec::new();
        for minute in 0..60 {
            let now = START.plus(minute * MINUTE_MS);
            if ledger.due(&Rules { now, minute: NOON, wanted }, &[], lost) == [Due::MonitoringLost] {
                told.push(minute);
                ledger.note_lost(START);
            }
        }
        assert_eq!(told, [15]);
        let later = Rules { now: START.plus(200 * MINUTE_MS), minute: NOON, wanted };
        assert_eq!(ledger.due(&later, &[], Some(START.plus(100 * MINUTE_MS))), [Due::MonitoringLost], "anew");
    }

    #[test]
    fn a_restart_does_not_ring_anew() {
        let open = vec![episode(AlertRule::HeartRateHigh, Level::Alert)];
        let told = |at: i64| Told {
            alert: "HeartRateHigh".to_owned(),
            rule: AlertRule::HeartRateHigh,
            level: Level::Alert,
            at: START.plus(at * MINUTE_MS),
        };
        let ledger = Ledger::new(vec![told(0), told(5)]);
        let rules = |minute: i64| Rules {
            now: START.plus(minute * MINUTE_MS),
            minute: NOON,
            wanted: Notifications::default(),
        };
        assert_eq!(ledger.due(&rules(6), &open, None), []);
        assert_eq!(ledger.due(&rules(35), &open, None), [Due::Alert(0, true)]);
    }
}
