//! Whatever numbers a broken sensor sends, the chain neither panics nor tells a value that is none.

use proptest::prelude::*;
use signal::{Chain, Config, Sample};

/// Any bits of an `f32`, and often the values that hurt.
fn number() -> impl Strategy<Value = f32> {
    prop_oneof![
        4 => any::<u32>().prop_map(f32::from_bits),
        2 => Just(0.0f32),
        1 => Just(f32::NAN),
        1 => Just(f32::INFINITY),
        1 => Just(f32::MAX),
        1 => Just(f32::MIN_POSITIVE),
        4 => -300_000.0f32..300_000.0,
    ]
}

fn sample() -> impl Strategy<Value = Sample> {
    let acc = proptest::option::of([number(), number(), number()]);
    (proptest::option::of(number()), number(), acc).prop_map(|(red, ir, acc_g)| Sample { red, ir, acc_g })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_samples_bring_a_panic_or_a_value_that_is_none(
        rate in number(),
        always in any::<bool>(),
        pieces in proptest::collection::vec((proptest::collection::vec(sample(), 1..8), 1usize..200), 1..12),
    ) {
        let plain = Config::new(if rate.abs() > 200.0 { 50.0 } else { rate });
        let config = if always { Config { worn_above_counts: f32::NEG_INFINITY, ..plain } } else { plain };
        let mut chain = Chain::new(config);
        for (piece, times) in &pieces {
            for sample in piece.iter().cycle().take(piece.len() * times) {
                let out = chain.push(sample);
                if let Some(beat) = out.beat {
                    prop_assert!(beat.ago_s.is_finite() && (0.0..=1.0).contains(&beat.confidence), "{beat:?}");
                    prop_assert!(beat.rr_s.is_none_or(|rr| (0.2..3.0).contains(&rr)), "{beat:?}");
                }
                if let Some(update) = out.update {
                    for h in [update.heart_rate, update.spo2].into_iter().flatten() {
                        prop_assert!((20.0..=250.0).contains(&h.value), "{h:?}");
                        prop_assert!((0.0..=1.0).contains(&h.confidence), "{h:?}");
                    }
                    let sure = [update.worn.confidence, update.steps.confidence];
                    prop_assert!(sure.iter().all(|c| (0.0..=1.0).contains(c)), "{update:?}");
                    prop_assert!(update.fall.is_none_or(|f| (0.2..=1.0).contains(&f.confidence)), "{update:?}");
                }
            }
        }
    }
}
