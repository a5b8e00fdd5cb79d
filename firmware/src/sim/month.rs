//! The past of the built-in bracelet: a month of seconds that a person might have lived, made from a seed.
//!
//! It is a model and says so. Nobody was measured; the demo shows it under its own name only. What it holds, by its rules:
//!
//! - **Days and nights** in UTC+1. Up at about 6:50, to bed at about 22:50, each day a little different. Asleep the heart goes
//!   towards 54 bpm, at rest towards 67, walking to 98, running to 148, each with its own slowness; over all of it lies a slow
//!   wander of a few beats.
//! - **Beats** are placed one by one from the rate of the moment, breathing (every 4 s awake, 4.6 s asleep, deeper when
//!   asleep) and a little chance; a record's heart rate is that rate, its RR are the beats that fell into its second.
//! - **Steps**: some six walks of 4–25 min a day, and a run of 30–50 min on three or four days a week.
//! - **Off the wrist**: 35–60 min each morning (the battery is charged then), and all night in five nights of the month.
//!   Those seconds are recorded too, as not worn.
//! - **Poor signal**: two to five stretches of 1–10 min a day, quality below the limit; then no beats, and mostly no rate.
//! - **Oxygen** every 10 s when still, 96–99 %, a point lower at night; one night has ten minutes at 91–93 %.
//! - **Skin** every 30 s: 33 °C by day, 34.6 °C asleep; one night is 1.3 °C warmer.
//! - One quiet afternoon the heart stays at 126 bpm for six minutes.
//! - **Starts**: the bracelet was started anew about every eight days, with a minute of nothing between. Each start is
//!   anchored after a few minutes, and again when its clock (2.3 s a week slow) was corrected.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use vitals::{
    Activity, Anchor, Bpm, CentiCelsius, Event, EventKind, Percent, Quality, Record, RrMillis, Seq, Steps,
    UnixMillis, UptimeMillis,
};

const DAY_S: i64 = 86_400;
/// The person lives at UTC+1.
const ZONE_S: i64 = 3_600;
/// The last start ends so long before `now`: the present one begins then.
const BEFORE_NOW_MS: i64 = 10_000;
/// Between two starts.
const RESTART_MS: i64 = 60_000;
/// When a start hears the time, and again when its clock was corrected.
const ANCHOR_MS: u64 = 240_000;
const CORRECTION_AFTER_MS: u64 = 6 * 86_400_000;
const CORRECTION_MS: i64 = 2_300;

/// One start of the bracelet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Start {
    /// When its uptime was 0.
    pub(super) at: UnixMillis,
    /// How many seconds it ran.
    pub(super) seconds: u32,
    /// What an app told it of the time.
    pub(super) anchors: Vec<Anchor>,
}

impl Start {
    fn new(at: UnixMillis, seconds: u32) -> Self {
        let anchor = |uptime: u64, late: i64| Anchor {
            uptime: UptimeMillis(uptime),
            time: at.plus(i64::try_from(uptime).unwrap_or(i64::MAX)).plus(late),
        };
        let mut anchors = vec![anchor(ANCHOR_MS, 0)];
        if u64::from(seconds) * 1_000 > CORRECTION_AFTER_MS {
            anchors.push(anchor(CORRECTION_AFTER_MS, CORRECTION_MS));
        }
        Self { at, seconds, anchors }
    }

    /// The time of an uptime, by the anchors.
    fn time(&self, uptime: UptimeMillis) -> UnixMillis {
        vitals::place(&self.anchors, uptime).map_or(self.at, |placed| placed.at)
    }
}

/// The starts that cover `days` up to `now`.
pub(super) fn starts(seed: u64, now: UnixMillis, days: u32) -> Vec<Start> {
    let mut chance = Chance::new(seed, 0);
    let mut at = now.plus(-i64::from(days) * DAY_S * 1_000);
    let end = now.plus(-BEFORE_NOW_MS);
    let mut starts = Vec::new();
    loop {
        let left_s = end.since(at) / 1_000;
        let mut length_s = chance.between(6.5, 9.5) * DAY_S as f64;
        if left_s as f64 - length_s < 2.0 * DAY_S as f64 {
            length_s = left_s as f64;
        }
        // What the correction adds must not reach beyond the end.
        let seconds = whole(length_s).saturating_sub(3);
        if left_s <= 600 {
            return starts;
        }
        starts.push(Start::new(at, seconds));
        at = at.plus(i64::from(seconds) * 1_000 + CORRECTION_MS + RESTART_MS);
    }
}

/// A person's month: gives the seconds of one start after the other.
pub(super) struct Life {
    seed: u64,
    first_day: i64,
    days: u32,
    day: Day,
    chance: Chance,
    heart: f64,
    wander: f64,
    next_beat_ms: f64,
    last_beat_ms: Option<f64>,
    worn: Option<bool>,
    skin: f64,
    charge: f64,
    told_charge: Option<Percent>,
    pace: f64,
}

/// What one second is like.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Moment {
    activity: Activity,
    running: bool,
    worn: bool,
    clear: bool,
    target: f64,
}

impl Life {
    pub(super) fn new(seed: u64, now: UnixMillis, days: u32) -> Self {
        let first_day = local_day(now.plus(-i64::from(days) * DAY_S * 1_000));
        Self {
            seed,
            first_day,
            days,
            day: Day::default(),
            chance: Chance::new(seed, 1),
            heart: 66.0,
            wander: 0.0,
            next_beat_ms: 0.0,
            last_beat_ms: None,
            worn: None,
            skin: 33.0,
            charge: 80.0,
            told_charge: None,
            pace: 0.0,
        }
    }

    /// All records of one start, places and uptimes counted from its own beginning.
    pub(super) fn records<'a>(&'a mut self, start: &'a Start) -> impl Iterator<Item = Record> + use<'a> {
        self.next_beat_ms = 0.0;
        self.last_beat_ms = None;
        self.worn = None;
        self.told_charge = None;
        let mut seq = Seq(0);
        (1..=start.seconds).flat_map(move |second| {
            let uptime = UptimeMillis(u64::from(second) * 1_000);
            let mut records = self.second(uptime, start.time(uptime));
            for record in &mut records {
                record.seq = seq;
                seq = seq.next();
            }
            records
        })
    }

    fn second(&mut self, uptime: UptimeMillis, at: UnixMillis) -> heapless::Vec<Record, 2> {
        let moment = self.moment(at);
        let blank = Record { uptime, worn: moment.worn, activity: moment.activity, ..Record::default() };
        let mut records = heapless::Vec::new();
        if self.worn.is_some_and(|worn| worn != moment.worn) || (self.worn.is_none() && moment.worn) {
            let kind = if moment.worn { EventKind::Worn } else { EventKind::Removed };
            let _ = records.push(Record { event: Some(Event { kind, detail: 0 }), ..blank.clone() });
        }
        self.worn = Some(moment.worn);
        let mut record = blank;
        self.beat(&mut record, moment);
        self.rest(&mut record, moment, at);
        let _ = records.push(record);
        records
    }

    /// What the day's plan says of this moment.
    fn moment(&mut self, at: UnixMillis) -> Moment {
        let day = local_day(at);
        if self.day.number != day || self.day.walks.is_empty() {
            self.day = Day::new(self.seed, day, day - self.first_day, self.days);
        }
        let minute = (at.0.div_euclid(1_000) + ZONE_S).rem_euclid(DAY_S) as f64 / 60.0;
        let within = |spans: &[Span]| spans.iter().any(|span| span.holds(minute));
        let day = &self.day;
        let night = minute < day.up || minute >= day.bed;
        let (activity, running, target) = if night {
            (Activity::Asleep, false, 54.0)
        } else if day.run.is_some_and(|run| run.holds(minute)) {
            (Activity::Moving, true, 148.0)
        } else if within(&day.walks) {
            (Activity::Moving, false, 98.0)
        } else if day.racing.is_some_and(|racing| racing.holds(minute)) {
            (Activity::Still, false, 126.0)
        } else {
            (Activity::Still, false, 67.0)
        };
        let off = within(&day.off)
            || (minute < day.up && day.morning_off)
            || (minute >= day.bed && day.evening_off);
        // On the table it knows nothing of its wearer's sleep.
        let activity = if off { Activity::Still } else { activity };
        Moment { activity, running, worn: !off, clear: !within(&day.poor), target }
    }

    /// The heart's second: rate, beats, quality.
    fn beat(&mut self, record: &mut Record, moment: Moment) {
        self.wander = self.wander * 0.9995 + self.chance.normal() * 0.09;
        // Up within a quarter of a minute, down within one and a half.
        let slowness = if moment.target > self.heart { 18.0 } else { 90.0 };
        self.heart += (moment.target - self.heart) / slowness + self.chance.normal() * 0.12;
        let rate = (self.heart + self.wander).clamp(42.0, 190.0);

        let end_ms = record.uptime.0 as f64;
        if self.next_beat_ms < end_ms - 1_000.0 {
            self.next_beat_ms = end_ms - 1_000.0;
        }
        let felt = moment.worn && moment.clear;
        let asleep = moment.activity == Activity::Asleep;
        let (breath_ms, depth) = if asleep { (4_600.0, 0.045) } else { (4_000.0, 0.025) };
        while self.next_beat_ms < end_ms {
            let beat = self.next_beat_ms;
            if let Some(before) = self.last_beat_ms.filter(|_| felt) {
                let _ = record.rr.push(RrMillis(u16::try_from(whole(beat - before)).unwrap_or(u16::MAX)));
            }
            // The beats that nobody felt leave no interval behind.
            self.last_beat_ms = felt.then_some(beat);
            let breath =
                libm::sinf((beat / breath_ms * core::f64::consts::TAU % core::f64::consts::TAU) as f32);
            let calm = (90.0 / rate).min(1.0);
            let factor = 1.0 + f64::from(breath) * depth * calm + self.chance.normal() * 0.008 * calm;
            self.next_beat_ms = (beat + 60_000.0 / rate * factor).round();
        }
        if !moment.worn {
            return;
        }
        let quality = if !moment.clear {
            self.chance.between(8.0, 45.0)
        } else if moment.running {
            self.chance.between(55.0, 80.0)
        } else if moment.activity == Activity::Moving {
            self.chance.between(62.0, 88.0)
        } else {
            self.chance.between(88.0, 99.0)
        };
        record.quality = Quality(u8::try_from(whole(quality)).unwrap_or(100));
        if moment.clear {
            record.heart_rate = Some(Bpm(u16::try_from(whole(rate + 0.5)).unwrap_or(0)));
        } else if quality > 30.0 {
            let astray = rate + self.chance.normal() * 9.0;
            record.heart_rate = Some(Bpm(u16::try_from(whole(astray.max(35.0))).unwrap_or(0)));
        } else {
            record.quality = Quality(0);
        }
    }

    /// Everything but the heart.
    fn rest(&mut self, record: &mut Record, moment: Moment, at: UnixMillis) {
        let second = record.uptime.0 / 1_000;
        let minute = (at.0.div_euclid(1_000) + ZONE_S).rem_euclid(DAY_S) as f64 / 60.0;
        let asleep = moment.activity == Activity::Asleep;
        if second.is_multiple_of(10) && moment.worn && moment.clear && moment.activity != Activity::Moving {
            let dip = self.day.dip.is_some_and(|dip| dip.holds(minute));
            let around = if dip {
                91.6
            } else if asleep {
                96.7
            } else {
                97.7
            };
            let spo2 = (around + self.chance.normal() * 0.6).round().clamp(85.0, 100.0);
            record.spo2 = u8::try_from(whole(spo2)).ok().map(Percent);
        }
        let warm = if asleep { 34.6 + self.day.fever } else { 33.0 };
        let warm = if moment.running { 31.8 } else { warm };
        self.skin += (warm - self.skin) / 900.0;
        if second.is_multiple_of(30) && moment.worn {
            record.skin_temperature = CentiCelsius::from_celsius(self.skin + self.chance.normal() * 0.03);
        }
        // Three days on one charge; charged within the hour in which it lies on the table.
        self.charge =
            if moment.worn { self.charge - 100.0 / 259_200.0 } else { self.charge + 100.0 / 4_500.0 };
        self.charge = self.charge.clamp(4.0, 100.0);
        let charge = u8::try_from(whole(self.charge)).ok().map(Percent);
        if charge != self.told_charge {
            self.told_charge = charge;
            record.battery = charge;
        }
        if moment.activity == Activity::Moving && moment.worn {
            let cadence = if moment.running { 2.65 } else { 1.75 };
            self.pace += cadence + self.chance.normal() * 0.05;
            let steps = whole(self.pace);
            self.pace -= f64::from(steps);
            record.steps = Steps(u16::try_from(steps).unwrap_or(0));
        }
    }
}

/// From one minute of the day up to another.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Span {
    from: f64,
    to: f64,
}

impl Span {
    fn holds(self, minute: f64) -> bool {
        (self.from..self.to).contains(&minute)
    }
}

/// One day's plan, in minutes after local midnight.
#[derive(Clone, Debug, Default)]
struct Day {
    number: i64,
    up: f64,
    bed: f64,
    walks: Vec<Span>,
    run: Option<Span>,
    off: Vec<Span>,
    morning_off: bool,
    evening_off: bool,
    poor: Vec<Span>,
    racing: Option<Span>,
    dip: Option<Span>,
    fever: f64,
}

impl Day {
    /// The plan of the `index`-th day of `days`.
    fn new(seed: u64, number: i64, index: i64, days: u32) -> Self {
        let mut chance = Chance::new(seed, 1_000 + number.unsigned_abs());
        let up = chance.between(390.0, 430.0);
        let bed = chance.between(1_345.0, 1_395.0);
        let span = |chance: &mut Chance, from: f64, to: f64, shortest: f64, longest: f64| {
            let from = chance.between(from, to);
            Span { from, to: from + chance.between(shortest, longest) }
        };
        let walks = (0..6).map(|_| span(&mut chance, up + 70.0, bed - 60.0, 4.0, 25.0)).collect();
        let run = (number.rem_euclid(7) % 2 == 1).then(|| span(&mut chance, 1_050.0, 1_110.0, 30.0, 50.0));
        let washing = span(&mut chance, up + 5.0, up + 25.0, 35.0, 60.0);
        let stretches = 2 + whole(chance.between(0.0, 4.0));
        let poor = (0..stretches).map(|_| span(&mut chance, 0.0, 1_430.0, 1.0, 10.0)).collect();
        // Night number n lies between the evening of day n - 1 and the morning of day n.
        let off = |night: i64| [3, 9, 14, 20, 26].contains(&(night + 31 - i64::from(days.min(31))));
        let odd = |from_the_end: i64| index == i64::from(days) - from_the_end;
        Self {
            number,
            up,
            bed,
            walks,
            run,
            off: vec![washing],
            morning_off: off(index),
            evening_off: off(index + 1),
            poor,
            racing: odd(5).then_some(Span { from: 905.0, to: 911.0 }),
            dip: odd(8).then_some(Span { from: 185.0, to: 195.0 }),
            fever: if odd(2) { 1.3 } else { 0.0 },
        }
    }
}

/// Chance from a seed: the same on every machine and with every version of the libraries.
struct Chance(ChaCha8Rng);

impl Chance {
    fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }

    /// 0 to 1.
    fn unit(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / f64::from(u32::MAX)
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + self.unit() * (high - low)
    }

    /// About normal, with standard deviation 1: the sum of the bytes of one word, which is enough for a life.
    fn normal(&mut self) -> f64 {
        let sum: u32 = self.0.next_u32().to_le_bytes().map(u32::from).iter().sum();
        // Four uniform bytes: mean 510, variance 4 · (256² − 1) / 12.
        (f64::from(sum) - 510.0) / 147.8
    }
}

fn local_day(at: UnixMillis) -> i64 {
    (at.0.div_euclid(1_000) + ZONE_S).div_euclid(DAY_S)
}

/// The whole part; 0 for what is negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float's cast saturates")]
fn whole(value: f64) -> u32 {
    value as u32
}

#[cfg(test)]
mod tests {
    use super::{Life, starts};
    use vitals::{Activity, Record, Seq, UnixMillis};

    const NOW: UnixMillis = UnixMillis(1_800_000_000_000);

    /// Each start's records with their times.
    fn month(seed: u64, days: u32) -> Vec<Vec<(UnixMillis, Record)>> {
        let mut life = Life::new(seed, NOW, days);
        let of = |start| {
            let records: Vec<Record> = life.records(start).collect();
            records.into_iter().map(|record| (start.time(record.uptime), record)).collect()
        };
        starts(seed, NOW, days).iter().map(of).collect()
    }

    #[test]
    fn month_has_no_hole_and_ends_before_now() {
        let month = month(1, 30);
        assert!(month.len() > 2, "several starts");
        for records in &month {
            for (index, pair) in records.windows(2).enumerate() {
                let [(before, one), (after, two)] = pair else { panic!("two") };
                assert_eq!(one.seq, Seq(u32::try_from(index).unwrap()));
                assert!(one.uptime <= two.uptime && before <= after);
                assert!(after.since(*before) <= 1_000 + super::CORRECTION_MS, "a hole at {before}");
            }
        }
        for pair in month.windows(2) {
            let hole = pair[1][0].0.since(pair[0].last().unwrap().0);
            assert!((1..120_000).contains(&hole), "{hole} ms between two starts");
        }
        let end = NOW.since(month.last().unwrap().last().unwrap().0);
        assert!((1..60_000).contains(&end), "ends {end} ms before now");
        let count: usize = month.iter().map(Vec::len).sum();
        assert!((2_590_000..2_593_000).contains(&count), "{count} records");
    }

    #[test]
    fn same_seed_gives_the_same_month() {
        assert_eq!(month(7, 3), month(7, 3));
        assert_ne!(month(7, 3), month(8, 3));
    }

    #[test]
    fn beats_and_rate_tell_the_same() {
        let (mut seconds, mut rr_ms, mut beats) = (0.0, 0.0, 0.0);
        for (_, record) in month(1, 5).iter().flatten().filter(|(_, record)| record.quality.is_good()) {
            seconds += 1.0;
            rr_ms += record.rr.iter().map(|rr| f64::from(rr.0)).sum::<f64>();
            beats += f64::from(record.heart_rate.unwrap().0) / 60.0;
            assert!(record.worn);
        }
        assert!((rr_ms / 1_000.0 / seconds - 1.0).abs() < 0.01, "the intervals fill the time");
        let counted: usize = month(1, 5).iter().flatten().map(|(_, record)| record.rr.len()).sum();
        assert!((counted as f64 / beats - 1.0).abs() < 0.02, "as many beats as the rate says");
    }

    #[test]
    fn what_was_not_worn_measured_nothing() {
        let month = month(1, 30);
        let (off, on): (Vec<_>, Vec<_>) =
            month.iter().flatten().map(|(_, record)| record).partition(|record| !record.worn);
        assert!(off.len() > 100_000);
        for record in off {
            let vitals = (record.heart_rate, record.spo2, record.skin_temperature);
            assert_eq!((vitals, record.rr.len(), record.steps.0), ((None, None, None), 0, 0));
        }
        let sleeping = on.iter().filter(|record| record.activity == Activity::Asleep).count();
        assert!(sleeping > 600_000, "{sleeping} s asleep");
        let steps: u32 = on.iter().map(|record| u32::from(record.steps.0)).sum();
        assert!((150_000..500_000).contains(&steps), "{steps} steps");
        assert!(on.iter().filter_map(|r| r.heart_rate).all(|bpm| (35..180).contains(&bpm.0)));
    }
}
