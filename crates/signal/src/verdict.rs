//! Which heart rate to tell: the belief finds it through motion and noise, the beats place it more finely, and when the
//! rhythm is irregular (atrial fibrillation, many early beats) only the beats know it, for the spectrum has no line then.

use core::f32::consts::LN_2;

use crate::Estimate;
use crate::math::{log2, logistic};
use crate::pulse::Rhythm;
use crate::tracker::Believed;

/// Beats that differ from the belief by less refine it, bpm.
const NEAR_BPM: f32 = 4.0;
/// Share of the time that intervals must cover for the beats to speak.
const COVERED: f32 = 0.6;
/// Scatter of the intervals that is no regular rhythm's, and scatter that is no heart's but noise.
const IRREGULAR: core::ops::Range<f32> = 0.08..0.4;
/// Beats further from the belief than this share are noise all the same.
const FAR: f32 = 0.3;
/// A rhythm is irregular when it was for half of this time, s: one early beat or a moment's noise is not.
const MEMORY_S: f32 = 40.0;
/// Belief in a rate counted from an irregular rhythm: on people left out, such rates were right so often.
const IRREGULAR_CONFIDENCE: f32 = 0.85;

/// Told rates remembered, to see how far the rate has wandered: seven seconds before the present one.
const TOLD: usize = 7;
/// How likely a believed rate is right within 5 bpm, as a logistic sum: what a unit of the belief's log odds, of ln(1 + bpm
/// wandered) and of bpm weighs, and the constant. Fitted to all told rates of the recordings in `docs/accuracy.md`.
const SURE: [f32; 4] = [0.780, -0.770, 0.0212, -1.061];
/// Beliefs beyond these say nothing more.
const ODDS: [f32; 2] = [0.02, 0.999];

/// Remembers what was told, and whether the rhythm has been irregular of late.
#[derive(Clone, Copy, Debug, Default)]
pub struct Verdict {
    irregularity: f32,
    told: [Option<f32>; TOLD],
    at: usize,
}

impl Verdict {
    /// Once a second: the rate to tell; `rhythm` only while the arm is still.
    pub fn settle(&mut self, believed: Believed, rhythm: Option<Rhythm>) -> Estimate {
        let (value, irregular) = self.choose(believed, rhythm);
        let wandered = self.told.iter().flatten().map(|told| (told - value).abs()).fold(0.0, f32::max);
        self.told[self.at] = Some(value);
        self.at = (self.at + 1) % TOLD;
        let confidence =
            if irregular { IRREGULAR_CONFIDENCE } else { sure(believed.belief, wandered, value) };
        Estimate { value, confidence }
    }

    /// The rate, and whether it is an irregular rhythm's, counted.
    fn choose(&mut self, believed: Believed, rhythm: Option<Rhythm>) -> (f32, bool) {
        let Some(rhythm) = rhythm.filter(|r| r.coverage > COVERED) else { return (believed.bpm, false) };
        let not_noise = (rhythm.bpm / believed.bpm - 1.0).abs() < FAR;
        let irregular = not_noise && IRREGULAR.contains(&rhythm.scatter);
        self.irregularity += (f32::from(u8::from(irregular)) - self.irregularity) / MEMORY_S;
        if (rhythm.bpm - believed.bpm).abs() < NEAR_BPM {
            (rhythm.bpm, false)
        } else if self.irregularity > 0.5 && not_noise {
            (rhythm.bpm, true)
        } else {
            (believed.bpm, false)
        }
    }
}

/// The chance that a rate is right within 5 bpm. While it wanders, eight seconds hold several rates, and the belief lags.
fn sure(belief: f32, wandered: f32, bpm: f32) -> f32 {
    let belief = belief.clamp(ODDS[0], ODDS[1]);
    let odds = log2(belief / (1.0 - belief)) * LN_2;
    let wandered = log2(1.0 + wandered) * LN_2;
    logistic(SURE[0] * odds + SURE[1] * wandered + SURE[2] * bpm + SURE[3])
}
