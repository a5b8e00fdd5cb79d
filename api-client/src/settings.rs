//! One versioned document a person: `GET` and `PUT /users/me/settings`. `D` is the document's own type.

use serde::{Deserialize, Serialize};

use crate::time::Time;

/// What `PUT` sends, with [`tag`] as its `If-Match`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsUpdate<D> {
    /// The whole document: a JSON object.
    pub settings: D,
}

/// The document as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsDocument<D> {
    /// One more with each change; 0: never written.
    pub version: i64,
    /// The document; never written: `{}`.
    pub settings: D,
    /// When it was changed last.
    pub updated_at: Option<Time>,
}

/// A 412: somebody else changed the document meanwhile. If [`current`](Self::current) holds what was sent, it was one's own
/// change, whose answer was lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsConflict<D, S = String> {
    /// In words.
    pub detail: S,
    /// What is kept now.
    pub current: SettingsDocument<D>,
}

/// A version as `ETag` and `If-Match` have it.
#[must_use]
pub fn tag(version: i64) -> String {
    format!("\"{version}\"")
}

/// The version of such a tag. No weak tag, no list, no `*`: they would overwrite what was not seen.
#[must_use]
pub fn version_in(tag: &str) -> Option<i64> {
    let digits = tag.strip_prefix('"')?.strip_suffix('"')?;
    let plain = (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    (plain && (digits == "0" || !digits.starts_with('0'))).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_version_matches() {
        assert_eq!(version_in(&tag(12)), Some(12));
        for tag in ["12", "W/\"12\"", "*", "\"01\"", "\"1\", \"2\"", "\"\"", "\"1234567890\""] {
            assert_eq!(version_in(tag), None, "{tag}");
        }
    }
}
