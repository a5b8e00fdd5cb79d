//! The server as its clients meet it: over real connections, on SQLite and on a PostgreSQL that the tests start and end.

#![expect(clippy::unwrap_used, reason = "a test that cannot speak to its own server fails")]

mod common;
mod crowd;
mod disk;
mod erased;
mod faults;
mod figures;
mod killed;
mod mail;
mod process;
mod program;
mod refusals;
mod safety;
mod story;
mod tls;
mod tokens;
mod twins;
