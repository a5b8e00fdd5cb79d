//! A message on the bracelet's display, pixel by pixel as the bracelet draws it.

use crate::prelude::*;
use lcd::{HEIGHT, Screen, WIDTH};
use leptos::html;
use wasm_bindgen::JsCast;

use crate::follow::{Follow, effect};
use crate::words::{lang, t};

/// The display with a text on it.
#[component]
pub fn Display(#[prop(into)] text: Follow<String>) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    effect(move || {
        let text = text.get();
        let Some(canvas) = canvas.get() else { return };
        let Ok(Some(context)) = canvas.get_context("2d") else { return };
        let Ok(context) = context.dyn_into::<web_sys::CanvasRenderingContext2d>() else { return };
        context.set_fill_style_str("#05080c");
        context.fill_rect(0.0, 0.0, f64::from(WIDTH), f64::from(HEIGHT));
        context.set_fill_style_str("#dff1ff");
        let screen = Screen::message(&text);
        for y in 0..HEIGHT {
            for x in (0..WIDTH).filter(|&x| screen.is_lit(x, y)) {
                context.fill_rect(f64::from(x), f64::from(y), 1.0, 1.0);
            }
        }
    });
    view! {
        <canvas
            class="display"
            node_ref=canvas
            width=WIDTH.to_string()
            height=HEIGHT.to_string()
            role="img"
            aria-label=t!(lang(), messages.preview)
        ></canvas>
    }
}
