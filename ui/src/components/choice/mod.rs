//! One of a few: buttons in a row, radio buttons to a keyboard and a screen reader. And a switch: on or off.

use crate::follow::{Follow, follow, hear, press};
use crate::prelude::*;

/// A choice among a few: (`data-testid`, name, value).
pub fn choice<T: Clone + PartialEq + Send + Sync + 'static>(
    group: &'static str,
    legend: String,
    options: Vec<(&'static str, String, T)>,
    chosen: impl Into<Follow<T>>,
    choose: impl Fn(T) + Send + Sync + 'static,
) -> AnyView {
    let chosen = chosen.into();
    let (names, values): (Vec<_>, Vec<T>) =
        options.into_iter().map(|(id, name, value)| ((id, name), value)).unzip();
    let shown = values.clone();
    let place = follow(move || chosen.with(|chosen| shown.iter().position(|value| value == chosen)));
    let choose = move |place: usize| {
        if let Some(value) = values.get(place) {
            choose(value.clone());
        }
    };
    row(group, legend, names, place, Callback::new(choose))
}

fn row(
    group: &'static str,
    legend: String,
    names: Vec<(&'static str, String)>,
    chosen: Follow<Option<usize>>,
    choose: Callback<usize>,
) -> AnyView {
    let options: Vec<AnyView> = names
        .into_iter()
        .enumerate()
        .map(|(place, (id, name))| {
            let act = press(move || choose.run(place));
            let checked = follow(move || chosen.get() == Some(place));
            view! {
                <label>
                    <input type="radio" name=group data-testid=id prop:checked=checked on:change=act />
                    <span>{name}</span>
                </label>
            }
            .into_any()
        })
        .collect();
    // Four stand in one row or in two pairs, never three and one.
    let (four, many) = (options.len() == 4, options.len() > 4);
    view! {
        <fieldset class="choice" class:choice-four=four class:choice-many=many>
            <legend>{legend}</legend>
            <div>{options}</div>
        </fieldset>
    }
    .into_any()
}

/// On or off, with a word of what it does.
#[component]
pub fn Switch(
    id: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    #[prop(into)] on: Follow<bool>,
    #[prop(into)] turn: Callback<bool>,
) -> impl IntoView {
    view! {
        <label class="switch">
            <span>
                {label}
                {(!hint.is_empty()).then(|| view! { <small>{hint}</small> })}
            </span>
            <input
                type="checkbox"
                role="switch"
                data-testid=id
                prop:checked=follow(move || on.get())
                on:change=hear(move |event| turn.run(event_target_checked(&event)))
            />
            <i aria-hidden="true"></i>
        </label>
    }
}
