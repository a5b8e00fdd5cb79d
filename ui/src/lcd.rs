//! The bracelet's display as a message stands on it: lines of characters, 128 × 64 pixels.

/// The display's width in pixels.
pub const WIDTH: u32 = 128;
/// The display's height in pixels.
pub const HEIGHT: u32 = 64;
/// Characters of a line: each is 6 pixels wide.
pub const COLUMNS: usize = 21;
/// Lines of a page: each is 10 pixels high, the last pixels hold the page's marks.
pub const LINES: usize = 6;

/// A text in lines of at most [`COLUMNS`] characters: broken between words, and within one only if it is longer than a line.
#[must_use]
pub fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let mut width = 0;
        for word in paragraph.split_whitespace() {
            let mut word: Vec<char> = word.chars().collect();
            if width > 0 && width + 1 + word.len() > COLUMNS {
                lines.push(std::mem::take(&mut line));
                width = 0;
            }
            while word.len() > COLUMNS {
                let rest = word.split_off(COLUMNS);
                lines.push(word.into_iter().collect());
                word = rest;
            }
            if width > 0 {
                line.push(' ');
                width += 1;
            }
            width += word.len();
            line.extend(word);
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_the_display_and_no_character_is_lost() {
        let text =
            "Rendez-vous à 15 h chez le médecin, n'oublie pas ta carte Anticonstitutionnellement longue";
        let lines = lines(text);
        assert!(lines.iter().all(|line| line.chars().count() <= COLUMNS), "{lines:?}");
        let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        assert_eq!(bare(&lines.concat()), bare(text));
    }

    #[test]
    fn words_stay_whole_where_they_fit() {
        assert_eq!(lines("one two three four five six"), ["one two three four", "five six"]);
        assert_eq!(lines("a\n\nb"), ["a", "", "b"]);
        assert!(lines("").is_empty());
    }

    #[test]
    fn the_longest_message_fits_the_display() {
        // 120 characters need at most 6 lines unless words break badly; then the display pages.
        assert!(lines(&"abcd ".repeat(24)).len() <= LINES);
    }
}
