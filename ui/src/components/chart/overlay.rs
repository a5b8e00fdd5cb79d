//! What lies over a drawing: it takes pointer, finger and keys, and marks the bin they point at.

use crate::prelude::*;
use leptos::ev::{KeyboardEvent, PointerEvent};
use vitals::Metric;

use super::asking::{Shown, View};
use super::told;
use crate::follow::{Follow, follow, hear, part};
use crate::measure::fixed;
use crate::plot;
use crate::words::{self, lang, t};

/// A slider over the bins to a screen reader: its value is what the bin tells.
#[component]
pub fn Overlay(metric: Metric, view: View, shown: Shown, pointed: Follow<Option<usize>>) -> impl IntoView {
    let lang = lang();
    let point = move |event: &PointerEvent| {
        shown.chart.with_untracked(|chart| {
            let Some(chart) = chart else { return };
            let at = plot::time(chart, f64::from(event.offset_x()));
            // Only from bin to bin: the page is told of nothing else.
            let Some(bin) = plot::bin_at(&chart.bins, at).and_then(|index| chart.bins.get(index)) else {
                return;
            };
            let middle = Some(plot::middle(bin));
            if view.cursor.get_untracked() != middle {
                view.cursor.set(middle);
            }
        });
    };
    let key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            view.cursor.set(None);
            return;
        }
        let to = shown.chart.with_untracked(|chart| {
            let chart = chart.as_ref()?;
            let index = plot::led(&event.key(), pointed.get_untracked(), chart.bins.len())?;
            Some(plot::middle(chart.bins.get(index)?))
        });
        if to.is_some() {
            event.prevent_default();
            view.cursor.set(to);
        }
    };
    let last = follow(move || {
        shown.chart.with(|chart| chart.as_ref().map_or(0, |chart| chart.bins.len().saturating_sub(1)))
    });
    let text = follow(move || {
        shown.chart.with(|chart| {
            let chart = chart.as_ref()?;
            Some(match pointed.get().and_then(|index| chart.bins.get(index)) {
                Some(bin) => told::readout(lang, chart, bin).spoken(),
                None => told::whole(lang, chart).spoken(),
            })
        })
    });
    // Left, top and height of the line, and the height of the value on it.
    let place = follow(move || {
        let index = pointed.get()?;
        shown.chart.with(|chart| {
            let chart = chart.as_ref()?;
            let bin = chart.bins.get(index)?;
            let x = plot::x(chart, plot::middle(bin));
            let y = bin.value.map(|value| plot::y(chart, value));
            Some((x, chart.plot.top, chart.plot.height, y))
        })
    });
    let line = part(move || {
        let Some((x, top, height, y)) = place.get() else { return ().into_any() };
        let x = fixed(x, 1);
        view! {
            <i class="cursor" style=format!("left:{x}px;top:{top}px;height:{height}px")></i>
            {y.map(|y| view! { <i class="cursor-dot" style=format!("left:{x}px;top:{}px", fixed(y, 1))></i> })}
        }
        .into_any()
    });
    view! {
        <div class="cursor-place" aria-hidden="true">{line}</div>
        <div
            class="chart-overlay"
            data-testid=format!("overlay-{}", metric.name())
            tabindex="0"
            role="slider"
            aria-label=t!(lang, analytics.slider, metric = words::metric(lang, metric))
            aria-valuemin="0"
            aria-valuemax=last
            aria-valuenow=follow(move || pointed.get().unwrap_or_else(|| last.get()))
            aria-valuetext=text
            on:pointermove=hear(move |event| point(&event))
            on:pointerdown=hear(move |event| point(&event))
            on:pointerleave=hear(move |event: PointerEvent| {
                if event.pointer_type() == "mouse" {
                    view.cursor.set(None);
                }
            })
            on:keydown=hear(key)
        ></div>
    }
}
