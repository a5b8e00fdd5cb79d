//! What is red and unanswered, above every page, until somebody answers it. `data-testid="alarm"`, its buttons
//! `alarm-see` and `alarm-fine`.

use crate::prelude::*;
use bridge::{Alerts, Answer, Origin};
use leptos_i18n::Locale as _;
use vitals::{AlertRule, Status};

use crate::api::Command;
use crate::components::status::{Shape, name};
use crate::follow::{Follow, effect, part, press};
use crate::load::load;
use crate::measure::Span;
use crate::model::{Model, Over};
use crate::page;
use crate::words::{self, lang, t};

/// The banner. It asks once what was open before this window was.
#[component]
pub fn Alarm() -> impl IntoView {
    let lang = lang();
    let model = Model::here();
    let source = model.has_source();
    let at_start = load::<Alerts>(move || {
        source.track();
        Command::new("alerts").with("before", &None::<i64>)
    });
    effect(move || {
        if let Some(alerts) = at_start.get() {
            model.take_alerts(&alerts);
        }
    });
    part(move || {
        let Some(alert) = model.alarm.get() else { return ().into_any() };
        let (see, fine) = (alert.id.clone(), alert.id.clone());
        let is_emergency = alert.rule.metric().is_none();
        let kind = words::rule(lang, alert.rule);
        let text = match (alert.rule, alert.rule.metric(), alert.peak) {
            (AlertRule::Fall | AlertRule::Sos, ..) | (_, None, _) | (_, _, None) => {
                let at = t!(lang, alerts.at, time = page::clock(alert.since, lang.as_str()));
                format!("{at}. {}", words::who_knows(lang, alert.origin))
            }
            (_, Some(metric), Some(peak)) => {
                let since = alert.since.0;
                let span = words::span(lang, Span::of_ms(model.clock.get_untracked() - since));
                t!(lang, alerts.lasting, value = words::value_text(lang, metric, peak), span = span)
            }
        };
        // A test is nothing to be frightened of.
        let (status, done) = match alert.origin {
            Origin::Test => (Status::Attention, t!(lang, emergency.end_test)),
            Origin::Bracelet | Origin::App => (Status::Alert, t!(lang, alerts.fine)),
        };
        view! {
            <div class="alarm" role="alert" data-testid="alarm" data-status=name(status)>
                <Shape status=Follow::always(status) />
                <p>
                    <b>{kind}</b>
                    <span>{text}</span>
                </p>
                <button
                    class="button"
                    data-testid="alarm-see"
                    on:click=press(move || match is_emergency {
                        true => model.put_aside.set(None),
                        false => model.over.set(Some(Over::Alert(see.clone()))),
                    })
                >
                    {t!(lang, alerts.see)}
                </button>
                <button
                    class="button alarm-fine"
                    data-testid="alarm-fine"
                    on:click=press(move || {
                        model.ask(Command::new("answer_alert").with("id", &fine).with("said", &Answer::Fine));
                    })
                >
                    {done}
                </button>
            </div>
        }
        .into_any()
    })
}
