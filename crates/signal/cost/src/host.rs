//! On this computer: nanoseconds a sample.

use std::hint::black_box;
use std::time::Instant;

use signal::{Chain, Config};

use crate::scene::{SCENES, SETTLING_S};

/// How often each scene is played; the quickest counts, since whatever else runs here can only add.
const TIMES: usize = 5;

/// Prints one line of JSON a scene.
pub fn run() {
    for scene in SCENES {
        let samples: Vec<_> = scene.samples().collect();
        let (settling, measured) = samples.split_at(SETTLING_S * usize::from(scene.hz));
        let quickest = (0..TIMES)
            .map(|_| {
                let mut chain = Chain::new(Config::new(f32::from(scene.hz)));
                for sample in settling {
                    black_box(chain.push(sample));
                }
                let began = Instant::now();
                for sample in measured {
                    black_box(chain.push(sample));
                }
                began.elapsed().as_nanos()
            })
            .min();
        let nanoseconds = quickest.unwrap_or_default() / measured.len() as u128;
        println!(r#"{{"hz":{},"moving":{},"nanoseconds":{nanoseconds}}}"#, scene.hz, scene.moving);
    }
}
