//! The same bins as a table, for those who read rather than look.

use crate::prelude::*;
use bridge::ChartBin;

use super::asking::Shown;
use super::told;
use crate::follow::{follow, part};
use crate::words::{self, lang, t};

/// The bins, the newest first.
#[component]
pub fn Table(shown: Shown) -> impl IntoView {
    let lang = lang();
    let rows = part(move || {
        shown.chart.with(|chart| {
            let Some(chart) = chart.as_ref() else { return ().into_any() };
            let row = |bin: &ChartBin| {
                let told = told::readout(lang, chart, bin);
                view! {
                    <tr>
                        <th scope="row">{told.time}</th>
                        <td>{told.value}</td>
                        <td>{told.range}</td>
                        <td>{words::percent(lang, bin.coverage)}</td>
                    </tr>
                }
            };
            chart.bins.iter().rev().map(row).collect_view().into_any()
        })
    });
    view! {
        <div class="chart-table" tabindex="0" role="region" aria-label=t!(lang, analytics.table)>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{t!(lang, analytics.column_time)}</th>
                        <th scope="col">
                            {follow(move || shown.chart.with(|chart| chart.as_ref().map(|chart| words::metric(lang, chart.metric))))}
                        </th>
                        <th scope="col">{t!(lang, analytics.column_range)}</th>
                        <th scope="col">{t!(lang, analytics.column_coverage)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
