//! Somebody's days, second by second, as the recorder would write them: for sizes, not for medicine.

use super::flash::Dice;
use std::f64::consts::TAU;
use vitals::{
    Activity, Bpm, CentiCelsius, Event, EventKind, Percent, Quality, Record, RrMillis, Seq, Steps,
    UptimeMillis,
};

const DAY: u64 = 86_400;

/// Sleeps from 23 to 7, walks ten minutes an hour, runs at 18:00, takes the bracelet off for half an hour a day.
#[derive(Clone, Debug)]
pub struct Wearer {
    dice: Dice,
    second: u64,
    uptime: u64,
    /// When the last beat was, in seconds.
    beat: f64,
    heart_rate: f64,
    quality: f64,
    skin: f64,
    battery: u8,
}

impl Wearer {
    pub fn new(seed: u64) -> Self {
        let dice = Dice(seed.max(1));
        Self {
            dice,
            second: 9 * 3_600,
            uptime: 1_250,
            beat: 9.0 * 3_600.0,
            heart_rate: 75.0,
            quality: 90.0,
            skin: 3_320.0,
            battery: 100,
        }
    }

    fn rr(&mut self, asleep: bool) -> heapless::Vec<RrMillis, { vitals::MAX_RR }> {
        let mut rr = heapless::Vec::new();
        let now = self.second as f64;
        // Breathing moves the heart (a quarter hertz), and each beat varies by itself: RMSSD some 40 ms, asleep 60.
        let variation = if asleep { 0.034 } else { 0.022 };
        loop {
            let breath = 1.0 + 0.035 * (now * TAU / 4.1).sin();
            let interval = 60.0 / self.heart_rate * breath + self.dice.normal() * variation;
            if self.beat + interval > now || rr.is_full() {
                return rr;
            }
            self.beat += interval;
            let _ = rr.push(RrMillis((interval * 1_000.0) as u16));
        }
    }
}

impl Iterator for Wearer {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        self.second += 1;
        let second = self.second;
        let of_day = second % DAY;
        // The sampling loop closes a second when its samples are in: a few milliseconds early or late.
        self.uptime = self.uptime.saturating_add_signed(1_000 + (self.dice.normal() * 3.0) as i64);
        let hour = of_day / 3_600;
        let asleep = !(7..23).contains(&hour);
        let running = hour == 18;
        let moving = running || (!asleep && of_day % 3_600 < 600);
        let worn = !(72_000..73_800).contains(&of_day);
        let aim = if running {
            145.0
        } else if moving {
            98.0
        } else if asleep {
            58.0
        } else {
            74.0
        };
        self.heart_rate += (aim - self.heart_rate) * 0.02 + self.dice.normal() * 0.5;
        let aim = if moving { 70.0 } else { 92.0 };
        self.quality =
            (self.quality + (aim - self.quality) * 0.1 + self.dice.normal() * 2.0).clamp(0.0, 100.0);
        self.skin += (3_350.0 - self.skin) * 0.001 + self.dice.normal() * 1.5;
        let mut record = Record {
            seq: Seq(0),
            uptime: UptimeMillis(self.uptime),
            worn,
            activity: if asleep {
                Activity::Asleep
            } else if moving {
                Activity::Moving
            } else {
                Activity::Still
            },
            ..Record::default()
        };
        if worn {
            record.rr = self.rr(asleep);
            record.heart_rate = Some(Bpm(self.heart_rate as u16));
            record.quality = Quality(self.quality as u8);
            record.spo2 = second
                .is_multiple_of(10)
                .then(|| Percent((97.0 + self.dice.normal() * 0.7).min(100.0) as u8));
            let pace = if running { 2.7 } else { 1.8 };
            record.steps = Steps(if moving { (pace + self.dice.share()) as u16 } else { 0 });
        } else {
            self.beat = second as f64;
        }
        if second.is_multiple_of(30) {
            record.skin_temperature = Some(CentiCelsius(self.skin as i16 / 2 * 2));
        }
        if second.is_multiple_of(2_400) {
            self.battery = if self.battery < 10 { 100 } else { self.battery - 1 };
            record.battery = Some(Percent(self.battery));
        }
        let event = |kind| Some(Event { kind, detail: 0 });
        match of_day {
            72_000 => record.event = event(EventKind::Removed),
            73_800 => record.event = event(EventKind::Worn),
            _ if self.dice.below(20_000) == 0 => record.event = event(EventKind::Button),
            _ => {}
        }
        Some(record)
    }
}
