//! The last minute as the bracelet measured it: a mark for each beat, as high as the interval before it was long.

use std::fmt::Write;

use crate::prelude::*;
use bridge::Rhythm;

use crate::follow::{follow, part};
use crate::measure::fixed;
use crate::model::Model;
use crate::page;
use crate::words::{lang, t};

/// The drawing's size; the style sheet stretches it.
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 40.0;
const VIEW_BOX: &str = "0 0 600 40";

/// The strip; without a beat in it, it only says so. It is drawn when a beat is shown and once a second, never in between.
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
    let none = follow(move || marks.with(String::is_empty));
    let kind = follow(move || match rhythm.get() {
        Rhythm::Estimated => t!(lang, heart.estimated),
        Rhythm::Measured => t!(lang, heart.measured),
        Rhythm::Still => String::new(),
    });
    let no_beats = follow(move || match rhythm.get() {
        Rhythm::Estimated => format!("{} · {}", kind.get(), t!(lang, heart.no_beats)),
        Rhythm::Measured | Rhythm::Still => t!(lang, heart.no_beats),
    });
    view! {
        <figure
            class="strip"
            data-testid="strip"
            aria-label=t!(lang, heart.strip)
        >
            {part(move || match none.get() {
                true => view! { <figcaption class="strip-none">{no_beats}</figcaption> }.into_any(),
                false => view! {
                    <svg viewBox=VIEW_BOX preserveAspectRatio="none" aria-hidden="true">
                        <path class="strip-base" d="M0 40H600" />
                        <path class="strip-marks" d=marks />
                    </svg>
                    <figcaption>
                        <span>{t!(lang, heart.minute_ago)}</span>
                        <span>{kind}</span>
                        <span>{t!(lang, heart.now)}</span>
                    </figcaption>
                }
                .into_any(),
            })}
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
