//! When a chart is asked for: when another is wanted, when its time has moved on, and when new readings fall into it.

use crate::prelude::*;
use bridge::{Chart, ChartQuery, Error, Span};
use leptos::task::spawn_local;
use leptos_i18n::Locale as _;
use vitals::{Metric, UnixMillis};

use super::{Size, told};
use crate::follow::{Kept, effect};
use crate::model::Model;
use crate::words::{self, lang};
use crate::{api, page};

/// What charts that belong together show: one span, one end, one cursor.
#[derive(Clone, Copy)]
pub struct View {
    /// How much time.
    pub span: Kept<Span>,
    /// Until when; none: up to now.
    pub end: Kept<Option<UnixMillis>>,
    /// The time that is pointed at.
    pub cursor: Kept<Option<UnixMillis>>,
}

impl View {
    /// Up to now, nothing pointed at.
    pub fn new(span: Span) -> Self {
        Self { span: Kept::new(span), end: Kept::new(None), cursor: Kept::new(None) }
    }
}

/// A chart as it was answered last.
#[derive(Clone, Copy)]
pub struct Shown {
    /// The chart.
    pub chart: Kept<Option<Chart>>,
    /// What it answers.
    pub query: Kept<Option<ChartQuery>>,
    /// Why there is none.
    pub error: Kept<Option<Error>>,
    /// Counts the tries.
    pub again: Kept<u32>,
}

impl Default for Shown {
    fn default() -> Self {
        Self { chart: Kept::new(None), query: Kept::new(None), error: Kept::new(None), again: Kept::new(0) }
    }
}

impl Shown {
    /// `shown`, `empty`, `refused`, or `waiting` for the first answer.
    pub fn state(self) -> &'static str {
        match self.chart.with(|chart| chart.as_ref().map(told::is_empty)) {
            None if self.error.with(Option::is_some) => "refused",
            None => "waiting",
            Some(true) => "empty",
            Some(false) => "shown",
        }
    }
}

/// A live chart asks again at most so often.
fn again_ms(span: Span) -> i64 {
    match span {
        Span::Hour | Span::ThreeHours => 15_000,
        Span::Day => 30_000,
        Span::Week | Span::Month => 60_000,
    }
}

/// Keeps `shown` the metric's chart over `view`, as wide as its place.
pub fn ask(metric: Metric, view: View, size: Size, width: Kept<u32>, shown: Shown) {
    let model = Model::here();
    let lang = lang();
    let asked = StoredValue::new(0_i64);
    let number = StoredValue::new(0_u32);
    let send = move |axis: Option<(f64, f64)>| {
        let width = width.get_untracked();
        if width == 0 {
            return;
        }
        let width = width.clamp(200, 4_000);
        let query = ChartQuery {
            metric,
            span: view.span.get_untracked(),
            end: view.end.get_untracked(),
            width,
            height: size.height(width),
            language: lang.as_str().to_owned(),
            temperature: words::temperature(),
            axis,
            lane: size.has_lane(),
        };
        asked.set_value(page::now());
        number.update_value(|number| *number += 1);
        let mine = number.get_value();
        spawn_local(async move {
            let answer = api::chart(&query).await;
            // The page may have gone, or another chart be wanted by now.
            if number.try_get_value() != Some(mine) {
                return;
            }
            match answer {
                Ok(chart) => {
                    shown.query.set(Some(query));
                    if shown.error.with_untracked(Option::is_some) {
                        shown.error.set(None);
                    }
                    // The same again is nothing to paint.
                    if shown.chart.with_untracked(|present| present.as_ref() != Some(&chart)) {
                        shown.chart.set(Some(chart));
                    }
                }
                Err(error) => {
                    // What cannot be drawn anew stays; another chart does not stand for the one that was wanted.
                    if axis.is_none() {
                        shown.chart.set(None);
                    }
                    shown.error.set(Some(error));
                }
            }
        });
    };
    let source = model.part(|home| home.source.as_ref().map(|source| source.id));
    effect(move || {
        view.span.track();
        view.end.track();
        width.track();
        source.track();
        shown.again.track();
        send(None);
    });
    effect(move || {
        let now = model.clock.get();
        let stored = model.stored.get();
        if view.end.get_untracked().is_some() || now - asked.get_value() < again_ms(view.span.get_untracked())
        {
            return;
        }
        let due = shown.chart.with_untracked(|chart| {
            let chart = chart.as_ref()?;
            let is_new = stored.is_some_and(|(_, to)| to >= chart.from) || now >= chart.to.0;
            is_new.then_some(chart.axis)
        });
        if let Some(axis) = due {
            send(Some(axis));
        }
    });
}
