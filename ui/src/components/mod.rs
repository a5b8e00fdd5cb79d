//! The parts that screens are made of, each a folder with its style beside it.

pub mod alarm;
pub mod card;
pub mod chart;
pub mod chip;
pub mod choice;
pub mod dialog;
pub mod display;
pub mod emergency;
pub mod empty;
pub mod field;
pub mod heart;
pub mod icon;
pub mod limits;
pub mod notice;
pub mod rows;
pub mod savebar;
pub mod secret;
pub mod shell;
pub mod skeleton;
pub mod sos;
pub mod status;
pub mod stepper;
pub mod toast;
pub mod work;
