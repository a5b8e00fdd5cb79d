//! The sheet that plotters draws on: SVG in tenths of a pixel, each element with the class of its ink.

use std::convert::Infallible;
use std::fmt::Write as _;

use plotters::style::Color;
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

/// Plotters' coordinates are whole; the sheet's are tenths of a pixel, or a line of five-minute medians would be a staircase.
pub(crate) const TENTHS: u32 = 10;

macro_rules! inks {
    ($($(#[$doc:meta])* $name:ident = $class:literal,)*) => {
        /// What a stroke means. The style sheet gives it colour, width and dashes by its class, `ink-…`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Ink { $($(#[$doc])* $name,)* }

        impl Ink {
            /// Every ink.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The class in the drawing.
            #[must_use]
            pub fn class(self) -> &'static str {
                match self { $(Self::$name => concat!("ink-", $class),)* }
            }
        }
    };
}

inks! {
    /// A line of the values' grid.
    Grid = "grid",
    /// A line where a day or a week begins.
    Midnight = "midnight",
    /// The grid's line at zero.
    Zero = "zero",
    /// A value or time beside the grid.
    Label = "label",
    /// The name of a day among times of day.
    DayLabel = "day",
    /// From 22:00 to 7:00.
    Night = "night",
    /// A stretch in which the bracelet was not worn.
    NotWorn = "not-worn",
    /// A stretch of which nothing is recorded.
    NoData = "no-data",
    /// A stretch of which the signal told nothing.
    PoorSignal = "poor-signal",
    /// From the smallest to the largest value.
    Extremes = "extremes",
    /// From five to ninety-five of a hundred values.
    Band = "band",
    /// Medians.
    Line = "line",
    /// A median by itself.
    Dot = "dot",
    /// The smallest value of a night.
    Least = "least",
    /// From a night's smallest value to its median.
    Stem = "stem",
    /// The middle half of a day.
    Half = "half",
    /// The median across it.
    Median = "median",
    /// A sum, or a deviation.
    Bar = "bar",
    /// A sum that reached the goal.
    Reached = "reached",
    /// The tick on it.
    Tick = "tick",
    /// The line of resting heart rates.
    Resting = "resting",
    /// A day's resting heart rate.
    RestingDot = "resting-dot",
    /// The mean of a week.
    WeekMean = "week-mean",
    /// The first limit in force then.
    Attention = "attention",
    /// The second limit in force then.
    Alert = "alert",
    /// The goal in force then.
    Goal = "goal",
    /// The bracelet was worn.
    Worn = "worn",
    /// The wearer moved.
    Moving = "moving",
    /// An alert of the first level.
    MarkAttention = "mark-attention",
    /// An alert of the second level.
    MarkAlert = "mark-alert",
    /// A fall.
    Fall = "fall",
    /// A session.
    Session = "session",
    /// A session's name.
    SessionName = "session-name",
}

impl Ink {
    /// The ink that plotters carried through as a colour.
    fn of(color: BackendColor) -> Self {
        Self::ALL.get(usize::from(color.rgb.2)).copied().unwrap_or(Self::Grid)
    }

    /// The hatching that fills it, if it is a gap's: the same words in the pattern's id.
    fn hatching(self) -> Option<&'static str> {
        match self {
            Self::NotWorn => Some("not-worn"),
            Self::NoData => Some("no-data"),
            Self::PoorSignal => Some("poor-signal"),
            _ => None,
        }
    }

    fn radius(self) -> u32 {
        match self {
            Self::Bar | Self::Reached | Self::Half => 3,
            Self::Worn | Self::Moving | Self::MarkAttention | Self::MarkAlert => 2,
            Self::Session => 4,
            _ => 0,
        }
    }
}

impl Color for Ink {
    fn to_backend_color(&self) -> BackendColor {
        // Fewer than 256 inks; their place stands for them on the way through plotters.
        BackendColor { alpha: 1.0, rgb: (0, 0, *self as u8) }
    }
}

/// Lines of gaps in patterns, told apart by direction and form, not by colour.
const HATCHINGS: &[(&str, u32, &str)] = &[
    ("not-worn", 8, "M-2 2L2-2M0 8L8 0M6 10L10 6"),
    ("no-data", 8, "M1.5 2h1M5.5 6h1"),
    ("poor-signal", 6, "M0 0L6 6M-1 5L1 7M5-1L7 1"),
];

/// The sheet. Its size is in tenths of a pixel.
pub(crate) struct Sheet<'a> {
    svg: &'a mut String,
    size: (u32, u32),
    /// Ends the ids of its patterns: two charts of a page must not share them.
    id: &'a str,
}

impl<'a> Sheet<'a> {
    /// A sheet of that size in pixels.
    pub fn new(svg: &'a mut String, (width, height): (u32, u32), id: &'a str) -> Self {
        // Writing into a String cannot fail, here and below.
        let _ = write!(
            svg,
            r#"<svg class="ink" width="{width}" height="{height}" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg"><defs>"#
        );
        for (name, size, path) in HATCHINGS {
            let _ = write!(
                svg,
                r#"<pattern id="{name}-{id}" width="{size}" height="{size}" patternUnits="userSpaceOnUse"><path class="ink-hatch" d="{path}"/></pattern>"#
            );
        }
        svg.push_str("</defs>");
        Self { svg, size: (width * TENTHS, height * TENTHS), id }
    }

    fn path(&mut self, ink: Ink, points: impl IntoIterator<Item = BackendCoord>, closed: bool) {
        let _ = write!(self.svg, r#"<path class="{}" d=""#, ink.class());
        let mut command = 'M';
        for (x, y) in points {
            let _ = write!(self.svg, "{command}{} {}", Tenths(x), Tenths(y));
            command = 'L';
        }
        self.svg.push_str(if closed { "Z\"/>" } else { "\"/>" });
    }
}

/// A number of tenths as SVG writes it.
struct Tenths(i32);

impl std::fmt::Display for Tenths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, rest) = (self.0.unsigned_abs() / TENTHS, self.0.unsigned_abs() % TENTHS);
        let sign = if self.0 < 0 { "-" } else { "" };
        if rest == 0 { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{rest}") }
    }
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for Sheet<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        self.svg.push_str("</svg>");
        Ok(())
    }

    /// Nothing is made of single pixels.
    fn draw_pixel(&mut self, _: BackendCoord, _: BackendColor) -> Drawn {
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.path(Ink::of(style.color()), [from, to], false);
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        self.path(Ink::of(style.color()), path, false);
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vertices: I,
        style: &S,
    ) -> Drawn {
        self.path(Ink::of(style.color()), vertices, true);
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(&mut self, a: BackendCoord, b: BackendCoord, style: &S, _: bool) -> Drawn {
        let ink = Ink::of(style.color());
        let (width, height) = ((b.0 - a.0).abs(), (b.1 - a.1).abs());
        let (x, y) = (Tenths(a.0.min(b.0)), Tenths(a.1.min(b.1)));
        let (w, h) = (Tenths(width), Tenths(height));
        let _ = write!(self.svg, r#"<rect class="{}" x="{x}" y="{y}" width="{w}" height="{h}""#, ink.class());
        if ink.radius() > 0 {
            let _ = write!(self.svg, r#" rx="{}""#, ink.radius());
        }
        if let Some(name) = ink.hatching() {
            let _ = write!(self.svg, r##" fill="url(#{name}-{})""##, self.id);
        }
        self.svg.push_str("/>");
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        _: bool,
    ) -> Drawn {
        let (x, y) = (Tenths(center.0), Tenths(center.1));
        let r = Tenths(i32::try_from(radius).unwrap_or(0));
        let class = Ink::of(style.color()).class();
        let _ = write!(self.svg, r#"<circle class="{class}" cx="{x}" cy="{y}" r="{r}"/>"#);
        Ok(())
    }

    /// The style sheet sets the font; a text's place is its anchor.
    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, (x, y): BackendCoord) -> Drawn {
        let anchor = match style.anchor().h_pos {
            HPos::Left => "start",
            HPos::Center => "middle",
            HPos::Right => "end",
        };
        // Of a capital's height, 0.73 em in Inter.
        let dy = match style.anchor().v_pos {
            VPos::Top => "0.73em",
            VPos::Center => "0.36em",
            VPos::Bottom => "0",
        };
        let _ = write!(
            self.svg,
            r#"<text class="{}" x="{}" y="{}" dy="{dy}" text-anchor="{anchor}">"#,
            Ink::of(style.color()).class(),
            Tenths(x),
            Tenths(y),
        );
        for c in text.chars() {
            match c {
                '<' => self.svg.push_str("&lt;"),
                '>' => self.svg.push_str("&gt;"),
                '&' => self.svg.push_str("&amp;"),
                // No control characters in XML.
                c if c.is_control() => {}
                c => self.svg.push(c),
            }
        }
        self.svg.push_str("</text>");
        Ok(())
    }

    /// Nobody lays out by it: anchors do.
    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        _: &str,
        _: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        Ok((0, 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ink_comes_through_plotters_as_itself() {
        for &ink in Ink::ALL {
            assert_eq!(Ink::of(ink.to_backend_color()), ink);
        }
    }

    #[test]
    fn tenths_are_written_short() {
        let table = [(0, "0"), (15, "1.5"), (-5, "-0.5"), (-30, "-3"), (1_234, "123.4")];
        for (tenths, text) in table {
            assert_eq!(Tenths(tenths).to_string(), text);
        }
    }
}
