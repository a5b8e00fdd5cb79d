//! The built-in bracelet from the outside: over its link, as an app meets it. Time is virtual: minutes take moments.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod app;
mod pulse;
