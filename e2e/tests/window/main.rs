//! The real window, clicked and looked at: started by `cargo xtask e2e`.
//!
//! Whatever is waited for has a bound; nothing is judged by how fast it was.

mod alerts;
mod beat;
mod charts;
mod choices;
mod clock;
mod connection;
mod data;
mod desktop;
mod disk;
mod emergency;
mod opening;
mod protection;
mod reach;
mod settings;
