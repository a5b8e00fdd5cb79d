//! The samples that are measured, as the build script played them.

use signal::Sample;

/// A sample in the tables: red, infrared and three axes, `f32` each.
const SAMPLE_BYTES: usize = 20;

/// Seconds that pass before measuring begins: the windows are full and the heart has been found.
pub const SETTLING_S: usize = 15;

/// One situation at one rate.
pub struct Scene {
    /// Samples a second.
    pub hz: u16,
    /// Whether the arm swings.
    pub moving: bool,
    bytes: &'static [u8],
}

impl Scene {
    /// Its samples in order.
    pub fn samples(&self) -> impl Iterator<Item = Sample> {
        self.bytes.chunks_exact(SAMPLE_BYTES).map(|row| {
            let mut numbers = row.chunks_exact(4).map(|b| b.try_into().map_or(0.0, f32::from_le_bytes));
            let mut next = || numbers.next().unwrap_or_default();
            Sample { red: Some(next()), ir: next(), acc_g: Some([next(), next(), next()]) }
        })
    }
}

macro_rules! scene {
    ($hz:literal, $moving:literal, $file:literal) => {
        Scene { hz: $hz, moving: $moving, bytes: include_bytes!(concat!(env!("OUT_DIR"), "/", $file)) }
    };
}

/// All of them.
pub const SCENES: [Scene; 6] = [
    scene!(25, false, "rest_25.f32"),
    scene!(25, true, "motion_25.f32"),
    scene!(50, false, "rest_50.f32"),
    scene!(50, true, "motion_50.f32"),
    scene!(100, false, "rest_100.f32"),
    scene!(100, true, "motion_100.f32"),
];
