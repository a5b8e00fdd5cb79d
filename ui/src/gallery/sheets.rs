//! A sheet a component, with the component in each of its states: `#/gallery/component-<name>`. Made-up readings.

use crate::prelude::*;
use bridge::{Alert, CatchUp, Code, Connection, Error, Home, Origin, SourceKind, Span, Step};
use leptos::context::Provider;
use vitals::{AlertRule, Freshness, Judged, Level, Metric, Status, Thresholds, UnixMillis};

use super::{alerts, home};
use crate::components::alarm::Alarm;
use crate::components::card::{Bars, Card, StepsCard};
use crate::components::chart::{ChartPanel, Size, View};
use crate::components::chip::{CatchUpChip, ConnectionChip, SyncChip};
use crate::components::choice::{Switch, choice};
use crate::components::display::Display;
use crate::components::empty::Empty;
use crate::components::field::{Field, Kind};
use crate::components::heart::{Heart, Outline, Strip};
use crate::components::icon::{self, Icon};
use crate::components::limits::NumberLine;
use crate::components::notice::{DemoRibbon, Troubles};
use crate::components::rows::{Fact, Group, Way};
use crate::components::savebar::SaveBar;
use crate::components::status::{Mark, Pill, Shape, name};
use crate::components::stepper::Stepper;
use crate::components::toast::{Done, Toast};
use crate::follow::{Follow, Kept};
use crate::model::{Model, nothing};
use crate::page;

/// A sheet: its name in the address, and what is on it.
type Sheet = (&'static str, fn() -> Vec<AnyView>);

/// All of them.
pub const SHEETS: &[Sheet] = &[
    ("component-alarm", alarms),
    ("component-button", buttons),
    ("component-card", cards),
    ("component-chart", charts_of_each_size),
    ("component-chip", chips),
    ("component-choice", choices),
    ("component-display", displays),
    ("component-empty", empties),
    ("component-field", fields),
    ("component-heart", hearts),
    ("component-icon", icons),
    ("component-limits", lines),
    ("component-notice", notices),
    ("component-rows", rows),
    ("component-savebar", bars),
    ("component-status", statuses),
    ("component-stepper", steppers),
    ("component-toast", toasts),
];

const STATUSES: [Status; 5] = [Status::Ok, Status::Attention, Status::Alert, Status::Active, Status::Unknown];

/// The sheet of that name.
pub fn sheet(name: &str) -> Option<AnyView> {
    let (name, specimens) = SHEETS.iter().find(|sheet| sheet.0 == name)?;
    let model = model_of(home::live(page::now()));
    Some(
        view! {
            <main style="padding:24px;max-width:1200px;margin:auto">
                <h1 style="margin:0 0 24px;font-size:var(--text-20);overflow-wrap:anywhere">{*name}</h1>
                <div style="display:grid;gap:32px 24px;grid-template-columns:repeat(auto-fill,minmax(min(100%,340px),1fr))">
                    <Provider value=model>{untrack(specimens)}</Provider>
                </div>
            </main>
        }
        .into_any(),
    )
}

/// A component in a state, and the state's name.
fn specimen(state: &'static str, view: AnyView) -> AnyView {
    view! {
        <figure style="margin:0;min-width:0">
            <figcaption class="muted" style="font-size:var(--text-12);margin-bottom:8px">{state}</figcaption>
            {view}
        </figure>
    }
    .into_any()
}

/// The same, from one side of the sheet to the other.
fn wide(state: &'static str, view: AnyView) -> AnyView {
    view! { <div style="grid-column:1/-1;min-width:0">{specimen(state, view)}</div> }.into_any()
}

/// A component while Home is that.
fn while_home(state: &'static str, home: Home, build: fn() -> AnyView) -> AnyView {
    with(state, model_of(home), build)
}

fn with(state: &'static str, model: Model, build: fn() -> AnyView) -> AnyView {
    specimen(state, view! { <Provider value=model>{build()}</Provider> }.into_any())
}

fn model_of(home: Home) -> Model {
    let model = Model::new();
    let told = Home { at: UnixMillis(now()), ..home };
    model.take(bridge::Event::Home(Box::new(told)));
    model
}

/// What is fixed to the window's edge, kept in its place on the sheet.
fn held(view: AnyView) -> AnyView {
    view! { <div style="position:relative;transform:translate(0);height:120px">{view}</div> }.into_any()
}

fn now() -> i64 {
    page::now()
}

fn alarms() -> Vec<AnyView> {
    let alarm = |state, rule, peak| {
        let model = model_of(home::live(now()));
        let origin = if state == "a test" { Origin::Test } else { Origin::Bracelet };
        let alert = Alert { peak, origin, ..alerts::alert("a", rule, Level::Alert, 240_000, None) };
        model.alarm.set(Some(alert));
        // It asks for what is open: none of that here.
        view! { <div style="grid-column:1/-1">{with(state, model, || view! { <Alarm /> }.into_any())}</div> }
            .into_any()
    };
    vec![
        alarm("heart rate high", AlertRule::HeartRateHigh, Some(128.0)),
        alarm("heart rate low", AlertRule::HeartRateLow, Some(38.0)),
        alarm("oxygen low", AlertRule::Spo2Low, Some(86.0)),
        alarm("skin temperature high", AlertRule::SkinTemperatureHigh, Some(38.9)),
        alarm("a fall", AlertRule::Fall, None),
        alarm("SOS", AlertRule::Sos, None),
        alarm("a test", AlertRule::Sos, None),
    ]
}

fn buttons() -> Vec<AnyView> {
    let button = |class: &'static str, disabled: bool| {
        view! { <button class=class disabled=disabled>"Reconnect"</button> }.into_any()
    };
    let with_icon =
        view! { <button class="button button-primary"><Icon svg=icon::REFRESH />"Reconnect"</button> };
    let round = view! { <button class="button-icon" aria-label="Close"><Icon svg=icon::X /></button> };
    vec![
        specimen("the main one", button("button button-primary", false)),
        specimen("the main one, with an icon", with_icon.into_any()),
        specimen("another", button("button", false)),
        specimen("one that destroys", button("button button-danger", false)),
        specimen("waiting", button("button button-primary", true)),
        specimen("another, waiting", button("button", true)),
        specimen("within a text", button("button-text", false)),
        specimen("only an icon", round.into_any()),
    ]
}

fn cards() -> Vec<AnyView> {
    let spo2 = || view! { <Card metric=Metric::Spo2 of=|home| &home.spo2 /> }.into_any();
    let battery = || view! { <Card metric=Metric::Battery of=|home| &home.battery /> }.into_any();
    let steps = || view! { <StepsCard /> }.into_any();
    let home = |change: fn(&mut Home)| {
        let mut home = home::live(now());
        change(&mut home);
        home
    };
    let told = |freshness, age_ms| {
        let mut home = home::live(now());
        (home.spo2.freshness, home.spo2.age_ms, home.spo2.status) =
            (freshness, Some(age_ms), Status::Unknown);
        home
    };
    let status = |status| {
        let mut home = home::live(now());
        (home.spo2.status, home.spo2.value) =
            (status, Some(if status == Status::Alert { 88.0 } else { 93.0 }));
        home
    };
    vec![
        while_home("fresh", home::live(now()), spo2),
        while_home("attention", status(Status::Attention), spo2),
        while_home("alert", status(Status::Alert), spo2),
        while_home("stale", told(Freshness::Stale, 94_000), spo2),
        while_home("gone", told(Freshness::Gone, 1_260_000), spo2),
        while_home("never", nothing(), spo2),
        while_home("a weak signal", home(|home| home.spo2.quality = Some(18)), spo2),
        while_home("battery", home::live(now()), battery),
        while_home("battery low", home(|home| home.battery.value = Some(9.0)), battery),
        while_home("steps, on the way", home::live(now()), steps),
        while_home("steps, none yet", home(|home| home.steps.today = Some(0)), steps),
        while_home("steps, goal reached", home(|home| home.steps.today = Some(9_214)), steps),
        while_home("steps, no goal", home(|home| home.steps.goal = 0), steps),
        while_home("steps, never", nothing(), steps),
        specimen(
            "signal",
            (0..5).map(|filled| view! { <p><Bars filled=filled /></p> }).collect_view().into_any(),
        ),
    ]
}

fn charts_of_each_size() -> Vec<AnyView> {
    let chart = |metric, span, size, pointed: Option<i64>| {
        let view = View::new(span);
        view.cursor.set(pointed.map(|ago| UnixMillis(now() - ago)));
        view! { <ChartPanel metric=metric view=view size=size /> }.into_any()
    };
    vec![
        wide(
            "whole, a value pointed at",
            chart(Metric::HeartRate, Span::Day, Size::Whole, Some(9 * 3_600_000)),
        ),
        wide("first of several", chart(Metric::SkinTemperature, Span::Week, Size::Stacked, None)),
        wide("beneath another", chart(Metric::Steps, Span::Month, Size::Beneath, Some(86_400_000 * 4))),
        specimen("beside other things", chart(Metric::HeartRate, Span::ThreeHours, Size::Small, None)),
    ]
}

fn chips() -> Vec<AnyView> {
    let at = UnixMillis(now() - 47_000);
    let connection = |connection| Home { connection, ..home::live(now()) };
    let chip = || view! { <ConnectionChip /> }.into_any();
    let kept = || view! { <SyncChip /> }.into_any();
    let to_send = |to_send| {
        let mut home = home::live(now());
        home.storage.to_send = Some(to_send);
        home
    };
    let fetching = |span_ms, done| {
        let catching_up = Some(CatchUp { span_ms, done, total: 64_800 });
        Home { catching_up, ..home::live(now()) }
    };
    let fetched = || view! { <CatchUpChip /> }.into_any();
    vec![
        while_home("no bracelet", connection(Connection::None), chip),
        while_home("connecting", connection(Connection::Connecting { step: Step::Searching }), chip),
        while_home("connected", connection(Connection::Connected { since: at }), chip),
        while_home("lost", connection(Connection::Lost { since: at, next_try: at }), chip),
        while_home("disconnected", connection(Connection::Disconnected { since: at }), chip),
        while_home("saved", home::live(now()), kept),
        while_home("one to send", to_send(1), kept),
        while_home("many to send", to_send(2_312), kept),
        while_home("not saving", home::disk_full(now()), kept),
        while_home("fetching begins", fetching(30 * 86_400_000, 0), fetched),
        while_home("fetching", fetching(18 * 3_600_000, 41_472), fetched),
    ]
}

fn choices() -> Vec<AnyView> {
    let options =
        || vec![("a", "Bronze".to_owned(), 0), ("b", "Silver".to_owned(), 1), ("c", "Gold".to_owned(), 2)];
    let choose =
        |group, chosen: usize| choice(group, "Medal".to_owned(), options(), Follow::always(chosen), |_| {});
    let switch = |id, hint: &'static str, on: bool| {
        view! { <Switch id=id label="Monitoring" hint=hint on=Follow::always(on) turn=Callback::new(|_| {}) /> }.into_any()
    };
    vec![
        specimen("the first", choose("first", 0)),
        specimen("the last", choose("last", 2)),
        specimen("none", choose("none", 9)),
        specimen("on", switch("on", "", true)),
        specimen("off", switch("off", "", false)),
        specimen("with a word of what it does", switch("hint", "Goes on when the window is closed.", true)),
    ]
}

fn displays() -> Vec<AnyView> {
    let display = |state, text: &str| {
        specimen(state, view! { <Display text=Follow::always(text.to_owned()) /> }.into_any())
    };
    vec![
        display("empty", ""),
        display("short", "J'arrive."),
        display("full", &"Prends ton manteau, il pleut. ".repeat(4)),
    ]
}

fn empties() -> Vec<AnyView> {
    let alone = view! { <Empty icon=icon::TIMER title="Nothing yet" text="What you name stands here." /> };
    let with_a_way = view! {
        <Empty icon=icon::BLUETOOTH title="Nothing found" text="Charge the bracelet and wake it.">
            <button class="button button-primary">"Search again"</button>
        </Empty>
    };
    vec![specimen("alone", alone.into_any()), specimen("with a way on", with_a_way.into_any())]
}

fn fields() -> Vec<AnyView> {
    let field = |id: &'static str,
                 text: &str,
                 kind,
                 unit: &'static str,
                 hint: &'static str,
                 error: Option<&str>| {
        let (value, error) = (Kept::new(text.to_owned()), error.map(str::to_owned));
        let error = Follow::always(error);
        let view =
            view! { <Field id=id label="Height" value=value kind=kind unit=unit hint=hint error=error /> };
        specimen(id, view.into_any())
    };
    vec![
        field("empty", "", Kind::Line, "", "", None),
        field("filled", "Camille", Kind::Line, "", "", None),
        field("number", "172", Kind::Number, "cm", "", None),
        field("hint", "172", Kind::Number, "cm", "For the length of your steps.", None),
        field("error", "1720", Kind::Number, "cm", "", Some("Between 50 and 250 cm.")),
        field("phone", "+33 6 12 34 56 78", Kind::Phone, "", "", None),
        field("lines", "8,4 km, vent de face", Kind::Lines, "", "", None),
        field("time", "2026-11-20T09:41", Kind::Time, "", "", None),
    ]
}

fn hearts() -> Vec<AnyView> {
    let heart = |status, worn| {
        let view = view! { <Heart status=Follow::always(status) worn=Follow::always(worn) /> };
        specimen(if worn { name(status) } else { "not worn" }, view.into_any())
    };
    let mut all: Vec<_> = STATUSES.map(|status| heart(status, true)).into();
    all.push(heart(Status::Unknown, false));
    all.push(specimen("none yet", view! { <Outline /> }.into_any()));
    all.push(specimen("searching", view! { <Outline searching=true /> }.into_any()));
    all.push(specimen("strip without a pulse", view! { <Strip /> }.into_any()));
    all
}

fn icons() -> Vec<AnyView> {
    let one = |(name, svg): &(&'static str, &'static str)| {
        view! { <li style="display:flex;gap:8px;align-items:center"><Icon svg=*svg />{*name}</li> }
    };
    let list = "display:grid;gap:12px;padding:0;grid-template-columns:repeat(auto-fill,minmax(150px,1fr))";
    vec![wide("all", view! { <ul style=list>{icon::ALL.iter().map(one).collect_view()}</ul> }.into_any())]
}

fn lines() -> Vec<AnyView> {
    let line = |state, judged: Judged, behind: bool| {
        let limits = Kept::new(Thresholds::default().in_force(judged, Some(42)));
        let hill = |n: u32| 4_000 - (n.abs_diff(16) * 260).min(4_000);
        let behind = if behind { (0..40).map(hill).collect() } else { Vec::new() };
        let line = view! { <NumberLine judged=judged limits=limits behind=Follow::always(behind) /> };
        specimen(state, line.into_any())
    };
    vec![
        line("heart rate", Judged::HeartRate, true),
        line("heart rate asleep", Judged::HeartRateAsleep, true),
        line("heart rate moving", Judged::HeartRateMoving, true),
        line("oxygen", Judged::Spo2, true),
        line("skin temperature", Judged::SkinTemperature, true),
        line("nothing measured yet", Judged::HeartRate, false),
    ]
}

fn notices() -> Vec<AnyView> {
    let troubles = || view! { <Troubles /> }.into_any();
    let trouble = |state, code| {
        let model = model_of(home::live(now()));
        let detail = "org.freedesktop.Secret.Error.IsLocked".to_owned();
        model.trouble.set(Some(Error { code, detail }));
        with(state, model, troubles)
    };
    vec![
        while_home("a demo is shown", home::live(now()), || view! { <DemoRibbon /> }.into_any()),
        while_home("the disk is full", home::disk_full(now()), troubles),
        while_home("nothing is saved", home::not_saving(now()), troubles),
        trouble("the bracelet is silent", Code::BraceletSilent),
        trouble("the clock is wrong", Code::ClockWrong),
        trouble("a fault", Code::Internal),
    ]
}

fn rows() -> Vec<AnyView> {
    let open = Callback::new(|()| {});
    let group = view! {
        <Group title="Readings">
            <Way id="limits" icon=icon::LIMITS name="Heart rate" now=Follow::always("50–120".to_owned()) open=open />
            <Way id="card" icon=icon::CARD name="Emergency card" open=open />
            <Fact name="Readings" now=Follow::always("2 592 417".to_owned()) />
        </Group>
    };
    let nameless = view! { <Group><Fact name="Version" now=Follow::always("0.1.0".to_owned()) /></Group> };
    vec![specimen("with a title", group.into_any()), specimen("without", nameless.into_any())]
}

fn bars() -> Vec<AnyView> {
    let bar = |state, wrong: bool| {
        let act = Callback::new(|()| {});
        let bar = view! { <SaveBar changed=Follow::always(true) wrong=Follow::always(wrong) save=act discard=act /> };
        wide(state, held(bar.into_any()))
    };
    vec![bar("changed", false), bar("something is wrong", true)]
}

fn statuses() -> Vec<AnyView> {
    let status = |status| {
        let status = Follow::always(status);
        let all = view! {
            <p style="display:flex;gap:16px;align-items:center;flex-wrap:wrap">
                <Shape status=status />
                <Pill status=status />
                <Mark status=status />
            </p>
        };
        specimen(name(status.get_untracked()), all.into_any())
    };
    STATUSES.map(status).into()
}

fn steppers() -> Vec<AnyView> {
    let stepper = |state, step, kind: SourceKind| {
        let mut home = home::live(now());
        home.source = home.source.map(|source| bridge::Source { kind, ..source });
        home.connection = Connection::Connecting { step };
        let model = model_of(home);
        let stepper =
            move || view! { <Provider value=model><Stepper step=Follow::always(step) /></Provider> };
        specimen(state, stepper().into_any())
    };
    vec![
        stepper("searching", Step::Searching, SourceKind::Journal),
        stepper("found", Step::Found, SourceKind::Journal),
        stepper("secured", Step::Secured, SourceKind::Journal),
        stepper("waiting for the first beat", Step::WaitingForBeat, SourceKind::Journal),
        stepper("the demo: found", Step::Found, SourceKind::Demo),
        stepper("the demo: waiting for the first beat", Step::WaitingForBeat, SourceKind::Demo),
    ]
}

fn toasts() -> Vec<AnyView> {
    let toast = |state, words: &str, undo| {
        let model = model_of(home::live(now()));
        model.done.set(Some(Done { words: words.to_owned(), icon: icon::CHECK, undo }));
        specimen(state, held(view! { <Provider value=model><Toast /></Provider> }.into_any()))
    };
    vec![
        toast("done", "Profil mis à jour", None),
        toast("can be undone", "Profil mis à jour", Some(Callback::new(|()| {}))),
    ]
}
