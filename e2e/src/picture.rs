//! Pictures of pages, reduced to what an eye sees from afar: small enough to keep, and the same on every computer.

use std::io::Cursor;

use anyhow::{Context, Result, ensure};

/// So many pixels of a page become one, in width and in height.
pub const BLOCK: usize = 8;
/// A block differs if a colour is further away than this, of 255: letters drawn a third of a pixel further stay below.
const DIFFERS: u8 = 12;
/// So many blocks of a page may differ, if none does plainly.
const TOLERATED: usize = 8;
/// What differs by more than this cannot be how letters are drawn. The smallest icon, hidden or moved by a letter's width,
/// differs by 37.
const PLAINLY: u8 = 22;
/// A colour is kept to this: finer than what is tolerated, and a third smaller to keep.
const KEPT: u8 = 0b1111_1100;

/// A picture: red, green, blue and opacity of each pixel, line by line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 4]>,
}

impl Picture {
    /// Reads a PNG file.
    pub fn decode(png: &[u8]) -> Result<Picture> {
        let mut decoder = png::Decoder::new(Cursor::new(png));
        decoder.set_transformations(png::Transformations::ALPHA | png::Transformations::STRIP_16);
        let mut reader = decoder.read_info()?;
        let mut bytes = vec![0; reader.output_buffer_size().context("too large")?];
        let about = reader.next_frame(&mut bytes)?;
        ensure!(about.color_type == png::ColorType::Rgba, "a picture of {:?}", about.color_type);
        let pixels = bytes[..about.buffer_size()].as_chunks::<4>().0.to_vec();
        Ok(Picture { width: about.width as usize, height: about.height as usize, pixels })
    }

    /// Writes a PNG file.
    pub fn encode(&self) -> Result<Vec<u8>> {
        let mut png = Vec::new();
        let mut encoder =
            png::Encoder::new(&mut png, u32::try_from(self.width)?, u32::try_from(self.height)?);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        encoder.write_header()?.write_image_data(self.pixels.as_flattened())?;
        Ok(png)
    }

    /// The picture from afar: each block of pixels is one of their mean colour.
    #[must_use]
    pub fn from_afar(&self) -> Picture {
        let (width, height) = (self.width.div_ceil(BLOCK), self.height.div_ceil(BLOCK));
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let (mut sum, mut count) = ([0_usize; 4], 0);
                for line in (y * BLOCK)..((y + 1) * BLOCK).min(self.height) {
                    let from = line * self.width + x * BLOCK;
                    for pixel in &self.pixels[from..from + BLOCK.min(self.width - x * BLOCK)] {
                        sum.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += usize::from(*value));
                        count += 1;
                    }
                }
                #[expect(clippy::cast_possible_truncation, reason = "a mean of bytes")]
                let [red, green, blue, opacity] = sum.map(|sum| (sum / count) as u8);
                pixels.push([red & KEPT, green & KEPT, blue & KEPT, opacity]);
            }
        }
        Picture { width, height, pixels }
    }

    /// Pictures side by side, nothing where one is shorter.
    #[must_use]
    pub fn beside(pictures: &[Picture]) -> Picture {
        let width = pictures.iter().map(|it| it.width).sum();
        let height = pictures.iter().map(|it| it.height).max().unwrap_or(0);
        let mut pixels = Vec::with_capacity(width * height);
        for line in 0..height {
            for picture in pictures {
                match picture.pixels.get(line * picture.width..(line + 1) * picture.width) {
                    Some(own) => pixels.extend_from_slice(own),
                    None => pixels.extend(std::iter::repeat_n([0; 4], picture.width)),
                }
            }
        }
        Picture { width, height, pixels }
    }

    /// One of the pictures that stand side by side: as wide as `like`, `left` pixels from the left. What is not there, or
    /// only partly, is nothing.
    #[must_use]
    pub fn cut(&self, left: usize, like: &Picture) -> Picture {
        let lines = self.pixels.chunks_exact(self.width.max(1));
        let parts = lines.filter_map(|line| line.get(left..left + like.width));
        let there: Vec<_> = parts.take_while(|part| part.iter().any(|pixel| pixel[3] > 0)).collect();
        Picture { width: like.width, height: there.len(), pixels: there.concat() }
    }

    /// Its width in pixels.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Where a page seen from afar differs from what was accepted so that an eye would see it.
    #[must_use]
    pub fn differs_from(&self, accepted: &Picture) -> Option<Difference> {
        let (was, is) = ((accepted.width, accepted.height), (self.width, self.height));
        // A block more or less is a line of text that breaks half a pixel later: what it moves is seen below.
        let other_size = was.0 != is.0 || was.1.abs_diff(is.1) > 1;
        let far = |(one, other): (&[u8; 4], &[u8; 4])| {
            one.iter().zip(other).map(|(one, other)| one.abs_diff(*other)).max().unwrap_or(0)
        };
        let blocks: Vec<(usize, u8)> = self
            .pixels
            .iter()
            .zip(&accepted.pixels)
            .map(far)
            .enumerate()
            .filter(|it| it.1 > DIFFERS)
            .collect();
        let plain = blocks.iter().filter(|it| it.1 > PLAINLY).count();
        let words = match other_size {
            true => format!("{} × {} blocks, was {} × {}", is.0, is.1, was.0, was.1),
            false => format!("{} of {} blocks differ, {plain} plainly", blocks.len(), self.pixels.len()),
        };
        let seen = other_size || plain > 0 || blocks.len() > TOLERATED;
        seen.then(|| Difference { words, blocks: blocks.into_iter().map(|it| it.0).collect() })
    }

    /// The page with all faded but the blocks that differ.
    #[must_use]
    pub fn showing(&self, difference: &Difference) -> Picture {
        let wide = self.width.div_ceil(BLOCK).max(1);
        let mut shown = self.clone();
        for pixel in &mut shown.pixels {
            *pixel = pixel.map(|value| 170 + value / 6);
        }
        for block in &difference.blocks {
            let (left, top) = (block % wide * BLOCK, block / wide * BLOCK);
            for line in top..(top + BLOCK).min(self.height) {
                let part = line * self.width + left..line * self.width + (left + BLOCK).min(self.width);
                shown.pixels[part.clone()].copy_from_slice(&self.pixels[part]);
            }
        }
        shown
    }
}

/// What an eye would see to be different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// In words.
    pub words: String,
    /// The blocks, counted line by line.
    pub blocks: Vec<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(colour: [u8; 4]) -> Picture {
        Picture { width: 640, height: 480, pixels: vec![colour; 640 * 480] }
    }

    fn with_square(side: usize, colour: [u8; 4]) -> Picture {
        let mut picture = plain([240, 240, 240, 255]);
        for y in 0..side {
            picture.pixels[(y + 96) * 640 + 96..][..side].fill(colour);
        }
        picture
    }

    #[test]
    fn a_chip_in_another_colour_or_place_is_seen_and_a_hair_of_a_letter_is_not() {
        let green = with_square(20, [26, 115, 64, 255]).from_afar();
        assert_eq!(green.differs_from(&green), None);
        assert!(with_square(20, [91, 102, 117, 255]).from_afar().differs_from(&green).is_some());
        assert!(plain([240, 240, 240, 255]).from_afar().differs_from(&green).is_some());
        let hair = with_square(1, [0, 0, 0, 255]).from_afar();
        assert_eq!(hair.differs_from(&plain([240, 240, 240, 255]).from_afar()), None);
    }

    #[test]
    fn a_difference_is_shown_where_it_is() {
        let page = with_square(20, [26, 115, 64, 255]);
        let difference = page.from_afar().differs_from(&plain([240, 240, 240, 255]).from_afar()).unwrap();
        let shown = page.showing(&difference);
        assert_eq!(shown.pixels[100 * 640 + 100], [26, 115, 64, 255], "what differs is as it is");
        assert_eq!(shown.pixels[0], [210, 210, 210, 212], "the rest is faded");
    }

    #[test]
    fn what_is_kept_is_read_again_and_found_in_its_place() {
        let square = with_square(20, [9, 8, 7, 255]).from_afar();
        let low = Picture { width: 3, height: 1, pixels: vec![[4, 4, 4, 255]; 3] };
        let kept = Picture::beside(&[square.clone(), low.clone()]);
        let read = Picture::decode(&kept.encode().unwrap()).unwrap();
        assert_eq!(read, kept);
        assert_eq!(read.cut(0, &square), square);
        assert_eq!(read.cut(square.width, &low), low, "without the nothing beneath it");
        assert_eq!(read.cut(square.width + 3, &low).height, 0, "what was never accepted is not there");
    }
}
