//! The lane beneath the values: worn and moving in one row, alerts and falls in the next, then the person's sessions.

use bridge::{Lane, Stretch};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use vitals::Level;

use crate::draw::{Canvas, Drawn};
use crate::ink::Ink;

/// From the plot to the first row, in pixels, as all of these.
const GAP: u32 = 12;
const WORN: u32 = 6;
const BETWEEN: u32 = 6;
const MARKS: u32 = 12;
const SESSIONS: u32 = 18;

/// How much room the lane takes.
pub(crate) fn height(lane: &Lane) -> u32 {
    let sessions = if lane.sessions.is_empty() { 0 } else { BETWEEN + SESSIONS };
    GAP + WORN + BETWEEN + MARKS + sessions
}

pub(crate) fn draw(canvas: &Canvas<'_, '_>) -> Drawn {
    let lane = canvas.data.lane;
    let top = tenths(canvas.plot.top + canvas.plot.height + GAP);
    let row = |stretch: &Stretch| (canvas.place(stretch.from), canvas.place(stretch.to));
    for (ink, stretches) in [(Ink::Worn, &lane.worn), (Ink::Moving, &lane.moving)] {
        for stretch in stretches {
            let (from, to) = row(stretch);
            let area = [(from, top), (to.max(from + 10), top + tenths(WORN))];
            canvas.root.draw(&Rectangle::new(area, ink.filled()))?;
        }
    }
    let middle = top + tenths(WORN + BETWEEN) + tenths(MARKS) / 2;
    for alert in &lane.alerts {
        let (from, to) = row(&alert.stretch);
        let (ink, corners): (Ink, &[(i32, i32)]) = match alert.level {
            Level::Attention => (Ink::MarkAttention, &TRIANGLE),
            Level::Alert => (Ink::MarkAlert, &OCTAGON),
        };
        if to - from > 60 {
            let area = [(from, middle - 15), (to, middle + 15)];
            canvas.root.draw(&Rectangle::new(area, ink.filled()))?;
        }
        mark(canvas, ink, (from, middle), corners)?;
    }
    for fall in &lane.falls {
        mark(canvas, Ink::Fall, (canvas.place(*fall), middle), &DIAMOND)?;
    }
    let top = top + tenths(WORN + BETWEEN + MARKS + BETWEEN);
    for session in &lane.sessions {
        let (from, to) = row(&session.stretch);
        let to = to.max(from + 60);
        canvas
            .root
            .draw(&Rectangle::new([(from, top), (to, top + tenths(SESSIONS))], Ink::Session.filled()))?;
        // As much of the name as there is room for, at some seven pixels a letter.
        let room = usize::try_from((to - from - 80) / 70).unwrap_or_default();
        if room >= 3 {
            let whole = session.name.chars().count() <= room;
            let mut name: String = session.name.chars().take(if whole { room } else { room - 1 }).collect();
            if !whole {
                name.push('…');
            }
            let style = TextStyle::from(("Inter", 12))
                .color(&Ink::SessionName)
                .pos(Pos::new(HPos::Left, VPos::Center));
            canvas.root.draw(&Text::new(name, (from + 60, top + tenths(SESSIONS) / 2), style))?;
        }
    }
    Ok(())
}

/// Corners around a mark's middle, in tenths of a pixel: the shapes that statuses have everywhere.
const TRIANGLE: [(i32, i32); 3] = [(0, -55), (60, 50), (-60, 50)];
const OCTAGON: [(i32, i32); 8] =
    [(-23, -55), (23, -55), (55, -23), (55, 23), (23, 55), (-23, 55), (-55, 23), (-55, -23)];
const DIAMOND: [(i32, i32); 4] = [(0, -60), (60, 0), (0, 60), (-60, 0)];

fn mark(canvas: &Canvas<'_, '_>, ink: Ink, (x, y): (i32, i32), corners: &[(i32, i32)]) -> Drawn {
    let points: Vec<_> = corners.iter().map(|(dx, dy)| (x + dx, y + dy)).collect();
    canvas.root.draw(&Polygon::new(points, ink.filled()))
}

fn tenths(pixels: u32) -> i32 {
    i32::try_from(pixels * 10).unwrap_or(i32::MAX)
}
