//! The built-in bracelet from the outside: over its link, as an app meets it. Time is virtual: minutes take moments.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod app;
mod drain;
mod faults;
mod keeping;
mod phone;
mod pulse;
