//! From samples to records: every sample goes through the signal chain, every second becomes one record.
//!
//! No clock and no bus here: time and values are passed in, so that the same seconds can be replayed in a test.

use signal::{Chain, Config, Estimate, Out, Sample, Update};
use vitals::{
    Activity, Bpm, CentiCelsius, Event, EventKind, MAX_RR, Percent, Quality, Record, RrMillis, Steps,
    UptimeMillis,
};

/// Between two records.
pub const SECOND_MS: u64 = 1_000;
/// Oxygen is recorded at most this often.
pub const SPO2_EVERY_MS: u64 = 10_000;
/// The chain's last word holds so long: it speaks about once a second, on the sensor's clock instead of ours.
const UPDATE_HOLDS_MS: u64 = 1_500;
/// Up to so many missing samples (2 s) the chain is told of; after more it begins anew.
const MAX_BRIDGED: u32 = 100;
/// Charge at which `low_battery` is told, and above which it is armed again.
const LOW_BATTERY: (Percent, Percent) = (Percent(15), Percent(20));

/// What is known right now, for the live line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Now {
    /// Heart rate, if there is a pulse.
    pub heart_rate: Option<Bpm>,
    /// The last oxygen saturation and when it was measured.
    pub spo2: Option<(Percent, UptimeMillis)>,
    /// The last skin temperature and when it was measured.
    pub skin_temperature: Option<(CentiCelsius, UptimeMillis)>,
    /// Battery charge.
    pub battery: Option<Percent>,
    /// How sure the heart rate is.
    pub quality: Quality,
    /// Whether the bracelet is known to be on a wrist.
    pub worn: bool,
    /// What the wearer does.
    pub activity: Activity,
    /// The intervals that ended within the last second, oldest first.
    pub rr: heapless::Vec<RrMillis, MAX_RR>,
    /// When the last beat was.
    pub last_beat: Option<UptimeMillis>,
}

/// The records of one second: the events in records of their own, then the second itself.
pub type Second = heapless::Vec<Record, { MAX_EVENTS + 1 }>;

/// The most events of one second; further ones wait for the next.
pub const MAX_EVENTS: usize = 6;

/// Turns samples and readings into one record a second.
pub struct Recorder {
    config: Config,
    chain: Chain,
    update: Option<(UptimeMillis, Update)>,
    /// No sample is missing since.
    whole_since: UptimeMillis,
    now: Now,
    /// The last of `worn` and `removed` that was told: a silent sensor is neither.
    worn_told: bool,
    steps: u32,
    rr: heapless::Vec<RrMillis, MAX_RR>,
    events: heapless::Deque<Event, { 2 * MAX_EVENTS }>,
    /// Measured, and not yet in a record.
    spo2: Option<Percent>,
    skin: Option<CentiCelsius>,
    battery: Option<Percent>,
    spo2_due: UptimeMillis,
    low_battery_told: bool,
}

impl Recorder {
    /// A recorder for samples at the configured rate.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            chain: Chain::new(config),
            config,
            update: None,
            whole_since: UptimeMillis(0),
            now: Now::default(),
            worn_told: false,
            steps: 0,
            rr: heapless::Vec::new(),
            events: heapless::Deque::new(),
            spo2: None,
            skin: None,
            battery: None,
            spo2_due: UptimeMillis(0),
            low_battery_told: false,
        }
    }

    /// One sample of light and motion, taken `at`.
    pub fn sample(&mut self, at: UptimeMillis, sample: &Sample) {
        let Out { beat, update, .. } = self.chain.push(sample);
        if let Some(beat) = beat {
            let beat_at = at.0.saturating_sub(millis(beat.ago_s));
            self.now.last_beat = Some(UptimeMillis(beat_at));
            let rr = beat.rr_s.map(millis).filter(|rr| beat_at.saturating_sub(*rr) >= self.whole_since.0);
            if let Some(rr) = rr.and_then(|rr| u16::try_from(rr).ok()) {
                // More than fit are no heartbeats.
                let _ = self.rr.push(RrMillis(rr));
            }
        }
        if let Some(update) = update {
            self.updated(at, update);
        }
    }

    fn updated(&mut self, at: UptimeMillis, update: Update) {
        let worn = update.worn.value;
        self.now.worn = worn;
        if worn != self.worn_told {
            self.worn_told = worn;
            let kind = if worn { EventKind::Worn } else { EventKind::Removed };
            self.event(Event { kind, detail: 0 });
        }
        if update.fall.is_some() {
            self.event(Event { kind: EventKind::Fall, detail: 0 });
        }
        self.steps = self.steps.saturating_add(update.steps.value);
        if let Some(percent) = update.spo2.as_ref().and_then(percent) {
            self.spo2 = Some(percent);
            self.now.spo2 = Some((percent, at));
        }
        self.now.activity = match (update.moving, update.asleep) {
            (true, _) => Activity::Moving,
            (false, true) => Activity::Asleep,
            (false, false) => Activity::Still,
        };
        self.update = Some((at, update));
    }

    /// So many samples are missing, the last of them `at`: no interval is measured across the hole.
    pub fn missing(&mut self, at: UptimeMillis, samples: u32) {
        self.whole_since = at;
        if samples > MAX_BRIDGED {
            self.chain = Chain::new(self.config);
            self.update = None;
            return;
        }
        let lost = Sample { red: None, ir: f32::NAN, acc_g: None };
        for left in (0..samples).rev() {
            let before = millis(left as f32 / self.config.sample_rate_hz);
            self.sample(UptimeMillis(at.0.saturating_sub(before)), &lost);
        }
    }

    /// The skin's temperature, just measured.
    pub fn skin(&mut self, at: UptimeMillis, skin: CentiCelsius) {
        self.skin = Some(skin);
        self.now.skin_temperature = Some((skin, at));
    }

    /// The battery's charge; recorded when it changes.
    pub fn battery(&mut self, charge: Percent) {
        if self.now.battery != Some(charge) {
            self.now.battery = Some(charge);
            self.battery = Some(charge);
        }
        if charge <= LOW_BATTERY.0 && !self.low_battery_told {
            self.low_battery_told = true;
            self.event(Event { kind: EventKind::LowBattery, detail: charge.0 });
        } else if charge > LOW_BATTERY.1 {
            self.low_battery_told = false;
        }
    }

    /// Something happened.
    pub fn event(&mut self, event: Event) {
        // A storm of faults is told by its first ones, and leaves room for a fall.
        if event.kind != EventKind::SensorFault || self.events.len() < MAX_EVENTS {
            let _ = self.events.push_back(event);
        }
    }

    /// What is known at this moment.
    #[must_use]
    pub fn now(&self) -> &Now {
        &self.now
    }

    /// Closes a second: its records, without their places in the journal.
    pub fn close(&mut self, at: UptimeMillis) -> Second {
        let fresh = self.update.as_ref().filter(|(when, _)| at.0.saturating_sub(when.0) < UPDATE_HOLDS_MS);
        let heart_rate = fresh.and_then(|(_, update)| update.heart_rate.as_ref());
        self.now.heart_rate = heart_rate.map(bpm);
        self.now.quality = heart_rate.map(quality).unwrap_or_default();
        if fresh.is_none() {
            // Nothing is claimed of a second that no sensor saw.
            self.now.worn = false;
            self.now.activity = Activity::Still;
        }
        self.now.rr = core::mem::take(&mut self.rr);

        let mut second = Second::new();
        for _ in 0..MAX_EVENTS {
            let Some(event) = self.events.pop_front() else { break };
            let _ = second.push(Record { event: Some(event), ..self.blank(at) });
        }
        let spo2 = self.spo2.take().filter(|_| at >= self.spo2_due);
        if spo2.is_some() {
            self.spo2_due = UptimeMillis(at.0 + SPO2_EVERY_MS);
        }
        let steps = u16::try_from(self.steps).unwrap_or(u16::MAX);
        self.steps -= u32::from(steps);
        let _ = second.push(Record {
            heart_rate: self.now.heart_rate,
            spo2,
            skin_temperature: self.skin.take(),
            battery: self.battery.take(),
            steps: Steps(steps),
            quality: self.now.quality,
            rr: self.now.rr.clone(),
            ..self.blank(at)
        });
        second
    }

    fn blank(&self, at: UptimeMillis) -> Record {
        Record { uptime: at, worn: self.now.worn, activity: self.now.activity, ..Record::default() }
    }
}

/// Milliseconds, rounded; 0 for what is negative or not a number.
fn millis(seconds: f32) -> u64 {
    round(seconds * 1_000.0)
}

fn bpm(estimate: &Estimate) -> Bpm {
    Bpm(u16::try_from(round(estimate.value)).unwrap_or(u16::MAX))
}

fn percent(estimate: &Estimate) -> Option<Percent> {
    u8::try_from(round(estimate.value)).ok().map(Percent)
}

fn quality(estimate: &Estimate) -> Quality {
    Quality(u8::try_from(round(estimate.confidence * 100.0).min(100)).unwrap_or(100))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float's cast saturates")]
fn round(value: f32) -> u64 {
    (value + 0.5) as u64
}

#[cfg(test)]
mod tests {
    use super::Recorder;
    use signal::{Config, Sample};
    use vitals::{Event, EventKind, Percent, UptimeMillis};

    fn recorder() -> Recorder {
        Recorder::new(Config::new(50.0))
    }

    #[test]
    fn storm_of_faults_does_not_push_out_a_fall() {
        let mut recorder = recorder();
        (0..100).for_each(|_| recorder.event(Event { kind: EventKind::SensorFault, detail: 0x51 }));
        recorder.event(Event { kind: EventKind::Fall, detail: 0 });
        let told = [1_000, 2_000].map(|at| recorder.close(UptimeMillis(at)));
        let fell = |record: &&vitals::Record| record.event.is_some_and(|event| event.kind == EventKind::Fall);
        assert_eq!(told.iter().flatten().filter(fell).count(), 1);
        assert!(told.iter().flatten().count() <= 9);
    }

    #[test]
    fn low_battery_is_told_once_until_it_was_charged() {
        let mut recorder = recorder();
        let mut told = 0;
        for charge in [16, 15, 14, 15, 14, 20, 15, 21, 15] {
            recorder.battery(Percent(charge));
            let second = recorder.close(UptimeMillis(0));
            told += second.iter().filter(|record| record.event.is_some()).count();
            assert_eq!(second.last().and_then(|record| record.battery), Some(Percent(charge)));
        }
        assert_eq!(told, 2);
    }

    #[test]
    fn silence_records_nothing_measured() {
        let mut recorder = recorder();
        let nothing = Sample { red: Some(900.0), ir: 1_400.0, acc_g: None };
        for sample in 0..500_u64 {
            recorder.sample(UptimeMillis(sample * 20), &nothing);
            if sample % 50 == 49 {
                let second = recorder.close(UptimeMillis(sample * 20));
                let record = second.last().unwrap();
                assert_eq!(
                    (record.heart_rate, record.spo2, record.worn, record.quality.0),
                    (None, None, false, 0)
                );
            }
        }
    }
}
