//! The live view as lines of text: a pure function of Home, the beats, the window's size and the time.

use bridge::{Beat, Card, Code, Home};
use vitals::{Alert, Freshness, Level, Status, UnixMillis};

use crate::args::Lang;

/// The heart is drawn this much after the beat was told for, as in the window: beats arrive up to 1.5 s late.
pub const REPLAY_MS: i64 = 1_500;
/// How long the heart stays large after a beat.
const SYSTOLE_MS: i64 = 260;
/// The strip beneath shows so much.
const STRIP_MS: i64 = 60_000;

/// How to draw.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether colours may be used.
    pub colour: bool,
    /// The language.
    pub lang: Lang,
}

/// A colour of the terminal's own palette, by meaning.
#[derive(Clone, Copy)]
enum Ink {
    Heart,
    Ok,
    Attention,
    Alert,
    Muted,
    Strong,
}

impl Look {
    fn ink(self, ink: Ink, text: &str) -> String {
        if !self.colour || text.is_empty() {
            return text.to_owned();
        }
        let code = match ink {
            Ink::Heart => "35",
            Ink::Ok => "32",
            Ink::Attention => "33",
            Ink::Alert => "1;31",
            Ink::Muted => "2",
            Ink::Strong => "1",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }

    fn status(self, status: Status) -> String {
        let (shape, word) = self.lang.status(status);
        let ink = match status {
            Status::Ok => Ink::Ok,
            Status::Attention => Ink::Attention,
            Status::Alert => Ink::Alert,
            Status::Active | Status::Unknown => Ink::Muted,
        };
        self.ink(ink, &format!("{shape} {word}"))
    }
}

/// What to draw.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// Home.
    pub home: &'a Home,
    /// The beats of the last minute, the oldest first.
    pub beats: &'a [Beat],
    /// The alarms that are open.
    pub alarms: &'a [Alert],
    /// What went wrong just now.
    pub trouble: Option<Code>,
}

/// Draws the view at `now`: lines no wider than the terminal.
#[must_use]
pub fn draw(shown: &Shown<'_>, now: UnixMillis, look: Look) -> Vec<String> {
    let Shown { home, beats, alarms, trouble } = *shown;
    let lang = look.lang;
    let mut lines = Vec::with_capacity(12);
    let name = home.source.as_ref().map_or("", |source| lang.source(source));
    lines.push(head(name, &lang.connection(&home.connection, now), look));
    lines.push(String::new());
    lines.extend(heart(home, beats, now, look));
    for alarm in alarms {
        let (ink, shape) = match alarm.level {
            Level::Alert => (Ink::Alert, "!"),
            Level::Attention => (Ink::Attention, "▲"),
        };
        let words = lang.alarm(alarm, now);
        lines.push(format!("    {}", look.ink(ink, &format!("{shape} {words}"))));
    }
    lines.push(String::new());
    let cards = [
        card(&home.spo2, &|v| lang.percent(v), look),
        card(&home.skin_temperature, &|v| format!("{} °C", lang.decimal(v)), look),
        steps(home, look),
        card(&home.battery, &|v| lang.percent(v), look),
    ];
    lines.extend(beside(&cards, look.width));
    lines.push(String::new());
    lines.push(strip(beats, now, look));
    lines.push(foot(home, look));
    for words in trouble.map(|code| lang.trouble(code)).into_iter().flatten() {
        lines.push(look.ink(Ink::Attention, words));
    }
    lines.into_iter().map(|line| fit(line, look.width)).collect()
}

/// What is known now in one line, for where there is no terminal.
#[must_use]
pub fn line(home: &Home, look: Look) -> String {
    let lang = look.lang;
    let bpm = match (home.heart.bpm, home.heart.freshness) {
        (Some(bpm), Freshness::Fresh) => bpm.to_string(),
        _ => "—".to_owned(),
    };
    let name = home.source.as_ref().map_or("", |source| lang.source(source));
    let parts = [
        name.to_owned(),
        lang.connection(&home.connection, home.at),
        format!("{bpm} bpm"),
        look.status(home.overall),
        card(&home.spo2, &|v| lang.percent(v), look),
        card(&home.skin_temperature, &|v| format!("{} °C", lang.decimal(v)), look),
        steps(home, look),
        card(&home.battery, &|v| lang.percent(v), look),
        foot(home, look),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

/// The columns a text takes: escapes take none, and everything we draw is one column wide.
fn columns(text: &str) -> usize {
    let mut escape = false;
    text.chars().filter(|&character| is_drawn(character, &mut escape)).count()
}

/// Whether a character takes a column; follows where an escape begins and ends.
fn is_drawn(character: char, escape: &mut bool) -> bool {
    match character {
        '\x1b' => *escape = true,
        'm' if *escape => *escape = false,
        _ => return !*escape,
    }
    false
}

/// Cuts a line to so many columns, so that the terminal does not wrap it. Colours end where they would have.
fn fit(line: String, width: usize) -> String {
    if columns(&line) <= width {
        return line;
    }
    let (mut escape, mut left) = (false, width.saturating_sub(1));
    let mut cut = false;
    let kept = line.chars().filter_map(|character| {
        if !is_drawn(character, &mut escape) {
            return Some(character);
        }
        match left.checked_sub(1) {
            Some(less) => {
                left = less;
                Some(character)
            }
            None if !std::mem::replace(&mut cut, true) => Some('…'),
            None => None,
        }
    });
    kept.collect()
}

fn head(name: &str, connection: &str, look: Look) -> String {
    let gap = if name.is_empty() { "" } else { "  " };
    format!("{}{gap}{}", look.ink(Ink::Strong, name), look.ink(Ink::Muted, connection))
}

/// The beat that the heart shows at `now`: the last one before the replay's time, if it is recent.
fn phase(beats: &[Beat], now: UnixMillis) -> Option<i64> {
    let shown = now.plus(-REPLAY_MS);
    beats.iter().rev().map(|beat| shown.since(beat.at)).find(|&since| since >= 0)
}

fn heart(home: &Home, beats: &[Beat], now: UnixMillis, look: Look) -> Vec<String> {
    let large =
        home.heart.freshness == Freshness::Fresh && phase(beats, now).is_some_and(|since| since < SYSTOLE_MS);
    let shape = look.ink(Ink::Heart, if large { "(♥)" } else { " ♥ " });
    let shape = if home.heart.freshness == Freshness::Fresh { shape } else { look.ink(Ink::Muted, " ♡ ") };
    let (number, age) = match (home.heart.bpm, home.heart.freshness) {
        (Some(bpm), Freshness::Fresh) => (look.ink(Ink::Strong, &format!("{bpm:>3}")), String::new()),
        (Some(bpm), Freshness::Stale) => {
            let age = look.lang.span(home.heart.age_ms.unwrap_or(0));
            (look.ink(Ink::Muted, &format!("{bpm:>3}")), ago(&age, look.lang))
        }
        _ => ("  —".to_owned(), String::new()),
    };
    let age = if age.is_empty() { age } else { format!("  {}", look.ink(Ink::Muted, &age)) };
    let mut lines = vec![format!("{shape} {number} bpm  {}{age}", look.status(home.overall))];
    let why = look.lang.why(&home.heart.why);
    if !why.is_empty() {
        lines.push(format!("    {}", look.ink(Ink::Muted, &why)));
    }
    lines
}

fn ago(span: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{span} ago"),
        Lang::Fr => format!("il y a {span}"),
    }
}

fn card(card: &Card, unit: &dyn Fn(f64) -> String, look: Look) -> String {
    let label = look.lang.metric(card.metric);
    let value = match (card.value, card.freshness) {
        (Some(value), Freshness::Fresh) => look.ink(Ink::Strong, &unit(value)),
        (Some(value), Freshness::Stale) => {
            let age = ago(&look.lang.span(card.age_ms.unwrap_or(0)), look.lang);
            look.ink(Ink::Muted, &format!("{} ({age})", unit(value)))
        }
        _ => "—".to_owned(),
    };
    // Only what the person should look at gets a shape here: the ring above says the rest.
    let mark = match card.status {
        Status::Attention => look.ink(Ink::Attention, " ▲"),
        Status::Alert => look.ink(Ink::Alert, " !"),
        _ => String::new(),
    };
    format!("{} {value}{mark}", look.ink(Ink::Muted, label))
}

fn steps(home: &Home, look: Look) -> String {
    let label = look.ink(Ink::Muted, look.lang.metric(vitals::Metric::Steps));
    match (home.steps.today, home.steps.freshness) {
        (Some(today), Freshness::Gone) => format!("{label} {}", look.ink(Ink::Muted, &today.to_string())),
        (Some(today), _) => {
            format!("{label} {}", look.ink(Ink::Strong, &format!("{today} / {}", home.steps.goal)))
        }
        (None, _) => format!("{label} —"),
    }
}

/// As many cards a line as fit.
fn beside(cards: &[String], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for card in cards {
        match lines.last_mut() {
            Some(line) if columns(line) + 3 + columns(card) <= width => {
                line.push_str("   ");
                line.push_str(card);
            }
            _ => lines.push(card.clone()),
        }
    }
    lines
}

/// A minute of beats: one column each so many milliseconds, a mark where a beat was.
fn strip(beats: &[Beat], now: UnixMillis, look: Look) -> String {
    let width = look.width.min(120);
    let width_ms = i64::try_from(width).unwrap_or(1).max(1);
    let shown = now.plus(-REPLAY_MS);
    let mut marks = vec![0_u8; width];
    for beat in beats {
        let age = shown.since(beat.at);
        if !(0..STRIP_MS).contains(&age) {
            continue;
        }
        let column = width_ms - 1 - age * width_ms / STRIP_MS;
        if let Some(mark) = usize::try_from(column).ok().and_then(|column| marks.get_mut(column)) {
            *mark = mark.saturating_add(1);
        }
    }
    let strip: String = marks
        .iter()
        .map(|count| match count {
            0 => '·',
            1 => '|',
            _ => '‖',
        })
        .collect();
    look.ink(Ink::Heart, &strip)
}

fn foot(home: &Home, look: Look) -> String {
    let lang = look.lang;
    let text = match home.catching_up {
        Some(catching) if catching.total > 0 => {
            let percent = lang.percent((catching.done.min(catching.total) * 100 / catching.total) as f64);
            let span = lang.span(catching.span_ms);
            match lang {
                Lang::En => format!("Fetching {span} · {percent}"),
                Lang::Fr => format!("Récupération de {span} · {percent}"),
            }
        }
        _ if !home.storage.saving => lang.pick("Not saving", "Rien n'est enregistré").to_owned(),
        _ => match lang {
            Lang::En => format!("{} readings kept here", home.storage.records),
            Lang::Fr => format!("{} relevés gardés ici", home.storage.records),
        },
    };
    look.ink(Ink::Muted, &text)
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
