//! docs/protocol.md is exact: each of its example lines is one that the code says and understands, CRC and all.

use wire::line::{LineReader, MAX_TO_APP, MAX_TO_BRACELET, seal};
use wire::message::{ToApp, ToBracelet};
use wire::page;

use base64::{Engine as _, engine::general_purpose::STANDARD};

const DOCUMENT: &str = include_str!("../../../../docs/protocol.md");

/// The example lines after a mark, `→` to the bracelet or `←` to the app.
fn examples(mark: char) -> impl Iterator<Item = &'static str> {
    DOCUMENT.lines().filter_map(move |line| line.strip_prefix(mark)).map(str::trim)
}

/// The object of an example, and what its line should have been.
fn object(example: &str, bound: usize) -> Result<String, String> {
    let line = format!("{example}\n");
    let mut reader = LineReader::new(bound);
    let mut rest = line.as_bytes();
    if let Some(object) = reader.read(&mut rest) {
        return Ok(object.to_owned());
    }
    let open = example.split(r#","crc""#).next().unwrap_or_default();
    let mut right = format!("{open}}}").into_bytes();
    seal(&mut right);
    Err(format!("{example}\nshould be\n{}", String::from_utf8_lossy(&right)))
}

#[test]
fn every_example_to_the_bracelet_is_what_the_code_says() {
    let mut count = 0;
    for example in examples('→') {
        let object = object(example, MAX_TO_BRACELET).unwrap_or_else(|wrong| panic!("{wrong}"));
        let message = ToBracelet::parse(&object).unwrap_or_else(|why| panic!("{example}: {why:?}"));
        assert_eq!(String::from_utf8(message.line()).expect("text").trim_end(), example);
        count += 1;
    }
    assert!(count >= 14, "only {count} examples: every command has one");
}

#[test]
fn every_example_to_the_app_is_what_the_code_says() {
    let mut count = 0;
    for example in examples('←') {
        let object = object(example, MAX_TO_APP).unwrap_or_else(|wrong| panic!("{wrong}"));
        let message = ToApp::parse(&object).unwrap_or_else(|why| panic!("{example}: {why}"));
        assert_ne!(message, ToApp::Unknown);
        assert_eq!(String::from_utf8(message.line()).expect("text").trim_end(), example);
        if let ToApp::Part(part) = message {
            let bytes = STANDARD.decode(part.data).expect("base64");
            assert_eq!(bytes.len(), usize::from(part.length));
            let records =
                page::decode(&bytes).expect("a page").collect::<Result<Vec<_>, _>>().expect("records");
            assert_eq!(records.first().map(|record| record.seq), Some(part.first));
        }
        count += 1;
    }
    assert!(count >= 9, "only {count} examples: every line has one");
}
