//! Readings as a file that other programs read.
//!
//! Tests find: `export`, `format-csv`, `format-json`, `period-day`, `period-week`, `period-month`, `period-all`, `what-all` and
//! `what-` with a metric's name, `export-choose`.

use crate::prelude::*;
use bridge::ExportFormat;
use vitals::{Metric, UnixMillis};

use super::backup::refused;
use super::file::{Kind, choose};
use crate::api::{self, Command};
use crate::components::choice::choice;
use crate::components::dialog::{Dialog, ends};
use crate::components::icon::{Icon, WARNING};
use crate::components::work::{self, Order};
use crate::follow::{Kept, press};
use crate::model::Model;
use crate::page;
use crate::words::{self, Locale, lang, plural, t};

const DAY_MS: i64 = 86_400_000;

/// The dialog.
pub fn export() -> AnyView {
    let lang = lang();
    let model = Model::here();
    let format = Kept::new(ExportFormat::Csv);
    let days = Kept::new(Some(30_i64));
    let what = Kept::new(None::<Metric>);
    let formats = vec![
        ("format-csv", "CSV".to_owned(), ExportFormat::Csv),
        ("format-json", "JSON".to_owned(), ExportFormat::Json),
    ];
    let periods = vec![
        ("period-day", t!(lang, data.last_day), Some(1)),
        ("period-week", t!(lang, data.last_days, n = 7), Some(7)),
        ("period-month", t!(lang, data.last_days, n = 30), Some(30)),
        ("period-all", t!(lang, data.everything), None),
    ];
    let metric = |id, metric| (id, words::metric(lang, metric), Some(metric));
    let metrics = vec![
        ("what-all", t!(lang, data.all_values), None),
        metric("what-heart_rate", Metric::HeartRate),
        metric("what-spo2", Metric::Spo2),
        metric("what-skin_temperature", Metric::SkinTemperature),
        metric("what-steps", Metric::Steps),
    ];
    let begin = move || {
        let (format, days, what) = (format.get_untracked(), days.get_untracked(), what.get_untracked());
        let ending = if format == ExportFormat::Csv { "csv" } else { "json" };
        let now = page::now();
        let from = days.map_or(i64::MIN, |days| now - days * DAY_MS);
        work::with_file(model, choose(lang, Kind::Save, &t!(lang, data.export_file), ending), move |path| {
            Order {
                command: Command::new("export_to")
                    .with("path", &path)
                    .with("format", &format)
                    .with("metric", &what)
                    .with("from", &UnixMillis(from))
                    .with("to", &UnixMillis(now + 1)),
                told: Box::new(move |lang: Locale, answer: &str| {
                    let count = api::parse::<u64>(answer).unwrap_or_default();
                    let lines = plural!(lang, count, data.lines);
                    t!(lang, work.saved, path = path, size = lines)
                }),
            }
        });
    };
    let body = move || {
        view! {
            {choice("what", t!(lang, data.what), metrics.clone(), what, move |chosen| what.set(chosen))}
            {choice("period", t!(lang, data.period), periods.clone(), days, move |chosen| days.set(chosen))}
            {choice("format", t!(lang, data.format), formats.clone(), format, move |chosen| format.set(chosen))}
            <p class="muted">{t!(lang, data.export_text)}</p>
            <p class="hint"><Icon svg=WARNING /><span>{t!(lang, data.export_clear)}</span></p>
            {ends(view! {
                <button class="button button-primary" data-testid="export-choose" on:click=press(begin)>
                    {t!(lang, data.choose_place)}
                </button>
            })}
        }
        .into_any()
    };
    view! {
        <Dialog title=t!(lang, data.export)>
            <div class="choices" data-testid="export">{work::shown(t!(lang, data.exporting), refused, body)}</div>
        </Dialog>
    }
    .into_any()
}
