//! What a person writes is what the wearer reads.

use lcd::{COLUMNS, LINES, Screen, lines, shown};

/// The pixels of a part of the screen, a row each.
fn drawn(screen: &Screen, columns: u32, rows: std::ops::Range<u32>) -> Vec<String> {
    let dot = |x, y| if screen.is_lit(x, y) { '#' } else { '.' };
    rows.map(|y| (0..columns).map(|x| dot(x, y)).collect()).collect()
}

#[test]
fn letters_with_accents_are_drawn_with_them() {
    let plain = Screen::message("e");
    for accented in ["é", "è", "ê", "ë", "œ", "€"] {
        assert_ne!(Screen::message(accented), plain, "{accented}");
        assert_ne!(Screen::message(accented), Screen::message("?"), "{accented}");
    }
    let expected = [
        "....#..", //
        "...#...", //
        ".......", //
        "..###..", //
        ".#...#.", //
        ".#####.", //
        ".#.....", //
        "..###..", //
    ];
    let found = drawn(&Screen::message("é"), 7, 2..10);
    assert_eq!(found, expected);
}

#[test]
fn a_character_without_a_letter_is_a_question_mark_and_never_nothing_or_two() {
    for unknown in ["😀", "中", "Ж", "\u{7f}", "¼"] {
        assert_eq!(lines(unknown), ["?"], "{unknown:?}");
    }
    assert_eq!(lines("❤\u{fe0f}"), ["?"], "a variation has no width");
    assert_eq!(lines("e\u{301}t"), ["et"], "nor has an accent of its own");
    assert_eq!(lines("l’eau – « oui »…"), ["l'eau - « oui »."]);
    assert_eq!(lines("15\u{202f}h"), ["15 h"]);
    assert_eq!(shown('\u{200d}'), None);
}

#[test]
fn no_line_is_wider_than_the_display_and_no_character_is_lost() {
    let text = "Rendez-vous à 15 h chez le médecin, n'oublie pas ta carte Anticonstitutionnellement longue";
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
    assert_eq!(Screen::message(""), Screen::default());
}

#[test]
fn every_message_of_120_characters_has_room() {
    let worst = "abcdefghijkl ".repeat(10);
    for text in ["abcd ".repeat(24), worst.chars().take(120).collect(), "é".repeat(120), "a\n".repeat(60)] {
        let lines = lines(&text);
        assert!(lines.len() <= LINES, "{lines:?}");
        let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
        assert_eq!(letters(&lines.concat()), letters(&text), "{lines:?}");
    }
}

#[test]
fn a_line_begins_ten_rows_beneath_the_one_before_and_all_six_are_on_the_display() {
    let six = Screen::message("1\n2\n3\n4\n5\n6");
    for line in 0..6 {
        let alone = Screen::message(&format!("{}", line + 1));
        let row = 2 + line * 10;
        assert_eq!(drawn(&six, 8, row..row + 10), drawn(&alone, 8, 2..12), "line {line}");
    }
    assert!((0..lcd::WIDTH).all(|x| !six.is_lit(x, 64)));
}
