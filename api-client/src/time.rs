//! Times as the contract writes them: RFC 3339, UTC, with Z; microseconds inside.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Microseconds since 1970, UTC.
pub type Micros = i64;

/// Microseconds in a day.
pub const DAY: i64 = 86_400_000_000;

/// Days since 1970 of a date.
#[must_use]
pub fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date of a number of days since 1970.
#[must_use]
pub fn date_of(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(month <= 2), month, doy - (153 * mp + 2) / 5 + 1)
}

/// As the contract writes it; a fraction is told in six digits.
#[must_use]
pub fn rfc3339(at: Micros) -> String {
    use std::fmt::Write as _;
    let (year, month, day) = date_of(at.div_euclid(DAY));
    let of_day = at.rem_euclid(DAY);
    let (seconds, fraction) = (of_day / 1_000_000, of_day % 1_000_000);
    let (h, m, s) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let mut out = String::with_capacity(27);
    // Writing into a text does not fail.
    let _ = write!(out, "{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}");
    if fraction != 0 {
        let _ = write!(out, ".{fraction:06}");
    }
    out.push('Z');
    out
}

/// A time in an answer. Written as the contract does; read leniently: without an offset it is UTC, as the original server means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(pub Micros);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&rfc3339(self.0))
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        let at = text.parse::<Timestamp>().or_else(|_| {
            let local: DateTime = text.parse()?;
            local.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp())
        });
        at.map(|at| Self(at.as_microsecond())).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_with_and_without_an_offset_is_read_and_written_with_z() {
        for (told, written) in [
            ("2025-11-12T12:00:00Z", "2025-11-12T12:00:00Z"),
            ("2025-11-12T12:00:00.5", "2025-11-12T12:00:00.500000Z"),
            ("2025-11-12T14:00:00.000001+02:00", "2025-11-12T12:00:00.000001Z"),
        ] {
            let time: Time = serde_json::from_str(&format!("\"{told}\"")).unwrap();
            assert_eq!(serde_json::to_string(&time).unwrap(), format!("\"{written}\""));
        }
        assert!(serde_json::from_str::<Time>("\"soon\"").is_err());
    }
}
