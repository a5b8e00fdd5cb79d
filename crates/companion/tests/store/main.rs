//! The store and the vault on real files, a real SQLCipher and a real keyring.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on shall stop"
)]

mod backup;
mod chart;
mod commit;
mod export;
mod fixture;
mod full;
mod kill;
mod minutes;
mod open;
mod person;
mod rekey;
mod series;
mod thin;
mod trial;
mod unsent;
mod vault;
