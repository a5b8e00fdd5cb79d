//! The sampling loop's one turn: reads the sensors, feeds the recorder, and knows what to do when a sensor does not answer.

use embedded_hal_async::i2c::I2c;
use signal::Sample;
use vitals::{Event, EventKind, UptimeMillis};

use crate::recorder::Recorder;
use crate::sensors::{Fault, Max30102, Mlx90614, Mpu6050, Sensor, SensorError, max30102, mpu6050};

/// How often the loop turns: a beat is on its way to the screen within this, and 32 samples of FIFO are six times as long.
pub const POLL_MS: u64 = 100;
/// How often the skin's temperature is taken.
pub const SKIN_EVERY_MS: u64 = 30_000;
/// A sensor that failed is started again after this.
pub const RETRY_MS: u64 = 2_000;

/// A sample's time in microseconds.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a constant of 20,000")]
const PERIOD_US: u64 = (1e6 / max30102::SAMPLE_RATE_HZ) as u64;

/// Whether a sensor works, and what was already told about it.
#[derive(Clone, Copy, Debug)]
struct Health {
    sensor: Sensor,
    running: bool,
    due: UptimeMillis,
    told: Option<Fault>,
}

impl Health {
    fn new(sensor: Sensor) -> Self {
        Self { sensor, running: false, due: UptimeMillis(0), told: None }
    }

    fn must_start(&self, now: UptimeMillis) -> bool {
        !self.running && now >= self.due
    }

    fn well(&mut self) {
        self.told = None;
    }

    /// One event for each new fault, not one for each try.
    fn failed<E>(&mut self, now: UptimeMillis, error: &SensorError<E>, recorder: &mut Recorder) {
        let fault = Fault::of(self.sensor, error);
        if self.told != Some(fault) {
            self.told = Some(fault);
            recorder.event(Event { kind: EventKind::SensorFault, detail: fault.detail() });
        }
        if !matches!(error, SensorError::Overflow) {
            self.running = false;
            self.due = UptimeMillis(now.0 + RETRY_MS);
        }
    }
}

/// The sensors and their health.
pub struct Sampling {
    optical: Max30102,
    motion: Mpu6050,
    thermometer: Mlx90614,
    light: Health,
    shake: Health,
    warmth: Health,
    /// When the newest sample of light was taken, microseconds of uptime.
    newest_us: u64,
}

impl Default for Sampling {
    fn default() -> Self {
        Self {
            optical: Max30102,
            motion: Mpu6050,
            thermometer: Mlx90614,
            light: Health::new(Sensor::Optical),
            shake: Health::new(Sensor::Motion),
            warmth: Health::new(Sensor::Thermometer),
            newest_us: 0,
        }
    }
}

impl Sampling {
    /// Reads what the sensors have gathered; to be called every [`POLL_MS`].
    pub async fn poll<I: I2c>(&mut self, bus: &mut I, now: UptimeMillis, recorder: &mut Recorder) {
        let motion = self.read_motion(bus, now, recorder).await;
        self.read_light(bus, now, &motion, recorder).await;
        self.read_skin(bus, now, recorder).await;
    }

    async fn read_motion<I: I2c>(
        &mut self,
        bus: &mut I,
        now: UptimeMillis,
        recorder: &mut Recorder,
    ) -> heapless::Vec<mpu6050::AccelG, { mpu6050::BATCH }> {
        if self.shake.must_start(now) {
            match self.motion.start(bus).await {
                Ok(()) => self.shake.running = true,
                Err(error) => self.shake.failed(now, &error, recorder),
            }
        } else if self.shake.running {
            match self.motion.drain(bus).await {
                Ok(motion) => {
                    self.shake.well();
                    return motion;
                }
                Err(error) => self.shake.failed(now, &error, recorder),
            }
        }
        heapless::Vec::new()
    }

    async fn read_light<I: I2c>(
        &mut self,
        bus: &mut I,
        now: UptimeMillis,
        motion: &[mpu6050::AccelG],
        recorder: &mut Recorder,
    ) {
        if self.light.must_start(now) {
            match self.optical.start(bus).await {
                Ok(()) => {
                    self.light.running = true;
                    self.missed(now, 0, recorder);
                }
                Err(error) => self.light.failed(now, &error, recorder),
            }
            return;
        }
        if !self.light.running {
            return;
        }
        let drained = match self.optical.drain(bus).await {
            Ok(drained) => drained,
            Err(error) => return self.light.failed(now, &error, recorder),
        };
        let count = drained.samples.len() as u64;
        if count == 0 {
            return;
        }
        // The newest sample is up to one period old, half of one on average. A FIFO that ran over kept its oldest instead.
        let newest_us = match drained.lost {
            0 => (now.0 * 1_000).saturating_sub(PERIOD_US / 2),
            _ => self.newest_us + count * PERIOD_US,
        };
        for (index, light) in (0..count).zip(&drained.samples) {
            let at = UptimeMillis(newest_us.saturating_sub((count - 1 - index) * PERIOD_US) / 1_000);
            // Two clocks: where their counts differ, a sample of motion is used twice or left out.
            let acc_g = motion.get(index as usize * motion.len() / drained.samples.len()).copied();
            recorder.sample(at, &Sample { red: Some(light.red as f32), ir: light.infrared as f32, acc_g });
        }
        if drained.lost == 0 {
            self.newest_us = newest_us;
            self.light.well();
        } else {
            self.missed(now, count, recorder);
            let overflow: SensorError<I::Error> = SensorError::Overflow;
            self.light.failed(now, &overflow, recorder);
        }
    }

    /// Tells of the samples that should have come since the newest one, beyond the `came` that did. By time: the chip stops
    /// counting at 31.
    fn missed(&mut self, now: UptimeMillis, came: u64, recorder: &mut Recorder) {
        let due = (now.0 * 1_000).saturating_sub(self.newest_us) / PERIOD_US;
        recorder.missing(now, u32::try_from(due.saturating_sub(came)).unwrap_or(u32::MAX));
        self.newest_us = now.0 * 1_000;
    }

    async fn read_skin<I: I2c>(&mut self, bus: &mut I, now: UptimeMillis, recorder: &mut Recorder) {
        // Off the wrist it would see the room.
        if now < self.warmth.due || !recorder.now().worn {
            return;
        }
        match self.thermometer.skin(bus).await {
            Ok(skin) => {
                self.warmth.well();
                self.warmth.due = UptimeMillis(now.0 + SKIN_EVERY_MS);
                recorder.skin(now, skin);
            }
            Err(error) => self.warmth.failed(now, &error, recorder),
        }
    }
}
