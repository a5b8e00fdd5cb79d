//! Numbers as people type them.

/// What was typed is not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotANumber;

/// A typed number, with a decimal point or comma and at most two decimals; none for an empty text.
///
/// # Errors
///
/// It is something else.
pub fn number(text: &str) -> Result<Option<f64>, NotANumber> {
    let text = text.trim().replace(',', ".");
    if text.is_empty() {
        return Ok(None);
    }
    let (whole, parts) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 6 || parts.len() > 2 || !digits(whole) || !digits(parts) {
        return Err(NotANumber);
    }
    // At most eight digits: exactly what the standard library would read, whose tables of powers are a good share of the wasm.
    let digits = whole.bytes().chain(parts.bytes()).fold(0, |read, byte| read * 10 + u32::from(byte - b'0'));
    let scale = [1.0, 10.0, 100.0].get(parts.len()).ok_or(NotANumber)?;
    Ok(Some(f64::from(digits) / scale))
}

/// The whole number nearest to a value.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    reason = "saturates; what is out of range is refused where it is used"
)]
pub fn whole(value: f64) -> i32 {
    value.round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_french_comma_is_a_decimal_sign_and_nonsense_is_none() {
        assert_eq!(number("37,5"), Ok(Some(37.5)));
        assert_eq!(number(" 100 "), Ok(Some(100.0)));
        assert_eq!(number("  "), Ok(None));
        for wrong in ["abc", "-5", "1.2.3", "37.555", "1e3", ".5", "NaN", "inf", "99999999"] {
            assert_eq!(number(wrong), Err(NotANumber), "{wrong}");
        }
    }

    #[test]
    fn a_typed_limit_is_exactly_what_was_typed() {
        for (text, hundredths) in [("37.5", 3_750), ("38,55", 3_855), ("120", 12_000), ("0", 0)] {
            assert_eq!(number(text).unwrap().map(|value| whole(value * 100.0)), Some(hundredths));
        }
    }
}
