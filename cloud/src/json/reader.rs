//! The reading itself: value by value, or walked without keeping anything.

use std::borrow::Cow;

use super::{Json, Malformed};

/// How deeply a body may nest before it is refused unread.
const DEEPEST: usize = 900;

/// A text and how far it is read.
pub(super) struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0 }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn skip(&mut self) -> &mut Self {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        self
    }

    /// The mistake at a byte, told in characters.
    pub(super) fn wrong(&self, at: usize, why: &'static str) -> Malformed {
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

    pub(super) fn value(&mut self, depth: usize) -> Result<Json<'a>, Malformed> {
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

/// A body read on the way, without keeping it: for large bodies in which hardly ever anything is wrong. Whatever is unusual
/// ends the walk with `None`; the body is then [read](super::read) as a whole, and judged with patience.
pub struct Walk<'a>(Reader<'a>);

/// Walks over a whole body.
pub fn walk<'a, T>(body: &'a [u8], look: impl FnOnce(&mut Walk<'a>) -> Option<T>) -> Option<T> {
    let mut walk = Walk(Reader::new(std::str::from_utf8(body).ok()?));
    let found = look(&mut walk)?;
    walk.0.skip().peek().is_none().then_some(found)
}

impl<'a> Walk<'a> {
    fn next(&mut self, byte: u8) -> Option<bool> {
        let found = self.0.skip().peek()? == byte;
        self.0.at += usize::from(found);
        Some(found)
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.next(byte)?.then_some(())
    }

    /// Every field of the object that comes, by its name.
    pub fn fields(&mut self, mut look: impl FnMut(&mut Self, &str) -> Option<()>) -> Option<()> {
        self.expect(b'{')?;
        if self.next(b'}')? {
            return Some(());
        }
        loop {
            let Json::Str(name) = self.value()? else { return None };
            self.expect(b':')?;
            look(self, &name)?;
            if self.next(b'}')? {
                return Some(());
            }
            self.expect(b',')?;
        }
    }

    /// Every item of the list that comes.
    pub fn items(&mut self, mut look: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.expect(b'[')?;
        if self.next(b']')? {
            return Some(());
        }
        loop {
            look(self)?;
            if self.next(b']')? {
                return Some(());
            }
            self.expect(b',')?;
        }
    }

    /// The text, number or word that comes.
    pub fn value(&mut self) -> Option<Json<'a>> {
        match self.0.skip().peek()? {
            b'{' | b'[' => None,
            _ => self.0.value(0).ok(),
        }
    }
}
