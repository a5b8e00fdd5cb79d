//! A message as it stands on the bracelet's display, 128 × 64 pixels of one colour: the bracelet draws it so, and the window's
//! preview is this very picture.
//!
//! The font has the letters of ISO 8859-15 (Western Europe). Typographic marks have their plain forms, other characters a "?".

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

use alloc::string::String;
use alloc::vec::Vec;
use core::convert::Infallible;

use embedded_graphics::Drawable as _;
use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Point, Size};
use embedded_graphics::mono_font::MonoTextStyle;
use embedded_graphics::mono_font::iso_8859_15::FONT_6X10;
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::text::{Baseline, Text};

/// The display's width in pixels.
pub const WIDTH: u32 = 128;
/// The display's height in pixels.
pub const HEIGHT: u32 = 64;
/// Characters of a line: each is 6 pixels wide.
pub const COLUMNS: usize = 21;
/// Lines of the display: each is 10 pixels high.
pub const LINES: usize = 6;

const CHARACTER: Size = Size::new(6, 10);
/// What is left beside and above the lines, halved.
const MARGIN: Point = Point::new(1, 2);

/// A character as the display shows it; none for what has no width (joiners, variations, combining accents).
#[must_use]
pub fn shown(character: char) -> Option<char> {
    Some(match character {
        '\u{300}'..='\u{36f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2060}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' => {
            return None;
        }
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{2032}' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{2033}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{2022}' => '·',
        '\u{2026}' => '.',
        _ if character.is_whitespace() => ' ',
        ' '..='~' => character,
        // ISO 8859-15 is 8859-1 but for eight places.
        '¤' | '¦' | '¨' | '´' | '¸' | '¼' | '½' | '¾' => '?',
        '\u{a1}'..='ÿ' | '€' | 'Š' | 'š' | 'Ž' | 'ž' | 'Œ' | 'œ' | 'Ÿ' => character,
        _ => '?',
    })
}

/// A text in the display's lines: broken between words, and within one only if it is longer than a line. What would need more
/// lines than there are fills them without regard to words: every message of 120 characters has room.
#[must_use]
pub fn lines(text: &str) -> Vec<String> {
    let words = by_words(text);
    if words.len() <= LINES {
        return words;
    }
    let all: Vec<char> =
        text.split_whitespace().flat_map(|word| word.chars().chain([' '])).filter_map(shown).collect();
    all.chunks(COLUMNS).take(LINES).map(|line| line.iter().collect()).collect()
}

fn by_words(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let mut width = 0;
        for word in paragraph.split_whitespace() {
            let mut word: Vec<char> = word.chars().filter_map(shown).collect();
            if width > 0 && width + 1 + word.len() > COLUMNS {
                lines.push(core::mem::take(&mut line));
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

/// The display's pixels, one bit each: eight of a column in a byte, the topmost the lowest bit, as the usual controllers
/// (SSD1306) take them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screen([u8; (WIDTH * HEIGHT / 8) as usize]);

impl Default for Screen {
    /// Dark.
    fn default() -> Self {
        Self([0; (WIDTH * HEIGHT / 8) as usize])
    }
}

impl Screen {
    /// The display with a message on it.
    #[must_use]
    pub fn message(text: &str) -> Self {
        let mut screen = Self::default();
        let style = MonoTextStyle::new(&FONT_6X10, BinaryColor::On);
        let mut place = MARGIN;
        for line in lines(text) {
            // It has no way to fail.
            let Ok(_) = Text::with_baseline(&line, place, style, Baseline::Top).draw(&mut screen);
            place += CHARACTER.y_axis();
        }
        screen
    }

    /// Whether a pixel is lit; beyond the display none is.
    #[must_use]
    pub fn is_lit(&self, x: u32, y: u32) -> bool {
        x < WIDTH && self.0.get((y / 8 * WIDTH + x) as usize).is_some_and(|byte| byte >> (y % 8) & 1 == 1)
    }

    /// The bytes as the display's controller takes them.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl OriginDimensions for Screen {
    fn size(&self) -> Size {
        Size::new(WIDTH, HEIGHT)
    }
}

impl DrawTarget for Screen {
    type Color = BinaryColor;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<BinaryColor>>>(&mut self, pixels: I) -> Result<(), Infallible> {
        for Pixel(at, color) in pixels {
            let (Ok(x), Ok(y)) = (u32::try_from(at.x), u32::try_from(at.y)) else { continue };
            if x >= WIDTH {
                continue;
            }
            if let Some(byte) = self.0.get_mut((y / 8 * WIDTH + x) as usize) {
                let bit = 1 << (y % 8);
                *byte = if color.is_on() { *byte | bit } else { *byte & !bit };
            }
        }
        Ok(())
    }
}
