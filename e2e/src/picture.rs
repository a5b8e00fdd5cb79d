//! Pictures of pages, reduced to what an eye sees from afar: small enough to keep, and the same on every computer.

use std::io::Cursor;

use anyhow::{Context, Result, ensure};

/// So many pixels of a page become one, in width and in height.
const BLOCK: usize = 16;
/// A block differs if a colour is further away than this, of 255. Letters drawn a hair differently stay below.
const DIFFERS: u8 = 12;
/// What differs by more than this cannot be how letters are drawn: a colour, a shape.
const PLAINLY: u8 = 56;
/// So many blocks of a thousand may differ.
const TOLERATED: usize = 4;

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
                pixels.push(sum.map(|sum| (sum / count) as u8));
            }
        }
        Picture { width, height, pixels }
    }

    /// Pictures side by side, nothing where one is shorter.
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

    /// What differs, in words, where an eye would see it.
    pub fn differs_from(&self, other: &Picture) -> Option<String> {
        if (self.width, self.height.abs_diff(other.height) > 1) != (other.width, false) {
            let (was, is) = ((other.width, other.height), (self.width, self.height));
            return Some(format!("{} × {} blocks, was {} × {}", is.0, is.1, was.0, was.1));
        }
        let distance = |(one, other): (&[u8; 4], &[u8; 4])| {
            one.iter().zip(other).map(|(one, other)| one.abs_diff(*other)).max().unwrap_or(0)
        };
        let distances = self.pixels.iter().zip(&other.pixels).map(distance);
        let (mut some, mut plain) = (0, 0);
        for distance in distances {
            some += usize::from(distance > DIFFERS);
            plain += usize::from(distance > PLAINLY);
        }
        let tolerated = self.pixels.len() * TOLERATED / 1000;
        (plain > 0 || some > tolerated)
            .then(|| format!("{some} of {} blocks differ, {plain} plainly", self.pixels.len()))
    }
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
    fn a_chip_in_another_colour_is_seen_and_a_hair_of_a_letter_is_not() {
        let green = with_square(20, [26, 115, 64, 255]).from_afar();
        assert_eq!(green.differs_from(&green), None);
        assert!(with_square(20, [91, 102, 117, 255]).from_afar().differs_from(&green).is_some());
        assert!(plain([240, 240, 240, 255]).from_afar().differs_from(&green).is_some());
        let hair = with_square(2, [0, 0, 0, 255]).from_afar();
        assert_eq!(hair.differs_from(&plain([240, 240, 240, 255]).from_afar()), None);
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let picture = Picture::beside(&[with_square(20, [9, 8, 7, 255]).from_afar(), plain([1, 2, 3, 255])]);
        assert_eq!(Picture::decode(&picture.encode().unwrap()).unwrap(), picture);
    }
}
