//! The page's outline while the engine opens; it appears after 150 ms, so that a quick start shows no flicker.

use leptos::prelude::*;
use leptos_i18n::td_string;

use crate::words::lang;

/// The outline of Home.
#[component]
pub fn Skeleton() -> impl IntoView {
    view! {
        <div class="shell skeleton" data-testid="opening">
            <div class="rail"></div>
            <main>
                <p class="unseen" role="status">{td_string!(lang(), common.loading).to_string()}</p>
                <div class="columns">
                    <div class="panel"></div>
                    <div class="cards">{(0..5).map(|_| view! { <div class="card"></div> }).collect_view()}</div>
                </div>
                <div class="trend"></div>
            </main>
        </div>
    }
}
