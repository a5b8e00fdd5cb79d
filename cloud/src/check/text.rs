//! Texts, names out of a list, and identifiers.

use serde_json::json;
use uuid::Uuid;

use super::Wrong;
use crate::json::Json;

const NO_NUL: &str = r"^[^\x00]*$";
/// bcrypt looks at no more bytes than these.
const BCRYPT_BYTES: usize = 72;

/// Any text.
pub fn string<'j>(v: &'j Json<'_>) -> Result<&'j str, Wrong> {
    match v {
        Json::Str(text) => Ok(text),
        Json::BrokenStr => Err(Wrong::new(
            "string_unicode",
            "Input should be a valid string, unable to parse raw data as a unicode string",
        )),
        _ => Err(Wrong::new("string_type", "Input should be a valid string")),
    }
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// At most that many characters.
pub fn at_most(text: &str, most: usize) -> Result<(), Wrong> {
    if text.len() > most && text.chars().count() > most {
        let msg = format!("String should have at most {most} character{}", plural(most));
        return Err(Wrong::with("string_too_long", msg, json!({"max_length": most})));
    }
    Ok(())
}

fn sized<'j>(v: &'j Json<'_>, least: usize, most: usize) -> Result<&'j str, Wrong> {
    let text = string(v)?;
    if text.chars().take(least).count() < least {
        let msg = format!("String should have at least {least} character{}", plural(least));
        return Err(Wrong::with("string_too_short", msg, json!({"min_length": least})));
    }
    at_most(text, most)?;
    Ok(text)
}

/// A text of so many characters, without NUL, which not every database keeps.
pub fn line<'j>(v: &'j Json<'_>, least: usize, most: usize) -> Result<&'j str, Wrong> {
    let text = sized(v, least, most)?;
    if text.contains('\0') {
        let msg = format!("String should match pattern '{NO_NUL}'");
        return Err(Wrong::with("string_pattern_mismatch", msg, json!({"pattern": NO_NUL})));
    }
    Ok(text)
}

/// A name of 1 to 100 characters.
pub fn name<'j>(v: &'j Json<'_>) -> Result<&'j str, Wrong> {
    line(v, 1, 100)
}

/// A refresh token: opaque, of any characters.
pub fn token<'j>(v: &'j Json<'_>) -> Result<&'j str, Wrong> {
    sized(v, 1, 200)
}

/// A new password.
pub fn password<'j>(v: &'j Json<'_>) -> Result<&'j str, Wrong> {
    let text = line(v, 8, 72)?;
    if text.len() > BCRYPT_BYTES {
        return Err(Wrong::new("password_too_long", "Password should have at most 72 bytes (bcrypt)"));
    }
    Ok(text)
}

/// One of these names.
pub fn one_of(text: Option<&str>, names: &[&'static str]) -> Result<usize, Wrong> {
    if let Some(place) = text.and_then(|text| names.iter().position(|name| *name == text)) {
        return Ok(place);
    }
    let mut expected = String::new();
    for (i, name) in names.iter().enumerate() {
        expected.push_str(match i {
            0 => "",
            i if i + 1 == names.len() => " or ",
            _ => ", ",
        });
        expected.push_str(&format!("'{name}'"));
    }
    let msg = format!("Input should be {expected}");
    Err(Wrong::with("enum", msg, json!({"expected": expected})))
}

/// One of these names, in a body.
pub fn choice(v: &Json<'_>, names: &[&'static str]) -> Result<usize, Wrong> {
    match v {
        Json::Str(text) => one_of(Some(text), names),
        Json::BrokenStr => string(v).and_then(|text| one_of(Some(text), names)),
        _ => one_of(None, names),
    }
}

/// An identifier in a body.
pub fn uuid(v: &Json<'_>) -> Result<Uuid, Wrong> {
    match v {
        Json::Str(text) => uuid_of(text),
        Json::BrokenStr => string(v).and_then(uuid_of),
        _ => Err(Wrong::new("uuid_type", "UUID input should be a string, bytes or UUID object")),
    }
}

/// An identifier written out: bare, with hyphens, in braces, or after `urn:uuid:` in small letters.
pub fn uuid_of(text: &str) -> Result<Uuid, Wrong> {
    let found = if text.starts_with("URN") { None } else { Uuid::try_parse(text).ok() };
    found.ok_or_else(|| {
        let why = why_no_uuid(text);
        Wrong::with("uuid_parsing", format!("Input should be a valid UUID, {why}"), json!({"error": why}))
    })
}

fn why_no_uuid(text: &str) -> String {
    const LONGEST: usize = "urn:uuid:00000000-0000-0000-0000-000000000000".len();
    const BARE: usize = "00000000-0000-0000-0000-000000000000".len();
    const BEFORE_LAST: usize = "00000000-0000-0000-0000-".len();
    if text.len() > LONGEST {
        return format!("invalid length: found {}", text.len());
    }
    let braced = text.strip_prefix('{').and_then(|t| t.strip_suffix('}'));
    // What has the bare form's length is read as the bare form, whatever stands before it.
    let (bare, before) = match (braced, text.strip_prefix("urn:uuid:")) {
        _ if text.len() == BARE => (text, 0),
        (Some(bare), _) => (bare, 1),
        (None, Some(bare)) => (bare, 9),
        (None, None) => (text, 0),
    };
    if let Some((i, c)) = bare.char_indices().find(|(_, c)| !c.is_ascii_hexdigit() && *c != '-') {
        // What has the right length is counted without what stands before it.
        let before = if bare.len() == BARE { 0 } else { before };
        return format!("invalid character: found `{c}` at {}", i + before);
    }
    let groups: Vec<&str> = bare.split('-').collect();
    match groups.len() {
        1 if before == 0 && text.len() != BARE => format!("invalid length: found {}", bare.len()),
        5 => {
            let wanted = [8, 4, 4, 4, 12];
            let wrong =
                groups.iter().zip(wanted).position(|(group, wanted)| group.len() != wanted).unwrap_or(4);
            // The last one is counted to the end of the whole text.
            let found = if wrong == 4 { text.len() - BEFORE_LAST } else { groups[wrong].len() };
            format!("invalid group length in group {wrong}: expected {}, found {found}", wanted[wrong])
        }
        found => format!("invalid group count: expected 5, found {found}"),
    }
}
