//! E-mail addresses, judged by the rules and in the words of the validator that the original server uses.

use serde_json::json;

use super::{Wrong, text};
use crate::json::Json;

const LONGEST: usize = 2_048;
const LONGEST_ADDRESS: usize = 254;
const LONGEST_DOMAIN: usize = 253;
const LONGEST_LABEL: usize = 63;
/// Names under which nobody has a mailbox.
const RESERVED: [&str; 6] = ["arpa", "invalid", "local", "localhost", "onion", "test"];

/// An address in a body, in small letters.
pub fn email(v: &Json<'_>) -> Result<String, Wrong> {
    let told = match v {
        // Half a surrogate cannot be in an address; the rest of the rules need not be asked.
        Json::BrokenStr => "",
        _ => text::string(v)?,
    };
    address(told).map(|address| address.to_lowercase()).map_err(|reason| {
        let msg = format!("value is not a valid email address: {reason}");
        Wrong::with("value_error", msg, json!({"reason": reason}))
    })
}

fn display(c: char) -> String {
    match c {
        ' ' => "SPACE".to_owned(),
        '\u{ad}' => "SOFT HYPHEN".to_owned(),
        '\u{200b}' => "ZERO WIDTH SPACE".to_owned(),
        '\'' => "\"'\"".to_owned(),
        '\\' => "\"\\\"".to_owned(),
        c if c.is_control() || c.is_whitespace() => format!("U+{:04X}", u32::from(c)),
        c => format!("'{c}'"),
    }
}

fn listed(wrong: Vec<char>) -> Option<String> {
    let mut told: Vec<String> = wrong.into_iter().map(display).collect();
    told.sort_unstable();
    told.dedup();
    (!told.is_empty()).then(|| told.join(", "))
}

fn unsafe_characters(text: &str) -> Result<(), String> {
    let hidden = |c: &char| {
        matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e000}'..='\u{f8ff}')
            || (!c.is_ascii() && (c.is_control() || c.is_whitespace()))
    };
    match listed(text.chars().filter(hidden).collect()) {
        Some(bad) => Err(format!("The email address contains unsafe characters: {bad}.")),
        None => Ok(()),
    }
}

/// Dots and hyphens where they must not be. `start` and `end` say where in words.
fn dots(part: &str, start: &str, end: &str, host: bool) -> Result<(), String> {
    let cannot =
        |what: &str, place: &str| Err(format!("An email address cannot {}.", place.replace("{}", what)));
    if part.ends_with('.') {
        return cannot("period", end);
    }
    if part.starts_with('.') {
        return cannot("period", start);
    }
    if part.contains("..") {
        return Err("An email address cannot have two periods in a row.".to_owned());
    }
    if host {
        if part.ends_with('-') {
            return cannot("hyphen", end);
        }
        if part.starts_with('-') {
            return cannot("hyphen", start);
        }
        if part.contains(".-") || part.contains("-.") {
            return Err("An email address cannot have a period and a hyphen next to each other.".to_owned());
        }
    }
    Ok(())
}

fn too_many(n: usize) -> String {
    format!("({n} character{} too many)", if n == 1 { "" } else { "s" })
}

fn address(told: &str) -> Result<String, String> {
    if told.chars().count() > LONGEST {
        return Err(format!("Length must not exceed {LONGEST} characters"));
    }
    if told.contains(['\r', '\n']) {
        return Err("Carriage return and line feed characters are not allowed".to_owned());
    }
    let mut bare = told.trim();
    if let Some((_, inside)) = bare.strip_suffix('>').and_then(|name| name.split_once('<')) {
        bare = inside.trim();
    }
    let quoted = bare.starts_with('"').then(|| bare[1..].find("\"@").map(|i| i + 2)).flatten();
    let split = quoted.or_else(|| bare.find(['@', '<']));
    let Some(split) = split.filter(|_| bare.contains('@')) else {
        return Err("An email address must have an @-sign.".to_owned());
    };
    if bare[split..].starts_with('<') {
        return Err(
            "An open angle bracket at the start of the email address has to be followed by a close angle \
                    bracket at the end."
                .to_owned(),
        );
    }
    let (before, after) = (&bare[..split], &bare[split + 1..]);
    if quoted.is_some() && before != "\"\"" {
        return Err("Quoting the part before the @-sign is not allowed here.".to_owned());
    }
    local(if quoted.is_some() { "" } else { before })?;
    let domain = domain(after)?;
    let whole = format!("{before}@{domain}");
    let length = whole.chars().count();
    if length > LONGEST_ADDRESS {
        return Err(format!("The email address is too long {}.", too_many(length - LONGEST_ADDRESS)));
    }
    Ok(whole)
}

fn local(part: &str) -> Result<(), String> {
    if part.is_empty() {
        return Err("There must be something before the @-sign.".to_owned());
    }
    let wrong = |c: &char| c.is_ascii() && !c.is_ascii_alphanumeric() && !".!#$%&'*+-/=?^_`{|}~".contains(*c);
    if let Some(bad) = listed(part.chars().filter(wrong).collect()) {
        return Err(format!("The email address contains invalid characters before the @-sign: {bad}."));
    }
    dots(part, "start with a {}", "have a {} immediately before the @-sign", false)?;
    unsafe_characters(part)
}

fn domain(part: &str) -> Result<String, String> {
    if part.is_empty() {
        return Err("There must be something after the @-sign.".to_owned());
    }
    if part.starts_with('[') && part.ends_with(']') {
        return Err("A bracketed IP address after the @-sign is not allowed here.".to_owned());
    }
    unsafe_characters(part)?;
    let wrong = |c: &char| c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-');
    if let Some(bad) = listed(part.chars().filter(wrong).collect()) {
        return Err(format!("The part after the @-sign contains invalid characters: {bad}."));
    }
    let part = part.to_lowercase();
    dots(&part, "have a {} immediately after the @-sign", "end with a {}", true)?;
    for label in part.split('.') {
        if label.get(2..4) == Some("--") && !label.starts_with("xn") {
            return Err(
                "An email address cannot have two letters followed by two dashes immediately after the \
                        @-sign or after a period, except Punycode."
                    .to_owned(),
            );
        }
    }
    let length = part.chars().count();
    if length > LONGEST_DOMAIN {
        let many = too_many(length - LONGEST_DOMAIN);
        return Err(format!("The email address is too long after the @-sign {many}."));
    }
    if let Some(long) = part.split('.').map(|l| l.chars().count()).find(|n| *n > LONGEST_LABEL) {
        let many = too_many(long - LONGEST_LABEL);
        return Err(format!("After the @-sign, periods cannot be separated by so many characters {many}."));
    }
    if !part.contains('.') {
        return Err("The part after the @-sign is not valid. It should have a period.".to_owned());
    }
    if !part.ends_with(|c: char| c.is_ascii_alphabetic() || !c.is_ascii()) {
        return Err(
            "The part after the @-sign is not valid. It is not within a valid top-level domain.".to_owned()
        );
    }
    let last = part.rsplit('.').next().unwrap_or_default();
    if RESERVED.contains(&last) {
        return Err(
            "The part after the @-sign is a special-use or reserved name that cannot be used with email."
                .to_owned(),
        );
    }
    Ok(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_or_refused_as_the_original_server_does() {
        for good in ["a@b.c", "A@EXAMPLE.COM", "é@c.com", "a@é.com", "Bob <a@example.com>", " a@b.com "] {
            assert!(address(good).is_ok(), "{good}: {:?}", address(good));
        }
        for (bad, why) in [
            ("a", "must have an @-sign"),
            ("@b.c", "something before"),
            ("a@", "something after"),
            ("a@b", "should have a period"),
            ("a@b..com", "two periods"),
            ("a@-b.com", "hyphen immediately after"),
            ("a@b-.com", "next to each other"),
            ("a@x.test", "reserved"),
            ("a b@c.com", "SPACE"),
            (".a@c.com", "start with a period"),
            ("a.@c.com", "immediately before"),
            ("\"a b\"@c.com", "Quoting"),
            ("\"\"@c.com", "something before"),
            ("a@b.com (c)", "'(', ')', SPACE"),
            ("a@[1.2.3.4]", "bracketed"),
            ("a@b_c.com", "'_'"),
            ("a@b.c1", "top-level"),
            ("a@b@c.com", "'@'"),
            ("a<@b.com", "angle bracket"),
            ("a@ab--cd.com", "two dashes"),
            ("a(b)@c.com", "'(', ')'"),
            ("a\0@b.com", "U+0000"),
        ] {
            assert!(address(bad).is_err_and(|e| e.contains(why)), "{bad}: {:?}", address(bad));
        }
    }
}
