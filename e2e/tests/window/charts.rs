//! A month of charts: longer and shorter, backwards, by pointer and by keys, as a table and as a file.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use e2e::{Key, Window, english};

/// Longer than a chart takes from a month of seconds, without optimisation, on a slow machine.
const DRAWN: Duration = Duration::from_secs(60);

/// Looks at the charts of a month that is there.
pub async fn of_a_month(window: &Window, data: &Path) -> Result<()> {
    window.click("[data-testid=nav-analytics]").await?;
    for (span, name, bins) in [("day", "analytics.last.day", 200), ("week", "analytics.last.week", 100)] {
        shown(window, span, name, bins).await?;
    }
    shown(window, "month", "analytics.last.month", 28).await?;
    let words = sentence(window).await?;
    ensure!(words.contains(char::is_numeric), "a month with readings says no more than {words:?}");
    window.picture("month-desktop-light", 1280, 800).await?;

    by_pointer_and_by_keys(window).await?;
    as_table_and_file(window, data).await?;

    // A week, and the one before it, which has its readings too; and back to now.
    shown(window, "week", "analytics.last.week", 100).await?;
    window.click("[data-testid=earlier]:enabled").await?;
    let earlier = format!(
        "return !document.querySelector('[data-testid=range]').textContent.includes({:?})
            && document.querySelector('[data-testid=chart-heart_rate]').dataset.state === 'shown'
            && document.querySelectorAll('.chart-drawing .ink-line').length > 0",
        english("analytics.last.week")?
    );
    window.until("the week before", DRAWN, &earlier).await?;
    window.click("[data-testid=later]:enabled").await?;
    shown(window, "three_hours", "analytics.last.three_hours", 100).await?;
    shown(window, "hour", "analytics.last.hour", 30).await
}

/// Chooses how much time, and waits for its chart.
async fn shown(window: &Window, span: &str, name: &str, bins: u32) -> Result<()> {
    window.click(&format!("label:has(> [data-testid=span-{span}])")).await?;
    let drawn = format!(
        "return document.querySelector('[data-testid=range]').textContent === {:?}
            && document.querySelector('[data-testid=chart-heart_rate]').dataset.state === 'shown'
            && document.querySelectorAll('.chart-drawing svg *').length > {bins} / 4
            && Number(document.querySelector('[data-testid=overlay-heart_rate]').ariaValueMax ?? -1) >= {bins} - 1",
        english(name)?
    );
    window.until(&format!("the chart of a {span}"), DRAWN, &drawn).await
}

async fn sentence(window: &Window) -> Result<String> {
    let words = window.script("return document.querySelector('[data-testid=sentence]').textContent").await?;
    Ok(words.as_str().context("no sentence")?.to_owned())
}

async fn by_pointer_and_by_keys(window: &Window) -> Result<()> {
    let readout = "return document.querySelector('[data-testid=readout-heart_rate]').innerText";
    let whole = window.script(readout).await?;
    // The middle of the plot, where a click goes.
    window.click("[data-testid=overlay-heart_rate]").await?;
    window.shows(".cursor-place .cursor").await?;
    let pointed = window.script(readout).await?;
    ensure!(pointed != whole, "pointing tells nothing: {pointed}");
    let covered = pointed.as_str().is_some_and(|text| text.contains('%') && text.contains(char::is_numeric));
    ensure!(covered, "no value, range and coverage: {pointed}");

    let spoken = "return document.querySelector('[data-testid=overlay-heart_rate]').ariaValueText";
    let mut told = vec![window.script(spoken).await?];
    for key in [Key::Left, Key::Left, Key::Home, Key::End] {
        window.press(key).await?;
        told.push(window.script(spoken).await?);
    }
    told.dedup();
    ensure!(told.len() == 5, "a key led nowhere: {told:?}");
    Ok(())
}

async fn as_table_and_file(window: &Window, data: &Path) -> Result<()> {
    window.click("[data-testid=table-heart_rate]").await?;
    let rows = "return document.querySelectorAll('.chart-table tbody tr').length";
    window.until("a table", DRAWN, &rows.replace("return ", "return 28 <= ")).await?;
    let rows = window.script(rows).await?.as_u64().context("no rows")?;
    window.picture("month-table-desktop-light", 1280, 800).await?;
    window.click("[data-testid=table-heart_rate]").await?;

    window.click("[data-testid=save-heart_rate]").await?;
    let said = "return document.querySelector('[data-testid=saved]').textContent.includes('.csv')";
    window.until("a file", DRAWN, said).await?;
    // This home has no folder of downloads: it goes where the readings are.
    let files = fs::read_dir(data)?.flatten().map(|file| file.path());
    let file = files.into_iter().find(|file| file.extension().is_some_and(|end| end == "csv"));
    let csv = fs::read_to_string(file.context("no CSV file")?)?;
    let lines = csv.lines().count() as u64;
    ensure!(csv.starts_with("from,to,heart_rate (bpm)") && lines == rows + 1, "{rows} rows, but:\n{csv}");
    Ok(())
}
