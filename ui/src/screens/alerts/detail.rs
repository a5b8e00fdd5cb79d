//! One alert: its curve with the limit in force then, and what can be said to it.
//!
//! Tests find: `fine`, `snooze`, `exercising`, `change-limit`.

use crate::prelude::*;
use bridge::{AlertDetail, Answer, Span};
use leptos_i18n::Locale as _;
use vitals::{Judged, Metric, WARMER_BY};

use super::{lasted, measured_by, status};
use crate::api::Command;
use crate::components::chart::{ChartPanel, Size, View};
use crate::components::dialog::Dialog;
use crate::components::status::Pill;
use crate::follow::{Follow, press};
use crate::load::load;
use crate::model::{Model, Over};
use crate::page;
use crate::words::{self, Locale, lang, t};

const HOUR_MS: i64 = 3_600_000;

/// The dialog of the alert of that id.
pub fn detail(id: String) -> AnyView {
    let model = Model::here();
    let detail = load::<AlertDetail>(move || {
        model.alerts.track();
        Command::new("alert").with("id", &id)
    });
    view! { <Dialog title=t!(lang(), alerts.alert)>{detail.view(shown)}</Dialog> }.into_any()
}

fn fact(name: String, value: String) -> Option<AnyView> {
    (!value.is_empty()).then(|| view! { <dt>{name}</dt> <dd>{value}</dd> }.into_any())
}

fn answered(lang: Locale, answer: Answer) -> String {
    match answer {
        Answer::Fine => t!(lang, alerts.fine),
        Answer::Snooze => t!(lang, alerts.snooze),
        Answer::Exercising => t!(lang, alerts.exercising),
    }
}

fn shown(detail: AlertDetail) -> AnyView {
    let lang = lang();
    let model = Model::here();
    let alert = detail.alert.clone();
    let metric = alert.rule.metric();
    let value = |value: Option<f64>| match (metric, value) {
        (Some(metric), Some(value)) => words::value_text(lang, metric, value),
        _ => String::new(),
    };
    // Beyond none of the limits: warmer than the person's own nights.
    let by_nights = detail.limits.is_some_and(|limits| {
        let set =
            [limits.high_attention, limits.high_alert].map(|limit| limit.map(|it| f64::from(it) / 100.0));
        metric == Some(Metric::SkinTemperature) && !set.contains(&alert.limit)
    });
    let clock = |at| page::clock(at, lang.as_str());
    let facts = [
        fact(t!(lang, alerts.peak), value(alert.peak)),
        fact(
            match by_nights {
                true => {
                    t!(lang, alerts.above_nights, by = words::degrees(lang, f64::from(WARMER_BY) / 100.0))
                }
                false => t!(lang, alerts.limit),
            },
            value(alert.limit),
        ),
        fact(t!(lang, alerts.began), clock(alert.since)),
        fact(t!(lang, alerts.duration), lasted(lang, &alert, model.clock.get_untracked())),
        fact(t!(lang, alerts.ended), alert.closed.map(clock).unwrap_or_default()),
        fact(
            t!(lang, alerts.motion),
            alert.activity.map(|activity| words::activity(lang, activity)).unwrap_or_default(),
        ),
        fact(t!(lang, alerts.source), measured_by(lang, &alert)),
        fact(
            t!(lang, alerts.said),
            alert
                .answer
                .map(|said| format!("{} · {}", answered(lang, said.answer), clock(said.at)))
                .unwrap_or_default(),
        ),
    ];
    let say = |test: &'static str, answer: Answer, class: &'static str| {
        let id = alert.id.clone();
        let act = press(move || {
            model.ask(Command::new("answer_alert").with("id", &id).with("said", &answer));
            model.over.set(None);
        });
        view! { <button class=class data-testid=test on:click=act>{answered(lang, answer)}</button> }
            .into_any()
    };
    let name = if by_nights { t!(lang, rule.skin_warmer) } else { words::rule(lang, alert.rule) };
    // The one that is wanted most comes first.
    let mut ways = Vec::new();
    if alert.closed.is_none() {
        ways.push(say("fine", Answer::Fine, "button button-primary"));
        ways.push(say("snooze", Answer::Snooze, "button"));
    }
    if let (Some(metric), Some(_)) = (metric, alert.limit) {
        let judged = match (metric, alert.activity) {
            (Metric::Spo2, _) => Judged::Spo2,
            (Metric::SkinTemperature, _) => Judged::SkinTemperature,
            (_, activity) => Judged::heart(activity.unwrap_or_default()),
        };
        let change = press(move || model.over.set(Some(Over::Limits(judged))));
        if alert.answer.is_none_or(|said| said.answer != Answer::Exercising) {
            ways.push(say("exercising", Answer::Exercising, "button"));
        }
        ways.push(
            view! { <button class="button" data-testid="change-limit" on:click=change>{t!(lang, alerts.change_limit)}</button> }
                .into_any(),
        );
    }
    let state = if alert.closed.is_some() { t!(lang, alerts.over) } else { t!(lang, alerts.still_open) };
    let chart = metric.map(|metric| {
        // An hour holds a short alert with half an hour on either side; three hours a longer one.
        let span = if detail.to.since(detail.from) <= HOUR_MS { Span::Hour } else { Span::ThreeHours };
        let view = View::new(span);
        view.end.set((detail.to.0 < page::now()).then_some(detail.to));
        view! { <div class="alert-chart"><ChartPanel metric=metric view=view size=Size::Small /></div> }
    });
    view! {
        <div class="alert-head">
            <Pill status=Follow::always(status(&alert)) />
            <b>{name}</b>
            <span class="muted">{state}</span>
        </div>
        {chart}
        <dl class="facts">{facts.into_iter().flatten().collect_view()}</dl>
        {(alert.level == vitals::Level::Alert && alert.closed.is_none()).then(|| view! {
            <p class="muted">{t!(lang, alerts.closes_itself)}</p>
        })}
        <div class="actions alert-ways">{ways}</div>
    }
    .into_any()
}
