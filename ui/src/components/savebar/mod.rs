//! The bar that appears when something was changed and is not saved yet. `data-testid="save"`, `discard`.

use crate::prelude::*;

use crate::follow::{Follow, follow, press, when};
use crate::words::{lang, t};

/// It is there only while `changed`; saving waits while something is wrong.
#[component]
pub fn SaveBar(
    #[prop(into)] changed: Follow<bool>,
    #[prop(into)] wrong: Follow<bool>,
    #[prop(into)] save: Callback<()>,
    #[prop(into)] discard: Callback<()>,
) -> impl IntoView {
    let lang = lang();
    let bar = move || {
        view! {
            <div class="savebar" role="region" aria-label=t!(lang, save.label)>
                <p role="status">
                    {follow(move || if wrong.get() { t!(lang, save.wrong) } else { t!(lang, save.unsaved) })}
                </p>
                <button class="button" data-testid="discard" on:click=press(move || discard.run(()))>
                    {t!(lang, save.discard)}
                </button>
                <button
                    class="button button-primary"
                    data-testid="save"
                    disabled=wrong
                    on:click=press(move || save.run(()))
                >
                    {t!(lang, save.save)}
                </button>
            </div>
        }
        .into_any()
    };
    when(move || changed.get(), bar)
}
