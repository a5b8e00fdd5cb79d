//! The newest value of each metric of one source, with the time at which it was measured: what Home shows.

use vitals::{Activity, Bpm, CentiCelsius, Percent, Quality, Reading, UnixMillis};

/// A value and when it was measured, by the computer's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timed<T> {
    /// The value.
    pub value: T,
    /// When it was measured.
    pub at: UnixMillis,
}

impl<T> Timed<T> {
    /// A value measured at that time.
    pub fn new(value: T, at: UnixMillis) -> Self {
        Self { value, at }
    }
}

/// One live line in the engine's terms: what is known of one instant. Implausible values are already left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveLine {
    /// When it was measured, by the computer's clock.
    pub at: UnixMillis,
    /// Heart rate.
    pub heart_rate: Option<Bpm>,
    /// Oxygen saturation.
    pub spo2: Option<Percent>,
    /// Skin temperature.
    pub skin_temperature: Option<CentiCelsius>,
    /// Today's steps, as the bracelet counts them.
    pub steps: Option<u32>,
    /// Battery charge.
    pub battery: Option<Percent>,
    /// How sure the heart rate is.
    pub quality: Quality,
    /// Whether it is on a wrist; none where the source does not tell.
    pub worn: Option<bool>,
    /// What the wearer does; none where the source does not tell.
    pub activity: Option<Activity>,
}

impl LiveLine {
    /// What status and alerts judge. A source that tells nothing of wrist and motion is taken as worn and still.
    #[must_use]
    pub fn reading(&self) -> Reading {
        Reading {
            at: self.at,
            heart_rate: self.heart_rate,
            spo2: self.spo2,
            skin_temperature: self.skin_temperature,
            quality: self.quality,
            worn: self.worn.unwrap_or(true),
            activity: self.activity.unwrap_or_default(),
        }
    }
}

/// The newest value of each metric.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Newest {
    /// The newest trustworthy heart rate.
    pub heart_rate: Option<Timed<Bpm>>,
    /// How sure the newest heart rate was, trustworthy or not.
    pub quality: Option<Timed<Quality>>,
    /// Oxygen saturation.
    pub spo2: Option<Timed<Percent>>,
    /// Skin temperature.
    pub skin_temperature: Option<Timed<CentiCelsius>>,
    /// Today's steps by the bracelet's own count.
    pub steps: Option<Timed<u32>>,
    /// Battery charge.
    pub battery: Option<Timed<Percent>>,
    /// Whether it is on a wrist.
    pub worn: Option<Timed<bool>>,
    /// What the wearer does.
    pub activity: Option<Timed<Activity>>,
    /// When the last live line came.
    pub line: Option<UnixMillis>,
    /// When the last beat was.
    pub beat: Option<UnixMillis>,
}

impl Newest {
    /// Takes what a live line says. A heart rate of poor quality is not taken: it is neither shown nor judged.
    pub fn take(&mut self, line: &LiveLine) {
        let at = line.at;

        self.line = Some(at);
        self.quality = Some(Timed::new(line.quality, at));
        self.heart_rate = line
            .heart_rate
            .filter(|_| line.quality.is_good())
            .map(|value| Timed::new(value, at))
            .or(self.heart_rate);
        self.spo2 = line.spo2.map(|value| Timed::new(value, at)).or(self.spo2);
        self.skin_temperature =
            line.skin_temperature.map(|value| Timed::new(value, at)).or(self.skin_temperature);
        self.steps = line.steps.map(|value| Timed::new(value, at)).or(self.steps);
        self.battery = line.battery.map(|value| Timed::new(value, at)).or(self.battery);
        self.worn = line.worn.map(|value| Timed::new(value, at)).or(self.worn);
        self.activity = line.activity.map(|value| Timed::new(value, at)).or(self.activity);
    }

    /// Takes what is newer in `stored`: after a start, or for what live lines do not tell.
    pub fn fill(&mut self, stored: &Self) {
        fn newer<T: Copy>(known: Option<Timed<T>>, stored: Option<Timed<T>>) -> Option<Timed<T>> {
            match (known, stored) {
                (Some(known), Some(stored)) if stored.at > known.at => Some(stored),
                (known, stored) => known.or(stored),
            }
        }
        self.heart_rate = newer(self.heart_rate, stored.heart_rate);
        self.spo2 = newer(self.spo2, stored.spo2);
        self.skin_temperature = newer(self.skin_temperature, stored.skin_temperature);
        self.battery = newer(self.battery, stored.battery);
    }
}
