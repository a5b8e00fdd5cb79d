//! Spans of time and numbers, cut to what a person reads. The words around them stand in the locale files.

/// A span of time as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Seconds, below a minute.
    Seconds(i64),
    /// Minutes, below an hour.
    Minutes(i64),
    /// Hours and minutes, below ten hours.
    HoursMinutes(i64, i64),
    /// Hours, below two days.
    Hours(i64),
    /// Days.
    Days(i64),
}

impl Span {
    /// The span of that many milliseconds, cut off rather than rounded up: an age is never overstated. Never negative.
    #[must_use]
    pub fn of_ms(ms: i64) -> Self {
        let seconds = ms.max(0) / 1000;
        let minutes = seconds / 60;
        let hours = minutes / 60;
        match (seconds, minutes, hours) {
            (..60, _, _) => Self::Seconds(seconds),
            (_, ..60, _) => Self::Minutes(minutes),
            (_, _, ..10) => match minutes % 60 {
                0 => Self::Hours(hours),
                rest => Self::HoursMinutes(hours, rest),
            },
            (_, _, ..48) => Self::Hours(hours),
            _ => Self::Days(hours / 24),
        }
    }
}

/// How old a value is, as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// So young that a number would only flicker.
    Now,
    /// Older.
    Ago(Span),
}

/// Below this age, in milliseconds, a value is simply "now".
const NOW_MS: i64 = 5_000;

impl Age {
    /// The age that was told at `told` and is read at `now` (both in milliseconds of one clock). A clock set back adds
    /// nothing.
    #[must_use]
    pub fn of(age_ms: i64, told: i64, now: i64) -> Self {
        let age = age_ms.saturating_add(now.saturating_sub(told).max(0));
        if age < NOW_MS { Self::Now } else { Self::Ago(Span::of_ms(age)) }
    }
}

/// How a language writes numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signs<'a> {
    /// Between the whole and its parts.
    pub decimal: &'a str,
    /// Between thousands.
    pub group: &'a str,
}

/// A number with a fixed count of decimals, as style sheets and drawings take it; a half goes to the even side. Never `-0`.
///
/// Of whole numbers only: the standard library's way with floats is a good share of the wasm.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "what people and drawings take is far below 2^53; what is not saturates"
)]
pub fn fixed(value: f64, decimals: usize) -> String {
    let scale = 10_u64.pow(decimals as u32);
    let units = (value.abs() * scale as f64).round_ties_even() as u64;
    let sign = if value < 0.0 && units > 0 { "-" } else { "" };
    let whole = units / scale;
    match decimals {
        0 => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{:0decimals$}", units % scale),
    }
}

/// A number with a fixed count of decimals, in groups of three, as the axes of charts have them.
///
/// A number that is not finite is a dash: it means "not known".
#[must_use]
pub fn number(value: f64, decimals: usize, signs: Signs<'_>) -> String {
    if !value.is_finite() {
        return "—".to_owned();
    }
    let fixed = fixed(value, decimals);
    let plain = fixed.trim_start_matches('-');
    let (whole, parts) = plain.split_once('.').unwrap_or((plain, ""));
    let mut text = String::with_capacity(plain.len() + 8);
    if fixed.len() > plain.len() {
        text.push('−');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            text.push_str(signs.group);
        }
        text.push(digit);
    }
    if !parts.is_empty() {
        text.push_str(signs.decimal);
        text.push_str(parts);
    }
    text
}

/// Of four quality bars, how many are filled: none only for a quality of nothing at all.
#[must_use]
pub fn bars(quality: u8) -> usize {
    usize::from(quality.min(100).div_ceil(25))
}

/// Of four bars, how many a radio signal of that strength in dBm fills: −60 is beside the phone, −85 at the end of its reach.
#[must_use]
pub fn signal_bars(dbm: i16) -> usize {
    match dbm {
        -60.. => 4,
        -70.. => 3,
        -80.. => 2,
        _ => 1,
    }
}

/// Bytes, in the largest unit of a thousand that leaves at least 1: (number, decimals, power of a thousand up to 4).
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
pub fn bytes(bytes: u64) -> (f64, usize, usize) {
    let mut value = bytes as f64;
    let mut power = 0;
    while value >= 999.95 && power < 4 {
        value /= 1000.0;
        power += 1;
    }
    (value, usize::from(power > 1), power)
}

/// A share in whole percent, cut off: 100 is told only when all is done. An empty whole is all done.
#[must_use]
pub fn percent(done: u64, total: u64) -> u64 {
    done.min(total).saturating_mul(100).checked_div(total).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FR: Signs<'_> = Signs { decimal: ",", group: "\u{202f}" };

    #[test]
    fn an_age_is_never_overstated() {
        let table = [
            (-5, Span::Seconds(0)),
            (59_999, Span::Seconds(59)),
            (60_000, Span::Minutes(1)),
            (3_599_999, Span::Minutes(59)),
            (3_600_000, Span::Hours(1)),
            (5_400_000, Span::HoursMinutes(1, 30)),
            (18 * 3_600_000, Span::Hours(18)),
            (3 * 86_400_000, Span::Days(3)),
        ];
        for (ms, span) in table {
            assert_eq!(Span::of_ms(ms), span, "{ms}");
        }
    }

    #[test]
    fn an_old_value_goes_on_ageing_while_the_engine_is_silent() {
        assert_eq!(Age::of(1_000, 10_000, 10_500), Age::Now);
        assert_eq!(Age::of(1_000, 10_000, 21_000), Age::Ago(Span::Seconds(12)));
        assert_eq!(
            Age::of(12_000, 10_000, 4_000),
            Age::Ago(Span::Seconds(12)),
            "a clock set back makes nothing younger"
        );
    }

    #[test]
    fn numbers_follow_the_language() {
        assert_eq!(number(36.25, 1, FR), "36,2");
        assert_eq!(number(8432.0, 0, FR), "8\u{202f}432");
        assert_eq!(number(432.0, 0, FR), "432");
        assert_eq!(number(2_592_000.0, 0, FR), "2\u{202f}592\u{202f}000");
        assert_eq!(number(-0.04, 1, FR), "0,0");
        assert_eq!(number(-3.0, 0, FR), "−3");
    }

    #[test]
    fn a_fixed_number_is_what_the_standard_library_writes() {
        for value in [0.0, 0.04, 0.96, 1.0, 9.96, 36.6, -36.6, 99.99, 480.126, 2_592_000.0, 1e9] {
            for decimals in 0..=4 {
                assert_eq!(fixed(value, decimals), format!("{value:.decimals$}"));
            }
        }
        assert_eq!(fixed(-0.04, 1), "0.0", "a drawing knows no negative nothing");
    }

    #[test]
    fn what_is_not_a_number_is_a_dash() {
        assert_eq!(number(f64::NAN, 1, FR), "—");
    }

    #[test]
    fn a_weak_signal_still_has_a_bar_and_nothing_has_none() {
        assert_eq!([0, 1, 25, 26, 75, 76, 100, 255].map(bars), [0, 1, 1, 2, 3, 4, 4, 4]);
    }

    #[test]
    fn a_bracelet_out_of_reach_is_not_near() {
        assert_eq!([-40, -65, -75, -95].map(signal_bars), [4, 3, 2, 1]);
    }

    #[test]
    fn a_size_is_told_in_the_unit_that_a_person_reads() {
        assert_eq!(bytes(0), (0.0, 0, 0));
        assert_eq!(bytes(999), (999.0, 0, 0));
        assert_eq!(bytes(48_230_000), (48.23, 1, 2));
        assert_eq!(bytes(999_999_999).2, 3, "not 1000.0 MB");
    }

    #[test]
    fn all_is_told_only_when_all_is_there() {
        assert_eq!(percent(999, 1000), 99);
        assert_eq!(percent(1000, 1000), 100);
        assert_eq!(percent(0, 0), 100);
    }
}
