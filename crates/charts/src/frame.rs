//! What the values stand in: grid, times, nights, limits and goals in force then, means of weeks.

use bridge::{Form, Lane, Plot, Span};
use jiff::civil::Weekday;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use vitals::{Metric, UnixMillis};

use crate::draw::{Canvas, Drawn, Look};
use crate::ink::{Ink, TENTHS};
use crate::lane;
use crate::series::LimitStretch;
use crate::window::zoned;

/// Room for the labels of the values, for those of the limits, above, and for the times, in pixels.
const LEFT: u32 = 52;
const RIGHT: u32 = 44;
const TOP: u32 = 12;
const TIMES: u32 = 28;
/// From one time of day to the next at least so many pixels, and so many for a day with its name.
const TIME_WIDTH: f64 = 64.0;
const DAY_WIDTH: f64 = 56.0;
/// A limit that held for a while is named where it is at least so many pixels long.
const LIMIT_WIDTH: f64 = 60.0;
/// From one name of a limit to the next at least so many tenths of a pixel.
const LIMIT_HEIGHT: i32 = 115;

/// The night on a chart: from 22:00 to 7:00, the quiet hours.
const NIGHT: (i8, i8) = (22, 7);

/// Where the values are on a sheet of that size.
pub(crate) fn plot(look: &Look<'_>, lane: &Lane) -> Plot {
    let (width, height) = look.size;
    let below = TIMES + if look.lane { lane::height(lane) } else { 0 };
    Plot {
        left: LEFT,
        top: TOP,
        width: width.saturating_sub(LEFT + RIGHT).max(1),
        height: height.saturating_sub(TOP + below).max(1),
    }
}

fn style(ink: Ink, h: HPos, v: VPos) -> TextStyle<'static> {
    TextStyle { color: ink.to_backend_color(), pos: Pos::new(h, v), ..("Inter", 12).into() }
}

fn tenths(pixels: u32) -> i32 {
    i32::try_from(pixels * TENTHS).unwrap_or(i32::MAX)
}

/// A value's height on the sheet, in tenths of a pixel.
fn height_of(canvas: &Canvas<'_, '_>, value: f64) -> i32 {
    let share = (canvas.axis.high - value) / (canvas.axis.high - canvas.axis.low);
    #[expect(clippy::cast_possible_truncation, reason = "a place on a sheet")]
    let down = (share * f64::from(canvas.plot.height * TENTHS)).round() as i32;
    down + tenths(canvas.plot.top)
}

/// A label at a value's height, so many pixels from the sheet's left.
fn beside(canvas: &Canvas<'_, '_>, text: String, value: f64, left: u32, style: TextStyle<'_>) -> Drawn {
    canvas.root.draw(&Text::new(text, (tenths(left), height_of(canvas, value)), style))
}

pub(crate) fn grid(canvas: &Canvas<'_, '_>) -> Drawn {
    let window = canvas.data.window;
    let right = canvas.x(window.to());
    let in_minutes = window.metric == Metric::Sleep && !matches!(window.span, Span::Week | Span::Month);
    let signed = crate::form(window.metric, window.span) == Form::Deviations;
    for value in canvas.axis.lines() {
        let ink = if value.abs() < 1e-9 { Ink::Zero } else { Ink::Grid };
        canvas.line(ink, vec![(0.0, value), (right, value)])?;
        let text = if in_minutes {
            canvas.look.language.number(value * 60.0, 0, false)
        } else {
            canvas.look.language.number(canvas.axis.unit.shown(value), canvas.axis.decimals(), signed)
        };
        beside(canvas, text, value, canvas.plot.left - 8, style(Ink::Label, HPos::Right, VPos::Center))?;
    }
    Ok(())
}

/// Where it was night: not where a bin is a day.
pub(crate) fn nights(canvas: &Canvas<'_, '_>, form: Form) -> Drawn {
    let window = canvas.data.window;
    let by_days = matches!(window.span, Span::Week | Span::Month) && form != Form::Band;
    if by_days {
        return Ok(());
    }
    let hour = |midnight: UnixMillis, hour: i8| {
        let date = zoned(midnight, canvas.look.zone)?.date();
        let at = date.at(hour, 0, 0, 0).to_zoned(canvas.look.zone.clone()).ok()?;
        Some(UnixMillis(at.timestamp().as_millisecond()))
    };
    let mut shaded = vec![];
    for (midnight, next) in window.days() {
        shaded.push((Some(midnight), hour(midnight, NIGHT.1)));
        shaded.push((hour(midnight, NIGHT.0), Some(next)));
    }
    for (from, to) in shaded.into_iter().filter_map(|(from, to)| from.zip(to)) {
        let (from, to) = (from.max(window.from()), to.min(window.to()));
        if from < to {
            canvas.area(Ink::Night, (canvas.x(from), canvas.axis.high), (canvas.x(to), canvas.axis.low))?;
        }
    }
    Ok(())
}

pub(crate) fn times(canvas: &Canvas<'_, '_>) -> Drawn {
    match canvas.data.window.span {
        Span::Week => days(canvas),
        Span::Month => weeks(canvas),
        _ => hours(canvas),
    }
}

fn below(canvas: &Canvas<'_, '_>, ink: Ink, x: i32, text: String) -> Drawn {
    let y = tenths(canvas.look.size.1.saturating_sub(18));
    canvas.root.draw(&Text::new(text, (x, y), style(ink, HPos::Center, VPos::Top)))
}

fn upright(canvas: &Canvas<'_, '_>, ink: Ink, at: UnixMillis) -> Drawn {
    let x = canvas.x(at);
    canvas.line(ink, vec![(x, canvas.axis.low), (x, canvas.axis.high)])
}

/// Times of day; midnight bears its day's name.
fn hours(canvas: &Canvas<'_, '_>) -> Drawn {
    let window = canvas.data.window;
    const STEPS: [i16; 10] = [5, 10, 15, 30, 60, 120, 180, 240, 360, 720];
    let least = canvas.width_of(TIME_WIDTH);
    let step = STEPS.into_iter().find(|step| f64::from(*step) * 60_000.0 >= least).unwrap_or(720);
    let sheet = tenths(canvas.look.size.0);
    for (midnight, _) in window.days() {
        let Some(date) = zoned(midnight, canvas.look.zone).map(|midnight| midnight.date()) else { continue };
        for minute in (0..24 * 60).step_by(usize::try_from(step).unwrap_or(720)) {
            let (hour, rest) = (minute / 60, minute % 60);
            let (Ok(hour), Ok(rest)) = (i8::try_from(hour), i8::try_from(rest)) else { continue };
            let Ok(at) = date.at(hour, rest, 0, 0).to_zoned(canvas.look.zone.clone()) else { continue };
            let at = UnixMillis(at.timestamp().as_millisecond());
            if at < window.from() || at > window.to() {
                continue;
            }
            let x = canvas.place(at);
            if minute == 0 {
                upright(canvas, Ink::Midnight, at)?;
                let day = canvas.look.language.weekday_and_day(date);
                below(canvas, Ink::DayLabel, x.min(sheet - 260), day)?;
            } else if x <= sheet - 200 {
                below(canvas, Ink::Label, x, format!("{hour:02}:{rest:02}"))?;
            }
        }
    }
    Ok(())
}

fn days(canvas: &Canvas<'_, '_>) -> Drawn {
    let window = canvas.data.window;
    for (from, to) in window.days() {
        let Some(date) = zoned(from, canvas.look.zone).map(|from| from.date()) else { continue };
        if from > window.from() {
            upright(canvas, Ink::Midnight, from)?;
        }
        let language = canvas.look.language;
        let text = if canvas.x(to) - canvas.x(from) >= canvas.width_of(DAY_WIDTH) {
            language.weekday_and_day(date)
        } else {
            language.weekday(date.weekday()).to_owned()
        };
        let is_today = from <= window.now && window.now < to;
        let ink = if is_today { Ink::DayLabel } else { Ink::Label };
        below(canvas, ink, i32::midpoint(canvas.place(from), canvas.place(to)), text)?;
    }
    Ok(())
}

/// Thirty days: their Mondays.
fn weeks(canvas: &Canvas<'_, '_>) -> Drawn {
    let window = canvas.data.window;
    for (from, to) in window.days() {
        let Some(date) = zoned(from, canvas.look.zone).map(|from| from.date()) else { continue };
        if date.weekday() == Weekday::Monday {
            if from > window.from() {
                upright(canvas, Ink::Midnight, from)?;
            }
            let text = canvas.look.language.day_and_month(date);
            below(canvas, Ink::Label, i32::midpoint(canvas.place(from), canvas.place(to)), text)?;
        }
    }
    Ok(())
}

/// Dashed lines at the limits in force then. The values of those that hold last stand beside the plot; what held only before
/// is named where it did, wherever there is room.
pub(crate) fn limits(canvas: &Canvas<'_, '_>) -> Drawn {
    let window = canvas.data.window;
    let right = canvas.plot.left + canvas.plot.width + 6;
    let last = canvas.data.limits.len().saturating_sub(1);
    let mut beside: Vec<(i32, String, Ink)> = Vec::new();
    for (index, stretch) in canvas.data.limits.iter().enumerate() {
        let (from, to) = (stretch.from.max(window.from()), stretch.to.min(window.to()));
        if from >= to {
            continue;
        }
        let later = canvas.data.limits.get(index + 1..).unwrap_or_default();
        for (ink, value) in stretch.lines() {
            // The axis holds every limit; one that was rounded away by its unit is still drawn on its edge.
            let at = value.clamp(canvas.axis.low, canvas.axis.high);
            canvas.line(ink, vec![(canvas.x(from), at), (canvas.x(to), at)])?;
            let text = limit_text(canvas, value);
            if index == last {
                beside.push((height_of(canvas, at), text, ink));
            } else if !later.iter().flat_map(LimitStretch::lines).any(|line| line == (ink, value))
                && canvas.x(to) - canvas.x(from) >= canvas.width_of(LIMIT_WIDTH)
            {
                // At either end, or two of them that are near each other would be written over.
                let (end, side) = if ink == Ink::Alert { (from, HPos::Left) } else { (to, HPos::Right) };
                let x = canvas.place(end) + if ink == Ink::Alert { 30 } else { -30 };
                let y = height_of(canvas, at) - 30;
                canvas.root.draw(&Text::new(text, (x, y), style(ink, side, VPos::Bottom)))?;
            }
        }
    }
    // A low chart's limits are nearer to each other than their names are high.
    beside.sort_unstable_by_key(|label| label.0);
    let mut least = i32::MIN;
    for (y, text, ink) in beside {
        let y = y.max(least);
        least = y + LIMIT_HEIGHT;
        canvas.root.draw(&Text::new(text, (tenths(right), y), style(ink, HPos::Left, VPos::Center)))?;
    }
    Ok(())
}

fn limit_text(canvas: &Canvas<'_, '_>, value: f64) -> String {
    let window = canvas.data.window;
    let signed = crate::form(window.metric, window.span) == Form::Deviations;
    let written = canvas.axis.unit.shown(value);
    let is_whole = (written - written.round()).abs() < 1e-6;
    canvas.look.language.number(written, usize::from(signed || !is_whole), signed)
}

/// Lines at the goals in force then, the last one's value above it.
pub(crate) fn goals(canvas: &Canvas<'_, '_>) -> Drawn {
    let window = canvas.data.window;
    for (index, goal) in canvas.data.goals.iter().enumerate() {
        let (from, to) = (goal.from.max(window.from()), goal.to.min(window.to()));
        if from >= to {
            continue;
        }
        canvas.line(Ink::Goal, vec![(canvas.x(from), goal.value), (canvas.x(to), goal.value)])?;
        if index + 1 == canvas.data.goals.len() {
            let text = canvas.look.language.number(goal.value, 0, false);
            let right = canvas.plot.left + canvas.plot.width + 4;
            beside(canvas, text, goal.value, right, style(Ink::Goal, HPos::Left, VPos::Center))?;
        }
    }
    Ok(())
}

/// Days with values that make the mean of a week.
const WEEK_NEEDS: usize = 4;

/// The mean of each calendar week of a month of bars, of its finished days.
pub(crate) fn week_means(canvas: &Canvas<'_, '_>) -> Drawn {
    let window = canvas.data.window;
    if window.span != Span::Month || crate::form(window.metric, window.span) != Form::Bars {
        return Ok(());
    }
    let monday =
        |at: UnixMillis| zoned(at, canvas.look.zone).is_some_and(|at| at.weekday() == Weekday::Monday);
    for week in canvas.data.bins.chunk_by(|_, next| !monday(next.from)) {
        let finished = week.iter().filter(|bin| bin.to <= window.now);
        let values: Vec<f64> = finished.filter_map(|bin| bin.value).collect();
        let (Some(first), Some(last)) = (week.first(), week.last()) else { continue };
        if values.len() < WEEK_NEEDS {
            continue;
        }
        #[expect(clippy::cast_precision_loss, reason = "some days")]
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        canvas.line(Ink::WeekMean, vec![(canvas.x(first.from), mean), (canvas.x(last.to), mean)])?;
    }
    Ok(())
}
