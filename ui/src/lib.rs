//! The window: it draws what the engine tells it (`bridge`) and asks it for what the person wants. Nothing is decided here.
//!
//! What is pure (spans of time, numbers, the replay of beats, lines, charts) compiles everywhere and is tested on the
//! host; what touches the page compiles for wasm only.

#![forbid(unsafe_code)]

pub mod beats;
pub mod limits;
pub mod lines;
pub mod measure;
pub mod order;
pub mod plot;
pub mod route;
pub mod typed;
pub mod units;

#[cfg(target_arch = "wasm32")]
mod api;
#[cfg(target_arch = "wasm32")]
mod app;
#[cfg(target_arch = "wasm32")]
mod components;
#[cfg(target_arch = "wasm32")]
mod follow;
#[cfg(all(target_arch = "wasm32", feature = "gallery"))]
mod gallery;
#[cfg(target_arch = "wasm32")]
mod load;
#[cfg(target_arch = "wasm32")]
mod model;
#[cfg(target_arch = "wasm32")]
mod page;
#[cfg(target_arch = "wasm32")]
mod prelude;
#[cfg(target_arch = "wasm32")]
mod reading;
#[cfg(target_arch = "wasm32")]
mod screens;
#[cfg(target_arch = "wasm32")]
mod words;

#[cfg(target_arch = "wasm32")]
pub use app::start;
