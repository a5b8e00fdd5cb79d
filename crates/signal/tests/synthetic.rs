//! The chain on pulses of our own making: the truth is known, and whatever can go wrong on an arm does.

mod synth;

use signal::{Beat, Chain, Config, Sample, Update};
use synth::{Chance, Scene, play, steady};

struct Heard {
    beats: Vec<(f64, Beat)>,
    updates: Vec<(f64, Update)>,
}

fn listen(rate_hz: f64, samples: &[Sample]) -> Heard {
    let mut chain = Chain::new(Config::new(rate_hz as f32));
    let mut heard = Heard { beats: Vec::new(), updates: Vec::new() };
    for (i, sample) in samples.iter().enumerate() {
        let out = chain.push(sample);
        let now = i as f64 / rate_hz;
        heard.beats.extend(out.beat.map(|b| (now - f64::from(b.ago_s), b)));
        heard.updates.extend(out.update.map(|u| (now, u)));
    }
    heard
}

impl Heard {
    /// Heart rates told after `from_s`.
    fn rates(&self, from_s: f64) -> Vec<f32> {
        let late = self.updates.iter().filter(|(t, _)| *t >= from_s);
        late.filter_map(|(_, u)| u.heart_rate.map(|h| h.value)).collect()
    }

    /// Share of the rates after `from_s` within `off` of `bpm`.
    fn right(&self, from_s: f64, bpm: f64, off: f64) -> f64 {
        let rates = self.rates(from_s);
        rates.iter().filter(|&&r| (f64::from(r) - bpm).abs() <= off).count() as f64
            / rates.len().max(1) as f64
    }
}

#[test]
fn every_rate_from_slow_to_fast_is_found_at_rest() {
    for bpm in [42.0, 50.0, 60.0, 75.0, 90.0, 110.0, 130.0, 150.0, 175.0] {
        let scene = Scene { seed: bpm as u64, ..Scene::default() };
        let heard = listen(50.0, &play(scene, &steady(bpm, scene.seconds)));
        assert!(heard.right(10.0, bpm, 3.0) >= 0.95, "{bpm}: {:?}", heard.rates(10.0));
    }
}

#[test]
fn the_first_answer_comes_within_three_seconds_and_soon_is_right() {
    let mut right = 0;
    for seed in 0..20u64 {
        let bpm = 55.0 + 3.0 * seed as f64;
        let scene = Scene { seed: seed + 7, seconds: 12.0, ..Scene::default() };
        let heard = listen(50.0, &play(scene, &steady(bpm, 12.0)));
        let first = heard.updates.iter().find(|(_, u)| u.heart_rate.is_some()).unwrap().0;
        assert!(first <= 3.0, "first answer after {first} s");
        right += usize::from(heard.right(5.5, bpm, 5.0) >= 0.8);
    }
    assert!(right >= 17, "right soon in {right} of 20");
}

#[test]
fn beats_keep_their_places_between_the_samples() {
    for rate_hz in [25.0, 50.0, 100.0] {
        let scene = Scene { rate_hz, ..Scene::default() };
        let truth = steady(72.0, scene.seconds);
        let heard = listen(rate_hz, &play(scene, &truth));
        let off: Vec<f64> = heard
            .beats
            .iter()
            .skip(3)
            .map(|(t, _)| truth.iter().map(|b| t - b).min_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap())
            .collect();
        let usual = off.iter().sum::<f64>() / off.len() as f64;
        assert!(off.len() >= 42, "{} beats at {rate_hz} Hz", off.len());
        assert!(off.iter().all(|o| (o - usual).abs() < 0.02), "{rate_hz} Hz: {off:?}");
        assert!(heard.beats.iter().all(|(_, b)| b.ago_s < 0.6));
    }
}

#[test]
fn noise_lowers_the_confidence_before_the_answer_goes_wrong() {
    let at = |noise: f64| {
        let scene = Scene { noise, ..Scene::default() };
        let heard = listen(50.0, &play(scene, &steady(80.0, scene.seconds)));
        let late = heard.updates.iter().filter(|(t, _)| *t > 10.0).filter_map(|(_, u)| u.heart_rate);
        let sure: Vec<f32> = late.map(|h| h.confidence).collect();
        (heard.right(10.0, 80.0, 4.0), sure.iter().sum::<f32>() / sure.len() as f32)
    };
    let (clear, noisy, nothing) = (at(0.02), at(0.6), at(30.0));
    assert!(clear.0 >= 0.95 && noisy.0 >= 0.9, "{clear:?} {noisy:?}");
    assert!(clear.1 > 0.9 && nothing.1 < 0.7 && noisy.1 > nothing.1, "{clear:?} {noisy:?} {nothing:?}");
}

#[test]
fn a_walk_with_an_arm_stronger_than_the_pulse_does_not_become_the_heart() {
    for (bpm, cadence_hz) in [(82.0, 1.75), (96.0, 2.0), (128.0, 1.9), (150.0, 3.0)] {
        let scene = Scene { swing: 1.2, cadence_hz, seconds: 60.0, ..Scene::default() };
        let heard = listen(50.0, &play(scene, &steady(bpm, 60.0)));
        assert!(heard.right(20.0, bpm, 6.0) >= 0.8, "{bpm} at {cadence_hz}: {:?}", heard.rates(20.0));
        assert!(heard.updates.iter().skip(4).all(|(_, u)| u.moving));
        let steps: u32 = heard.updates.iter().map(|(_, u)| u.steps.value).sum();
        let truth = cadence_hz * 60.0;
        assert!((f64::from(steps) - truth).abs() < 0.1 * truth, "{steps} steps of {truth}");
    }
}

#[test]
fn early_beats_and_a_wholly_irregular_rhythm_keep_the_mean_rate() {
    let mut chance = Chance::new(5);
    let (mut t, mut wild, mut early) = (0.0, Vec::new(), Vec::new());
    while t < 122.0 {
        wild.push(t);
        t += 0.75 * (1.0 + 0.35 * (2.0 * chance.even() - 1.0));
    }
    for (i, beat) in steady(70.0, 120.0).into_iter().enumerate() {
        early.push(if i % 7 == 6 { beat - 0.3 } else { beat });
    }
    let scene = Scene { seconds: 120.0, ..Scene::default() };
    let heard = listen(50.0, &play(scene, &early));
    assert!(heard.right(10.0, 70.0, 5.0) > 0.9, "early beats: {:?}", heard.rates(10.0));
    let heard = listen(50.0, &play(scene, &wild));
    let off = |t: f64, value: f32| {
        let inside: Vec<f64> = wild.iter().copied().filter(|b| (t - 8.2..t - 0.2).contains(b)).collect();
        (60.0 * (inside.len() - 1) as f64 / (inside[inside.len() - 1] - inside[0]) - f64::from(value)).abs()
    };
    let late: Vec<_> = heard.updates.iter().filter(|(t, _)| *t > 60.0).collect();
    let right = late.iter().filter(|(t, u)| u.heart_rate.is_some_and(|h| off(*t, h.value) < 5.0)).count();
    assert!(right as f64 >= 0.85 * late.len() as f64, "irregular: {right} of {}", late.len());
}

#[test]
fn what_the_sensor_loses_or_clips_does_not_lose_the_heart() {
    let scene = Scene { seconds: 60.0, ..Scene::default() };
    let whole = play(scene, &steady(76.0, 60.0));
    let mut chance = Chance::new(3);
    let missing: Vec<Sample> = whole
        .iter()
        .map(|s| if chance.even() < 0.1 { Sample { ir: f32::NAN, red: None, ..*s } } else { *s })
        .collect();
    let clipped: Vec<Sample> = whole.iter().map(|s| Sample { ir: s.ir.max(118_000.0), ..*s }).collect();
    let mut loose = whole.clone();
    for (i, sample) in loose.iter_mut().enumerate() {
        // The strap gapes for half a second every four seconds: less light comes back, and hardly any pulse.
        if i % 200 < 25 {
            sample.ir = 80_000.0 + 0.1 * (sample.ir - 120_000.0);
        }
    }
    let mut lamp = whole.clone();
    for (i, sample) in lamp.iter_mut().enumerate() {
        // Someone switches a lamp on and off every five seconds, shining past the strap.
        sample.ir += if i / 250 % 2 == 0 { 0.0 } else { 4000.0 };
    }
    for (what, samples) in [("missing", missing), ("clipped", clipped), ("loose", loose), ("lamp", lamp)] {
        let heard = listen(50.0, &samples);
        assert!(heard.right(12.0, 76.0, 4.0) >= 0.85, "{what}: {:?}", heard.rates(12.0));
    }
}

#[test]
fn a_sensor_that_is_stuck_saturated_or_silent_tells_no_heart() {
    let scene = Scene { seconds: 20.0, ..Scene::default() };
    let on = play(scene, &steady(64.0, 20.0));
    let again = play(scene, &steady(98.0, 20.0));
    for dead in [f32::NAN, 262_143.0, 118_000.0] {
        let dead = vec![Sample { red: None, ir: dead, acc_g: Some([0.0, 0.0, 1.0]) }; 1000];
        let heard = listen(50.0, &[on.clone(), dead, again.clone()].concat());
        let quiet = |t: f64| (29.1..39.9).contains(&t);
        assert!(heard.updates.iter().all(|(t, u)| !quiet(*t) || (u.heart_rate, u.spo2) == (None, None)));
        assert!(heard.beats.iter().all(|(t, _)| !quiet(*t)));
        assert!(heard.right(48.0, 98.0, 4.0) > 0.9, "{:?}", heard.rates(48.0));
    }
    let silent = vec![Sample { red: None, ir: f32::NAN, acc_g: None }; 500];
    let mut chain = Chain::new(Config { worn_above_counts: f32::NEG_INFINITY, ..Config::new(50.0) });
    assert!(
        silent.iter().filter_map(|s| chain.push(s).update).all(|u| !u.worn.value && u.heart_rate.is_none())
    );
}

#[test]
fn asleep_is_a_long_stillness_with_a_quiet_heart_and_ends_with_stirring() {
    let night = |bpm: f64, stirs_from_s: f64| {
        let scene = Scene { rate_hz: 25.0, seconds: 1100.0, ..Scene::default() };
        let mut samples = play(scene, &steady(bpm, scene.seconds));
        for (i, sample) in samples.iter_mut().enumerate() {
            if i as f64 >= stirs_from_s * scene.rate_hz {
                sample.acc_g = Some([0.5 * (i as f32).sin(), 0.0, 1.0 + 0.5 * (i as f32 * 0.7).cos()]);
            }
        }
        let heard = listen(scene.rate_hz, &samples);
        let asleep = |from: f64, to: f64| {
            let mut then =
                heard.updates.iter().filter(|(t, _)| (from..to).contains(t)).map(|(_, u)| u.asleep);
            (then.clone().any(|a| a), then.all(|a| a))
        };
        [asleep(0.0, 890.0), asleep(920.0, 1000.0), asleep(1060.0, 1100.0)]
    };
    let (never, ever) = ((false, false), (true, true));
    assert_eq!(night(56.0, 1100.0), [never, ever, ever]);
    assert_eq!(night(56.0, 1000.0), [never, ever, never], "stirring wakes");
    assert_eq!(night(104.0, 1100.0), [never; 3], "a heart as fast as that is awake");
}

#[test]
fn a_sensor_that_is_wired_upside_down_finds_the_same_heart() {
    let scene = Scene::default();
    let samples = play(scene, &steady(71.0, scene.seconds));
    let over: Vec<Sample> = samples.iter().map(|s| Sample { ir: 240_000.0 - s.ir, ..*s }).collect();
    let (usual, over) = (listen(50.0, &samples), listen(50.0, &over));
    assert!(
        usual.right(8.0, 71.0, 2.0) >= 0.95 && over.right(8.0, 71.0, 2.0) >= 0.95,
        "{:?}",
        over.rates(8.0)
    );
    // Which way up it is must be found out first.
    assert!(over.beats.len() + 6 >= usual.beats.len(), "{} of {}", over.beats.len(), usual.beats.len());
}

#[test]
fn off_the_wrist_nothing_is_told_and_on_again_it_starts_afresh() {
    let scene = Scene { seconds: 20.0, ..Scene::default() };
    let on = play(scene, &steady(64.0, 20.0));
    let off = vec![Sample { red: Some(900.0), ir: 1500.0, acc_g: Some([0.0, 0.0, 1.0]) }; 500];
    let again = play(scene, &steady(98.0, 20.0));
    let heard = listen(50.0, &[on, off, again].concat());
    for (t, update) in &heard.updates {
        let worn = !(22.0..30.0).contains(t);
        assert!(
            worn || (!update.worn.value && update.heart_rate.is_none() && update.spo2.is_none()),
            "{t} s"
        );
    }
    assert!(heard.beats.iter().all(|(t, _)| !(21.5..30.0).contains(t)));
    assert!(heard.right(38.0, 98.0, 4.0) > 0.9);
    let back = heard.updates.iter().find(|(t, u)| *t > 30.5 && u.heart_rate.is_some()).unwrap().0;
    assert!(back < 34.5, "heart rate again after {back} s");
}

#[test]
fn saturation_follows_the_ratio_of_ratios() {
    for (ratio, percent) in [(0.45, 97.6), (0.7, 87.7), (1.0, 75.9)] {
        let scene = Scene { ratio, noise: 0.005, ..Scene::default() };
        let heard = listen(50.0, &play(scene, &steady(70.0, scene.seconds)));
        let told = heard.updates.last().unwrap().1.spo2.unwrap();
        assert!((f64::from(told.value) - percent).abs() < 2.5, "R {ratio}: {told:?}");
        assert!(told.confidence > 0.5);
    }
}

#[test]
fn a_blow_then_stillness_in_another_posture_is_a_fall_and_clapping_is_none() {
    let still = |t: f64| [0.0, (0.01 * (t * 7.0).sin()) as f32, 1.0];
    let run = |acc: &dyn Fn(f64) -> [f32; 3]| {
        let mut chain = Chain::new(Config::new(50.0));
        let at = |i: u32| f64::from(i) / 50.0;
        (0..1000)
            .filter(|&i| chain.push(&Sample { red: None, ir: 1e5, acc_g: Some(acc(at(i))) }).fall.is_some())
            .count()
    };
    let fall = run(&|t| match t {
        t if t < 8.0 => [0.1 * (t * 9.0).sin() as f32, 0.1 * (t * 5.0).cos() as f32, 1.0],
        t if t < 8.4 => [0.2, 0.1, 0.3],
        t if t < 8.5 => [3.0, 2.5, 2.0],
        t if t < 9.2 => [1.2, 0.4, -0.3 * (t * 30.0).sin() as f32],
        _ => [0.99, 0.05, 0.1],
    });
    let clapping = run(&|t| if (t * 2.0).fract() < 0.06 { [3.0, 0.0, 1.0] } else { still(t) });
    assert_eq!((fall, clapping, run(&still)), (1, 0, 0));
}

#[test]
fn the_harder_the_blow_the_surer_the_fall() {
    let told = |blow_g: f32| {
        let mut chain = Chain::new(Config::new(50.0));
        let samples = (0..1000u16).map(|i| match f32::from(i) / 50.0 {
            t if t < 8.0 => [0.1 * (t * 9.0).sin(), 0.1 * (t * 5.0).cos(), 1.0],
            t if t < 8.4 => [0.2, 0.1, 0.3],
            t if t < 8.5 => [0.68 * blow_g, 0.57 * blow_g, 0.46 * blow_g],
            t if t < 9.2 => [1.2, 0.4, -0.3 * (t * 30.0).sin()],
            t => [0.95, 0.1 + 0.05 * (t * 11.0).sin(), 0.3],
        });
        let mut falls = samples.filter_map(|acc| {
            chain.push(&Sample { red: None, ir: 1e5, acc_g: Some(acc) }).fall.map(|fall| fall.confidence)
        });
        falls.next()
    };
    let sure = [3.2, 3.8, 4.6, 6.0].map(|blow_g| told(blow_g).unwrap_or(0.0));
    assert!(sure.is_sorted_by(|a, b| a < b) && sure[0] > 0.0 && sure[0] < 0.6 && sure[3] > 0.8, "{sure:?}");
}

/// The mean confidence of the seconds with steps, and of those without, after the first ten.
fn sure_of_steps(samples: &[Sample]) -> (Option<f32>, Option<f32>) {
    let heard = listen(50.0, samples);
    let mean = |told: bool| {
        let late = heard.updates.iter().filter(|(t, _)| *t > 10.0).map(|(_, u)| u.steps);
        let sure: Vec<f32> = late.filter(|s| (s.value > 0) == told).map(|s| s.confidence).collect();
        (!sure.is_empty()).then(|| sure.iter().sum::<f32>() / sure.len() as f32)
    };
    (mean(true), mean(false))
}

#[test]
fn a_walk_is_surer_of_its_steps_than_shaking_hands_are() {
    let shaken = |acc: &dyn Fn(f64) -> f64| -> Vec<Sample> {
        let at = |i: u32| acc(f64::from(i) / 50.0) as f32;
        (0..2000).map(|i| Sample { red: None, ir: 1e5, acc_g: Some([0.2, 0.1, 1.0 + at(i)]) }).collect()
    };
    let walk = play(Scene { swing: 1.0, ..Scene::default() }, &steady(80.0, 40.0));
    let (walk, _) = sure_of_steps(&walk);
    // As fast as hands clap, and as regularly.
    let (clapping, _) = sure_of_steps(&shaken(&|t| 0.17 * (std::f64::consts::TAU * 3.4 * t).sin()));
    assert!(walk.unwrap() > 0.95 && clapping.unwrap() < 0.7, "{walk:?} {clapping:?}");
    // Shaking that does not repeat itself makes no steps, but less surely so than an arm that lies still.
    let (some, wild) =
        sure_of_steps(&shaken(&|t| 0.2 * (9.0 * t + 3.0 * (0.9 * t).sin() + 2.0 * (2.3 * t).sin()).sin()));
    let (_, still) = sure_of_steps(&shaken(&|_| 0.0));
    assert!(some.is_none() && wild.unwrap() < 0.95 && still == Some(1.0), "{some:?} {wild:?} {still:?}");
}

#[test]
fn worn_is_sure_with_a_pulse_unsure_without_and_least_when_the_contact_goes() {
    let scene = Scene { seconds: 60.0, ..Scene::default() };
    let on = play(scene, &steady(72.0, 60.0));
    let table = play(scene, &[]);
    let away: Vec<Sample> =
        (0..500).map(|i| Sample { red: None, ir: (1500 + i % 3) as f32, acc_g: None }).collect();
    let last = |samples: &[Sample]| listen(50.0, samples).updates.last().unwrap().1.worn;
    let (sure, unsure) = (last(&on), last(&table));
    assert!(sure.value && sure.confidence > 0.95, "{sure:?}");
    assert!(unsure.value && unsure.confidence < 0.75, "{unsure:?}");
    // The light has been away for half a second at the next update: still said to be worn, hardly believed.
    let going = last(&[&on[..2975], &away[..25]].concat());
    assert!(going.value && going.confidence < 0.6, "{going:?}");
    let gone = last(&[on, away].concat());
    assert!(!gone.value && gone.confidence > 0.9, "{gone:?}");
}

#[test]
fn the_answer_does_not_depend_on_the_sensor_s_gain_or_offset() {
    let scene = Scene::default();
    let samples = play(scene, &steady(83.0, scene.seconds));
    let always = Config { worn_above_counts: f32::NEG_INFINITY, ..Config::new(50.0) };
    let rates = |gain: f32, offset: f32| {
        let mut chain = Chain::new(always);
        let seen = samples.iter().map(|s| Sample { ir: (s.ir - 120_000.0) * gain + offset, ..*s });
        seen.filter_map(|s| chain.push(&s).update?.heart_rate.map(|h| h.value)).collect::<Vec<_>>()
    };
    let plain = rates(1.0, 0.0);
    for (gain, offset) in [(0.001, 0.0), (64.0, 0.0), (0.02, 2000.0), (1.0, 120_000.0)] {
        for (a, b) in plain.iter().zip(rates(gain, offset)) {
            assert!((a - b).abs() < 0.5, "gain {gain}, offset {offset}: {a} and {b}");
        }
    }
}

#[test]
fn the_answer_does_not_depend_on_the_sampling_rate() {
    for rate_hz in [12.5, 20.0, 25.0, 31.25, 50.0, 64.0, 100.0, 125.0] {
        let scene = Scene { rate_hz, ..Scene::default() };
        let heard = listen(rate_hz, &play(scene, &steady(68.0, scene.seconds)));
        assert!(heard.right(8.0, 68.0, 3.0) >= 0.95, "{rate_hz} Hz: {:?}", heard.rates(8.0));
        assert!((38..=41).contains(&heard.updates.len()), "{rate_hz} Hz");
    }
}

#[test]
fn a_chain_set_aside_and_taken_up_again_goes_on_the_same() {
    let scene = Scene { seconds: 20.0, ..Scene::default() };
    let samples = play(scene, &steady(90.0, 20.0));
    let mut whole = Chain::new(Config::new(50.0));
    let mut pieces = Chain::new(Config::new(50.0));
    for block in samples.chunks(37) {
        let mut copy = pieces.clone();
        for sample in block {
            assert_eq!(whole.push(sample), copy.push(sample));
        }
        pieces = copy;
    }
}
