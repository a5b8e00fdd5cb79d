//! What the person should know above all else: the demo's ribbon, trouble, and the code under "Details".

use bridge::{Code, Error, SourceKind};
use leptos::prelude::*;
use leptos_i18n::td_string;

use crate::components::icon::{DEMO, DISK, Icon, WARNING, X};
use crate::model::{Model, Over};
use crate::words::{self, lang};

/// While the demo is shown, it says so. `data-testid="demo-ribbon"`, its button `remove-demo`.
#[component]
pub fn DemoRibbon() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let demo = model.part(|home| home.source.as_ref().is_some_and(|source| source.kind == SourceKind::Demo));
    view! {
        <Show when=move || demo.get()>
            <aside class="ribbon" data-testid="demo-ribbon">
                <Icon svg=DEMO />
                <p>
                    <b>{td_string!(lang, demo.name).to_string()}</b>
                    <span class="wide">{td_string!(lang, demo.ribbon).to_string()}</span>
                    <span class="narrow">{td_string!(lang, demo.ribbon_short).to_string()}</span>
                </p>
                <button
                    class="button-text"
                    data-testid="remove-demo"
                    on:click=move |_| model.over.set(Some(Over::RemoveDemo))
                >
                    <span class="wide">{td_string!(lang, demo.remove).to_string()}</span>
                    <span class="narrow">{td_string!(lang, demo.remove_short).to_string()}</span>
                </button>
            </aside>
        </Show>
    }
}

/// While readings cannot be saved, and when something went wrong. `data-testid="trouble"`.
#[component]
pub fn Troubles() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let saving = model.part(|home| home.storage.saving);
    let full = model.part(|home| home.storage.not_saving == Some(Code::DiskFull));
    let title = move || match full.get() {
        true => td_string!(lang, disk.title).to_string(),
        false => td_string!(lang, not_saving.title).to_string(),
    };
    let text = move || match full.get() {
        true => td_string!(lang, disk.text).to_string(),
        false => td_string!(lang, not_saving.text).to_string(),
    };
    view! {
        <Show when=move || !saving.get()>
            <div class="banner" role="alert" data-status="alert" data-testid="not-saving">
                <Icon svg=DISK />
                <div>
                    <b>{title}</b>
                    <p>{text}</p>
                </div>
            </div>
        </Show>
        {move || {
            model
                .trouble
                .get()
                .map(|error| {
                    view! {
                        <div class="banner" role="alert" data-status="attention" data-testid="trouble">
                            <Icon svg=WARNING />
                            <div>
                                <b>{words::trouble(lang, error.code)}</b>
                                <Details error=error />
                            </div>
                            <button
                                class="button-icon"
                                aria-label=td_string!(lang, trouble.dismiss).to_string()
                                on:click=move |_| model.trouble.set(None)
                            >
                                <Icon svg=X />
                            </button>
                        </div>
                    }
                })
        }}
    }
}

/// The code and the technical detail, folded away.
#[component]
pub fn Details(error: Error) -> impl IntoView {
    let lang = lang();
    // The code as it stands in logs and in the documentation.
    let code = serde_json::to_string(&error.code).unwrap_or_default();
    view! {
        <details class="details">
            <summary>{td_string!(lang, common.details).to_string()}</summary>
            <code>{code.trim_matches('"').to_owned()} <br /> {error.detail}</code>
        </details>
    }
}
