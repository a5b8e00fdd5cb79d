//! Moves the heart: one timer a beat, one animation a pulse that the compositor runs by itself.

use std::time::Duration;

use crate::follow::{Follow, effect};
use crate::prelude::*;
use bridge::Rhythm;
use leptos::html;
use vitals::Freshness;
use wasm_bindgen::prelude::*;

use crate::beats::{self, Pulse, SHAPE, STILL_MS};
use crate::measure::fixed;
use crate::model::Model;
use crate::page;

#[wasm_bindgen]
extern "C" {
    // web-sys still calls the Web Animations interface unstable.
    type Animatable;
    #[wasm_bindgen(method, catch)]
    fn animate(
        this: &Animatable,
        keyframes: &js_sys::Object,
        milliseconds: f64,
    ) -> Result<Animation, JsValue>;

    type Animation;
    #[wasm_bindgen(method, getter, js_name = playState)]
    fn play_state(this: &Animation) -> String;
}

/// How far the tick of reduced motion moves with each beat, in degrees: a minute's hand.
const TICK_DEGREES: u32 = 6;

#[derive(Clone, Copy)]
struct Stage {
    model: Model,
    stage: NodeRef<html::Div>,
    beating: NodeRef<html::Div>,
    tick: NodeRef<html::Div>,
    measured: StoredValue<u32>,
    estimated: StoredValue<u32>,
    last: StoredValue<i64>,
    rhythm: Follow<Rhythm>,
}

/// Lets these elements follow the beats of the model.
pub fn run(model: Model, stage: NodeRef<html::Div>, beating: NodeRef<html::Div>, tick: NodeRef<html::Div>) {
    let this = Stage {
        model,
        stage,
        beating,
        tick,
        measured: StoredValue::new(0),
        estimated: StoredValue::new(0),
        last: StoredValue::new(0),
        rhythm: model.part(|home| home.heart.rhythm),
    };
    effect(move || {
        let beats = model.beats.get();
        if beats.is_empty() {
            return;
        }
        model.beats.set(Vec::new());
        model.minute.update_value(|minute| minute.push(&beats));
        let now = page::now();
        for pulse in beats.iter().filter_map(|beat| beats::pulse(beat, now)) {
            this.plan(pulse, true);
        }
    });
    let paced_until = StoredValue::new(None);
    effect(move || {
        let bpm = model.home.with(|home| {
            let live = home.heart.rhythm == Rhythm::Estimated && home.heart.freshness == Freshness::Fresh;
            home.heart.bpm.filter(|_| live)
        });
        let Some(bpm) = bpm else {
            paced_until.set_value(None);
            return;
        };
        let (pulses, last) = beats::paced(paced_until.get_value(), page::now(), bpm.0);
        paced_until.set_value(last);
        for pulse in pulses {
            this.plan(pulse, false);
        }
    });
    effect(move || {
        let still = model.clock.get() - this.last.get_value() > STILL_MS;
        this.mark("data-still", if still { "true" } else { "false" });
    });
}

impl Stage {
    fn plan(self, pulse: Pulse, measured: bool) {
        let wait = Duration::from_millis(pulse.wait_ms.max(0).unsigned_abs());
        set_timeout(move || self.show(pulse, measured), wait);
    }

    /// Shows a pulse, unless the page is gone, the heart was told to stand still meanwhile, or nobody sees it. Only a
    /// pulse that really moves something counts.
    fn show(self, pulse: Pulse, measured: bool) {
        let Some(Some(heart)) = self.beating.try_get_untracked() else { return };
        if self.rhythm.try_get_untracked() != Some(Rhythm::Still) && !page::hidden() {
            let (counter, name) = if measured {
                (self.measured, "data-pulses")
            } else {
                (self.estimated, "data-pulses-estimated")
            };
            let count = counter.get_value().wrapping_add(1);
            let moves = if page::less_motion() { self.turn(count) } else { beat(&heart, pulse.length_ms) };
            if moves {
                counter.set_value(count);
                self.last.set_value(page::now());
                self.mark(name, &count.to_string());
                self.mark("data-still", "false");
                self.model.pulse.set(count);
            }
        }
    }

    /// Moves the tick of reduced motion; whether it did.
    fn turn(self, count: u32) -> bool {
        let Some(Some(tick)) = self.tick.try_get_untracked() else { return false };
        let degrees = count.wrapping_mul(TICK_DEGREES) % 360;
        let turned = format!("rotate({degrees}deg)");
        web_sys::HtmlElement::style(&tick).set_property("transform", &turned).is_ok()
    }

    fn mark(self, name: &str, value: &str) {
        if let Some(Some(stage)) = self.stage.try_get_untracked()
            && stage.get_attribute(name).as_deref() != Some(value)
        {
            // An attribute that cannot be set only misleads a test, which then fails.
            let _ = stage.set_attribute(name, value);
        }
    }
}

/// Lets the heart beat once; whether it does.
fn beat(heart: &web_sys::HtmlElement, milliseconds: f64) -> bool {
    let animation = heart.unchecked_ref::<Animatable>().animate(&keyframes(), milliseconds);
    animation.is_ok_and(|animation| animation.play_state() == "running")
}

fn keyframes() -> js_sys::Object {
    let frames = js_sys::Array::new();
    for (offset, scale) in SHAPE {
        let frame = js_sys::Object::new();
        let fields = [
            ("offset", JsValue::from_f64(offset)),
            ("transform", JsValue::from_str(&format!("scale({})", fixed(scale, 3)))),
            ("easing", JsValue::from_str("ease-in-out")),
        ];
        for (name, value) in fields {
            // Setting a field of a fresh object cannot fail.
            let _ = js_sys::Reflect::set(&frame, &name.into(), &value);
        }
        frames.push(&frame);
    }
    frames.into()
}
