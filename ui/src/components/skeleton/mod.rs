//! The page's outline while the engine opens; it appears after 150 ms, so that a quick start shows no flicker.

use crate::prelude::*;

use crate::words::{lang, t};

/// The outline of Home.
#[component]
pub fn Skeleton() -> impl IntoView {
    view! {
        <div class="shell skeleton" data-testid="opening">
            <div class="rail"></div>
            <main class="page">
                <h1 class="unseen" aria-live="polite">{t!(lang(), common.loading)}</h1>
                <div class="columns">
                    <div class="panel"></div>
                    <div class="cards">{(0..5).map(|_| view! { <div class="card"></div> }).collect_view()}</div>
                </div>
                <div class="trend"></div>
            </main>
        </div>
    }
}
