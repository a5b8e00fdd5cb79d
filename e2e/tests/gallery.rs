//! Every state of every screen, as the gallery shows it: accessible, in both languages, themes and sizes, and as it was.
//! Started by `cargo xtask pictures`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use e2e::{Browser, Desktop, Keyring, Picture, Site};

/// Chromiums at work at the same time.
const BROWSERS: usize = 2;
/// A desktop and a phone.
const SIZES: [(u32, u32); 2] = [(1280, 800), (390, 844)];
const LOOKS: [(&str, &str); 4] = [("en", "light"), ("en", "dark"), ("fr", "light"), ("fr", "dark")];
/// The narrowest page, and the largest text, that WCAG 2.2 asks for (1.4.10, 1.4.4).
const NARROW: (u32, u32) = (320, 640);
const LARGE: &str = "text=200";

/// The standards that axe-core checks: WCAG 2.2 at levels A and AA, and what it calls best practice.
const CHECK: &str = "
    const done = arguments[0];
    const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    axe.run(document, { runOnly: standards, resultTypes: ['violations'] }).then(
        found => done(found.violations.map(it => `${it.id}: ${it.help}: ${it.nodes.map(node => node.target).join(', ')}`)),
        why => done([`axe: ${why}`]));";

#[tokio::test]
#[ignore = "needs the gallery and its browsers: `cargo xtask pictures`"]
async fn every_state_is_accessible_fits_and_looks_as_it_did() -> Result<()> {
    let site = Site::serve(given("E2E_GALLERY")?).await?;
    let states: BTreeSet<_> = states(&Browser::chromium().await?, &site).await?.into_iter().collect();
    let accepting = std::env::var_os("E2E_ACCEPT").is_some();
    let references = Path::new(env!("CARGO_MANIFEST_DIR")).join("pictures");
    fs::create_dir_all(&references)?;

    let shares: Vec<Vec<_>> =
        (0..BROWSERS).map(|n| states.iter().skip(n).step_by(BROWSERS).cloned().collect()).collect();
    let walked = shares.iter().map(|share| walk(&site, share, accepting.then_some(references.as_path())));
    let wrong: Vec<_> = futures_util::future::try_join_all(walked).await?.concat();

    let kept = fs::read_dir(&references)?.filter_map(|file| Some(file.ok()?.path()));
    let gone: Vec<_> = kept.filter(|file| !states.contains(&name(file))).collect();
    for file in &gone {
        if accepting {
            fs::remove_file(file)?;
        }
    }
    println!("{} states, {} pictures", states.len(), states.len() * LOOKS.len() * SIZES.len());
    ensure!(wrong.is_empty(), "{} things are wrong:\n{}", wrong.len(), wrong.join("\n"));
    ensure!(accepting || gone.is_empty(), "no longer in the gallery: {gone:?}");
    Ok(())
}

#[tokio::test]
#[ignore = "needs the gallery and its browsers: `cargo xtask pictures`"]
async fn every_state_is_drawn_without_complaint_by_the_engine_of_the_apps_window() -> Result<()> {
    let site = Site::serve(given("E2E_GALLERY")?).await?;
    let desktop = Desktop::start(Keyring::Missing)?;
    let browser = Browser::webkit(&desktop).await?;
    let mut wrong = Vec::new();
    for (number, state) in states(&browser, &site).await?.iter().enumerate() {
        for error in browser.open(&site.page(number, &format!("{state}?lang=en&theme=light"))).await? {
            wrong.push(format!("{state}: {error}"));
        }
    }
    ensure!(wrong.is_empty(), "{} complaints in WebKit:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

/// The names of all states, from the gallery's own list.
async fn states(browser: &Browser, site: &Site) -> Result<Vec<String>> {
    browser.open(&site.page(0, "")).await?;
    let script = "return Array.from(document.querySelectorAll('a[href^=\"#/gallery/\"]')).map(it => it.hash.slice(10))";
    let states: Vec<String> = serde_json::from_value(browser.script(script).await?)?;
    ensure!(!states.is_empty(), "the gallery is empty");
    Ok(states)
}

/// Looks at these states in one browser, and answers with what is wrong.
async fn walk(site: &Site, states: &[String], accept: Option<&Path>) -> Result<Vec<String>> {
    let axe = fs::read_to_string(given("E2E_AXE")?)?;
    let output = e2e::output()?;
    fs::create_dir_all(&output)?;
    let browser = Browser::chromium().await?;
    let mut wrong = Vec::new();
    let mut number = 0;
    for state in states {
        let mut afar = Vec::new();
        for (lang, theme) in LOOKS {
            number += 1;
            let (width, height) = SIZES[0];
            browser.resize(width, height).await?;
            let page = site.page(number, &format!("{state}?lang={lang}&theme={theme}"));
            let errors = browser.open(&page).await?;
            wrong.extend(errors.into_iter().map(|error| format!("{state} {lang} {theme}: {error}")));
            for (width, height) in SIZES {
                browser.resize(width, height).await?;
                let file = output.join(format!("{state}-{width}-{lang}-{theme}.png"));
                afar.push(browser.picture(&file).await?.from_afar());
                if lang == "en" {
                    browser.script(&axe).await?;
                    let found: Vec<String> = serde_json::from_value(browser.script_async(CHECK).await?)?;
                    wrong.extend(found.into_iter().map(|it| format!("{state} {theme} {width}: {it}")));
                }
            }
        }
        number += 1;
        wrong.extend(
            overflow(&browser, &site.page(number, &format!("{state}?lang=fr&{LARGE}")))
                .await?
                .map(|it| format!("{state}: {it}")),
        );
        let now = Picture::beside(&afar);
        match accept {
            Some(references) => fs::write(references.join(format!("{state}.png")), now.encode()?)?,
            None => wrong.extend(differs(state, &now, &output)?),
        }
    }
    Ok(wrong)
}

/// Whether a page on the narrowest screen, with the largest text, has to be scrolled sideways.
async fn overflow(browser: &Browser, page: &str) -> Result<Option<String>> {
    browser.resize(NARROW.0, NARROW.1).await?;
    browser.open(page).await?;
    let width = browser.script("return document.documentElement.scrollWidth").await?;
    let fits = width.as_u64().is_some_and(|width| width <= NARROW.0.into());
    Ok((!fits).then(|| format!("{width} pixels wide at {} with twice the text", NARROW.0)))
}

/// What differs from the picture that was accepted.
fn differs(state: &str, now: &Picture, output: &Path) -> Result<Option<String>> {
    let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("pictures").join(format!("{state}.png"));
    let Ok(accepted) = fs::read(&reference) else {
        return Ok(Some(format!("{state}: no picture was accepted yet")));
    };
    let difference = now.differs_from(&Picture::decode(&accepted)?);
    Ok(difference.map(|it| format!("{state}: {it}; look at {}/{state}-*.png", output.display())))
}

fn name(file: &Path) -> String {
    file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

fn given(name: &str) -> Result<PathBuf> {
    std::env::var_os(name).map(PathBuf::from).context("started by `cargo xtask pictures`")
}
