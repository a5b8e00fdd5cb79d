//! What travels over Bluetooth between a bracelet and an app.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod journal;
pub mod page;
