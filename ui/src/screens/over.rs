//! What lies above the page: a dialog on a desktop, a sheet on a phone.

use crate::prelude::*;

use crate::follow::part;
use crate::model::{Model, Over};
use crate::screens::{alerts, connect, device, limits, messages, profile, sessions, settings};

/// The dialog that is open, if one is.
#[component]
pub fn Overlay() -> impl IntoView {
    let model = Model::here();
    part(move || match model.over.get() {
        None => ().into_any(),
        Some(Over::Connect) => connect::connect(),
        Some(Over::Bracelet) => device::bracelet(),
        Some(Over::RemoveDemo) => device::remove_demo(),
        Some(Over::Rename(name)) => device::rename(name),
        Some(Over::Forget(id, name)) => device::forget(id, name),
        Some(Over::Alert(id)) => alerts::detail(id),
        Some(Over::Limits(judged)) => limits::limits(judged),
        Some(Over::Session(session)) => sessions::edit(*session),
        Some(Over::Message(id, text)) => messages::change(id, text),
        Some(Over::Emergency) => profile::card(),
        Some(Over::Contacts) => profile::contacts(),
        Some(Over::BackUp) => settings::back_up(),
        Some(Over::BringBack) => settings::bring_back(),
        Some(Over::Export) => settings::export(),
        Some(Over::Retention) => settings::retention(),
        Some(Over::Protection) => settings::protection(),
        Some(Over::Licences) => settings::licences(),
    })
}
