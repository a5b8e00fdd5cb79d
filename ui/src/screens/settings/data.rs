//! What is kept, how much of it, and where; and the ways to take it out and to bring it back.
//!
//! Tests find: `to-backup`, `to-restore`, `to-export`.

use crate::follow::Follow;
use crate::prelude::*;
use bridge::{Changed, Data};
use leptos_i18n::Locale as _;

use crate::api::Command;
use crate::components::icon::{DISK, DOWNLOAD, REFRESH};
use crate::components::rows::{Fact, Group, Way};
use crate::components::work;
use crate::load::load;
use crate::measure;
use crate::model::{Model, Over};
use crate::page;
use crate::words::{self, Locale, lang, t};

/// The group.
pub fn data() -> AnyView {
    let lang = lang();
    let model = Model::here();
    let data = load::<Data>(move || {
        model.version(Changed::Data).track();
        Command::new("data")
    });
    view! { <Group title=t!(lang, data.title)>{data.view(shown)}</Group> }.into_any()
}

/// Bytes as a person reads them.
pub fn bytes(lang: Locale, bytes: u64) -> String {
    let (value, decimals, power) = measure::bytes(bytes);
    let n = words::num(lang, value, decimals);
    match power {
        0 => t!(lang, data.bytes, n = n),
        1 => t!(lang, data.kilobytes, n = n),
        2 => t!(lang, data.megabytes, n = n),
        3 => t!(lang, data.gigabytes, n = n),
        _ => t!(lang, data.terabytes, n = n),
    }
}

fn shown(data: Data) -> AnyView {
    let lang = lang();
    let day = |at| page::day(at, lang.as_str());
    let model = Model::here();
    let over = move |over: fn() -> Over| Callback::new(move |()| work::open(model, over()));
    let backup = data.last_backup.map_or_else(|| t!(lang, data.never), day);
    let fact = |name: String, now: String| view! { <Fact name=name now=Follow::always(now) /> }.into_any();
    view! {
        {fact(t!(lang, data.size), bytes(lang, data.bytes))}
        {(data.aside_bytes > 0).then(|| fact(t!(lang, data.aside), bytes(lang, data.aside_bytes)))}
        {fact(t!(lang, connection.records), words::count(lang, data.records))}
        {data.oldest.map(|oldest| fact(t!(lang, data.since), day(oldest)))}
        {data.free_bytes.map(|free| fact(t!(lang, data.free), bytes(lang, free)))}
        {fact(t!(lang, data.folder), data.folder)}
        <Way id="to-backup" icon=DISK name=t!(lang, data.back_up) now=Follow::always(backup) open=over(|| Over::BackUp) />
        <Way id="to-restore" icon=REFRESH name=t!(lang, data.bring_back) open=over(|| Over::BringBack) />
        {(data.records > 0).then(|| {
            view! { <Way id="to-export" icon=DOWNLOAD name=t!(lang, data.export) open=over(|| Over::Export) /> }
        })}
    }
    .into_any()
}
