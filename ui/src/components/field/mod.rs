//! A field: its name above it, what is wrong or what it is for beneath it.

use crate::prelude::*;

use crate::components::icon::{Icon, WARNING};
use crate::follow::{Follow, Kept, follow, hear, part};

/// What kind of text a field takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A line of text.
    Line,
    /// A whole or decimal number: a phone shows digits.
    Number,
    /// A telephone number.
    Phone,
    /// Several lines.
    Lines,
    /// A local date and time.
    Time,
}

/// A form, sent by its button of type `submit` or with Enter.
pub fn form(send: impl Fn() + Send + 'static, fields: impl IntoView + 'static) -> AnyView {
    let sent = hear(move |event: leptos::ev::SubmitEvent| {
        // Else the browser leaves the page.
        event.prevent_default();
        send();
    });
    view! { <form on:submit=sent>{fields.into_any()}</form> }.into_any()
}

/// A labelled field on a text. `id` is its `data-testid` too. An error is told to a screen reader with the field.
#[component]
pub fn Field(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    value: Kept<String>,
    #[prop(default = Kind::Line)] kind: Kind,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] unit: String,
    #[prop(optional, into)] error: Follow<Option<String>>,
    #[prop(default = 200)] longest: u32,
) -> impl IntoView {
    let note = format!("{id}-note");
    let bad = move || error.with(Option::is_some);
    let told = note.clone();
    let longest = longest.to_string();
    let input = match kind {
        Kind::Lines => view! {
            <textarea
                id=id.clone()
                data-testid=id.clone()
                rows="2"
                maxlength=longest
                aria-describedby=told
                aria-invalid=follow(move || bad().to_string())
                prop:value=follow(move || value.get())
                on:input=hear(move |event| value.set(event_target_value(&event)))
            ></textarea>
        }
        .into_any(),
        _ => {
            let (sort, mode) = match kind {
                Kind::Number => ("text", "decimal"),
                Kind::Phone => ("tel", "tel"),
                Kind::Time => ("datetime-local", "text"),
                Kind::Line | Kind::Lines => ("text", "text"),
            };
            view! {
                <input
                    id=id.clone()
                    data-testid=id.clone()
                    type=sort
                    inputmode=mode
                    maxlength=longest
                    autocomplete="off"
                    aria-describedby=told
                    aria-invalid=follow(move || bad().to_string())
                    prop:value=follow(move || value.get())
                    on:input=hear(move |event| value.set(event_target_value(&event)))
                />
            }
            .into_any()
        }
    };
    view! {
        <div class="field" class:field-bad=bad>
            <label for=id.clone()>{label}</label>
            <div class="field-box">
                {input} {(!unit.is_empty()).then(|| view! { <span class="field-unit">{unit}</span> })}
            </div>
            <p class="note" id=note>
                {part(move || match error.get() {
                    Some(error) => view! { <span class="bad"><Icon svg=WARNING />{error}</span> }.into_any(),
                    None => hint.clone().into_any(),
                })}
            </p>
        </div>
    }
}
