//! Charts: bins, limits and marks in, one SVG out.
//!
//! Plotters draws on a sheet of ours ([`Ink`] tells what each stroke means), so that the drawing has classes and no colours: the
//! window's style sheet gives them the theme's, and a change of theme needs no new drawing. Pure: time, zone and language
//! are passed in.

#![forbid(unsafe_code)]

mod axis;
mod draw;
mod frame;
mod ink;
mod lane;
mod language;
mod series;
mod window;

pub use draw::{Data, Drawing, GoalStretch, Look, NotDrawn, draw};
pub use ink::Ink;
pub use language::Language;
pub use series::{LimitStretch, runs};
pub use window::{Window, form, midnights, sleeping, window};
