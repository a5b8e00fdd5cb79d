//! What travels over Bluetooth between a bracelet and an app: lines, pages, and the sessions of both ends.
//!
//! Sans-IO: bytes and the time are passed in, bytes and events are taken out. The exact protocol stands in
//! `docs/protocol.md`; its examples are checked by a test of this crate.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod central;
pub mod classic;
pub mod journal;
pub mod line;
pub mod message;
pub mod page;
pub mod peripheral;
pub mod uuid;
