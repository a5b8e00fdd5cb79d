//! A dialog on a desktop, a sheet on a phone: the page's own `<dialog>`, which keeps the focus inside and closes on Escape.

use crate::prelude::*;
use leptos::html;

use crate::components::icon::{Icon, X};
use crate::follow::{effect, press};
use crate::model::Model;
use crate::words::{lang, t};

/// A `<dialog>` that shows itself above the page as soon as it is there.
pub fn modal() -> NodeRef<html::Dialog> {
    let node = NodeRef::<html::Dialog>::new();
    effect(move || {
        if let Some(dialog) = node.get()
            && !dialog.open()
        {
            // It refuses only when it is not in the page, and then nobody waits for it.
            let _ = dialog.show_modal();
        }
    });
    node
}

/// The end of a dialog: Cancel, which closes it, and what it is for.
pub fn ends(main: impl IntoView + 'static) -> AnyView {
    let lang = lang();
    let model = Model::here();
    view! {
        <div class="actions">
            <button type="button" class="button" on:click=press(move || model.over.set(None))>
                {t!(lang, common.cancel)}
            </button>
            {main.into_any()}
        </div>
    }
    .into_any()
}

/// What lies above the page, under a title, until it is closed.
#[component]
pub fn Dialog(title: String, children: Children) -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let node = modal();
    let close = move || model.over.set(None);
    view! {
        <dialog class="dialog" node_ref=node aria-labelledby="dialog-title" on:close=press(close)>
            <header>
                <h2 id="dialog-title" tabindex="-1" autofocus>{title}</h2>
                <button class="button-icon" aria-label=t!(lang, common.close) on:click=press(close)>
                    <Icon svg=X />
                </button>
            </header>
            {children()}
        </dialog>
    }
}
