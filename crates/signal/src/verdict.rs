//! Which heart rate to tell: the belief finds it through motion and noise, the beats place it more finely, and when the
//! rhythm is irregular (atrial fibrillation, many early beats) only the beats know it, for the spectrum has no line then.

use crate::Estimate;
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

/// Remembers whether the rhythm has been irregular of late.
#[derive(Clone, Copy, Debug, Default)]
pub struct Verdict {
    irregularity: f32,
}

impl Verdict {
    /// Once a second: the rate to tell; `rhythm` only while the arm is still.
    pub fn settle(&mut self, believed: Believed, rhythm: Option<Rhythm>) -> Estimate {
        let told = Estimate { value: believed.bpm, confidence: believed.belief };
        let Some(rhythm) = rhythm.filter(|r| r.coverage > COVERED) else { return told };
        let not_noise = (rhythm.bpm / believed.bpm - 1.0).abs() < FAR;
        let irregular = not_noise && IRREGULAR.contains(&rhythm.scatter);
        self.irregularity += (f32::from(u8::from(irregular)) - self.irregularity) / MEMORY_S;
        if (rhythm.bpm - believed.bpm).abs() < NEAR_BPM {
            Estimate { value: rhythm.bpm, ..told }
        } else if self.irregularity > 0.5 && not_noise {
            Estimate { value: rhythm.bpm, confidence: IRREGULAR_CONFIDENCE }
        } else {
            told
        }
    }
}
