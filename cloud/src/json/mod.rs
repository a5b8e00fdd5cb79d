//! A JSON reader that reads what the contract's servers read.
//!
//! It names the place and the reason of a mistake as the original framework does, takes `NaN` and `Infinity` (so that they
//! can be refused by name, with their path) and keeps the bounds of a text that is not Unicode: a half surrogate is a
//! field's error, not the whole body's.

mod reader;

use std::borrow::Cow;

use reader::Reader;
pub use reader::{Walk, walk};

/// A value of a request's body.
#[derive(Clone, Debug, PartialEq)]
pub enum Json<'a> {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number without fraction and exponent, as written.
    Int(&'a str),
    /// Any other number; may be infinite or NaN.
    Float(f64),
    /// A text.
    Str(Cow<'a, str>),
    /// A text with a half surrogate in it.
    BrokenStr,
    /// A list.
    List(Vec<Json<'a>>),
    /// An object's fields in their order; of equal names the last one counts.
    Object(Vec<(Json<'a>, Json<'a>)>),
}

impl<'a> Json<'a> {
    /// The field of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json<'a>> {
        match self {
            Json::Object(fields) => fields
                .iter()
                .rev()
                .find(|(key, _)| matches!(key, Json::Str(text) if text == name))
                .map(|(_, value)| value),
            _ => None,
        }
    }
}

/// Why a body is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// What was expected, and at which character.
    At(usize, &'static str),
    /// Not UTF-8, or nested beyond all reason.
    Unreadable,
}

/// Reads a whole body.
///
/// # Errors
/// When it is not JSON.
pub fn read(body: &[u8]) -> Result<Json<'_>, Malformed> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let text = std::str::from_utf8(body).map_err(|_| Malformed::Unreadable)?;
    let mut reader = Reader::new(text);
    let value = reader.skip().value(0)?;
    match reader.skip().peek() {
        None => Ok(value),
        Some(_) => Err(reader.wrong(reader.at, "Extra data")),
    }
}

/// Writes a value as it was read, compactly; numbers keep their digits.
pub fn write(value: &Json<'_>, out: &mut String) {
    match value {
        Json::Null | Json::BrokenStr => out.push_str("null"),
        Json::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Json::Int(digits) => out.push_str(digits),
        Json::Float(f) => out.push_str(&serde_json::Value::from(*f).to_string()),
        Json::Str(text) => out.push_str(&serde_json::Value::from(text.as_ref()).to_string()),
        Json::List(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Json::Object(fields) => {
            out.push('{');
            let mut first = true;
            for (i, (name, value)) in fields.iter().enumerate() {
                // Of equal names the last one's value stands at the first one's place.
                if fields[..i].iter().any(|(earlier, _)| earlier == name) {
                    continue;
                }
                let value = fields.iter().rev().find(|(n, _)| n == name).map_or(value, |(_, v)| v);
                if !std::mem::take(&mut first) {
                    out.push(',');
                }
                write(name, out);
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_named_as_the_original_framework_names_it() {
        for (body, at, why) in [
            ("{", 1, "Expecting property name enclosed in double quotes"),
            (r#"{"a":}"#, 5, "Expecting value"),
            (r#"{"a" 1}"#, 5, "Expecting ':' delimiter"),
            ("[1,]", 3, "Expecting value"),
            ("\"x", 0, "Unterminated string starting at"),
            (r#"{"a":1} x"#, 8, "Extra data"),
            (r#"{"email":NaN"#, 12, "Expecting ',' delimiter"),
            ("{\"email\":\"a\u{1}\"}", 11, "Invalid control character at"),
            (r#"{"a":"\x"}"#, 6, "Invalid \\escape"),
            (r#"{"a":"\u12"}"#, 7, "Invalid \\uXXXX escape"),
            ("-", 0, "Expecting value"),
            (r#"{"a":01}"#, 6, "Expecting ',' delimiter"),
            ("{\"é\":}", 5, "Expecting value"),
        ] {
            assert_eq!(read(body.as_bytes()), Err(Malformed::At(at, why)), "{body}");
        }
        assert_eq!(read("[".repeat(2_000).as_bytes()), Err(Malformed::Unreadable));
        assert_eq!(read(b"\"\xff\""), Err(Malformed::Unreadable));
    }

    #[test]
    fn what_json_has_no_word_for_is_read_to_be_refused_by_name() {
        assert_eq!(read(b"-Infinity"), Ok(Json::Float(f64::NEG_INFINITY)));
        assert_eq!(read(br#""\ud800""#), Ok(Json::BrokenStr));
        assert_eq!(read(br#""\ud83d\ude00""#), Ok(Json::Str("😀".into())));
        assert_eq!(read(b"5e-324"), Ok(Json::Float(5e-324)));
    }

    #[test]
    fn a_document_comes_back_as_it_was() {
        let mut out = String::new();
        write(
            &read(br#"{"a":1.0,"b":100000.0,"n":123456789012345678901234567890,"a":[2,"\u00e9\n",null]}"#)
                .unwrap(),
            &mut out,
        );
        assert_eq!(out, r#"{"a":[2,"é\n",null],"b":100000.0,"n":123456789012345678901234567890}"#);
    }
}
