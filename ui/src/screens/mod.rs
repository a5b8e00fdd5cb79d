//! The screens.

pub mod home;
pub mod settings;
pub mod start;
