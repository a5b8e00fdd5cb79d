//! Numbers and yes or no, from a body and from an address.

use serde_json::json;

use super::Wrong;
use crate::json::Json;

/// The smallest value that any metric may have.
const LEAST: f64 = -40.0;
/// The greatest.
const MOST: f64 = 100_000.0;
/// A longer text is not even read as a number.
const MOST_DIGITS: usize = 4_300;

/// A finite number within what any metric may be.
pub fn value(v: &Json<'_>) -> Result<f64, Wrong> {
    let number = match v {
        // A whole number beyond all doubles is none to the original framework.
        Json::Int(digits) => digits.parse().ok().filter(|number: &f64| number.is_finite()),
        Json::Float(f) => Some(*f),
        _ => None,
    };
    let number = number.ok_or_else(|| Wrong::new("float_type", "Input should be a valid number"))?;
    if !number.is_finite() {
        Err(Wrong::new("finite_number", "Input should be a finite number"))
    } else if number < LEAST {
        Err(Wrong::with(
            "greater_than_equal",
            "Input should be greater than or equal to -40",
            json!({"ge": LEAST}),
        ))
    } else if number > MOST {
        Err(Wrong::with(
            "less_than_equal",
            "Input should be less than or equal to 100000",
            json!({"le": MOST}),
        ))
    } else {
        Ok(number)
    }
}

/// `true` or `false`, nothing like them.
pub fn strict_bool(v: &Json<'_>) -> Result<bool, Wrong> {
    match v {
        Json::Bool(b) => Ok(*b),
        _ => Err(Wrong::new("bool_type", "Input should be a valid boolean")),
    }
}

/// A yes or no of the address.
pub fn bool_in_query(text: &str) -> Result<bool, Wrong> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "t" | "yes" | "y" | "on" => Ok(true),
        "0" | "false" | "f" | "no" | "n" | "off" => Ok(false),
        _ => Err(Wrong::new("bool_parsing", "Input should be a valid boolean, unable to interpret input")),
    }
}

/// A whole number of the address within bounds.
pub fn int_in_query(text: &str, least: i64, most: i64) -> Result<i64, Wrong> {
    let unreadable =
        || Wrong::new("int_parsing", "Input should be a valid integer, unable to parse string as an integer");
    if text.trim_start_matches('0').len() > MOST_DIGITS {
        let msg = "Unable to parse input string as an integer, exceeded maximum size";
        return Err(Wrong::new("int_parsing_size", msg));
    }
    let number = whole_number(text).ok_or_else(unreadable)?;
    if number < least {
        let msg = format!("Input should be greater than or equal to {least}");
        Err(Wrong::with("greater_than_equal", msg, json!({"ge": least})))
    } else if number > most {
        let msg = format!("Input should be less than or equal to {most}");
        Err(Wrong::with("less_than_equal", msg, json!({"le": most})))
    } else {
        Ok(number)
    }
}

/// `12`, ` +12 `, `12.0`, `1_2`: what the original framework takes for a whole number. Too large a number saturates.
fn whole_number(text: &str) -> Option<i64> {
    let text = text.trim();
    let text = text.split_once('.').map_or(Some(text), |(whole, rest)| {
        (!rest.is_empty() && rest.bytes().all(|b| b == b'0')).then_some(whole)
    })?;
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let plain = !digits.is_empty()
        && !digits.starts_with('_')
        && !digits.ends_with('_')
        && !digits.contains("__")
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let value = digits
        .bytes()
        .filter(u8::is_ascii_digit)
        .fold(0_i64, |sum, b| sum.saturating_mul(10).saturating_add(i64::from(b - b'0')));
    plain.then_some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_as_people_write_them_in_addresses() {
        for (text, number) in [("1", 1), ("1.0", 1), ("+1", 1), (" 1", 1), ("1_0", 10), ("-0", 0)] {
            assert_eq!(whole_number(text), Some(number), "{text}");
        }
        for text in ["", "a", "1.", "1.5", "0x1", "1e1", "_1", "1__0", "+", "--1"] {
            assert_eq!(whole_number(text), None, "{text}");
        }
        assert_eq!(whole_number("99999999999999999999"), Some(i64::MAX));
    }
}
