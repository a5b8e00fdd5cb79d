//! What the person should know above all else: the demo's ribbon, trouble, and the code under "Details".

use crate::prelude::*;
use bridge::{Code, Error, SourceKind};

use crate::components::icon::{DEMO, DISK, Icon, WARNING, X};
use crate::follow::{follow, part, press, when};
use crate::model::{Model, Over};
use crate::words::{self, lang, t};

/// While the demo is shown, it says so. `data-testid="demo-ribbon"`, its button `remove-demo`.
#[component]
pub fn DemoRibbon() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let demo = model.part(|home| home.source.as_ref().is_some_and(|source| source.kind == SourceKind::Demo));
    when(
        move || demo.get(),
        move || {
            view! {
                <aside class="ribbon" data-testid="demo-ribbon">
                    <Icon svg=DEMO />
                    <p>
                        <b>{t!(lang, demo.name)}</b>
                        <span class="wide">{t!(lang, demo.ribbon)}</span>
                        <span class="narrow">{t!(lang, demo.ribbon_short)}</span>
                    </p>
                    <button
                        class="button-text"
                        data-testid="remove-demo"
                        on:click=press(move || model.over.set(Some(Over::RemoveDemo)))
                    >
                        <span class="wide">{t!(lang, demo.remove)}</span>
                        <span class="narrow">{t!(lang, demo.remove_short)}</span>
                    </button>
                </aside>
            }
            .into_any()
        },
    )
}

/// While readings cannot be saved, and when something went wrong. `data-testid="trouble"`.
#[component]
pub fn Troubles() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let saving = model.part(|home| home.storage.saving);
    let full = model.part(|home| home.storage.not_saving == Some(Code::DiskFull));
    let title = follow(move || match full.get() {
        true => t!(lang, disk.title),
        false => t!(lang, not_saving.title),
    });
    let text = follow(move || match full.get() {
        true => t!(lang, disk.text),
        false => t!(lang, not_saving.text),
    });
    let not_saving = when(
        move || !saving.get(),
        move || {
            view! {
                <div class="banner" role="alert" data-status="alert" data-testid="not-saving">
                    <Icon svg=DISK />
                    <div>
                        <b>{title}</b>
                        <p>{text}</p>
                    </div>
                </div>
            }
            .into_any()
        },
    );
    let trouble = part(move || {
        let Some(error) = model.trouble.get() else { return ().into_any() };
        view! {
            <div class="banner" role="alert" data-status="attention" data-testid="trouble">
                <Icon svg=WARNING />
                <div>
                    <b>{words::trouble(lang, error.code)}</b>
                    <Details error=error />
                </div>
                <button
                    class="button-icon"
                    aria-label=t!(lang, trouble.dismiss)
                    on:click=press(move || model.trouble.set(None))
                >
                    <Icon svg=X />
                </button>
            </div>
        }
        .into_any()
    });
    (not_saving, trouble)
}

/// The code and the technical detail, folded away.
#[component]
pub fn Details(error: Error) -> impl IntoView {
    let lang = lang();
    // The code as it stands in logs and in the documentation.
    let code = serde_json::to_string(&error.code).unwrap_or_default();
    view! {
        <details class="details">
            <summary>{t!(lang, common.details)}</summary>
            <code>{code.trim_matches('"').to_owned()} <br /> {error.detail}</code>
        </details>
    }
}
