//! What a client is told when it is refused.

use serde::{Deserialize, Serialize};

/// An error that is not about a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorMessage<S = String> {
    /// What went wrong.
    pub detail: S,
}

/// A 422: every mistake of the request, at most a hundred.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ValidationErrors {
    /// The mistakes.
    pub detail: Vec<ValidationError>,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ValidationError {
    /// Which kind, such as `missing`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where: `body`, `path` or `query`, and the way from there.
    pub loc: Vec<Place>,
    /// In words.
    pub msg: String,
}

/// A step on the way to a mistake.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Place {
    /// A place in a list.
    Index(usize),
    /// A field.
    Name(String),
}

impl ValidationErrors {
    /// The places of the points that are wrong in a refused batch, each once, in order: what to keep apart before the rest is
    /// sent again. Empty: the mistake is not in the points.
    #[must_use]
    pub fn points(&self) -> Vec<usize> {
        let place = |error: &ValidationError| match error.loc.as_slice() {
            [Place::Name(body), Place::Name(metrics), Place::Index(i), ..]
                if body == "body" && metrics == "metrics" =>
            {
                Some(*i)
            }
            _ => None,
        };
        let mut places: Vec<usize> = self.detail.iter().filter_map(place).collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_points_to_keep_apart_are_named() {
        let told = r#"{"detail":[
            {"type":"missing","loc":["body","metrics",7,"value"],"msg":"Field required"},
            {"type":"enum","loc":["body","metrics",2,"metric_type"],"msg":"Input should be 'spo2'","ctx":{"expected":"'spo2'"}},
            {"type":"missing","loc":["body","metrics",7,"timestamp"],"msg":"Field required"},
            {"type":"uuid_type","loc":["body","device_id"],"msg":"UUID input should be a string"}]}"#;
        let read: ValidationErrors = serde_json::from_str(told).unwrap();
        assert_eq!(read.points(), [2, 7]);
    }
}
