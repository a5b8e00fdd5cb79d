//! A chart: the engine's drawing, with an overlay that tells the value under a pointer, a finger or the arrow keys, a legend,
//! a table of the same bins, and a file.
//!
//! Tests find: `chart-…` with the metric's name (its `data-state` is `waiting`, `shown`, `empty` or `refused`), `overlay-…`,
//! `readout-…`, `table-…`, `save-…`, `saved`.

mod asking;
mod legend;
mod overlay;
mod table;
pub mod told;

pub use asking::{Shown, View, ask};

use crate::prelude::*;
use leptos::html;
use leptos::task::spawn_local;
use vitals::Metric;

use crate::components::icon::{DOWNLOAD, Icon, LIST};
use crate::components::notice::Details;
use crate::follow::{Follow, Kept, effect, follow, part, press, when};
use crate::model::Model;
use crate::words::{self, lang, t};
use crate::{api, plot};
use legend::Legend;
use overlay::Overlay;
use table::Table;

/// How large a chart is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// By itself on its page.
    Whole,
    /// The first of several above each other.
    Stacked,
    /// Another of them: the lane is the first one's.
    Beneath,
    /// Without lane, legend and actions, beside other things.
    Small,
}

impl Size {
    fn has_lane(self) -> bool {
        matches!(self, Self::Whole | Self::Stacked)
    }

    fn height(self, width: u32) -> u32 {
        match self {
            Self::Small => 132,
            Self::Stacked => 260,
            Self::Beneath => 200,
            Self::Whole if width < 600 => 340,
            Self::Whole => 360,
        }
    }
}

/// A metric's chart over what `view` shows. `shown` is filled with it, for those around it.
#[component]
pub fn ChartPanel(
    metric: Metric,
    view: View,
    #[prop(default = Size::Whole)] size: Size,
    #[prop(optional)] shown: Shown,
) -> impl IntoView {
    let lang = lang();
    let place = NodeRef::<html::Div>::new();
    let width = Kept::new(0_u32);
    let measure = move || {
        if let Some(Some(place)) = place.try_get_untracked() {
            let now = u32::try_from(place.client_width()).unwrap_or(0);
            if width.get_untracked() != now {
                width.set(now);
            }
        }
    };
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());
    // Larger text makes the place around the drawing smaller, without the window being resized.
    let model = Model::here();
    let text = follow(move || model.preferences.with(|preferences| preferences.text_percent));
    effect(move || {
        place.track();
        text.track();
        request_animation_frame(measure);
    });
    ask(metric, view, size, width, shown);

    let name = metric.name();
    let as_table = Kept::new(false);
    let saved = Kept::new(None::<String>);
    let svg = follow(move || shown.chart.with(|chart| chart.as_ref().map(|chart| chart.svg.clone())));
    let state = follow(move || shown.state());
    let pointed = follow(move || {
        let at = view.cursor.get()?;
        shown.chart.with(|chart| plot::bin_at(&chart.as_ref()?.bins, at))
    });
    let readout = follow(move || {
        shown.chart.with(|chart| {
            let Some(chart) = chart else { return told::Readout::default() };
            match pointed.get().and_then(|index| chart.bins.get(index)) {
                Some(bin) => told::readout(lang, chart, bin),
                None => told::whole(lang, chart),
            }
        })
    });
    let save = press(move || {
        let Some(query) = shown.query.get_untracked() else { return };
        spawn_local(async move {
            let said = match api::save_chart(&query).await {
                Ok(path) => t!(lang, analytics.saved, path = path),
                Err(error) => words::trouble(lang, error.code),
            };
            saved.try_set(Some(said));
        });
    });
    let actions = view! {
            <div class="chart-actions">
                <button
                    class="button-text"
                    data-testid=format!("table-{name}")
                    aria-pressed=follow(move || as_table.get().to_string())
                    on:click=press(move || as_table.update(|it| *it = !*it))
                >
                    <Icon svg=LIST />
                    {t!(lang, analytics.table)}
                </button>
                <button class="button-text" data-testid=format!("save-{name}") on:click=save>
                    <Icon svg=DOWNLOAD />
                    {t!(lang, analytics.save)}
                </button>
                <p class="chart-saved" role="status" data-testid="saved">{Follow::from(saved)}</p>
            </div>
    }
    .into_any();
    view! {
        <section
            class="chart-panel"
            data-testid=format!("chart-{name}")
            data-metric=name
            data-size=match size {
                Size::Whole => "whole",
                Size::Stacked => "stacked",
                Size::Beneath => "beneath",
                Size::Small => "small",
            }
            data-state=state
            // Beside other things, what tells the metric's value now has its name already.
            aria-label=match size {
                Size::Small => t!(lang, analytics.slider, metric = words::metric(lang, metric)),
                _ => words::metric(lang, metric),
            }
        >
            <header>
                <h2>
                    {follow(move || told::title(lang, metric, view.span.get()))}
                    <small>{follow(move || told::unit(lang, metric, view.span.get()))}</small>
                </h2>
                <p class="chart-readout" data-testid=format!("readout-{name}")>
                    <b>{follow(move || readout.get().value)}</b>
                    <span>{follow(move || readout.get().range)}</span>
                    <span>{follow(move || readout.get().coverage)}</span>
                    <time>{follow(move || readout.get().time)}</time>
                </p>
            </header>
            <div class="chart-place" node_ref=place>
                <div class="chart-drawing" aria-hidden="true" inner_html=follow(move || svg.get().unwrap_or_default())></div>
                <Overlay metric=metric view=view shown=shown pointed=pointed />
                {part(move || message(lang, shown, state.get()))}
            </div>
            {(size != Size::Small)
                .then(|| view! {
                    <Legend shown=shown />
                    {actions}
                    {when(move || as_table.get(), move || view! { <Table shown=shown /> }.into_any())}
                })}
        </section>
    }
}

/// What stands in the plot's place where there is nothing to see.
fn message(lang: words::Locale, shown: Shown, state: &str) -> AnyView {
    match state {
        "waiting" => view! { <div class="chart-waiting" role="status"></div> }.into_any(),
        "empty" => {
            let nights = shown.chart.with(|chart| chart.as_ref().and_then(|chart| chart.nights));
            let words = match nights {
                Some(nights) => t!(lang, analytics.nights, n = nights),
                None => t!(lang, analytics.nothing),
            };
            view! { <p class="chart-message">{words}</p> }.into_any()
        }
        "refused" => {
            let Some(error) = shown.error.get() else { return ().into_any() };
            view! {
                    <div class="chart-message" role="alert">
                        <p>{t!(lang, analytics.failed)} " " {words::trouble(lang, error.code)}</p>
                        <Details error=error />
                        <button class="button" on:click=press(move || shown.again.update(|tries| *tries += 1))>
                            {t!(lang, common.retry)}
                        </button>
                    </div>
            }
            .into_any()
        }
        _ => ().into_any(),
    }
}
