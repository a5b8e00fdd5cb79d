//! Newtypes for what must not be mixed.

use core::fmt;

macro_rules! newtype {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

newtype! {
    /// Heart rate in whole beats per minute.
    ///
    /// Any value a sensor reports can be held; [`Bpm::is_plausible`] tells what a living heart can do.
    Bpm(u16)
}
newtype! {
    /// A share of a hundred: oxygen saturation, battery charge.
    Percent(u8)
}
newtype! {
    /// Temperature in hundredths of a degree Celsius (the MLX90614 resolves 0.02 °C).
    CentiCelsius(i16)
}
newtype! {
    /// A number of steps.
    Steps(u16)
}
newtype! {
    /// The time between two successive beats, in milliseconds.
    RrMillis(u16)
}
newtype! {
    /// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    UnixMillis(i64)
}
newtype! {
    /// Milliseconds since the bracelet started.
    UptimeMillis(u64)
}
newtype! {
    /// The random id that a bracelet's journal got when its flash was formatted.
    JournalId(u64)
}
newtype! {
    /// How often the bracelet had started, counted in its flash.
    Boot(u32)
}
newtype! {
    /// A record's place within its boot, counted from 0 without holes.
    Seq(u32)
}

impl Bpm {
    /// Physically possible heart rates: 20–300 bpm.
    pub const PLAUSIBLE: core::ops::RangeInclusive<u16> = 20..=300;

    /// Whether a living heart can beat so. What cannot be is kept in the record but never shown as truth.
    #[must_use]
    pub fn is_plausible(self) -> bool {
        Self::PLAUSIBLE.contains(&self.0)
    }
}

impl Percent {
    /// Oxygen saturations a reflective sensor can tell: 50–100 %.
    pub const PLAUSIBLE_SPO2: core::ops::RangeInclusive<u8> = 50..=100;

    /// Whether this can be an oxygen saturation.
    #[must_use]
    pub fn is_plausible_spo2(self) -> bool {
        Self::PLAUSIBLE_SPO2.contains(&self.0)
    }

    /// Whether this can be a battery's charge.
    #[must_use]
    pub fn is_plausible_charge(self) -> bool {
        self.0 <= 100
    }
}

impl CentiCelsius {
    /// Skin temperatures of a living wearer: 10–50 °C.
    pub const PLAUSIBLE_SKIN: core::ops::RangeInclusive<i16> = 1_000..=5_000;

    /// Whether this can be the temperature of skin.
    #[must_use]
    pub fn is_plausible_skin(self) -> bool {
        Self::PLAUSIBLE_SKIN.contains(&self.0)
    }

    /// Degrees Celsius.
    #[must_use]
    pub fn celsius(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    /// The nearest hundredth of a degree; `None` for what is not a number or does not fit.
    #[must_use]
    pub fn from_celsius(celsius: f64) -> Option<Self> {
        let scaled = celsius * 100.0;
        // Half away from zero; `f64::round` is not in core.
        let rounded = if scaled >= 0.0 { scaled + 0.5 } else { scaled - 0.5 };
        if rounded > f64::from(i16::MIN) && rounded < f64::from(i16::MAX) {
            #[expect(clippy::cast_possible_truncation, reason = "the range was just checked")]
            Some(Self(rounded as i16))
        } else {
            None
        }
    }
}

impl UnixMillis {
    /// 2024-01-01T00:00:00Z: before this project began, so a clock that says so is wrong. Apps tell it, bracelets take no
    /// anchor from it.
    pub const EARLIEST_PLAUSIBLE: Self = Self(1_704_067_200_000);
    /// 2100-01-01T00:00:00Z: a clock that says so or more is wrong too.
    pub const LATEST_PLAUSIBLE: Self = Self(4_102_444_800_000);

    /// This many milliseconds later.
    #[must_use]
    pub fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds since `earlier`; negative when it is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl Seq {
    /// The place after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}
