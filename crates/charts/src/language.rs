//! Dates and numbers as a chart writes them. A language without a table here gets figures only.

use jiff::civil::{Date, Weekday};

/// How a chart writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// French.
    French,
    /// Any other: dates as month and day in figures.
    Figures,
}

const ENGLISH_DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const FRENCH_DAYS: [&str; 7] = ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."];
const ENGLISH_MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const FRENCH_MONTHS: [&str; 12] =
    ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];

impl Language {
    /// The language of a tag such as `fr-CA`.
    #[must_use]
    pub fn of(tag: &str) -> Self {
        match tag.split(['-', '_']).next() {
            Some("fr") => Self::French,
            Some("en") => Self::English,
            _ => Self::Figures,
        }
    }

    /// A number with its sign where asked for, in groups of three; French has a decimal comma and a narrow space between
    /// thousands.
    #[must_use]
    pub fn number(self, value: f64, decimals: usize, signed: bool) -> String {
        let digits = format!("{:.decimals$}", value.abs());
        let (whole, rest) = digits.split_once('.').unwrap_or((&digits, ""));
        let is_zero = digits.chars().all(|c| matches!(c, '0' | '.'));
        let mut text = String::new();
        if !is_zero && value < 0.0 {
            text.push('−');
        } else if !is_zero && signed {
            text.push('+');
        }
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index) % 3 == 0 {
                text.push(if self == Self::English { ',' } else { '\u{202f}' });
            }
            text.push(digit);
        }
        if !rest.is_empty() {
            text.push(if self == Self::French { ',' } else { '.' });
            text.push_str(rest);
        }
        text
    }

    /// The name of a day of the week, short.
    #[must_use]
    pub fn weekday(self, day: Weekday) -> &'static str {
        let names = match self {
            Self::French => FRENCH_DAYS,
            Self::English | Self::Figures => ENGLISH_DAYS,
        };
        let place = usize::try_from(day.to_monday_zero_offset()).unwrap_or_default();
        names.get(place).copied().unwrap_or_default()
    }

    /// A day of the month with its weekday: "Fri 20", "ven. 20".
    #[must_use]
    pub fn weekday_and_day(self, date: Date) -> String {
        match self {
            Self::Figures => self.day_and_month(date),
            _ => format!("{}\u{a0}{}", self.weekday(date.weekday()), date.day()),
        }
    }

    /// A day with its month: "20 Nov", "20 nov.".
    #[must_use]
    pub fn day_and_month(self, date: Date) -> String {
        let names = match self {
            Self::English => ENGLISH_MONTHS,
            Self::French => FRENCH_MONTHS,
            Self::Figures => return format!("{:02}-{:02}", date.month(), date.day()),
        };
        let place = usize::try_from(date.month() - 1).unwrap_or_default();
        let month = names.get(place).copied().unwrap_or_default();
        // A French month begins with its "first".
        let day =
            if self == Self::French && date.day() == 1 { "1er".to_owned() } else { date.day().to_string() };
        format!("{day}\u{a0}{month}")
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn numbers_and_dates_follow_the_language() {
        assert_eq!(Language::of("fr-CA").number(-0.5, 1, true), "−0,5");
        assert_eq!(Language::of("en").number(0.5, 1, true), "+0.5");
        assert_eq!(Language::of("fr").number(0.0, 1, true), "0,0");
        assert_eq!(Language::of("fr").number(12_000.0, 0, false), "12\u{202f}000");
        assert_eq!(Language::of("en").number(12_000.0, 0, false), "12,000");
        assert_eq!(
            Language::of("en").number(8_000.0, 0, false),
            "8,000",
            "grouped as its neighbour on the axis is"
        );
        assert_eq!(Language::French.day_and_month(date(2026, 8, 1)), "1er\u{a0}août");
        assert_eq!(Language::English.weekday_and_day(date(2026, 11, 20)), "Fri\u{a0}20");
        assert_eq!(Language::French.weekday_and_day(date(2026, 11, 20)), "ven.\u{a0}20");
    }

    #[test]
    fn a_language_without_a_table_leaks_no_words_of_another() {
        assert_eq!(Language::of("de").weekday_and_day(date(2026, 11, 20)), "11-20");
        assert_eq!(Language::of("de").day_and_month(date(2026, 11, 20)), "11-20");
    }
}
