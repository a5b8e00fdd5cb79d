//! The app's engine, with no window: the link to the bracelet, the store, the alerts. The window, the `bracelet` command
//! and the tests all stand on [`Engine`].

#![forbid(unsafe_code)]

pub mod alerts;
pub mod chart;
pub mod check;
pub mod engine;
pub mod export;
pub mod link;
pub mod store;
mod system;
pub mod vault;

pub use engine::{Engine, Options};
pub use vault::KeySource;

/// Where the app keeps its data unless it is told otherwise: the system's place for it, else the present folder.
#[must_use]
pub fn default_data_folder() -> std::path::PathBuf {
    directories::ProjectDirs::from("", "", "bracelet-connecte")
        .map_or_else(|| "bracelet-connecte".into(), |dirs| dirs.data_local_dir().to_owned())
}
