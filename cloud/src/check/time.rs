//! Times: RFC 3339 in, UTC microseconds inside, RFC 3339 with Z out.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;

use super::{Wrong, text};
use crate::json::Json;

pub use api_client::time::{DAY, Micros, date_of, days_of, rfc3339};

/// Microseconds in a minute.
pub const MINUTE: i64 = 60_000_000;
/// 2000-01-01: an earlier time comes from a clock that was never set.
const OLDEST: Micros = 946_684_800_000_000;
/// 0001-01-01 and the end of 9999: what every client's calendar can hold.
const CALENDAR: std::ops::RangeInclusive<Micros> = -62_135_596_800_000_000..=253_402_300_799_999_999;

/// Now.
#[must_use]
pub fn now() -> Micros {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

fn shape(b: &[u8]) -> Option<(usize, usize)> {
    let pattern = b"dddd-dd-ddTdd:dd:dd";
    if b.len() < pattern.len() {
        return None;
    }
    let fits = pattern.iter().zip(b).all(|(p, c)| match p {
        b'd' => c.is_ascii_digit(),
        b'T' => matches!(c, b'T' | b't' | b' '),
        p => p == c,
    });
    let mut end = 19;
    if fits && b.get(end) == Some(&b'.') {
        let digits = b[20..].iter().take_while(|c| c.is_ascii_digit()).count();
        if !(1..=9).contains(&digits) {
            return None;
        }
        end += 1 + digits;
    }
    let zone = match &b[end..] {
        [] | [b'Z' | b'z'] => true,
        [b'+' | b'-', a, b, b':', c, d] => [a, b, c, d].iter().all(|c| c.is_ascii_digit()),
        _ => false,
    };
    (fits && zone).then_some((20.min(end), end))
}

fn out_of(error: &str) -> Wrong {
    let msg = format!("Input should be a valid datetime or date, {error}");
    Wrong::with("datetime_from_date_parsing", msg, json!({"error": error}))
}

/// A time written out.
pub fn parse(text: &str) -> Result<Micros, Wrong> {
    let b = text.as_bytes();
    let Some((fraction_at, end)) = shape(b) else {
        return Err(Wrong::new(
            "datetime_rfc3339",
            "Input should be an RFC 3339 date-time, e.g. 2025-11-12T12:00:00Z",
        ));
    };
    let number =
        |from: usize, to: usize| b[from..to].iter().fold(0_i64, |sum, c| sum * 10 + i64::from(c - b'0'));
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    if !(1..=12).contains(&month) {
        return Err(out_of("month value is outside expected range of 1-12"));
    }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let month_days = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if !(1..=month_days).contains(&day) {
        return Err(out_of("day value is outside expected range"));
    }
    let (h, m, s) = (number(11, 13), number(14, 16), number(17, 19));
    let mut micros = 0;
    for i in 0..6 {
        let at = fraction_at + i;
        micros = micros * 10 + if at < end { i64::from(b[at] - b'0') } else { 0 };
    }
    let offset = match &b[end..] {
        [sign @ (b'+' | b'-'), ..] => {
            let (hours, minutes) = (number(end + 1, end + 3), number(end + 4, end + 6));
            let minutes = if hours < 24 && minutes < 60 { hours * 60 + minutes } else { i64::MAX };
            if *sign == b'-' { minutes.checked_neg() } else { Some(minutes) }
        }
        _ => Some(0),
    };
    // A leap second has no place in the calendar of any client of the contract.
    let (Some(offset), true) = (offset.filter(|o| o.abs() < 1_440), h < 24 && m < 60 && s < 60) else {
        return Err(out_of("unexpected extra characters at the end of the input"));
    };
    if year == 0 {
        let error = "year 0 is out of range";
        let msg = format!("Input should be a valid datetime, {error}");
        return Err(Wrong::with("datetime_parsing", msg, json!({"error": error})));
    }
    let at = days_of(year, month, day) * DAY + ((h * 60 + m - offset) * 60 + s) * 1_000_000 + micros;
    if !CALENDAR.contains(&at) {
        return Err(Wrong::new("datetime_range", "Input is outside the supported years"));
    }
    Ok(at)
}

/// When something was measured: after the clocks were set, and not in the future.
pub fn event(v: &Json<'_>, now: Micros) -> Result<Micros, Wrong> {
    let at = parse(text::string(v).unwrap_or_default())?;
    if at < OLDEST {
        return Err(Wrong::new("datetime_too_old", "Timestamp is before 2000-01-01: the clock is not set"));
    }
    if at > now + DAY {
        return Err(Wrong::new("datetime_future", "Timestamp is more than 24 h in the future"));
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_go_in_and_out() {
        for (told, out) in [
            ("2025-11-12T12:00:00Z", "2025-11-12T12:00:00Z"),
            ("2025-11-12 12:00:00.5", "2025-11-12T12:00:00.500000Z"),
            ("2024-02-29t23:59:59.123456789+01:00", "2024-02-29T22:59:59.123456Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59-00:00", "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(parse(told).map(rfc3339), Ok(out.to_owned()), "{told}");
        }
    }

    #[test]
    fn wrong_times_have_the_original_frameworks_names() {
        for (told, kind) in [
            ("2025-11-12", "datetime_rfc3339"),
            ("2025-13-12T12:00:00Z", "datetime_from_date_parsing"),
            ("2025-02-29T12:00:00Z", "datetime_from_date_parsing"),
            ("2016-12-31T23:59:60Z", "datetime_from_date_parsing"),
            ("2025-11-12T12:00:00+24:00", "datetime_from_date_parsing"),
            ("0000-01-01T00:00:00Z", "datetime_parsing"),
            ("0001-01-01T00:00:00+10:00", "datetime_range"),
            ("9999-12-31T23:59:59-10:00", "datetime_range"),
        ] {
            assert_eq!(parse(told).map_err(|w| w.kind), Err(kind), "{told}");
        }
    }
}
