//! Connecting a bracelet: what stands in the way first, then what is near.
//!
//! Tests find: `nearby` (its `data-bluetooth`), a device `nearby-device` with its `data-id`, `connect-demo`.

use crate::prelude::*;
use bridge::{Bluetooth, Nearby, NearbyDevice, Setting, SourceKind};

use crate::api::Command;
use crate::components::card::Bars;
use crate::components::dialog::Dialog;
use crate::components::empty::Empty;
use crate::components::icon::{BLUETOOTH_OFF, CHEVRON, DEMO, Icon, LOCK, MAP, SEARCH, WATCH};
use crate::components::rows::Group;
use crate::follow::{follow, part, press, when};
use crate::load::load;
use crate::measure;
use crate::model::{Model, Over};
use crate::order::ordered;
use crate::screens::settings::to_setting;
use crate::words::{self, Locale, lang, t};

/// After so long without a bracelet the person is told what helps, in milliseconds.
const EMPTY_AFTER_MS: i64 = 10_000;

/// The dialog. It asks anew every second while it is open.
pub fn connect() -> AnyView {
    let lang = lang();
    let model = Model::here();
    let nearby = load::<Nearby>(move || {
        model.clock.track();
        Command::new("nearby")
    });
    let opened = model.clock.get_untracked();
    view! {
        <Dialog title=t!(lang, first.connect_title)>{nearby.view(move |nearby| shown(nearby, opened))}</Dialog>
    }
    .into_any()
}

/// A page that only a bracelet fills; without one, the way to one.
pub fn with_bracelet(page: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let lang = lang();
    let model = Model::here();
    let there = model.has_source();
    part(move || {
        if there.get() {
            return page();
        }
        let open = press(move || model.over.set(Some(Over::Connect)));
        view! {
            <Empty icon=WATCH title=t!(lang, connection.none) text=t!(lang, first.text)>
                <button class="button button-primary" data-testid="connect" aria-haspopup="dialog" on:click=open>
                    {t!(lang, first.connect)}
                </button>
            </Empty>
        }
        .into_any()
    })
}

/// What stands in the way, and what helps: the first of adapter, permission, location.
fn hindrance(lang: Locale, bluetooth: Bluetooth) -> Option<(&'static str, String, String)> {
    match bluetooth {
        Bluetooth::NotBuilt => {
            Some((BLUETOOTH_OFF, t!(lang, connect.not_built), t!(lang, first.connect_text)))
        }
        Bluetooth::NoService => {
            Some((BLUETOOTH_OFF, t!(lang, connect.silent), t!(lang, allowed.radio_silent)))
        }
        Bluetooth::NoAdapter => {
            Some((BLUETOOTH_OFF, t!(lang, connect.no_adapter), t!(lang, connect.no_adapter_text)))
        }
        Bluetooth::Off => Some((BLUETOOTH_OFF, t!(lang, connect.off), t!(lang, connect.off_text))),
        Bluetooth::Denied => Some((LOCK, t!(lang, connect.denied), t!(lang, connect.denied_text))),
        Bluetooth::LocationOff => Some((MAP, t!(lang, connect.location), t!(lang, connect.location_text))),
        Bluetooth::Scanning | Bluetooth::Ready => None,
    }
}

fn shown(nearby: Nearby, opened: i64) -> AnyView {
    let lang = lang();
    let model = Model::here();
    let mended = matches!(nearby.bluetooth, Bluetooth::Off | Bluetooth::Denied);
    let mended = mended.then_some(Setting::Bluetooth);
    let hindrance = hindrance(lang, nearby.bluetooth);
    let searching = hindrance.is_none();
    let told = hindrance.map(|(icon, title, text)| {
        view! {
            <div class="hindrance" role="status">
                <Icon svg=icon />
                <div>
                    <b>{title}</b>
                    <p>{text}</p>
                    {mended.map(to_setting)}
                </div>
            </div>
        }
    });
    let (demo, real): (Vec<_>, Vec<_>) =
        nearby.devices.into_iter().partition(|device| device.kind == SourceKind::Demo);
    // Known ones first, then those that are heard best; what is not heard comes last.
    let real = ordered(real, |device| {
        (device.known.is_none().into(), device.rssi_dbm.map_or(i64::MAX, |dbm| -i64::from(dbm)))
    });
    let none = real.is_empty();
    // Once a bracelet is known, strangers are folded away.
    let (known, others): (Vec<_>, Vec<_>) = real.into_iter().partition(|device| device.known.is_some());
    let folded = !known.is_empty() && !others.is_empty();
    let known = (!known.is_empty()).then(|| {
        view! { <Group title=t!(lang, connect.known)>{known.into_iter().map(device).collect_view()}</Group> }
    });
    let others = (!others.is_empty()).then(|| {
        let rows = others.into_iter().map(device).collect_view();
        match folded {
            true => view! {
                <details class="details"><summary>{t!(lang, connect.others)}</summary><Group>{rows}</Group></details>
            }
            .into_any(),
            false => view! { <Group title=t!(lang, connect.near)>{rows}</Group> }.into_any(),
        }
    });
    let late = follow(move || model.clock.get() - opened > EMPTY_AFTER_MS);
    let search = (searching && none).then(|| {
        view! {
            <div class="searching" role="status">
                <Icon svg=SEARCH />
                <p>{t!(lang, connect.searching)}</p>
            </div>
            {when(move || late.get(), move || view! {
                <ul class="tips">
                    <li>{t!(lang, connect.tip_charge)}</li>
                    <li>{t!(lang, connect.tip_wake)}</li>
                    <li>{t!(lang, connect.tip_near)}</li>
                    <li>{t!(lang, connect.tip_phone)}</li>
                </ul>
            }.into_any())}
        }
    });
    let demo = demo.into_iter().map(device).collect_view();
    view! {
        <div class="nearby" data-testid="nearby" data-bluetooth=format!("{:?}", nearby.bluetooth)>
            {told} {search} {known} {others} <Group title=t!(lang, connect.built_in)>{demo}</Group>
        </div>
    }
    .into_any()
}

fn kind(lang: Locale, kind: SourceKind) -> String {
    match kind {
        SourceKind::Demo => t!(lang, connect.kind_demo),
        SourceKind::Journal => t!(lang, connect.kind_journal),
        SourceKind::Classic => t!(lang, connect.kind_classic),
        SourceKind::Standard => t!(lang, connect.kind_standard),
    }
}

fn device(device: NearbyDevice) -> AnyView {
    let lang = lang();
    let model = Model::here();
    let demo = device.kind == SourceKind::Demo;
    let (icon, test) = if demo { (DEMO, "connect-demo") } else { (WATCH, "nearby-device") };
    let command = match demo {
        true => Command::new("connect_demo"),
        false => Command::new("connect_device").with("id", &device.id),
    };
    let name = words::source(lang, &device.name);
    let bars = device.rssi_dbm.map(measure::signal_bars);
    let act = press(move || {
        model.over.set(None);
        model.welcome_over();
        model.ask(command.clone());
    });
    let note = match (device.here, bars) {
        (false, _) => t!(lang, connect.vanished),
        (true, None) => kind(lang, device.kind),
        (true, Some(bars)) => format!("{} · {}", kind(lang, device.kind), words::signal(lang, bars)),
    };
    view! {
        <button class="row" data-testid=test data-id=device.id class:vanished=!device.here disabled=!device.here on:click=act>
            <Icon svg=icon />
            <span class="row-name">{name} <small>{note}</small></span>
            {bars.map(|bars| view! { <Bars filled=bars /> })}
            {device.here.then(|| view! { <Icon svg=CHEVRON /> })}
        </button>
    }
    .into_any()
}
