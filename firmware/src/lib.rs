//! The bracelet: sensors, recorder, journal and link, without a chip in it.
//!
//! The same code runs on the ESP32-C3 and, with the feature `sim`, on the host as the app's built-in bracelet: there models of
//! the sensors, a flash in a file and an in-memory link stand where the hardware would.

#![cfg_attr(not(any(feature = "sim", test)), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod app;
pub mod journal;
pub mod panel;
pub mod recorder;
pub mod sampling;
pub mod sensors;
#[cfg(feature = "sim")]
pub mod sim;
