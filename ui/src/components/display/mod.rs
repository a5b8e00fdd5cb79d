//! A message on the bracelet's display, drawn pixel by pixel as it will stand there.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::follow::{Follow, effect};
use crate::lcd::{HEIGHT, LINES, WIDTH, lines};
use crate::words::{lang, t};

/// The display with a text on it; what does not fit its page is told beneath.
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
        context.set_font("9px ui-monospace, monospace");
        context.set_text_baseline("top");
        for (index, line) in lines(&text).iter().take(LINES).enumerate() {
            for (column, character) in line.chars().enumerate() {
                #[expect(clippy::cast_precision_loss, reason = "a few characters")]
                let (x, y) = (column as f64 * 6.0 + 1.0, index as f64 * 10.0 + 2.0);
                // A canvas that draws no text shows none.
                let _ = context.fill_text(character.encode_utf8(&mut [0; 4]), x, y);
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
