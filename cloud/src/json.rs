//! A JSON reader that reads what the contract's servers read.
//!
//! It names the place and the reason of a mistake as the original framework does, takes `NaN` and `Infinity` (so that they
//! can be refused by name, with their path) and keeps the bounds of a text that is not Unicode: a half surrogate is a
//! field's error, not the whole body's.

use std::borrow::Cow;

/// How deeply a body may nest before it is refused unread.
const DEEPEST: usize = 900;

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
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0 };
    let value = reader.skip().value(0)?;
    match reader.skip().peek() {
        None => Ok(value),
        Some(_) => Err(reader.wrong(reader.at, "Extra data")),
    }
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip(&mut self) -> &mut Self {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        self
    }

    /// The mistake at a byte, told in characters.
    fn wrong(&self, at: usize, why: &'static str) -> Malformed {
        let place = self.text.get(..at).map_or(at, |before| before.chars().count());
        Malformed::At(place, why)
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    fn word(&mut self, word: &str, value: Json<'a>) -> Result<Json<'a>, Malformed> {
        if self.bytes[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(value)
        } else {
            Err(self.wrong(self.at, "Expecting value"))
        }
    }

    fn value(&mut self, depth: usize) -> Result<Json<'a>, Malformed> {
        if depth > DEEPEST {
            return Err(Malformed::Unreadable);
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => self.string(),
            Some(b'n') => self.word("null", Json::Null),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'N') => self.word("NaN", Json::Float(f64::NAN)),
            Some(b'I') => self.word("Infinity", Json::Float(f64::INFINITY)),
            Some(b'-') if self.bytes.get(self.at + 1) == Some(&b'I') => {
                self.word("-Infinity", Json::Float(f64::NEG_INFINITY))
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(self.wrong(self.at, "Expecting value")),
        }
    }

    fn digits(&self, mut at: usize) -> usize {
        while matches!(self.bytes.get(at), Some(b'0'..=b'9')) {
            at += 1;
        }
        at
    }

    fn number(&mut self) -> Result<Json<'a>, Malformed> {
        let start = self.at;
        let first = start + usize::from(self.bytes[start] == b'-');
        let mut end = match self.bytes.get(first) {
            Some(b'0') => first + 1,
            Some(b'1'..=b'9') => self.digits(first),
            _ => return Err(self.wrong(start, "Expecting value")),
        };
        let mut whole = true;
        if self.bytes.get(end) == Some(&b'.') && self.digits(end + 1) > end + 1 {
            end = self.digits(end + 1);
            whole = false;
        }
        if matches!(self.bytes.get(end), Some(b'e' | b'E')) {
            let sign = end + 1 + usize::from(matches!(self.bytes.get(end + 1), Some(b'+' | b'-')));
            if self.digits(sign) > sign {
                end = self.digits(sign);
                whole = false;
            }
        }
        self.at = end;
        let written = self.slice(start, end);
        // Beyond this length the original framework's language refuses to make a number of the digits.
        if whole && written.len() > 4_300 {
            return Err(Malformed::Unreadable);
        }
        Ok(if whole { Json::Int(written) } else { Json::Float(written.parse().unwrap_or(f64::NAN)) })
    }

    fn list(&mut self, depth: usize) -> Result<Json<'a>, Malformed> {
        self.at += 1;
        let mut items = Vec::new();
        if self.skip().peek() == Some(b']') {
            self.at += 1;
            return Ok(Json::List(items));
        }
        loop {
            items.push(self.skip().value(depth + 1)?);
            match self.skip().peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Json::List(items));
                }
                _ => return Err(self.wrong(self.at, "Expecting ',' delimiter")),
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json<'a>, Malformed> {
        self.at += 1;
        let mut fields = Vec::new();
        if self.skip().peek() == Some(b'}') {
            self.at += 1;
            return Ok(Json::Object(fields));
        }
        loop {
            if self.skip().peek() != Some(b'"') {
                return Err(self.wrong(self.at, "Expecting property name enclosed in double quotes"));
            }
            let name = self.string()?;
            if self.skip().peek() != Some(b':') {
                return Err(self.wrong(self.at, "Expecting ':' delimiter"));
            }
            self.at += 1;
            let value = self.skip().value(depth + 1)?;
            fields.push((name, value));
            match self.skip().peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Json::Object(fields));
                }
                _ => return Err(self.wrong(self.at, "Expecting ',' delimiter")),
            }
        }
    }

    fn string(&mut self) -> Result<Json<'a>, Malformed> {
        let open = self.at;
        self.at += 1;
        let start = self.at;
        let mut made: Option<String> = None;
        let mut taken = start;
        let mut broken = false;
        loop {
            match self.peek() {
                None => return Err(self.wrong(open, "Unterminated string starting at")),
                Some(b'"') => break,
                Some(b'\\') => {
                    let made = made.get_or_insert_default();
                    made.push_str(self.slice(taken, self.at));
                    match self.escape(open)? {
                        Some(c) => made.push(c),
                        None => broken = true,
                    }
                    taken = self.at;
                }
                Some(0..0x20) => return Err(self.wrong(self.at, "Invalid control character at")),
                Some(_) => self.at += 1,
            }
        }
        let rest = self.slice(taken, self.at);
        self.at += 1;
        Ok(match made {
            _ if broken => Json::BrokenStr,
            None => Json::Str(Cow::Borrowed(rest)),
            Some(mut made) => {
                made.push_str(rest);
                Json::Str(Cow::Owned(made))
            }
        })
    }

    /// One escape; `None` is a half surrogate.
    fn escape(&mut self, open: usize) -> Result<Option<char>, Malformed> {
        let start = self.at;
        let plain = match self.bytes.get(start + 1) {
            None => return Err(self.wrong(open, "Unterminated string starting at")),
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(c @ (b'"' | b'\\' | b'/')) => char::from(*c),
            Some(b'u') => return self.unicode(start),
            Some(_) => return Err(self.wrong(start, "Invalid \\escape")),
        };
        self.at = start + 2;
        Ok(Some(plain))
    }

    fn hex(&self, at: usize) -> Option<u32> {
        let digits = self.bytes.get(at..at + 4)?;
        digits.iter().try_fold(0, |sum, d| Some(sum * 16 + char::from(*d).to_digit(16)?))
    }

    fn unicode(&mut self, start: usize) -> Result<Option<char>, Malformed> {
        let Some(first) = self.hex(start + 2) else {
            return Err(self.wrong(start + 1, "Invalid \\uXXXX escape"));
        };
        self.at = start + 6;
        if !(0xD800..0xE000).contains(&first) {
            return Ok(char::from_u32(first));
        }
        let low =
            (self.bytes.get(self.at..self.at + 2) == Some(b"\\u")).then(|| self.hex(self.at + 2)).flatten();
        match low {
            Some(low @ 0xDC00..0xE000) if first < 0xDC00 => {
                self.at += 6;
                Ok(char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (low - 0xDC00)))
            }
            _ => Ok(None),
        }
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
