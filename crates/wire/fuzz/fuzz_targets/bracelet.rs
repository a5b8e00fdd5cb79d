//! The bracelet's end, spoken to by anybody. The body stands with the tests, which run it too.

#![no_main]

#[path = "../../tests/protocol/bodies.rs"]
#[expect(dead_code, reason = "each target runs one of the bodies")]
mod bodies;
#[path = "../../tests/protocol/journal.rs"]
#[allow(dead_code, reason = "a model made for more than this")]
mod journal;

libfuzzer_sys::fuzz_target!(|data: &[u8]| bodies::bracelet(data));
