//! Every state of every screen, as the gallery shows it: accessible, in both languages, themes and sizes, and as it was.
//! Started by `cargo xtask pictures`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, ensure};
use e2e::{Browser, Desktop, Keyring, Picture, Site};
use serde_json::json;

/// Chromiums at work at the same time.
const BROWSERS: usize = 2;
/// A desktop and a phone.
const SIZES: [(u32, u32); 2] = [(1280, 800), (390, 844)];
/// In an order in which the language, which builds the page anew, changes seldom.
const LOOKS: [(&str, &str); 4] = [("en", "light"), ("en", "dark"), ("fr", "dark"), ("fr", "light")];
/// The narrowest page, and the largest text, that WCAG 2.2 asks for (1.4.10, 1.4.4).
const NARROW: (u32, u32) = (320, 640);
const LARGE: &str = "lang=fr&theme=light&text=200";

/// Brings axe-core into the page.
const WITH_AXE: &str = "
    const axe = document.head.appendChild(document.createElement('script'));
    axe.onload = () => arguments[0]();
    axe.src = '/axe.js';";

/// The standards that axe-core checks: WCAG 2.2 at levels A and AA, and what it calls best practice.
const CHECK: &str = "
    const done = arguments[0];
    const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    // A component's sheet shows one thing several times, and what stands around a page within one.
    const sheet = location.hash.includes('/component-');
    const rules = sheet ? Object.fromEntries(['landmark-unique', 'landmark-complementary-is-top-level']
        .map(rule => [rule, { enabled: false }])) : {};
    axe.run(document, { runOnly: standards, rules, resultTypes: ['violations'] }).then(
        found => done(found.violations.map(it => `${it.id}: ${it.help}: ${it.nodes.map(node => node.target).join(', ')}`)),
        why => done([`axe: ${why}`]));";

/// By a letter's width.
const MOVED: &str = "position: relative; left: 12px";

/// Changes the style of one of the small elements that carry a meaning each; or, called again, changes it back.
const CHANGES: &str = "
    const [number, style] = arguments;
    if (window.changed) return changed.style.cssText = style, changed = null;
    const all = Array.from(document.querySelectorAll('main .icon, main button, main b, main .shape, nav a')).filter(it => {
        const box = it.getBoundingClientRect();
        const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        return box.width >= 14 && box.height >= 14 && !it.closest(':disabled') && there && (it.contains(there) || there.contains(it));
    });
    window.changed = all[Math.floor(number * all.length / 8)];
    changed.style.cssText = style;
    return changed.outerHTML.replaceAll(/<!--.*?-->/g, '');";

#[tokio::test]
#[ignore = "needs the gallery and its browsers: `cargo xtask pictures`"]
async fn every_state_is_accessible_fits_and_looks_as_it_did() -> Result<()> {
    let site = Site::serve(given("E2E_GALLERY")?, Some(given("E2E_AXE")?)).await?;
    let states = states(&Browser::chromium().await?, &site).await?;
    let accepting = std::env::var_os("E2E_ACCEPT").is_some();
    fs::create_dir_all(references())?;
    fs::create_dir_all(e2e::output()?)?;

    let next = AtomicUsize::new(0);
    let walks = (0..BROWSERS).map(|_| walk(&site, &states, &next, accepting));
    let wrong: Vec<_> = futures_util::future::try_join_all(walks).await?.concat();

    let states: BTreeSet<_> = states.into_iter().collect();
    let kept = fs::read_dir(references())?.filter_map(|file| Some(file.ok()?.path()));
    // Who looks at some states does not know what became of the others.
    let all = std::env::var_os("E2E_ONLY").is_none();
    let gone: Vec<_> = kept.filter(|file| all && !states.contains(&name(file))).collect();
    for file in gone.iter().filter(|_| accepting) {
        fs::remove_file(file)?;
    }
    println!("{} states, {} pictures", states.len(), states.len() * LOOKS.len() * SIZES.len());
    ensure!(wrong.is_empty(), "{} things are wrong:\n{}", wrong.len(), wrong.join("\n"));
    ensure!(accepting || gone.is_empty(), "no longer in the gallery: {gone:?}");
    Ok(())
}

#[tokio::test]
#[ignore = "needs the gallery and its browsers: `cargo xtask pictures`"]
async fn whatever_is_missing_or_elsewhere_on_a_page_is_seen() -> Result<()> {
    let site = Site::serve(given("E2E_GALLERY")?, None).await?;
    let output = e2e::output()?.join("seen");
    fs::create_dir_all(&output)?;
    let browser = Browser::chromium().await?;
    let mut unseen = Vec::new();
    for (number, state) in ["live", "alerts", "settings", "analytics-heart_rate-day"].into_iter().enumerate()
    {
        let (width, height) = SIZES[number % 2];
        browser.resize(width, height).await?;
        browser.open(&site.page(number, &format!("{state}?lang=en&theme=light"))).await?;
        let before = browser.picture(output.join(format!("{state}.png"))).await?.from_afar();
        for element in 0..8 {
            for (style, is_seen) in
                [("visibility: hidden", true), (MOVED, true), ("translate: 0.3px 0", false)]
            {
                let html = browser.script_on(CHANGES, vec![json!(element), json!(style)]).await?;
                let file = output.join(format!("{state}-{element}-{is_seen}.png"));
                let now = browser.picture(file).await?.from_afar();
                browser.script_on(CHANGES, vec![json!(element), json!("")]).await?;
                if now.differs_from(&before).is_some() != is_seen {
                    unseen.push(format!("{state}, {style}: {html}"));
                }
            }
        }
    }
    ensure!(unseen.is_empty(), "{} judged wrongly:\n{}", unseen.len(), unseen.join("\n"));
    Ok(())
}

#[tokio::test]
#[ignore = "needs the gallery and its browsers: `cargo xtask pictures`"]
async fn every_state_is_drawn_without_complaint_by_the_engine_of_the_apps_window() -> Result<()> {
    let site = Site::serve(given("E2E_GALLERY")?, None).await?;
    let desktop = Desktop::start(Keyring::Missing)?;
    let browser = Browser::webkit(&desktop).await?;
    let mut wrong = Vec::new();
    for (number, state) in states(&browser, &site).await?.iter().enumerate() {
        let mut errors = browser.open(&site.page(number, &format!("{state}?lang=en&theme=light"))).await?;
        errors.extend(browser.change(&format!("{state}?lang=fr&theme=dark")).await?);
        wrong.extend(errors.into_iter().map(|error| format!("{state}: {error}")));
    }
    ensure!(wrong.is_empty(), "{} complaints in WebKit:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

/// The names of all states, from the gallery's own list.
async fn states(browser: &Browser, site: &Site) -> Result<Vec<String>> {
    browser.open(&site.page(0, "")).await?;
    let script = "return Array.from(document.querySelectorAll('a[href^=\"#/gallery/\"]')).map(it => it.hash.slice(10))";
    let mut states: Vec<String> = serde_json::from_value(browser.script(script).await?)?;
    if let Ok(beginning) = std::env::var("E2E_ONLY") {
        states.retain(|state| state.starts_with(&beginning));
    }
    ensure!(!states.is_empty(), "the gallery is empty");
    Ok(states)
}

/// Looks at one state after the other in one browser, and answers with what is wrong.
async fn walk(site: &Site, states: &[String], next: &AtomicUsize, accepting: bool) -> Result<Vec<String>> {
    let browser = Browser::chromium().await?;
    let mut wrong = Vec::new();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let Some(state) = states.get(number) else { return Ok(wrong) };
        let found = look(&browser, site, number, state, accepting).await;
        let found = found.with_context(|| format!("could not look at {state}"))?;
        wrong.extend(found.into_iter().map(|it| format!("{state}: {it}")));
    }
}

/// Looks at a state: as a desktop and as a phone, in both languages and themes, and on the narrowest screen.
async fn look(
    browser: &Browser,
    site: &Site,
    number: usize,
    state: &str,
    accepting: bool,
) -> Result<Vec<String>> {
    browser.resize(SIZES[0].0, SIZES[0].1).await?;
    let (lang, theme) = LOOKS[0];
    let mut wrong = browser.open(&site.page(number, &format!("{state}?lang={lang}&theme={theme}"))).await?;
    browser.script_async(WITH_AXE).await?;
    let accepted = match fs::read(references().join(format!("{state}.png"))) {
        Ok(png) if !accepting => Some(Picture::decode(&png)?),
        _ => None,
    };
    let (mut seen, mut left) = (Vec::new(), 0);
    for (width, height) in SIZES {
        if width != SIZES[0].0 {
            browser.resize(width, height).await?;
        }
        for (lang, theme) in LOOKS {
            let look = format!("{width}-{lang}-{theme}");
            wrong.extend(browser.change(&format!("{state}?lang={lang}&theme={theme}")).await?);
            let file = e2e::output()?.join(format!("{state}-{look}.png"));
            let mut picture = browser.picture(file.clone()).await?;
            // A busy computer may not have painted every layer: what is new or different is looked at once more.
            let afar = picture.from_afar();
            let known = accepted.as_ref().map(|accepted| accepted.cut(left, &afar));
            if known.is_none_or(|known| afar.differs_from(&known).is_some()) {
                browser.drawn().await?;
                picture = browser.picture(file).await?;
            }
            left += afar.width();
            let found: Vec<String> = serde_json::from_value(browser.script_async(CHECK).await?)?;
            wrong.extend(found.into_iter().map(|it| format!("{look}: {it}")));
            seen.push((look, picture));
        }
    }
    browser.resize(NARROW.0, NARROW.1).await?;
    wrong.extend(browser.change(&format!("{state}?{LARGE}")).await?);
    let wide = browser.script("return document.documentElement.scrollWidth").await?;
    if wide.as_u64().is_none_or(|wide| wide > NARROW.0.into()) {
        wrong.push(format!("{wide} pixels wide at {} with twice the text", NARROW.0));
    }
    let state = state.to_owned();
    wrong.extend(tokio::task::spawn_blocking(move || compare(&state, &seen, accepting)).await??);
    Ok(wrong)
}

/// Compares what is seen of a state with what was accepted, or accepts it.
fn compare(state: &str, seen: &[(String, Picture)], accepting: bool) -> Result<Vec<String>> {
    let reference = references().join(format!("{state}.png"));
    let afar: Vec<_> = seen.iter().map(|(_, picture)| picture.from_afar()).collect();
    if accepting {
        fs::write(reference, Picture::beside(&afar).encode()?)?;
        return Ok(Vec::new());
    }
    let Ok(accepted) = fs::read(&reference) else {
        return Ok(vec!["no picture was accepted yet".to_owned()]);
    };
    let accepted = Picture::decode(&accepted)?;
    let (mut wrong, mut left) = (Vec::new(), 0);
    for ((look, picture), afar) in seen.iter().zip(&afar) {
        let difference = afar.differs_from(&accepted.cut(left, afar));
        left += afar.width();
        let shown = e2e::output()?.join(format!("{state}-{look}-difference.png"));
        match difference {
            Some(difference) => {
                fs::write(&shown, picture.showing(&difference).encode()?)?;
                wrong.push(format!("{look}: {}: {}", difference.words, shown.display()));
            }
            // What an earlier run said is no longer so.
            None => drop(fs::remove_file(&shown)),
        }
    }
    Ok(wrong)
}

/// The pictures that were accepted: a file a state, its looks side by side, from afar.
fn references() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("pictures")
}

fn name(file: &Path) -> String {
    file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

fn given(name: &str) -> Result<PathBuf> {
    std::env::var_os(name).map(PathBuf::from).context("started by `cargo xtask pictures`")
}
