//! What stands around every page: the ways through the app, and above the page what the person should know first.
//!
//! Tests find: `shell` (its `data-route`), `nav-home`, `nav-analytics`, `nav-profile`, `nav-settings`, `nav-alerts`,
//! `nav-sessions`, `nav-messages`, `bell`.

use crate::prelude::*;
use leptos::html;
use vitals::Metric;

use crate::components::alarm::Alarm;
use crate::components::chip::{CatchUpChip, ConnectionChip, SyncChip};
use crate::components::icon::{BELL, CHART, HOME, Icon, MESSAGE, SETTINGS, TIMER, USER};
use crate::components::notice::{DemoRibbon, Troubles};
use crate::components::sos;
use crate::components::toast::Toast;
use crate::follow::{Kept, follow};
use crate::model::Model;
use crate::page;
use crate::route::Route;
use crate::words::{lang, plural, t};

/// Lucide's heart, filled: the app's mark.
const MARK: &str = r#"<path d="M2 9.5a5.5 5.5 0 0 1 9.591-3.676.56.56 0 0 0 .818 0A5.49 5.49 0 0 1 22 9.5c0 2.29-1.5 4-3 5.5l-5.492 5.313a2 2 0 0 1-3 .019L5 15c-1.5-1.5-3-3.2-3-5.5"/>"#;

/// The frame; `children` is the page of the present place.
#[component]
pub fn Shell(children: Children) -> impl IntoView {
    let lang = lang();
    let main = NodeRef::<html::Main>::new();
    let skip = move |_| {
        if let Some(main) = main.get_untracked() {
            // What cannot take the focus leaves it where it is.
            let _ = main.focus();
        }
    };
    view! {
        <div class="shell" data-testid="shell">
            <button class="skip" on:click=skip>{t!(lang, nav.skip)}</button>
            <Rail />
            <div class="page">
                <Alarm />
                <Troubles />
                <DemoRibbon />
                <main node_ref=main tabindex="-1">{children()}</main>
            </div>
        </div>
        <Toast />
    }
}

/// A page's head: its name (or what stands in its place), how the bracelet is reached, what is kept, and the bell.
#[component]
pub fn PageHead(
    #[prop(optional)] title: String,
    #[prop(optional)] heading: Option<AnyView>,
) -> impl IntoView {
    page::set_title(&title);
    let heading = heading.unwrap_or_else(|| view! { <h1 class="page-title">{title}</h1> }.into_any());
    view! {
        <header class="top">
            {heading}
            <div class="chips">
                <CatchUpChip />
                <SyncChip />
                <ConnectionChip />
            </div>
            {sos::at_hand("sos-head")}
            <Bell />
        </header>
    }
}

/// The ways through the app: beside the page on a desktop, beneath it on a phone.
#[component]
fn Rail() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let open = model.badge;
    view! {
        <nav class="rail" aria-label=t!(lang, nav.label)>
            <p class="brand" aria-hidden="true">
                <svg viewBox="0 0 24 24" inner_html=MARK></svg>
                <span>{t!(lang, app)}</span>
            </p>
            {way("nav-home", Route::Home, HOME, t!(lang, nav.home), None)}
            {way("nav-analytics", Route::Analytics(Metric::HeartRate), CHART, t!(lang, nav.analytics), None)}
            {way("nav-profile", Route::Profile, USER, t!(lang, nav.profile), None)}
            {way("nav-settings", Route::Settings, SETTINGS, t!(lang, nav.settings), None)}
            // A phone has four tabs; the bell and Profile lead to the rest.
            <div class="rail-rest">
                {way("nav-alerts", Route::Alerts, BELL, t!(lang, nav.alerts), Some(open))}
                {way("nav-sessions", Route::Sessions, TIMER, t!(lang, nav.sessions), None)}
                {way("nav-messages", Route::Messages, MESSAGE, t!(lang, nav.messages), None)}
            </div>
            {sos::at_hand("sos-rail")}
            <p class="rail-note">{t!(lang, first.not_medical)}</p>
        </nav>
    }
}

/// One way: a link, marked where one is, with a count where there is something to count.
fn way(id: &'static str, to: Route, icon: &'static str, name: String, count: Option<Kept<u32>>) -> AnyView {
    let model = Model::here();
    let here = move || model.route.get().is_within(to).then_some("page");
    view! {
        <a class="rail-item" data-testid=id href=to.hash() aria-current=follow(here)>
            <Icon svg=icon />
            <span>{name}</span>
            {count.map(|count| view! { <b class="count" hidden=follow(move || count.get() == 0)>{follow(move || count.get())}</b> })}
        </a>
    }
    .into_any()
}

/// The bell of a phone: how many alerts are open.
#[component]
fn Bell() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let open = model.badge;
    let name = follow(move || match open.get() {
        0 => t!(lang, nav.no_alerts),
        count => plural!(lang, count, nav.open_alerts),
    });
    view! {
        <a class="bell" data-testid="bell" href=Route::Alerts.hash() aria-label=name>
            <Icon svg=BELL />
            <b hidden=follow(move || open.get() == 0)>{follow(move || open.get())}</b>
        </a>
    }
}
