//! The parts that screens are made of, each a folder with its style beside it.

pub mod card;
pub mod chip;
pub mod dialog;
pub mod heart;
pub mod icon;
pub mod notice;
pub mod skeleton;
pub mod status;
pub mod stepper;
pub mod trend;
