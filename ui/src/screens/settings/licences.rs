//! What others wrote that is in the app, with their licences. Tests find: `licences-text`.

use crate::prelude::*;

use crate::api::Command;
use crate::components::dialog::Dialog;
use crate::load::load;
use crate::words::{lang, t};

/// The dialog.
pub fn licences() -> AnyView {
    let lang = lang();
    let text = load::<String>(|| Command::new("licences"));
    let shown = move |text: String| {
        view! {
            <pre class="licences" tabindex="0" role="region" aria-label=t!(lang, settings.licences) data-testid="licences-text">
                {text}
            </pre>
        }
        .into_any()
    };
    view! { <Dialog title=t!(lang, settings.licences)>{text.view(shown)}</Dialog> }.into_any()
}
