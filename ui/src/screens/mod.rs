//! The screens.

pub mod alerts;
pub mod analytics;
pub mod connect;
pub mod device;
pub mod home;
pub mod limits;
pub mod messages;
pub mod over;
pub mod profile;
pub mod sessions;
pub mod settings;
pub mod start;
pub mod welcome;
