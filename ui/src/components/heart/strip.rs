//! The last minute as the bracelet measured it: a mark for each beat, as high as the interval before it was long.

use std::fmt::Write;

use crate::prelude::*;
use bridge::Rhythm;

use crate::follow::follow;
use crate::measure::fixed;
use crate::model::Model;
use crate::page;
use crate::words::{lang, t};

/// The drawing's size; the style sheet stretches it.
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 40.0;
const VIEW_BOX: &str = "0 0 600 40";

/// The strip. It is drawn when a beat is shown and once a second, never in between.
#[component]
pub fn Strip() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let rhythm = model.part(|home| home.heart.rhythm);
    let marks = follow(move || {
        model.pulse.track();
        model.clock.track();
        model.minute.try_update_value(|minute| path(&minute.marks(page::now()))).unwrap_or_default()
    });
    view! {
        <figure
            class="strip"
            data-testid="strip"
            aria-label=t!(lang, heart.strip)
        >
            <svg viewBox=VIEW_BOX preserveAspectRatio="none" aria-hidden="true">
                <path class="strip-base" d="M0 40H600" />
                <path class="strip-marks" d=follow(move || marks.get()) />
            </svg>
            <figcaption>
                <span>{t!(lang, heart.minute_ago)}</span>
                <span class="strip-kind">
                    {follow(move || match rhythm.get() {
                        Rhythm::Estimated => t!(lang, heart.estimated),
                        Rhythm::Measured => t!(lang, heart.measured),
                        Rhythm::Still => String::new(),
                    })}
                </span>
                <span>{t!(lang, heart.now)}</span>
            </figcaption>
        </figure>
    }
}

fn path(marks: &[crate::beats::Mark]) -> String {
    let mut path = String::with_capacity(marks.len() * 20);
    for mark in marks {
        let x = fixed(mark.x * WIDTH, 1);
        let up = fixed(-HEIGHT * mark.height, 1);
        // Writing into a String cannot fail.
        let _ = write!(path, "M{x} 40v{up}");
    }
    path
}
