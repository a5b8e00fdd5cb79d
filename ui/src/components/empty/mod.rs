//! Where there is nothing: what will stand here, and the way to it.

use crate::prelude::*;

use crate::components::icon::Icon;

/// An icon, a sentence and what it means; `children` are the ways on.
#[component]
pub fn Empty(
    icon: &'static str,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty" data-testid="empty">
            <span class="empty-icon"><Icon svg=icon /></span>
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| children())}
        </div>
    }
}
