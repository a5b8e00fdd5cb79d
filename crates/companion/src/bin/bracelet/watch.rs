//! `bracelet watch`: the live view, redrawn in place; plain lines where there is no terminal; JSON for programs.

use std::collections::VecDeque;
use std::io::IsTerminal;
use std::time::Duration;

use bridge::{Beat, Error, Event, Home};
use companion::Engine;
use tokio::io::AsyncWriteExt;
use tokio::sync::broadcast::{Receiver, error::TryRecvError};
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use vitals::{Freshness, UnixMillis};

use crate::args::{Lang, Watch};
use crate::failure::Failure;
use crate::frame::{Look, Shown, draw};

/// How often the view in the terminal may change: enough to see a pulse, little enough to be calm.
const FRAME: Duration = Duration::from_millis(100);
/// Beats are kept for as long as the strip is, and the replay's delay.
const KEPT_MS: i64 = 65_000;
/// For so long the view says what went wrong.
const TOLD_MS: i64 = 30_000;
/// Used where the terminal does not tell its width.
const WIDTH: usize = 80;

/// How `watch` speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// A view redrawn in place.
    View,
    /// A line of words a second.
    Lines,
    /// A JSON object a second.
    Json,
}

impl Voice {
    /// The voice for these arguments and this standard output.
    pub fn of(watch: &Watch) -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        match (watch.json, std::io::stdout().is_terminal() && !dumb) {
            (true, _) => Self::Json,
            (false, true) => Self::View,
            (false, false) => Self::Lines,
        }
    }
}

/// Shows what the engine tells, until the time is over, a signal comes or nobody reads any more.
///
/// # Errors
///
/// When standard output cannot be written for another reason than that its reader has gone.
pub async fn run(
    engine: &Engine,
    events: Receiver<Event>,
    watch: &Watch,
    voice: Voice,
    lang: Lang,
) -> Result<(), Failure> {
    let mut heard = Heard { events, beats: VecDeque::new(), trouble: None };
    let mut second = |text: &dyn Fn(&Home) -> String| {
        heard.take(engine.clock().now());
        if let Some((_, error)) = heard.trouble.take() {
            Failure::from(error).tell(lang);
        }
        text(&engine.home())
    };
    let shown = match voice {
        Voice::Json => each_second(watch.seconds, || second(&json)).await,
        Voice::Lines => each_second(watch.seconds, || second(&|home| line(home, lang))).await,
        Voice::View => view(engine, heard, watch.seconds, lang).await,
    };
    match shown {
        // The reader has seen enough: not our fault, and not a fault.
        Err(why) if why.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(Failure::Output),
    }
}

/// Does both at once and ends with the second, or with an error of the first.
pub async fn beside<A, E>(
    first: impl Future<Output = Result<A, E>>,
    second: impl Future<Output = Result<(), Failure>>,
) -> (Result<(), E>, Result<(), Failure>) {
    let (mut first, mut second) = (std::pin::pin!(first), std::pin::pin!(second));
    tokio::select! {
        done = &mut first => match done {
            Ok(_) => (Ok(()), second.await),
            Err(error) => (Err(error), Ok(())),
        },
        shown = &mut second => (Ok(()), shown),
    }
}

/// Prints a line a second, flushed, so many times or until a signal.
async fn each_second(seconds: Option<u64>, mut text: impl FnMut() -> String) -> std::io::Result<()> {
    let second = Duration::from_secs(1);
    let mut ticks = interval_at(Instant::now() + second, second);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut out = tokio::io::stdout();
    let mut left = seconds;
    let mut end = std::pin::pin!(crate::signal::asked_to_end());
    while left != Some(0) {
        tokio::select! {
            () = &mut end => return Ok(()),
            _ = ticks.tick() => {}
        }
        let mut line = text();
        line.push('\n');
        tokio::select! {
            () = &mut end => return Ok(()),
            written = async { out.write_all(line.as_bytes()).await?; out.flush().await } => written?,
        }
        left = left.map(|left| left - 1);
    }
    Ok(())
}

/// What a program reads each second: null for what is not known, and for what is not current.
#[derive(serde::Serialize)]
struct Line {
    time: String,
    heart_rate: Option<u16>,
    spo2: Option<u8>,
    skin_temperature: Option<f64>,
    steps: Option<u32>,
    battery: Option<u8>,
    quality: Option<u8>,
}

fn json(home: &Home) -> String {
    let current = |fresh: Freshness| fresh == Freshness::Fresh;
    let number = |card: &bridge::Card| card.value.filter(|_| current(card.freshness));
    let heart = Some(&home.heart).filter(|heart| current(heart.freshness));
    let line = Line {
        time: timestamp(home.at),
        heart_rate: heart.and_then(|heart| heart.bpm).map(|bpm| bpm.0),
        spo2: number(&home.spo2).and_then(percent),
        skin_temperature: number(&home.skin_temperature),
        steps: home.steps.today.filter(|_| current(home.steps.freshness)),
        battery: number(&home.battery).and_then(percent),
        quality: heart.map(|heart| heart.quality),
    };
    // Numbers and a text: nothing that could fail.
    serde_json::to_string(&line).unwrap_or_default()
}

/// A whole number of hundredths.
fn percent(value: f64) -> Option<u8> {
    (0_u8..=100).find(|&whole| (f64::from(whole) - value).abs() <= 0.5)
}

/// RFC 3339 in UTC.
pub fn timestamp(at: UnixMillis) -> String {
    jiff::Timestamp::from_millisecond(at.0).map(|at| format!("{at:.3}")).unwrap_or_default()
}

/// What is known now in a line of words.
fn line(home: &Home, lang: Lang) -> String {
    let wide = Look { width: usize::MAX, colour: false, lang };
    crate::frame::line(home, wide)
}

async fn view(engine: &Engine, mut heard: Heard, seconds: Option<u64>, lang: Lang) -> std::io::Result<()> {
    let colour = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let mut frames = interval_at(Instant::now(), FRAME);
    frames.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let deadline = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut out = tokio::io::stdout();
    let mut screen = Screen::default();
    let mut end = std::pin::pin!(crate::signal::asked_to_end());
    out.write_all(b"\x1b[?25l").await?;
    let shown = loop {
        tokio::select! {
            () = &mut end => break Ok(()),
            _ = frames.tick() => {}
        }
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            break Ok(());
        }
        let width = terminal_size::terminal_size().map_or(WIDTH, |(width, _)| usize::from(width.0));
        let now = engine.clock().now();
        heard.take(now);
        let shown = Shown {
            home: &engine.home(),
            beats: heard.beats.make_contiguous(),
            alarms: &engine.alarms(),
            trouble: heard.trouble.as_ref().map(|(_, error)| error.code),
        };
        let lines = draw(&shown, now, Look { width, colour, lang });
        let Some(bytes) = screen.update(lines, width) else { continue };
        let written = async {
            out.write_all(bytes.as_bytes()).await?;
            out.flush().await
        };
        if let Err(why) = written.await {
            break Err(why);
        }
    };
    // The cursor comes back whatever happened; if that fails too, there is nobody to tell.
    let _ = out.write_all(b"\x1b[?25h").await;
    let _ = out.flush().await;
    shown
}

/// What the engine has told: the beats of the last minute, and what went wrong last.
struct Heard {
    events: Receiver<Event>,
    beats: VecDeque<Beat>,
    trouble: Option<(UnixMillis, Error)>,
}

impl Heard {
    fn take(&mut self, now: UnixMillis) {
        loop {
            match self.events.try_recv() {
                Ok(Event::Beats(new)) => self.beats.extend(new),
                Ok(Event::Trouble(error)) => self.trouble = Some((now, error)),
                Ok(Event::TroubleOver(code)) => {
                    self.trouble = self.trouble.take().filter(|(_, error)| error.code != code);
                }
                Ok(_) | Err(TryRecvError::Lagged(_)) => {}
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        while self.beats.front().is_some_and(|beat| now.since(beat.at) > KEPT_MS) {
            self.beats.pop_front();
        }
        self.trouble = self.trouble.take().filter(|(at, _)| now.since(*at) < TOLD_MS);
    }
}

/// What stands in the terminal, so that only what changes is written.
#[derive(Default)]
struct Screen {
    lines: Vec<String>,
    width: usize,
}

impl Screen {
    /// What to write so that these lines stand there instead; none when they do already.
    fn update(&mut self, lines: Vec<String>, width: usize) -> Option<String> {
        if lines == self.lines && width == self.width {
            return None;
        }
        let mut bytes = String::new();
        if !self.lines.is_empty() {
            bytes.push_str(&format!("\x1b[{}A", self.lines.len()));
        }
        bytes.push('\r');
        for line in &lines {
            bytes.push_str("\x1b[2K");
            bytes.push_str(line);
            bytes.push('\n');
        }
        // What was longer before is wiped.
        bytes.push_str("\x1b[J");
        self.lines = lines;
        self.width = width;
        Some(bytes)
    }
}
