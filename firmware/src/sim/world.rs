//! The world around the built-in bracelet: time, the wearer, and what is broken.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use super::noise;
use crate::panel::{Press, Wishes};
use crate::sensors::Sensor;

/// How a sensor misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It does not answer.
    Silent,
    /// A bit of what it answers is wrong.
    Garbled,
}

/// What the wearer sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Face {
    /// The message on the display; none: the resting face.
    pub text: Option<String>,
    /// The display's pixels; none: the resting face.
    pub screen: Option<lcd::Screen>,
    /// The light's brightness that was set last, percent.
    pub brightness: Option<u8>,
    /// Whether it makes itself found.
    pub finding: bool,
    /// The limits and the goal that it was told.
    pub wishes: Wishes,
}

/// Shared by the models and by whoever plays with them.
pub(super) struct World {
    pub(super) seed: u64,
    started: Instant,
    worn: AtomicBool,
    trouble: Mutex<[Option<Trouble>; 3]>,
    face: Mutex<Face>,
    presses: Mutex<VecDeque<Press>>,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            started: Instant::now(),
            worn: AtomicBool::new(true),
            trouble: Mutex::default(),
            face: Mutex::default(),
            presses: Mutex::default(),
        }
    }

    /// Seconds since the bracelet started.
    pub(super) fn now_s(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// When that was.
    pub(super) fn started(&self) -> Instant {
        self.started
    }

    pub(super) fn worn(&self) -> bool {
        self.worn.load(Ordering::Relaxed)
    }

    pub(super) fn wear(&self, worn: bool) {
        self.worn.store(worn, Ordering::Relaxed);
    }

    /// The skin under the bracelet: 33.5 °C, rising and falling by 0.3 in half an hour; the room without a wearer.
    pub(super) fn skin_celsius(&self) -> f64 {
        if !self.worn() {
            return 22.0;
        }
        let at = self.now_s();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole seconds")]
        let second = at as u64;
        33.5 + 0.3 * libm::sin(at * core::f64::consts::TAU / 1_800.0)
            + 0.02 * noise(self.seed ^ 0x7E40, second)
    }

    /// Full for three days: 1 % in 43 min.
    pub(super) fn charge(&self) -> u8 {
        let used = self.now_s() / 2_592.0;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 87")]
        let charge = (87.0 - used).max(3.0) as u8;
        charge
    }

    pub(super) fn trouble(&self, sensor: Sensor) -> Option<Trouble> {
        self.troubles().get(place(sensor)).copied().flatten()
    }

    pub(super) fn set_trouble(&self, sensor: Sensor, trouble: Option<Trouble>) {
        if let Some(slot) = self.troubles().get_mut(place(sensor)) {
            *slot = trouble;
        }
    }

    pub(super) fn face(&self) -> MutexGuard<'_, Face> {
        self.face.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn press(&self, press: Press) {
        self.presses().push_back(press);
    }

    pub(super) fn pressed(&self) -> Option<Press> {
        self.presses().pop_front()
    }

    fn presses(&self) -> MutexGuard<'_, VecDeque<Press>> {
        self.presses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn troubles(&self) -> MutexGuard<'_, [Option<Trouble>; 3]> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn place(sensor: Sensor) -> usize {
    match sensor {
        Sensor::Optical => 0,
        Sensor::Thermometer => 1,
        Sensor::Motion => 2,
    }
}
