//! The number line of a metric's limits: handles to drag or to move by arrow keys, what was measured behind them.
//!
//! Tests find a handle by `data-testid`: `handle-low-alert`, `handle-low-attention`, `handle-high-attention`,
//! `handle-high-alert`.

use crate::prelude::*;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html;
use vitals::{Judged, Limits, Metric, Status};

use crate::components::status::Shape;
use crate::follow::{Follow, Kept, follow, hear, part, press};
use crate::limits::{Handle, Scale, stretches};
use crate::measure::fixed;
use crate::words::{self, Locale, lang, t};

/// Arrow keys move by a step, the page keys by so many.
const PAGE: i32 = 10;

/// The line. `behind`: how often each stretch of equal length from the line's left end to its right was measured.
#[component]
pub fn NumberLine(
    judged: Judged,
    limits: Kept<Limits>,
    #[prop(into)] behind: Follow<Vec<u32>>,
) -> impl IntoView {
    let metric = judged.metric();
    let scale = Scale::of(metric);
    let track = NodeRef::<html::Div>::new();
    // Who moves is not judged well, only not badly.
    let class = if judged == Judged::HeartRateMoving { "line-track line-active" } else { "line-track" };
    let handles: Vec<AnyView> =
        Handle::of(judged).iter().map(|&handle| grip(metric, handle, limits, track)).collect();
    view! {
        <div class="line">
            <Measured behind=behind />
            <div class=class node_ref=track aria-hidden="true">
                {part(move || {
                    let mut from = 0.0;
                    stretches(&limits.get(), scale)
                        .into_iter()
                        .map(|(to, level)| {
                            let width = (to - from) * 100.0;
                            from = to;
                            view! { <i data-level=level.to_string() style=format!("width:{}%", fixed(width, 2))></i> }
                        })
                        .collect_view()
                        .into_any()
                })}
            </div>
            {handles}
            <p class="line-ends" aria-hidden="true">
                <span>{written(lang(), metric, scale.low)}</span>
                <span>{written(lang(), metric, scale.high)}</span>
            </p>
        </div>
    }
}

/// The bars behind the line; a screen reader is told by the sentence beneath it.
#[component]
fn Measured(behind: Follow<Vec<u32>>) -> impl IntoView {
    view! {
        <div class="line-behind" aria-hidden="true">
            {part(move || {
                let bins = behind.get();
                let most = f64::from(bins.iter().copied().max().unwrap_or(0).max(1));
                bins.into_iter()
                    .map(|count| {
                        // The square root lets the rare values at the ends be seen: they are what limits are about.
                        let share = (f64::from(count) / most).sqrt() * 100.0;
                        view! { <i style=format!("height:{}%", fixed(share, 1))></i> }
                    })
                    .collect_view()
                    .into_any()
            })}
        </div>
    }
}

/// A handle's name, as its field's too.
pub fn name(lang: Locale, handle: Handle) -> String {
    match handle {
        Handle::LowAlert => t!(lang, limits.low_alert),
        Handle::LowAttention => t!(lang, limits.low_attention),
        Handle::HighAttention => t!(lang, limits.high_attention),
        Handle::HighAlert => t!(lang, limits.high_alert),
    }
}

/// A limit with its unit.
pub fn written(lang: Locale, metric: Metric, hundredths: i32) -> String {
    words::value_text(lang, metric, f64::from(hundredths) / 100.0)
}

fn id(handle: Handle) -> &'static str {
    match handle {
        Handle::LowAlert => "handle-low-alert",
        Handle::LowAttention => "handle-low-attention",
        Handle::HighAttention => "handle-high-attention",
        Handle::HighAlert => "handle-high-alert",
    }
}

fn grip(metric: Metric, handle: Handle, limits: Kept<Limits>, track: NodeRef<html::Div>) -> AnyView {
    let lang = lang();
    let scale = Scale::of(metric);
    let value = move || handle.get(&limits.get());
    let here = move || value().unwrap_or(scale.low);
    let bounds = move || handle.bounds(&limits.get(), scale);
    let go = move |to: i32| limits.update(|limits| handle.drag(limits, scale, to));
    let dragged = Kept::new(false);
    let slide = move |event: &PointerEvent| {
        if let Some(track) = track.get_untracked() {
            let track = track.get_bounding_client_rect();
            go(scale.value((f64::from(event.client_x()) - track.left()) / track.width()));
        }
    };
    let grab = move |event: PointerEvent| {
        // Where a pointer cannot be captured, the handle follows only while it is under it.
        let _ = event_target::<web_sys::Element>(&event)
            .closest("button")
            .ok()
            .flatten()
            .map(|grip| grip.set_pointer_capture(event.pointer_id()));
        dragged.set(true);
    };
    let key = move |event: KeyboardEvent| {
        let (from, to) = handle.bounds(&limits.get_untracked(), scale);
        let now = handle.get(&limits.get_untracked()).unwrap_or(scale.low);
        let target = match event.key().as_str() {
            "ArrowRight" | "ArrowUp" => now + scale.step,
            "ArrowLeft" | "ArrowDown" => now - scale.step,
            "PageUp" => now + PAGE * scale.step,
            "PageDown" => now - PAGE * scale.step,
            "Home" => from,
            "End" => to,
            _ => return,
        };
        event.prevent_default();
        go(target);
    };
    let status = match handle {
        Handle::LowAlert | Handle::HighAlert => Status::Alert,
        Handle::LowAttention | Handle::HighAttention => Status::Attention,
    };
    // Orange hangs beneath the line, red stands above it: never under the same finger.
    let lower = status == Status::Attention;
    view! {
        <button
            type="button"
            class="grip"
            class:grip-lower=lower
            class:dragged=follow(move || dragged.get())
            data-testid=id(handle)
            role="slider"
            aria-label=name(lang, handle)
            aria-orientation="horizontal"
            aria-valuemin=follow(move || (bounds().0 / 100).to_string())
            aria-valuemax=follow(move || (bounds().1 / 100).to_string())
            aria-valuenow=follow(move || fixed(f64::from(here()) / 100.0, 2))
            aria-valuetext=follow(move || written(lang, metric, here()))
            hidden=follow(move || value().is_none())
            style=follow(move || format!("--at:{}", fixed(scale.place(here()), 4)))
            on:pointerdown=hear(grab)
            on:pointermove=hear(move |event| if dragged.get_untracked() { slide(&event) })
            on:pointerup=press(move || dragged.set(false))
            on:pointercancel=press(move || dragged.set(false))
            on:keydown=hear(key)
        >
            <Shape status=Follow::always(status) />
        </button>
    }
    .into_any()
}
