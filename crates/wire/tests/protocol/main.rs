//! The protocol as its two ends keep it, over a perfect link and over every other.

#![expect(clippy::expect_used, clippy::panic, reason = "a test says what it expected")]

mod app;
mod bodies;
mod bracelet;
mod commands;
mod conversation;
mod document;
mod journal;
mod rules;
mod stranger;
