//! The id an app gave itself when it was installed: who holds the recorder's role.

use core::{fmt, str::FromStr};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An app's UUID, as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppId(pub u128);

/// The text is not a UUID of 32 hexadecimal digits with its hyphens in their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a UUID")]
pub struct AppIdError;

impl fmt::Display for AppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.0;
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            id >> 96,
            (id >> 80) & 0xFFFF,
            (id >> 64) & 0xFFFF,
            (id >> 48) & 0xFFFF,
            id & 0xFFFF_FFFF_FFFF
        )
    }
}

impl FromStr for AppId {
    type Err = AppIdError;

    fn from_str(text: &str) -> Result<Self, AppIdError> {
        if text.len() != 36 {
            return Err(AppIdError);
        }
        let mut id: u128 = 0;
        for (place, char) in text.chars().enumerate() {
            if matches!(place, 8 | 13 | 18 | 23) {
                if char != '-' {
                    return Err(AppIdError);
                }
            } else {
                id = id << 4 | u128::from(char.to_digit(16).ok_or(AppIdError)?);
            }
        }
        Ok(Self(id))
    }
}

impl Serialize for AppId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AppId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = alloc::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn an_id_reads_as_it_was_written() {
        let text = "0f8fad5b-d9cb-469f-a165-70867728950e";
        assert_eq!(text.parse::<AppId>().unwrap().to_string(), text);
        assert_eq!(AppId(7).to_string().parse(), Ok(AppId(7)));
    }

    #[test]
    fn what_is_no_uuid_is_refused() {
        for text in
            ["", "0f8fad5b", "0f8fad5bd9cb469fa16570867728950e", "0f8fad5b-d9cb-469f-a165-7086772895zz"]
        {
            assert_eq!(text.parse::<AppId>(), Err(AppIdError), "{text}");
        }
    }
}
